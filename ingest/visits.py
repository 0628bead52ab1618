"""The clinic's own bookings and visits, from a table it exported."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from auricle.errors import ManifestError
from auricle.messages import N_
from auricle.models import Visit, VisitStatus
from auricle.settings import Visits
from auricle.store.numbers import digits
from ingest.logs.manifest import parse_time, read_table

SHOWN = 20
"""Wrong rows that an error lists."""
_DIGITS = 6
"""A telephone number has at least so many."""


def read_visits(path: Path, settings: Visits, zone: ZoneInfo) -> tuple[Visit, ...]:
    """All rows of a CSV, XLSX or Parquet file. Times without an offset are in ``zone``.

    Strict: raises ManifestError that names every wrong row, and nothing is used then.
    """
    table = read_table(path, "Check the path.")
    names = next((cells for _, cells in table if isinstance(cells, list)), [])
    missing = [
        name for name in (settings.columns.phone, settings.columns.status) if name not in names
    ]
    if missing:
        raise ManifestError(
            f"{path} has no column {' and no column '.join(map(repr, missing))}; its columns are "
            f"{', '.join(names) or 'none'}.",
            N_("Name them under [visits.columns] in auricle.toml."),
        )
    place = {field: names.index(name) for field, name in settings.columns if name in names}
    statuses = {
        word.casefold(): status
        for status in get_args(VisitStatus)
        for word in (status, *settings.statuses.get(status, ()))
    }
    found: dict[str, Visit] = {}
    wrong: list[str] = []
    for line, cells in table:
        if isinstance(cells, str):
            wrong.append(f"line {line}: {cells}")
            continue
        values = {field: cells[at].strip() for field, at in place.items() if at < len(cells)}
        try:
            visit = _visit(line, values, statuses, zone)
            if visit.visit_id in found:
                raise ValueError(f"the same visit as in line {found[visit.visit_id].line}")
        except ValueError as error:
            wrong.append(f"line {line}: {error}")
        else:
            found[visit.visit_id] = visit
    if wrong:
        more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise ManifestError(
            f"{path}: nothing was imported. {'; '.join(wrong[:SHOWN])}{more}.",
            N_("Correct these rows, or [visits] in auricle.toml, and import the file again."),
        )
    return tuple(found.values())


def _visit(
    line: int, values: Mapping[str, str], statuses: Mapping[str, VisitStatus], zone: ZoneInfo
) -> Visit:
    """Raises ValueError saying what is wrong with the row."""
    phone, word = values.get("phone", ""), values.get("status", "")
    if len(digits(phone)) < _DIGITS:
        raise ValueError(f"{phone!r} is no telephone number")
    status = statuses.get(word.casefold())
    if status is None:
        raise ValueError(f"the status {word!r} isn't under [visits.statuses]")
    times = {}
    for field in ("booked", "visit"):
        text = values.get(field, "")
        times[field] = parse_time(text, zone) if text else None
        if text and times[field] is None:
            raise ValueError(f"{text!r} ({field}) is not a time")
    if times["booked"] is None and times["visit"] is None:
        raise ValueError("neither says when it was booked nor when the visit is")
    amount = None
    if text := values.get("amount", ""):
        plain = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
        try:
            amount = float(plain)
        except ValueError:
            raise ValueError(f"{text!r} is not an amount") from None
        if not 0 <= amount < float("inf"):
            raise ValueError(f"{text!r} is not an amount")
    told = "|".join([digits(phone), str(times["booked"]), str(times["visit"])])
    return Visit(
        visit_id=values.get("id") or hashlib.sha256(told.encode()).hexdigest()[:16],
        phone=phone, booked=times["booked"], at=times["visit"], status=status, amount=amount,
        line=line,
    )  # fmt: skip
