"""From what somebody does in the call player to what the store is told."""

from typing import Any

from auricle.corrections import Change, NewRole, NewWords, Swap
from auricle.errors import StoreError
from auricle.messages import N_
from auricle.models import Evidence, Transcript
from auricle.store.disputes import Answer
from auricle.store.reviews import Judgement


def judgements(told: dict[str, Any], transcript: Transcript | None) -> list[Judgement]:
    """Verdicts with their proofs. Raises StoreError for words that aren't there."""
    return [
        Judgement(
            mark["criterion"], mark["kind"], mark["reason"],
            tuple(_evidence(piece, transcript) for piece in mark["evidence"]),
        )
        for mark in told["marks"]
    ]  # fmt: skip


def answers(told: dict[str, Any]) -> list[Answer]:
    return [Answer(mark["criterion"], mark["kind"], mark["reason"]) for mark in told["marks"]]


def changes(told: dict[str, Any]) -> list[Change]:
    if told.get("swap"):
        return [Swap()]
    if "role" in told:
        return [NewRole(told["turn"], told["role"])]
    return [NewWords(told["turn"], told["first"], told["last"], told["text"])]


def _evidence(piece: dict[str, Any], transcript: Transcript | None) -> Evidence:
    """The words as the transcript has them, not as the browser says; or a stretch of the sound."""
    if "turn" not in piece:
        return Evidence(kind="stretch", start_s=piece["start_s"], end_s=piece["end_s"])
    turns = transcript.turns if transcript else ()
    if not 0 <= piece["turn"] < len(turns):
        raise StoreError(
            N_("The words chosen as a proof are gone."), N_("Reload the page, select again.")
        )
    turn = turns[piece["turn"]]
    words = turn.words[piece["first"] : piece["last"] + 1]
    if not words:  # a turn whose words have no times
        return Evidence(
            kind="quote", role=turn.role, turn=piece["turn"], start_s=turn.start_s,
            end_s=turn.end_s, quote=turn.text,
        )  # fmt: skip
    return Evidence(
        kind="quote", role=turn.role, turn=piece["turn"], start_s=words[0].start_s,
        end_s=words[-1].end_s, quote=" ".join(word.text for word in words),
    )  # fmt: skip
