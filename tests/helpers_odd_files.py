"""Files as they really turn up in folders of recordings: each a function that makes one."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from helpers_audio import encode, hum, write_float_wav, write_wav


@dataclass(frozen=True)
class Odd:
    """A file that is odd but usable, or bad for the reason given."""

    make: Callable[[Path], object]
    """Writes it into a folder."""
    name: str
    reason: str = ""
    """Part of the reason for which it can't be used; empty: it can."""
    seconds: float = 2.0
    channels: int = 1
    rate_hz: int = 8000
    layout: str = "mono"
    notice: str = ""
    """Part of the notice with which it is used."""

    def __str__(self) -> str:
        return self.name[:20].encode("ascii", "replace").decode()


def truncated(path: Path, share: float) -> None:
    path.write_bytes(path.read_bytes()[: round(path.stat().st_size * share)])


def cut_wav(folder: Path) -> None:
    truncated(write_wav(folder / "cut.wav", hum(10)), 0.4)


def cut_flac(folder: Path) -> None:
    truncated(encode(folder / "cut.flac", hum(10, 16_000), 16_000, "flac", "flac"), 0.5)


def cut_opus(folder: Path) -> None:
    truncated(encode(folder / "cut.ogg", hum(10, 16_000), 16_000, "libopus", "ogg"), 0.5)


def flac_head(folder: Path) -> None:
    path = encode(folder / "head.flac", hum(2), 8000, "flac", "flac")
    path.write_bytes(path.read_bytes()[:30])


def mulaw(folder: Path) -> None:
    whole = encode(folder / "whole.tmp", hum(2), 8000, "pcm_mulaw", "mulaw")
    whole.rename(folder / "asterisk.ulaw")


def gsm(folder: Path) -> None:
    """100 frames of 20 ms; each begins with GSM 06.10's signature."""
    (folder / "asterisk.gsm").write_bytes((b"\xd8" + bytes(32)) * 100)


def mp3_named_wav(folder: Path) -> None:
    encode(folder / "really_mp3.wav", hum(2), 8000, "libmp3lame", "mp3")


def wav_named_mp3(folder: Path) -> None:
    write_wav(folder / "really_wav.mp3", hum(2, hz=330))


def video(folder: Path) -> None:
    with av.open(str(folder / "screen.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def holes(folder: Path) -> None:
    samples = hum(2)
    samples[0, 100:200] = np.nan
    samples[0, 300] = np.inf
    write_float_wav(folder / "nan.wav", samples)


def too_loud(folder: Path) -> None:
    """Sixteen-bit numbers written as floats, as some converters do."""
    write_float_wav(folder / "loud.wav", hum(2, hz=250) * 30_000)


def fake_stereo(folder: Path) -> None:
    one = hum(2, hz=260)
    write_wav(folder / "same_twice.wav", np.concatenate([one, one * 0.5]))


def one_silent(folder: Path) -> None:
    one = hum(2, hz=270)
    write_wav(folder / "one_silent.wav", np.concatenate([one, np.zeros_like(one)]))


def not_utf8(folder: Path) -> None:
    write_wav(folder / "plain.wav", hum(2, hz=280))
    os.rename(folder / "plain.wav", os.fsencode(folder) + b"/caf\xe9.wav")


def loop(folder: Path) -> None:
    (folder / "loop.wav").symlink_to("loop.wav")


USABLE = [
    Odd(cut_wav, "cut.wav", seconds=4, notice="promises 10 s"),
    Odd(cut_flac, "cut.flac", seconds=5, rate_hz=16_000, notice="breaks off"),
    Odd(cut_opus, "cut.ogg", seconds=5, rate_hz=48_000),
    Odd(lambda f: write_wav(f / "6ch.wav", hum(2, 96_000, 6), 96_000), "6ch.wav",
        channels=6, rate_hz=96_000),
    Odd(lambda f: write_wav(f / "8bit.wav", hum(2, hz=300), width=1), "8bit.wav"),
    Odd(lambda f: write_wav(f / "UPPER.WAV", hum(2, hz=310)), "UPPER.WAV"),
    Odd(mulaw, "asterisk.ulaw"),
    Odd(gsm, "asterisk.gsm"),
    Odd(lambda f: encode(f / "alaw.wav", hum(2, hz=320), 8000, "pcm_alaw", "wav"), "alaw.wav"),
    Odd(lambda f: encode(f / "m.m4a", hum(2, 16_000, 2), 16_000, "aac", "mp4"), "m.m4a",
        channels=2, rate_hz=16_000, layout="stereo"),
    Odd(mp3_named_wav, "really_mp3.wav"),
    Odd(wav_named_mp3, "really_wav.mp3"),
    Odd(holes, "nan.wav"),
    Odd(too_loud, "loud.wav"),
    Odd(fake_stereo, "same_twice.wav", channels=2, layout="fake_stereo"),
    Odd(one_silent, "one_silent.wav", channels=2, layout="fake_stereo"),
    Odd(lambda f: write_wav(f / "silence.wav", np.zeros((1, 16_000), np.float32)), "silence.wav"),
    Odd(lambda f: write_wav(f / f"{'x' * 251}.wav", hum(2, hz=340)), f"{'x' * 251}.wav"),
    Odd(not_utf8, os.fsdecode(b"caf\xe9.wav")),
    Odd(lambda f: write_wav(f / "two\nlines \U0001f4de.wav", hum(2, hz=350)),
        "two\nlines \U0001f4de.wav"),
]  # fmt: skip

BAD = [
    Odd(lambda f: (f / "empty.wav").touch(), "empty.wav", "The file is empty"),
    Odd(lambda f: (f / "empty2.mp3").touch(), "empty2.mp3", "The file is empty"),
    Odd(lambda f: (f / "text.wav").write_text("Sorry, no recording.\n" * 50), "text.wav",
        "FFmpeg can't decode it"),
    Odd(lambda f: (f / "page.mp3").write_text("<!DOCTYPE html><title>404</title>"), "page.mp3",
        "FFmpeg can't decode it"),
    Odd(lambda f: (f / "zeros.wav").write_bytes(bytes(4096)), "zeros.wav", "can't decode it"),
    Odd(lambda f: write_wav(f / "nothing.wav", hum(0)), "nothing.wav", "0.000 s of sound"),
    Odd(lambda f: write_wav(f / "sample.wav", hum(1 / 8000)), "sample.wav", "0.000 s of sound"),
    Odd(lambda f: write_wav(f / "click.wav", hum(0.05)), "click.wav", "0.050 s of sound"),
    Odd(flac_head, "head.flac", "can't decode it"),
    Odd(video, "screen.mp4", "no audio stream"),
]  # fmt: skip

UNREADABLE = [
    Odd(lambda f: (f / "dangling.wav").symlink_to("gone.wav"), "dangling.wav", "No such file"),
    Odd(loop, "loop.wav", "symbolic links"),
    Odd(lambda f: os.mkfifo(f / "pipe.wav"), "pipe.wav", "not a file"),
    Odd(lambda f: (f / "device.wav").symlink_to("/dev/zero"), "device.wav", "not a file"),
]  # fmt: skip
"""Found while the folder is searched; nothing ever opens them to decode."""

IGNORED = [
    Odd(lambda f: (f / "notes.txt").write_text("call back"), "notes.txt"),
    Odd(lambda f: (f / "folder.wav").mkdir(), "folder.wav"),
    Odd(lambda f: (f / ".hidden.wav").write_text("half a download"), ".hidden.wav"),
]  # fmt: skip
