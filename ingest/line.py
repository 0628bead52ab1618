"""What each stretch of the line carries: ringing, music, speech or nothing."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from auricle.models import Line, LineFact, Segment
from ingest.audio import RATE_HZ, Audio, Samples
from ingest.music import SHORTEST_S, find_music
from ingest.onset import find_onset
from ingest.quiet import find_muted
from ingest.spectrum import HOP_S, Spectrum, spectrum
from ingest.tones import find_tones
from ingest.voices import find_voice

VERSION = "7"
"""Changes whenever the same audio could give another line: part of every stored fingerprint."""

LONGEST_OPENING_S = 180.0
"""Ringing that begins later than this after the first is another: a transfer."""
DEAD_AIR_S = 3.0
"""A pause in conversation is rarely longer (Heldner and Edlund 2010: 99 % of gaps below 2 s)."""

_SHORTEST_SPEECH_S = 0.15
_CROSSTALK_DB = -20.0
"""Two people on one line differ by less (ITU-T P.56 levels of handsets: within 15 dB); hybrids and
headsets leak at -25 dB and below (ITU-T G.122)."""
_CROSSTALK_SHARE = 0.6
"""A leak is there only while the other side talks, give or take the edges."""

Span = tuple[float, float]


def find_voices(audio: Audio) -> list[list[Span]]:
    """Where each channel holds a voice, by Silero's voice-activity model: (start_s, end_s).

    Both at once: the model reads a channel from its beginning to its end, on one core.
    """
    with ThreadPoolExecutor(len(audio.samples)) as channels:
        return list(channels.map(find_voice, audio.samples))


def analyse(audio: Audio, voices: list[list[Span]], tones: str) -> Line:
    """The line as the audio shows it, before anybody's words are known.

    ``voices``: from ``find_voices``. ``tones``: the preferred country's.

    Segments ``ring``, ``music`` and ``silence`` hold for the whole call; ``busy`` and ``reorder``
    name the channel if only one carries them; ``speech``, ``muted`` and ``noise`` (the other side's
    voice leaking in) belong to one channel. ``answered_at_s`` is the first voice after the
    ringing. Whether speech is a recorded announcement, music a queue or a hold, and a muted channel
    a hold or its end, is known only once the words are: ``transcribe.answer`` settles that.
    """
    shared: list[Segment] = []
    speech: list[Segment] = []
    muted: list[Segment] = []
    seen: list[Spectrum] = []
    for index, (channel, voiced) in enumerate(zip(audio.samples, voices, strict=True)):
        seen.append(spectrum(channel))
        ringing = find_tones(seen[index], tones)
        spans = [(s.start_s, s.end_s) for s in ringing]
        music = subtract(find_music(seen[index], voiced), spans)
        music = [(a, b) for a, b in music if b - a >= SHORTEST_S]
        shared += [s.model_copy(update={"channel": index}) for s in ringing]
        shared += [
            Segment(kind="music", start_s=a, end_s=min(b, audio.duration_s), confidence=0.9)
            for a, b in music
        ]
        for start_s, end_s in subtract(voiced, spans + music):
            if end_s - start_s >= _SHORTEST_SPEECH_S:
                speech.append(Segment(kind="speech", start_s=start_s, end_s=end_s, channel=index))
        muted += [
            Segment(kind="muted", start_s=a, end_s=min(b, audio.duration_s), channel=index)
            for a, b in find_muted(seen[index].level_db, voiced)
        ]
    shared = [s for kind in ("ring", "busy", "reorder", "music") for s in _union(shared, kind)]
    if len(audio.samples) == 2:
        speech = [
            s.model_copy(update={"kind": "noise"}) if _crosstalk(s, speech, audio) else s
            for s in speech
        ]
    busy = [(s.start_s, s.end_s) for s in shared + speech]
    quiet = [
        Segment(kind="silence", start_s=a, end_s=b)
        for a, b in subtract([(0.0, audio.duration_s)], busy)
        if b - a >= DEAD_AIR_S
    ]
    rings = [s for s in shared if s.kind == "ring"]
    segments = sorted(
        shared + quiet + muted + speech, key=lambda s: (s.start_s, s.end_s, s.kind, s.channel or 0)
    )
    return Line(
        ring_s=_ring(rings), answered_at_s=_answer(rings, speech, seen), segments=tuple(segments)
    )


def _ring(rings: list[Segment]) -> LineFact | None:
    if not rings:
        return None
    return LineFact(
        value_s=round(rings[-1].end_s - rings[0].start_s, 2),
        source="audio",
        precision_s=2 * HOP_S,
        confidence=max(s.confidence for s in rings),
    )


def _answer(rings: list[Segment], speech: list[Segment], seen: list[Spectrum]) -> float | None:
    """The first voice after the ringing; None without ringing or without a voice after it.

    The voice-activity model hears people in the background, too, so that it is the level that tells
    when somebody begins to talk to the caller.
    """
    if not rings:
        return None
    opening = [r for r in rings if r.start_s <= rings[0].start_s + LONGEST_OPENING_S]
    after_s = opening[-1].end_s
    ringing = (opening[0].start_s, after_s)
    # Who hears the ringing hears the answer from the same side.
    sides = {r.channel for r in opening if r.channel is not None} or range(len(seen))
    onsets = [
        find_onset(
            seen[side],
            ringing,
            [
                (max(s.start_s, after_s), s.end_s)
                for s in speech
                if s.kind == "speech" and s.channel == side and s.end_s > after_s + HOP_S
            ],
        )
        for side in sides
    ]
    return min((onset for onset in onsets if onset is not None), default=None)


def _crosstalk(segment: Segment, speech: list[Segment], audio: Audio) -> bool:
    """Whether a voice on one channel is the other side's, leaking: faint, and while it talks."""
    together_s = sum(
        max(0.0, min(segment.end_s, s.end_s) - max(segment.start_s, s.start_s))
        for s in speech
        if s.channel != segment.channel
    )
    if together_s < _CROSSTALK_SHARE * (segment.end_s - segment.start_s):
        return False
    span = slice(round(segment.start_s * RATE_HZ), round(segment.end_s * RATE_HZ))
    power = [float(np.mean(lane[span].astype(np.float64) ** 2)) for lane in audio.samples]
    own = segment.channel or 0
    return bool(10 * np.log10((power[own] + 1e-12) / (power[1 - own] + 1e-12)) < _CROSSTALK_DB)


def _union(segments: list[Segment], kind: str) -> list[Segment]:
    """Segments of one kind, those overlapping (heard on both channels) made one."""
    merged: list[Segment] = []
    for segment in sorted((s for s in segments if s.kind == kind), key=lambda s: s.start_s):
        if merged and segment.start_s <= merged[-1].end_s:
            last = merged[-1]
            merged[-1] = last.model_copy(
                update={
                    "channel": last.channel if last.channel == segment.channel else None,
                    "end_s": max(last.end_s, segment.end_s),
                    "confidence": max(last.confidence, segment.confidence),
                }
            )
        else:
            merged.append(segment)
    return merged


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """``spans`` without the ``holes``, both (start_s, end_s), in order of time."""
    result = sorted(spans)
    for hole_start, hole_end in holes:
        cut: list[Span] = []
        for start, end in result:
            if hole_end <= start or hole_start >= end:
                cut.append((start, end))
                continue
            if start < hole_start:
                cut.append((start, hole_start))
            if hole_end < end:
                cut.append((hole_end, end))
        result = cut
    return [(round(float(start), 3), round(float(end), 3)) for start, end in sorted(result)]


def loudness(samples: Samples, rate_hz: float) -> list[list[int]]:
    """Peak level for drawing: per channel, ``rate_hz`` values a second, 0..255.

    The square root of the amplitude is kept, so that a quiet speaker stays visible.
    """
    step = round(RATE_HZ / rate_hz)
    usable = samples[:, : samples.shape[1] // step * step]
    peaks = np.abs(usable).reshape(len(samples), -1, step).max(axis=2)
    return [[int(v) for v in lane] for lane in np.sqrt(np.clip(peaks, 0, 1)) * 255]
