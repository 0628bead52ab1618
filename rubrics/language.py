"""Words of a language: tokens with offsets, and the set of plausible lemmas of each.

spaCy is imported when the first text is read, so that importing this module costs nothing.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from auricle.errors import SettingsError
from auricle.strict import nearest, read_yaml, validate

SENTENCE_END = frozenset(".?!\u2026\u3002\uff1f\uff01")
CLAUSE_END = frozenset(",;:-\u2013\u2014\uff0c\uff1b\uff1a\u3001")
QUESTION = frozenset("?\uff1f")
EXCLAMATION = frozenset("!\uff01")
WIDE = frozenset("\uff0c\uff1b\uff1a")
APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
SAME_LETTERS = str.maketrans("\u0451\u0401", "\u0435\u0415")
"""Russian yo is mostly written as ye."""
ONE_SPELLING = APOSTROPHES | SAME_LETTERS
RESPELT = re.compile(f"[{''.join(map(chr, ONE_SPELLING))}]")
"""A letter or a mark that is written in one way for all."""


class LanguageSettings(BaseModel):
    """``language.yaml``: how words of this language are recognised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    complete: bool = True
    """False: a list that is missing yet finds nothing, and tests that need it can't be told."""
    spacy: str
    """Code of the blank spaCy pipeline whose tokenizer is used."""
    lemmatizer: str = "simplemma"
    """``simplemma``, ``morfeusz2`` (Polish), ``pymorphy3`` (Russian), ``none``, or ``characters``:
    no words at all, phrases are found in the bare text (Chinese)."""
    lemmatizer_code: str = ""
    extra_lemmas: dict[str, str] = {}
    """Form -> further lemmas, separated by spaces."""
    uninflected: str = ""
    """Words that are no form of another one, whatever the lemmatizer says: Polish *nie*, which it
    takes for "them" as well."""
    marks_lost: bool = False
    """Recognisers and hasty writers leave marks out: 'prosze' for 'prosz\u0119'."""
    abbreviations: str = ""
    """Words whose full stop ends no sentence, divided by spaces: 'dr', 'st'."""
    words_lost: str = ""
    """Small words that some speakers leave out; a phrase is found without them, too."""
    word_classes: dict[str, str] = {}
    """Slot name -> words that belong to it, separated by spaces."""
    word_beginnings: dict[str, str] = {}
    """Slot name -> beginnings of long words that belong to it, separated by spaces. Words of
    ``everyday.txt`` and ``known_words`` belong to it by none of beginning, ending and part."""
    word_endings: dict[str, str] = {}
    """Slot name -> endings of words that belong to it, separated by spaces."""
    word_parts: dict[str, str] = {}
    """Slot name -> parts (roots) of words that belong to it, separated by spaces."""
    known_words: str = ""
    """Words that everybody knows although they are rare, separated by spaces: 'gastroscopy'."""
    known_abbreviations: str = ""
    """Capitals that everybody knows, separated by spaces. Others are an ``<abbreviation>``."""
    sounds_alike: tuple[str, ...] = ()
    """Letters that the telephone makes one, a group in each text: 'b p'."""
    unheard: str = ""
    """Letters that it swallows."""
    same_letters: dict[str, str] = {}
    """Character -> the one it is taken for, where words aren't divided: speakers and recognisers
    exchange them."""
    not_names: str = ""
    """Capitalised words that are nobody's name."""
    given_names: str = ""


OWN_FOLDER = "AURICLE_LANGUAGES"
"""Environment variable: a folder with more languages, each in a folder named by its code."""


def folders() -> dict[str, Traversable]:
    """Code -> folder of every language: those that come along, and the clinic's own."""
    return _folders(os.environ.get(OWN_FOLDER, ""))


@cache
def _folders(own: str) -> dict[str, Traversable]:
    roots: list[Traversable] = [resources.files("rubrics") / "lang"]
    return {
        folder.name: folder
        for root in (*roots, *([Path(own)] if own else []))
        if root.is_dir()
        for folder in root.iterdir()
        if (folder / "language.yaml").is_file()
    }


def languages() -> list[str]:
    """Codes of the languages that have a folder."""
    return sorted(folders())


def language_files(code: str) -> dict[str, str]:
    """File name -> text of every YAML of a language; raises SettingsError if there is none."""
    found = folders()
    if code not in found:
        raise SettingsError(f"No phrase lists for language '{code}'.", nearest(code, found))
    files = sorted((f for f in found[code].iterdir() if f.name.endswith(".yaml")), key=_name)
    return {f"{code}/{f.name}": f.read_text("utf-8") for f in files}


def _name(file: Traversable) -> str:
    return file.name


def everyday_words(code: str) -> frozenset[str]:
    """Words of ``everyday.txt``: common ones that look technical. Empty without that file."""
    file = folders()[code] / "everyday.txt"
    if not file.is_file():
        return frozenset()
    lines = file.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def normalise(text: str) -> str:
    """NFC, one kind of apostrophe, no soft hyphens or odd blanks: same meaning, fewer spellings."""
    text = one_spelling(unicodedata.normalize("NFC", text))
    return text.replace("\u00a0", " ").replace("\u00ad", "")


def one_spelling(text: str) -> str:
    """One kind of apostrophe, and no Russian yo. Few texts have any, and to look is quicker."""
    return text.translate(ONE_SPELLING) if RESPELT.search(text) else text


def unmarked(word: str) -> str:
    """Without what stands above, below or across letters."""
    plain = unicodedata.normalize("NFD", word).replace("\u0142", "l")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's words without punctuation; ``sentence`` and ``clause`` number them."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    """Counted through the whole text; a new one begins at each comma."""
    asked: frozenset[int]
    """Sentences that end in a question mark."""
    exclaimed: frozenset[int]
    """Sentences that end in an exclamation mark alone."""
    unmarked: int | None
    """The last sentence, where no mark ends it: it may have lost a question mark."""


class Piece(NamedTuple):
    """A word or punctuation mark, and what it ends."""

    raw: str
    is_word: bool
    ends_sentence: bool
    """Unless it is the full stop of an abbreviation."""
    asks: bool
    exclaims: bool
    ends_clause: bool


def piece_of(raw: str) -> Piece:
    """A word ends a sentence with its last letter, as 'm.' does, but asks nothing with it."""
    letters = set(raw)
    is_word = any(map(str.isalnum, raw))
    return Piece(
        raw,
        is_word,
        ends_sentence=not SENTENCE_END.isdisjoint(raw[-1:] if is_word else letters),
        asks=not (is_word or QUESTION.isdisjoint(letters)),
        exclaims=not (is_word or EXCLAMATION.isdisjoint(letters)),
        ends_clause=not (is_word or CLAUSE_END.isdisjoint(letters)),
    )


SlotRule = tuple[str, re.Pattern[str]]
"""A slot, and how words look that can fill it."""


class Vocabulary:
    """Tokenizer and lemmas of one language."""

    def __init__(self, code: str, settings: LanguageSettings) -> None:
        self.code = code
        self.complete = settings.complete
        self.characters = settings.lemmatizer == "characters"
        self.nlp = spacy().blank(settings.spacy)
        self.lemma: Lemmatizer = lemmatizer(settings)
        self.same_letters = str.maketrans(settings.same_letters)
        self.extra = {form: frozenset(ls.split()) for form, ls in settings.extra_lemmas.items()}
        self.uninflected = frozenset(settings.uninflected.split())
        self.marks_lost = settings.marks_lost
        short = "|".join(map(re.escape, settings.abbreviations.split())) or "(?!)"
        self.abbreviation = re.compile(rf"(?<!\w)(?:[^\W\d]\.[^\W\d]|{short})\.$", re.I)
        self.words_lost = frozenset(settings.words_lost.split())
        self.roots = slot_rules("^(?:{})", settings.word_beginnings)
        self.roots += slot_rules("(?:{})", settings.word_parts)
        self.endings = slot_rules("(?:{})$", settings.word_endings)
        self.known = everyday_words(code) | frozenset(settings.known_words.split())
        self.known_abbreviations = frozenset(settings.known_abbreviations.split())
        self.not_names = frozenset(settings.not_names.split())
        self.given_names = frozenset(settings.given_names.split())
        self.sounds_alike, self.unheard = settings.sounds_alike, settings.unheard
        self.members = {slot: tuple(ws.split()) for slot, ws in settings.word_classes.items()}
        self.classes: dict[str, frozenset[str]] = {}
        for slot, words in settings.word_classes.items():
            for word in words.split():
                old = self.classes.get(word, frozenset())
                self.classes[word] = old | {f"<{slot}>"}
        self.lemmas: Callable[[str], frozenset[str]] = lru_cache(50_000)(self.plausible_lemmas)
        self.forms: Callable[[str], frozenset[str]] = lru_cache(50_000)(self.plausible_forms)
        rules = getattr(self.nlp.tokenizer, "rules", None)
        self.special = frozenset(rules or ())
        """What the tokenizer divides in a way of its own: 'cannot', 'gonna'."""
        blanks = [re.escape(rule) for rule in rules or () if " " in rule.strip()]
        self.with_blanks = re.compile("|".join(blanks) or "(?!)" if rules is not None else "")
        """Texts with one of these are divided as a whole; in others no token has a blank."""
        self.parts_of = lru_cache(50_000)(self.tokenised)
        self.piece = lru_cache(50_000)(piece_of)

    def plausible_forms(self, form: str) -> frozenset[str]:
        """The form and every lemma it may have, lower case."""
        low = form.lower()
        lemmas = () if low in self.uninflected else self.lemma(low)
        found = frozenset({low, *lemmas}) | self.extra.get(low, frozenset())
        return found | {unmarked(word) for word in found} if self.marks_lost else found

    def plausible_lemmas(self, form: str) -> frozenset[str]:
        """``forms`` plus the slots the word can fill and its exact form as ``=form``."""
        if form.startswith("<"):
            return frozenset({form, "<name>"} if form == "<administrator>" else {form})
        low = form.lower()
        found = self.forms(form) | {f"={low}"} | self.classes.get(low, frozenset())
        is_title = form[0].isupper() and form[1:].islower() and low.isalpha()
        if len(low) >= LONG_WORD:  # a name may end like anything
            found |= self.shapes(form, self.roots if is_title else self.roots + self.endings)
        elif is_abbreviation(form) and form not in self.known_abbreviations:
            found |= {"<abbreviation>"}
        if low[0].isdigit():
            found |= {"<number>", "<time>"} if ":" in low else {"<number>"}
        if (is_title or low in self.given_names) and low not in self.not_names:
            found |= {"<name>"}
        return found

    def shapes(self, form: str, rules: list[SlotRule]) -> frozenset[str]:
        """Slots whose words look like this one, unless it is one that everybody knows."""
        forms = self.forms(form)
        if not self.known.isdisjoint(forms):
            return frozenset()
        long = [one for one in forms if len(one) >= LONG_WORD]
        return frozenset(slot for slot, rule in rules if any(map(rule.search, long)))

    def split(self, text: str) -> list[str]:
        """Words of a pattern, tokenised as texts are."""
        return [piece.raw for _, piece in self.pieces(text) if piece.is_word]

    def pieces(self, text: str) -> Iterator[tuple[int, Piece]]:
        """Each token, punctuation and all, and its offset."""
        if self.characters:
            yield from enumerate(map(self.piece, text))
            return
        if self.with_blanks.search(text):
            yield from self.tokenised(text)
            return
        for match in UNBROKEN.finditer(text):
            start = match.start()
            for at, piece in self.parts_of(match[0]):
                yield start + at, piece

    def tokenised(self, text: str) -> tuple[tuple[int, Piece], ...]:
        if self.is_plain(text):
            return ((0, self.piece(text)),)
        marked = text[-1:] in PLAIN_ENDS or (text[-1:] == "." and text[-2:-1].islower())
        if marked and self.is_plain(text[:-1]) and text not in self.special:
            return (0, self.piece(text[:-1])), (len(text) - 1, self.piece(text[-1]))
        return tuple((token.idx, self.piece(token.text)) for token in self.nlp.tokenizer(text))

    def is_plain(self, text: str) -> bool:
        """Letters only and no word that spaCy takes apart: one token, found ten times as fast."""
        return text.isalpha() and text not in self.special

    def ends_sentence(self, text: str, end: int) -> bool:
        """A mark before offset ``end`` ends a sentence: 'a.m.' and 'Dr.' don't."""
        return text[end - 1] != "." or not self.abbreviation.search(
            text, max(end - LONGEST_ABBREVIATION, 0), end
        )

    def tokens(self, text: str, names: Mapping[tuple[int, int], str]) -> Tokens:
        """Words of a normalised text; each span in ``names`` becomes one word, its slot."""
        found: list[tuple[str, tuple[int, int], int, int]] = []
        asked: set[int] = set()
        exclaimed: set[int] = set()
        sentence = clause = skip_to = 0
        inside = {start: (end, slot) for (start, end), slot in names.items()}
        for start, piece in self.pieces(text):
            if start < skip_to:
                continue
            if start in inside:
                skip_to, slot = inside[start]
                found.append((slot, (start, skip_to), sentence, clause))
                continue
            end = start + len(piece.raw)
            if piece.is_word:
                found.append((piece.raw, (start, end), sentence, clause))
            if piece.ends_sentence and self.ends_sentence(text, end):
                if piece.asks:
                    asked.add(sentence)
                elif piece.exclaims:
                    exclaimed.add(sentence)
                sentence += 1
                clause += 1
            elif piece.ends_clause and not glued(text, start, len(piece.raw)):
                clause += 1
        words, spans, sentences, clauses = zip(*found, strict=True) if found else ((),) * 4
        last = sentence if sentence in sentences[-1:] else None
        return Tokens(
            text, words, spans, sentences, clauses, frozenset(asked), frozenset(exclaimed), last
        )


PLAIN_ENDS = (",", "?", "!")
"""Marks that always are tokens of their own behind a word; a full stop is behind a small letter,
unless the tokenizer knows the two as an abbreviation."""
UNBROKEN = re.compile(r"\S+")
LONG_WORD = 7
"""Letters of a word whose beginning, ending or root says what it is."""
ABBREVIATION = range(2, 7)
"""Letters of an abbreviation."""
LONGEST_ABBREVIATION = 16
"""Characters of an abbreviation and what stands before it."""


def is_abbreviation(form: str) -> bool:
    """A few capitals, perhaps several of them: 'TSH', 'LFTs'."""
    capitals = form.removesuffix("s")
    return len(capitals) in ABBREVIATION and capitals.isalpha() and capitals.isupper()


def slot_rules(template: str, pieces: Mapping[str, str]) -> list[SlotRule]:
    """Slots and the regular expression of their beginnings, endings or parts."""
    return [
        (f"<{slot}>", re.compile(template.format("|".join(map(re.escape, any_of.split())))))
        for slot, any_of in pieces.items()
    ]


def glued(text: str, start: int, length: int) -> bool:
    """A hyphen inside a word, as in check-up. Chinese commas stand without blanks anyway."""
    end = start + length
    if text[start] in WIDE:
        return False
    return start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()


Lemmatizer = Callable[[str], tuple[str, ...]]
"""Form -> every lemma it may have, lower case."""


def simplemma(code: str) -> Lemmatizer:
    from simplemma import lemmatize

    return lambda form: (lemmatize(form, lang=code).lower(),)


def morfeusz(code: str) -> Lemmatizer:
    from morfeusz2 import Morfeusz

    analyser = Morfeusz(generate=False)
    return lambda form: tuple(
        found[1].split(":")[0].lower()
        for start, _, found in analyser.analyse(form)
        if start == 0  # the "m" of "byłam" is a word of its own for Morfeusz
    )


def pymorphy(code: str) -> Lemmatizer:
    from pymorphy3 import MorphAnalyzer

    # Which of a word's lemmas is the likeliest would take half of the time, and all are used.
    analyser = MorphAnalyzer(lang=code, probability_estimator_cls=None)
    return lambda form: tuple(
        lemma.translate(SAME_LETTERS) for lemma in analyser.normal_forms(form)
    )


def bare(code: str) -> Lemmatizer:
    return lambda form: (form,)


LEMMATIZERS: dict[str, Callable[[str], Lemmatizer]] = {
    "simplemma": simplemma,
    "morfeusz2": morfeusz,
    "pymorphy3": pymorphy,
    "characters": bare,
    "none": bare,
}


def lemmatizer(settings: LanguageSettings) -> Lemmatizer:
    """The lemmatizer a language names. Raises SettingsError for an unknown one."""
    if settings.lemmatizer not in LEMMATIZERS:
        raise SettingsError(
            f"Language '{settings.name}': no lemmatizer '{settings.lemmatizer}'.",
            nearest(settings.lemmatizer, LEMMATIZERS),
        )
    return LEMMATIZERS[settings.lemmatizer](settings.lemmatizer_code or settings.spacy)


@cache
def spacy() -> Any:
    """spaCy, for its tokenizers alone. It imports torch wherever torch is, for its models: a second
    and 180 MB that nothing here has a use for."""
    hidden = "torch" not in sys.modules
    if hidden:
        sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        return import_module("spacy")
    finally:
        if hidden:
            del sys.modules["torch"]


@cache
def vocabulary(code: str) -> Vocabulary:
    """The vocabulary of a language, loaded once a process."""
    where = f"{code}/language.yaml"
    data: Any = read_yaml(language_files(code)[where], where)
    return Vocabulary(code, validate(LanguageSettings, data, where))
