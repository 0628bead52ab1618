"""Learn what speaks for a type of call and for a patient's manner: ``rubrics/kinds/*.yaml``.

    python -m bench.gold.kinds

A sign is a phrase list that one side was heard with (``turns``: early in the call), or the call's
direction. Its points come from a logistic regression over the
kinds, with all languages' calls for tuning together: a list means the same in each. What tells
little gets nothing, and no points are negative, so that each kind shows what speaks for it. Kinds
that no written call is of keep their signs.

Prints how often the suggestion is right on calls that the points were not learnt from, first with
all languages learnt from, then with the call's own language left out.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from auricle.strict import read_yaml
from bench.gold.dialogues import LANGUAGES, Split, dialogues, fact_sheet
from bench.results import no_options
from rubrics.kinds import Kind, Scale, ScaleName, Sign, load_scale
from rubrics.language import language_files
from rubrics.phrases import Phrasebook
from rubrics.schema import Speaker
from scoring.context import Context
from scoring.detectors.kinds import LIKELY, holds, suggest

FOLDER = Path(__file__).parents[2] / "rubrics" / "kinds"
SCALES: tuple[ScaleName, ...] = ("call_type", "manner")
SPEAKERS: dict[ScaleName, tuple[Speaker, ...]] = {
    "call_type": ("patient", "administrator"),
    "manner": ("patient",),
}
EARLY: dict[ScaleName, str] = {"call_type": "first 2", "manner": "first 3"}
PARTS = ("grammar.yaml", "details.yaml", "roles.yaml")
"""Files of lists of small words that say nothing by themselves."""
FEWEST = 15
"""Calls in which a sign must be found."""
SPARSE: dict[ScaleName, float] = {"call_type": 0.0075, "manner": 0.009}
"""What a point costs while signs are chosen. At 0.003 there are twice as many signs, and one or two
calls of a hundred more are right."""
RIDGE = 0.006
"""What the square of a point costs; keeps confidences honest."""
KEPT, LEAST = 0.03, 0.1
"""Points a sign needs to be chosen, and to be written down."""
MOST_FIRST = 0.5
"""Points of the first kind before anything is known, at most: written calls are long, and with more
every short one, in which little is found, would be of that kind. It costs nothing."""
STEPS = 200
FOLDS = 5
SURE = (0.5, LIKELY, 0.7)

Table = NDArray[np.float64]
Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Calls:
    """Written calls, and which signs are found in each."""

    language: NDArray[np.str_]
    name: Sequence[str]
    """Of the dialogue; languages share names."""
    kind: Sequence[str]
    signs: tuple[Sign, ...]
    found: Table
    """A row a call, a column a sign: 1 where it is found."""


@dataclass(frozen=True)
class Points:
    """What every sign adds to every kind."""

    signs: Table
    """A row a kind, a column a sign."""
    first: float
    """Of the first kind before anything is known of the call."""

    def likely(self, found: Table) -> Table:
        """A row a call, a column a kind: how likely it is of it."""
        sums = found @ self.signs.T
        sums[:, 0] += self.first
        powers: Table = np.exp(sums - sums.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


def candidates(scale: ScaleName) -> tuple[Sign, ...]:
    """Every sign there could be: lists of whole sayings, in every language there is."""
    parts = {
        name
        for where, text in language_files(LANGUAGES[0]).items()
        if where.endswith(PARTS)
        for name in read_yaml(text, where)
    }
    lists = set.intersection(*({*Phrasebook.load(code).lists} for code in LANGUAGES)) - parts
    places = product(sorted(lists), SPEAKERS[scale], ("all", EARLY[scale]))
    return (
        *(Sign(points=0, heard=name, role=role, turns=turns) for name, role, turns in places),
        Sign(points=0, direction="outbound"),
    )


def read_calls() -> dict[ScaleName, Calls]:
    """The calls for tuning, ready to be learnt from."""
    signs = {scale: candidates(scale) for scale in SCALES}
    rows: dict[ScaleName, list[tuple[str, str, str, list[bool]]]] = {one: [] for one in SCALES}
    for language in LANGUAGES:
        for one in dialogues(language, "tune"):
            ctx = Context(*one.call(), fact_sheet(language))
            for scale in SCALES:
                found = [holds(ctx, sign) for sign in signs[scale]]
                rows[scale].append((language, one.id, getattr(one, scale), found))
    return {scale: table(rows[scale], signs[scale]) for scale in SCALES}


def table(rows: Sequence[tuple[str, str, str, list[bool]]], signs: Sequence[Sign]) -> Calls:
    """The calls with the signs that are found often enough."""
    languages, names, kinds, found = zip(*rows, strict=True)
    every = np.array(found, dtype=np.float64)
    often = np.flatnonzero(every.sum(axis=0) >= FEWEST)
    return Calls(np.array(languages), names, kinds, tuple(signs[i] for i in often), every[:, often])


def learn(found: Table, kind: Labels, kinds: int, sparse: float) -> Points:
    """Points of the signs that tell most, as they are written down."""
    chosen = fit(found, kind, np.ones((kinds, found.shape[1]), bool), sparse).signs > KEPT
    used = chosen.any(axis=0)
    fitted = fit(found[:, used], kind, chosen[:, used], 0.0)
    signs = np.zeros(chosen.shape)
    signs[:, used] = np.where(fitted.signs >= LEAST, fitted.signs.round(2), 0.0)
    return Points(signs, round(fitted.first, 2))


def fit(found: Table, kind: Labels, chosen: Mask, sparse: float) -> Points:
    """Points of the chosen signs, none negative, with the least mean log loss and cost."""
    known = np.eye(len(chosen))[kind]

    def points_of(values: Table) -> Points:
        return Points(values[1:].reshape(chosen.shape), float(values[0]))

    def loss(values: Table) -> tuple[float, Table]:
        points = points_of(values)
        likely = points.likely(found)
        error = (likely - known) / len(found)
        cost = sparse * points.signs.sum() + RIDGE / 2 * (points.signs**2).sum()
        slope = error.T @ found + sparse + RIDGE * points.signs
        missed = -np.log(likely[np.arange(len(kind)), kind]).mean()
        return float(missed + cost), np.concatenate([[error[:, 0].sum()], slope.ravel()])

    bounds = [(0.0, MOST_FIRST), *((0.0, None if one else 0.0) for one in chosen.ravel())]
    best = minimize(
        loss, np.zeros(1 + chosen.size), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": STEPS, "ftol": 1e-7},
    )  # fmt: skip
    return points_of(best.x)


def parts(names: Sequence[str]) -> NDArray[np.int64]:
    """A number for each call; dialogues of one name stay together."""
    different = sorted(set(names))
    random.Random(0).shuffle(different)
    return np.array([different.index(name) % FOLDS for name in names])


def held_out(calls: Calls, kind: Labels, kinds: int, sparse: float, part: NDArray[Any]) -> Table:
    """How likely each call is of each kind, by points learnt from the other parts."""
    found = np.zeros((len(kind), kinds))
    for one in sorted(set(part.tolist())):
        own = part == one
        found[own] = learn(calls.found[~own], kind[~own], kinds, sparse).likely(calls.found[own])
    return found


def report(scale: ScaleName, calls: Calls, kind: Labels, kinds: int) -> None:
    """How right the suggestions are for calls that nothing was learnt from."""
    print(f"\n| {scale} | all | {' | '.join(LANGUAGES)} |")
    print("|---" * (len(LANGUAGES) + 2) + "|")
    for what, part in (("others learnt from", parts(calls.name)),
                       ("other languages learnt from", calls.language)):  # fmt: skip
        likely = held_out(calls, kind, kinds, SPARSE[scale], part)
        right, sure = likely.argmax(axis=1) == kind, likely.max(axis=1)
        every = np.ones(len(kind), bool)
        print(row(f"right, {what}", right, every, calls))
        for least in SURE:
            said = sure >= least
            print(row(f"at least {least} sure, of all calls", said, every, calls))
            print(row(f"at least {least} sure, right", right, said, calls))


def row(name: str, hit: Mask, of: Mask, calls: Calls) -> str:
    """Shares of some calls, over all languages and in each."""
    groups = [of, *(of & (calls.language == code) for code in LANGUAGES)]
    return f"| {name} | {' | '.join(f'{hit[one].mean():.0%}' for one in groups)} |"


def learnt(scale: Scale, told: Sequence[str], points: Points, signs: Sequence[Sign]) -> Scale:
    """The scale with new points."""

    def renewed(kind: Kind) -> Kind:
        if kind.id not in told:
            return kind
        own = points.signs[told.index(kind.id)]
        order = sorted(np.flatnonzero(own).tolist(), key=lambda i: (-own[i], i))
        return kind.model_copy(
            update={
                "points": points.first if kind.id == told[0] else 0.0,
                "signs": tuple(
                    signs[i].model_copy(update={"points": float(own[i])}) for i in order
                ),
            }
        )

    return scale.model_copy(update={"kinds": tuple(map(renewed, scale.kinds))})


def written(scale: Scale) -> str:
    """The scale as YAML, a sign a line."""
    lines = [f"id: {scale.id}", f"title: {scale.title}", "kinds:"]
    for kind in scale.kinds:
        lines += [f"  - id: {kind.id}", f"    title: {kind.title}"]
        lines += [f"    points: {kind.points}"] if kind.points else []
        lines += ["    signs:"] if kind.signs else []
        signs = (sign.model_dump(exclude_defaults=True) for sign in kind.signs)
        lines += [f"      - {{{shown(values)}}}" for values in signs]
    return "\n".join(lines) + "\n"


def shown(values: dict[str, Any]) -> str:
    return ", ".join(
        f"{key}: {{{shown(value)}}}" if isinstance(value, dict) else f"{key}: {value}"
        for key, value in values.items()
    )


def agreeing(language: str, split: Split, scale: ScaleName) -> float:
    """Share of a language's written calls whose kind is the one suggested."""
    right = []
    for one in dialogues(language, split):
        found = suggest(Context(*one.call(), fact_sheet(language)), scale)
        right.append(found is not None and found.kind == getattr(one, scale))
    return sum(right) / len(right)


def main() -> int:
    no_options(__doc__)
    for scale, calls in read_calls().items():
        target = FOLDER / f"{scale}.yaml"
        old = load_scale(scale)
        told = [kind.id for kind in old.kinds if kind.id in calls.kind]
        kind = np.array([told.index(one) for one in calls.kind])
        report(scale, calls, kind, len(told))
        points = learn(calls.found, kind, len(told), SPARSE[scale])
        comment = [line for line in target.read_text("utf-8").splitlines() if line[:1] == "#"]
        text = "\n".join([*comment, written(learnt(old, told, points, calls.signs))])
        target.write_text(text, "utf-8")
        print(f"{target.name}: {np.count_nonzero(points.signs)} signs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
