"""Whether somebody in the room beside the patient is told apart on one channel, against
pyannote.audio; written to ``bench/RESULTS.md``.

    python -m bench.companions [--seed 1] [--calls 48] [--people FOLDER] [--without-baseline]

Calls are made of turns in an order that makes no sense, as in ``bench.hard_set``: two parties, and
in every other call a companion who speaks by turns with the patient. Voices are the sample
clinic's; with ``--people``, those of every other pair of calls are people's: a folder for each, of
recordings of them alone (may be given again; of those in Debian's ``/usr/share/asterisk/sounds``
``en_US_f_Allison`` and ``es_MX_f_Allison`` are one person's). Pieces of speech come from the
voice-activity model and the segmentation, without words, so that many calls can be heard. The
baseline is told two or three speakers, then nothing. Needs ffmpeg.
"""

import argparse
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from math import ceil
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve, resample_poly

from auricle.errors import RecordingError
from bench.hard_set import (
    GAP_S,
    SAME_VOICE,
    SPEECH_DBM0,
    Clip,
    Turn,
    clips,
    losing_packets,
)
from bench.line_maker import (
    CODECS,
    IDLE_DBM0,
    LINE_HZ,
    NOT_SPEECH,
    Material,
    Sound,
    at_level,
    material,
    noise_of,
    rms_of,
    write,
)
from bench.results import say, stamp, write_section
from bench.speech_systems import speaker_pipeline
from ingest.audio import RATE_HZ, SUFFIXES, Samples, decode
from ingest.voices import find_voice
from transcribe.diarize import Diarizer
from transcribe.lanes import Lanes
from transcribe.models import find_diarization
from transcribe.networks import load_networks

ROLES = ("administrator", "patient", "companion")
CALL_S = (80.0, 240.0)
TURNS = (3, 10)
"""Of a companion."""
CLIP_S = (1.0, 9.0)
"""Shorter ones are left out, longer ones cut."""
PARTY_S = 40.0
"""Who has less to say is a companion only: the same said again and again is always in one voice."""
SILENT_DB = 20.0
"""So far under the speech's level its recording begins and ends."""
SOFTER_DB = (0.0, 8.0)
"""A companion is farther from the handset."""
ROOM, ROOM_S, ROOM_DB = 0.3, (0.25, 0.5), (-12.0, -4.0)
"""The share of companions heard with the room's echo, its reverberation time (to -60 dB), and its
level under the direct sound's."""
NOISY, SNR_DB = 0.5, (0.0, 20.0)
LOSSY = 0.25
STAYS = 0.5
"""How often the patient goes on after the companion; else the administrator does."""
LEAST = 0.5
"""A companion is found if a voice has more than this share of what they say, and they of the
voice's."""

Talk = list[tuple[float, float, str]]
"""Who talks from when to when (s)."""


@dataclass(frozen=True)
class Made:
    """A call on one channel."""

    samples: Samples
    """Shape (samples,) at 16 kHz."""
    turns: tuple[Turn, ...]
    synthetic: bool
    """All voices are the sample clinic's."""

    @property
    def companion(self) -> bool:
        return any(turn.role == "companion" for turn in self.turns)


@dataclass
class Count:
    """What one system made of the calls."""

    companions: int = 0
    found: int = 0
    pairs: int = 0
    split: int = 0
    one: int = 0
    """Calls of two heard as one voice's."""
    right_s: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})
    wrong_s: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})
    """Speech given to the right and the wrong one, with a companion and without."""
    cpu_s: float = 0.0

    def add(self, made: Made, talk: Talk) -> None:
        right_s, wrong_s, found = judged(made.turns, talk)
        heard = len({speaker for _, _, speaker in talk})
        if made.companion:
            self.companions += 1
            self.found += found
        else:
            self.pairs += 1
            self.split += heard > 2
            self.one += heard < 2
        self.right_s[made.companion] += right_s
        self.wrong_s[made.companion] += wrong_s

    def cells(self, audio_s: float) -> list[str]:
        right = [
            f"{self.right_s[kind] / (self.right_s[kind] + self.wrong_s[kind]):.1%}"
            for kind in (True, False)
        ]
        return [
            f"{self.found} of {self.companions}", f"{self.split} of {self.pairs}", str(self.one),
            *right, f"{self.cpu_s / audio_s * 60:.1f} s",
        ]  # fmt: skip


def judged(turns: Sequence[Turn], talk: Talk) -> tuple[float, float, bool]:
    """Seconds given to the right and the wrong one, and whether the companion has a voice."""
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    truth, heard = Annotation(), Annotation()
    for index, turn in enumerate(turns):
        truth[Segment(turn.start_s, turn.end_s), index] = turn.role
    for index, (start_s, end_s, speaker) in enumerate(talk):
        heard[Segment(start_s, end_s), index] = speaker
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the whole call is looked at
        found = DiarizationErrorRate()(truth, heard, detailed=True)
        # Of each voice (columns), what it says of each one's turns (rows), s.
        shared = truth * heard
    theirs = np.array([role == "companion" for role in truth.labels()])
    said_s = sum(turn.end_s - turn.start_s for turn in turns if turn.role == "companion")
    own_s, all_s = shared[theirs].sum(axis=0), shared.sum(axis=0)
    has_voice = bool((own_s > LEAST * np.maximum(all_s, said_s)).any()) if theirs.any() else False
    return float(found["correct"]), float(found["confusion"]), has_voice


def calls(seed: int, count: int, folders: Sequence[Path]) -> Iterator[Made]:
    """Every other one has a companion; two that follow one another are of the same people."""
    sounds = material(None)
    stocks = [cast_of_clinic(clips())]
    if folders:
        stocks.append(cast_of_people(folders))
    for number in range(count):
        pair = number // 2
        cast = stocks[pair % len(stocks)]
        chosen = cast.chosen(np.random.default_rng([seed, pair]))
        rng = np.random.default_rng([seed, pair, 1 + number % 2])
        lane, turns = conversation(rng, chosen, companion=number % 2 == 0)
        yield Made(over_a_line(rng, lane, sounds), turns, cast is stocks[0])


@dataclass(frozen=True)
class Cast:
    """Who may be what, and what they say."""

    clips: Mapping[str, Sequence[Clip]]
    trios: Sequence[tuple[str, str, str]]
    """Administrator, patient, companion."""

    def chosen(self, rng: np.random.Generator) -> dict[str, Sequence[Clip]]:
        trio = self.trios[int(rng.integers(len(self.trios)))]
        return {role: self.clips[person] for role, person in zip(ROLES, trio, strict=True)}


def cast_of_clinic(stock: Sequence[Clip]) -> Cast:
    """A patient is never spoken by the administrator's synthesiser, a companion may be by either's:
    voices then are as like as two of a family."""
    own = by_person(stock)
    staff = {clip.person for clip in stock if clip.role == "administrator"}
    others = sorted(own.keys() - staff)
    return Cast(own, [
        (a, p, c) for a in sorted(staff) for p in others for c in others
        if p != c and p not in SAME_VOICE[a]
    ])  # fmt: skip


def cast_of_people(folders: Sequence[Path]) -> Cast:
    own = by_person([
        Clip("", folder.name, "", sound)
        for above in folders for folder in sorted(above.iterdir()) if folder.is_dir()
        for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES
        for sound in said_in(path)
    ])  # fmt: skip
    spoken_s = {p: sum(len(c.sound) for c in said) / LINE_HZ for p, said in own.items()}
    people = [p for p, said in own.items() if len(said) >= TURNS[0]]
    return Cast(own, [
        trio for trio in permutations(people, 3)
        if min(spoken_s[party] for party in trio[:2]) >= PARTY_S
    ])  # fmt: skip


def by_person(stock: Sequence[Clip]) -> dict[str, list[Clip]]:
    found: dict[str, list[Clip]] = {}
    for clip in stock:
        if CLIP_S[0] <= len(clip.sound) / LINE_HZ <= CLIP_S[1]:
            found.setdefault(clip.person, []).append(clip)
    return found


def said_in(path: Path) -> Iterator[Sound]:
    """What is said in a recording between pauses."""
    if NOT_SPEECH.search(path.stem):
        return
    try:
        [channel] = decode(path).samples[:1]
    except RecordingError:  # too short to be one
        return
    for start_s, end_s in find_voice(channel):
        span = channel[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)].astype(float)
        for part in np.array_split(span, ceil((end_s - start_s) / CLIP_S[1])):
            sound = at_level(resample_poly(part, 1, RATE_HZ // LINE_HZ), SPEECH_DBM0)
            loud = np.flatnonzero(np.abs(sound) > rms_of(SPEECH_DBM0 - SILENT_DB))
            if len(loud):
                yield sound[loud[0] : loud[-1] + 1]


def conversation(
    rng: np.random.Generator, chosen: Mapping[str, Sequence[Clip]], *, companion: bool
) -> tuple[Sound, tuple[Turn, ...]]:
    """Turns on one lane at 8 kHz, and who speaks when. All of somebody's turns are said before one
    is said again; a companion says none again."""
    length_s = float(rng.uniform(*CALL_S))
    decks: dict[str, list[Clip]] = {role: [] for role in ROLES}
    theirs = min(int(rng.integers(TURNS[0], TURNS[1] + 1)), len(chosen["companion"]))
    moments = sorted(rng.uniform(0.1 * length_s, 0.9 * length_s, theirs if companion else 0))
    placed = room(rng)
    parts: list[tuple[int, Sound]] = []
    turns: list[Turn] = []
    now_s, role = float(rng.uniform(0.5, 1.5)), "administrator"
    while now_s < length_s or moments:
        if not decks[role]:
            decks[role] = [chosen[role][i] for i in rng.permutation(len(chosen[role]))]
        clip = decks[role].pop()
        sound = placed(clip.sound) if role == "companion" else clip.sound
        start_s = round(now_s + float(rng.uniform(*GAP_S)), 3)
        now_s = round(start_s + len(clip.sound) / LINE_HZ, 3)
        parts.append((round(start_s * LINE_HZ), sound))
        turns.append(Turn(role, start_s, now_s, clip.text))
        if moments and now_s > moments[0] and role != "companion":
            role, moments = "companion", moments[1:]
        elif role == "administrator" or (role == "companion" and rng.random() < STAYS):
            role = "patient"
        else:
            role = "administrator"
    lane = np.zeros(round((now_s + 1.0) * LINE_HZ))
    for start, sound in parts:
        part = sound[: len(lane) - start]
        lane[start : start + len(part)] += part
    return lane, tuple(turns)


def room(rng: np.random.Generator) -> Callable[[Sound], Sound]:
    """Where the companion is: softer than who holds the handset, and at times echoing."""
    gain = 10 ** (-float(rng.uniform(*SOFTER_DB)) / 20)
    echoes, decay_s = rng.random() < ROOM, float(rng.uniform(*ROOM_S))
    time_s = np.arange(round(decay_s * LINE_HZ)) / LINE_HZ
    tail = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / decay_s)
    tail *= 10 ** (float(rng.uniform(*ROOM_DB)) / 20) / np.linalg.norm(tail)

    def placed(sound: Sound) -> Sound:
        heard = sound
        if echoes:
            heard = np.concatenate([sound, np.zeros(len(tail) - 1)]) + fftconvolve(sound, tail)
        return heard * gain

    return placed


def over_a_line(rng: np.random.Generator, lane: Sound, sounds: Material) -> Samples:
    """Noise, lost packets and a codec, as they come; shape (samples,) at 16 kHz."""
    heard = lane + rng.standard_normal(len(lane)) * rms_of(IDLE_DBM0)
    if rng.random() < NOISY:
        kind = ("white", "hum", "babble")[int(rng.integers(3))]
        level = SPEECH_DBM0 - float(rng.uniform(*SNR_DB))
        heard = heard + noise_of(kind, level, len(heard), rng, sounds)
    if rng.random() < LOSSY:
        heard = losing_packets(heard, rng)
    codec = CODECS[int(rng.integers(len(CODECS)))]
    with tempfile.TemporaryDirectory() as folder:
        channel: Samples = decode(write((heard,), codec, Path(folder))).samples[0]
    return channel


def auricle() -> Callable[[Samples], list[Talk]]:
    diarizer = Diarizer(find_diarization("auto", "cpu"), "cpu", Lanes(1))

    def hear(samples: Samples) -> list[Talk]:
        scores = diarizer.listen(samples, ())
        turns = diarizer.diarize(samples, find_voice(samples), (), scores).turns
        return [[(turn.start_s, turn.end_s, turn.speaker) for turn in turns]]

    return hear


def pyannote() -> Callable[[Samples], list[Talk]]:
    """The baseline's pipeline, told that two or three people talk, and told nothing."""
    import torch

    torch.set_num_threads(1)
    models = find_diarization("auto", "cpu")
    pipeline = speaker_pipeline(models, load_networks(models, 1).voices)
    # In training it keeps what its networks gave with the file: the second time only clusters.
    pipeline.training = True

    def hear(samples: Samples) -> list[Talk]:
        file = {"waveform": torch.from_numpy(samples)[None], "sample_rate": RATE_HZ, "uri": "call"}
        found = (pipeline(file, min_speakers=2, max_speakers=3), pipeline(file))
        return [
            [(part.start, part.end, str(who)) for part, _, who in one.itertracks(yield_label=True)]
            for one in found
        ]

    return hear


WHAT = (
    "One channel, 8 kHz, 80 to 240 s a call, through G.711, GSM, Opus or nothing; half of them "
    "with noise of 0 to 20 dB, a quarter with lost packets. Every other call has a companion with "
    "3 to 10 turns, up to 8 dB softer, of some with a room's echo. Found: a voice has more than "
    "half of what the companion says, and they more than half of that voice's. The baseline has "
    "the same weights, voices in ONNX Runtime as well, pyannote/speaker-diarization-3.1's "
    "parameters and its default step; its CPU time is for both lines at once. One thread each.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure whether companions are told apart.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=48, help="half of them with a companion")
    parser.add_argument("--people", type=Path, action="append", default=[], help="folders")
    parser.add_argument("--without-baseline", action="store_true")
    options = parser.parse_args()
    systems: dict[str, Callable[[Samples], list[Talk]]] = {"Auricle": auricle()}
    names = {"Auricle": ["Auricle"]}
    if not options.without_baseline:
        systems["pyannote"] = pyannote()
        names["pyannote"] = ["pyannote.audio, told 2 to 3", "pyannote.audio, free"]
    counts: dict[tuple[str, bool], Count] = {}
    audio_s = {True: 0.0, False: 0.0}
    for number, made in enumerate(calls(options.seed, options.calls, options.people), 1):
        audio_s[made.synthetic] += len(made.samples) / RATE_HZ
        for system, hear in systems.items():
            begin = time.process_time()
            heard = hear(made.samples)
            spent_s = time.process_time() - begin
            for name, talk in zip(names[system], heard, strict=True):
                count = counts.setdefault((name, made.synthetic), Count())
                count.add(made, talk)
                count.cpu_s += spent_s
        say(f"call {number} of {options.calls}")
    lines = [
        "| voices | system | companions found | calls of two split | calls of two heard as one | "
        "speech with the right one, with a companion | of two | CPU a minute of call |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (name, synthetic), count in sorted(counts.items(), key=lambda c: not c[0][1]):
        voices = "the sample clinic's" if synthetic else "people's"
        lines.append(f"| {voices} | {name} | {' | '.join(count.cells(audio_s[synthetic]))} |")
    command = f"python -m bench.companions --seed {options.seed} --calls {options.calls}"
    command += " --people FOLDER" * len(options.people)
    print(
        write_section(
            "A companion beside the patient", [f"{stamp(command)}.", "", *WHAT, "", *lines]
        )
    )


if __name__ == "__main__":
    main()
