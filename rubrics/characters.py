"""Phrase patterns of languages written without blanks: one regular expression a list.

A text is a string of one character a token, so that offsets in it number its tokens. Names found in
the text stand in it as single characters of Unicode's private use area.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from auricle.errors import SettingsError
from rubrics.patterns import TOKEN

NAMES = {"<clinic>": "\ue000", "<administrator>": "\ue001", "<name>": "\ue002"}
DEFAULT_GAP = 6
"""Characters that ``...`` may stand for: about three words."""

Members = Mapping[str, Sequence[str]]
"""Slot -> what may fill it."""


def text_of(words: Sequence[str]) -> str:
    """A text's tokens as one string, a character each."""
    return "".join(NAMES.get(word, word[0]) for word in words).lower()


def list_regex(lines: Sequence[str], members: Members) -> re.Pattern[str]:
    """All patterns of a list, longest first; group *n* is the *n*-th of ``ordered(lines)``.

    The group is an empty one at the end: where a pattern begins with a letter Python sees at once
    that another one stands there.
    """
    found = [Parser(line, members).whole() for line in ordered(lines)]
    firsts = "".join(sorted({c for piece in found for c in piece.firsts}))
    either = "|".join(f"(?:{piece.regex})()" for piece in found)
    return re.compile(f"(?=[{re.escape(firsts)}])(?:{either})")


def needs(line: str, members: Members) -> list[frozenset[str]]:
    """Sets of one or two characters; of each a text with the phrase has some. The rarest first."""
    whole = Parser(line, members).whole()
    return [frozenset(one[:2] for one in needed) for needed in whole.rarest_first()]


def ordered(lines: Sequence[str]) -> list[str]:
    return sorted(lines, key=lambda line: (-len(line), line))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a pattern as a regular expression."""

    regex: str
    firsts: frozenset[str]
    """The characters it may begin with."""
    needs: frozenset[frozenset[str]]
    """Sets of strings, of each of which one must occur; none for what may be left out."""
    empty: bool = False
    """It may match nothing."""

    def rarest_first(self) -> list[frozenset[str]]:
        """Of what must occur, long and few strings are the rarest."""
        return sorted(self.needs, key=lambda one: (-min(map(len, one)), len(one), sorted(one)))


class Parser:
    """One pattern line as a regular expression."""

    def __init__(self, line: str, members: Members) -> None:
        self.line, self.members = line, members
        self.tokens = TOKEN.findall(line)
        self.at = 0

    def whole(self) -> Piece:
        piece = self.choice()
        if self.at < len(self.tokens):
            raise SettingsError(f"Pattern '{self.line}': brackets don't match.", "Check them.")
        if piece.empty:
            raise SettingsError(f"Pattern '{self.line}' could match nothing.", "Require a word.")
        return piece

    def choice(self) -> Piece:
        parts = [self.sequence()]
        while self.at < len(self.tokens) and self.tokens[self.at] == "|":
            self.at += 1
            parts.append(self.sequence())
        regexes = sorted((part.regex for part in parts), key=len, reverse=True)
        firsts: frozenset[str] = frozenset().union(*(part.firsts for part in parts))
        needs = parts[0].needs
        if len(parts) > 1:  # of each the rarest, if all have some
            rarest = [part.rarest_first()[:1] for part in parts]
            needs = frozenset([frozenset().union(*chain(*rarest))] if all(rarest) else [])
        return Piece("|".join(regexes), firsts, needs, any(part.empty for part in parts))

    def sequence(self) -> Piece:
        regex, firsts, needs, empty = "", frozenset[str](), frozenset[frozenset[str]](), True
        while self.at < len(self.tokens) and self.tokens[self.at][0] not in "|)":
            piece = self.item()
            regex += piece.regex
            if empty:
                firsts |= piece.firsts
            needs |= piece.needs
            empty = empty and piece.empty
        return Piece(regex, firsts, needs, empty)

    def item(self) -> Piece:
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":
            inner = self.choice()
            closing = self.tokens[self.at] if self.at < len(self.tokens) else ""
            if closing[:1] != ")":
                raise SettingsError(f"Pattern '{self.line}': brackets don't match.", "Check them.")
            self.at += 1
            if closing == ")?":
                return Piece(f"(?:{inner.regex})?", inner.firsts, frozenset(), empty=True)
            return replace(inner, regex=f"(?:{inner.regex})")
        if token.startswith("..."):
            gap = f".{{0,{token[3:] or DEFAULT_GAP}}}?"
            return Piece(gap, frozenset(), frozenset(), empty=True)
        word = token.removesuffix("?").removeprefix("=").lower()
        forms = self.forms(word)
        regex = "|".join(map(re.escape, forms))
        firsts = frozenset(form[0] for form in forms)
        if token.endswith("?"):
            return Piece(f"(?:{regex})?", firsts, frozenset(), empty=True)
        return Piece(f"(?:{regex})", firsts, frozenset([frozenset(forms)]))

    def forms(self, word: str) -> list[str]:
        if word in NAMES:
            alike = ("<administrator>", "<name>") if word == "<name>" else (word,)
            return [NAMES[name] for name in alike]
        if word.startswith("<"):
            return sorted(self.members.get(word[1:-1], ()), key=len, reverse=True) or ["\uffff"]
        return [word]
