"""Weigh what people say as signs of who they are: ``rubrics/signs/roles.yaml``.

    python -m bench.role_signs

Every phrase list that one side uses clearly more often gets a log-odds weight (naive Bayes over
turns), from the tune half of the gold set, all five languages together: a list means the same in
each. The sum over a call is scaled by a logistic fit on calls that the weights weren't learnt from
(five folds), so that it can be read as log-odds; the same folds say how often it is right.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize_scalar

from bench.gold.dialogues import LANGUAGES, dialogues
from bench.results import no_options
from rubrics.phrases import Phrasebook

TARGET = Path(__file__).parents[1] / "rubrics" / "signs" / "roles.yaml"
OWN_SIGNS = ("clinic_name", "greeting_help")
"""Weighed apart by ``transcribe.roles``: they count in the opening only."""
FEWEST, FEWEST_LANGUAGES, CLEARLY = 12, 3, 2.0
"""A list's hits, its languages, and how many standard errors its weight is from none."""
LEAST = 0.35
FOLDS = 5
SIDES = {"administrator": 1.0, "patient": -1.0}


@dataclass(frozen=True)
class Said:
    """One turn: whose, of which call, and the lists found in it."""

    language: str
    call: str
    role: str
    lists: frozenset[str]


def turns() -> list[Said]:
    found = []
    for language in LANGUAGES:
        book = Phrasebook.load(language)
        for dialogue in dialogues(language, "tune"):
            call, transcript = dialogue.call()
            for turn in transcript.turns:
                if turn.role in SIDES:
                    hits = frozenset(name for name in book.lists if book.find(name, turn.text, {}))
                    found.append(Said(language, call.call_id, turn.role, hits))
    return found


def weights(said: Iterable[Said]) -> dict[str, float]:
    """Log-odds of the administrator against the patient, by list."""
    hits: dict[str, Counter[str]] = {side: Counter() for side in SIDES}
    spoken, languages = Counter[str](), defaultdict[str, set[str]](set)
    for turn in said:
        spoken[turn.role] += 1
        for name in turn.lists:
            hits[turn.role][name] += 1
            languages[name].add(turn.language)
    found = {}
    for name in sorted(set(languages) - set(OWN_SIGNS)):
        own, other = (hits[side][name] for side in SIDES)
        if own + other < FEWEST or len(languages[name]) < FEWEST_LANGUAGES:
            continue
        rates = [(hits[side][name] + 2) / (spoken[side] + 4) for side in SIDES]
        weight = math.log(rates[0] / rates[1])
        error = math.sqrt(1 / (own + 2) + 1 / (other + 2))
        if abs(weight) > max(LEAST, CLEARLY * error):
            found[name] = weight
    return found


def margin(said: Iterable[Said], learnt: Mapping[str, float]) -> float:
    """How far the sum of the signs is on the right side."""
    return sum(SIDES[turn.role] * learnt.get(name, 0.0) for turn in said for name in turn.lists)


def held_out(said: Sequence[Said]) -> list[float]:
    """The margin of each call under weights learnt from the other folds."""
    by_call = defaultdict[tuple[str, str], list[Said]](list)
    for turn in said:
        by_call[turn.language, turn.call].append(turn)
    calls = sorted(by_call)
    random.Random(0).shuffle(calls)
    found = []
    for fold in (calls[start::FOLDS] for start in range(FOLDS)):
        others = (turn for call in calls if call not in fold for turn in by_call[call])
        learnt = weights(others)
        found += [margin(by_call[call], learnt) for call in fold]
    return found


def main() -> None:
    no_options(__doc__)
    said = turns()
    margins = np.array(held_out(said))
    scale = float(
        minimize_scalar(
            lambda s: np.mean(np.logaddexp(0, -s * margins)), bounds=(0.01, 3), method="bounded"
        ).x
    )
    sure = margins[np.abs(margins) * scale > math.log(9)]
    lines = {name: round(weight * scale, 2) for name, weight in weights(said).items()}
    head = (
        "# Log-odds, a turn, that who says something of a phrase list is the administrator.\n"
        "# Made by 'python -m bench.role_signs' from written calls in five languages: right on\n"
        f"# {np.mean(margins > 0):.1%} of {len(margins)} calls that a fold's weights weren't "
        f"learnt from, and on\n# {np.mean(sure > 0):.1%} of the {len(sure)} where it is sure "
        "(>= 0.9).\n"
    )
    ordered = dict(sorted(lines.items(), key=lambda item: -item[1]))
    TARGET.write_text(head + yaml.safe_dump(ordered, sort_keys=False), encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
