"""Ringback and busy tones in the audio: pure tones of known frequency in a known rhythm."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from auricle.models import Segment
from ingest.spectrum import HOP_S, Spectrum

_WIDTH_HZ = 25.0
"""Half width of the band around a nominal frequency: tolerance of exchanges plus the window's."""
_PURITY = 0.80
"""Share of a frame's power that must lie in the tone's bands. Speech stays below .6."""
_FLOOR_DB = -50.0
"""Quieter frames (dB below full scale) aren't tones: line noise has peaks too."""
_RHYTHM_TOLERANCE = 0.2
"""Accepted relative deviation of an on-time, beyond one frame at either end."""
_LONGEST_BREAK = 1.5
"""A pause of this many times the cadence's longest silence ends the ringing."""


class Tone(BaseModel):
    """Frequencies sounding together and the rhythm they are switched in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    hz: Annotated[tuple[float, ...], Field(min_length=1)]
    cadence_s: Annotated[tuple[float, ...], Field(min_length=2)]


class ToneSet(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    ring: Tone
    busy: Tone


@dataclass(frozen=True)
class _Run:
    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s


@lru_cache
def tone_sets() -> dict[str, ToneSet]:
    """All known countries' tones by name."""
    text = files("ingest").joinpath("tones.yaml").read_text(encoding="utf-8")
    return {name: ToneSet.model_validate(tones) for name, tones in yaml.safe_load(text).items()}


def find_tones(spectrum: Spectrum, preferred: str) -> list[Segment]:
    """Stretches of ringing and busy tone, from the first burst to the end of the last.

    All known sets are tried, ``preferred`` first; of overlapping finds the one that explains most
    of the time stands. Only complete rhythms count: bursts of the right length, and between them
    silences of the right length.
    """
    sets = tone_sets()
    names = [preferred, *sets] if preferred in sets else list(sets)
    found: list[Segment] = []
    seen: set[tuple[str, Tone]] = set()
    for name in names:
        kinds: tuple[tuple[Literal["ring", "busy"], Tone], ...] = (
            ("ring", sets[name].ring), ("busy", sets[name].busy),
        )  # fmt: skip
        for kind, tone in kinds:
            if (kind, tone) not in seen:
                seen.add((kind, tone))
                found += _stretches(kind, tone, _bursts(spectrum, tone))
    best = sorted(found, key=lambda s: (-(s.end_s - s.start_s) * s.confidence, s.start_s))
    kept: list[Segment] = []
    for segment in best:
        if all(segment.end_s <= k.start_s or segment.start_s >= k.end_s for k in kept):
            kept.append(segment)
    return sorted(kept, key=lambda s: s.start_s)


def _bursts(spectrum: Spectrum, tone: Tone) -> list[_Run]:
    in_band = np.zeros(len(spectrum.frequencies_hz), bool)
    for hz in tone.hz:
        in_band |= np.abs(spectrum.frequencies_hz - hz) <= _WIDTH_HZ
    band = spectrum.power[:, in_band].sum(axis=1)
    total = spectrum.power.sum(axis=1) + 1e-12
    on = (band / total > _PURITY) & (spectrum.level_db > _FLOOR_DB)
    if len(tone.hz) > 1:  # both must sound: one alone is another country's tone
        for hz in tone.hz:
            near = np.abs(spectrum.frequencies_hz - hz) <= _WIDTH_HZ
            on &= spectrum.power[:, near].sum(axis=1) > 0.1 * band
    return [run for run in _runs(on) if run.length_s >= 0.15]


def _runs(on: NDArray[np.bool_]) -> list[_Run]:
    """Stretches of true frames; a gap of one frame (a click) doesn't break them."""
    padded = np.concatenate([[False], on, [False]])
    closed = padded.copy()
    closed[1:-1] |= padded[:-2] & padded[2:]
    edges = np.flatnonzero(np.diff(closed.astype(np.int8)))
    return [
        _Run(float(start) * HOP_S, float(end) * HOP_S)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def _stretches(kind: Literal["ring", "busy"], tone: Tone, runs: list[_Run]) -> list[Segment]:
    """Groups of bursts that keep the cadence, as one segment each."""
    on_s, off_s = tone.cadence_s[::2], tone.cadence_s[1::2]
    good = [run for run in runs if any(_near(run.length_s, length) for length in on_s)]
    groups: list[list[_Run]] = []
    for run in good:
        gap = run.start_s - groups[-1][-1].end_s if groups else float("inf")
        if any(_near(gap, pause) for pause in off_s):
            groups[-1].append(run)
        elif gap > _LONGEST_BREAK * max(off_s) or gap > max(off_s) + 0.5:
            groups.append([run])
    least = 4 if kind == "busy" else 1
    return [
        Segment(
            kind=kind,
            start_s=round(group[0].start_s, 2),
            # A last burst cut short by the answer belongs to the ringing too.
            end_s=round(max([group[-1].end_s, *_tail(group[-1], runs, off_s)]), 2),
            confidence=0.8 if len(group) == 1 else 0.95 if len(group) == 2 else 0.99,
        )
        for group in groups
        if len(group) >= least
    ]


def _tail(last: _Run, runs: list[_Run], off_s: tuple[float, ...]) -> list[float]:
    return [
        run.end_s
        for run in runs
        if run.start_s > last.end_s and any(_near(run.start_s - last.end_s, off) for off in off_s)
    ]


def _near(length_s: float, nominal_s: float) -> bool:
    return abs(length_s - nominal_s) <= _RHYTHM_TOLERANCE * nominal_s + 2 * HOP_S
