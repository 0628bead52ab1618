"""Transcription with speakers against WhisperX and pyannote.audio, and how it grows; ``make
bench-speech`` writes it to ``bench/RESULTS.md``.

    python -m bench.speech --baseline-python .venv-whisperx/bin/python [--rounds 5] [--set FOLDER]
        [--kept FOLDER [--stop-after SECONDS]] [--prompts FOLDER]

Both systems run in processes of their own, one after the other, round by round, over the same
files, with the same Whisper weights in int8 and the same diarization weights. Loading is measured
apart. ``--set``: a folder with ``audio`` and ``references`` (as ``bench.hard_set`` makes), measured
once beside the sample clinic and a hard set made on the spot. ``--kept``: what each run gave is
written there, and isn't run again; with ``--stop-after`` no run begins after so many seconds, so
that a long measurement can be made in parts, with the same command. ``--prompts``: recordings of an
exchange's prompts (Debian's ``/usr/share/asterisk/sounds/en``), played as a line nobody answers.
"""

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np

from auricle.accuracy import NEAR_S, measure
from auricle.commands.demo import SAMPLE
from auricle.evaluate import Score, rate
from auricle.models import Line, Transcript, Turn
from auricle.references import Reference, read_references
from bench import hard_set
from bench.line_maker import material, write
from bench.results import say, stamp, write_section
from ingest.audio import RATE_HZ, Samples, decode
from ingest.playback import write_samples

SYSTEMS = Path(__file__).parent / "speech_systems.py"
INFERENCE = ("voice", "recognise", "diarize")
MONO, STEREO = ("rd-1013", "rd-1017"), ("rd-1002", "rd-1014")
"""Of the sample clinic, measured once; rd-1017 is its noisy call."""
TIMED_CALLS, TIMED_S = 2, 210.0
"""Made conversations of the sample clinic's voices, timed in every round."""
HARD_LONG_MIN = 0.5
KINDS = ("gsm", "opus", "loss", "noise10db", "overlap", "similar")
"""Of the hard set, measured once. The baseline takes two thirds of a call's length each time."""
GROWTH_MIN = (1, 4, 15, 60)
CONFIDENT = 0.9
PAUSE_S = (0.4, 2.5)
"""Between prompts played one after another."""
QUEUE = ("rd-1011.opus", 33)
"""A queue of announcements and music, and how many seconds of it before a person answers."""


@dataclass(frozen=True)
class Set:
    name: str
    files: tuple[Path, ...]
    references: dict[str, Reference]
    rounds: int = 1
    speakers: int | None = 2
    """Told to the baseline; None: they differ, and it finds out."""


@dataclass(frozen=True)
class Bench:
    """Where and how long to run."""

    folder: Path
    baseline_python: Path
    cores: int
    until_s: float
    """On the monotonic clock: no run begins later."""


@dataclass(frozen=True)
class Runs:
    """One system over one set: what each round gave."""

    rounds: list[dict[str, Any]]

    def median(self, name: str) -> float:
        return statistics.median(float(one[name]) for one in self.rounds)

    @property
    def calls(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.rounds[-1]["calls"]
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure transcription with speakers.")
    parser.add_argument("--baseline-python", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kept", type=Path, help="folder for what each run gave")
    parser.add_argument("--stop-after", type=float, default=math.inf, help="seconds")
    parser.add_argument("--set", type=Path, action="append", default=[], dest="sets")
    parser.add_argument("--timed-s", type=float, default=TIMED_S, help="length of a timed call")
    parser.add_argument("--seed", type=int, default=1, help="of the hard set")
    parser.add_argument("--mono", nargs="*", default=list(MONO), help="sample calls")
    parser.add_argument("--stereo", nargs="*", default=list(STEREO), help="sample calls")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), help="of the hard set")
    parser.add_argument("--without-unspoken", action="store_true")
    parser.add_argument("--prompts", type=Path, help="folder of an exchange's prompts")
    parser.add_argument("--growth", type=int, nargs="*", default=list(GROWTH_MIN), help="minutes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.kept or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, options.baseline_python, len(os.sched_getaffinity(0)),
                      time.monotonic() + options.stop_after)  # fmt: skip
        sets = [
            *timed_sets(folder / "timed", options.seed, options.timed_s, options.rounds),
            *(
                sample_set(f"sample clinic, {layout}", calls)
                for layout, calls in (("mono", options.mono), ("stereo", options.stereo))
                if calls
            ),
            *hard_sets(folder / "hard", options.seed, options.kinds),
            *(folder_set(path) for path in options.sets),
        ]
        try:
            lines = [*compared(sets, bench), *grown(options.growth, bench)]
            lines += unspoken(bench, options.prompts) if not options.without_unspoken else []
        except TimeoutError:
            sys.exit("Time is up: the same command goes on from here.")
    command = f"python -m bench.speech --rounds {options.rounds}"
    print(write_section("Speech", [f"{stamp(command)}, Whisper base int8.", "", *WHAT, "", *lines]))


WHAT = (
    "Baseline: WhisperX 3.8.6 (its voice activity, batches of 8, no alignment) and "
    "pyannote.audio's SpeakerDiarization at its default step, told how many speakers a call has. "
    "Medians of the rounds, systems alternated, imports and loading apart; Auricle takes as many "
    "calls at a time as there are cores, the baseline uses all cores for one call after another. "
    "CPU seconds say more than wall seconds where other programs share the machine. Timed calls "
    "are conversations made of the sample clinic's voices.",
)


def compared(sets: Sequence[Set], bench: Bench) -> list[str]:
    lines = [
        "| set | minutes, rounds | wall | CPU | peak memory | WER | cpWER | own words under the "
        "baseline's speakers | DER, no collar | roles right | of those sure (>= 0.9) |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    notes: list[str] = []
    for one in sets:
        ours, theirs = alternated(one, bench)
        mine = [score(one, name, Transcript.model_validate(call["transcript"]))
                for name, call in ours.calls.items()]  # fmt: skip
        base = [score(one, name, *as_transcripts(name, call))
                for name, call in theirs.calls.items()]  # fmt: skip
        mixed = [score(one, name, relabelled(call, theirs.calls[name]["talk"]))
                 for name, call in ours.calls.items()]  # fmt: skip
        minutes = sum(call["duration_s"] for call in ours.calls.values()) / 60
        cells = [
            one.name, f"{minutes:.1f}, {one.rounds}",
            *(ratio(ours, theirs, name, unit)
              for name, unit in (("wall_s", "s"), ("cpu_s", "s"), ("peak_mb", "MB"))),
            both("wer", mine, base), both("cpwer", mine, base), percent("cpwer", mixed),
            both("der", mine, base), percent("role_accuracy", mine),
            sure(one, {n: Transcript.model_validate(c["transcript"]) for n, c in
                       ours.calls.items()}),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
        say(lines[-1])
        stages = ours.rounds[-1]["stages"]
        inside = sum(stages.get(name, 0.0) for name in INFERENCE) / sum(stages.values())
        notes.append(
            f"{one.name}: {1 - inside:.1%} outside inference; loading "
            f"{ours.median('load_s'):.1f} s, baseline {theirs.median('load_s'):.1f} s"
        )
    return [
        *lines, "", "Ours / the baseline's (ratio); error rates: ours, the baseline's. "
        "Outside inference: decoding, tones, roles (wanted <= 8 %). " + "; ".join(notes) + ".", "",
    ]  # fmt: skip


def alternated(one: Set, bench: Bench) -> tuple[Runs, Runs]:
    ours, theirs = Runs([]), Runs([])
    for number in range(1, one.rounds + 1):
        name = f"{one.name}, round {number} of {one.rounds}"
        for system, runs in (("auricle", ours), ("baseline", theirs)):
            runs.rounds.append(heard_by(system, name, one.files, bench, one.speakers))
    return ours, theirs


def heard_by(
    system: str, name: str, files: Sequence[Path], bench: Bench, speakers: int | None = 2
) -> dict[str, Any]:
    """What ``speech_systems`` printed, now or in an earlier part. Raises TimeoutError."""
    run = re.sub(r"\W+", "-", f"{name.partition(' of ')[0]} {system}")
    kept = bench.folder / f"{run}.json"
    if not kept.exists():
        if time.monotonic() > bench.until_s:
            raise TimeoutError
        say(f"{name}: {system}")
        kept.write_text(_run(system, files, bench, speakers), encoding="utf-8")
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _run(system: str, files: Sequence[Path], bench: Bench, speakers: int | None) -> str:
    job = bench.folder / "job"
    job.write_text(
        json.dumps(
            {"files": [str(file) for file in files], "config": str(SAMPLE / "auricle.toml"),
             "threads": bench.cores, "workers": min(bench.cores, len(files)),
             "speakers": speakers}
        ),
        encoding="utf-8",
    )  # fmt: skip
    python = sys.executable if system == "auricle" else str(bench.baseline_python)
    paths = os.pathsep.join(filter(None, [str(SYSTEMS.parents[1]), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [python, str(SYSTEMS), system, str(job)], stdout=subprocess.PIPE, text=True,
        check=True, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    return done.stdout.splitlines()[-1]


def timed_sets(folder: Path, seed: int, length_s: float, rounds: int) -> list[Set]:
    """The same made calls on one channel and on two."""
    if not folder.exists():
        hard_set.make_plain(folder, seed=seed, calls=TIMED_CALLS, length_s=length_s)
    whole = folder_set(folder)
    return [
        Set(f"timed calls, {layout}", tuple(f for f in whole.files if layout in f.stem),
            whole.references, rounds)
        for layout in ("mono", "stereo")
    ]  # fmt: skip


def sample_set(name: str, calls: Sequence[str]) -> Set:
    files = {path.stem: path for path in (SAMPLE / "recordings").iterdir()}
    known = {r.name: r for r in read_references(SAMPLE / "truth")}
    return Set(name, tuple(files[call] for call in calls), {call: known[call] for call in calls})


def hard_sets(folder: Path, seed: int, kinds: Sequence[str]) -> list[Set]:
    """Calls of the hard set, in short."""
    if not kinds:
        return []
    if not folder.exists():
        hard_set.make(folder, seed=seed, each=1, minutes=HARD_LONG_MIN, nobody_s=1.0)
    whole = folder_set(folder)
    chosen = tuple(f for f in whole.files if f.stem in {f"{kind}-1-mono" for kind in kinds})
    return [Set("hard set, mono", chosen, whole.references)]


def folder_set(folder: Path) -> Set:
    known = {r.name: r for r in read_references(folder / "references")}
    files = sorted(path for path in (folder / "audio").iterdir() if path.stem in known)
    speakers = {len({turn.speaker for turn in known[file.stem].speech or ()}) for file in files}
    return Set(
        folder.name, tuple(files), known, speakers=max(speakers) if len(speakers) == 1 else None
    )


def score(one: Set, name: str, words: Transcript, times: Transcript | None = None) -> Score:
    """Counts; ``times``: who talks when, where that isn't told by the words."""
    # The baseline knows no roles: words are compared in order of time, for both.
    reference = replace(one.references[name], by_role=False)
    counts = measure(reference, words)
    if times is not None:
        told = measure(reference, times)
        counts |= {k: v for k, v in told.items() if k.endswith("_s") and k != "no_speech_s"}
    return Score(**counts)


def as_transcripts(name: str, call: dict[str, Any]) -> tuple[Transcript, Transcript]:
    """The baseline's words with speakers, and who talks when."""
    told = [(speaker, start_s, end_s, text) for speaker, start_s, end_s, text in call["segments"]]
    talk = [(speaker, start_s, end_s, "") for start_s, end_s, speaker in call["talk"]]
    return tuple(
        Transcript(
            call_id=name, language="en", duration_s=call["duration_s"], line=Line(),
            turns=tuple(
                Turn(speaker=speaker, role="unknown", role_confidence=0.5, start_s=start_s,
                     end_s=max(end_s, start_s), text=text.strip(), confidence=1.0)
                for speaker, start_s, end_s, text in turns
            ),
        )
        for turns in (told, talk)
    )  # type: ignore[return-value] # fmt: skip


def relabelled(call: dict[str, Any], talk: Sequence[tuple[float, float, str]]) -> Transcript:
    """Auricle's words, each given to whom the baseline hears at its middle, or nearest to it."""
    transcript = Transcript.model_validate(call["transcript"])
    turns: list[Turn] = []
    for turn in transcript.turns:
        for word in turn.words:
            middle = (word.start_s + word.end_s) / 2
            near = min(talk, key=lambda t: max(t[0] - middle, middle - t[1], 0.0), default=None)
            turns.append(
                turn.model_copy(update={
                    "speaker": near[2] if near else "unknown", "role": "unknown",
                    "text": word.text, "words": (word,), "start_s": word.start_s,
                    "end_s": word.end_s,
                })
            )  # fmt: skip
    return transcript.model_copy(update={"turns": tuple(turns)})


def sure(one: Set, transcripts: dict[str, Transcript]) -> str:
    """Of the words whose role is sure, how many are right."""
    right = placed = 0
    for name, transcript in transcripts.items():
        known = [t for t in one.references[name].turns or () if t.role is not None]
        for turn in transcript.turns:
            if turn.role_confidence < CONFIDENT or turn.role == "unknown":
                continue
            for word in turn.words:
                middle = (word.start_s + word.end_s) / 2
                roles = {t.role for t in known if t.start_s - NEAR_S <= middle <= t.end_s + NEAR_S}
                placed += bool(roles)
                right += turn.role in roles
    return f"{right / placed:.1%} of {placed}" if placed else "-"


def ratio(ours: Runs, theirs: Runs, name: str, unit: str) -> str:
    mine, base = ours.median(name), theirs.median(name)
    return f"{mine:.0f} / {base:.0f} {unit} ({mine / base:.2f})"


def percent(name: str, scores: Sequence[Score]) -> str:
    value = rate(name, reduce(add, scores, Score()))
    return "-" if value is None else f"{value:.1%}"


def both(name: str, mine: Sequence[Score], base: Sequence[Score]) -> str:
    return f"{percent(name, mine)}, {percent(name, base)}"


def grown(minutes: Sequence[int], bench: Bench) -> list[str]:
    """Time and memory of one mono call of so many minutes: sample calls on end."""
    if len(minutes) < 2:
        return []
    parts = [decode(SAMPLE / "recordings" / f"{name}.opus").samples[:1]
             for name in ("rd-1007", "rd-1011", "rd-1019")]  # fmt: skip
    whole = np.concatenate(parts, axis=1)
    lines = ["One mono call, Auricle alone:", "", "| minutes | wall | CPU | peak memory |",
             "|---|---|---|---|"]  # fmt: skip
    spent = []
    for number in minutes:
        length = number * 60 * RATE_HZ
        path = bench.folder / f"long-{number}.ogg"
        write_samples(np.tile(whole, -(-length // whole.shape[1]))[:, :length], path)
        found = heard_by("auricle", f"a call, {number} minutes", [path], bench)
        spent.append(found["cpu_s"])
        lines.append(
            f"| {number} | {found['wall_s']:.0f} s | {found['cpu_s']:.0f} s | "
            f"{found['peak_mb']:.0f} MB |"
        )
    slope = float(np.polyfit(np.log(minutes), np.log(spent), 1)[0])
    return [*lines, "", f"CPU time grows with the length to the power of {slope:.2f} "
            "(wanted <= 1.05; memory < 3000 MB).", ""]  # fmt: skip


def unspoken(bench: Bench, prompts: Path | None) -> list[str]:
    """Words heard on ten minutes each of lines on which nobody speaks."""
    folder = bench.folder
    sounds, files = material(None), []
    for name, sound in hard_set.nobody(np.random.default_rng(7), sounds, 600.0).items():
        files.append(write((sound,), "pcm", folder).rename(folder / f"{name}.wav"))
    queue = decode(SAMPLE / "recordings" / QUEUE[0]).samples[:, : QUEUE[1] * RATE_HZ]
    files.append(folder / "nobody-announcements.ogg")
    write_samples(np.tile(queue, 600 // QUEUE[1]), files[-1])
    if prompts is not None:
        files.append(folder / "nobody-prompts.ogg")
        write_samples(one_after_another(sorted(prompts.glob("*.wav")), 600.0), files[-1])
    found = heard_by("auricle", "lines on which nobody speaks", files, bench)
    cells = []
    for name, call in found["calls"].items():
        turns = call["transcript"]["turns"]
        people = sum(len(t["words"]) for t in turns if t["role"] != "ivr")
        recorded = sum(len(t["words"]) for t in turns if t["role"] == "ivr")
        cells.append(f"{name} {people}" + (f" (and {recorded} as recorded)" if recorded else ""))
    return ["Words of people heard in ten minutes on which nobody speaks (wanted 0): "
            + ", ".join(cells) + "."]  # fmt: skip


def one_after_another(files: Sequence[Path], length_s: float) -> Samples:
    """Recordings in random order with short pauses, shape (1, samples)."""
    rng = np.random.default_rng(3)
    parts: list[Samples] = []
    while sum(part.shape[1] for part in parts) < length_s * RATE_HZ:
        sound = decode(files[int(rng.integers(len(files)))]).samples[:1]
        pause = np.zeros((1, round(float(rng.uniform(*PAUSE_S)) * RATE_HZ)), np.float32)
        parts += [sound, pause]
    return np.concatenate(parts, axis=1)[:, : round(length_s * RATE_HZ)]


if __name__ == "__main__":
    main()
