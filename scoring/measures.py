"""Measures of the line and of the conversation, each with its source and how sure it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from auricle.messages import N_, P_
from auricle.models import Evidence, LineFact, Turn
from scoring.confidence import of_roles
from scoring.context import Context
from scoring.explained import explains, patient_said

MIN_OVERLAP_S = 0.3
"""Shorter overlaps happen between polite people."""
NEARLY_DONE_S = 0.3
"""The patient had at least this much left to say when the administrator cut in."""
FLOOR_S = 0.0
"""She took the floor if she went on at least this long after the patient stopped."""
OVERLAP_CONFIDENCE = {"stereo": 0.95, "mono": 0.6, "fake_stereo": 0.6}
"""In one channel overlapping speech is often heard as turns one after the other."""
CUTS_IN = N_("begins before the other has finished")
WORDS, RATE = N_("words"), N_("words/min")
MIN_WORDS = 20
"""Rates over fewer words say nothing."""
STOP = re.compile(r"[.?!\u3002\uff1f\uff01]+(?:\s+|$)")
LONG_WORD = 6
"""Letters; LIX counts words with more of them."""
WORDS_PER_STOP = 45
"""With more words a full stop the recogniser left punctuation out."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value with unit and source; ``value`` None when it could not be measured."""

    value: float | None
    unit: str
    source: str
    confidence: float = 0.95
    precision: float = 0.0
    """The true value is expected within plus or minus this."""
    evidence: tuple[Evidence, ...] = ()
    """Places in the call that make up the value."""
    uses_roles: bool = True


def measure(ctx: Context, name: str) -> Measurement:
    """One measure by name, computed once a call. Raises KeyError for an unknown name."""
    if ("measure", name) not in ctx.cache:
        ctx.cache["measure", name] = MEASURES[name](ctx)
    found = ctx.cache["measure", name]
    assert isinstance(found, Measurement)
    return found


def line_fact(name: str) -> Callable[[Context], Measurement]:
    def read(ctx: Context) -> Measurement:
        fact: LineFact | None = getattr(ctx.transcript.line, name) or getattr(ctx.call.line, name)
        if fact is None:
            return Measurement(None, "s", "", uses_roles=False)
        return Measurement(
            round(fact.value_s, 1),
            "s",
            fact.source,
            fact.confidence,
            fact.precision_s,
            uses_roles=False,
        )

    return read


def interruptions(by: str, of: str) -> Callable[[Context], Measurement]:
    """How often ``by`` starts while ``of`` is still speaking and takes the floor."""

    def count(ctx: Context) -> Measurement:
        found: list[Evidence] = []
        others = [ctx.turns[i] for i in ctx.by_role.get(of, [])]
        for i in ctx.by_role.get(by, []):
            turn = ctx.turns[i]
            speaking = [o for o in others if o.start_s < turn.start_s < o.end_s]
            if any(cuts_in(turn, other) for other in speaking) and not is_backchannel(ctx, i):
                found.append(ctx.quote(i, 0, first_words(turn.text), CUTS_IN))
        sure = OVERLAP_CONFIDENCE[ctx.call.recorded.layout]
        roles = of_roles([t for t in ctx.turns if t.role in (by, of)])
        return Measurement(float(len(found)), "", "turn times", min(sure, roles), 0.0, tuple(found))

    return count


def cuts_in(turn: Turn, other: Turn) -> bool:
    """``turn``, which starts inside ``other``, starts well before its end and goes on after it."""
    overlap = other.end_s - turn.start_s
    early = overlap >= max(MIN_OVERLAP_S, NEARLY_DONE_S) - 1e-6
    return early and turn.end_s >= other.end_s + FLOOR_S


def is_backchannel(ctx: Context, turn: int) -> bool:
    """Every word belongs to a sign of listening."""
    if not ctx.language:
        return len(ctx.turns[turn].text.split()) <= 2
    reading = ctx.reading(turn)
    return len(reading.covered("backchannel")) == len(reading.tokens.words)


def first_words(text: str, count: int = 8) -> int:
    """Offset behind the first words."""
    ends = [m.end() for m in re.finditer(r"\S+", text)]
    return ends[min(count, len(ends)) - 1] if ends else 0


def talk_share(ctx: Context) -> Measurement:
    mine, theirs = ctx.talk_s("administrator"), ctx.talk_s("patient")
    if mine + theirs == 0:
        return Measurement(None, "", "turn times")
    return Measurement(round(mine / (mine + theirs), 3), "", "turn times", 0.9)


def words_of(ctx: Context) -> int:
    """The administrator's words; none where they aren't divided by blanks."""
    if ctx.language and ctx.book.vocabulary.characters:
        return 0
    return sum(len(ctx.turns[i].text.split()) for i in ctx.turns_of("administrator"))


def words_per_minute(ctx: Context) -> Measurement:
    seconds = ctx.talk_s("administrator")
    if seconds == 0 or words_of(ctx) < MIN_WORDS:
        return Measurement(None, RATE, "turn times")
    return Measurement(round(words_of(ctx) * 60 / seconds, 0), RATE, "turn times", 0.9)


def sentence_words(ctx: Context) -> list[int]:
    """Words in each of the administrator's sentences; empty where punctuation is missing."""
    texts = [ctx.turns[i].text for i in ctx.turns_of("administrator")]
    stops = sum(len(STOP.findall(t)) for t in texts)
    if stops == 0 or not 0 < words_of(ctx) / stops <= WORDS_PER_STOP:
        return []
    return [len(p.split()) for t in texts for p in STOP.split(t) if p.strip()]


def mean_sentence_words(ctx: Context) -> Measurement:
    counts = sentence_words(ctx)
    if not counts or words_of(ctx) < MIN_WORDS:
        return Measurement(None, WORDS, "text")
    return Measurement(round(sum(counts) / len(counts), 1), WORDS, "text", 0.85)


def longest_sentence_words(ctx: Context) -> Measurement:
    counts = sentence_words(ctx)
    if not counts:
        return Measurement(None, WORDS, "text")
    return Measurement(float(max(counts)), WORDS, "text", 0.7)


def longest_turn(ctx: Context) -> Measurement:
    turns = [ctx.turns[i] for i in ctx.turns_of("administrator")]
    longest = max((t.end_s - t.start_s for t in turns), default=0.0)
    return Measurement(round(longest, 1), "s", "turn times", 0.9)


def longest_silence(ctx: Context) -> Measurement:
    """Longest stretch between turns that isn't hold, music or a recording."""
    quiet = [
        (s.start_s, s.end_s)
        for s in ctx.transcript.line.segments
        if s.kind in ("hold", "music", "queue", "ring", "ivr")
    ]
    turns = sorted((t for t in ctx.turns), key=lambda t: t.start_s)
    longest, last = 0.0, None
    for turn in turns:
        if last is not None and turn.start_s > last:
            covered = fsum(max(0.0, min(b, turn.start_s) - max(a, last)) for a, b in quiet)
            longest = max(longest, turn.start_s - last - covered)
        last = max(last or 0.0, turn.end_s)
    return Measurement(round(longest, 1), "s", "turn times", 0.9, uses_roles=False)


def mean_response(ctx: Context) -> Measurement:
    """Mean seconds from the end of a patient's turn to the administrator's answer."""
    order = sorted(ctx.turns, key=lambda t: t.start_s)
    gaps = [
        max(0.0, after.start_s - before.end_s)
        for before, after in pairwise(order)
        if (before.role, after.role) == ("patient", "administrator")
    ]
    if not gaps:
        return Measurement(None, "s", "turn times")
    return Measurement(round(fsum(gaps) / len(gaps), 2), "s", "turn times", 0.9)


def repeated_requests(ctx: Context) -> Measurement:
    """How often either side asks to have something said again."""
    if not ctx.language:
        return Measurement(None, "", "text")
    found = [
        ctx.quote(i, hit.start, hit.end)
        for role in ("administrator", "patient")
        for i in ctx.by_role.get(role, [])
        for hit in ctx.reading(i).find("asks_again")
    ]
    return Measurement(float(len(found)), "", "text", 0.85, 0.0, tuple(found))


def lix(ctx: Context) -> Measurement:
    """Readability, C.-H. Bjornsson's LIX: words a sentence + per cent of words over 6 letters."""
    counts = sentence_words(ctx)
    if not counts or words_of(ctx) < MIN_WORDS:
        return Measurement(None, "", "text")
    words = [w for i in ctx.turns_of("administrator") for w in ctx.turns[i].text.split()]
    long = sum(len(w.strip(".,;:!?")) > LONG_WORD for w in words)
    return Measurement(round(sum(counts) / len(counts) + 100 * long / len(words)), "", "text", 0.85)


def unexplained_jargon(ctx: Context) -> Measurement:
    """How many different rare words she uses that neither she explains nor the patient knows."""
    if not ctx.language:
        return Measurement(None, "", "text")
    found: dict[str, Evidence] = {}
    for turn in ctx.turns_of("administrator"):
        reading = ctx.reading(turn)
        for hit in reading.find("jargon"):
            explained = any(explains(reading, other, hit) for other in reading.find("explanation"))
            if not hit.negated and not explained and not patient_said(ctx, turn, hit):
                found.setdefault(hit.text.casefold(), ctx.quote(turn, hit.start, hit.end))
    return Measurement(float(len(found)), "", "text", 0.85, 0.0, tuple(found.values()))


def exchanges(ctx: Context) -> Measurement:
    """How often the word passes from one side to the other."""
    spoken, _ = ctx.conversation
    count = sum(ctx.turns[a].role != ctx.turns[b].role for a, b in pairwise(spoken))
    return Measurement(float(count), "", "turns", 0.95)


def patient_words_per_turn(ctx: Context) -> Measurement:
    """Mean; characters in languages without blanks."""
    turns = ctx.turns_of("patient")
    if not turns or not ctx.language:
        return Measurement(None, WORDS, "text")
    words = sum(len(ctx.reading(turn).tokens.words) for turn in turns)
    return Measurement(round(words / len(turns), 1), WORDS, "text", 0.9)


MEASURES: dict[str, Callable[[Context], Measurement]] = {
    "wait_s": line_fact("wait_s"),
    "hold_s": line_fact("hold_s"),
    "ring_s": line_fact("ring_s"),
    "queue_s": line_fact("queue_s"),
    "ivr_s": line_fact("ivr_s"),
    "interruptions": interruptions("administrator", "patient"),
    "interruptions_by_patient": interruptions("patient", "administrator"),
    "talk_share": talk_share,
    "words_per_minute": words_per_minute,
    "mean_sentence_words": mean_sentence_words,
    "longest_sentence_words": longest_sentence_words,
    "longest_turn_s": longest_turn,
    "longest_silence_s": longest_silence,
    "mean_response_s": mean_response,
    "repeated_requests": repeated_requests,
    "lix": lix,
    "exchanges": exchanges,
    "patient_words_per_turn": patient_words_per_turn,
    "unexplained_jargon": unexplained_jargon,
}

NAMES = {
    "wait_s": P_("wait"),
    "hold_s": P_("hold"),
    "ring_s": P_("ring"),
    "queue_s": P_("queue"),
    "ivr_s": P_("ivr"),
    "interruptions": P_("interruptions"),
    "interruptions_by_patient": P_("interruptions by patient"),
    "talk_share": P_("talk share"),
    "words_per_minute": P_("words per minute"),
    "mean_sentence_words": P_("mean sentence words"),
    "longest_sentence_words": P_("longest sentence words"),
    "longest_turn_s": P_("longest turn"),
    "longest_silence_s": P_("longest silence"),
    "mean_response_s": P_("mean response"),
    "repeated_requests": P_("repeated requests"),
    "lix": P_("lix"),
    "exchanges": P_("exchanges"),
    "patient_words_per_turn": P_("patient words per turn"),
    "unexplained_jargon": P_("unexplained jargon"),
}
"""Of the measures, in a sentence."""
