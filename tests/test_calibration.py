"""Confidence learned from reviews: better than before on administrators it hasn't seen, or none."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from helpers_clinic import auricle
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.errors import SettingsError
from auricle.models import Recording, RubricRef
from auricle.store import Store
from rubrics.loader import load_rubric
from scoring.calibration import (
    MIN_REVIEWS,
    Calibration,
    Curve,
    Reliability,
    Reviewed,
    fit,
    load_calibration,
    reliability,
)
from scoring.dialogue import dialogue
from scoring.engine import score

CALL = """A: Oakfield Dental, Anna speaking, good morning.
P: I'd like to see a dentist.
A: I can offer you Tuesday at half past ten.
P: Yes please.
A: You're booked for Tuesday at half past ten. Thank you for calling, goodbye."""
NOTHING = Reliability(brier=0, ece=0)


def reviewed(n: int, truth, seed: int = 1, people: int = 8) -> list[Reviewed]:
    """``truth``: how often verdicts of a confidence are right."""
    rng = np.random.default_rng(seed)
    return [
        Reviewed("greeting", c, bool(rng.random() < truth(c)), f"clinic/{index % people}")
        for index, c in enumerate(rng.uniform(0.4, 1.0, n))
    ]


def overconfident(c: float) -> float:
    return 0.3 + 0.5 * (c - 0.4)


@pytest.mark.parametrize(("n", "kind"), [(120, "platt"), (600, "isotonic")])
def test_an_overconfident_detector_is_told_what_it_is_worth(n: int, kind: str) -> None:
    curves, missing = fit(reviewed(n, overconfident))
    assert not missing
    curve = curves["greeting"]
    assert (curve.kind, curve.n) == (kind, n)
    assert curve.after.brier < curve.before.brier - 0.05
    assert curve.after.ece < curve.before.ece / 2
    assert curve.of(0.9) == pytest.approx(overconfident(0.9), abs=0.12)


def test_an_honest_detector_stays_about_as_it_is() -> None:
    curves, _ = fit(reviewed(1500, lambda c: c))
    assert curves["greeting"].of(0.8) == pytest.approx(0.8, abs=0.06)
    assert curves["greeting"].after.ece < 0.06


def test_with_few_reviews_it_says_how_many_are_missing() -> None:
    curves, [one] = fit(reviewed(MIN_REVIEWS - 7, overconfident))
    assert not curves and (one.criterion, one.reviews) == ("greeting", 7)


def test_a_detector_that_was_never_wrong_and_a_single_administrator_decline() -> None:
    _, [never] = fit(reviewed(200, lambda _: 1.0))
    assert never.why == "only 0 verdicts were wrong"
    _, [alone] = fit(reviewed(200, overconfident, people=1))
    assert alone.why == "all reviews are of one administrator"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([100, 400]), st.floats(0.2, 0.95))
def test_curves_rise_and_nothing_is_ever_certain(seed: int, n: int, level: float) -> None:
    curves, _ = fit(reviewed(n, lambda c: min(0.98, level * c + 0.02), seed))
    for curve in curves.values():
        values = [curve.of(c / 50) for c in range(51)]
        assert all(0 < value < 1 for value in values)
        if curve.kind == "isotonic":
            assert values == sorted(values)


def test_reliability_is_the_textbooks() -> None:
    found = reliability(np.array([0.5] * 4), np.array([1.0, 1.0, 1.0, 0.0]))
    assert found.brier == 0.25
    perfect = reliability(np.array([1.0] * 30), np.ones(30))
    assert (perfect.brier, perfect.ece) == (0, 0)


def curve_to(level: float) -> Curve:
    return Curve(kind="platt", confidence=(0.0, 1.0), right=(level, level), n=100,
                 before=NOTHING, after=NOTHING)  # fmt: skip


def test_scoring_uses_it_for_that_version_of_the_rubric_alone() -> None:
    rubric = load_rubric("clinic-phone")
    call, transcript = dialogue(CALL)
    ref = RubricRef(id=rubric.id, version=rubric.version)

    def greeting(version: RubricRef, level: float):
        calibration = Calibration(rubric=version, criteria={"greeting": curve_to(level)})
        card = score(call, transcript, rubric, calibration=calibration)
        [verdict] = [one for one in card.criteria if one.id == "greeting"]
        return verdict

    plain = greeting(RubricRef(id=rubric.id, version="another"), 0.6)
    assert plain.verdict == "met" and plain.confidence != 0.6
    assert greeting(ref, 0.6).confidence == 0.6
    assert greeting(ref, 0.3).verdict == "abstain"


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text('{"schema": "auricle.calibration/1", "rubric": {"id": "x"}}')
    with pytest.raises(SettingsError, match=r"c\.json"):
        load_calibration(file)
    with pytest.raises(SettingsError, match="can't be read"):
        load_calibration(tmp_path / "gone.json")


def clinic(folder: Path, calls: int) -> Store:
    """Calls that are all alike, of three administrators, reviewed blind: people find fault with the
    greeting of every third."""
    (folder / "auricle.toml").write_text("[store]\npath = 'auricle.duckdb'\n")
    store = Store(folder / "auricle.duckdb")
    rubric = load_rubric("clinic-phone")
    call, transcript = dialogue(CALL)
    recording = Recording(sha256="0", path="x.wav", channels=1, sample_rate_hz=8000,
                          duration_s=30.0, layout="mono")  # fmt: skip
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    with store.transaction():
        for number in range(calls):
            name = f"c{number}"
            own = recording.model_copy(update={"sha256": name, "path": f"{name}.wav"})
            store.save_call(
                call.model_copy(update={
                    "call_id": name, "recording": own, "administrator": "ABC"[number % 3],
                    "start": start + timedelta(hours=number),
                }), None, fingerprint="f", run_id="r",
            )  # fmt: skip
            store.save_transcript(
                transcript.model_copy(update={"call_id": name}), path="x", fingerprint="f",
                run_id="r",
            )  # fmt: skip
    with store.importing() as connection:
        for number in range(calls):
            verdict = "missed" if number % 3 == number % 7 % 3 else "met"
            connection.execute(
                """INSERT INTO reviews BY NAME SELECT $id AS review_id, $id AS call_id,
                   'clinic-phone' AS rubric_id, $version AS rubric_version, 'ann' AS reviewer,
                   'random' AS purpose, true AS blind, now()::TIMESTAMP AS submitted_utc""",
                {"id": f"c{number}", "version": rubric.version},
            )
            connection.execute(
                """INSERT INTO review_verdicts BY NAME SELECT $id AS review_id, 1 AS position,
                   'greeting' AS criterion, $verdict AS verdict, 'met' AS machine_verdict,
                   0.9 AS machine_confidence""",
                {"id": f"c{number}", "verdict": verdict},
            )
    return store


def test_from_the_command_line(tmp_path: Path) -> None:
    clinic(tmp_path, MIN_REVIEWS + 10)
    done = auricle("calibrate", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "greeting: platt, 70 reviews, Brier" in done.stdout
    assert "prices: not calibrated, 60 more reviews needed" in done.stdout
    assert '[score] calibration = "calibration.json"' in done.stdout
    calibration = load_calibration(tmp_path / "calibration.json")
    assert [*calibration.criteria] == ["greeting"]
    assert calibration.criteria["greeting"].of(0.9) < 0.85


def test_few_reviews_decline_and_write_nothing(tmp_path: Path) -> None:
    clinic(tmp_path, 4)
    done = auricle("calibrate", "--json", cwd=tmp_path)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert {"criterion": "greeting", "reviews": 56, "why": "too few reviews"} in told["missing"]
    assert not (tmp_path / "calibration.json").exists()
