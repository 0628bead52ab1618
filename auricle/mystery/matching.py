"""Which calls of the clinic's own are the planned ones: by number, time and what was said.

Each pair of a planned call and a logged one gets a likelihood ratio: how much better what is seen
of the logged call fits if it is the planned one than if it is somebody else's (Fellegi and Sunter,
"A theory for record linkage", JASA 64, 1969). Pairs are chosen together, so that the product of the
ratios is greatest (linear assignment), and a pair stands only if it is far likelier than every
other use of either side, and than the planned call not being in the log at all. ``bench.mystery``
measures how often that is right.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from auricle.mystery.content import pieces, rarity, said
from auricle.store.mystery_calls import Logged

CLOCKS_APART_S = 180.0
"""The shopper's clock, or the telephone system's, may be wrong by so much ..."""
ROUNDED_S = 90.0
"""... and she says when she called to the minute or so."""
STRAY_S = 3600.0
"""A call that wasn't reported yet may have been made so long before or after its time."""
LOST, LOST_UNREPORTED = 0.05, 0.4
"""How often a call isn't in the log: another line, a number that was busy; never made."""
FROM_HER_NUMBER, HIDDEN, FROM_ANOTHER = 0.85, 0.12, 0.03
"""How a shopper's call shows in the log."""
SAID_BY_HER, SAID_BY_OTHERS, SAID_SPREAD = 0.6, 0.12, 0.12
"""Share of her script that a shopper says, and that other callers happen to say (normal, with the
same spread): set on simulated calls, see ``bench.mystery``."""
SURE = 0.75
"""A pair stands only if it is at least so likely."""
_DIGITS = 9


@dataclass(frozen=True)
class Planned:
    """A planned call, as far as the shopper has told of it."""

    task: str
    clinic: str
    numbers: tuple[str, ...]
    """From which she may have called; shared ones too."""
    at: datetime
    """When she says she called; else when she was to call."""
    reported: bool
    on_line_s: float | None
    """As she says."""
    script: str


@dataclass(frozen=True)
class Match:
    task: str
    call_id: str
    probability: float


def match(planned: Sequence[Planned], logged: Sequence[Logged]) -> list[Match]:
    """The pairs that are sure enough, each call and each planned call once at most."""
    found: list[Match] = []
    for clinic in sorted({one.clinic for one in planned}):
        found += _match(
            [one for one in planned if one.clinic == clinic],
            sorted((c for c in logged if c.clinic == clinic), key=lambda call: call.start),
        )
    return found


def _match(planned: list[Planned], logged: list[Logged]) -> list[Match]:
    if not logged:
        return []
    scripts = {one.script: pieces(one.script) for one in planned}
    starts = np.array([call.start.timestamp() for call in logged])
    near = {place for one in planned for place in _near(one, starts)}
    heard = {place: pieces(logged[place].said) for place in near}
    weights = rarity([*heard.values(), *scripts.values()])
    numbers = Counter(_key(call.caller) for call in logged)
    ratios = np.full((len(planned), len(logged)), -np.inf)
    for row, one in enumerate(planned):
        for place in _near(one, starts):
            ratios[row, place] = (
                _time(one, starts, place)
                + _number(one, logged[place], numbers, len(logged))
                + _length(one, logged[place])
                + _content(said(scripts[one.script], heard[place], weights), logged[place])
            )
    absent = np.array([math.log(LOST if p.reported else LOST_UNREPORTED) for p in planned])
    present = np.log1p(-np.exp(absent))
    gain = ratios + (present - absent)[:, None]  # over not being in the log
    used = sorted(near)
    worth = np.maximum(gain[:, used], 0.0)
    from scipy.optimize import linear_sum_assignment  # takes long, and most runs have no waves

    rows, columns = linear_sum_assignment(worth, maximize=True)
    found = []
    for row, column in zip(rows, columns, strict=True):
        place = used[column]
        chance = _chance(gain, row, place)
        if worth[row, column] > 0 and chance >= SURE:
            found.append(Match(planned[row].task, logged[place].call_id, round(chance, 4)))
    return found


def _near(one: Planned, starts: np.ndarray) -> list[int]:
    """Calls that began near enough to be it."""
    low, high = np.searchsorted(starts, [one.at.timestamp() - _reach(one),
                                         one.at.timestamp() + _reach(one)])  # fmt: skip
    return list(range(int(low), int(high)))


def _reach(one: Planned) -> float:
    return CLOCKS_APART_S + ROUNDED_S if one.reported else STRAY_S


def _chance(gain: np.ndarray, row: int, place: int) -> float:
    """Of this pair, against all other uses of either side and against absence."""
    others = np.concatenate([np.delete(gain[row], place), np.delete(gain[:, place], row), [0.0]])
    finite = others[np.isfinite(others)]
    return float(1 / (1 + np.exp(np.clip(finite - gain[row, place], -700, 700)).sum()))


def _time(one: Planned, starts: np.ndarray, place: int) -> float:
    """Its chance to begin then, over how often calls begin around that time."""
    around = 3600.0
    busy = np.searchsorted(starts, [starts[place] - around, starts[place] + around])
    rate = max(1, int(busy[1] - busy[0])) / (2 * around)
    return math.log(1 / (2 * _reach(one)) / rate)


def _number(one: Planned, call: Logged, numbers: Counter[str], calls: int) -> float:
    key = _key(call.caller)
    usual = (numbers[key] + 0.5) / (calls + 1)
    if not one.numbers:
        return 0.0
    if not key:
        return math.log(HIDDEN / usual)
    if key in {_key(number) for number in one.numbers}:
        return math.log(FROM_HER_NUMBER / usual)
    return math.log(FROM_ANOTHER)


def _length(one: Planned, call: Logged) -> float:
    """Both lengths are rough: she counts minutes, the log may count the ringing."""
    if one.on_line_s is None or not call.duration_s or one.on_line_s <= 0:
        return 0.0
    off = math.log(call.duration_s / one.on_line_s)
    alike = 0.1 * _normal(off, 1.5) + 0.9 * _normal(off, 0.35)
    return math.log(alike / _normal(off, 1.0))


def _content(share: float, call: Logged) -> float:
    if not call.said:
        return 0.0
    return ((share - SAID_BY_OTHERS) ** 2 - (share - SAID_BY_HER) ** 2) / (2 * SAID_SPREAD**2)


def _normal(value: float, sd: float) -> float:
    return math.exp(-0.5 * (value / sd) ** 2) / (sd * math.sqrt(2 * math.pi))


def _key(number: str) -> str:
    """What two spellings of a number have in common; empty when hidden. As in store.numbers."""
    return re.sub(r"\D", "", number)[-_DIGITS:]
