"""How right are the results? Transcripts, and scorecards where there are, against references.

Counts are kept and rates derived, so that pooling over calls is right by construction.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np
from scipy import stats

from auricle.accuracy import Speech, measure
from auricle.errors import SettingsError
from auricle.models import Evidence, Scorecard, Transcript
from auricle.references import Reference, Truth
from auricle.stats import LEVEL, Interval
from auricle.store.access import Access
from auricle.store.reads import CallDetail, call_detail, rows

WAIT_TOLERANCE_S = 1.0
WORD = r"\w+"
JUDGED = ("met", "partly", "missed")
RESAMPLES = 2000


@dataclass
class Score(Speech):
    """Counts of one call or, added up, of many."""

    waits: int = 0
    """Calls whose wait can be heard in the audio."""
    waits_right: int = 0
    verdicts: int = 0
    """Criteria that a human and the machine both found applicable."""
    verdicts_right: int = 0
    abstained: int = 0
    applicability_wrong: int = 0
    """Applicable for one of the two only."""
    false_missed: int = 0
    quotes: int = 0
    quotes_wrong: int = 0
    confusion: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(criterion, human verdict, machine verdict)."""

    @property
    def wer(self) -> float:
        return rate("wer", self) or 0.0

    @property
    def role_accuracy(self) -> float:
        return rate("role_accuracy", self) or 0.0

    @property
    def agreement(self) -> float:
        """Exact agreement over criteria applicable for the human; an abstention isn't agreement."""
        return rate("agreement", self) or 0.0


@dataclass(frozen=True)
class Heard:
    """What the machine made of one recording."""

    layout: str
    """``stereo`` or ``mono``."""
    transcript: Transcript
    scorecard: Scorecard | None = None


RATES: dict[str, Callable[[Score], tuple[float, float]]] = {
    "wer": lambda s: (s.word_errors, s.words),
    "cer": lambda s: (s.character_errors, s.characters),
    "cpwer": lambda s: (s.cp_errors, s.cp_words),
    "der": lambda s: (s.missed_s + s.false_alarm_s + s.confused_s, s.talk_s),
    "der_collar": lambda s: (s.collar_errors_s, s.collar_talk_s),
    "role_accuracy": lambda s: (s.right_role, s.placed),
    "invented_per_minute": lambda s: (s.invented, s.no_speech_s / 60),
    "wait_accuracy": lambda s: (s.waits_right, s.waits),
    "agreement": lambda s: (s.verdicts_right, s.verdicts),
}
"""Every rate as what it is: a count, and what it is a share of."""


def rate(name: str, score: Score) -> float | None:
    """A rate by its name; None where there is nothing to measure it on."""
    count, whole = RATES[name](score)
    return count / whole if whole else None


def interval(name: str, scores: Sequence[Score], level: float = LEVEL) -> Interval | None:
    """A pooled rate with its bootstrap interval over calls; None for fewer than two calls.

    Calls, not words, are drawn again: a call's words share its line and its speakers (Bisani and
    Ney, "Bootstrap estimates for confidence intervals in ASR performance evaluation", ICASSP
    2004). Percentiles, seeded, so that the same results give the same figures.
    """
    measured = [pair for pair in (RATES[name](score) for score in scores) if pair[1]]
    if len(measured) < 2:
        return None
    counts, wholes = np.array(measured, dtype=float).T
    found = stats.bootstrap(
        (counts, wholes),
        lambda c, w, axis: np.sum(c, axis=axis) / np.sum(w, axis=axis),
        paired=True, vectorized=True, method="percentile", confidence_level=level,
        n_resamples=RESAMPLES, rng=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    return Interval(
        float(counts.sum() / wholes.sum()), float(found.low), float(found.high), len(measured)
    )


def evaluate(
    references: Sequence[Reference], heard: Callable[[str], Heard | None]
) -> dict[str, tuple[str, Score]]:
    """Per name: its layout (``stereo`` or ``mono``) and its counts.

    ``heard`` gives the machine's result by the name of a reference; those it has none of are left
    out.
    """
    results: dict[str, tuple[str, Score]] = {}
    for reference in references:
        found = heard(reference.name)
        if found is not None:
            results[reference.name] = (found.layout, score_call(reference, found))
    return results


def stored(access: Access) -> Callable[[str], Heard | None]:
    """Results of the store, by call id, or else by the name of the recording's file.

    Raises SettingsError for a name that several recordings have.
    """
    files: dict[str, list[str]] = {}
    for row in rows(access, "SELECT call_id, path FROM calls WHERE path <> '' ORDER BY call_id"):
        files.setdefault(PurePath(row["path"]).stem, []).append(row["call_id"])

    def find(name: str) -> Heard | None:
        detail = call_detail(access, name)
        named = files.get(name, [])
        if detail is None and len(named) > 1:
            raise SettingsError(
                f"{name} is the name of several recordings: calls {', '.join(named)}.",
                "Name the reference after the call that is meant.",
            )
        if detail is None and named:
            detail = call_detail(access, named[0])
        return heard_of(detail) if detail else None

    return find


def heard_of(detail: CallDetail) -> Heard | None:
    """A stored call's result; None for a call without a recording."""
    if detail.transcript is None:
        return None
    layout = "stereo" if detail.call.recorded.layout == "stereo" else "mono"
    return Heard(layout, detail.transcript, detail.machine_scorecard)


def score_call(reference: Reference, heard: Heard) -> Score:
    """The counts of one call."""
    score = Score(**measure(reference, heard.transcript))
    truth = reference.truth
    if truth is None:
        return score
    true_wait = truth.line.get("wait_s")
    if true_wait is not None:
        wait = heard.transcript.line.wait_s
        score.waits = 1
        score.waits_right = int(
            wait is not None and abs(wait.value_s - true_wait) <= WAIT_TOLERANCE_S
        )
    if heard.scorecard is not None:
        _verdicts(score, truth, heard.transcript, heard.scorecard)
    return score


def _verdicts(score: Score, truth: Truth, transcript: Transcript, card: Scorecard) -> None:
    for verdict in card.criteria:
        for proof in verdict.evidence:
            if proof.kind == "quote":
                score.quotes += 1
                score.quotes_wrong += not quote_stands(proof, transcript)
        human = truth.verdicts.get(verdict.id, {}).get("verdict")
        if human is None:
            continue
        machine = verdict.verdict
        score.confusion[verdict.id, human, machine] += 1
        if human in JUDGED:
            score.verdicts += 1
            score.verdicts_right += machine == human
            score.abstained += machine == "abstain"
            score.applicability_wrong += machine == "not_applicable"
            score.false_missed += machine == "missed" and human == "met"
        elif machine in JUDGED:
            score.applicability_wrong += 1


def quote_stands(proof: Evidence, transcript: Transcript) -> bool:
    """Whether a quote is in the turn it names, word for word, under the role it names."""
    if proof.turn is None or not proof.quote or not 0 <= proof.turn < len(transcript.turns):
        return False
    turn = transcript.turns[proof.turn]
    said, quoted = (f" {' '.join(re.findall(WORD, t.lower()))} " for t in (turn.text, proof.quote))
    return turn.role == proof.role and quoted in said
