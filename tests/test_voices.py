"""Voice activity in pieces hears all that faster-whisper's does at once, and doesn't go deaf."""

from pathlib import Path

import numpy as np
import pytest
from faster_whisper.vad import VadOptions, get_speech_timestamps
from helpers_audio import noise, sample_call

from bench.hard_set import make_plain
from ingest.audio import RATE_HZ, decode
from ingest.voices import _floor, _gain, find_voice

OPTIONS = VadOptions(
    threshold=0.3, min_speech_duration_ms=100, min_silence_duration_ms=400, speech_pad_ms=300
)


def at_once(channel):
    """As faster-whisper hears a channel: as it is."""
    found = get_speech_timestamps(channel.copy(), OPTIONS, RATE_HZ)
    return [(s["start"] / RATE_HZ, s["end"] / RATE_HZ) for s in found]


def within(inner, outer):
    """The seconds of ``inner`` that lie in ``outer``, and those of ``inner``."""
    shared = sum(max(min(b, d) - max(a, c), 0.0) for a, b in inner for c, d in outer)
    return shared, sum(b - a for a, b in inner)


@pytest.mark.parametrize("call_id", ["rd-1003", "rd-1010", "rd-1013", "rd-1016", "rd-1020"])
def test_pieces_give_the_same_as_the_whole(call_id: str) -> None:
    """Over the same noise."""
    for channel in sample_call(call_id).samples:
        noisy = channel * np.float32(_gain(channel)) + np.resize(_floor(), len(channel))
        found, expected = find_voice(channel), at_once(noisy)
        same_s, whole_s = within(expected, found)
        assert same_s > whole_s - 0.2
        assert within(found, expected)[0] > within(found, found)[1] - 0.2


def test_the_model_does_not_go_deaf(tmp_path: Path) -> None:
    """Two clean calls with nothing above 4 kHz, of one of which the model misses 39 s by itself."""
    make_plain(tmp_path, seed=102, calls=2, length_s=210.0)
    rttm = (tmp_path / "references" / "hard.rttm").read_text("utf-8")
    missed_s = 0.0
    for name in ("plain-1-mono", "plain-2-mono"):
        [channel] = decode(tmp_path / "audio" / f"{name}.wav").samples
        fields = [line.split() for line in rttm.splitlines() if f" {name} " in line]
        said = [(float(one[3]), float(one[3]) + float(one[4])) for one in fields]
        heard_s, whole_s = within(said, find_voice(channel))
        assert whole_s - heard_s < 0.2
        missed_s += whole_s - within(said, at_once(channel))[0]
    assert missed_s > 30


def test_the_same_sound_has_the_same_voices() -> None:
    channel = sample_call("rd-1003").samples[0]
    assert find_voice(channel) == find_voice(channel.copy())


def test_a_faint_channel_is_heard_as_a_usual_one_is() -> None:
    channel = sample_call("rd-1003").samples[0]
    usual_s, faint_s = (
        sum(end_s - start_s for start_s, end_s in find_voice(sound))
        for sound in (channel, channel * np.float32(0.01))
    )
    assert faint_s == pytest.approx(usual_s, rel=0.05)


def test_no_sound_no_voice() -> None:
    assert find_voice(np.zeros(0, np.float32)) == []
    assert find_voice(np.zeros(3 * RATE_HZ, np.float32)) == []
    assert find_voice(noise(3, -40)) == []


@pytest.mark.parametrize("samples", [1, 511, 512, 513, 1600])
def test_any_length_will_do(samples: int) -> None:
    for start_s, end_s in find_voice(noise(1, -20)[:samples]):
        assert 0 <= start_s < end_s <= samples / RATE_HZ
