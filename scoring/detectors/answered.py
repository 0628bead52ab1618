"""``answered``: what became of the patient's questions."""

from dataclasses import dataclass
from typing import Literal

from auricle.models import Evidence
from rubrics.phrases import Hit
from rubrics.reading import ANY_QUESTION
from rubrics.schema import Answered
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.finding import Detector, Finding, Occasion

SURE = 0.75
"""Whether a reply answers is judged by its form and by what it lacks, not by its meaning."""
SHORTEST = 2
"""Words of a question; fewer ('what?', 'sorry?') only ask to say it again."""
IGNORED = 0.5
"""A question of which so much is in the lists to ignore asks for nothing to be known."""
REPLIES = 2
"""Her next turns in which the answer may come."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, and the words that reply to it."""

    turn: int
    question: Hit
    outcome: Literal["answered", "deferred", "unanswered"]
    reply: tuple[int, int, int] | None
    """Turn and character offsets of the answer or the promise."""


@register("answered")
def answered(options: Answered) -> Detector:
    """Holds when the questions, taken together, came out so."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if not ctx.language:
            return Finding(None, 0.0, why="No question words for this language")
        key = ("answered", options.model_copy(update={"outcome": "arisen"}))
        if key not in ctx.cache:
            ctx.cache[key] = exchanges(options, ctx)
        found = ctx.cache[key]
        assert isinstance(found, list)
        return outcome(options, ctx, found)

    return detect


def outcome(options: Answered, ctx: Context, found: list[Exchange]) -> Finding:
    asked = tuple(ctx.quote(e.turn, e.question.start, e.question.end) for e in found)
    chances = tuple(
        Occasion(q.start_s or 0.0, q.end_s or 0.0, q.turn, f"\u201c{q.quote}\u201d") for q in asked
    )
    if options.outcome == "arisen":
        return Finding(bool(found), SURE, asked, occasions=chances)
    order = ("answered", "deferred", "unanswered")
    worst = max((order.index(e.outcome) for e in found), default=0)
    if not found or order[worst] != options.outcome:
        return Finding(False, SURE)
    mine = [(e, q) for e, q in zip(found, asked, strict=True) if e.outcome == options.outcome]
    if options.outcome != "unanswered":
        quotes = tuple(ctx.quote(*e.reply) for e, _ in mine if e.reply)
        return Finding(
            True, SURE, quotes, values={"quote": (quotes[0].quote or "") if quotes else ""}
        )
    proofs = tuple(
        Evidence(
            kind="absence",
            role="administrator",
            turn=q.turn,
            start_s=q.start_s,
            end_s=q.end_s,
            quote=q.quote,
            note=f"Searched {REPLIES} turns after the question for an answer",
        )
        for _, q in mine
    )
    return Finding(True, SURE, proofs, values={"quote": mine[0][1].quote or ""})


def exchanges(options: Answered, ctx: Context) -> list[Exchange]:
    """The patient's questions with their replies, in order of time."""
    found: list[Exchange] = []
    for turn in ctx.turns_of("patient"):
        reading = ctx.reading(turn)
        ignored = {
            i for name in options.ignore for h in reading.find(name) for i in range(*h.words)
        }
        for hit in reading.find(ANY_QUESTION):
            words = range(*hit.words)
            if len(words) >= SHORTEST and len(ignored & {*words}) < IGNORED * len(words):
                found.append(reply_to(options, ctx, turn, hit))
    return found


def reply_to(options: Answered, ctx: Context, turn: int, question: Hit) -> Exchange:
    """Her next turns, until one says something that isn't only a question or 'I don't know'."""
    start = ctx.turns[turn].start_s
    later = [t for t in ctx.turns_of("administrator") if ctx.turns[t].start_s > start]
    puts_off = False
    for number, reply in enumerate(later):
        reading = ctx.reading(reply)
        promise = [h for name in options.promises for h in reading.find(name) if not h.question]
        puts_off = puts_off or (
            number < REPLIES and any(reading.find(name) for name in options.defers)
        )
        if promise and puts_off:
            return Exchange(turn, question, "deferred", (reply, promise[0].start, promise[0].end))
        if number < REPLIES and not puts_off and (said := statement(ctx, reply)):
            return Exchange(turn, question, "answered", said)
    return Exchange(turn, question, "unanswered", None)


def statement(ctx: Context, turn: int) -> tuple[int, int, int] | None:
    """The part of a turn that isn't a question; None if it only asks."""
    reading = ctx.reading(turn)
    spans, sentences = reading.tokens.spans, reading.tokens.sentence
    said = [i for i in range(len(spans)) if not reading.is_question(i)]
    small = reading.covered("backchannel")
    if not said or (all(i in small for i in said) and len(said) < len(spans)):
        return None
    first = next((i for i in said if i not in small), said[0])
    last = [i for i in said if sentences[i] == sentences[first]][-1]
    return turn, *reading.offsets(first, last + 1)
