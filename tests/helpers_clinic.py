"""The sample clinic in tests: part of it copied, run through the command line, read back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auricle.references import Truth, read_truths
from auricle.settings import Settings, load_settings
from auricle.store.access import as_owner
from auricle.store.reads import rows

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
CALLS = ("rd-1010", "rd-1012", "rd-1014", "rd-1015")
"""Stereo; mono with ringing; fake stereo; one channel with a recorded voice and nobody else."""

CONTENTS = {
    "calls": "SELECT * EXCLUDE (path, fingerprint, run_id) FROM calls ORDER BY call_id",
    "transcripts": "SELECT * EXCLUDE (run_id) FROM transcripts ORDER BY call_id",
    "turns": "SELECT * FROM turns ORDER BY call_id, turn",
    "scorecards": "SELECT * EXCLUDE (fingerprint, run_id) FROM scorecards ORDER BY call_id",
    "verdicts": "SELECT * FROM verdicts ORDER BY call_id, position",
    "waveforms": "SELECT * FROM waveforms ORDER BY call_id",
    "failures": "SELECT * EXCLUDE (path, run_id) FROM failures ORDER BY path, stage, line",
}
"""All that two runs over equal recordings must agree on, wherever these lie."""


@dataclass(frozen=True)
class SampleRun:
    folder: Path
    """With auricle.toml, recordings and results."""
    output: str
    """What the command printed."""

    @property
    def store(self) -> Path:
        return self.settings.store.path

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder)

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a text in one of the clinic's files."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def recording(call_id: str) -> Path:
    [path] = (SAMPLE / "recordings").glob(f"{call_id}.*")
    return path


def truths(calls: tuple[str, ...] = CALLS) -> list[Truth]:
    return [truth for truth in read_truths(SAMPLE / "truth") if truth.call_id in calls]


def copy_sample(folder: Path, calls: tuple[str, ...] = CALLS) -> Path:
    """A clinic with some of the sample calls, computing on the CPU wherever the tests run."""
    (folder / "recordings").mkdir(parents=True)
    for call_id in calls:
        shutil.copy(recording(call_id), folder / "recordings")
    toml = (SAMPLE / "auricle.toml").read_text(encoding="utf-8").replace('logs = ["logs"]\n', "")
    (folder / "auricle.toml").write_text(toml + '\n[transcribe]\ndevice = "cpu"\n', "utf-8")
    shutil.copy(SAMPLE / "facts.yaml", folder)
    header, *lines = (SAMPLE / "pbx.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith(calls)]
    (folder / "pbx.csv").write_text("\n".join([header, *kept, ""]), encoding="utf-8")
    return folder


def run_sample(folder: Path) -> SampleRun:
    copy_sample(folder)
    done = auricle("run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return SampleRun(folder, done.stdout)


def copied(run: SampleRun, folder: Path) -> SampleRun:
    """The same clinic elsewhere. Its recordings keep their times, and so are known by them."""
    shutil.copytree(run.folder, folder)
    return SampleRun(folder, run.output)


def environment() -> dict[str, str]:
    """For child processes: Auricle's packages are found from any folder, output is plain."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    inherited = {name: value for name, value in os.environ.items() if "COLOR" not in name}
    plain = {"NO_COLOR": "1", "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    return {**inherited, **plain, "PYTHONPATH": os.pathsep.join(paths)}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "auricle.cli", *map(str, arguments)]


def auricle(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        command(*arguments), cwd=cwd, env=environment(), capture_output=True, text=True, timeout=300
    )


def contents(store: Path, calls: Collection[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Everything in a store, or all about some calls, but times, run ids and places."""
    found = {table: rows(as_owner(store), query) for table, query in CONTENTS.items()}
    return {
        table: [row for row in lines if not calls or row.get("call_id") in calls]
        for table, lines in found.items()
    }
