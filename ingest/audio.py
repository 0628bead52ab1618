"""Decoding recordings: anything FFmpeg reads becomes float samples at one rate."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from auricle.errors import RecordingError
from auricle.messages import N_
from auricle.models import Layout

Samples = NDArray[np.float32]

RATE_HZ = 16_000
"""What the recognition and diarization models expect."""

SHORTEST_S = 0.1
"""Shorter than any word; such a file is a PBX artefact, not a call."""

_SAME_CHANNELS_DB = -40.0
"""Channels whose difference is this far below their sum carry one signal, codec noise aside."""

_LOUDEST = 4.0
"""Floats beyond this aren't overshoot: some converters write 16-bit numbers as floats."""

_HEADERLESS: dict[str, tuple[str, dict[str, str]]] = {
    # Asterisk's file formats without a header: the name says what FFmpeg can't see.
    ".ulaw": ("mulaw", {"sample_rate": "8000"}),
    ".ul": ("mulaw", {"sample_rate": "8000"}),
    ".pcm": ("mulaw", {"sample_rate": "8000"}),
    ".alaw": ("alaw", {"sample_rate": "8000"}),
    ".al": ("alaw", {"sample_rate": "8000"}),
    ".sln": ("s16le", {"sample_rate": "8000"}),
    ".sln16": ("s16le", {"sample_rate": "16000"}),
    ".g722": ("g722", {}),
    ".gsm": ("gsm", {}),
}

SUFFIXES = frozenset(_HEADERLESS) | {
    ".wav", ".wav49", ".wave", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".mp4", ".aac",
    ".amr", ".wma", ".webm", ".mka", ".aif", ".aiff", ".au", ".caf",
}  # fmt: skip
"""File names that are taken for recordings when a folder is searched (lower case)."""


@dataclass(frozen=True)
class Audio:
    """A decoded recording."""

    samples: Samples
    """Shape (channels, samples) at ``RATE_HZ``, -1..1. One or two channels."""
    channels: int
    """Channels in the file."""
    sample_rate_hz: int
    """Sample rate of the file."""
    layout: Layout
    format: str
    """FFmpeg's names of the file's container and codec, e.g. ``ogg/opus``."""
    notice: str = ""
    """What was wrong with the file though it could be used, for people."""

    @property
    def duration_s(self) -> float:
        return float(round(self.samples.shape[1] / RATE_HZ, 3))


def decode(path: Path) -> Audio:
    """Decode the first audio stream of a file.

    More than two channels are mixed down to one. A file that breaks off is used as far as it goes,
    with a notice. Raises RecordingError when there is nothing to use.
    """
    try:
        if path.stat().st_size == 0:
            raise RecordingError(
                N_("The file is empty."),
                N_("Look whether the PBX ran out of disk; export the call again."),
            )
        with _open(path) as container:
            if not container.streams.audio:
                raise RecordingError(
                    N_("The file holds no audio stream."),
                    N_("Give the recording itself, not a document."),
                )
            return _read(container, _promise(path))
    except (av.error.FFmpegError, ValueError) as error:
        raise RecordingError(
            N_("FFmpeg can't decode it: {error}.").format(error=_words(error)),
            N_("Play the file in a media player; if that fails too, export the call again."),
        ) from error
    except OSError as error:
        raise RecordingError(
            N_("The file can't be read: {error}.").format(error=error.strerror or error),
            N_("Check that it still exists and that this user may read it."),
        ) from error


@contextlib.contextmanager
def _open(path: Path) -> Iterator[Any]:
    form, options = _HEADERLESS.get(path.suffix.lower(), (None, {}))
    if _undecodable(path):  # FFmpeg takes only UTF-8 names: hand it the open file instead
        with path.open("rb") as file, av.open(file, format=form, options=options) as container:
            yield container
    else:
        with av.open(str(path), format=form, options=options) as container:
            yield container


def _promise(path: Path) -> float:
    """How many times its size a WAV's header promises: FFmpeg keeps quiet about a cut one."""
    with path.open("rb") as file:
        head = file.read(8)
    promised = int.from_bytes(head[4:8], "little") + 8
    known = head.startswith(b"RIFF") and 8 < promised < 0x7FFF0000  # else written as a stream
    return promised / path.stat().st_size if known else 1.0


def _undecodable(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _read(container: Any, promise: float) -> Audio:
    stream = container.streams.audio[0]
    channels = int(stream.codec_context.channels)
    rate_hz = int(stream.codec_context.sample_rate)
    layout = "stereo" if channels == 2 else "mono"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE_HZ, frame_size=RATE_HZ)
    blocks: list[Samples] = []
    notice = ""
    try:
        for frame in container.decode(stream):
            blocks += [_samples(block) for block in resampler.resample(frame)]
    except av.error.FFmpegError as error:
        notice = N_("The recording breaks off ({error}); the part before was used.").format(
            error=_words(error)
        )
    with contextlib.suppress(av.error.FFmpegError, ValueError):
        blocks += [_samples(block) for block in resampler.resample(None)]
    samples = np.concatenate(blocks, axis=1) if blocks else np.zeros((1, 0), np.float32)
    duration_s = samples.shape[1] / RATE_HZ
    if duration_s < SHORTEST_S:
        raise RecordingError(
            N_("It holds {seconds} s of sound, too little for a call.").format(
                seconds=f"{duration_s:.3f}"
            ),
            N_("Nothing to do if the caller hung up at once; otherwise export the call again."),
        )
    announced_s = max(float(container.duration or 0) / av.time_base, promise * duration_s)
    if not notice and announced_s - duration_s > max(1.0, 0.02 * announced_s):
        notice = N_(
            "The file promises {promised} s and holds {held} s; what is there was used."
        ).format(promised=f"{announced_s:.0f}", held=f"{duration_s:.0f}")
    np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    peak = float(np.abs(samples).max())
    if peak > _LOUDEST:
        samples /= peak
    np.clip(samples, -1.0, 1.0, out=samples)
    form: Layout = "mono"
    if channels == 2:
        form = "fake_stereo" if _same(samples) else "stereo"
        if form == "fake_stereo":
            samples = samples.mean(axis=0, keepdims=True)
    names = f"{container.format.name}/{stream.codec_context.codec.canonical_name}"
    return Audio(samples, channels, rate_hz, form, names, notice)


def _samples(block: av.AudioFrame) -> Samples:
    return block.to_ndarray().astype(np.float32, copy=False)


def _same(samples: Samples) -> bool:
    """Whether two channels carry one signal, possibly at different levels, or one is empty."""
    left, right = samples[0].astype(np.float64), samples[1].astype(np.float64)
    power_left, power_right = float(left @ left), float(right @ right)
    if min(power_left, power_right) <= 1e-9 * max(power_left, power_right, 1e-12):
        return True
    cross = float(left @ right)
    # What is left of the right channel after the best-fitting multiple of the left is taken away.
    residual = power_right - cross * cross / power_left
    return bool(10 * np.log10(max(residual, 1e-12) / power_right) < _SAME_CHANNELS_DB)


def _words(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower() or "unknown format"
