"""Find phrases in what people said, whatever the inflection, and whether they were meant.

book = Phrasebook.load("en")
for hit in book.find("booking_offer", "Would you like to book a visit?"):
    print(hit.start, hit.end, hit.text, hit.question)
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, RootModel

from auricle.errors import SettingsError
from rubrics.language import Tokens, Vocabulary, language_files, normalise, vocabulary
from rubrics.names import Slots, find_names
from rubrics.patterns import Element, parse
from rubrics.strict import nearest, read_yaml, validate

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

NOT_PHRASES = ("language.yaml", "numbers.yaml")
NEGATION_REACH = 4
"""A negation cue counts for a phrase that starts at most so many words after it."""
CONTRAST_REACH = 2
"""'I understand, but ...': a contrast word at most so many words after the phrase."""


class PhraseList(BaseModel):
    """A named list: what it is for, and one pattern a line (``#`` starts a comment)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    phrases: str

    def lines(self) -> list[str]:
        found = (line.split("#")[0].strip() for line in self.phrases.splitlines())
        return [line for line in found if line]


class PhraseFile(RootModel[dict[str, PhraseList]]):
    """One YAML file of named lists."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a phrase was said and in what mood."""

    list: str
    start: int
    """Offset of the first character in the text."""
    end: int
    """Offset behind the last character."""
    text: str
    """The words as they stand in the text."""
    pattern: str
    sentence: int
    words: tuple[int, int]
    """First word and the one behind the last, counted without punctuation."""
    negated: bool = False
    question: bool = False
    conditional: bool = False
    quoted: bool = False
    contrasted: bool = False
    """Followed at once by 'but' or the like."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled line: which lemmas it needs at all, and the matcher that decides."""

    text: str
    needs: tuple[tuple[frozenset[str], ...], ...]
    """Per variant, the lemma sets that must each occur somewhere in the text."""
    variants: tuple[tuple[tuple[Element, frozenset[str]], ...], ...]
    has_negation: bool


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
        self.read = lru_cache(4096)(self.read_anew)
        self.compiled: dict[str, dict[str, list[Pattern]]] = {}
        self.matchers: dict[str, Matcher] = {}
        self.negation = self.cues("negation")
        self.conditional = self.cues("conditional")
        self.contrast = self.cues("contrast")

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

    def read_anew(self, text: str, slots: tuple[tuple[str, tuple[str, ...]], ...]) -> "Reading":
        return Reading(self, text, dict(slots))

    def cues(self, name: str) -> frozenset[str]:
        """The single words of a list, as exact lower-case forms."""
        return frozenset(line.lower() for line in self.lists.get(name, []))

    def patterns(self, name: str) -> dict[str, list[Pattern]]:
        """Compiled patterns of a list, by a lemma that must occur (each pattern's rarest)."""
        if name not in self.compiled:
            if name not in self.lists:
                raise SettingsError(
                    f"No phrase list '{name}' in language '{self.code}'.",
                    nearest(name, self.lists),
                )
            index: dict[str, list[Pattern]] = defaultdict(list)
            for pattern in [self.compile(line) for line in self.lists[name]]:
                anchors = {min(needs, key=len) for needs in pattern.needs}
                for lemma in frozenset().union(*anchors):
                    index[lemma].append(pattern)
            self.compiled[name] = dict(index)
        return self.compiled[name]

    def compile(self, line: str) -> Pattern:
        variants = [
            tuple((element, self.wanted(element)) for element in variant)
            for variant in parse(line, self.vocabulary.split)
        ]
        needs = tuple(
            tuple(w for element, w in variant if w and not element.optional) for variant in variants
        )
        negative = any(self.negation & w for variant in variants for _, w in variant)
        return Pattern(line, needs, tuple(variants), negative)

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


def spacy_pattern(variant: tuple[tuple[Element, frozenset[str]], ...]) -> list[dict[str, object]]:
    """One variant in the Matcher's own format."""
    found: list[dict[str, object]] = []
    for element, lemmas in variant:
        if element.gap:
            found.extend({"OP": "?"} for _ in range(element.gap))
            continue
        spec: dict[str, object] = {"_": {"lemmas": {"INTERSECTS": sorted(lemmas)}}}
        found.append(spec | {"OP": "?"} if element.optional else spec)
    return found


class Reading:
    """One text, tokenised once, searched as often as one likes."""

    def __init__(self, book: Phrasebook, text: str, slots: Slots) -> None:
        self.book = book
        clean = normalise(text)
        self.tokens: Tokens = book.vocabulary.tokens(clean, find_names(clean, slots))
        self.original = text
        self.same_length = len(clean) == len(text)
        self.hits: dict[str, list[Hit]] = {}

    @cached_property
    def doc(self) -> "Doc":
        return self.book.vocabulary.doc(self.tokens)

    @cached_property
    def lemmas(self) -> list[frozenset[str]]:
        return [self.book.vocabulary.lemmas(word) for word in self.tokens.words]

    @cached_property
    def all_lemmas(self) -> frozenset[str]:
        return frozenset().union(*self.lemmas)

    def find(self, name: str) -> list[Hit]:
        """Hits of one list, in order of position."""
        if name not in self.hits:
            self.hits[name] = self.search(name)
        return self.hits[name]

    def search(self, name: str) -> list[Hit]:
        taken: list[tuple[int, int, Pattern]] = []
        for span in sorted(self.matches(name), key=lambda s: (s[0] - s[1], s[0], s[2].text)):
            if all(span[1] <= start or end <= span[0] for start, end, _ in taken):
                taken.append(span)
        return [self.hit(name, *span) for span in sorted(taken, key=lambda s: s[0])]

    def matches(self, name: str) -> list[tuple[int, int, Pattern]]:
        """Every match inside one sentence, as word spans, overlaps and all.

        An index of lemmas picks the few patterns that could match; spaCy's Matcher decides.
        """
        index = self.book.patterns(name)
        lemmas = self.all_lemmas
        candidates = {p.text: p for lemma in lemmas & index.keys() for p in index[lemma]}
        return [
            (start, end, pattern)
            for pattern in candidates.values()
            if any(not any(lemmas.isdisjoint(n) for n in needs) for needs in pattern.needs)
            for _, start, end in self.book.matcher(pattern)(self.doc)
            if self.tokens.sentence[start] == self.tokens.sentence[end - 1]
        ]

    def hit(self, name: str, start: int, end: int, pattern: Pattern) -> Hit:
        first, last = self.offsets(start, end)
        return Hit(
            list=name,
            start=first,
            end=last,
            text=self.original[first:last],
            pattern=pattern.text,
            sentence=self.tokens.sentence[start],
            words=(start, end),
            negated=self.is_negated(start, end, pattern),
            question=self.is_question(start),
            conditional=self.is_conditional(start),
            quoted=any(self.before(start, end) for end in self.ends("quotation")),
            contrasted=self.is_contrasted(end),
        )

    def offsets(self, start: int, end: int) -> tuple[int, int]:
        """Character offsets in the original text of words ``start`` to ``end``."""
        first, last = self.tokens.spans[start][0], self.tokens.spans[end - 1][1]
        if self.same_length:
            return first, last
        lengths = [len(normalise(self.original[:i])) for i in range(len(self.original) + 1)]
        return (
            max(i for i, length in enumerate(lengths) if length <= first),
            min(i for i, length in enumerate(lengths) if length >= last),
        )

    def is_negated(self, start: int, end: int, pattern: Pattern) -> bool:
        """A negation cue shortly before in the same clause, or in a gap of the phrase."""
        clause = self.tokens.clause
        inside = [] if pattern.has_negation else range(start, end)
        cues = [*range(max(0, start - NEGATION_REACH), start), *inside]
        for i in cues:
            if clause[i] != clause[start] and i < start:
                continue
            if self.tokens.words[i].lower() in self.book.negation and not self.harmless(i):
                return True
        return False

    def harmless(self, word: int) -> bool:
        """The negation is part of a set phrase such as 'why don't we' or 'no problem'."""
        return word in self.covered("not_negation")

    def covered(self, name: str) -> set[int]:
        """Every word that is part of a hit of a list (cues: no moods of their own)."""
        return {i for start, end in self.cue_spans(name) for i in range(start, end)}

    def cue_spans(self, name: str) -> list[tuple[int, int]]:
        """Word spans of a list of cues, found without asking for their moods."""
        if name not in self.book.lists:
            return []  # a young language may lack a list of cues
        if name not in self.spans:
            self.spans[name] = sorted((start, end) for start, end, _ in self.matches(name))
        return self.spans[name]

    @cached_property
    def spans(self) -> dict[str, list[tuple[int, int]]]:
        return {}

    def ends(self, name: str) -> list[int]:
        return [end for _, end in self.cue_spans(name)]

    def before(self, start: int, cue_end: int) -> bool:
        """The cue ends before the phrase, in the same sentence."""
        return cue_end <= start and (
            self.tokens.sentence[cue_end - 1] == self.tokens.sentence[start]
        )

    @cached_property
    def question_clauses(self) -> frozenset[int]:
        """Clauses that ask: they begin as questions do, or their sentence ends in '?'."""
        clause, sentence = self.tokens.clause, self.tokens.sentence
        starts = {clause[i]: i for i in reversed(range(len(clause)))}
        asking = {clause[s] for s, _ in self.cue_spans("question_start") if starts[clause[s]] == s}
        found = set(asking)
        for number in self.tokens.asked:
            inside = {c for c, s in zip(clause, sentence, strict=True) if s == number}
            first = min(asking & inside, default=min(inside, default=0))
            found |= {c for c in inside if c >= first}
        return frozenset(found)

    def is_question(self, word: int) -> bool:
        return self.tokens.clause[word] in self.question_clauses

    def is_conditional(self, word: int) -> bool:
        """'if' or the like earlier in the same clause."""
        clause = self.tokens.clause
        return any(
            self.tokens.words[i].lower() in self.book.conditional
            for i in range(word)
            if clause[i] == clause[word]
        )

    def is_contrasted(self, end: int) -> bool:
        words, sentence = self.tokens.words, self.tokens.sentence
        stop = min(len(words), end + CONTRAST_REACH)
        return any(
            words[i].lower() in self.book.contrast and sentence[i] == sentence[end - 1]
            for i in range(end, stop)
        )


def freeze(slots: Slots | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Slots as a hashable key."""
    return tuple((name, tuple(values)) for name, values in sorted((slots or {}).items()))


@cache
def load_book(code: str) -> Phrasebook:
    return Phrasebook(code)
