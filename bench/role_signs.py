"""Weigh what people say as signs of who they are: ``rubrics/signs/roles.yaml``.

    python -m bench.role_signs

Logistic regression over turns of the tune half of the gold set, by what is said in them. First the
phrase lists, all five languages together: a list means the same in each. Then, language by
language, words and pairs of words that are in many calls, for what the lists leave open. The sum
over a few turns of a call that neither was learnt from (five folds) is scaled so that it can be
read as log-odds; the same folds say how often it is right.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from bench.gold.dialogues import LANGUAGES, dialogues
from bench.results import no_options
from rubrics.phrases import Phrasebook
from transcribe.roles import repeated
from transcribe.taught import words_in

TARGET = Path(__file__).parents[1] / "rubrics" / "signs" / "roles.yaml"
OWN_SIGNS = ("clinic_name", "greeting_help")
"""Weighed apart by ``transcribe.roles``: they count in the opening only."""
FEWEST = 20
"""Calls that a list, or a language's word, must be in: else it is these calls' alone."""
RIDGE = 10.0
"""Weights are drawn to none as if by so much (a Gaussian prior of variance 1 / RIDGE)."""
LEAST = 0.25
"""A smaller weight isn't worth a line."""
FOLDS = 5
PIECES, PIECE_TURNS = 4, (3, 8)
"""Pieces of a call that are weighed, and how many turns on end: half a minute or so."""
SIDES = {"administrator": 1.0, "patient": -1.0}
Weights = dict[str, float]


@dataclass(frozen=True)
class Said:
    """One turn: whose, of which call, the lists found in it, and its words."""

    language: str
    call: str
    role: str
    lists: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True)
class Learnt:
    lists: Weights
    words: dict[str, Weights]

    def odds(self, turns: Iterable[Said]) -> float:
        """That one who says these turns is the administrator."""
        lists, words = Counter[str](), Counter[tuple[str, str]]()
        for turn in turns:
            lists.update(turn.lists)
            words.update((turn.language, word) for word in turn.words)
        return sum(self.lists.get(name, 0.0) * repeated(n) for name, n in lists.items()) + sum(
            self.words.get(language, {}).get(word, 0.0) * repeated(n)
            for (language, word), n in words.items()
        )


def turns() -> list[Said]:
    found = []
    for language in LANGUAGES:
        book = Phrasebook.load(language)
        for dialogue in dialogues(language, "tune"):
            call, transcript = dialogue.call()
            for turn in transcript.turns:
                if turn.role in SIDES:
                    lists = {name for name in book.lists if book.find(name, turn.text, {})}
                    found.append(
                        Said(language, call.call_id, turn.role, frozenset(lists - {*OWN_SIGNS}),
                             frozenset(words_in(turn.text, book)))
                    )  # fmt: skip
    return found


def learn(said: Sequence[Said]) -> Learnt:
    lists = _weights(said, [turn.lists for turn in said], np.zeros(len(said)))
    words = {}
    for language in LANGUAGES:
        own = [turn for turn in said if turn.language == language]
        told = np.array([Learnt(lists, {}).odds([turn]) for turn in own])
        words[language] = _weights(own, [turn.words for turn in own], told)
    return Learnt(lists, words)


def _weights(
    said: Sequence[Said], signs: Sequence[Iterable[str]], told: NDArray[np.float64]
) -> Weights:
    """Log-odds of the administrator, by sign, beside what is ``told`` of each turn already."""
    within = defaultdict[str, set[tuple[str, str]]](set)
    for turn, own in zip(said, signs, strict=True):
        for sign in own:
            within[sign].add((turn.language, turn.call))
    known = sorted(sign for sign, calls in within.items() if len(calls) >= FEWEST)
    place = {sign: index for index, sign in enumerate(known)}
    found = np.zeros((len(said), len(known)))
    for row, own in enumerate(signs):
        found[row, [place[sign] for sign in own if sign in place]] = 1.0
    side = np.array([SIDES[turn.role] for turn in said])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = side * (found @ weights + told)
        slope = found.T @ (side / (1.0 + np.exp(margin)))
        own = float(np.logaddexp(0, -margin).sum() + RIDGE / 2 * weights @ weights)
        return own, RIDGE * weights - slope

    best = minimize(loss, np.zeros(len(known)), jac=True, method="L-BFGS-B").x
    return {sign: float(w) for sign, w in zip(known, best, strict=True) if abs(w) >= LEAST}


def held_out(said: Sequence[Said]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far pieces of calls are on the right side, under weights learnt from the other folds: by
    lists alone, and by all."""
    by_call = defaultdict[tuple[str, str], list[Said]](list)
    for turn in said:
        by_call[turn.language, turn.call].append(turn)
    calls, rng = sorted(by_call), random.Random(0)
    rng.shuffle(calls)
    found = []
    for fold in (calls[start::FOLDS] for start in range(FOLDS)):
        held = {*fold}
        both = learn([turn for call in calls if call not in held for turn in by_call[call]])
        lists = Learnt(both.lists, {})
        for call in fold:
            for _ in range(PIECES):
                long = rng.randint(*PIECE_TURNS)
                start = rng.randrange(max(1, len(by_call[call]) - long + 1))
                piece = by_call[call][start : start + long]
                if len(Counter(turn.role for turn in piece)) == len(SIDES):
                    found.append([_margin(piece, lists), _margin(piece, both)])
    by_lists, by_all = np.array(found).T
    return by_lists, by_all


def _margin(piece: Sequence[Said], learnt: Learnt) -> float:
    """How far both together are on the right side."""
    return sum(
        sign * learnt.odds(turn for turn in piece if turn.role == side)
        for side, sign in SIDES.items()
    )


def scale_of(margins: NDArray[np.float64]) -> float:
    """What margins are to be multiplied by to be log-odds."""
    return float(
        minimize_scalar(
            lambda s: np.mean(np.logaddexp(0, -s * margins)), bounds=(0.01, 3), method="bounded"
        ).x
    )


def main() -> None:
    no_options(__doc__)
    said = turns()
    lists, both = held_out(said)
    scale = scale_of(both)
    sure = both[np.abs(both) * scale > np.log(9)]
    learnt = learn(said)
    head = (
        "# Log-odds, a turn, that who says something of a phrase list, or a word, is the\n"
        "# administrator. Made by 'python -m bench.role_signs' from written calls in five\n"
        f"# languages: right on {np.mean(both > 0):.1%} of {len(both)} pieces of calls, 3 to 8 "
        "turns, that a fold's weights weren't\n"
        f"# learnt from (by lists alone {np.mean(lists > 0):.1%}), and on {np.mean(sure > 0):.1%} "
        f"of the {len(sure)} where it is sure (>= 0.9).\n"
    )
    made = {
        "lists": _lines(learnt.lists, scale),
        "words": {name: _lines(words, scale) for name, words in learnt.words.items()},
    }
    TARGET.write_text(
        head + yaml.safe_dump(made, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    print(TARGET.read_text(encoding="utf-8"))


def _lines(weights: Mapping[str, float], scale: float) -> Weights:
    ordered = sorted(weights.items(), key=lambda item: -item[1])
    return {name: round(weight * scale, 2) for name, weight in ordered}


if __name__ == "__main__":
    main()
