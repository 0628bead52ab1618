"""Confidence that means what it says: fitted to what people said of the machine's verdicts.

A detector's confidence c becomes the share of verdicts of such confidence with which a careful
person agrees. Per criterion; with few reviews by Platt's logistic curve, with many by an isotonic
one (Niculescu-Mizil and Caruana, "Predicting good probabilities with supervised learning", ICML
2005: isotonic wins from some hundreds of examples on). What a fit is worth is measured on clinics'
administrators that it hasn't seen.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, model_validator

from auricle.errors import SettingsError
from auricle.models import Frozen, Probability, RubricRef
from auricle.strict import read_yaml, validate

MIN_REVIEWS = 60
"""Of one criterion: fewer fit nothing that would hold for other calls."""
MIN_WRONG = 5
"""So many must have been wrong, and right: else there is nothing to tell apart."""
ISOTONIC_FROM = 300
FOLDS = 5
BINS = 10
"""Of the expected calibration error, equally full."""

Array = NDArray[np.float64]


class Reliability(Frozen):
    """How well confidences match what people say; 0 is perfect."""

    brier: float
    """Mean squared difference."""
    ece: float
    """Expected calibration error: mean distance between a bin's confidence and its share right."""


class Curve(Frozen):
    """One criterion's: points to interpolate between; flat beyond the ends."""

    kind: Literal["isotonic", "platt"]
    confidence: Annotated[tuple[Probability, ...], Field(min_length=1)]
    right: Annotated[tuple[Probability, ...], Field(min_length=1)]
    n: int
    """Reviewed verdicts behind it."""
    before: Reliability
    after: Reliability
    """Of confidences that curves fitted without that administrator gave."""

    @model_validator(mode="after")
    def _rising(self) -> "Curve":
        if len(self.confidence) != len(self.right):
            raise ValueError("confidence and right must be of the same length")
        if list(self.confidence) != sorted(self.confidence):
            raise ValueError("confidences must rise")
        return self

    def of(self, confidence: float) -> float:
        return float(np.interp(confidence, self.confidence, self.right))


class Calibration(Frozen):
    """A rubric's curves, valid for that version alone: another one asks something else."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal["auricle.calibration/1"] = Field("auricle.calibration/1", alias="schema")
    rubric: RubricRef
    criteria: dict[str, Curve]

    def of(self, rubric: RubricRef, criterion: str, confidence: float) -> float:
        """The confidence of a verdict; unchanged where nothing is known about it."""
        if rubric != self.rubric or criterion not in self.criteria:
            return confidence
        return self.criteria[criterion].of(confidence)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()[:32]


def load_calibration(path: Path) -> Calibration:
    """Raises SettingsError naming the file and what is wrong."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The calibration {path} can't be read.", "Write it with 'auricle calibrate'."
        ) from error
    return validate(Calibration, read_yaml(text, str(path)), str(path))


@dataclass(frozen=True)
class Reviewed:
    """One machine verdict that a person has judged as well."""

    criterion: str
    confidence: float
    right: bool
    """The person said the same."""
    group: str
    """Clinic and administrator: who is left out when a fit is tried."""


@dataclass(frozen=True)
class Missing:
    """Why a criterion has no curve."""

    criterion: str
    reviews: int
    """So many more are needed; 0: enough, but see ``why``."""
    why: str


def fit(reviewed: Iterable[Reviewed]) -> tuple[dict[str, Curve], tuple[Missing, ...]]:
    """Curves of the criteria that have enough reviews, and what the others lack."""
    by_criterion: dict[str, list[Reviewed]] = {}
    for one in reviewed:
        by_criterion.setdefault(one.criterion, []).append(one)
    curves: dict[str, Curve] = {}
    missing: list[Missing] = []
    for criterion, found in by_criterion.items():
        right = sum(one.right for one in found)
        rarer = min(right, len(found) - right)
        groups = {one.group for one in found}
        if len(found) < MIN_REVIEWS:
            missing.append(Missing(criterion, MIN_REVIEWS - len(found), "too few reviews"))
        elif rarer < MIN_WRONG:
            which = "wrong" if right * 2 > len(found) else "right"
            missing.append(Missing(criterion, 0, f"only {rarer} verdicts were {which}"))
        elif len(groups) < 2:
            missing.append(Missing(criterion, 0, "all reviews are of one administrator"))
        else:
            curves[criterion] = _curve(found)
    return curves, tuple(missing)


def _curve(found: Sequence[Reviewed]) -> Curve:
    from sklearn.model_selection import GroupKFold

    c = np.array([one.confidence for one in found])
    right = np.array([float(one.right) for one in found])
    groups = [one.group for one in found]
    kind: Literal["isotonic", "platt"] = "isotonic" if len(found) >= ISOTONIC_FROM else "platt"
    tried = np.empty_like(c)
    for train, test in GroupKFold(min(FOLDS, len({*groups}))).split(c, groups=groups):
        x, y = _points(kind, c[train], right[train])
        tried[test] = np.interp(c[test], x, y)
    x, y = _points(kind, c, right)
    return Curve(
        kind=kind,
        confidence=tuple(round(float(value), 4) for value in x),
        right=tuple(round(float(value), 4) for value in y),
        n=len(found),
        before=reliability(c, right),
        after=reliability(tried, right),
    )


def _points(kind: Literal["isotonic", "platt"], c: Array, right: Array) -> tuple[Array, Array]:
    """The fitted curve at places enough to draw it. Pulled towards the common share by one verdict
    at either end, so that nothing is ever certain."""
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    share = right.mean()
    x = np.concatenate([c, [0.0, 0.0, 1.0, 1.0]])
    y = np.concatenate([right, [0.0, 1.0, 0.0, 1.0]])
    weight = np.concatenate([np.ones_like(c), [1 - share, share, 1 - share, share]])
    if kind == "isotonic":
        model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
        model.fit(x, y, sample_weight=weight)
        return np.asarray(model.X_thresholds_), np.asarray(model.y_thresholds_)
    grid = np.linspace(0, 1, 21)
    if len(np.unique(right)) < 2:
        return grid, np.full_like(grid, float(np.average(y, weights=weight)))
    # Ridge: a slope from few reviews is kept small. In logits, where Platt's curve is a line.
    logistic = LogisticRegression(C=1.0)
    logistic.fit(_logit(x)[:, None], y, sample_weight=weight)
    return grid, np.asarray(logistic.predict_proba(_logit(grid)[:, None])[:, 1])


def _logit(c: Array) -> Array:
    inside = np.clip(c, 0.02, 0.98)
    found: Array = np.log(inside / (1 - inside))
    return found


def reliability(confidence: Array, right: Array) -> Reliability:
    """Brier's score (1950), and the expected calibration error over equally full bins (Naeini,
    Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI
    2015)."""
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    gaps = [abs(confidence[part].mean() - right[part].mean()) * len(part) for part in parts]
    return Reliability(
        brier=round(float(((confidence - right) ** 2).mean()), 4),
        ece=round(float(sum(gaps) / len(order)), 4),
    )
