"""What teaching roles is worth: corrected calls of a clinic, and calls it hasn't seen.

    python -m bench.teaching [--calls 5 10 20] [--draws 10]

Written calls of the gold set's tune half, each language taken as one clinic (most are of clinics of
their own, so that only what such clinics share can be learnt). Some are drawn as corrected; the
others are given roles with and without what those taught: as they are, and without their first two
turns, where the greeting is.
"""

import argparse
import random
import sys
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from auricle.models import Call, Transcript
from bench.gold.dialogues import LANGUAGES, dialogues
from bench.results import say, stamp, write_section
from rubrics.phrases import Phrasebook
from transcribe.roles import OPENING_TURNS, decide_roles
from transcribe.taught import Corrected, Taught, learn
from transcribe.turns import RawTurn

Margins = NDArray[np.float64]
SURE = 0.9
SIDES = ("administrator", "patient")


def two_sided(language: str) -> list[tuple[Call, Transcript]]:
    found = (one.call() for one in dialogues(language, "tune"))
    return [(c, t) for c, t in found if {turn.role for turn in t.turns} >= set(SIDES)]


def margins(
    calls: Sequence[tuple[Call, Transcript]], language: str, taught: Taught | None, *, opening: bool
) -> list[float]:
    """Log-odds of each call's true sides."""
    found = []
    for call, transcript in calls:
        turns = [RawTurn(turn.role, turn.words) for turn in transcript.turns if turn.role in SIDES][
            0 if opening else OPENING_TURNS :
        ]
        if {turn.speaker for turn in turns} < set(SIDES):
            continue
        guesses = decide_roles(
            turns, Phrasebook.load(language), {"clinic": (call.clinic,)},
            outbound=call.direction == "outbound", administrator_speaker=None,
            min_confidence=0.5, taught=taught,
        )  # fmt: skip
        guess = guesses["administrator"]
        odds = np.log(guess.confidence / max(1 - guess.confidence, 1e-3))
        found.append(float(odds if guess.role == "administrator" else -odds))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what teaching roles is worth.")
    parser.add_argument("--calls", type=int, nargs="*", default=[5, 10, 20], help="corrected")
    parser.add_argument("--draws", type=int, default=10)
    options = parser.parse_args()
    command = " ".join(["python -m bench.teaching", *sys.argv[1:]])
    clinics = {language: two_sided(language) for language in LANGUAGES}
    lines = [
        f"{stamp(command)}.", "", (__doc__ or "").split("\n\n")[-1].strip(), "",
        "| corrected calls | turns | calls judged | right, untaught | taught | sure (>= 0.9), "
        "untaught | taught | of those right, untaught | taught |",
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for count in options.calls:
        for opening, called in ((True, "all"), (False, "without the first two")):
            before, after = [np.array(m) for m in drawn(clinics, count, options.draws, opening)]
            lines.append(f"| {count} | {called} | {' | '.join(cells(before, after))} |")
            say(lines[-1])
    print(write_section("Teaching roles", lines))


def drawn(
    clinics: Mapping[str, list[tuple[Call, Transcript]]], count: int, draws: int, opening: bool
) -> tuple[list[float], list[float]]:
    before, after = [], []
    for language, calls in clinics.items():
        for seed in range(draws):
            shuffled = random.Random(seed).sample(calls, len(calls))
            learnt = learn(
                [Corrected(c.model_copy(update={"clinic": ""}), t) for c, t in shuffled[:count]]
            )
            rest, merged = shuffled[count:], learnt.clinics[""]
            before += margins(rest, language, None, opening=opening)
            after += margins(rest, language, merged, opening=opening)
    return before, after


def cells(before: Margins, after: Margins) -> list[str]:
    limit = np.log(SURE / (1 - SURE))
    found = [str(len(before)), *(f"{np.mean(m > 0):.1%}" for m in (before, after))]
    sure = [np.abs(m) >= limit for m in (before, after)]
    found += [f"{np.mean(s):.1%}" for s in sure]
    found += [f"{np.mean(m[s] > 0):.1%}" for m, s in zip((before, after), sure, strict=True)]
    return found


if __name__ == "__main__":
    main()
