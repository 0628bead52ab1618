"""Is what she answered to a scenario's question right, by the fact sheet of that day?

Compared are prices and hours, doctors' names, yes-or-no rules of the sheet, and the numbers of a
policy ("free until 24 hours before, then 20 pounds"). What can't be compared so, a person must.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auricle.messages import N_
from auricle.models import Evidence, VerdictKind
from rubrics.scenarios import RULES_OF, Question, doctors_for
from scoring.context import Context
from scoring.facts.claims import Judged, sentences
from scoring.facts.numbers import numbers
from scoring.facts.report import report
from scoring.facts.topics import Topic
from scoring.facts.words import shadow

COMPARED: dict[str, Topic] = {"price": "prices", "opening_hours": "opening_hours"}
SURE, SURE_WRONG = 0.9, 0.8
"""As the rubric's own fact criteria: a statement misheard looks wrong more often than right."""
SURE_NAMED = 0.8


@dataclass(frozen=True)
class Comparison:
    kind: VerdictKind
    reason: str
    sure: float = 0.0
    proof: tuple[Evidence, ...] = ()


def compare(ctx: Context, question: Question, replies: Sequence[int], wanted: str) -> Comparison:
    """Her turns ``replies`` against ``wanted``, what the sheet says as people write it."""
    sheet = ctx.facts
    assert sheet is not None, "something is wanted, so there is a sheet"
    if question.topic in COMPARED:
        return _stated(ctx, report(ctx, COMPARED[question.topic]).judged, replies, wanted)
    if question.answer.doctors:
        return _named(ctx, question.answer.doctors, replies, wanted)
    key = question.answer.policy or ""
    about = RULES_OF.get(key)
    told = [one for one in report(ctx, "details").judged if about and one.about == about]
    found = _stated(ctx, told, replies, wanted)
    if found.kind == "abstain" and key in sheet.policies:
        return _numbers(ctx, sheet.policies[key], replies, wanted)
    return found


def _stated(
    ctx: Context, judged: Sequence[Judged], replies: Sequence[int], wanted: str
) -> Comparison:
    """Statements after the question against the sheet: the last one is what stays."""
    told = [one for one in judged if one.turn in replies and one.outcome != "unknown"]
    if not told:
        return _left_open(wanted)
    wrong = [one for one in told if one.outcome != "right"]
    last = (wrong or told)[-1]
    quote = ctx.quote(last.turn, *ctx.passage(last.turn, last.start, last.end), last.sheet)
    sure = min(SURE_WRONG if wrong else SURE, ctx.heard(last.turn, last.start, last.end))
    return Comparison("missed" if wrong else "met", _says(wanted), sure, (quote,))


def _numbers(ctx: Context, policy: str, replies: Sequence[int], wanted: str) -> Comparison:
    """Right if she names every number of the policy. Other numbers prove nothing: she may speak of
    something else."""
    known = numbers(ctx.language)
    needed = {amount.value for amount in known.amounts(shadow(ctx.language, policy).text)}
    said: dict[float, tuple[int, int, int]] = {}
    for turn in replies:
        for sentence in sentences(ctx.reading(turn)):
            if sentence.is_statement() and not sentence.conditional:
                seen = shadow(ctx.language, sentence.text)
                for amount in known.amounts(seen.text):
                    start, end = seen.span(amount.start, amount.end)
                    said[amount.value] = (turn, sentence.start + start, sentence.start + end)
    if not needed or not needed <= said.keys():
        return _left_open(wanted)
    places = sorted(
        {(turn, *ctx.passage(turn, a, b)) for turn, a, b in (said[value] for value in needed)}
    )
    sure = min(SURE, *(ctx.heard(*place) for place in places))
    return Comparison("met", _says(wanted), sure, tuple(ctx.quote(*place) for place in places))


def _named(ctx: Context, does: tuple[str, ...], replies: Sequence[int], wanted: str) -> Comparison:
    """Whose names she gave: one of the right doctors', or only others'."""
    sheet = ctx.facts
    assert sheet is not None
    fit = doctors_for(does, sheet)
    rest = [doctor.name for doctor in sheet.doctors if doctor.name not in fit]
    right, wrong = (next(_places(ctx, replies, names), None) for names in (fit, rest))
    if right is not None:
        return Comparison("met", _says(wanted), SURE_NAMED, (right,))
    if wrong is not None:
        return Comparison("missed", _says(wanted), SURE_NAMED, (wrong,))
    reason = N_("No doctor's name was understood; right: {wanted}").format(wanted=wanted)
    return Comparison("abstain", reason)


def _places(ctx: Context, replies: Sequence[int], names: Sequence[str]) -> Iterator[Evidence]:
    for reply in replies:
        text = ctx.turns[reply].text
        for name in names:
            place = re.search(rf"(?i)\b{re.escape(_stem(name))}", text)
            if place is None and not name.isascii() and name in text:
                place = re.search(re.escape(name), text)
            if place is not None:
                yield ctx.quote(reply, *ctx.passage(reply, place.start(), place.end()))


def _left_open(wanted: str) -> Comparison:
    reason = N_("A person must compare it with: {wanted}").format(wanted=wanted)
    return Comparison("abstain", reason)


def _says(wanted: str) -> str:
    return N_("On that day the fact sheet says: {wanted}").format(wanted=wanted)


def _stem(name: str) -> str:
    """The surname without its ending: 'doktora Wrony' is Wrona. Whole where it is short."""
    last = name.split()[-1]
    return last[:-1] if (len(last) > 4 and not last.isascii()) or len(last) > 5 else last
