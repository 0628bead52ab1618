"""What a recording's name tells: FreePBX and MixMonitor write numbers, time and id into it."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from auricle.models import Direction, LogSource
from ingest.logs.legs import Leg

NAME: LogSource = "file_name"

_ID = r"(?P<id>\d{9,10}\.\d+)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # FreePBX's __CALLFILENAME: type-dialled-from-date-time-uniqueid.
        rf"(?P<kind>[a-z]+)-(?P<callee>[^-]+)-(?P<caller>[^-]+)-(?P<date>\d{{8}})-(?P<time>\d{{6}})(-{_ID})?",
        # MixMonitor as many dialplans name it: date_caller-called_uniqueid, or the id first.
        rf"(?P<date>\d{{8}})(?P<time>\d{{4,6}})_(?P<caller>[^-_]+)-(?P<callee>[^-_.]+)(_(\w+-)?{_ID})?",
        rf"{_ID}_(?P<date>\d{{8}})(?P<time>\d{{4,6}})_(?P<caller>[^-_]+)-(?P<callee>[^-_.]+)",
        rf"(.*\D)?{_ID}",
    )
)
_DIRECTIONS: dict[str, Direction] = {"out": "outbound", "internal": "internal", "in": "inbound"}


def read(path: str, zone: ZoneInfo) -> Leg | None:
    """What the name of a recording says of its call; None if it says nothing."""
    name = re.split(r"[/\\]", path)[-1]
    for pattern in _PATTERNS:
        if found := pattern.match(name):
            told = found.groupdict()
            return Leg(
                id=told.get("id") or "",
                start=_moment(told.get("date"), told.get("time"), zone),
                caller=told.get("caller") or "",
                callee=told.get("callee") or "",
                direction=_DIRECTIONS.get(told.get("kind") or "", ""),
                recording=path,
            )
    return None


def _moment(date: str | None, time: str | None, zone: ZoneInfo) -> datetime | None:
    if not date or not time:
        return None
    try:
        return datetime.strptime(date + time.ljust(6, "0"), "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError:
        return None
