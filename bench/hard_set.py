"""Make the hard test set: the sample clinic's voices over everything that lines do to them.

    python -m bench.hard_set FOLDER [--seed 1] [--each 2] [--minutes 20]
    auricle evaluate FOLDER/references --heard FOLDER/audio

Turns of the sample clinic's stereo calls are put together to new conversations (their order makes
no sense: words and voices are what is tested) and spoilt in one way each. The truth is what was put
in: STM and RTTM for conversations, and a TSV with empty texts for what nobody says. One seed gives
one set of lines. Needs ffmpeg for GSM and Opus.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.signal import resample_poly

from auricle.commands.demo import SAMPLE
from bench.line_maker import (
    IDLE_DBM0,
    LINE_HZ,
    Material,
    Sound,
    at_level,
    material,
    music_of,
    noise_of,
    ringing,
    rms_of,
    write,
)
from ingest.audio import RATE_HZ, decode
from ingest.tones import tone_sets

SPEECH_DBM0 = -20.0
"""The level networks are planned for (ITU-T P.56)."""
CALL_S = 90.0
GAP_S = (0.2, 0.9)
OVERLAP_S = (0.3, 1.2)
OVERLAPPED = 0.4
"""Share of turns that begin before the last one ends."""
PACKET_S = 0.02
LOST, STAYS_LOST = 0.03, 0.6
"""A packet is lost after one that came, after one that was lost (Gilbert 1960): about 7 % in all,
in bursts of 2.5 packets on average."""
SNR_DB = (-5, 0, 5, 10, 15, 20)
ECHO_S, ECHO_DB = (0.12, 0.25), (-20.0, -12.0)
"""A satellite's or a mobile network's delay, and an echo canceller that does little."""
CLIPPED_OVER_DB = 6.0
"""Over the speech's level, whose peaks lie 15 to 20 dB over it."""
HOLD_S = 45.0
NOBODY_S = 600.0
SAME_VOICE = {
    "Anna": ("denise", "lucy"),
    "Mark": ("walter", "hamish", "fiona"),
    "Colin": ("gordon", "maureen"),
}
"""Administrators, and patients spoken by the same synthesiser's voice, a little shifted."""


@dataclass(frozen=True)
class Clip:
    """One turn of the sample clinic."""

    role: str
    person: str
    text: str
    sound: Sound


@dataclass(frozen=True)
class Turn:
    role: str
    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Scene:
    """A conversation: the administrator's and the patient's lane, shape (samples,) at 8 kHz."""

    lanes: tuple[Sound, Sound]
    turns: tuple[Turn, ...]

    def through(self, change: Callable[[Sound], Sound]) -> "Scene":
        return Scene((change(self.lanes[0]), change(self.lanes[1])), self.turns)


def clips() -> list[Clip]:
    """Turns said alone on a channel of their own."""
    found = []
    for path in sorted((SAMPLE / "truth").glob("*.json")):
        truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        own = truth["administrator_channel"]
        if own is None:
            continue
        call = Path(__file__).parent / "sample_clinic" / "dialogues" / f"{truth['call_id']}.yaml"
        voice = yaml.safe_load(call.read_text(encoding="utf-8"))["patient"]["voice"]
        audio = decode(SAMPLE / truth["file"])
        for turn in truth["turns"]:
            if turn["role"] == "ivr":
                continue
            staff = turn["role"] == "administrator"
            span = slice(round(turn["start_s"] * RATE_HZ), round(turn["end_s"] * RATE_HZ))
            sound = audio.samples[own if staff else 1 - own][span].astype(float)
            sound = at_level(resample_poly(sound, 1, RATE_HZ // LINE_HZ), SPEECH_DBM0)
            found.append(
                Clip(turn["role"], truth["administrator"] if staff else voice, turn["text"], sound)
            )
    return found


def conversation(
    rng: np.random.Generator,
    stock: Sequence[Clip],
    length_s: float,
    *,
    overlap: bool = False,
    similar: bool = False,
    hold: Callable[[int], Sound] | None = None,
) -> Scene:
    """Two people's turns by turns, for so long; ``hold`` makes music for a hold every 5 minutes."""
    pairs = [
        (a.person, p.person)
        for a in stock for p in stock
        if a.role == "administrator" and p.role == "patient"
        and (p.person in SAME_VOICE[a.person]) == similar
    ]  # fmt: skip
    pair = sorted(set(pairs))[int(rng.integers(len(set(pairs))))]
    sides = [[c for c in stock if c.person == person] for person in pair]
    lanes = [np.zeros(round((length_s + 60) * LINE_HZ)) for _ in range(2)]
    turns: list[Turn] = []
    now_s = float(rng.uniform(0.5, 1.5))
    next_hold_s = 300.0
    while now_s < length_s:
        side = len(turns) % 2
        if hold is not None and now_s > next_hold_s:
            music = hold(round(HOLD_S * LINE_HZ))
            _add(lanes[0], now_s + 1, music)
            now_s += HOLD_S + 2
            next_hold_s += 300.0
        clip = sides[side][int(rng.integers(len(sides[side])))]
        gap_s = float(rng.uniform(*GAP_S))
        if overlap and turns and rng.random() < OVERLAPPED:
            gap_s = -min(float(rng.uniform(*OVERLAP_S)), (turns[-1].end_s - turns[-1].start_s) / 2)
        start_s = round(now_s + gap_s, 3)
        _add(lanes[side], start_s, clip.sound)
        end_s = round(start_s + len(clip.sound) / LINE_HZ, 3)
        turns.append(Turn(clip.role, start_s, end_s, clip.text))
        now_s = max(now_s, end_s)
    length = round((now_s + 1.0) * LINE_HZ)
    made = [lane[:length] + rng.standard_normal(length) * rms_of(IDLE_DBM0) for lane in lanes]
    return Scene((made[0], made[1]), tuple(turns))


def _add(lane: Sound, at_s: float, sound: Sound) -> None:
    start = round(at_s * LINE_HZ)
    part = sound[: len(lane) - start]
    lane[start : start + len(part)] += part


def losing_packets(sound: Sound, rng: np.random.Generator) -> Sound:
    """Packets lost in bursts, nothing played for them."""
    step = round(PACKET_S * LINE_HZ)
    made, lost = sound.copy(), False
    for start in range(0, len(sound), step):
        lost = bool(rng.random() < (STAYS_LOST if lost else LOST))
        if lost:
            made[start : start + step] = 0.0
    return made


def with_echo(scene: Scene, rng: np.random.Generator) -> Scene:
    """The patient's set gives the administrator's voice back, late and softer."""
    staff, patient = scene.lanes
    late = round(float(rng.uniform(*ECHO_S)) * LINE_HZ)
    echo = np.concatenate([np.zeros(late), staff])[: len(staff)]
    return Scene((staff, patient + echo * 10 ** (float(rng.uniform(*ECHO_DB)) / 20)), scene.turns)


def clipped(sound: Sound) -> Sound:
    """Cut off at ``CLIPPED_OVER_DB``, then as loud as it goes."""
    top = rms_of(SPEECH_DBM0) * 10 ** (CLIPPED_OVER_DB / 20)
    return np.clip(sound, -top, top) / top * 0.9


def conversations(
    rng: np.random.Generator, stock: Sequence[Clip], sounds: Material, number: int, minutes: float
) -> list[tuple[str, Scene, str]]:
    """One of each kind: its name, the scene, and the codec it goes through."""

    def scene(**options: Any) -> Scene:
        return conversation(rng, stock, CALL_S, **options)

    def noisy(snr_db: float) -> Scene:
        kind = ("white", "hum", "babble")[int(rng.integers(3))]
        return scene().through(
            lambda lane: lane + noise_of(kind, SPEECH_DBM0 - snr_db, len(lane), rng, sounds)
        )

    made = [("plain", scene(), "pcm")]
    made += [(codec, scene(), codec) for codec in ("mulaw", "gsm", "opus")]
    made += [
        ("loss", scene().through(lambda lane: losing_packets(lane, rng)), "mulaw"),
        *((f"noise{snr_db}db", noisy(snr_db), "pcm") for snr_db in SNR_DB),
        ("echo", with_echo(scene(), rng), "pcm"),
        ("clipped", scene().through(clipped), "pcm"),
        ("overlap", scene(overlap=True), "pcm"),
        ("similar", scene(similar=True), "pcm"),
        ("long", conversation(rng, stock, minutes * 60,
                              hold=lambda length: music_of(rng, sounds, length)), "mulaw"),
    ]  # fmt: skip
    return [(f"{name}-{number}", one, codec) for name, one, codec in made]


def nobody(rng: np.random.Generator, sounds: Material, length_s: float) -> dict[str, Sound]:
    """Lines on which nobody speaks."""
    length = round(length_s * LINE_HZ)
    idle = rng.standard_normal(length) * rms_of(IDLE_DBM0)
    return {
        "nobody-silence": np.zeros(length),
        "nobody-idle": idle,
        "nobody-ringing": idle + at_level(ringing(tone_sets()["europe"].ring, 0, length_s), -25),
        "nobody-music": idle + np.concatenate(
            [music_of(rng, sounds, LINE_HZ * 60) for _ in range(int(length_s // 60) + 1)]
        )[:length],
        "nobody-noise": noise_of("white", -35, length, rng, sounds),
        "nobody-hum": noise_of("hum", -35, length, rng, sounds),
    }  # fmt: skip


def make(folder: Path, *, seed: int, each: int, minutes: float, nobody_s: float) -> list[str]:
    """Write audio and references; the names of what was made.

    Every kind is there ``each`` times as stereo (on channels of their own) and as mono.
    """
    stock, sounds = clips(), material(None)
    scenes = [
        scene
        for number in range(1, each + 1)
        for scene in conversations(
            np.random.default_rng([seed, number]), stock, sounds, number, minutes
        )
    ]
    names = _written(scenes, folder)
    tsv = ["file\ttext\tlanguage"]
    for name, sound in nobody(np.random.default_rng([seed, 0]), sounds, nobody_s).items():
        tsv.append(f"{_write((sound,), 'pcm', folder / 'audio', name).name}\t\ten")
        names.append(name)
    _text(folder / "references" / "hard.tsv", tsv)
    return names


def make_plain(folder: Path, *, seed: int, calls: int, length_s: float) -> list[str]:
    """The same of conversations through mu-law and nothing else."""
    stock, rng = clips(), np.random.default_rng([seed, 1])
    return _written(
        [(f"plain-{n}", conversation(rng, stock, length_s), "mulaw") for n in range(1, calls + 1)],
        folder,
    )


def _written(scenes: Sequence[tuple[str, Scene, str]], folder: Path) -> list[str]:
    """Each on two channels and on one; the names of the recordings."""
    audio, references = folder / "audio", folder / "references"
    audio.mkdir(parents=True, exist_ok=True)
    references.mkdir(exist_ok=True)
    stm, rttm, names = [], [], []
    for kind, scene, codec in scenes:
        mixed = (scene.lanes[0] + scene.lanes[1],)
        for layout, lanes in (("stereo", scene.lanes), ("mono", mixed)):
            name = f"{kind}-{layout}"
            _write(lanes, codec, audio, name)
            names.append(name)
            for turn in sorted(scene.turns, key=lambda t: t.start_s):
                start_s, end_s = f"{turn.start_s:.3f}", f"{turn.end_s:.3f}"
                length_s = f"{turn.end_s - turn.start_s:.3f}"
                stm.append(f"{name} 1 {turn.role} {start_s} {end_s} <O> {turn.text}")
                rttm.append(f"SPEAKER {name} 1 {start_s} {length_s} <NA> <NA> {turn.role} "
                            "<NA> <NA>")  # fmt: skip
    _text(references / "hard.stm", stm)
    _text(references / "hard.rttm", rttm)
    return names


def _text(file: Path, lines: Sequence[str]) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write(lanes: tuple[Sound, ...], codec: str, audio: Path, name: str) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        made = write(lanes, codec, Path(folder))
        target = audio / f"{name}{made.suffix}"
        shutil.move(made, target)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the hard test set.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=2, help="calls of each kind")
    parser.add_argument("--minutes", type=float, default=20.0, help="of the long calls")
    options = parser.parse_args()
    names = make(
        options.folder, seed=options.seed, each=options.each, minutes=options.minutes,
        nobody_s=NOBODY_S,
    )  # fmt: skip
    print(f"{len(names)} recordings in {options.folder / 'audio'}")


if __name__ == "__main__":
    main()
