"""Find phrases in what people said, whatever the inflection, and whether they were meant.

book = Phrasebook.load("en")
for hit in book.find("booking_offer", "Would you like to book a visit?"):
    print(hit.start, hit.end, hit.text, hit.question)
"""

import re
from collections import Counter, defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, RootModel

from auricle.errors import SettingsError
from auricle.strict import nearest, read_yaml, validate
from rubrics import characters
from rubrics.language import Vocabulary, language_files, vocabulary
from rubrics.names import Slots
from rubrics.patterns import Element, Pattern, parse, spacy_pattern
from rubrics.reading import Hit, Reading

if TYPE_CHECKING:
    from spacy.matcher import Matcher

Index = dict[str, list[tuple[tuple[frozenset[str], ...], Pattern]]]
READINGS = 512
"""Texts kept read: a few calls' turns, so that memory stays flat over any number of calls."""
WORD = re.compile(r"(?<![\w=<.'\u2019-])([^\W\d_][\w'\u2019-]*)")
"""A word of a pattern line that doesn't say yet that it is exact."""
NOT_PHRASES = ("language.yaml", "numbers.yaml")


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


class Phrasebook:
    """All phrase lists of one language."""

    def __init__(self, code: str) -> None:
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
        self.read = lru_cache(READINGS)(self.read_anew)
        self.compiled: dict[str, Index] = {}
        self.cue_lists: dict[str, frozenset[str]] = {}
        self.matchers: dict[str, Matcher] = {}
        self.regexes: dict[str, tuple[re.Pattern[str], list[Pattern]]] = {}
        self.negation = self.cues("negation")

    @classmethod
    def load(cls, lang: str) -> "Phrasebook":
        """The phrase lists of a language, compiled once a process.

        Raises SettingsError for an unknown language or an unreadable list.
        """
        return load_book(lang)

    def find(self, list_name: str, text: str, slots: Slots | None = None) -> list[Hit]:
        """Every hit of a list in a text, in order, without overlaps (the longest wins).

        ``slots`` gives the spellings of ``<clinic>`` and ``<administrator>``. Raises SettingsError
        for an unknown list.
        """
        return self.read(text, freeze(slots)).find(list_name)

    def read_anew(self, text: str, slots: tuple[tuple[str, tuple[str, ...]], ...]) -> Reading:
        return Reading(self, text, dict(slots))

    def cues(self, name: str) -> frozenset[str]:
        """The single words of a list, as exact lower-case forms."""
        if name not in self.cue_lists:
            self.cue_lists[name] = frozenset(line.lower() for line in self.lists.get(name, []))
        return self.cue_lists[name]

    def patterns(self, name: str) -> Index:
        """Compiled patterns of a list, by a lemma that must occur, with all that must.

        Of all lemmas a pattern needs, the one fewest patterns share leads to it: 'you' would
        lead from every text to half of the list.
        """
        if name not in self.compiled:
            if name not in self.lists:
                raise SettingsError(
                    f"No phrase list '{name}' in language '{self.code}'.",
                    nearest(name, self.lists),
                )
            patterns = [self.compile(line) for line in self.lists[name]]
            shared = Counter(w for p in patterns for needs in p.needs for s in needs for w in s)
            index: Index = defaultdict(list)
            for pattern in patterns:
                for needs in pattern.needs:
                    anchor = min(needs, key=lambda s: (sum(shared[w] for w in s), sorted(s)))
                    for lemma in anchor:
                        index[lemma].append((needs, pattern))
            self.compiled[name] = dict(index)
        return self.compiled[name]

    def regex(self, name: str) -> tuple["re.Pattern[str]", list[Pattern]]:
        """A list where words aren't divided: one regex, and the pattern of each group."""
        if name not in self.regexes:
            lines = characters.ordered(self.lists[name])
            regex = characters.list_regex(lines, self.vocabulary.members)
            patterns = [
                Pattern(line, (), (), 0, any(cue in line for cue in self.negation))
                for line in lines
            ]
            self.regexes[name] = regex, patterns
        return self.regexes[name]

    def compile(self, line: str) -> Pattern:
        variants = [
            tuple((element, self.wanted(element)) for element in variant)
            for variant in parse(line, self.vocabulary.split)
        ]
        needs = dict.fromkeys(
            tuple(w for element, w in variant if w and not element.optional) for variant in variants
        )
        negative = any(self.negation & w for variant in variants for _, w in variant)
        reach = max(sum(element.gap or 1 for element, _ in variant) for variant in variants)
        return Pattern(line, tuple(needs), tuple(variants), reach, negative)

    def wanted(self, element: Element) -> frozenset[str]:
        """The lemmas of which a word must have one to stand at this position."""
        found: frozenset[str] = frozenset()
        for word in element.words:
            found |= {word.lower()} if word[0] in "<=" else self.vocabulary.forms(word)
        return found

    def matcher(self, pattern: Pattern) -> "Matcher":
        """The spaCy Matcher of one pattern, built when a text first might contain it."""
        if pattern.text not in self.matchers:
            from spacy.matcher import Matcher

            matcher = Matcher(self.vocabulary.nlp.vocab)
            matcher.add("hit", [spacy_pattern(v) for v in pattern.variants])
            self.matchers[pattern.text] = matcher
        return self.matchers[pattern.text]


def freeze(slots: Slots | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Slots as a hashable key."""
    return tuple((name, tuple(values)) for name, values in sorted((slots or {}).items()))


@cache
def load_book(code: str) -> Phrasebook:
    return Phrasebook(code)


__all__ = ["Hit", "PhraseFile", "Phrasebook", "Reading", "freeze"]
