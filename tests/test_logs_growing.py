"""Logs that grow while they are read, and imports that are killed: no line is lost."""

import os
import time
from pathlib import Path

import pytest
from helpers_logs import Logs, cdr

from auricle.store import Store
from ingest.logs.importing import import_logs
from ingest.places import Storage


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return Logs(tmp_path)


def test_a_killed_import_goes_on_though_nothing_has_changed(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.logs.lines.BLOCK_BYTES", 2000)
    monkeypatch.setattr("ingest.logs.importing.COMMITTED_BLOCKS", 2)
    logs.write("Master.csv", *(cdr(uniqueid=f"1.{number}") for number in range(40)))
    settings, storage = logs.settings, Storage()

    def killed(what: str, done: int, total: int) -> None:
        if done > 4000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_logs(Store(settings.store.path), [storage.place(logs.place)], storage, settings,
                    "run", killed)  # fmt: skip
    assert 0 < logs.count("legs") < 40
    assert logs.read() == []
    assert logs.count("legs") == 40


def test_what_is_written_while_a_log_is_read_comes_with_the_next_run(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = logs.write("Master.csv", cdr(uniqueid="1.1"))
    settings, storage = logs.settings, Storage()
    size = path.stat().st_size

    def written(what: str, done: int, total: int) -> None:
        if path.stat().st_size == size:
            logs.append("Master.csv", cdr(uniqueid="2.2"))

    import_logs(Store(settings.store.path), [storage.place(path)], storage, settings, "run",
                written)  # fmt: skip
    logs.read()
    assert logs.count("legs") == 2


def test_a_last_line_without_an_end_counts_once_the_log_is_at_rest(logs: Logs) -> None:
    path = logs.write("Master.csv", cdr(uniqueid="1.1"), cdr(uniqueid="2.2"), end="")
    logs.read()
    assert logs.count("legs") == 1
    logs.read()
    assert logs.count("legs") == 1
    os.utime(path, (time.time() - 120, time.time() - 120))
    logs.read()
    assert logs.count("legs") == 2
