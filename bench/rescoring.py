"""Measure what a changed standard costs, and write the section "Rescoring" of ``bench/RESULTS.md``.

    .venv/bin/python -m bench.rescoring [--calls 200]

Short calls with transcripts of their own are taken in by one run. Then a setting of scoring
changes, and ``auricle run`` reads, scores and writes each of them again.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from auricle.models import Transcript
from auricle.pipeline import run
from auricle.settings import load_settings
from bench.results import say, stamp, write_section
from bench.scoring import SHORT_S, made_up

RATE_HZ = 8000
SETTINGS = """
[clinic]
name = "Oakfield Dental"
[transcribe]
device = "cpu"
transcripts = "transcripts"
[score]
abstain_below = {threshold}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clinic = Path(folder)
        make(clinic, options.calls)
        say(f"{options.calls} calls are taken in")
        set_threshold(clinic, 0.5)
        run(load_settings(clinic))
        say("and scored again")
        set_threshold(clinic, 0.51)
        again = run(load_settings(clinic)).run
    assert (again.done, again.failed) == (options.calls, 0), again
    spent = again.timings_s
    print(
        write_section(
            "Rescoring",
            [
                f"{stamp(f'python -m bench.rescoring --calls {options.calls}')}.",
                "",
                f"{options.calls} calls of {SHORT_S:.0f} s in `auricle run` after a change of "
                f"`[score]`: {spent['wall'] / again.done * 1000:.0f} ms a call, of which scoring "
                f"{spent['score'] / again.done * 1000:.0f} ms (in threads that wait for one "
                f"another) and writing {spent['store'] / again.done * 1000:.0f} ms.",
            ],
        )
    )


def make(clinic: Path, calls: int) -> None:
    """Recordings of nothing, each another, and transcripts beside them."""
    (clinic / "recordings").mkdir()
    (clinic / "transcripts").mkdir()
    written = made_up("en", seed=2, until_s=SHORT_S)
    for number in range(calls):
        _, transcript = next(written)
        silence = np.zeros((int(SHORT_S * RATE_HZ), 2), np.int16)
        silence[:, 0] = number % 3
        silence[number, 1] = 1
        wavfile.write(clinic / "recordings" / f"{number}.wav", RATE_HZ, silence)
        text = json.dumps(whisperx(transcript))
        (clinic / "transcripts" / f"{number}.json").write_text(text, "utf-8")


def whisperx(transcript: Transcript) -> dict[str, object]:
    """As WhisperX writes it."""
    return {
        "language": transcript.language,
        "segments": [
            {
                "start": turn.start_s,
                "end": turn.end_s,
                "text": turn.text,
                "speaker": turn.role,
                "words": [
                    {"word": word.text, "start": word.start_s, "end": word.end_s, "score": 0.9}
                    for word in turn.words
                ],
            }
            for turn in transcript.turns
        ],
    }


def set_threshold(clinic: Path, threshold: float) -> None:
    (clinic / "auricle.toml").write_text(SETTINGS.format(threshold=threshold), "utf-8")


if __name__ == "__main__":
    main()
