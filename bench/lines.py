"""Measure the analysis of the line and write the section "Lines" of ``bench/RESULTS.md``.

    make bench-lines      or     .venv/bin/python -m bench.lines --apt-sounds /usr/share/asterisk

Lines are made by ``bench.line_maker``, seeded: development used seeds 1 to 5, reported is seed 6.
Nothing was adjusted after looking at what seed 6 gave.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np

from auricle.commands.demo import SAMPLE
from auricle.models import Line
from bench.line_maker import (
    LINE_HZ,
    at_level,
    held_call,
    line,
    material,
    noise_of,
    ringing,
    silent_hold,
    without_tones,
    write,
)
from bench.results import stamp, write_section
from ingest.audio import RATE_HZ, Audio, decode
from ingest.line import analyse, find_voices
from ingest.tones import ToneKind, tone_sets
from transcribe.answer import settle

RECORD = Path(__file__).parent / "LINES.json"
SEED = 6
WITHIN_S = 0.3
TONES = tuple(kind for kind in get_args(ToneKind))
PER_SET, PER_BUSY, WITHOUT, HELD, SILENT = 200, 20, 600, 60, 60
PREFERRED = "europe"
"""What a clinic has that never set ``ingest.tones``."""

Counts = dict[str, dict[str, list[int]]]
"""Measure -> group -> [right, of]."""


@dataclass
class Tally:
    """Counts that can be added up."""

    counts: Counts = field(default_factory=lambda: defaultdict(lambda: defaultdict(lambda: [0, 0])))

    def add(self, measure: str, groups: list[str], right: float, of: float = 1) -> None:
        for group in ("all", *groups):
            self.counts[measure][group][0] += right  # type: ignore[assignment]
            self.counts[measure][group][1] += of  # type: ignore[assignment]

    def merge(self, other: Counts) -> None:
        for measure, groups in other.items():
            for group, (right, of) in groups.items():
                self.counts[measure][group][0] += right
                self.counts[measure][group][1] += of

    def plain(self) -> Counts:
        return {measure: {g: list(c) for g, c in by.items()} for measure, by in self.counts.items()}


def heard(path: Path) -> Line:
    """The line of a file, as a run sees it before anybody's words are known."""
    audio = decode(path)
    return analyse(audio, find_voices(audio), PREFERRED)


def answers(name: str, seed: int, count: int, sounds: Path | None) -> Counts:
    """A country's lines: when the answer came, where the ringing was, and how sure that is."""
    tally, stock, number = Tally(), material(sounds), list(tone_sets()).index(name)
    with tempfile.TemporaryDirectory() as folder:
        for index in range(count):
            made = line(name, np.random.default_rng([seed, number, index]), stock)
            found = heard(write(made.lanes, made.labels["codec"], Path(folder)))
            groups = [name, *made.labels.values()]
            at_s = found.answered_at_s
            tally.add("answer", groups, at_s is not None and abs(at_s - made.answer_s) <= WITHIN_S)
            rings = [s for s in found.segments if s.kind == "ring"]
            right = bool(rings) and (
                abs(rings[0].start_s - made.ring_s[0]) <= WITHIN_S
                and abs(rings[-1].end_s - made.ring_s[1]) <= WITHIN_S
            )
            tally.add("ring", groups, right)
            if found.ring_s is not None:
                tally.add("ring by confidence", [f"{found.ring_s.confidence:.2f}"], right)
        for kind in ("busy", "reorder"):
            for index in range(PER_BUSY):
                rng = np.random.default_rng([seed, number, 1_000 + index])
                sound = at_level(ringing(getattr(tone_sets()[name], kind), 0, 8), -20)
                sound = np.concatenate([np.zeros(LINE_HZ), sound, np.zeros(LINE_HZ)])
                noise = noise_of("white", -20 - rng.uniform(5, 30), len(sound), rng, stock)
                found = heard(write((sound + noise,), "mulaw", Path(folder)))
                kinds = {s.kind for s in found.segments}
                tally.add(kind, [name], kind in kinds and not kinds & (set(TONES) - {kind}))
    return tally.plain()


def false_alarms(seed: int, count: int, sounds: Path | None) -> Counts:
    """Clips of speech and music without any tone: in how many a tone was found."""
    tally, stock = Tally(), material(sounds)
    with tempfile.TemporaryDirectory() as folder:
        for index in range(count):
            rng = np.random.default_rng([seed, 100, index])
            sound, kind = without_tones(rng, stock)
            kinds = {s.kind for s in heard(write((sound,), "mulaw", Path(folder))).segments}
            tally.add("false tones", [kind], bool(kinds & set(TONES)))
    return tally.plain()


def holds(seed: int, count: int, sounds: Path | None) -> Counts:
    """Seconds told rightly hold or not, on calls with hold music and with silent hold."""
    tally, stock = Tally(), material(sounds)
    with tempfile.TemporaryDirectory() as folder:
        for index in range(count):
            lanes, spans, kind = held_call(np.random.default_rng([seed, 200, index]), stock)
            found = heard(write(lanes, "mulaw", Path(folder)))
            music = [(s.start_s, s.end_s) for s in found.segments if s.kind == "music"]
            right, of = _seconds(music, spans, len(lanes[0]) / LINE_HZ)
            layout = "stereo" if len(lanes) == 2 else "mono"
            tally.add("hold music", [kind, layout], right, of)
            held = [s for s in found.segments if s.kind == "speech"]
            inside, all_of = _inside([(s.start_s, s.end_s) for s in held], spans)
            tally.add("hold taken for a person", [kind], inside, all_of)
        for index in range(count):
            rng = np.random.default_rng([seed, 300, index])
            lanes, turns, spans, kind = silent_hold(rng, stock)
            settled = settle(heard(write(lanes, "mulaw", Path(folder))), turns, outbound=False)
            found_s = [(s.start_s, s.end_s) for s in settled.segments if s.kind == "hold"]
            right, of = _seconds(found_s, spans, len(lanes[0]) / LINE_HZ)
            tally.add("silent hold", [kind], right, of)
    return tally.plain()


def _seconds(
    found: list[tuple[float, float]], true: list[tuple[float, float]], length_s: float
) -> tuple[float, float]:
    """Seconds on which both agree, and all of them."""
    grids = [_grid(spans, length_s) for spans in (found, true)]
    return float((grids[0] == grids[1]).sum()) / 100, len(grids[0]) / 100


def _inside(
    found: list[tuple[float, float]], true: list[tuple[float, float]]
) -> tuple[float, float]:
    length_s = max(end for _, end in [*found, *true])
    grids = [_grid(spans, length_s) for spans in (found, true)]
    return float((grids[0] & grids[1]).sum()) / 100, float(grids[1].sum()) / 100


def _grid(spans: list[tuple[float, float]], length_s: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    grid = np.zeros(round(length_s * 100), bool)
    for start_s, end_s in spans:
        grid[round(start_s * 100) : round(end_s * 100)] = True
    return grid


def speed() -> dict[str, float]:
    """An hour of the sample clinic's calls, one channel, on one core: CPU seconds, and memory."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    calls = sorted((SAMPLE / "recordings").iterdir())
    lanes = np.concatenate([decode(path).samples[0] for path in calls])
    audio = Audio(
        samples=np.resize(lanes, (1, 3600 * RATE_HZ)), channels=1, sample_rate_hz=RATE_HZ,
        layout="mono", format="wav/pcm_s16le",
    )  # fmt: skip
    find_voices(Audio(audio.samples[:, : 60 * RATE_HZ], 1, RATE_HZ, "mono", ""))  # loads the model
    start = time.process_time()
    voices = find_voices(audio)
    middle = time.process_time()
    analyse(audio, voices, PREFERRED)
    end = time.process_time()
    os.sched_setaffinity(0, before)
    return {
        "find_voices_s": round(middle - start, 2),
        "analyse_s": round(end - middle, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apt-sounds", type=Path, help="folder of Debian's Asterisk sounds")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--lines", type=int, default=PER_SET, help="lines a tone set")
    parser.add_argument("--dry", action="store_true", help="print, but write nothing")
    options = parser.parse_args()
    timed = speed()
    seed, sounds = options.seed, options.apt_sounds
    tasks = [partial(answers, name, seed, options.lines, sounds) for name in tone_sets()]
    tasks += [partial(false_alarms, seed, 3 * options.lines, sounds)]
    tasks += [partial(holds, seed, max(1, options.lines * 3 // 10), sounds)]
    tally = Tally()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for counts in pool.map(_call, tasks):
            tally.merge(counts)
    lines = report(tally.counts, timed, seed, sounds is not None)
    print("\n".join(lines))
    if not options.dry:
        write_section("Lines", lines)
        counts = tally.plain()
        record = {"schema": "auricle.lines/1", "seed": seed, "speed": timed, "counts": counts}
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _call(task: "partial[Counts]") -> Counts:
    return task()


def report(counts: Counts, timed: dict[str, float], seed: int, prompts: bool) -> list[str]:
    """The section's lines."""
    source = (
        "people reading prompts and exchanges' hold music (Debian's `asterisk-core-sounds-en-wav`, "
        "`asterisk-moh-opsound-wav`) beside the sample clinic's voices"
        if prompts
        else "the sample clinic's voices and computed music alone (no `--apt-sounds`)"
    )

    def share(measure: str, group: str = "all") -> str:
        right, of = counts[measure].get(group, [0, 0])
        return f"{right / of:.1%} of {of:.0f}" if of else "-"

    names = list(tone_sets())
    rest = [g for g in counts["answer"] if g not in (*names, "all")]
    return [
        f"{stamp('make bench-lines')}; lines made with {source}. Seed {seed}; seeds 1 to 5 were "
        "used in development. Counts are in `LINES.json`.",
        "",
        "| | measured | wanted |",
        "|---|---|---|",
        *(
            f"| answer within {WITHIN_S} s, {name} | {share('answer', name)} | >= 97 % |"
            for name in names
        ),
        f"| ringing begins and ends within {WITHIN_S} s | {share('ring')} | |",
        f"| busy told from the other tones | {share('busy')} | |",
        f"| reorder told from the other tones | {share('reorder')} | |",
        *(
            f"| a tone found where none is: {kind} | {share('false tones', kind)} | <= 0.5 % |"
            for kind in sorted(counts["false tones"])
        ),
        *(
            f"| seconds rightly told hold music or not: {kind} | {share('hold music', kind)} s "
            "| >= 95 % |"
            for kind in sorted(counts["hold music"])
        ),
        *(
            f"| seconds of hold taken for a person: {kind} "
            f"| {share('hold taken for a person', kind)} s | |"
            for kind in sorted(counts["hold taken for a person"])
        ),
        *(
            f"| seconds rightly told silent hold or not: {kind} "
            f"| {share('silent hold', kind)} s | |"
            for kind in sorted(counts["silent hold"])
        ),
        f"| an hour of one channel: voice activity + the rest | {timed['find_voices_s']:.1f} s "
        f"+ {timed['analyse_s']:.1f} s, {timed['peak_mb']:.0f} MB | < 10 s |",
        "",
        "The answer is the first sound of a person's speech within 15.9 dB of its active level "
        "(ITU-T P.56), whether noise hides it or not. It is below the noise if for 0.3 s the voice "
        "has less power than the noise beneath 700 Hz, up to 1500 Hz and above alike, so that who "
        "knew both apart couldn't tell when it begins. By what was done to the line (several at "
        "once):",
        "",
        "| | answer | ringing |",
        "|---|---|---|",
        *(
            f"| {group} | {share('answer', group)} | {share('ring', group)} |"
            for group in sorted(rest)
        ),
        "",
        "How sure the ringing is, and how often it was right (both ends): "
        + ", ".join(
            f"{group}: {share('ring by confidence', group)}"
            for group in sorted(counts["ring by confidence"])
            if group != "all"
        )
        + ".",
    ]


if __name__ == "__main__":
    main()
