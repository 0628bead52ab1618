"""How right the comparison of administrators is, on made-up clinics whose truth is known.

    make bench-comparison    or    .venv/bin/python -m bench.comparison [--clinics 200] [--seed 1]

Each clinic has 40 administrators with 5 to 400 calls. A call's score is the points of ten criteria,
each met with a probability that depends on the administrator's skill and on the kind of call (type,
hour, queue); who takes which kinds differs. That is another model than the comparison's own. The
truth is an administrator's expected score under the clinic's mix of calls. In half of the clinics
skills are normal, in the other half there are only five, so that many administrators are equal.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from auricle.comparison import TOP, Cell, compare
from auricle.stats import Interval, mean_interval, tie_groups
from bench.results import say, stamp, write_section

PEOPLE, FEWEST, MOST = 40, 5, 400
POINTS = np.array([20, 15, 15, 10, 10, 10, 5, 5, 5, 5]) / 100
LEVELS = {"type": 4, "hour": 3, "queue": 2}
EVEN = 1e-9
"""Truths closer than this are the same."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Clinic:
    truth: Matrix
    cells: list[Cell]
    scores: list[list[float]]
    """Per administrator."""


def made_up(rng: np.random.Generator, *, equal: bool) -> Clinic:
    skill = rng.choice([-0.7, -0.35, 0, 0.35, 0.7], PEOPLE) if equal else rng.normal(0, 0.4, PEOPLE)
    ease = rng.normal(1.0, 0.8, len(POINTS))
    effects = [rng.normal(0, 0.4, count) for count in LEVELS.values()]
    kinds = [tuple(int(i) for i in kind) for kind in np.ndindex(*LEVELS.values())]
    logits = np.array([sum(e[i] for e, i in zip(effects, k, strict=True)) for k in kinds])
    usual = rng.dirichlet(np.full(len(kinds), 2.0))
    numbers = np.exp(rng.uniform(np.log(FEWEST), np.log(MOST + 1), PEOPLE)).astype(int)
    chance = 1 / (1 + np.exp(-(skill[:, None, None] + logits[None, :, None] + ease)))
    expected = TOP * chance @ POINTS  # (people, kinds)
    cells, scores, taken = [], [], np.zeros(len(kinds))
    for person, calls in enumerate(numbers):
        own = rng.multinomial(calls, rng.dirichlet(1 + 20 * usual))
        taken += own
        scores.append([])
        for kind, n in enumerate(own):
            if n:
                found = TOP * (rng.random((n, len(POINTS))) < chance[person, kind]) @ POINTS
                names = tuple(str(level) for level in kinds[kind])
                cells.append(Cell(f"{person:02}", names, int(n), found.sum(), (found**2).sum()))
                scores[-1].extend(found.tolist())
    return Clinic(expected @ (taken / taken.sum()), cells, scores)


@dataclass
class Tally:
    held: list[bool] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    apart: int = 0
    right: int = 0
    pairs: int = 0
    clinics_wrong: int = 0

    def intervals(self, truth: Matrix, found: dict[str, Interval]) -> None:
        for name, interval in found.items():
            self.held.append(interval.low <= truth[int(name)] <= interval.high)
            self.width.append(interval.high - interval.low)

    def order(self, truth: Matrix, groups: list[list[str]]) -> None:
        """``groups`` from best to worst: pairs of different ones are declared different."""
        wrong = 0
        for index, better in enumerate(groups):
            for worse in (name for group in groups[index + 1 :] for name in group):
                for name in better:
                    right = truth[int(name)] > truth[int(worse)] + EVEN
                    self.apart += 1
                    self.right += right
                    wrong += not right
        people = sum(map(len, groups))
        self.pairs += people * (people - 1) // 2
        self.clinics_wrong += wrong > 0


def apart(found: dict[str, Interval]) -> Iterator[list[list[str]]]:
    """Every pair whose intervals don't overlap, better one first."""
    names = sorted(found, key=lambda name: -found[name].value)
    for index, better in enumerate(names):
        for worse in names[index + 1 :]:
            if not found[better].overlaps(found[worse]):
                yield [[better], [worse]]


def study(clinics: int, seed: int) -> dict[str, Tally]:
    rng = np.random.default_rng(seed)
    tallies = {name: Tally() for name in ("pooled", "pairs", "equal", "raw", "board")}
    for number in range(clinics):
        equal = number % 2 == 1
        clinic = made_up(rng, equal=equal)
        comparison = compare(clinic.cells)
        assert comparison is not None
        pooled = {one.administrator: one.interval for one in comparison.standings}
        raw = {
            f"{person:02}": interval
            for person, scores in enumerate(clinic.scores)
            if (interval := mean_interval(scores))
        }
        tallies["pooled"].intervals(clinic.truth, pooled)
        tallies["pooled"].order(clinic.truth, comparison.groups())
        for pair in apart(pooled):
            tallies["pairs"].order(clinic.truth, pair)
        if equal:
            tallies["equal"].intervals(clinic.truth, pooled)
        tallies["raw"].intervals(clinic.truth, raw)
        tallies["raw"].order(clinic.truth, tie_groups(raw))
        board = sorted(raw, key=lambda name: -raw[name].value)
        tallies["board"].order(clinic.truth, [[name] for name in board])
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clinics", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--no-write", action="store_true", help="print only")
    options = parser.parse_args()
    say(f"{options.clinics} clinics of {PEOPLE} administrators")
    found = study(options.clinics, options.seed)
    lines = report(found, options.clinics, options.seed)
    print("\n".join(lines) if options.no_write else write_section("Comparison", lines))


def report(found: dict[str, Tally], clinics: int, seed: int) -> list[str]:
    def held(tally: Tally) -> str:
        return f"{np.mean(tally.held):.1%}"

    def right(tally: Tally) -> str:
        if not tally.apart:
            return "no pair declared"
        return f"{tally.right / tally.apart:.2%} of {tally.apart:,}"

    pooled, pairs, raw, board = (found[name] for name in ("pooled", "pairs", "raw", "board"))
    return [
        f"{stamp('make bench-comparison')}. {clinics} made-up clinics of {PEOPLE} administrators "
        f"with {FEWEST} to {MOST} calls, seed {seed} (development used others); in half of them "
        "many administrators are equally good. Truths are expected scores under the clinic's mix.",
        "",
        "| | measured | wanted |",
        "|---|---|---|",
        f"| 90 % intervals that hold the truth | {held(pooled)} of {len(pooled.held):,} "
        "| 88-92 % |",
        f"| the same where many are equal | {held(found['equal'])} | |",
        f"| mean width of an interval, points | {np.mean(pooled.width):.1f} | |",
        f"| pairs declared different (other groups) that are, in that order | {right(pooled)} "
        "| >= 95 % |",
        f"| pairs whose intervals don't overlap that differ so | {right(pairs)} | |",
        f"| raw means, Student's intervals: hold the truth | {held(raw)} | |",
        f"| raw means, Student's intervals: mean width, points | {np.mean(raw.width):.1f} | |",
        f"| raw means, Student's intervals: pairs of other groups right | {right(raw)} | |",
        f"| a leaderboard by raw means: pairs in the right order | {right(board)} | |",
    ]


if __name__ == "__main__":
    main()
