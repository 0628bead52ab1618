"""Make the sample clinic: recordings, truth files and the PBX export.

    python bench/sample_clinic/synthesise.py [--only rd-1001]

Needs flite and ffmpeg (with libopus) on PATH. Everything random is seeded by the
call's id, so the same versions of both programs give the same files.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from dialogue import Dialogue, DialogueError, load_dialogues
from line_sounds import RATE, Samples
from timeline import render
from truth_files import truth, write_pbx, write_truth

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "data" / "sample"
OPUS_BITS_PER_CHANNEL = 16_000
HINTS = {"flite": "apt install flite", "ffmpeg": "apt install ffmpeg"}


def encode(path: Path, samples: Samples, codec: str) -> None:
    """Write samples (channels x time) as Opus or FLAC."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pcm = np.round(samples.T * 32_767).astype("<i2").tobytes()
    channels = samples.shape[0]
    command = ["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE)]
    command += ["-ac", str(channels), "-i", "-", "-fflags", "+bitexact", "-flags", "+bitexact"]
    if codec == "opus":
        bits = str(OPUS_BITS_PER_CHANNEL * channels)
        # with two channels, "voip" turns the line noise of pauses into digital silence
        application = "voip" if channels == 1 else "audio"
        command += ["-c:a", "libopus", "-b:a", bits, "-application", application]
    else:
        command += ["-c:a", "flac", "-compression_level", "12"]
    subprocess.run([*command, str(path)], input=pcm, check=True)


def make(call: Dialogue) -> dict[str, Any]:
    """Make one call's recording and truth file; returns the truth."""
    rendered = render(call)
    encode(SAMPLE / "recordings" / call.file_name, rendered.samples, call.codec)
    content = truth(call, rendered)
    write_truth(SAMPLE / "truth" / f"{call.call_id}.json", content)
    return content


def stored_truth(call: Dialogue) -> dict[str, Any]:
    """The truth of a call made earlier."""
    path = SAMPLE / "truth" / f"{call.call_id}.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def main() -> int:
    """Make all calls, or one; 0 when done, 2 when it could not start."""
    parser = argparse.ArgumentParser(description="Make the sample clinic's recordings.")
    parser.add_argument("--only", metavar="ID", help="make only this call, then the PBX export")
    only: str | None = parser.parse_args().only
    missing = [name for name in HINTS if shutil.which(name) is None]
    for name in missing:
        print(f"{name} is not on PATH. Install it first: {HINTS[name]}", file=sys.stderr)
    if missing:
        return 2
    try:
        calls = load_dialogues(HERE / "dialogues")
    except DialogueError as error:
        print(f"A dialogue can't be read: {error}", file=sys.stderr)
        return 2
    if only is not None and only not in {call.call_id for call in calls}:
        print(f"There is no dialogue {only} in {HERE / 'dialogues'}", file=sys.stderr)
        return 2
    rows: list[tuple[Dialogue, dict[str, Any]]] = []
    for call in calls:
        if only in (None, call.call_id):
            content = make(call)
            print(f"{call.call_id}  {content['duration_s']:6.1f} s  {call.layout}")
        elif (SAMPLE / "truth" / f"{call.call_id}.json").exists():
            content = stored_truth(call)
        else:
            continue
        rows.append((call, content))
    write_pbx(SAMPLE / "pbx.csv", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
