"""The playable copy: what a browser plays, at the same second."""

from pathlib import Path

import numpy as np
import pytest
from helpers_audio import encode, hum, sample_call, write_wav
from helpers_clinic import recording
from helpers_odd_files import USABLE, Odd

from auricle.errors import RecordingError
from ingest.audio import RATE_HZ, decode
from ingest.playback import write_playback


@pytest.mark.parametrize("channels", [1, 2])
def test_the_copy_sounds_like_the_recording(channels: int, tmp_path: Path) -> None:
    samples = hum(3, RATE_HZ, channels)
    samples[:, : 2 * RATE_HZ] = 0  # the sound begins at the second second
    source = write_wav(tmp_path / "a.wav", samples, RATE_HZ)
    audio = decode(source)
    copy = write_playback(audio, source, tmp_path / "media" / "abc")
    assert copy == tmp_path / "media" / "abc.ogg"
    again = decode(copy)
    assert again.duration_s == pytest.approx(audio.duration_s, abs=0.05)
    assert len(again.samples) == channels
    for lane, heard in zip(audio.samples, again.samples, strict=True):
        begins = np.flatnonzero(np.abs(heard) > 0.1)[0] / RATE_HZ
        assert begins == pytest.approx(2.0, abs=0.02)
        assert np.std(heard) == pytest.approx(np.std(lane), rel=0.1)
    assert [path.name for path in copy.parent.iterdir()] == ["abc.ogg"]


@pytest.mark.parametrize("call_id", ["rd-1010", "rd-1015"])
def test_what_browsers_play_is_copied_as_it_is(call_id: str, tmp_path: Path) -> None:
    source = recording(call_id)
    copy = write_playback(sample_call(call_id), source, tmp_path / "abc")
    assert copy.suffix == {".opus": ".ogg", ".flac": ".flac"}[source.suffix]
    assert copy.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("odd", USABLE, ids=str)
def test_every_usable_file_has_a_copy_that_plays(odd: Odd, tmp_path: Path) -> None:
    odd.make(tmp_path)
    audio = decode(tmp_path / odd.name)
    copy = write_playback(audio, tmp_path / odd.name, tmp_path / "media" / "abc")
    assert copy.suffix in (".ogg", ".flac")
    assert decode(copy).duration_s == pytest.approx(audio.duration_s, abs=0.1)


@pytest.mark.parametrize("form", ["wav", "flac"])
def test_a_disk_that_cannot_take_it_is_a_recording_error(form: str, tmp_path: Path) -> None:
    source = encode(tmp_path / "a", hum(1), 8000, {"wav": "pcm_s16le", "flac": "flac"}[form], form)
    (tmp_path / "media").write_text("a file where the folder should be")
    with pytest.raises(RecordingError, match="can't be written") as caught:
        write_playback(decode(source), source, tmp_path / "media" / "abc")
    assert "disk space" in caught.value.remedy


def test_an_older_copy_is_replaced_whole(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", hum(1))
    target = tmp_path / "abc"
    (tmp_path / "abc.ogg").write_text("half of a copy")
    (tmp_path / "abc.partial").write_text("of a run that was killed")
    copy = write_playback(decode(source), source, target)
    assert decode(copy).duration_s == pytest.approx(1.0, abs=0.05)
    assert not (tmp_path / "abc.partial").exists()
