"""Score one call: every criterion of a rubric, its proof, and the total. Pure and deterministic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from auricle.errors import SettingsError
from auricle.messages import N_, percent
from auricle.models import Call, Evidence, RubricRef, Scorecard, Transcript, Verdict, VerdictKind
from auricle.totals import share, total
from rubrics.facts import FactSheet
from rubrics.kept import one_call
from rubrics.loader import own_phrases
from rubrics.schema import Criterion, Rubric, Rule
from scoring import evidence as rules
from scoring.calibration import Calibration
from scoring.confidence import ABSTAIN_BELOW, MAX_UNKNOWN_SHARE
from scoring.context import Ask, Context
from scoring.detectors import build
from scoring.detectors.kinds import LIKELY, suggest
from scoring.finding import Detector, Finding, Occasion

VERSION = "28"
"""Raised whenever the same input may give another scorecard."""
NO_RUBRICS: Mapping[str, Rubric] = {}
NOBODY = N_("No administrator speaks in this call")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a verdict isn't sure enough to stand."""

    abstain_below: float = ABSTAIN_BELOW
    max_unknown_share: float = MAX_UNKNOWN_SHARE
    calibrated: Callable[[str, float], float] = lambda _, confidence: confidence
    """The confidence of a criterion's verdict, given a detector's."""


@dataclass(frozen=True, slots=True)
class Task:
    """A criterion as it stands in a language, with its detectors."""

    criterion: Criterion
    worth: float
    """Points, section weights applied."""
    occasion: Detector | None
    rules: tuple[tuple[Rule, Detector], ...]


@lru_cache(64)
def tasks(rubric: Rubric, language: str) -> tuple[Task, ...]:
    """What is to be judged in calls of a language, in the rubric's order."""
    worth = rubric.max_points()
    return tuple(
        Task(
            spoken,
            worth[spoken.id],
            build(spoken.when) if spoken.when else None,
            tuple((rule, build(rule.test)) for rule in spoken.rules),
        )
        for spoken in (criterion.spoken_in(language) for criterion in rubric.criteria())
    )


@one_call()
def score(
    call: Call,
    transcript: Transcript,
    rubric: Rubric,
    facts: FactSheet | None = None,
    *,
    by_type: Mapping[str, Rubric] = NO_RUBRICS,
    ask: Ask | None = None,
    abstain_below: float = ABSTAIN_BELOW,
    max_unknown_share: float = MAX_UNKNOWN_SHARE,
    calibration: Calibration | None = None,
) -> Scorecard:
    """The scorecard of one call.

    ``facts`` is the clinic's fact sheet; without it criteria about facts abstain where they apply.
    ``by_type``: rubrics that are used instead where the call's type is sure enough (``LIKELY``).
    ``ask`` puts the questions of ``judge`` tests to a language model.
    Raises SettingsError when transcript and call are not the same call's.
    """
    if call.call_id != transcript.call_id:
        raise SettingsError(
            f"The transcript is of call '{transcript.call_id}', not of '{call.call_id}'.",
            "Score a call with its own transcript.",
        )
    facts = facts.at(call.start.date() if call.start else None) if facts else None
    ctx = Context(call, transcript, facts, ask=ask)
    call_type = suggest(ctx, "call_type")
    if call_type and call_type.confidence >= LIKELY:
        rubric = by_type.get(call_type.kind, rubric)
    own = own_phrases(rubric, ctx.language)
    if own:
        ctx = Context(call, transcript, facts, own_phrases=own, ask=ask)
    thresholds = Thresholds(abstain_below, max_unknown_share)
    if calibration is not None:
        ref = RubricRef(id=rubric.id, version=rubric.version)
        thresholds = replace(thresholds, calibrated=partial(calibration.of, ref))
    for task in tasks(rubric, ctx.language):
        ctx.verdicts[task.criterion.id] = judge_twice(ctx, task, thresholds)
    verdicts = tuple(ctx.verdicts.values())
    result = total(rubric.weighings(), verdicts)
    return Scorecard(
        call_id=call.call_id,
        rubric=RubricRef(id=rubric.id, version=rubric.version),
        total=result.total,
        low=result.low,
        high=result.high,
        scored_share=result.scored_share,
        failed_critical=result.failed_critical,
        criteria=verdicts,
        call_type=call_type,
        manner=suggest(ctx, "manner"),
        provenance={
            "scoring": VERSION,
            "rubric_fingerprint": rubric.fingerprint,
            "fact_sheet": None if facts is None else str(facts.valid_from or "undated"),
            "abstain_below": abstain_below,
            "calibration": calibration.fingerprint if calibration else None,
            "max_unknown_share": max_unknown_share,
            "transcript": transcript.provenance,
        },
    )


def judge_twice(ctx: Context, task: Task, thresholds: Thresholds) -> Verdict:
    """The verdict on what was heard, unless unsure words may have been others that change it.

    A guess that would be worse changes nothing, nor is anything that was heard met doubted.
    """
    heard = judge(ctx, task, thresholds)
    if ctx.guess is None:
        return heard
    ctx.guess.verdicts[heard.id] = heard
    if heard.verdict in ("met", "abstain"):
        return heard
    other = ctx.guess.verdicts[heard.id] = judge(ctx.guess, task, thresholds)
    if other.verdict in (heard.verdict, "missed", "abstain"):
        return heard
    reason = N_("A misheard word may decide this: {other} (else: {reason})").format(
        other=other.reason, reason=heard.reason
    )
    return heard.model_copy(
        update={"verdict": "abstain", "points": None, "confidence": 0.0, "reason": reason}
    )


def judge(ctx: Context, task: Task, thresholds: Thresholds) -> Verdict:
    """One criterion: does it apply, which rule holds, and does the proof stand?"""
    criterion, worth = task.criterion, task.worth

    def verdict(
        kind: VerdictKind, confidence: float, reason: str, proof: tuple[Evidence, ...] = ()
    ) -> Verdict:
        got = share(criterion.partly, kind)
        return Verdict(
            id=criterion.id,
            verdict=kind,
            points=None if got is None else round(worth * got, 4),
            max_points=round(worth, 4),
            confidence=round(min(1.0, max(0.0, confidence)), 4),
            reason=reason,
            evidence=proof,
        )

    if not ctx.turns_of("administrator") and not ctx.turns_of("unknown"):
        return verdict("not_applicable", 1.0, NOBODY)
    occasions: tuple[Occasion, ...] = ()
    if task.occasion is not None:
        chance = task.occasion(ctx, ())
        if chance.holds is None:
            return verdict("abstain", 0.0, chance.why, chance.evidence)
        if not chance.holds:
            return not_arisen(ctx, chance, verdict, thresholds)
        occasions = tuple(sorted(chance.occasions, key=lambda o: (o.start_s, o.end_s)))
    kind, found, reason = decide(ctx, task, occasions)
    if kind == "abstain":
        return verdict("abstain", found.confidence, reason, found.evidence)
    found = found._replace(confidence=thresholds.calibrated(criterion.id, found.confidence))
    doubt = doubts(ctx, found, thresholds)
    if doubt:
        reason = N_("{doubt} (else: {reason})").format(doubt=doubt, reason=reason)
        return verdict("abstain", found.confidence, reason, found.evidence)
    return verdict(kind, found.confidence, reason, found.evidence)


Verdicts = Callable[[VerdictKind, float, str], Verdict]


def not_arisen(ctx: Context, chance: Finding, verdict: Verdicts, thresholds: Thresholds) -> Verdict:
    """Not applicable, unless nobody knows who spoke, so the occasion may have been missed."""
    if chance.uses_roles and ctx.unknown_share > thresholds.max_unknown_share:
        return verdict("abstain", 0.0, too_many_unknown(ctx))
    return verdict("not_applicable", chance.confidence, N_("The occasion did not arise"))


def decide(
    ctx: Context, task: Task, occasions: tuple[Occasion, ...]
) -> tuple[VerdictKind, Finding, str]:
    """The first rule that holds, or ``otherwise`` with everything that was looked at."""
    failed: list[Finding] = []
    for rule, test in task.rules:
        found = test(ctx, occasions)
        if found.holds is None:
            return "abstain", found, found.why
        if found.holds:
            return rule.verdict, found, filled(rule.because, found.values)
        failed.append(found)
    values: dict[str, str] = {}
    for finding in failed:
        values |= finding.values
    proof = tuple(dict.fromkeys(e for f in failed for e in f.evidence if e.kind != "quote"))
    rest = Finding(
        False,
        min(f.confidence for f in failed),
        proof,
        uses_roles=any(f.uses_roles for f in failed),
    )
    criterion = task.criterion
    return criterion.otherwise, rest, filled(criterion.otherwise_because, values)


def doubts(ctx: Context, found: Finding, thresholds: Thresholds) -> str:
    """Why the verdict can't stand; empty when it can."""
    if found.uses_roles and ctx.unknown_share > thresholds.max_unknown_share:
        return too_many_unknown(ctx)
    for proof in found.evidence:
        wrong = rules.problem(proof, ctx.transcript, proof.role)
        if wrong:
            return N_("The proof doesn't stand: {wrong}").format(wrong=wrong)
    if found.confidence < thresholds.abstain_below:
        return N_("Not sure enough ({share}): unclear words or speakers").format(
            share=percent(found.confidence)
        )
    return ""


def too_many_unknown(ctx: Context) -> str:
    return N_("Who speaks is not known for {share} of the talk").format(
        share=percent(ctx.unknown_share)
    )


def filled(template: str, values: Mapping[str, str]) -> str:
    """A reason with its placeholders filled in; an unknown one stays empty."""
    for name in ("quote", "value", "unit", "said"):
        template = template.replace("{" + name + "}", values.get(name, ""))
    return template
