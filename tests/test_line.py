"""What the line carries: ringing of every country, music, speech, leaks, silence."""

from itertools import pairwise

import numpy as np
import pytest
from helpers_audio import Samples, audio_of, noise, sample_call
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Line
from ingest.audio import RATE_HZ, Audio
from ingest.line import analyse, find_voices, loudness, subtract
from ingest.spectrum import spectrum
from ingest.tones import Tone, find_tones, tone_sets

SETS = tone_sets()
LEVELS = {"loud, clean": (-6, -70), "usual": (-20, -45), "faint, noisy": (-32, -50)}
"""dB below full scale of the tone and of white noise on the line."""


def line_of(audio: Audio, tones: str) -> Line:
    return analyse(audio, find_voices(audio), tones)


def cadence(tone: Tone, rounds: int) -> Samples:
    """So many rounds of a tone's rhythm, without the last pause; shape (samples,)."""
    pieces = []
    for _ in range(rounds):
        for on_s, off_s in zip(tone.cadence_s[::2], tone.cadence_s[1::2], strict=True):
            time_s = np.arange(round(on_s * RATE_HZ)) / RATE_HZ
            sound = sum(np.sin(2 * np.pi * hz * time_s) for hz in tone.hz)
            pieces += [sound / np.sqrt(len(tone.hz)) * np.sqrt(2), np.zeros(round(off_s * RATE_HZ))]
    return np.concatenate(pieces[:-1]).astype(np.float32)


def on_a_line(sound: Samples, begins_s: float, level_db: float, noise_db: float) -> Samples:
    """With silence around it, at a level, on a line with noise."""
    quiet = np.zeros(round(begins_s * RATE_HZ), np.float32)
    line = np.concatenate([quiet, sound * 10 ** (level_db / 20), np.zeros(4 * RATE_HZ, np.float32)])
    return line + noise(len(line) / RATE_HZ, noise_db)


def talk(call_id: str, start_s: float, end_s: float, channel: int = 0) -> Samples:
    samples = sample_call(call_id).samples[channel]
    return samples[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]


def chords(seconds: float) -> Samples:
    """Hold music: four chords in turn, with overtones, each fading."""
    beat_s = 1.0
    time_s = np.arange(round(beat_s * RATE_HZ)) / RATE_HZ
    bars = []
    for root_hz in [262, 220, 175, 196] * (round(seconds / beat_s) // 4 + 1):
        notes = [root_hz, root_hz * 5 / 4, root_hz * 3 / 2]
        waves = [np.sin(2 * np.pi * hz * k * time_s) / k for hz in notes for k in (1, 2, 3)]
        bars.append(0.07 * np.sum(waves, axis=0) * np.exp(-time_s))
    return np.concatenate(bars)[: round(seconds * RATE_HZ)].astype(np.float32)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("rounds", [1, 2, 4])
@pytest.mark.parametrize("name", SETS)
def test_ringing_of_every_country(name: str, rounds: int, level: str) -> None:
    sound = cadence(SETS[name].ring, rounds)
    line = on_a_line(sound, 1.3, *LEVELS[level])
    for preferred in (name, "europe", "unheard of"):
        [ring] = find_tones(spectrum(line), preferred)
        assert ring.kind == "ring"
        assert ring.start_s == pytest.approx(1.3, abs=0.3)
        assert ring.end_s == pytest.approx(1.3 + len(sound) / RATE_HZ, abs=0.3)


@pytest.mark.parametrize("name", SETS)
def test_busy_of_every_country(name: str) -> None:
    sound = cadence(SETS[name].busy, 8)
    [busy] = find_tones(spectrum(on_a_line(sound, 0.7, -20, -50)), name)
    assert busy.kind == "busy"
    assert busy.start_s == pytest.approx(0.7, abs=0.3)
    assert busy.end_s == pytest.approx(0.7 + len(sound) / RATE_HZ, abs=0.3)


@pytest.mark.parametrize("name", ["europe", "uk", "us"])
def test_a_ring_cut_short_by_the_answer_counts(name: str) -> None:
    tone = SETS[name].ring
    whole = cadence(tone, 3)
    cut = len(whole) - round(0.4 * tone.cadence_s[0] * RATE_HZ)
    speech = talk("rd-1012", 14, 20)
    line = np.concatenate([whole[:cut] * 0.1, speech])
    [ring] = find_tones(spectrum(line), name)
    assert ring.end_s == pytest.approx(cut / RATE_HZ, abs=0.3)


def test_ringing_and_the_talk_after_it() -> None:
    sound = cadence(SETS["uk"].ring, 3)
    line = np.concatenate([sound * 0.1, talk("rd-1012", 14, 34)])
    found = line_of(audio_of(line[None]), "uk")
    ring_end_s = len(sound) / RATE_HZ
    assert found.ring_s is not None
    assert found.ring_s.value_s == pytest.approx(ring_end_s, abs=0.3)
    assert found.ring_s.source == "audio"
    spoken = [s for s in found.segments if s.kind == "speech"]
    assert spoken
    assert all(s.start_s >= ring_end_s - 0.3 for s in spoken)


@pytest.mark.parametrize("call_id", ["rd-1010", "rd-1013"])
def test_speech_is_neither_ringing_nor_music(call_id: str) -> None:
    line = line_of(sample_call(call_id), "uk")
    assert {s.kind for s in line.segments} <= {"speech", "silence", "noise"}
    assert line.ring_s is None


@pytest.mark.parametrize("level_db", [-35, -20])
def test_noise_is_neither_ringing_nor_music_nor_speech(level_db: float) -> None:
    line = line_of(audio_of(noise(20, level_db)[None]), "europe")
    assert [s.kind for s in line.segments] == ["silence"]


def test_music_between_talk_is_found() -> None:
    before, after = talk("rd-1010", 3, 15), talk("rd-1010", 20, 32)
    music = chords(14)
    line = line_of(audio_of(np.concatenate([before, music, after])[None]), "europe")
    [found] = [s for s in line.segments if s.kind == "music"]
    start_s = len(before) / RATE_HZ
    assert found.start_s == pytest.approx(start_s, abs=1.5)
    assert found.end_s == pytest.approx(start_s + 14, abs=1.5)
    spoken = [s for s in line.segments if s.kind == "speech"]
    assert all(s.end_s <= found.start_s or s.start_s >= found.end_s for s in spoken)


@pytest.mark.parametrize("channel", [0, 1])
def test_music_alone_is_no_speech(channel: int) -> None:
    lanes = np.stack([chords(20), noise(20, -60)])
    line = line_of(audio_of(lanes[[channel, 1 - channel]]), "europe")
    assert [s.kind for s in line.segments] == ["music"]


def both_sides(leak_db: float) -> tuple[Samples, list[tuple[float, float]]]:
    """A talks on the left, and leaks into the right; where A talks."""
    voice = talk("rd-1012", 14, 40)
    lanes = np.stack([voice, voice * 10 ** (leak_db / 20)]) + np.stack(
        [noise(len(voice) / RATE_HZ, -65, seed) for seed in (1, 2)]
    )
    line = line_of(audio_of(voice[None]), "europe")
    return lanes, [(s.start_s, s.end_s) for s in line.segments if s.kind == "speech"]


@pytest.mark.parametrize("side", [0, 1])
def test_a_leak_of_the_other_side_is_noise(side: int) -> None:
    lanes, _ = both_sides(-26)
    line = line_of(audio_of(lanes[[side, 1 - side]]), "europe")
    assert {s.channel for s in line.segments if s.kind == "speech"} == {side}
    assert {s.channel for s in line.segments if s.kind == "noise"} == {1 - side}


def test_two_people_at_once_are_both_speech() -> None:
    lanes, _ = both_sides(-10)
    line = line_of(audio_of(lanes), "europe")
    assert {s.channel for s in line.segments if s.kind == "speech"} == {0, 1}


def test_long_pauses_are_silence_and_short_ones_are_not() -> None:
    voice = talk("rd-1012", 14, 20)
    line = line_of(audio_of(np.concatenate([voice, noise(8, -65), voice])[None]), "europe")
    [silence] = [s for s in line.segments if s.kind == "silence"]
    assert silence.end_s - silence.start_s == pytest.approx(8, abs=1.5)


@pytest.mark.parametrize("seconds", [0.1, 0.5, 2.0])
def test_the_shortest_recordings_have_a_line(seconds: float) -> None:
    for samples in (noise(seconds, -30), np.zeros(round(seconds * RATE_HZ), np.float32)):
        assert line_of(audio_of(samples[None]), "europe").segments == ()


def test_segments_are_in_order_and_inside_the_call() -> None:
    audio = sample_call("rd-1012")
    segments = line_of(audio, "uk").segments
    assert all(a.start_s <= b.start_s for a, b in pairwise(segments))
    assert all(0 <= s.start_s < s.end_s <= audio.duration_s + 0.1 for s in segments)


edges = st.integers(0, 40).map(lambda n: n / 2)
spans = st.lists(st.tuples(edges, edges).map(sorted).map(tuple).filter(lambda s: s[0] < s[1]))


@given(spans=spans, holes=spans)
def test_subtract_keeps_exactly_what_no_hole_covers(spans, holes) -> None:
    rest = subtract(spans, holes)
    for middle in np.arange(0.25, 20, 0.5):
        covered = any(a < middle < b for a, b in spans)
        cut = any(a < middle < b for a, b in holes)
        assert any(a < middle < b for a, b in rest) == (covered and not cut)
    assert rest == sorted(rest)
    assert all(a < b for a, b in rest)
    assert subtract(rest, holes) == rest


@given(spans=spans)
def test_subtract_nothing_and_everything(spans) -> None:
    assert subtract(spans, []) == sorted(spans)
    assert subtract(spans, spans) == []


def test_loudness_is_a_value_a_pixel() -> None:
    samples = np.zeros((2, 2 * RATE_HZ), np.float32)
    samples[0, RATE_HZ : RATE_HZ + 10] = -0.25
    samples[1] = 1.0
    left, right = loudness(samples, 25.0)
    assert len(left) == len(right) == 50
    assert left[25] == round(0.5 * 255 - 0.5)
    assert sum(left) == left[25]
    assert set(right) == {255}
