"""Decoding: every file is a usable Audio, or a reason and a remedy."""

import os
from pathlib import Path

import numpy as np
import pytest
from helpers_audio import encode, hum, sample_call, write_wav
from helpers_odd_files import BAD, UNREADABLE, USABLE, Odd
from hypothesis import given
from hypothesis import strategies as st

from auricle.errors import RecordingError
from ingest.audio import RATE_HZ, decode

NOBODY = 65534


@pytest.mark.parametrize("odd", USABLE, ids=str)
def test_odd_files_that_can_be_used(odd: Odd, tmp_path: Path) -> None:
    odd.make(tmp_path)
    audio = decode(tmp_path / odd.name)
    lanes = 2 if odd.layout == "stereo" else 1
    assert audio.samples.shape[0] == lanes
    assert audio.samples.dtype == np.float32
    assert audio.duration_s == pytest.approx(odd.seconds, abs=0.15 * odd.seconds)
    assert audio.duration_s == round(audio.samples.shape[1] / RATE_HZ, 3)
    assert (audio.channels, audio.sample_rate_hz, audio.layout) == (
        odd.channels, odd.rate_hz, odd.layout,
    )  # fmt: skip
    assert np.isfinite(audio.samples).all()
    assert np.abs(audio.samples).max() <= 1
    if odd.notice:
        assert odd.notice in audio.notice


@pytest.mark.parametrize("odd", BAD, ids=str)
def test_bad_files_have_a_reason_and_a_remedy(odd: Odd, tmp_path: Path) -> None:
    odd.make(tmp_path)
    with pytest.raises(RecordingError) as caught:
        decode(tmp_path / odd.name)
    assert odd.reason in caught.value.reason
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize("odd", [odd for odd in UNREADABLE if "link" in odd.reason], ids=str)
def test_what_cannot_be_opened(odd: Odd, tmp_path: Path) -> None:
    odd.make(tmp_path)
    with pytest.raises(RecordingError, match="can't be read"):
        decode(tmp_path / odd.name)


def test_a_folder_is_not_a_recording(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"can't be read|can't decode"):
        decode(tmp_path)


def test_no_permission(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "secret.wav", hum(1))
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)  # root may read everything
    try:
        with pytest.raises(RecordingError, match="Permission denied"):
            decode(path)
    finally:
        os.seteuid(user)


@given(junk=st.binary(max_size=400))
def test_junk_never_fails_otherwise(junk: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.wav"
    for head in (b"", b"RIFF\x24\x01\x00\x00WAVEfmt ", b"OggS\x00\x02", b"fLaC", b"\xff\xfb\x90"):
        path.write_bytes(head + junk)
        try:
            audio = decode(path)
        except RecordingError as error:
            assert error.reason and error.remedy
        else:
            assert np.isfinite(audio.samples).all()


@given(share=st.floats(0, 1))
def test_a_file_broken_off_anywhere(share: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = folder / "whole.flac"
    if not whole.exists():
        encode(whole, hum(3), 8000, "flac", "flac")
    part = folder / "part.flac"
    part.write_bytes(whole.read_bytes()[: round(share * whole.stat().st_size)])
    try:
        audio = decode(part)
    except RecordingError as error:
        assert error.remedy
    else:
        assert 0.1 <= audio.duration_s <= 3.001


@pytest.mark.parametrize(
    ("codec", "form", "suffix"),
    [("pcm_s16le", "wav", "wav"), ("flac", "flac", "flac"), ("libmp3lame", "mp3", "mp3"),
     ("libopus", "ogg", "opus"), ("aac", "mp4", "m4a"), ("pcm_mulaw", "au", "au")],
)  # fmt: skip
def test_every_format_carries_the_same_sound(
    codec: str, form: str, suffix: str, tmp_path: Path
) -> None:
    rate_hz = 16_000
    path = encode(tmp_path / f"x.{suffix}", hum(2, rate_hz, 2), rate_hz, codec, form)
    audio = decode(path)
    assert audio.layout == "stereo"
    wanted = hum(2, RATE_HZ, 2)
    length = min(audio.samples.shape[1], wanted.shape[1])
    for got, expected in zip(audio.samples[:, :length], wanted[:, :length], strict=True):
        # Lossy coders delay a little: compare spectra, not samples.
        peak = np.abs(np.fft.rfft(got)).argmax() * RATE_HZ / length
        true = np.abs(np.fft.rfft(expected)).argmax() * RATE_HZ / length
        assert peak == pytest.approx(true, abs=2)
        assert np.std(got) == pytest.approx(np.std(expected), rel=0.1)


def test_layouts_of_the_sample_clinic() -> None:
    assert sample_call("rd-1010").layout == "stereo"
    assert sample_call("rd-1012").layout == "mono"
    fake = sample_call("rd-1014")
    assert (fake.layout, fake.channels, len(fake.samples)) == ("fake_stereo", 2, 1)


@pytest.mark.parametrize("gain", [1.0, 0.3, -1.0])
def test_one_signal_twice_is_fake_stereo_at_any_level(gain: float, tmp_path: Path) -> None:
    talk = sample_call("rd-1012").samples[:, 20 * RATE_HZ : 30 * RATE_HZ]
    path = write_wav(tmp_path / "x.wav", np.concatenate([talk, gain * talk]), RATE_HZ)
    assert decode(path).layout == "fake_stereo"


def test_two_people_with_a_leak_are_true_stereo(tmp_path: Path) -> None:
    left, right = sample_call("rd-1010").samples[:, : 20 * RATE_HZ]
    path = write_wav(
        tmp_path / "x.wav", np.stack([left + 0.1 * right, right + 0.1 * left]), RATE_HZ
    )
    assert decode(path).layout == "stereo"
