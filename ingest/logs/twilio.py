"""Twilio: Call and Recording resources, as its API returns them.

https://www.twilio.com/docs/voice/api/call-resource. An inbound call is a parent; whoever it is
connected to by <Dial> is a child, whose start is the moment that somebody answered.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from auricle.models import Direction, LogSource, Outcome
from ingest.logs.documents import Loose, checked, objects
from ingest.logs.legs import Leg, Log, Problem

NAME: LogSource = "twilio"

_OUTCOMES: dict[str, Outcome] = {
    "no-answer": "unanswered", "busy": "busy", "failed": "failed", "canceled": "abandoned",
}  # fmt: skip


def _moment(value: object) -> object:
    """Twilio's RFC 2822 times, or ISO 8601 as its libraries print them; UTC without an offset."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = parsedate_to_datetime(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, BeforeValidator(_moment)]


class _Call(Loose):
    sid: str
    parent_call_sid: str | None = None
    direction: str
    status: str = ""
    date_created: Moment | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    caller: str = Field("", alias="from")
    to: str = ""


class _Recording(Loose):
    sid: str
    call_sid: str
    start_time: Moment | None = None


def recognise(name: str, beginning: str) -> bool:
    return '"account_sid"' in beginning and ('"call_sid"' in beginning or '"sid"' in beginning)


def parse(raw: bytes, log: Log) -> tuple[list[Leg], list[Problem]]:
    """Legs of the calls and recordings in a document."""
    legs: list[Leg] = []
    problems: list[Problem] = []
    for line, value in objects(raw, ("calls", "recordings")):
        if isinstance(value, Problem):
            problems.append(value)
            continue
        leg = _recording(line, value) if "call_sid" in dict(value) else _call(line, value)
        if isinstance(leg, Leg):
            legs.append(leg)
        else:
            problems.append(leg)
    return legs, problems


def _recording(line: int | None, value: Any) -> Leg | Problem:
    found = checked(_Recording, line, value)
    if isinstance(found, Problem):
        return found
    return Leg(line=line, id=found.call_sid, recording=found.sid)


def _call(line: int | None, value: Any) -> Leg | Problem:
    found = checked(_Call, line, value)
    if isinstance(found, Problem):
        return found
    if found.parent_call_sid:
        return _child(line, found, found.parent_call_sid)
    return _parent(line, found)


def _parent(line: int | None, call: _Call) -> Leg:
    direction: Direction = "inbound" if call.direction == "inbound" else "outbound"
    completed = call.status == "completed"
    outcome: Outcome | Literal[""] = _OUTCOMES.get(call.status, "")
    if completed and direction == "outbound":
        outcome = "answered"  # inbound, Twilio itself may have answered: the child tells
    return Leg(
        line=line, id=call.sid, start=call.date_created or call.start_time, end=call.end_time,
        answer=call.start_time if outcome == "answered" else None, direction=direction,
        caller=call.caller, callee=call.to, outcome=outcome,
    )  # fmt: skip


def _child(line: int | None, call: _Call, parent: str) -> Leg:
    answered = call.status == "completed"
    return Leg(
        line=line, id=parent, start=call.date_created or call.start_time, end=call.end_time,
        answer=call.start_time if answered else None, agent=call.to,
        outcome="answered" if answered else _OUTCOMES.get(call.status, ""),
    )  # fmt: skip
