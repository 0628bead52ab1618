"""A made-up telephone system: logs written line by line, and what the database makes of them."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from auricle.models import Failure
from auricle.settings import Settings, load_settings
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.reads import rows
from ingest.logs.asterisk_cdr import DEFAULT_COLUMNS
from ingest.logs.importing import Progress, import_logs
from ingest.logs.linking import link
from ingest.places import Storage

START = datetime(2026, 9, 7, 10, 0, 0)
"""A Monday, on the clock of Warsaw: UTC+2."""
EPOCH = 1788768000
"""The same moment in UTC seconds."""


@dataclass
class Logs:
    """A folder of logs and the database they go into."""

    folder: Path
    extra: str = ""
    clinic: str = ""

    @property
    def settings(self) -> Settings:
        (self.folder / "auricle.toml").write_text(
            f"[clinic]\nname = '{self.clinic}'\ntimezone = 'Europe/Warsaw'\n"
            f"[ingest]\nlogs = ['logs']\n{self.extra}"
        )
        return load_settings(self.folder)

    @property
    def place(self) -> Path:
        (self.folder / "logs").mkdir(exist_ok=True)
        return self.folder / "logs"

    def write(self, name: str, *lines: str | bytes, end: str = "\n") -> Path:
        """Replace a log."""
        path = self.place / name
        raw = [line if isinstance(line, bytes) else line.encode() for line in lines]
        path.write_bytes(b"\n".join(raw) + (end.encode() if raw else b""))
        return path

    def append(self, name: str, *lines: str) -> None:
        with (self.place / name).open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def read(
        self, *places: Path, progress: Progress = lambda what, done, total: None
    ) -> list[Failure]:
        """Import what is new; the failures it met."""
        settings = self.settings
        store = Store(settings.store.path)
        storage = Storage()
        failures = import_logs(
            store,
            [storage.place(place) for place in places or [self.place]],
            storage,
            settings,
            "run",
            progress,
        )
        _, doubts = link(store, [], [], settings, lambda what, done, total: None)
        return failures + doubts

    def rows(self, query: str) -> list[dict[str, Any]]:
        return rows(as_owner(self.settings.store.path), query)

    def calls(self) -> list[dict[str, Any]]:
        """All calls in order of their start."""
        return self.rows("SELECT * FROM log_calls ORDER BY start_utc, call_key")

    def call(self) -> dict[str, Any]:
        [found] = self.calls()
        return found

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])


def cdr(
    columns: tuple[str, ...] = DEFAULT_COLUMNS, /, *, start: datetime = START, wait: int = 12,
    talk: int = 83, **values: Any,
) -> str:  # fmt: skip
    """A line of Master.csv: an answered inbound call through Dial, unless said otherwise."""
    answered = values.get("disposition", "ANSWERED") == "ANSWERED"
    end = start + timedelta(seconds=wait + talk)
    row = {
        "src": "0048600100200", "dst": "201", "dcontext": "from-pstn",
        "clid": '"Jan Kowalski" <0048600100200>', "channel": "PJSIP/trunk-00000001",
        "dstchannel": "PJSIP/201-00000002" if answered else "", "lastapp": "Dial",
        "lastdata": "PJSIP/201,30", "start": start,
        "answer": start + timedelta(seconds=wait) if answered else "",
        "end": end, "duration": wait + talk, "billsec": talk if answered else 0,
        "disposition": "ANSWERED", "amaflags": "DOCUMENTATION", "accountcode": "",
        "uniqueid": f"{EPOCH + int((start - START).total_seconds())}.1", "userfield": "",
        "sequence": 1, "linkedid": "", "recording": "",
        **values,
    }  # fmt: skip
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(
        [row[name] for name in columns]
    )
    return text.getvalue()


def queue(second: int, event: str, *data: object, call: str = "", agent: str = "NONE") -> str:
    """A line of queue_log, so many seconds after the start."""
    call = call or f"{EPOCH}.1"
    return "|".join(map(str, [EPOCH + second, call, "600", agent, event, *data]))
