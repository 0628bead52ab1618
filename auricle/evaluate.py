"""How right are the results? Stored calls against truth files (``auricle.truth/1``).

Counts are kept and rates derived, so that pooling over calls is right by construction.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from auricle.errors import SettingsError
from auricle.models import Evidence, Role, Transcript
from auricle.store.reads import CallDetail, call_detail
from auricle.strict import validate

NEAR_S = 0.15
"""A word belongs to a true turn if its middle lies in the turn, give or take this."""
WAIT_TOLERANCE_S = 1.0
WORD = r"\w+"
JUDGED = ("met", "partly", "missed")


class TrueTurn(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Role
    start_s: float
    end_s: float
    text: str


class Truth(BaseModel):
    """What a careful human knows of one call."""

    model_config = ConfigDict(extra="ignore")
    call_id: str
    language: str
    channels: int
    line: dict[str, Any]
    turns: list[TrueTurn]
    verdicts: dict[str, dict[str, Any]]
    booked: bool | None


@dataclass
class Score:
    """Counts of one call or, added up, of many."""

    words: int = 0
    word_errors: int = 0
    placed: int = 0
    """Recognised words inside a true turn."""
    right_role: int = 0
    unknown_role: int = 0
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

    def __add__(self, other: "Score") -> "Score":
        return Score(**{name: getattr(self, name) + getattr(other, name) for name in vars(self)})

    @property
    def wer(self) -> float:
        return self.word_errors / max(self.words, 1)

    @property
    def role_accuracy(self) -> float:
        return self.right_role / max(self.placed, 1)

    @property
    def wait_accuracy(self) -> float:
        return self.waits_right / max(self.waits, 1)

    @property
    def agreement(self) -> float:
        """Exact agreement over criteria applicable for the human; an abstention isn't agreement."""
        return self.verdicts_right / max(self.verdicts, 1)


def read_truths(folder: Path) -> list[Truth]:
    """All truth files of a folder. Raises SettingsError when there is none, or one is invalid."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise SettingsError(f"{folder} holds no truth files.", "Name a folder with *.json files.")
    truths = []
    for file in files:
        try:
            truths.append(validate(Truth, json.loads(file.read_bytes()), str(file)))
        except ValueError as error:
            raise SettingsError(f"{file} is not JSON: {error}.", "Correct or remove it.") from error
    return truths


def evaluate(store: Path, truths: list[Truth]) -> dict[str, tuple[str, Score]]:
    """Per call id: its layout (``stereo`` or ``mono``) and its counts.

    Raises SettingsError when a call of the truth is not in the store.
    """
    results: dict[str, tuple[str, Score]] = {}
    for truth in truths:
        detail = call_detail(store, truth.call_id)
        if detail is None or detail.transcript is None or detail.scorecard is None:
            raise SettingsError(
                f"The call {truth.call_id} is not in {store}.", "Run 'auricle run' on it first."
            )
        layout = "stereo" if detail.call.recorded.layout == "stereo" else "mono"
        results[truth.call_id] = (layout, score_call(truth, detail))
    return results


def score_call(truth: Truth, detail: CallDetail) -> Score:
    """The counts of one call."""
    score = Score()
    transcript = detail.transcript
    assert transcript is not None
    _words(score, truth, transcript)
    _roles(score, truth, transcript)
    true_wait = truth.line.get("wait_s")
    if true_wait is not None:
        wait = transcript.line.wait_s
        score.waits = 1
        score.waits_right = int(
            wait is not None and abs(wait.value_s - true_wait) <= WAIT_TOLERANCE_S
        )
    _verdicts(score, truth, detail)
    return score


def _words(score: Score, truth: Truth, transcript: Transcript) -> None:
    """Word errors, speaker by speaker, so that overlapping talk isn't punished for its order.

    Speakers are matched by role where the recording is stereo; on one channel by time alone.
    """
    import jiwer

    normal = normaliser(truth.language)
    pairs: list[tuple[str, str]] = []
    if truth.channels == 2:
        for role in ("administrator", "patient", "ivr"):
            pairs.append(
                (
                    " ".join(t.text for t in truth.turns if t.role == role),
                    " ".join(t.text for t in transcript.turns if t.role == role),
                )
            )
        unknown = " ".join(t.text for t in transcript.turns if t.role == "unknown")
        pairs.append(("", unknown))
    else:
        heard = sorted((w for t in transcript.turns for w in t.words), key=lambda w: w.start_s)
        pairs.append((" ".join(t.text for t in truth.turns), " ".join(w.text for w in heard)))
    for reference, hypothesis in pairs:
        said, heard_text = normal(reference), normal(hypothesis)
        if not said:
            score.word_errors += len(heard_text.split())
            continue
        result = jiwer.process_words(said, heard_text)
        score.words += len(said.split())
        score.word_errors += result.substitutions + result.deletions + result.insertions


def _roles(score: Score, truth: Truth, transcript: Transcript) -> None:
    for turn in transcript.turns:
        for word in turn.words:
            middle = (word.start_s + word.end_s) / 2
            roles = {
                t.role for t in truth.turns if t.start_s - NEAR_S <= middle <= t.end_s + NEAR_S
            }
            if roles:
                score.placed += 1
                score.right_role += turn.role in roles
                score.unknown_role += turn.role == "unknown"


def _verdicts(score: Score, truth: Truth, detail: CallDetail) -> None:
    assert detail.scorecard is not None and detail.transcript is not None
    for verdict in detail.scorecard.criteria:
        for proof in verdict.evidence:
            if proof.kind == "quote":
                score.quotes += 1
                score.quotes_wrong += not quote_stands(proof, detail.transcript)
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


@cache
def normaliser(language: str) -> Any:
    """Whisper's own text normaliser (Radford et al. 2022, appendix C): numbers as digits, no
    punctuation, no fillers; for other languages than English only case and punctuation."""
    from whisper_normalizer.basic import BasicTextNormalizer
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
