"""Tones as telephone lines really carry them: odd rhythms, bad lines, bad input."""

from pathlib import Path

import numpy as np
import pytest
from helpers_audio import Samples, audio_of, encode, noise, sample_call
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from auricle.models import Line
from ingest.audio import RATE_HZ, decode
from ingest.line import analyse, find_voices
from ingest.spectrum import spectrum
from ingest.tones import Tone, _around, _listen, find_tones, tone_sets

SETS = tone_sets()
CODECS = {"mu-law": ("pcm_mulaw", "wav"), "A-law": ("pcm_alaw", "wav"), "Opus": ("libopus", "ogg")}


def ringing(tone: Tone, start_s: float, end_s: float, level_db: float = -20) -> Samples:
    """The tone's rhythm from one moment of it to another; shape (samples,)."""
    time_s = np.arange(round(start_s * RATE_HZ), round(end_s * RATE_HZ)) / RATE_HZ
    sound = np.sum([np.sin(2 * np.pi * hz * time_s) for hz in tone.hz], axis=0)
    edges = np.cumsum((0.0, *tone.cadence_s))
    phase = time_s % edges[-1]
    on = np.any([(phase >= a) & (phase < b) for a, b in zip(edges[::2], edges[1::2], strict=False)],
                axis=0)  # fmt: skip
    scale = np.sqrt(2 / len(tone.hz)) * 10 ** (level_db / 20)
    return (sound * on * scale).astype(np.float32)


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def talk(start_s: float, end_s: float) -> Samples:
    return sample_call("rd-1012").samples[0][round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]


def on_a_line(*pieces: Samples, noise_db: float = -60) -> Samples:
    sound = np.concatenate(pieces)
    return sound + noise(len(sound) / RATE_HZ, noise_db)


def line_of(*lanes: Samples) -> Line:
    audio = audio_of(np.stack(lanes))
    return analyse(audio, find_voices(audio), "europe")


def rings(line: Line) -> list[tuple[float, float]]:
    return [(s.start_s, s.end_s) for s in line.segments if s.kind == "ring"]


@pytest.mark.parametrize("name", SETS)
def test_reorder_of_every_country(name: str) -> None:
    line = on_a_line(quiet(1), ringing(SETS[name].reorder, 0, 8), quiet(1))
    [found] = find_tones(spectrum(line), name)
    assert found.kind == "reorder"
    assert found.start_s == pytest.approx(1, abs=0.2)
    assert found.end_s == pytest.approx(9, abs=0.8)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", ["busy", "reorder"])
def test_busy_and_reorder_are_never_each_other(name: str, kind: str) -> None:
    line = on_a_line(ringing(getattr(SETS[name], kind), 0, 9, -28), noise_db=-40)
    assert {s.kind for s in find_tones(spectrum(line), "unheard of")} == {kind}


@pytest.mark.parametrize("name", SETS)
def test_the_answer_in_the_middle_of_a_burst(name: str) -> None:
    tone = SETS[name].ring
    end_s = 2 * sum(tone.cadence_s) + tone.cadence_s[0] * 0.6
    line = line_of(on_a_line(ringing(tone, 0, end_s), quiet(0.4), talk(14, 24)))
    [(start_s, found_s)] = rings(line)
    assert (start_s, found_s) == pytest.approx((0, end_s), abs=0.1)
    assert line.answered_at_s == pytest.approx(end_s + 0.4, abs=0.6)


@pytest.mark.parametrize("name", SETS)
def test_a_recording_that_begins_in_the_middle_of_a_burst(name: str) -> None:
    tone = SETS[name].ring
    begin_s = tone.cadence_s[0] / 2
    line = on_a_line(ringing(tone, begin_s, begin_s + 2 * sum(tone.cadence_s)), quiet(2))
    [found] = find_tones(spectrum(line), name)
    assert found.start_s == pytest.approx(0, abs=0.1)


def test_a_burst_lost_in_a_noise_ends_nothing() -> None:
    sound = on_a_line(ringing(SETS["europe"].ring, 0, 21), quiet(2))
    sound[10 * RATE_HZ : 11 * RATE_HZ] += noise(1, 0)
    [found] = find_tones(spectrum(sound), "europe")
    assert (found.start_s, found.end_s) == pytest.approx((0, 21), abs=0.1)


def test_two_exchanges_ring_one_after_the_other() -> None:
    line = line_of(
        on_a_line(
            ringing(SETS["europe"].ring, 0, 6), quiet(1.3), ringing(SETS["uk"].ring, 0, 7),
            quiet(0.5), talk(14, 24),
        )
    )  # fmt: skip
    assert line.ring_s is not None
    assert line.ring_s.value_s == pytest.approx(6 + 1.3 + 7, abs=0.2)
    assert line.answered_at_s == pytest.approx(14.8, abs=0.6)


@pytest.mark.parametrize("side", [0, 1])
def test_ringing_in_one_channel_and_somebody_talking_in_the_other(side: int) -> None:
    far = on_a_line(ringing(SETS["uk"].ring, 0, 10), quiet(0.5), talk(14, 24))
    near = on_a_line(talk(30, 36), quiet(len(far) / RATE_HZ - 6))
    line = line_of(*((far, near) if side == 0 else (near, far)))
    [ring] = [s for s in line.segments if s.kind == "ring"]
    assert ring.channel == side
    assert ring.end_s == pytest.approx(10, abs=0.2)
    # The answer comes from where the ringing came from, whoever talks in the room.
    assert line.answered_at_s == pytest.approx(10.5, abs=0.6)


def test_an_announcement_between_two_ringings() -> None:
    tone = SETS["europe"].ring
    line = line_of(
        on_a_line(ringing(tone, 0, 6), quiet(0.5), talk(14, 22), quiet(0.5), ringing(tone, 0, 11),
                  quiet(0.5), talk(14, 20))
    )  # fmt: skip
    assert len(rings(line)) == 2
    spoken = [s for s in line.segments if s.kind == "speech"]
    assert min(s.start_s for s in spoken) < 10
    assert line.answered_at_s == pytest.approx(26.5, abs=0.8)


def test_a_tone_at_the_end_names_its_channel() -> None:
    near = on_a_line(talk(14, 34))
    far = on_a_line(talk(30, 42), ringing(SETS["europe"].busy, 0, 8))
    line = line_of(near, far)
    [busy] = [s for s in line.segments if s.kind == "busy"]
    assert busy.channel == 1


def test_a_channel_that_goes_dead_is_muted_and_a_quiet_one_is_not() -> None:
    voice = np.concatenate([talk(14, 24), quiet(12), talk(14, 34)])
    room = noise(len(voice) / RATE_HZ, -55, 1)
    open_line = voice + room
    muted_line = open_line.copy()
    muted_line[10 * RATE_HZ : 22 * RATE_HZ] = 0
    line = line_of(muted_line, open_line)
    [muted] = [s for s in line.segments if s.kind == "muted"]
    assert muted.channel == 0
    assert (muted.start_s, muted.end_s) == pytest.approx((10, 22), abs=0.2)


def test_silence_suppression_is_no_mute() -> None:
    pieces = [np.concatenate([talk(14 + k, 15 + k), quiet(6)]) for k in range(5)]
    line = line_of(np.concatenate(pieces))
    assert "muted" not in {s.kind for s in line.segments}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("level_db", [-12, -40])
@pytest.mark.parametrize("name", ["europe", "uk", "us", "russia"])
def test_ringing_through_a_codec(name: str, level_db: float, codec: str, tmp_path: Path) -> None:
    sound = on_a_line(quiet(1), ringing(SETS[name].ring, 0, 12, level_db), quiet(1), noise_db=-70)
    path = encode(tmp_path / "ring", resample_poly(sound, 1, 2)[None], 8000, *CODECS[codec])
    [found] = find_tones(spectrum(decode(path).samples[0]), "europe")
    assert found.kind == "ring"
    assert found.start_s == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("name", SETS)
def test_ringing_clipped_to_a_square_wave(name: str) -> None:
    sound = np.clip(on_a_line(ringing(SETS[name].ring, 0, 14), quiet(1)) * 50, -0.5, 0.5)
    [found] = find_tones(spectrum(sound.astype(np.float32)), name)
    assert found.kind == "ring"


@pytest.mark.parametrize("offset", [-0.5, 0.3])
def test_ringing_on_an_offset(offset: float) -> None:
    sound = on_a_line(ringing(SETS["uk"].ring, 0, 10), quiet(1)) + np.float32(offset)
    [found] = find_tones(spectrum(sound), "uk")
    assert (found.kind, found.end_s) == ("ring", pytest.approx(9.4, abs=0.8))


def test_hum_is_nothing() -> None:
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    hum = np.sum([np.sin(2 * np.pi * 50 * k * time_s) / k for k in (1, 2, 3, 5)], axis=0) * 0.1
    line = line_of(hum.astype(np.float32))
    assert [s.kind for s in line.segments] == ["silence"]


def test_music_with_a_voice_over_it_is_music() -> None:
    """Chords that go on under somebody reading, as a queue has them."""
    voice = talk(14, 34)
    time_s = np.arange(len(voice)) / RATE_HZ
    bar = (time_s // 1.5).astype(int) % 4
    notes = np.array([[262, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]])[bar]
    waves = [np.sin(2 * np.pi * notes[:, n] * k * time_s) / k for n in range(3) for k in (1, 2, 3)]
    music = (0.05 * np.sum(waves, axis=0)).astype(np.float32)
    line = line_of(np.concatenate([talk(34, 46), music + voice * 0.3, talk(46, 58)]))
    found = [(s.start_s, s.end_s) for s in line.segments if s.kind == "music"]
    inside_s = sum(max(0, min(b, 32) - max(a, 12)) for a, b in found)
    outside_s = sum(b - a for a, b in found) - inside_s
    assert inside_s > 17
    assert outside_s < 3


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0), np.zeros(1), np.zeros(1600), np.full(32000, 1.0), np.full(32000, -0.7),
        np.sign(np.sin(np.arange(64000))), np.full(48000, 1e-30), np.eye(1, 32000)[0],
    ],
    ids=["none", "one", "0.1 s", "offset", "negative", "square", "denormal", "click"],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_odd_input_has_a_line_of_plain_numbers(samples) -> None:
    sound = samples.astype(np.float32)
    for lanes in ([sound], [sound, sound * 0.5]):
        line = line_of(*lanes)
        assert all(0 <= s.start_s < s.end_s <= len(sound) / RATE_HZ + 0.1 for s in line.segments)
        assert not {s.kind for s in line.segments} & {"ring", "busy", "reorder"}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), level_db=st.sampled_from([-90, -40, -3]),
       seconds=st.sampled_from([0.1, 0.7, 3.0, 9.0]), cut=st.booleans())  # fmt: skip
def test_noise_of_any_kind_is_no_tone(seed, level_db, seconds, cut) -> None:
    sound = noise(seconds, level_db, seed)
    sound = np.clip(sound, -0.1, 0.1) if cut else sound
    assert find_tones(spectrum(sound), "uk") == []


def test_what_another_sound_cuts_in_two_is_one_burst() -> None:
    """A burst found twice once made the search for rhythms go round for ever."""
    sound = spectrum(sample_call("rd-1011").samples[0])
    bursts = _listen(sound, _around(sound), SETS["europe"].ring.hz).bursts
    assert bursts
    assert len(set(bursts)) == len(bursts)
