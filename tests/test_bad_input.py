"""Recordings that hold less than a call, or hold it oddly: a valid transcript, and the reason."""

from pathlib import Path

import numpy as np
import pytest
from helpers_audio import noise, sample_call
from scipy.io import wavfile

from auricle.commands.demo import SAMPLE
from auricle.commands.single import Listener
from auricle.models import Transcript
from auricle.settings import load_settings
from bench.line_maker import LINE_HZ, material, music_of
from ingest.audio import RATE_HZ, decode

SAID = "riverside"
START_S, LENGTH_S = 0.0, 14.0


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener(load_settings(SAMPLE / "auricle.toml"))


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """The beginning of a real call, shape (samples,)."""
    return sample_call("rd-1013").samples[0, : round(LENGTH_S * RATE_HZ)]


def heard(listener: Listener, path: Path) -> Transcript:
    _, transcript = listener.listen(path)
    assert Transcript.model_validate_json(transcript.model_dump_json(by_alias=True)) == transcript
    return transcript


def text(transcript: Transcript) -> str:
    return " ".join(turn.text for turn in transcript.turns).lower()


def test_eight_bits(listener: Listener, speech: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "eight.wav"
    wavfile.write(path, 8000, (speech[::2] * 100 + 128).clip(0, 255).astype(np.uint8))
    assert SAID in text(heard(listener, path))


def test_six_channels(listener: Listener, speech: np.ndarray, tmp_path: Path) -> None:
    """The voice is in the front; the other channels carry a room."""
    path = tmp_path / "six.wav"
    lanes = np.stack([noise(LENGTH_S, -70)[: len(speech)] for _ in range(6)])
    lanes[0] += speech
    lanes[1] += speech
    wavfile.write(path, RATE_HZ, (lanes.T * 32767).clip(-32768, 32767).astype("<i2"))
    assert decode(path).channels == 6
    assert SAID in text(heard(listener, path))


def test_a_stream_that_breaks_off(listener: Listener, tmp_path: Path) -> None:
    whole = (SAMPLE / "recordings" / "rd-1013.flac").read_bytes()
    path = tmp_path / "cut.flac"
    path.write_bytes(whole[: len(whole) // 4])
    transcript = heard(listener, path)
    assert SAID in text(transcript)
    assert transcript.duration_s < 30 and transcript.turns[-1].end_s <= transcript.duration_s


def test_half_the_call_in_a_language_nobody_expects(
    listener: Listener, speech: np.ndarray, tmp_path: Path
) -> None:
    """What follows is no language at all: backward speech. It spoils nothing that was said."""
    path = tmp_path / "two.wav"
    both = np.concatenate([speech, speech[::-1]])
    wavfile.write(path, RATE_HZ, (both * 32767).astype("<i2"))
    assert SAID in text(heard(listener, path))


@pytest.mark.parametrize("kind", ["music", "noise", "silence", "ringing"])
def test_nobody_speaks(listener: Listener, tmp_path: Path, kind: str) -> None:
    length, rng = 120 * LINE_HZ, np.random.default_rng(3)
    sounds = {
        "music": lambda: music_of(rng, material(None), length),
        "noise": lambda: noise(120, -40)[::2],
        "silence": lambda: np.zeros(length),
        "ringing": lambda: np.tile(
            np.concatenate([np.sin(np.arange(LINE_HZ) * 2 * np.pi * 425 / LINE_HZ) * 0.1,
                            np.zeros(4 * LINE_HZ)]), 24),
    }  # fmt: skip
    path = tmp_path / f"{kind}.wav"
    wavfile.write(path, LINE_HZ, (sounds[kind]() * 32767).astype("<i2"))
    transcript = heard(listener, path)
    assert transcript.turns == ()
    assert transcript.language == "" or transcript.provenance["dropped_words"]
    assert str(transcript.provenance["reason"]).endswith(".")
