"""Who calls whom, with which scenario, when: balanced where it matters, by chance elsewhere.

Each clinic's calls, wave after wave, take scenarios (time bands, shoppers) from an endless deal of
one shuffled pack, and the next clinic goes on where the last one stopped. Any stretch of such a
deal holds each card equally often or once more: so within a wave, and over all waves, a clinic
meets each scenario and each band equally often, within one call; no plan can be more even. Where
all waves have as many calls, so does each wave as a whole. Which scenario then falls on which band
is drawn at random among the pairs that came together least so far (blocking and randomisation:
Fisher, "The Design of Experiments", 1935).
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.mystery.campaign import Band, Campaign, Wave
from auricle.store.mystery import Task
from rubrics.facts import WEEKDAYS

Card = TypeVar("Card")
Other = TypeVar("Other")

STEP_MIN = 5
"""Calls are planned on the five minutes."""
APART_MIN = 30
"""Between two calls of a shopper, where the band leaves room."""


def plan(campaign: Campaign) -> tuple[Task, ...]:
    """All calls of all waves, in order of time; the same campaign always gives the same plan.

    Raises SettingsError where a wave has no day for a band.
    """
    rng = random.Random(f"{campaign.id}/{campaign.seed}")
    scenarios = [one.id for one in campaign.scenarios]
    bands = list(campaign.bands)
    shoppers = [one.name for one in campaign.shoppers]
    for pack in (scenarios, bands, shoppers):
        rng.shuffle(pack)
    found: list[Task] = []
    together: Counter[tuple[object, ...]] = Counter()
    sizes = [_size(campaign, wave) for wave in campaign.waves]
    for number, wave in enumerate(campaign.waves, start=1):
        diary = _Diary(rng, wave)
        drawn: list[Task] = []
        for place, clinic in enumerate(campaign.clinics):
            size = sizes[number - 1]
            at = place * sizes[0] + sum(sizes[: number - 1])
            hours = list(_quota(bands)) or _deal(bands, at, size)
            script = _pair(rng, hours, _deal(scenarios, at, size), together)
            callers = _pair(rng, script, _deal(shoppers, at, size), together)
            for band, scenario, shopper in _ordered(rng, hours, script, callers):
                begins = diary.slot(band, clinic.name, shopper)
                drawn.append(
                    Task("", campaign.id, number, clinic.name, clinic.own, clinic.number, scenario,
                         shopper, band.id, begins, datetime.combine(begins.date(), band.ends))
                )  # fmt: skip
        drawn.sort(key=lambda task: (task.call_at, task.clinic))
        found += [
            task.named(f"{campaign.id}-{number}-{index:03d}")
            for index, task in enumerate(drawn, start=1)
        ]
    return tuple(found)


def _size(campaign: Campaign, wave: Wave) -> int:
    return wave.calls or sum(band.calls or 0 for band in campaign.bands)


def _quota(bands: Sequence[Band]) -> Iterator[Band]:
    for band in bands:
        yield from [band] * (band.calls or 0)


def _deal(pack: Sequence[Card], at: int, size: int) -> list[Card]:
    return [pack[(at + index) % len(pack)] for index in range(size)]


def _pair(
    rng: random.Random,
    left: Sequence[Card],
    right: Sequence[Other],
    together: Counter[tuple[object, ...]],
) -> list[Other]:
    """For each of ``left`` one of ``right``: of those left over, what came with it least so far."""
    rest = list(right)
    rng.shuffle(rest)
    found = []
    for one in left:
        other = min(rest, key=lambda card: together[_name(one), _name(card)])
        rest.remove(other)
        together[_name(one), _name(other)] += 1
        found.append(other)
    return found


def _name(card: object) -> object:
    return card.id if isinstance(card, Band) else card


def _ordered(
    rng: random.Random, hours: list[Band], script: list[str], callers: list[str]
) -> list[tuple[Band, str, str]]:
    """In random order: days are given out in it."""
    calls = list(zip(hours, script, callers, strict=True))
    rng.shuffle(calls)
    return calls


class _Diary:
    """Gives out days and minutes of a wave, so that calls spread over it."""

    def __init__(self, rng: random.Random, wave: Wave) -> None:
        self.rng = rng
        length = (wave.last - wave.first).days + 1
        self.days = [wave.first + timedelta(days=index) for index in range(length)]
        self.wave = wave
        self.taken: Counter[tuple[str, date]] = Counter()
        self.weekdays: Counter[tuple[str, int]] = Counter()
        self.called: dict[tuple[str, date], list[datetime]] = {}

    def slot(self, band: Band, clinic: str, shopper: str) -> datetime:
        days = [day for day in self.days if WEEKDAYS[day.weekday()] in band.days]
        if not days:
            raise SettingsError(
                N_("From {first} to {last} there is no day of the band '{name}'.").format(
                    first=self.wave.first, last=self.wave.last, name=band.id
                ),
                N_("Make the wave longer, or give the band other weekdays."),
            )
        self.rng.shuffle(days)
        day = min(
            days,
            key=lambda day: (
                self.taken[clinic, day],
                self.weekdays[clinic, day.weekday()],
                self.taken[shopper, day],
            ),
        )
        self.taken[clinic, day] += 1
        self.taken[shopper, day] += 1
        self.weekdays[clinic, day.weekday()] += 1
        earlier = self.called.setdefault((shopper, day), [])
        moment = self._minute(band, day, earlier)
        earlier.append(moment)
        return moment

    def _minute(self, band: Band, day: date, earlier: list[datetime]) -> datetime:
        """By chance, but where there is room not too close to the shopper's other calls."""
        minutes = (_minutes(band.ends) - _minutes(band.begins)) // STEP_MIN
        begin = datetime.combine(day, band.begins)
        moments = [begin + timedelta(minutes=STEP_MIN * at) for at in range(max(1, minutes))]
        free = [
            moment
            for moment in moments
            if all(abs((moment - other).total_seconds()) >= APART_MIN * 60 for other in earlier)
        ]
        return self.rng.choice(free or moments)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
