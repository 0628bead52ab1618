"""``auricle calibrate``: what confidences are worth, learned from people's reviews."""

import json
import sys
from pathlib import Path

from auricle.commands import learned
from auricle.models import RubricRef, Scorecard
from auricle.scorer import Scorer, load_scorer
from auricle.settings import load_settings
from auricle.store.access import Access, as_owner
from auricle.store.reads import call_detail
from auricle.store.unbiased import UnbiasedVerdict, unbiased_verdicts
from scoring.calibration import MIN_REVIEWS, Calibration, Missing, Reviewed, fit

FILE_NAME = "calibration.json"


def calibrate(config: Path | None, out: Path | None, *, as_json: bool) -> int:
    """Fit, report and write the file. Returns 1 when no criterion has enough reviews.

    Reviewed calls are scored anew with confidences as the detectors give them, so that a
    calibration in use doesn't calibrate itself. Raises SettingsError.
    """
    settings = load_settings(config)
    access = as_owner(settings.store.path)
    scorer = load_scorer(settings).uncalibrated()
    rubric = RubricRef(id=scorer.rubric.id, version=scorer.rubric.version)
    found = [
        one for one in unbiased_verdicts(access, rubric.id) if one.rubric_version == rubric.version
    ]
    curves, missing = fit(_reviewed(access, scorer, found))
    seen = {*curves, *(one.criterion for one in missing)}
    unseen = [one.id for one in scorer.rubric.criteria() if one.id not in seen]
    missing += tuple(Missing(criterion, MIN_REVIEWS, "no reviews") for criterion in unseen)
    calibration = Calibration(rubric=rubric, criteria=curves)
    target = out or settings.score.calibration or Path(FILE_NAME)
    if curves:
        learned.write(target, calibration.model_dump_json(by_alias=True, indent=1))
    if as_json:
        told = {**calibration.model_dump(mode="json", by_alias=True),
                "missing": [vars(one) for one in missing]}  # fmt: skip
        print(json.dumps(told, ensure_ascii=False))
        return 0 if curves else 1
    _tell(calibration, missing)
    if not curves:
        print("No criterion can be calibrated yet; nothing was written.", file=sys.stderr)
        return 1
    learned.tell(target, "[score] calibration", settings.score.calibration)
    return 0


def _reviewed(access: Access, scorer: Scorer, found: list[UnbiasedVerdict]) -> list[Reviewed]:
    by_call: dict[str, list[UnbiasedVerdict]] = {}
    for one in found:
        by_call.setdefault(one.call_id, []).append(one)
    reviewed = []
    for call_id, said in by_call.items():
        detail = call_detail(access, call_id)
        if detail is None or detail.transcript is None:
            continue
        card = scorer.score(detail.call, detail.transcript, scorer.rubric)
        reviewed += _beside(card, said)
    return reviewed


def _beside(card: Scorecard, said: list[UnbiasedVerdict]) -> list[Reviewed]:
    """What people said beside what the machine says; abstentions say nothing, on either side."""
    machine = {verdict.id: verdict for verdict in card.criteria}
    judged = ("met", "partly", "missed")
    return [
        Reviewed(
            one.criterion, machine[one.criterion].confidence,
            machine[one.criterion].verdict == one.verdict, f"{one.clinic}/{one.administrator}",
        )
        for one in said
        if one.criterion in machine
        and machine[one.criterion].verdict in judged
        and one.verdict != "abstain"
    ]  # fmt: skip


def _tell(calibration: Calibration, missing: tuple[Missing, ...]) -> None:
    rubric = calibration.rubric
    print(f"{rubric.id} {rubric.version}: Brier score and calibration error, before -> after")
    for criterion, curve in calibration.criteria.items():
        before, after = curve.before, curve.after
        print(
            f"  {criterion}: {curve.kind}, {curve.n} reviews, Brier {before.brier:.3f} -> "
            f"{after.brier:.3f}, error {before.ece:.3f} -> {after.ece:.3f}"
        )
    for one in missing:
        lacking = f"{one.reviews} more reviews needed" if one.reviews else one.why
        print(f"  {one.criterion}: not calibrated, {lacking}")
