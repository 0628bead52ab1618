"""3CX: its CDR service's ``cdr.log``, one call a line, times in UTC.

Fields in their default order: https://www.3cx.com/docs/cdr-call-data-records/
"""

import csv
from datetime import UTC, datetime
from typing import Literal

import duckdb
import pyarrow as pa

from auricle.messages import N_
from auricle.models import Direction, LogSource, Outcome
from ingest.logs import legs
from ingest.logs.legs import Leg, Log, Problem

NAME: LogSource = "3cx"

COLUMNS = (
    "historyid", "callid", "duration", "time-start", "time-answered", "time-end",
    "reason-terminated", "from-no", "to-no", "from-dn", "to-dn", "dial-no", "reason-changed",
    "final-number", "final-dn", "bill-code", "bill-rate", "bill-cost", "bill-name", "chain",
    "from-type", "to-type", "final-type", "from-dispname", "to-dispname", "final-dispname",
    "missed-queue-calls",
)  # fmt: skip
_LEAST = COLUMNS.index("final-number") + 1
_MACHINES = {"queue", "ivr", "voicemail", "vmail", "conference", "park"}
"""Destinations that answer without a human."""
_ENDED: dict[str, Literal["administrator", "patient"]] = {
    "terminatedbysrc": "patient", "terminatedbydst": "administrator",
}  # fmt: skip


def recognise(line: str) -> tuple[str, ...] | None:
    """The columns if the line is 3CX's, else None."""
    cells = line.split(",")
    known = len(cells) >= _LEAST and cells[0].startswith("Call ") and _moment(cells[3])
    return COLUMNS if known else None


def read(connection: duckdb.DuckDBPyConnection, log: Log) -> pa.Table:
    """The legs of which the view ``block`` tells; what is wrong with its lines, in ``problems``."""
    found: list[Leg] = []
    problems: list[Problem] = []
    for line, text in connection.execute("SELECT line, text FROM block ORDER BY line").fetchall():
        if not text.strip():
            continue
        try:
            cells = next(csv.reader([text]), [])
        except csv.Error:
            cells = []
        told = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=False))
        start = _moment(told.get("time-start", ""))
        if len(cells) < _LEAST or start is None:
            problems.append(
                Problem(line=line, severity="error",
                        reason=N_("The line is no record of a call, or its start is not a time."),
                        remedy=N_("It was left out; set 3CX's CDR fields to their default order."))
            )  # fmt: skip
        else:
            found.append(_leg(line, told, start, log.extension_digits))
    legs.add(connection, found, problems)
    return legs.taken(connection, "new_legs")


def store(connection: duckdb.DuckDBPyConnection, records: pa.Table, path: str) -> None:
    """Add what was read to the database; see ``store_new``."""
    legs.store_new(connection, records, NAME, path)


def _leg(line: int, told: dict[str, str], start: datetime, digits: int) -> Leg:
    caller, dialled = _number(told["from-no"]), told["dial-no"] or _number(told["to-no"])
    inside = told["from-no"].startswith("Ext.")
    direction: Direction = "inbound"
    if inside:
        direction = "internal" if dialled.isdigit() and len(dialled) <= digits else "outbound"
    answer, end = _moment(told["time-answered"]), _moment(told["time-end"])
    kind = (told.get("final-type") or told.get("to-type") or "").lower()
    human = answer is not None and kind not in _MACHINES
    reached = _number(told["final-number"] or told["to-no"])
    name = told.get("final-dispname") or told.get("to-dispname") or ""
    return Leg(
        line=line,
        id=told["callid"],
        start=start,
        # A queue or a menu that was passed on the way has answered before the human.
        answer=answer if human and (told.get("to-type") or "").lower() not in _MACHINES else None,
        end=end if end and end >= start else None,
        direction=direction,
        caller=caller,
        callee=dialled,
        agent=(caller if inside else name or reached) if human or inside else "",
        outcome=_outcome(human, kind),
        ended_by=_ended(told["reason-terminated"], inside) if human else "",
    )


def _outcome(human: bool, kind: str) -> Outcome:
    if human:
        return "answered"
    return "abandoned" if kind in {"queue", "ivr"} else "unanswered"


def _ended(reason: str, outbound: bool) -> Literal["", "administrator", "patient"]:
    by = _ENDED.get(reason.lower())
    if by is None:
        return ""
    # On an outbound call the source is the administrator.
    return by if not outbound else "administrator" if by == "patient" else "patient"


def _number(text: str) -> str:
    return text.removeprefix("Ext.")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
