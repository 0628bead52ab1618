"""A playable copy of a recording: browsers can't play GSM or mu-law."""

import contextlib
import os
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from auricle.errors import RecordingError
from auricle.messages import N_
from ingest.audio import RATE_HZ, Audio, Samples

BIT_RATE = 24_000
"""Per channel: transparent for telephone speech (Opus listening tests, RFC 6716 section 1)."""
PLAYABLE = {"ogg/opus": ".ogg", "ogg/vorbis": ".ogg", "flac/flac": ".flac"}
"""What is copied (``Audio.format``). MP3 isn't: players disagree on where it starts."""
_BLOCK = RATE_HZ
"""Samples handed over at once."""


def write_playback(audio: Audio, source: Path, target: Path) -> Path:
    """Write the playable copy of ``source`` to ``target`` plus a suffix; all or nothing.

    A file that every browser plays, with exact times, is copied as it is; others become Ogg Opus.
    Raises RecordingError when the disk can't take it.
    """
    suffix = PLAYABLE.get(audio.format)
    path = target.with_name(target.name + (suffix or ".ogg"))
    partial = target.with_name(target.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if suffix:
            shutil.copyfile(source, partial)
        else:
            write_samples(audio.samples, partial)
        os.replace(partial, path)
    except (OSError, av.error.FFmpegError) as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise RecordingError(
            N_("The playable copy {path} can't be written: {error}.").format(
                path=path, error=error
            ),
            N_("Free disk space or correct the folder's permissions, then run again."),
        ) from error
    return path


def write_samples(samples: Samples, path: Path) -> None:
    """Write samples, shape (channels, samples) at ``RATE_HZ``, as Ogg Opus."""
    channels = len(samples)
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream(
            "libopus", rate=RATE_HZ, options={"compression_level": "0", "application": "voip"}
        )
        stream.bit_rate = BIT_RATE * channels
        stream.layout = "stereo" if channels == 2 else "mono"
        # Interleaved 16-bit samples, as the encoder takes them.
        pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16).T.reshape(1, -1)
        for start in range(0, pcm.shape[1], _BLOCK * channels):
            block = np.ascontiguousarray(pcm[:, start : start + _BLOCK * channels])
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout=stream.layout.name)
            frame.sample_rate = RATE_HZ
            frame.pts = start // channels
            frame.time_base = Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
