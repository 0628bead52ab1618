"""``facts``: the administrator's statements compared with the fact sheet."""

from auricle.messages import N_, NN_
from auricle.models import Evidence
from rubrics.schema import Facts
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.evidence import at
from scoring.facts.claims import Judged
from scoring.facts.report import Report, report
from scoring.finding import Detector, Finding, Occasion

UNCOMPARED = N_("A number was named that can't be compared with the sheet")
SURE = 0.9
UNSURE = 0.8
"""Confidence that a claim was understood as meant, when it is right / when it is wrong."""


@register("facts")
def facts(options: Facts) -> Detector:
    """Holds when the topic arose, or a statement was right, wrong, or missing."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if not ctx.language:
            return Finding(None, 0.0, why=N_("No number words for this language"))
        found = report(ctx, options.topic)
        if options.outcome == "arisen":
            return arisen(ctx, found)
        if options.outcome == "unanswered":
            return unanswered(ctx, found)
        if options.outcome == "deferred":
            return unanswered(ctx, found) if found.promised else Finding(False, SURE)
        return compared(ctx, found, options.outcome)

    return detect


def arisen(ctx: Context, found: Report) -> Finding:
    quotes = tuple(ctx.quote(*q) for q in found.questions)
    chances = tuple(
        Occasion(q.start_s or 0.0, q.end_s or 0.0, q.turn, f"\u201c{q.quote}\u201d") for q in quotes
    )
    holds = bool(found.questions or found.judged)
    sure = min([SURE, *(ctx.heard(*q) for q in found.questions[:1])]) if holds else SURE
    return Finding(holds, sure, quotes, occasions=chances)


def unanswered(ctx: Context, found: Report) -> Finding:
    """The patient asked and nothing that answers followed."""
    if not found.unanswered:
        return Finding(False, SURE)
    if found.number_after:
        return Finding(None, 0.0, why=UNCOMPARED)
    question = ctx.quote(*found.unanswered)
    turns = ctx.turns_of("administrator")
    later = [t for t in turns if ctx.turns[t].start_s > ctx.turns[found.unanswered[0]].start_s]
    if found.promised:
        note = NN_(
            "Asked at {at}; no answer in {n} turn of the administrator after it, "
            "a call-back promised",
            "Asked at {at}; no answer in {n} turns of the administrator after it, "
            "a call-back promised",
            len(later),
        )
    else:
        note = NN_(
            "Asked at {at}; no answer in {n} turn of the administrator after it, "
            "no call-back promised",
            "Asked at {at}; no answer in {n} turns of the administrator after it, "
            "no call-back promised",
            len(later),
        )
    proof = Evidence(
        kind="absence",
        role="administrator",
        turn=question.turn,
        start_s=question.start_s,
        end_s=question.end_s,
        quote=question.quote,
        note=note.format(at=at(question.start_s or 0.0), n=len(later)),
    )
    deferred = tuple(ctx.quote(*q, note=N_("puts it off")) for q in found.deferrals)
    sure = min(UNSURE, ctx.heard(*found.unanswered), ctx.searched(later))
    return Finding(True, sure, (proof, *deferred))


def compared(ctx: Context, found: Report, outcome: str) -> Finding:
    """Statements with this outcome; a right one only counts for as long as none is wrong."""
    wanted = ("wrong", "outdated") if outcome == "wrong" else (outcome,)
    matching = [j for j in found.judged if j.outcome in wanted]
    if not matching:
        return Finding(False, SURE)
    quotes = tuple(
        ctx.quote(j.turn, *ctx.passage(j.turn, j.start, j.end), capital(j.sheet)) for j in matching
    )
    heard = [ctx.heard(j.turn, j.start, j.end) for j in matching]
    sure = min(UNSURE, max(heard)) if outcome in ("wrong", "outdated") else min(SURE, *heard)
    return Finding(True, sure, quotes, values={"said": sentence(ctx, matching[0])})


def sentence(ctx: Context, judged: Judged) -> str:
    """'Said "Saturday 9 to 3"; the fact sheet says Saturday 9:00-13:00'."""
    passage = ctx.passage(judged.turn, judged.start, judged.end)
    quote = (ctx.quote(judged.turn, *passage).quote or "").rstrip(" .,;:!?")
    return N_("Said \u201c{quote}\u201d; {fact}").format(quote=quote, fact=judged.sheet)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
