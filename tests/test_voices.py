"""Voice activity in pieces gives what faster-whisper's does at once."""

import numpy as np
import pytest
from faster_whisper.vad import VadOptions, get_speech_timestamps
from helpers_audio import noise, sample_call

from ingest.audio import RATE_HZ
from ingest.voices import find_voice

OPTIONS = VadOptions(
    threshold=0.3, min_speech_duration_ms=100, min_silence_duration_ms=400, speech_pad_ms=300
)


def at_once(channel):
    found = get_speech_timestamps(channel.copy(), OPTIONS, RATE_HZ)
    return [(s["start"] / RATE_HZ, s["end"] / RATE_HZ) for s in found]


@pytest.mark.parametrize("call_id", ["rd-1003", "rd-1010", "rd-1013", "rd-1016", "rd-1020"])
def test_pieces_give_the_same_as_the_whole(call_id: str) -> None:
    for channel in sample_call(call_id).samples:
        found, expected = np.array(find_voice(channel)), np.array(at_once(channel))
        assert found.shape == expected.shape
        assert np.allclose(found, expected, atol=0.04)


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
