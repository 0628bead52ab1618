"""Find phrases in what people said, whatever the inflection, and whether they were meant.

book = Phrasebook.load("en")
for hit in book.find("booking_offer", "Would you like to book a visit?"):
    print(hit.start, hit.end, hit.text, hit.question)
"""

import gc
import re
from collections import defaultdict
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, RootModel

from auricle.errors import SettingsError
from auricle.strict import nearest, read_yaml, validate
from rubrics import characters
from rubrics.index import Index
from rubrics.kept import kept
from rubrics.language import Tokens, Vocabulary, language_files, vocabulary
from rubrics.names import FrozenSlots, Slots, find_names
from rubrics.patterns import Element, Pattern, Variant, parse, step
from rubrics.reading import ANY_QUESTION, Hit, Reading
from rubrics.spelling import Spelling, letters_heard, words_of

OwnPhrases = tuple[tuple[str, str], ...]
"""List and its patterns, a line each."""
WORD = re.compile(r"(?<![\w=<.'\u2019-])([^\W\d_][\w'\u2019-]*)")
"""A word of a pattern line that doesn't say yet that it is exact."""
NOT_PHRASES = ("language.yaml", "numbers.yaml", "meanings.yaml")


class PhraseList(BaseModel):
    """A named list: what it is for, and one pattern a line (``#`` starts a comment)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    phrases: str
    inflected: bool = True
    """False: every word counts in the form it is written in only, as if it began with '='."""

    def lines(self) -> list[str]:
        lines = (line.split("#")[0].strip() for line in self.phrases.splitlines())
        found = [line for line in lines if line]
        return found if self.inflected else [WORD.sub(r"=\1", line) for line in found]


class PhraseFile(RootModel[dict[str, PhraseList]]):
    """One YAML file of named lists."""


class Anchor(NamedTuple):
    """Lists with a phrase of which some characters are the rarest."""

    alone: set[str]
    """Nothing else is needed for it."""
    with_others: list[tuple[str, list[frozenset[str]]]]
    """Of each of these sets something is."""


class Phrasebook:
    """All phrase lists of one language."""

    def __init__(self, code: str, own: OwnPhrases = ()) -> None:
        self.code = code
        self.vocabulary: Vocabulary = vocabulary(code)
        self.lists: dict[str, list[str]] = {}
        self.about: dict[str, str] = {}
        for where, text in language_files(code).items():
            if where.endswith(NOT_PHRASES):
                continue
            for name, entry in validate(PhraseFile, read_yaml(text, where), where).root.items():
                if name in self.lists:
                    raise SettingsError(f"{where}: list '{name}' exists twice.", "Rename one.")
                self.lists[name] = entry.lines()
                self.about[name] = entry.about
        for name, text in own:
            lines = PhraseList(about="", phrases=text).lines()
            self.lists[name] = list(dict.fromkeys([*self.lists.get(name, []), *lines]))
        for name, lines in self.lists.items():
            self.lists[name] = [line.translate(self.vocabulary.same_letters) for line in lines]
        self.cue_lists: dict[str, frozenset[str]] = {}
        self.regexes: dict[str, tuple[re.Pattern[str], list[Pattern]]] = {}
        self.negation = self.cues("negation")

    @classmethod
    def load(cls, lang: str) -> "Phrasebook":
        """The phrase lists of a language, compiled once a process.

        Raises SettingsError for an unknown language or an unreadable list.
        """
        return load_book(lang)

    def has(self, name: str) -> bool:
        """Whether the language has a list; those that are still to come have nothing to find."""
        return self.vocabulary.complete or name in self.lists or name == ANY_QUESTION

    def require(self, name: str) -> None:
        """Raises SettingsError for a list that the language should have and hasn't."""
        if name not in self.lists and self.vocabulary.complete:
            raise SettingsError(
                f"No phrase list '{name}' in language '{self.code}'.", nearest(name, self.lists)
            )

    def extended(self, own: OwnPhrases) -> "Phrasebook":
        """With more lists, or more lines in lists that there are."""
        return load_book(self.code, own) if own else self

    def check(self) -> None:
        """Raises SettingsError for a line that can't be read."""
        for name, lines in self.lists.items():
            if self.vocabulary.characters:
                self.regex(name)
            else:
                _ = [self.compile(line) for line in lines]

    def find(self, list_name: str, text: str, slots: Slots | None = None) -> list[Hit]:
        """Every hit of a list in a text, in order, without overlaps (the longest wins).

        ``slots`` gives the spellings of ``<clinic>`` and ``<administrator>``. Raises SettingsError
        for an unknown list.
        """
        return self.read(text, freeze(slots)).find(list_name)

    @kept
    def tokens(self, text: str, slots: FrozenSlots) -> Tokens:
        """The words of a normalised text, a name of the clinic's as one."""
        return self.vocabulary.tokens(text, find_names(text, slots))

    @kept
    def read(self, text: str, slots: FrozenSlots) -> Reading:
        return Reading(self, text, slots)

    @cached_property
    def spelling(self) -> Spelling:
        """Every word of the lists and classes, as it is written there."""
        said = words_of(line for lines in self.lists.values() for line in lines)
        words = said | self.vocabulary.classes.keys() | self.vocabulary.given_names
        heard = letters_heard(self.vocabulary.sounds_alike, self.vocabulary.unheard)
        return Spelling(words, heard)

    def cues(self, name: str) -> frozenset[str]:
        """The single words of a list, as exact lower-case forms."""
        if name not in self.cue_lists:
            self.cue_lists[name] = frozenset(line.lower() for line in self.lists.get(name, []))
        return self.cue_lists[name]

    @cached_property
    def index(self) -> Index:
        """The patterns of all lists, so that a text is searched once."""
        return Index(
            (name, self.compile(line)) for name, lines in self.lists.items() for line in lines
        )

    @kept  # a turn and what the finders of facts read instead of it
    def may_have(self, text: str) -> set[str]:
        """Lists of which a text without word borders may hold a phrase."""
        grams = {*text, *map("".join, pairwise(text))}
        anchors = [self.anchors[gram] for gram in grams & self.anchors.keys()]
        found = set[str]().union(*(one.alone for one in anchors))
        for one in anchors:
            for name, others in one.with_others:
                if name not in found and not any(map(grams.isdisjoint, others)):
                    found.add(name)
        return found

    @cached_property
    def anchors(self) -> dict[str, "Anchor"]:
        """Where words aren't divided: one or two characters -> what they are the rarest of."""
        found: dict[str, Anchor] = defaultdict(lambda: Anchor(set(), []))
        for name, lines in self.lists.items():
            for line in lines:
                rarest, *others = characters.needs(line, self.vocabulary.members)
                for gram in rarest:
                    if others:
                        found[gram].with_others.append((name, others))
                    else:
                        found[gram].alone.add(name)
        return dict(found)

    def regex(self, name: str) -> tuple["re.Pattern[str]", list[Pattern]]:
        """A list where words aren't divided: one regex, and the pattern of each group."""
        if name not in self.regexes:
            lines = characters.ordered(self.lists[name])
            regex = characters.list_regex(lines, self.vocabulary.members)
            patterns = [Pattern(line, any(cue in line for cue in self.negation)) for line in lines]
            self.regexes[name] = regex, patterns
        return self.regexes[name]

    def compile(self, line: str) -> Pattern:
        variants = [
            tuple(step(element, self.wanted(element)) for element in self.spoken(variant))
            for variant in parse(line, self.vocabulary.split)
        ]
        negative = any(
            self.negation & {word.removeprefix("=") for word in one.lemmas}
            for variant in variants
            for one in variant
        )
        return Pattern(line, negative, tuple(dict.fromkeys(variants)))

    def spoken(self, variant: Variant) -> Variant:
        """The variant with small words that may be left out, unless nothing else would remain."""
        lost = self.vocabulary.words_lost
        small = [bool(e.words) and lost.issuperset(e.words) for e in variant]
        if not any(
            e.words and not e.optional and not s for e, s in zip(variant, small, strict=True)
        ):
            return variant
        return tuple(
            replace(e, optional=True) if s else e for e, s in zip(variant, small, strict=True)
        )

    def wanted(self, element: Element) -> frozenset[str]:
        """The lemmas of which a word must have one to stand at this position."""
        found: frozenset[str] = frozenset()
        for word in element.words:
            found |= {word.lower()} if word[0] in "<=" else self.vocabulary.forms(word)
        return found


def freeze(slots: Slots | None) -> FrozenSlots:
    """Slots as a hashable key."""
    return tuple((name, tuple(values)) for name, values in sorted((slots or {}).items()))


@lru_cache(32)
def load_book(code: str, own: OwnPhrases = ()) -> Phrasebook:
    book = Phrasebook(code, own)
    if not own:
        # A language's own lists stay for good. Python's collector would walk over their half a
        # million objects again and again, which took a fifth of scoring's time.
        _ = book.anchors if book.vocabulary.characters else book.index
        gc.freeze()
    return book


__all__ = ["Hit", "PhraseFile", "Phrasebook", "Reading", "freeze"]
