"""Check the sample clinic: does every truth file agree with its recording?

    python bench/sample_clinic/check.py

Needs ffmpeg on PATH to decode. Prints what is wrong, one line each; exit 1 if
anything is.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from check_rules import set_problems, truth_problems
from line_sounds import RATE, Samples
from truth_files import PBX_COLUMNS

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
MAX_TOTAL_BYTES = 9_000_000
TURN_FLOOR_DBFS = -42.0
SEPARATION_DB = 12.0
SEGMENT_FLOOR_DBFS = -45.0


def decode(path: Path, channels: int) -> Samples:
    """A recording as channels x time at 8 kHz."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ar", str(RATE)]
    command += ["-f", "f32le", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    flat = np.frombuffer(done.stdout, dtype=np.float32).astype(np.float64)
    return flat.reshape(-1, channels).T


def channels_of(path: Path) -> int:
    """How many channels the file says it has."""
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=channels"]
    command += ["-of", "default=nw=1:nk=1", str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def level(samples: Samples, start_s: float, end_s: float) -> list[float]:
    """The level of each channel from `start_s` to `end_s`, in dBFS."""
    part = samples[:, round(start_s * RATE) : round(end_s * RATE)]
    return [float(10 * np.log10(np.mean(row**2) + 1e-12)) for row in part]


def alone(turn: dict[str, Any], turns: list[dict[str, Any]]) -> bool:
    """Whether nobody else speaks during this turn."""
    return not any(
        other is not turn and other["start_s"] < turn["end_s"] and other["end_s"] > turn["start_s"]
        for other in turns
    )


def audio_problems(truth: dict[str, Any], path: Path) -> list[str]:
    """Where the recording differs from what the truth file says of it."""
    if channels_of(path) != truth["channels"]:
        return ["the number of channels differs from the truth"]
    samples = decode(path, truth["channels"])
    problems = []
    seconds = samples.shape[1] / RATE
    if abs(seconds - truth["duration_s"]) > 0.05:
        problems.append(f"lasts {seconds:.2f} s, truth says {truth['duration_s']:.2f} s")
    own = truth["administrator_channel"]
    for turn in truth["turns"]:
        levels = level(samples, turn["start_s"], turn["end_s"])
        where = f"turn at {turn['start_s']:.2f} s"
        if max(levels) < TURN_FLOOR_DBFS:
            problems.append(f"{where} is silent ({max(levels):.0f} dBFS)")
        if own is not None and alone(turn, truth["turns"]):
            channel = 1 - own if turn["role"] == "patient" else own
            if levels[channel] - levels[1 - channel] < SEPARATION_DB:
                problems.append(f"{where} is not in channel {channel} alone")
    for segment in truth["line"]["segments"]:
        levels = level(samples, segment["start_s"], segment["end_s"])
        if max(levels) < SEGMENT_FLOOR_DBFS or (own is not None and np.argmax(levels) != own):
            problems.append(f"{segment['kind']} at {segment['start_s']:.2f} s is not heard")
    if truth["channels"] == 2 and own is None:
        difference = float(np.abs(samples[0] - samples[1]).max())
        if difference > 0.02:
            problems.append(f"the channels should be equal; they differ by {difference:.3f}")
    if not np.all(np.isfinite(samples)) or (samples == 0).mean() > 0.05:
        problems.append("holds digital silence")
    return problems


def pbx_rows() -> dict[str, dict[str, str]]:
    """The PBX export, by call id."""
    with (SAMPLE / "pbx.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != PBX_COLUMNS:
            raise SystemExit(f"pbx.csv has other columns: {reader.fieldnames}")
        return {row["Unique ID"]: row for row in reader}


def main() -> int:
    """Check everything; 0 when all is well."""
    if shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None:
        print("ffmpeg is not on PATH. Install it first: apt install ffmpeg", file=sys.stderr)
        return 2
    truths = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((SAMPLE / "truth").glob("*.json"))
    ]
    rows = pbx_rows()
    problems: list[str] = []
    for truth in truths:
        name = truth["call_id"]
        path = SAMPLE / truth["file"]
        found = truth_problems(truth, rows.get(name))
        found += audio_problems(truth, path) if path.exists() else ["has no recording"]
        problems += [f"{name}: {problem}" for problem in found]
    recordings = sorted((SAMPLE / "recordings").iterdir())
    total = sum(path.stat().st_size for path in recordings)
    if total > MAX_TOTAL_BYTES:
        problems.append(f"the recordings take {total} bytes, more than {MAX_TOTAL_BYTES}")
    if {path.name for path in recordings} != {row["Recording"] for row in rows.values()}:
        problems.append("pbx.csv and the recordings folder do not name the same files")
    problems += set_problems(truths, rows)
    for problem in problems:
        print(problem)
    minutes = sum(truth["duration_s"] for truth in truths) / 60
    print(f"{len(truths)} calls, {minutes:.1f} min, {total / 1e6:.2f} MB, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
