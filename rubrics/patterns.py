"""The one-line pattern syntax of phrase lists, parsed into variants. See ``docs/rubrics.md``.

=================  =============================================================
``book``           the word in any inflection (book, books, booked, ...)
``=closed``        exactly this form
``today?``         may be left out
``(a|one|just a)`` one of these; ``(...)?`` may be left out
``...``            up to three words in between, ``...6`` up to six
``<weekday>``      a slot: a class of words from ``numbers.yaml`` or a name of the clinic
=================  =============================================================
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

from auricle.errors import SettingsError

TOKEN = re.compile(r"\.\.\.\d*|[()|]\??|[^\s()|]+")
MAX_VARIANTS = 300


@dataclass(frozen=True, slots=True)
class Element:
    """One position of a pattern: raw words of which one must stand there, or a gap."""

    words: tuple[str, ...]
    optional: bool = False
    gap: int = 0


Variant = tuple[Element, ...]
Split = Callable[[str], list[str]]


def parse(pattern: str, split: Split) -> list[Variant]:
    """All variants of one pattern line; ``split`` is the language's tokenizer.

    Raises SettingsError for a line that can't be read.
    """
    tokens = TOKEN.findall(pattern)
    variants, end = choice(tokens, 0, split)
    if end < len(tokens) or tokens.count("(") != sum(t[0] == ")" for t in tokens):
        raise SettingsError(f"Pattern '{pattern}': brackets don't match.", "Check them.")
    if len(variants) > MAX_VARIANTS:
        raise SettingsError(f"Pattern '{pattern}' has {len(variants)} variants.", "Split it up.")
    if any(all(e.gap or e.optional for e in v) for v in variants):
        raise SettingsError(f"Pattern '{pattern}' could match nothing.", "Require a word in it.")
    return variants


def choice(tokens: list[str], at: int, split: Split) -> tuple[list[Variant], int]:
    """Alternatives up to the closing bracket; single words share one element."""
    found: list[Variant] = []
    while True:
        variants, at = sequence(tokens, at, split)
        found.extend(variants)
        if at >= len(tokens) or tokens[at] != "|":
            break
        at += 1
    plain = [v for v in found if len(v) == 1 and v[0].words and not v[0].optional]
    if len(plain) > 1:
        together = Element(tuple(word for v in plain for word in v[0].words))
        found = [(together,), *(v for v in found if v not in plain)]
    return found, at


def sequence(tokens: list[str], at: int, split: Split) -> tuple[list[Variant], int]:
    """Items one after the other, until a bracket closes or an alternative begins."""
    pieces: list[list[Variant]] = []
    while at < len(tokens) and tokens[at][0] not in "|)":
        token = tokens[at]
        if token == "(":
            inner, at = choice(tokens, at + 1, split)
            closing = tokens[at] if at < len(tokens) else ")"
            pieces.append(optional(inner) if closing == ")?" else inner)
        elif token.startswith("..."):
            pieces.append([(Element((), gap=int(token[3:] or 3)),)])
        else:
            word = token.removesuffix("?") or token
            parts = [word] if word[0] in "<=" else split(word) or [word]
            whole = [tuple(Element((part,)) for part in parts)]
            pieces.append(optional(whole) if word != token else whole)
        at += 1
    return [tuple(e for piece in pick for e in piece) for pick in product(*pieces)], at


def optional(variants: list[Variant]) -> list[Variant]:
    """The same, or nothing; a single word becomes an optional element."""
    if len(variants) == 1 and len(variants[0]) == 1 and variants[0][0].words:
        return [(replace(variants[0][0], optional=True),)]
    return [*variants, ()]


@dataclass(frozen=True, slots=True)
class Step:
    """One position of a compiled variant: ``least`` to ``most`` words, each with a wanted lemma."""

    lemmas: frozenset[str]
    """Empty for a gap: any word."""
    least: int
    most: int


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A compiled line of a list."""

    text: str
    has_negation: bool
    variants: tuple[tuple[Step, ...], ...] = ()


def step(element: Element, lemmas: frozenset[str]) -> Step:
    """An element with the lemmas its words may have."""
    if element.gap:
        return Step(frozenset(), 0, element.gap)
    return Step(lemmas, 0 if element.optional else 1, 1)
