"""Where a channel holds a voice: Silero's voice-activity model, run over pieces of any length.

faster-whisper has the same, but pads, copies and transforms a whole recording at once: 1.2 GB for
an hour. In pieces that fit the processor's cache it takes a tenth of the memory and is faster.
"""

from functools import cache

import numpy as np
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray

from ingest.audio import RATE_HZ, Samples

_WINDOW, _CONTEXT = 512, 64
"""Samples the model judges at once, and what it is shown of the window before."""
_STATE = 128
_WINDOWS_AT_ONCE = 1024
_FLOOR_DBFS = -50.0
"""White noise over which every channel is heard. The model goes deaf to clean speech, for minutes,
where parts of the spectrum are empty: a telephone's above 4 kHz, and all of it in digital silence.
Speech is 24 dB louder at the -20 dBm0 networks are planned for."""

_FAINT_PEAK, _USUAL_PEAK, _MOST_GAIN = 0.1, 0.3, 30.0
"""Speech at the -20 dBm0 networks are planned for (ITU-T G.168) peaks at .3; the model is deaf to
what is 20 dB fainter. More gain would raise a quiet line's own noise to a voice's level."""
_PEAK_PERCENTILE, _EVERY = 99.9, 16

_BEGIN, _END = 0.3, 0.15
"""More willing than Silero's defaults (0.5 and 0.35): a turn's first word is often soft, and what
isn't speech after all is caught again by the recogniser's guards."""
_SHORTEST_S = 0.1
_SHORTEST_PAUSE_S = 0.4
MARGIN_S = 0.3
"""What is added on either side of a voice, where there is room."""


def find_voice(channel: Samples) -> list[tuple[float, float]]:
    """Stretches with a voice, (start_s, end_s), of a channel of shape (samples,) at ``RATE_HZ``."""
    return _stretches(_probability(channel, _gain(channel)), len(channel))


def _gain(channel: Samples) -> float:
    """What brings a faint channel to the usual level; 1 for all others."""
    if not len(channel):
        return 1.0
    peak = float(np.percentile(np.abs(channel[::_EVERY]), _PEAK_PERCENTILE))
    return 1.0 if peak >= _FAINT_PEAK else min(_USUAL_PEAK / max(peak, 1e-6), _MOST_GAIN)


@cache
def _floor() -> Samples:
    """The noise of one piece, the same in each: the same sound has the same voices."""
    noise = np.random.default_rng(0).standard_normal(_WINDOW * _WINDOWS_AT_ONCE, np.float32)
    return np.asarray(noise * 10 ** (_FLOOR_DBFS / 20), np.float32)


def _probability(channel: Samples, gain: float) -> NDArray[np.float32]:
    """Shape (windows,): how likely each holds a voice."""
    session = get_vad_model().session
    hidden = cell = np.zeros((1, 1, _STATE), np.float32)
    before = np.zeros(_CONTEXT, np.float32)
    step = _WINDOW * _WINDOWS_AT_ONCE
    found = [np.zeros(0, np.float32)]
    for start in range(0, len(channel), step):
        piece = channel[start : start + step] * np.float32(gain)
        piece = np.pad(piece + _floor()[: len(piece)], (0, -len(piece) % _WINDOW))
        windows = piece.reshape(-1, _WINDOW)
        context = np.concatenate([before[None], windows[:-1, -_CONTEXT:]])
        before = windows[-1, -_CONTEXT:]
        output, hidden, cell = session.run(
            None,
            {"input": np.concatenate([context, windows], axis=1), "h": hidden, "c": cell},
        )
        found.append(np.asarray(output, np.float32).reshape(-1))
    return np.concatenate(found)


def _stretches(probability: NDArray[np.float32], samples: int) -> list[tuple[float, float]]:
    """A voice begins above one threshold and ends where, below a lower one, a pause begins."""
    spans: list[list[int]] = []
    start: int | None = None
    pause: int | None = None
    for index, value in enumerate(probability.tolist()):
        at = index * _WINDOW
        if value >= _BEGIN:
            pause = None
            start = at if start is None else start
        elif value < _END and start is not None:
            pause = at if pause is None else pause
            if at - pause >= _SHORTEST_PAUSE_S * RATE_HZ:
                spans.append([start, pause])
                start = pause = None
    if start is not None:
        spans.append([start, samples])
    spans = [span for span in spans if span[1] - span[0] > _SHORTEST_S * RATE_HZ]
    return _widened(spans, samples)


def _widened(spans: list[list[int]], samples: int) -> list[tuple[float, float]]:
    """With a margin on either side, as far as the next voice leaves room for it."""
    margin = round(MARGIN_S * RATE_HZ)
    found = []
    for index, (start, end) in enumerate(spans):
        before = start - spans[index - 1][1] if index else 2 * margin + start
        after = spans[index + 1][0] - end if index + 1 < len(spans) else 2 * margin
        first = start - min(margin, before // 2)
        last = end + min(margin, after // 2)
        found.append((max(0, first) / RATE_HZ, min(samples, last) / RATE_HZ))
    return found
