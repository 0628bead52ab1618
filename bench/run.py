"""Measure Auricle on the sample clinic and write ``bench/RESULTS.md``.

    make bench            or     .venv/bin/python -m bench.run

Whole commands are measured, each in a process of its own, the baseline in the same run: machines
differ, and the same machine differs from hour to hour, so ratios say more than seconds.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from auricle.commands.demo import SAMPLE
from auricle.commands.evaluate import as_dict, groups
from auricle.evaluate import Score, evaluate, stored
from auricle.references import read_references
from auricle.store.access import as_owner
from auricle.store.reads import rows
from bench.results import RESULTS, Timed, no_options, say, stamp, timed, write_section
from ingest.audio import RATE_HZ, decode
from ingest.playback import write_samples

INFERENCE = ("voice", "recognise", "diarize")
HELP_RUNS = 9
LONG_CALL_S = 180
LONG_PARTS = ("rd-1007.opus", "rd-1019.opus")


BASELINE = """
import sys, time
from faster_whisper import WhisperModel
from transcribe.models import find_whisper, whisper_folder
model = WhisperModel(whisper_folder(find_whisper("auto", "cpu")), device="cpu", compute_type="int8")
start = time.perf_counter()
for path in sys.argv[1:]:
    segments, _ = model.transcribe(path, language="en", vad_filter=True, word_timestamps=True)
    for segment in segments:
        pass
print(time.perf_counter() - start)
"""


def main() -> None:
    no_options(__doc__)
    auricle = [sys.executable, "-m", "auricle.cli"]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        say("The sample clinic, from nothing")
        cold = timed(*auricle, "demo", "--no-serve", "--data", str(data))
        say("Again, nothing to do")
        warm = timed(*auricle, "demo", "--no-serve", "--data", str(data))
        store = data / "auricle.duckdb"
        truths = read_references(SAMPLE / "truth")
        results = evaluate(truths, stored(as_owner(store)))
        if len(results) < len(truths):
            raise SystemExit(f"{len(truths) - len(results)} sample calls have no result.")
        run = rows(as_owner(store), "SELECT * FROM runs ORDER BY started LIMIT 1")[0]
        say("Baseline: faster-whisper one call after the other, mixed to mono, no speakers")
        files = sorted(
            str(path)
            for folder in ("recordings", "mystery/recordings", "mystery/uploads")
            for path in (SAMPLE / folder).iterdir()
        )
        baseline_s = float(timed(sys.executable, "-c", BASELINE, *files).output)
        say("One three-minute mono call")
        long_call = three_minutes(Path(folder))
        single = timed(*auricle, "transcribe", str(long_call), "--json", "-c", str(SAMPLE))
        say("auricle --help")
        help_s = statistics.median(timed(*auricle, "--help").wall_s for _ in range(HELP_RUNS))
        bare_s = statistics.median(
            timed(sys.executable, "-c", "pass").wall_s for _ in range(HELP_RUNS)
        )
    text = write_section(
        "The sample clinic", report(results, run, cold, warm, baseline_s, single, help_s, bare_s)
    )
    (RESULTS.with_suffix(".json")).write_text(
        json.dumps(as_dict(results), indent=1) + "\n", encoding="utf-8"
    )
    print(text)


def report(
    results: dict[str, tuple[str, Score]],
    run: dict[str, Any],
    cold: Timed,
    warm: Timed,
    baseline_s: float,
    single: Timed,
    help_s: float,
    bare_s: float,
) -> list[str]:
    """The section's lines."""
    found = groups(results)
    everything, stereo, mono = found["all"], found["stereo"], found["mono"]
    spent = json.loads(run["timings_s"])
    stages = {name: s for name, s in spent.items() if name != "wall"}
    share = sum(stages.get(name, 0.0) for name in INFERENCE) / sum(stages.values())
    cores = len(os.sched_getaffinity(0))
    return [
        f"{stamp('make bench')}, Whisper base int8.",
        "",
        "The sample clinic is synthesised speech by the project's own authors: real calls are "
        "harder. Figures per call are in `RESULTS.json`.",
        "",
        "### Right?",
        "",
        "| | all | stereo | mono | wanted |",
        "|---|---|---|---|---|",
        row("word error rate", [f"{s.wer:.1%}" for s in (everything, stereo, mono)], "<= 12 %"),
        row(
            "roles right, by words",
            [f"{s.role_accuracy:.1%}" for s in (everything, stereo, mono)],
            ">= 98 % stereo, >= 90 % mono",
        ),
        row(
            "wait within 1 s, where it can be heard",
            [f"{s.waits_right} of {s.waits}" for s in (everything, stereo, mono)],
            ">= 90 %",
        ),
        row(
            "verdicts as a human's, over criteria applicable for the human",
            [
                f"{s.verdicts_right} of {s.verdicts} ({s.agreement:.1%})"
                for s in (everything, stereo, mono)
            ],
            ">= 85 %",
        ),
        row(
            "quotes not in the transcript under the right role",
            [f"{s.quotes_wrong} of {s.quotes}" for s in (everything, stereo, mono)],
            "0",
        ),
        row("human met, machine missed",
            [str(s.false_missed) for s in (everything, stereo, mono)], ""),
        "",
        "Phrase lists and thresholds were written with these calls at hand, so the agreement is "
        "optimistic. Verdicts that differ:",
        "",
        *(
            f"- {criterion}: human {human}, machine {machine} ({count})"
            for (criterion, human, machine), count in sorted(everything.confusion.items())
            if human != machine
        ),
        "",
        "### Fast?",
        "",
        "| | measured | wanted |",
        "|---|---|---|",
        f"| sample clinic from nothing, {run['audio_s'] / 60:.0f} min of audio | "
        f"{cold.wall_s:.0f} s, {run['audio_s'] / cold.wall_s:.0f} x real time | |",
        f"| the same against the baseline: faster-whisper alone, call after call, mixed to mono, "
        f"no speakers, no scores, model loaded ({baseline_s:.0f} s) | "
        f"ratio {cold.wall_s / baseline_s:.2f} | |",
        f"| a second run, nothing to do | {warm.wall_s:.1f} s | <= 20 s |",
        f"| share of working time inside model inference | {share:.0%} | >= 90 % |",
        f"| peak memory, the whole clinic, {cores} calls at a time | {cold.peak_mb:.0f} MB | |",
        f"| peak memory, one three-minute mono call | {single.peak_mb:.0f} MB | < 2500 MB |",
        f"| `auricle --help` | {help_s:.2f} s (Python itself: {bare_s:.2f} s) | < 0.4 s |",
        "",
        "Seconds of work by stage, over all threads: "
        + ", ".join(f"{name} {s:.1f}" for name, s in sorted(stages.items(), key=lambda i: -i[1]))
        + ".",
    ]  # fmt: skip


def row(name: str, cells: list[str], wanted: str) -> str:
    return f"| {name} | {' | '.join(cells)} | {wanted} |"


def three_minutes(folder: Path) -> Path:
    """A mono call of three minutes: two sample calls on end."""
    parts = [decode(SAMPLE / "recordings" / name).samples for name in LONG_PARTS]
    path = folder / "long.ogg"
    write_samples(np.concatenate(parts, axis=1)[:, : LONG_CALL_S * RATE_HZ], path)
    return path


if __name__ == "__main__":
    main()
