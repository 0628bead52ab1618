"""Ringback, busy and reorder tones: steady frequencies, switched on and off in a known rhythm.

Three steps. Frames where a country's frequencies stand out make bursts; a burst counts if nearly
all of its sound lies within a few hertz of these frequencies from its first moment to its last
(no voice and few instruments stand so still); and bursts count if they keep the country's rhythm.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal, get_args

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from auricle.models import Segment
from ingest.spectrum import BAND_HZ, FRAME_S, HOP_S, Spectrum

ToneKind = Literal["ring", "busy", "reorder"]

_WIDTH_HZ = 25.0
"""Half width of the band around a nominal frequency: what a frame of 64 ms can resolve."""
_NEIGHBOURS_HZ = (250.0, 750.0)
_STANDS_OUT = 0.6
"""Share of the neighbourhood's power in the tone's bands. One tone of two kept apart is .5."""
_FLOOR_DB = -60.0
"""Fainter frames (dB below full scale) aren't tones: -40 dBm0, the faintest E.180 knows, is -46."""
_LOUDEST = 0.9
"""Quantile of a stretch's frames that counts as its level: a cut burst is a small part of it."""
_TOLERANCE = 0.03
"""Exchanges keep within 15 Hz of 425 Hz (ITU-T E.180, 3.5 %); the next country's are 6 % away."""
_TELEPHONE_HZ = (200.0, 3_900.0)
_PURE = 0.5
"""Share of a burst's power within a few hertz of its frequencies, to count towards a rhythm. Two
tones clipped to a square wave keep .66, with noise at 5 dB .5; speech seldom."""
_AS_PURE = 0.8
"""A burst that isn't whole must be nearly as pure as the others: a short one proves less."""
_MANY = 3
_PURE_FEW = 0.6
"""The same where there are fewer bursts than ``_MANY``."""
_STEADY_DB = 2.0
"""Standard deviation of their level: generators hold it, people and instruments don't."""
_SAME_LEVEL_DB = 4.0
"""Bursts of one tone differ by less, noise and codecs included."""
_SHORTEST_S = 0.05
_SHORTEST_WHOLE_S = 0.15
_LONGEST_CHECKED_S = 2.0
_RHYTHM_TOLERANCE = 0.15
"""Accepted relative deviation (E.180 allows 10 %), beyond one frame at either end."""
_EXACT = 0.02
"""The same for the pause before a burst that isn't whole, where other pauses are known."""
_NEARLY_EXACT = 0.05
"""The same where none are."""
_TALK_DB, _TALK_FAINTER_DB = 6.0, 10.0
"""After somebody has talked, what looks like a burst cut short is a vowel. Talk is this much louder
than the pauses heard before; where none was, no more than this fainter than the ringing."""
_LEAST_BUSY = 4
"""Complete bursts of busy or reorder tone: short ones, so that it takes some to make a rhythm."""
_LEAST_RINGING_S = 0.6
"""Shorter than any country's one ring (Britain's two bursts: .8), longer than a beep."""
_CONFIDENCE = 0.98
"""How often both ends are right within .3 s (`bench/RESULTS.md`); one burst or many, alike."""


class Tone(BaseModel):
    """Frequencies sounding together and the rhythm they are switched in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    hz: Annotated[tuple[float, ...], Field(min_length=1)]
    cadence_s: Annotated[tuple[float, ...], Field(min_length=2)]


class ToneSet(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    ring: Tone
    busy: Tone
    reorder: Tone


@dataclass(frozen=True)
class _Burst:
    start_s: float
    end_s: float
    pure: float
    """Share of its power at the tone's frequencies, 0..1."""
    level_db: float
    steady_db: float
    """Standard deviation of its level."""

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class _Heard:
    """What there is of some frequencies: bursts in order of time, power frame by frame."""

    bursts: list[_Burst]
    band: NDArray[np.float32]
    near: NDArray[np.float32]
    """The power of the frequencies around, theirs included, frame by frame."""


@dataclass(frozen=True)
class _Chain:
    """Bursts in a rhythm, and how far they are from keeping it (0: exactly)."""

    bursts: tuple[_Burst, ...]
    complete: int
    """How many are neither begun before the recording nor cut short."""
    misfit: float


@dataclass(frozen=True)
class _Find:
    segment: Segment
    sounding_s: float
    misfit: float


@lru_cache
def tone_sets() -> dict[str, ToneSet]:
    """All known countries' tones by name."""
    text = files("ingest").joinpath("tones.yaml").read_text(encoding="utf-8")
    return {name: ToneSet.model_validate(tones) for name, tones in yaml.safe_load(text).items()}


def find_tones(spectrum: Spectrum, preferred: str) -> list[Segment]:
    """Stretches of ringing, busy and reorder tone, from the first burst to the end of the last.

    All known sets are tried, ``preferred`` first; of overlapping finds the one that explains most
    of the sound and fits best stands. The first burst may have begun before the recording, and the
    last be cut short by the answer; all others must have the right length, and so the pauses.
    """
    sets = tone_sets()
    names = [preferred, *sets] if preferred in sets else list(sets)
    around = _around(spectrum)
    heard: dict[tuple[float, ...], _Heard] = {}
    found: list[_Find] = []
    tried: set[tuple[str, Tone]] = set()
    for name in names:
        for kind in get_args(ToneKind):
            tone: Tone = getattr(sets[name], kind)
            if (kind, tone) in tried:
                continue
            tried.add((kind, tone))
            if tone.hz not in heard:
                heard[tone.hz] = _listen(spectrum, around, tone.hz)
            found += _in_rhythm(kind, tone, heard[tone.hz])
    kept: list[Segment] = []
    for find in sorted(found, key=lambda f: -f.sounding_s * (1 - f.misfit)):
        segment = find.segment
        if all(segment.end_s <= k.start_s or segment.start_s >= k.end_s for k in kept):
            kept.append(segment)
    return sorted(kept, key=lambda s: s.start_s)


def _around(spectrum: Spectrum) -> NDArray[np.float32]:
    """Shape (frames,): power where all countries' tones are."""
    near = slice(*np.searchsorted(spectrum.frequencies_hz, _NEIGHBOURS_HZ))
    return np.asarray(spectrum.power[:, near].sum(axis=1))


def _listen(spectrum: Spectrum, around: NDArray[np.float32], tone_hz: tuple[float, ...]) -> _Heard:
    """Stretches in which these frequencies, and hardly anything else ``around``, sound."""
    hz = spectrum.frequencies_hz
    in_band = np.any([np.abs(hz - f) <= _WIDTH_HZ for f in tone_hz], axis=0)
    band = spectrum.power[:, in_band].sum(axis=1)
    share = band / (around + 1e-12)
    on = (share > _STANDS_OUT) & (band > 10 ** (_FLOOR_DB / 10))
    # What another sound has cut in two is one burst, found twice.
    runs = sorted({_edges(band, first, last) for first, last in _loud_runs(on, band)})
    lengths_s = [(last - first) * HOP_S for first, last in runs]
    whole = [r for r, s in zip(runs, lengths_s, strict=True) if s >= _SHORTEST_WHOLE_S]
    found = _pure_ones(spectrum, band, whole, tone_hz)
    if found:  # what is shorter can only be a burst cut off, beside whole ones
        cut = [
            r for r, s in zip(runs, lengths_s, strict=True) if _SHORTEST_S <= s < _SHORTEST_WHOLE_S
        ]
        found += _pure_ones(spectrum, band, cut, tone_hz)
    return _Heard(sorted(found, key=lambda b: b.start_s), band, around)


def _pure_ones(
    spectrum: Spectrum,
    band: NDArray[np.float32],
    runs: list[tuple[int, int]],
    tone_hz: tuple[float, ...],
) -> list[_Burst]:
    found = []
    for first, last in runs:
        # A frame's middle crosses the edge of a burst when it holds half of its amplitude.
        start_s = first * HOP_S + FRAME_S / 2 if first else 0.0
        end_s = last * HOP_S + FRAME_S / 2
        pure = _purity(spectrum.signal, start_s, end_s, tone_hz)
        if pure > _PURE:
            # Frames at the edges hold a part of the tone only.
            inside = band[first + 1 : last - 1] if last - first > 2 else band[first:last]
            levels_db = 10 * np.log10(inside + 1e-12)
            level_db = float(np.median(levels_db) if last - first > 2 else levels_db.max())
            found.append(_Burst(start_s, end_s, pure, level_db, float(levels_db.std())))
    return found


def _runs(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of true frames, [first, last); a gap of one frame (a click) doesn't break them."""
    padded = np.concatenate([[False], on, [False]])
    closed = padded.copy()
    closed[1:-1] |= padded[:-2] & padded[2:]
    edges = np.flatnonzero(np.diff(closed.astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _loud_runs(on: NDArray[np.bool_], band: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Stretches of true frames, without what is far fainter than their loudest part.

    Voices in the background fill the pauses between bursts, and what is left of one cut short.
    """
    found = []
    for first, last in _runs(on):
        inside = band[first:last]
        at = round(_LOUDEST * (len(inside) - 1))  # np.quantile takes ten times as long
        loud = inside > np.partition(inside, at)[at] / 4
        found += [(first + a, first + b) for a, b in _runs(loud)]
    return found


def _edges(band: NDArray[np.float32], first: int, last: int) -> tuple[int, int]:
    """[first, last) moved to where the band has a quarter of the power that it has inside."""
    quarter = float(np.median(band[first:last])) / 4
    while first > 0 and band[first - 1] > quarter:
        first -= 1
    while last < len(band) and band[last] > quarter:
        last += 1
    while first < last and band[first] <= quarter:
        first += 1
    while first < last and band[last - 1] <= quarter:
        last -= 1
    return first, last


def _purity(
    signal: NDArray[np.float32], start_s: float, end_s: float, tone_hz: tuple[float, ...]
) -> float:
    """Share of a burst's power at the frequencies as they are found in it, 0..1.

    The longer the burst, the narrower the bands: a tone's line in the spectrum is as wide as its
    window is short. 0 when one of the frequencies is missing.
    """
    from scipy import fft  # not for runs without new recordings, see spectrum

    middle_s, half_s = (start_s + end_s) / 2, min(end_s - start_s, _LONGEST_CHECKED_S) / 2
    cut = signal[round((middle_s - half_s) * BAND_HZ) : round((middle_s + half_s) * BAND_HZ)]
    size = 1 << max(12, (4 * len(cut)).bit_length())
    found = fft.rfft(cut * np.hanning(len(cut)).astype(np.float32), size)
    power = found.real**2 + found.imag**2
    hz = np.fft.rfftfreq(size, 1 / BAND_HZ)
    total = power[(hz > _TELEPHONE_HZ[0]) & (hz < _TELEPHONE_HZ[1])].sum() + 1e-12
    width_hz = 2 * BAND_HZ / len(cut) + 1
    parts = []
    for nominal in tone_hz:
        close = np.flatnonzero(np.abs(hz - nominal) <= nominal * _TOLERANCE)
        peak_hz = hz[close[np.argmax(power[close])]]
        parts.append(float(power[np.abs(hz - peak_hz) <= width_hz].sum() / total))
    return sum(parts) if min(parts) > 0.1 * sum(parts) else 0.0


def _in_rhythm(kind: ToneKind, tone: Tone, heard: _Heard) -> list[_Find]:
    """Groups of bursts that keep the cadence, whichever burst of it comes first."""
    bursts = heard.bursts
    finds: list[_Find] = []
    index = 0
    while index < len(bursts):
        starts = range(len(tone.cadence_s) // 2)
        chains = [_chain(tone, bursts[index:], position, heard) for position in starts]
        good = [chain for chain in chains if _enough(kind, chain)]
        if not good:
            index += 1
            continue
        chain = max(good, key=lambda c: (sum(b.length_s for b in c.bursts), -c.misfit))
        finds.append(_find(kind, chain))
        index = bursts.index(chain.bursts[-1]) + 1
    return finds


def _chain(tone: Tone, bursts: list[_Burst], position: int, heard: _Heard) -> _Chain:
    """From the first burst, which is the cadence's burst ``position``, as far as the rhythm goes.

    A burst that a louder sound has covered may be missing; the last may be cut short.
    """
    on_s, off_s = tone.cadence_s[::2], tone.cadence_s[1::2]
    first = bursts[0]
    if not first.length_s <= _longest(on_s[position]):
        return _Chain((), 0, 0.0)
    chain, misfits = [first], [0.0]
    pauses: list[float] = []  # how long they are, compared with what they should be
    talk_db = first.level_db - _TALK_FAINTER_DB  # so loud a pause isn't one of the ringing
    complete = int(_near(first.length_s, on_s[position]))
    for burst in bursts[1:]:
        if abs(burst.level_db - first.level_db) > _SAME_LEVEL_DB:
            continue
        gap_s = burst.start_s - chain[-1].end_s
        if gap_s > _longest(sum(tone.cadence_s) + max(off_s)):
            break
        expected_s, following = off_s[position], (position + 1) % len(on_s)
        for _ in range(len(on_s)):
            covered_s = chain[-1].end_s + expected_s
            if _near(gap_s, expected_s) or not _covered(
                heard.band, covered_s, covered_s + on_s[following], first.level_db
            ):
                break
            expected_s += on_s[following] + off_s[following]
            following = (following + 1) % len(on_s)
        if not _near(gap_s, expected_s) or burst.length_s > _longest(on_s[following]):
            continue
        whole = _near(burst.length_s, on_s[following])
        likely_s = expected_s * (float(np.median(pauses)) if pauses else 1.0)
        exact = _EXACT if pauses else _NEARLY_EXACT
        if not (whole and complete) and not (
            abs(gap_s - likely_s) <= exact * expected_s + 2 * HOP_S
            and gap_s < _longest(max(off_s))
            and _loudest_db(heard.near, chain[-1].end_s, burst.start_s) < talk_db
            and _as_pure(burst, chain)
        ):
            continue
        pauses.append(gap_s / expected_s)
        loudest_db = _loudest_db(heard.near, chain[-1].end_s, burst.start_s)
        talk_db = max(talk_db if len(chain) > 1 else -np.inf, loudest_db + _TALK_DB)
        chain.append(burst)
        position = following
        if not whole:
            break
        complete += 1
        misfits += [abs(gap_s / expected_s - 1), abs(burst.length_s / on_s[position] - 1)]
    return _Chain(tuple(chain), complete, float(np.mean(misfits)))


def _covered(band: NDArray[np.float32], start_s: float, end_s: float, level_db: float) -> bool:
    """Whether so loud a burst may be hidden between two moments."""
    inside = band[round(start_s / HOP_S) : round(end_s / HOP_S)]
    return bool(
        len(inside) and 10 * np.log10(np.median(inside) + 1e-12) > level_db - _SAME_LEVEL_DB
    )


def _loudest_db(near: NDArray[np.float32], start_s: float, end_s: float) -> float:
    """How loud the loudest frames of a pause between two moments are, dB."""
    inside = near[round(start_s / HOP_S) + 1 : round(end_s / HOP_S) - 2]
    return float(10 * np.log10(np.percentile(inside, 95) + 1e-12)) if len(inside) else -np.inf


def _as_pure(burst: _Burst, chain: list[_Burst]) -> bool:
    known = max(b.pure for b in chain)
    return min(burst.pure, known) > _AS_PURE * max(burst.pure, known)


def _enough(kind: ToneKind, chain: _Chain) -> bool:
    if kind != "ring":
        return chain.complete >= _LEAST_BUSY
    if not chain.complete or sum(b.length_s for b in chain.bursts) < _LEAST_RINGING_S:
        return False
    if len(chain.bursts) >= _MANY:
        return True
    longest = max(chain.bursts, key=lambda b: b.length_s)
    return longest.pure >= _PURE_FEW and longest.steady_db <= _STEADY_DB


def _find(kind: ToneKind, chain: _Chain) -> _Find:
    return _Find(
        Segment(
            kind=kind,
            start_s=round(chain.bursts[0].start_s, 2),
            end_s=round(chain.bursts[-1].end_s, 2),
            confidence=_CONFIDENCE,
        ),
        sum(b.length_s for b in chain.bursts),
        chain.misfit,
    )


def _longest(nominal_s: float) -> float:
    return nominal_s * (1 + _RHYTHM_TOLERANCE) + 2 * HOP_S


def _near(length_s: float, nominal_s: float) -> bool:
    return abs(length_s - nominal_s) <= _RHYTHM_TOLERANCE * nominal_s + 2 * HOP_S
