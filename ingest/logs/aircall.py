"""Aircall: calls from its API or from its webhooks.

Fields: https://developer.aircall.io/api-references/#call
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from auricle.models import LogSource, Outcome
from ingest.logs.documents import Loose, checked, objects
from ingest.logs.legs import Leg, Log, Problem

NAME: LogSource = "aircall"

Epoch = Annotated[float, Field(ge=0, lt=1e11)]

_ABANDONED = {"abandoned_in_ivr", "abandoned_in_classic", "short_abandoned"}


class _User(Loose):
    name: str = ""


class _Number(Loose):
    name: str | None = None
    digits: str | None = None


class _Call(Loose):
    id: str
    direction: Literal["inbound", "outbound"]
    status: str = ""
    started_at: Epoch
    answered_at: Epoch | None = None
    ended_at: Epoch | None = None
    missed_call_reason: str | None = None
    voicemail: str | None = None
    recording: str | None = None
    raw_digits: str | None = None
    user: _User | None = None
    number: _Number | None = None


class _Event(Loose):
    event: str = ""
    timestamp: Epoch | None = None
    data: _Call


def recognise(name: str, beginning: str) -> bool:
    return '"raw_digits"' in beginning and '"started_at"' in beginning


def parse(raw: bytes, log: Log) -> tuple[list[Leg], list[Problem]]:
    """Legs of the calls in a document. A webhook tells of a call several times, ever more."""
    legs: list[Leg] = []
    problems: list[Problem] = []
    held: dict[str, float] = {}
    for line, value in objects(raw, ("calls", "call")):
        told = value if isinstance(value, dict) and "data" in value else {"data": value}
        found = value if isinstance(value, Problem) else checked(_Event, line, told)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        hold_s, call = None, found.data
        if found.timestamp is not None:
            if found.event == "call.hold":
                held[call.id] = found.timestamp
            elif found.event == "call.unhold" and call.id in held:
                hold_s = max(0.0, found.timestamp - held.pop(call.id))
        legs.append(_leg(line, call, hold_s))
    return legs, problems


def _leg(line: int | None, call: _Call, hold_s: float | None) -> Leg:
    inbound = call.direction == "inbound"
    theirs, ours = call.raw_digits or "", (call.number and call.number.digits) or ""
    return Leg(
        line=line,
        id=call.id,
        start=_moment(call.started_at),
        answer=_moment(call.answered_at),
        end=_moment(call.ended_at),
        direction=call.direction,
        caller=theirs if inbound else ours,
        callee=ours if inbound else theirs,
        queue=(call.number and call.number.name) or "",
        agent=call.user.name if call.user else "",
        outcome=_outcome(call),
        hold_s=hold_s,
        recording=(call.recording or "").split("?")[0],
    )


def _outcome(call: _Call) -> Outcome | Literal[""]:
    if call.answered_at is not None and not call.voicemail:
        return "answered"
    if call.status != "done":
        return ""
    return "abandoned" if call.missed_call_reason in _ABANDONED else "unanswered"


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
