"""``auricle watch`` as a process of its own: what comes is done once, and nothing ends it."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers_audio import hum, write_wav
from helpers_clinic import environment
from helpers_logs import EPOCH, cdr
from helpers_servers import sftp_server
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.errors import StoreError
from auricle.settings import load_settings
from auricle.store.access import as_owner
from auricle.store.reads import rows

DEADLINE_S = 60.0
NAME = f"in-201-0048600100200-20260907-100000-{EPOCH}.1.wav"


def until(true: Callable[[], bool], what: str = "") -> None:
    """Look for a condition again and again; give up after ``DEADLINE_S``."""
    deadline, never = time.monotonic() + DEADLINE_S, threading.Event()
    while True:
        with suppress(StoreError):  # the watch is writing just now
            if true():
                return
        assert time.monotonic() < deadline, what
        never.wait(0.03)


@dataclass
class Clinic:
    """A folder, and the processes that watch it."""

    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("recordings", "logs", "made"):
            (self.folder / name).mkdir(parents=True)
        self.configure()

    def configure(self, more: str = "", ingest: str = "recordings = ['recordings']") -> None:
        (self.folder / "auricle.toml").write_text(
            "[clinic]\ntimezone = 'Europe/Warsaw'\n[transcribe]\ndevice = 'cpu'\n"
            f"[ingest]\n{ingest}\nlogs = ['logs']\nwatch_every_s = 0.1\nstill_for_s = 0.2\n{more}"
        )

    def start(self, command: str = "watch") -> subprocess.Popen[str]:
        program = Path(__file__).with_name("helpers_watch.py")
        with (self.folder / "out").open("a") as out:
            process = subprocess.Popen(
                [sys.executable, program, self.folder / "heard", command, "-c", self.folder],
                env={**environment(), "PYTHONPATH": os.pathsep.join(sys.path)},
                stdout=out, stderr=subprocess.STDOUT, text=True, cwd=self.folder,
            )  # fmt: skip
        self.started.append(process)
        return process

    def watch(self) -> subprocess.Popen[str]:
        before = self.told.count("Watching")
        process = self.start()
        until(lambda: self.told.count("Watching") > before, self.told)
        return process

    def stop(self, process: subprocess.Popen[str], number: int = signal.SIGTERM) -> None:
        process.send_signal(number)
        assert process.wait(DEADLINE_S) == 0, self.told

    @property
    def told(self) -> str:
        return (self.folder / "out").read_text() if (self.folder / "out").exists() else ""

    @property
    def heard(self) -> list[str]:
        path = self.folder / "heard"
        return path.read_text().split() if path.exists() else []

    def record(self, name: str, hz: int = 400, seconds: float = 2) -> Path:
        """A recording that appears whole."""
        made = write_wav(self.folder / "made" / name, hum(seconds, hz=hz))
        return made.rename(self.folder / "recordings" / name)

    def log(self, *lines: str, name: str = "Master.csv") -> None:
        with (self.folder / "logs" / name).open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def query(self, text: str) -> list[dict[str, object]]:
        store = load_settings(self.folder).store.path
        return rows(as_owner(store), text) if store.exists() else []

    def count(self, table: str, where: str = "true") -> int:
        found = self.query(f"SELECT count(*) AS n FROM {table} WHERE {where}")
        return int(str(found[0]["n"])) if found else 0


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made = Clinic(tmp_path / "clinic")
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_what_comes_is_done_and_told(clinic: Clinic) -> None:
    process = clinic.watch()
    clinic.record("1.wav")
    until(lambda: clinic.count("calls") == 1)
    (clinic.folder / "recordings" / "bad.wav").write_text("not sound")
    until(lambda: "bad.wav" in clinic.told, clinic.told)
    clinic.record("2.wav", hz=500)
    until(lambda: clinic.count("calls") == 2)
    clinic.stop(process, signal.SIGINT)
    assert clinic.told.count("FFmpeg can't decode") == 1
    assert len(clinic.heard) == 2
    assert "Stopped." in clinic.told
    assert "Traceback" not in clinic.told


def test_a_log_line_that_comes_later_tells_of_the_call(clinic: Clinic) -> None:
    process = clinic.watch()
    clinic.record(NAME, seconds=4)
    until(lambda: clinic.count("calls") == 1)
    assert clinic.count("calls", "agent = '201'") == 0
    clinic.log(cdr())
    until(lambda: clinic.count("calls", "agent = '201' AND talk_s = 83") == 1)
    clinic.stop(process)
    assert len(clinic.heard) == 1


def test_a_recording_still_being_written_is_left_alone(clinic: Clinic) -> None:
    clinic.configure(ingest="recordings = ['recordings']")
    toml = clinic.folder / "auricle.toml"
    toml.write_text(toml.read_text().replace("still_for_s = 0.2", "still_for_s = 1.5"))
    whole = write_wav(clinic.folder / "made" / "1.wav", hum(20)).read_bytes()
    process = clinic.watch()
    growing = clinic.folder / "recordings" / "1.wav"
    begin = time.monotonic()
    with growing.open("wb") as file:
        for part in range(10):
            file.write(whole[part * len(whole) // 10 : (part + 1) * len(whole) // 10])
            file.flush()
            until(lambda part=part: time.monotonic() - begin > part * 0.3)
    until(lambda: clinic.count("calls") == 1)
    clinic.stop(process)
    assert clinic.query("SELECT duration_s FROM calls") == [{"duration_s": 20.0}]
    assert len(clinic.heard) == 1


def test_two_at_once_are_told_apart(clinic: Clinic) -> None:
    first = clinic.watch()
    for command in ("watch", "run"):
        second = clinic.start(command)
        assert second.wait(DEADLINE_S) == 2
    assert clinic.told.count(f"'auricle watch, process {first.pid}' is at work on") == 2
    first.kill()
    first.wait()
    third = clinic.start("run")  # a killed one bars nobody
    assert third.wait(DEADLINE_S) == 0


def test_a_round_that_fails_is_tried_again(clinic: Clinic) -> None:
    process = clinic.watch()
    clinic.record("1.wav")
    until(lambda: clinic.count("calls") == 1)
    toml = clinic.folder / "desks.csv"
    toml.write_text("who,when\n")
    until(lambda: "This round failed" in clinic.told)
    clinic.record("2.wav", hz=500)
    toml.unlink()
    until(lambda: clinic.count("calls") == 2)
    clinic.stop(process)
    assert "desks.csv begins with who,when" in clinic.told


def test_settings_that_cannot_be_end_it_at_once(clinic: Clinic) -> None:
    clinic.configure(more="[score]\nrubric = 'gone.yaml'\n")
    assert clinic.start().wait(DEADLINE_S) == 2


def test_a_server_that_comes_back_is_watched_again(clinic: Clinic, tmp_path: Path) -> None:
    with sftp_server(tmp_path) as server:
        options = "\n".join(f"{name} = {value!r}" for name, value in server.options.items())
        clinic.configure(
            ingest=f"recordings = ['recordings', '{server.address}/monitor']",
            more=f"[ingest.storage.'{server.address}']\n{options}\n",
        )
        (server.root / "monitor").mkdir()
        process = clinic.watch()
        made = write_wav(clinic.folder / "made" / "1.wav", hum(2))
        shutil.copy(made, server.root / "monitor" / "1.wav")
        until(lambda: clinic.count("calls") == 1)
        server.stop()
        clinic.record("2.wav", hz=500)
        until(lambda: clinic.count("calls") == 2 and "can't be reached" in clinic.told)
        write_wav(server.root / "monitor" / "3.wav", hum(2, hz=600))
        server.start()
        until(lambda: clinic.count("calls") == 3)
        clinic.stop(process)
        assert len(clinic.heard) == 3


STEPS = st.lists(
    st.sampled_from(["record", "append", "append", "rotate", "kill", "stop", "look"]),
    min_size=4, max_size=10,
)  # fmt: skip


@settings(max_examples=3)
@given(steps=STEPS)
def test_whatever_happens_each_line_and_recording_counts_once(
    steps: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    clinic = Clinic(tmp_path_factory.mktemp("any") / "clinic")
    recorded = logged = rotated = 0
    process = clinic.watch()
    try:
        for step in steps:
            if step == "record":
                recorded += 1
                clinic.record(f"{recorded}.wav", hz=300 + 20 * recorded)
            elif step == "append":
                logged += 1
                clinic.log(cdr(uniqueid=f"1.{logged}", src=f"600{logged:06}"))
            elif step == "rotate" and (clinic.folder / "logs" / "Master.csv").exists():
                rotated += 1
                log = clinic.folder / "logs" / "Master.csv"
                log.rename(log.with_name(f"Master.csv.{rotated}"))
            elif step == "kill":
                process.kill()
                process.wait()
                process = clinic.watch()
            elif step == "stop":
                clinic.stop(process)
                process = clinic.watch()
            else:
                until(lambda logged=logged: clinic.count("legs") == logged)
        until(lambda: clinic.count("calls") == recorded and clinic.count("legs") == logged,
              clinic.told)  # fmt: skip
        clinic.stop(process)
        assert len(clinic.query("SELECT DISTINCT sha256 FROM calls")) == recorded
        assert len(clinic.query("SELECT DISTINCT id FROM legs")) == logged
        kills = steps.count("kill")
        assert recorded <= len(clinic.heard) <= recorded * (1 + kills)
        assert "Traceback" not in clinic.told
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
