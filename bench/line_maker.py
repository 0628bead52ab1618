"""Telephone lines made for ``bench.lines``: ringing, an answer, what a line does to both.

Everything is made at 8 kHz, as a telephone exchange has it, and written as the file a PBX would
have recorded; the truth is what was put in. One seed gives one set of lines.
"""

import json
import re
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from auricle.commands.demo import SAMPLE
from auricle.models import Role, Turn
from ingest.audio import RATE_HZ, decode
from ingest.tones import Tone, tone_sets

Sound = NDArray[np.float64]
"""Shape (samples,) at ``LINE_HZ``, -1..1."""

LINE_HZ = 8_000
FULL_SCALE_DBM0 = 3.14
"""A full-scale sine's level (ITU-T G.711)."""
SHORTEST_CLIP_S = 1.5
NOT_SPEECH = re.compile("beep|tone|jingle|monkeys|weasels|allbusy|ring|silence")
"""Sound effects among the prompts."""

NOISES = ("quiet", "white", "hum", "babble")
CODECS = ("pcm", "mulaw", "gsm", "opus")
SNR_DB = (5.0, 30.0)
TONE_DBM0 = (-35.0, -10.0)
SPEECH_DBM0 = (-28.0, -16.0)
"""Around the -20 dBm0 that networks are planned for (ITU-T G.168, P.56)."""
PARTS_HZ = ((300.0, 700.0), (700.0, 1_500.0), (1_500.0, 3_400.0))
HIDDEN = "onset below the noise"
IDLE_DBM0 = -68.0
"""What a quiet line still has."""


@dataclass(frozen=True)
class Clip:
    """A sound with where it is first heard."""

    sound: Sound
    onset_s: float


@dataclass(frozen=True)
class Material:
    """What lines are made of."""

    voices: tuple[Clip, ...]
    music: tuple[Sound, ...]


@dataclass(frozen=True)
class Made:
    """One line, and the truth of it."""

    lanes: tuple[Sound, ...]
    ring_s: tuple[float, float]
    answer_s: float
    labels: dict[str, str]
    """What was done to it: ``noise``, ``codec``, ``clipped``, ``layout``, ``opening``; and whether
    the noise hides the ``onset``."""


def rms_of(dbm0: float) -> float:
    """Linear root mean square of a level in dBm0."""
    return float(10 ** ((dbm0 - FULL_SCALE_DBM0) / 20) / np.sqrt(2))


def at_level(sound: Sound, dbm0: float) -> Sound:
    """The same sound, its active parts (within 25 dB of the loudest frame) at a level."""
    frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(axis=1)
    active = power[power > power.max() * 10**-2.5] if len(power) else np.array([1.0])
    return sound / (np.sqrt(active.mean()) + 1e-9) * rms_of(dbm0)


def material(sounds: Path | None) -> Material:
    """The sample clinic's turns and computed music; with ``sounds`` (the folder of Debian's
    Asterisk sounds) people reading prompts, and the hold music of real exchanges, too."""
    voices = [clip for clip in _sample_turns() if clip.onset_s < 0.5]
    music = [_sample_music(seed) for seed in range(4)]
    if sounds is not None:
        prompts = sorted((sounds / "sounds" / "en_US_f_Allison").glob("*.wav"))
        voices += [_clip(_read(path)) for path in prompts if not NOT_SPEECH.search(path.stem)]
        music = [_read(path) for path in sorted((sounds / "moh").glob("*.wav"))]
    return Material(
        tuple(v for v in voices if len(v.sound) >= SHORTEST_CLIP_S * LINE_HZ), tuple(music)
    )


def _sample_turns() -> Iterator[Clip]:
    """Turns spoken alone in the sample clinic's stereo calls, by its truth."""
    for path in sorted((SAMPLE / "truth").glob("*.json")):
        truth: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if truth["administrator_channel"] is None:
            continue
        audio = decode(SAMPLE / truth["file"])
        for turn in truth["turns"]:
            if turn["role"] == "ivr":
                continue
            own = turn["role"] == "administrator"
            lane = truth["administrator_channel"] if own else 1 - truth["administrator_channel"]
            span = slice(round(turn["start_s"] * RATE_HZ), round(turn["end_s"] * RATE_HZ))
            yield _clip(resample_poly(audio.samples[lane][span].astype(float), 1, 2))


def _sample_music(seed: int) -> Sound:
    import sys

    folder = str(Path(__file__).parent / "sample_clinic")
    sys.path.insert(0, folder)
    from line_sounds import music

    sys.path.remove(folder)
    made: Sound = music(90.0, np.random.default_rng(seed))
    return made


def _read(path: Path) -> Sound:
    audio = decode(path)
    sound: Sound = resample_poly(audio.samples[0].astype(float), 1, RATE_HZ // LINE_HZ)
    return sound


def _clip(sound: Sound) -> Clip:
    """The onset is the first 10 ms within 15.9 dB of the speech's active level (ITU-T P.56)."""
    level = at_level(sound, 0.0)
    frames = level[: len(level) // 80 * 80].reshape(-1, 80)
    loud = np.flatnonzero((frames**2).mean(axis=1) > rms_of(-15.9) ** 2)
    return Clip(sound, float(loud[0]) / 100 if len(loud) else 0.0)


def ringing(tone: Tone, start_s: float, end_s: float) -> Sound:
    """The tone's rhythm from one moment of it to another."""
    time_s = np.arange(round(end_s * LINE_HZ)) / LINE_HZ
    sound = np.sum([np.sin(2 * np.pi * hz * time_s) for hz in tone.hz], axis=0)
    edges = np.cumsum((0.0, *tone.cadence_s))
    phase = time_s % edges[-1]
    on = np.zeros(len(time_s))
    for a, b in zip(edges[:-1:2], edges[1::2], strict=True):
        on[(phase >= a) & (phase < b)] = 1.0
    cut: Sound = (sound * on)[round(start_s * LINE_HZ) :]
    return cut


def bursts(tone: Tone, start_s: float, end_s: float) -> list[tuple[float, float]]:
    """When the rhythm sounds between two moments of it, counted from the first."""
    edges = np.cumsum((0.0, *tone.cadence_s))
    found = []
    for round_s in np.arange(0.0, end_s, edges[-1]):
        for a, b in zip(edges[:-1:2] + round_s, edges[1::2] + round_s, strict=True):
            a, b = max(a, start_s), min(b, end_s)
            if b - a > 0.02:
                found.append((float(a - start_s), float(b - start_s)))
    return found


def line(name: str, rng: np.random.Generator, stock: Material) -> Made:
    """One call of a country: ringing (perhaps after an announcement), an answer, talk."""
    tone = tone_sets()[name].ring
    period_s = sum(tone.cadence_s)
    start_s = float(rng.uniform(0, period_s)) if rng.random() < 0.3 else 0.0
    # One whole burst at least: less is no rhythm to go by. The answer comes at any moment after.
    end_s = (np.ceil(start_s / period_s) + rng.integers(0, 5)) * period_s
    end_s += sum(tone.cadence_s[:-1]) + rng.uniform(0, period_s)
    heard = bursts(tone, start_s, end_s)
    ring = ringing(tone, start_s, end_s)
    lead_s = float(rng.uniform(0, 1.5))
    prompt = np.zeros(0)
    if rng.random() < 0.2:
        prompt = _voice(rng, stock).sound
        prompt = at_level(prompt, rng.uniform(*SPEECH_DBM0))
    voice = _voice(rng, stock)
    ring_dbm0 = float(rng.uniform(*TONE_DBM0))
    pause_s = float(rng.uniform(0.1, 1.5))
    voice_dbm0 = float(rng.uniform(*SPEECH_DBM0))
    quietest = min(ring_dbm0, voice_dbm0)
    before = [np.zeros(round(lead_s * LINE_HZ)), prompt, np.zeros(round(0.3 * LINE_HZ))]
    opening = np.concatenate([*before[: 3 if len(prompt) else 1], at_level(ring, ring_dbm0)])
    ring_at_s = (len(opening) - len(ring)) / LINE_HZ
    talk = [at_level(voice.sound, voice_dbm0)]
    for _ in range(2):
        talk += [np.zeros(round(rng.uniform(0.2, 0.8) * LINE_HZ)),
                 at_level(_voice(rng, stock).sound, rng.uniform(*SPEECH_DBM0))]  # fmt: skip
    far = np.concatenate([opening, np.zeros(round(pause_s * LINE_HZ)), talk[0], talk[1] * 0])
    answer_s = (len(opening) / LINE_HZ) + pause_s + voice.onset_s
    near = np.concatenate([np.zeros(len(far)), *talk[2:]])
    far = np.concatenate([far, np.zeros(len(near) - len(far))])
    noise = str(rng.choice(NOISES))
    snr_db = float(rng.uniform(*SNR_DB))
    stereo = bool(rng.random() < 0.5)
    lanes = [far, near] if stereo else [far + near]
    noises = [noise_of(noise, quietest - snr_db, len(lane), rng, stock) for lane in lanes]
    if stereo and noise == "babble":
        # A room is heard through a microphone: the patient's. Nobody holds one where it rings.
        noises[0] = np.zeros(len(far))
    hidden = is_hidden(far, noises[0], answer_s)
    lanes = [lane + other for lane, other in zip(lanes, noises, strict=True)]
    loud = "5-15" if snr_db < 15 else "15-30"
    clipped = bool(rng.random() < 0.15)
    if clipped:  # everything above 8 dB below the ring's peak is cut off
        top = rms_of(ring_dbm0) * np.sqrt(2) * 10 ** (-8 / 20)
        lanes = [np.clip(lane, -top, top) for lane in lanes]
    if stereo and rng.random() < 0.5:
        lanes.reverse()
    return Made(
        tuple(lanes),
        (round(ring_at_s + heard[0][0], 3), round(ring_at_s + heard[-1][1], 3)),
        round(answer_s, 3),
        {
            "noise": noise if noise == "quiet" else f"{noise}, {loud} dB",
            "level": "-35..-23 dBm0" if ring_dbm0 < -23 else "-23..-10 dBm0",
            "codec": str(rng.choice(CODECS)),
            "clipped": "clipped" if clipped else "not clipped",
            "layout": "stereo" if stereo else "mono",
            "opening": "announcement, then ring" if len(prompt) else "ring",
            "onset": HIDDEN if hidden else "onset over the noise",
        },
    )  # fmt: skip


def is_hidden(voice: Sound, noise: Sound, onset_s: float) -> bool:
    """Whether who knew voice and noise apart couldn't tell the onset, either, within 0.3 s of it.

    The voice is never as loud as the noise by then, neither in the low, nor in the middle, nor in
    the high part of what a telephone carries.
    """
    span = slice(round(onset_s * LINE_HZ), round((onset_s + 0.3) * LINE_HZ))
    size = round(0.06 * LINE_HZ)
    hz = np.fft.rfftfreq(size, 1 / LINE_HZ)
    powers = []
    for sound in (voice[span], noise[span]):
        frames = sound[: len(sound) // size * size].reshape(-1, size) * np.hanning(size)
        power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
        powers.append([power[:, (hz >= a) & (hz < b)].sum(axis=1) for a, b in PARTS_HZ])
    return not bool(np.any(np.array(powers[0]) >= np.array(powers[1])))


def _voice(rng: np.random.Generator, stock: Material) -> Clip:
    return stock.voices[int(rng.integers(len(stock.voices)))]


def noise_of(
    kind: str, dbm0: float, length: int, rng: np.random.Generator, stock: Material
) -> Sound:
    """A line's noise, shape (length,)."""
    idle: Sound = rng.standard_normal(length) * rms_of(IDLE_DBM0)
    if kind == "white":
        return idle + rng.standard_normal(length) * rms_of(dbm0)
    if kind == "hum":
        time_s = np.arange(length) / LINE_HZ
        waves = [np.sin(2 * np.pi * 50 * k * time_s) / k for k in (1, 2, 3, 5)]
        return idle + at_level(np.sum(waves, axis=0), dbm0)
    if kind == "babble":
        people = [_long(rng, stock.voices, length) for _ in range(6)]
        return idle + at_level(np.sum(people, axis=0), dbm0)
    return idle


def _long(rng: np.random.Generator, voices: tuple[Clip, ...], length: int) -> Sound:
    pieces: list[Sound] = []
    while sum(map(len, pieces)) < length:
        pieces.append(at_level(voices[int(rng.integers(len(voices)))].sound, -20))
    return np.concatenate(pieces)[:length]


def without_tones(rng: np.random.Generator, stock: Material) -> tuple[Sound, str]:
    """Ten seconds of speech, of music or of both, with a line's noise, and which it is."""
    length = 10 * LINE_HZ
    kind = str(rng.choice(["speech", "music", "both"]))
    speech = _long(rng, stock.voices, length)
    music = music_of(rng, stock, length)
    sound = {"speech": speech, "music": music, "both": speech + music}[kind]
    sound = at_level(sound, rng.uniform(*SPEECH_DBM0))
    return sound + noise_of(str(rng.choice(NOISES)), -45, length, rng, stock), kind


def music_of(rng: np.random.Generator, stock: Material, length: int) -> Sound:
    """So many samples from anywhere in the music."""
    piece = stock.music[int(rng.integers(len(stock.music)))]
    start = int(rng.integers(max(1, len(piece) - length)))
    return at_level(np.resize(piece[start : start + length], length), -20)


def held_call(
    rng: np.random.Generator, stock: Material
) -> tuple[tuple[Sound, ...], list[tuple[float, float]], str]:
    """Talk, hold music (a voice sings or announces over it in a third of the calls), talk.

    Returns the lanes, where the music is, and the kind of hold.
    """
    talk_s = [float(s) for s in rng.uniform(12, 30, 3)]
    hold_s = [float(s) for s in rng.uniform(8, 60, 2)]
    vocals = bool(rng.random() < 1 / 3)
    sides: list[list[Sound]] = [[], []]
    spans, now_s = [], 0.0
    for index, length_s in enumerate(talk_s):
        voices = _turns(rng, stock, round(length_s * LINE_HZ))
        for side, sound in zip(sides, voices, strict=True):
            side.append(sound)
        now_s += round(length_s * LINE_HZ) / LINE_HZ
        if index < len(hold_s):
            length = round(hold_s[index] * LINE_HZ)
            music = at_level(music_of(rng, stock, length), rng.uniform(-30, -16))
            if vocals:
                over = _long(rng, stock.voices, length)
                music = music + at_level(over, -23) * rng.uniform(0.2, 0.7)
            sides[0].append(music)
            sides[1].append(np.zeros(length))
            spans.append((now_s, now_s + length / LINE_HZ))
            now_s += length / LINE_HZ
    lanes = [np.concatenate(side) for side in sides]
    lanes = lanes if rng.random() < 0.5 else [lanes[0] + lanes[1]]
    noise = str(rng.choice(["quiet", "white", "hum"]))
    lanes = [lane + noise_of(noise, -50, len(lane), rng, stock) for lane in lanes]
    return tuple(lanes), spans, "music and a voice over it" if vocals else "music"


def silent_hold(
    rng: np.random.Generator, stock: Material
) -> tuple[tuple[Sound, ...], list[Turn], list[tuple[float, float]], str]:
    """A stereo call in which the administrator (left) mutes her line, or only falls silent.

    In the hold her side carries nothing but a muted line's noise; the patient's keeps its room.
    Returns lanes, turns, where she is on hold, and which of both it is.
    """
    hold_s = float(rng.uniform(6, 60))
    muted = bool(rng.random() < 0.6)
    lanes: list[list[Sound]] = [[], []]
    turns: list[Turn] = []
    now_s = begin_s = end_s = 0.0
    # Left, right, left ... and she who says "one moment" is the next to speak.
    for index, side in enumerate((0, 1, 0, 1, 0, 0, 1, 0)):
        voice = _voice(rng, stock)
        sound = at_level(voice.sound, rng.uniform(*SPEECH_DBM0))
        pause = np.zeros(round((hold_s if index == 4 else rng.uniform(0.2, 1.0)) * LINE_HZ))
        role: Role = "patient" if side else "administrator"
        stop_s = now_s + len(sound) / LINE_HZ
        turns.append(
            Turn(speaker=("left", "right")[side], role=role, role_confidence=1.0, confidence=1.0,
                 start_s=now_s + voice.onset_s, end_s=stop_s, text="yes")
        )  # fmt: skip
        lanes[side] += [sound, pause]
        lanes[1 - side] += [np.zeros(len(sound)), pause]
        now_s = stop_s + len(pause) / LINE_HZ
        if index == 4:
            begin_s, end_s = stop_s, now_s
    room_dbm0 = float(rng.uniform(-60, -42))
    made = []
    for side, pieces in enumerate(lanes):
        sound = np.concatenate(pieces)
        room = rng.standard_normal(len(sound)) * rms_of(room_dbm0)
        if muted and side == 0:
            a, b = round(begin_s * LINE_HZ), round(end_s * LINE_HZ)
            room[a:b] *= 0.0 if rng.random() < 0.5 else 10 ** ((-75 - room_dbm0) / 20)
        made.append(sound + room)
    kind = "muted" if muted else "silent, but not muted"
    return tuple(made), turns, [(begin_s, end_s)] if muted else [], kind


def _turns(rng: np.random.Generator, stock: Material, length: int) -> list[Sound]:
    """Two people taking turns, a lane each."""
    lanes = [np.zeros(length), np.zeros(length)]
    at = side = 0
    while at < length:
        sound = at_level(_voice(rng, stock).sound, rng.uniform(*SPEECH_DBM0))[: length - at]
        lanes[side][at : at + len(sound)] = sound
        at += len(sound) + round(float(rng.uniform(0.1, 1.0)) * LINE_HZ)
        side = 1 - side
    return lanes


@cache
def _ffmpeg() -> str:
    import shutil

    path = shutil.which("ffmpeg")
    if path is None:
        raise SystemExit("GSM needs the program ffmpeg. Install it: apt-get install ffmpeg")
    return path


def write(lanes: tuple[Sound, ...], codec: str, folder: Path) -> Path:
    """The file a PBX would have recorded with that codec, 16-bit WAV at the end."""
    plain = folder / "line.wav"
    with wave.open(str(plain), "wb") as file:
        file.setnchannels(len(lanes))
        file.setsampwidth(2)
        file.setframerate(LINE_HZ)
        pcm = (np.clip(np.stack(lanes), -1, 1) * 32767).astype("<i2")
        file.writeframes(pcm.T.tobytes())
    if codec == "pcm":
        return plain
    coded = {
        "mulaw": ("coded.wav", "-c:a", "pcm_mulaw"),
        "gsm": ("coded.gsm", "-c:a", "libgsm"),
        "opus": ("coded.opus", "-c:a", "libopus", "-b:a", f"{8 * len(lanes)}k"),
    }[codec]
    return _through(plain, coded, folder) if len(lanes) == 1 else _each(lanes, codec, folder)


def _through(plain: Path, coded: tuple[str, ...], folder: Path) -> Path:
    name, *options = coded
    subprocess.run(
        [_ffmpeg(), "-v", "error", "-y", "-i", str(plain), *options, str(folder / name)],
        check=True,
    )
    return folder / name


def _each(lanes: tuple[Sound, ...], codec: str, folder: Path) -> Path:
    """Two channels are coded one by one: GSM knows no stereo, exchanges have two legs."""
    decoded = []
    for lane in lanes:
        audio = decode(write((lane,), codec, folder))
        decoded.append(resample_poly(audio.samples[0].astype(float), 1, RATE_HZ // LINE_HZ))
    shortest = min(map(len, decoded))
    return write(tuple(lane[:shortest] for lane in decoded), "pcm", folder)
