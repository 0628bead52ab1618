"""One call, prepared for detectors: whose turns, their phrases, word-exact quotes."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import fsum

from auricle.models import Call, Evidence, Role, Transcript, Turn, Verdict
from rubrics.facts import FactSheet
from rubrics.language import languages, normalise
from rubrics.names import FrozenSlots
from rubrics.phrases import OwnPhrases, Phrasebook, Reading, freeze
from rubrics.reading import ANY_QUESTION, search_together
from scoring import confidence, evidence
from scoring.facts.words import shadow
from scoring.misheard import repaired
from scoring.opinions import Line, Opinion

Ask = Callable[[str, Role, Sequence[Line]], list[Opinion]]
"""Question, whose words must prove it, and the turns -> votes."""
NO_TURNS: frozenset[int] = frozenset()
LATE_S = 3.0
"""Nobody waits longer with the first word after answering."""
NAME_SLOTS = frozenset({"<name>", "<clinic>", "<administrator>"})
SHORTEST_CHINESE = 2
ENOUGH_WORDS = 5
"""Words that speak for themselves."""
LONGEST_PASSAGE = 20
"""Words of a sentence that may be quoted whole."""
SHORTEST_NAME = 3
"""Letters of a clinic's short name."""
LONG_NAME = 4
"""Letters of a word that alone may stand for a name of several."""
QUOTED_NAME = re.compile(r"[\u00ab\u201c\u201e\"](.+?)[\u00bb\u201d\u201c\"]")


def last_lower(words: list[str]) -> int:
    """Behind the last word in small letters; behind all if there is none, or nothing behind it."""
    small = [i for i, word in enumerate(words) if word[0].islower()]
    return small[-1] + 1 if small else len(words)


@dataclass(frozen=True)
class Context:
    """Everything detectors may look at. Nothing here changes; views are computed when asked for."""

    call: Call
    transcript: Transcript
    facts: FactSheet | None = None
    cache: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    """For detectors: results that several criteria share."""
    verdicts: dict[str, Verdict] = field(default_factory=dict, compare=False, repr=False)
    """Of the criteria judged so far, in the rubric's order."""
    own_phrases: OwnPhrases = ()
    """The rubric's, in the call's language."""
    ask: Ask | None = field(default=None, compare=False, repr=False)
    """Puts a question to a language model; None: there is none."""

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        return self.transcript.turns

    @cached_property
    def language(self) -> str:
        """Code of the phrase lists to use; empty when there are none for this language."""
        code = self.transcript.language.split("-")[0].lower()
        return code if code in languages() else ""

    @cached_property
    def book(self) -> Phrasebook:
        return Phrasebook.load(self.language).extended(self.own_phrases)

    @cached_property
    def guess(self) -> "Context | None":
        """The same call with unsure words as those they sound like; None if there are none."""
        if not self.language or self.book.vocabulary.characters:
            return None
        transcript = repaired(self.transcript, self.book.spelling)
        if transcript is None:
            return None
        return replace(self, transcript=transcript, cache={}, verdicts={}, ask=None)

    @cached_property
    def slots(self) -> FrozenSlots:
        """Spellings of the clinic's and the administrator's name."""
        clinic = [self.call.clinic]
        if self.facts:
            clinic += [self.facts.clinic, *self.facts.aliases]
        short = [one for name in clinic for one in self.short(name)]
        administrator = self.call.administrator.split()
        return freeze(
            {
                "administrator": [
                    normalise(n) for n in administrator if len(n) > 2 or not n.isascii()
                ],
                "clinic": list(dict.fromkeys(normalise(n) for n in [*clinic, *short] if n)),
            }
        )

    def short(self, clinic: str) -> list[str]:
        """What people call a clinic: 'Riverside' for 'Riverside Dental', what stands in quotation
        marks, the capitalised words behind what kind of clinic it is. None is too common a word."""
        if not self.language:
            return []
        vocabulary = self.book.vocabulary
        if vocabulary.characters:
            kinds = vocabulary.members.get("clinic_word", ())
            for word in sorted(kinds, key=len, reverse=True):  # all of 门诊部, not only 门诊
                clinic = clinic.replace(word, "")
            return [clinic] if len(clinic) >= SHORTEST_CHINESE else []
        words = clinic.split()
        names = [
            " ".join(w for w in words if not self.says_kind(w)),
            *QUOTED_NAME.findall(clinic),
            *(w for w in (*words[:1], *words[-1:]) if len(w) >= LONG_NAME and w[0].isupper()),
            " ".join(words[last_lower(words) :]),
        ]
        return [
            name
            for name in dict.fromkeys(names)
            if len(name) >= SHORTEST_NAME
            and not all(
                self.says_kind(w) or w.lower() in vocabulary.not_names for w in name.split()
            )
        ]

    def says_kind(self, word: str) -> bool:
        """'Dental', 'Clinic': a word of many names."""
        return "<clinic_word>" in self.book.vocabulary.classes.get(word.lower(), ())

    def turns_of(self, role: Role) -> list[int]:
        """Indices of the turns somebody of this role said something in, in order of time."""
        return self.by_role.get(role, [])

    def others_before(self, turn: int) -> list[int]:
        """Indices of the turns that other people, no recording, began before this one."""
        start_s, role = self.turns[turn].start_s, self.turns[turn].role
        return [
            i
            for i, other in enumerate(self.turns)
            if other.role not in (role, "ivr") and other.start_s < start_s
        ]

    @cached_property
    def by_role(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i in sorted(range(len(self.turns)), key=lambda i: (self.turns[i].start_s, i)):
            if self.turns[i].text.strip():
                found.setdefault(self.turns[i].role, []).append(i)
        return found

    def turn_before(self, turn: int) -> int | None:
        """The last turn of administrator or patient that begins before another's."""
        spoken, starts = self.conversation
        at = bisect_left(starts, self.turns[turn].start_s)
        return spoken[at - 1] if at else None

    @cached_property
    def conversation(self) -> tuple[list[int], list[float]]:
        """The turns of administrator and patient in order, and when each begins."""
        both = [t for role in ("patient", "administrator") for t in self.by_role.get(role, [])]
        # Of turns that begin at once, the first one listed counts as the last.
        both.sort(key=lambda t: self.turns[t].start_s)
        return both, [self.turns[t].start_s for t in both]

    def reading(self, turn: int) -> Reading:
        """The turn's text, ready to be searched for phrases."""
        found = self.readings.get(turn)
        if found is None:
            found = self.readings[turn] = self.book.read(self.turns[turn].text, self.slots)
        return found

    @cached_property
    def readings(self) -> dict[int, Reading]:
        return {}

    def turns_with(self, names: Sequence[str]) -> Set[int]:
        """The turns in which a phrase of one of the lists may be found; no others need a look.

        Raises SettingsError for an unknown list.
        """
        by_list, found = self.by_list, []
        for name in names:
            if name in by_list:
                found.append(by_list[name])
            else:
                self.book.require(name)
        return found[0] if len(found) == 1 else NO_TURNS.union(*found)

    @cached_property
    def by_list(self) -> dict[str, set[int]]:
        """List -> the turns with a phrase of it; any of them may hold a question."""
        spoken = [turn for turns in self.by_role.values() for turn in turns]
        found: dict[str, set[int]] = {ANY_QUESTION: {*range(len(self.turns))}}
        search_together([*map(self.reading, spoken), *self.shadows(spoken)])
        for turn in spoken:
            for name in self.reading(turn).everything:
                found.setdefault(name, set()).add(turn)
        return found

    def shadows(self, turns: Iterable[int]) -> list[Reading]:
        """What the finders of facts read instead of turns, where that is another text."""
        if self.book.vocabulary.characters:
            return []  # all of them, and nothing is searched together there
        texts = (self.turns[turn].text for turn in turns)
        pairs = ((text, shadow(self.language, text).text) for text in texts)
        return [self.book.read(seen, self.slots) for text, seen in pairs if seen != text]

    @cached_property
    def anonymous(self) -> list[Line]:
        """Who speaks and the words of every turn, with what may be a name left out."""
        if not self.language:
            return [(turn.role, turn.text) for turn in self.turns]
        found: list[Line] = []
        for i, turn in enumerate(self.turns):
            reading, text, at = self.reading(i), "", 0
            for word, lemmas in enumerate(reading.lemmas):
                if lemmas & NAME_SLOTS:
                    start, end = reading.offsets(word, word + 1)
                    text, at = f"{text}{turn.text[at:start]}[name]", end
            found.append((turn.role, text + turn.text[at:]))
        return found

    @cached_property
    def unknown_share(self) -> float:
        """Share of all human talk (in seconds) whose speaker's role is not known."""
        talk = {r: self.talk_s(r) for r in ("administrator", "patient", "unknown")}
        total = fsum(talk.values())
        return talk["unknown"] / total if total else 0.0

    def talk_s(self, role: str) -> float:
        return fsum(self.turns[i].end_s - self.turns[i].start_s for i in self.by_role.get(role, []))

    @cached_property
    def first_human(self) -> int | None:
        """The first turn of somebody who isn't a recording."""
        human = [i for r in ("administrator", "patient", "unknown") for i in self.turns_of(r)]
        return min(human, key=lambda i: self.turns[i].start_s, default=None)

    @cached_property
    def beginning_heard(self) -> bool:
        """False when the first words after somebody answered seem to be missing.

        On an inbound call the administrator speaks first; if the transcript begins with the
        patient, or well after the answer, what she said was not recognised.
        """
        if self.first_human is None or self.call.direction == "outbound":
            return True
        first = self.turns[self.first_human]
        answered = self.transcript.line.answered_at_s or self.call.line.answered_at_s
        late = answered is not None and first.start_s > answered + LATE_S
        return first.role != "patient" and not late

    def quote(self, turn: int, start: int, end: int, note: str | None = None) -> Evidence:
        """The words between two character offsets of a turn, with their exact times."""
        key = turn, start, end, note
        if key not in self.quotes:
            words = self.spans(turn)
            self.quotes[key] = evidence.quote(self.turns[turn], turn, words, start, end, note)
        return self.quotes[key]

    @cached_property
    def quotes(self) -> dict[tuple[int, int, int, str | None], Evidence]:
        return {}

    def passage(self, turn: int, start: int, end: int) -> tuple[int, int]:
        """Where few words stand between two offsets, the sentence or clauses around them.

        A number or a name alone proves nothing to somebody who reads only the quote.
        """
        if len(self.turns[turn].text[start:end].split()) >= ENOUGH_WORDS:
            return start, end
        reading = self.reading(turn)
        tokens = reading.tokens
        first, behind = evidence.touched(tokens.spans, start, end)
        if first == behind:
            return start, end
        for parts in (tokens.sentence, tokens.clause):
            whole = bisect_left(parts, parts[first]), bisect_right(parts, parts[behind - 1])
            begin, stop = reading.offsets(*whole)
            if len(self.turns[turn].text[begin:stop].split()) <= LONGEST_PASSAGE:
                return min(begin, start), max(stop, end)
        return start, end

    def spans(self, turn: int) -> evidence.Spans:
        """Character offsets of the words of a turn."""
        if turn not in self.word_spans:
            self.word_spans[turn] = evidence.word_spans(self.turns[turn])
        return self.word_spans[turn]

    @cached_property
    def word_spans(self) -> dict[int, evidence.Spans]:
        return {}

    def heard(self, turn: int, start: int, end: int) -> float:
        """How surely the words between two offsets were recognised and are this role's."""
        return min(
            self.turns[turn].role_confidence,
            confidence.of_words(self.turns[turn], self.spans(turn), start, end),
        )

    def searched(self, turns: Sequence[int]) -> float:
        """How surely nothing was missed in these turns."""
        key = tuple(turns)
        if key not in self.searches:
            heard = confidence.of_turns([self.turns[i] for i in turns])
            self.searches[key] = min(1.0 - self.unknown_share, heard)
        return self.searches[key]

    @cached_property
    def searches(self) -> dict[tuple[int, ...], float]:
        return {}
