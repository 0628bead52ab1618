"""The plan is as even as can be, whatever the campaign, and the same every time."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.errors import SettingsError
from auricle.mystery.campaign import Band, Campaign, Clinic, Shopper, Wave
from auricle.mystery.plan import plan
from auricle.store.mystery import Task
from rubrics.facts import WEEKDAYS
from rubrics.scenarios import ready_scenarios

MONDAY = date(2026, 9, 7)
SCENARIO = next(iter(ready_scenarios("en").values()))


def campaign(
    clinics: int = 3, scenarios: int = 4, waves: int = 2, bands: int = 3, shoppers: int = 2,
    calls: int | None = 6, seed: int = 1, quotas: Iterable[int] = (),
) -> Campaign:  # fmt: skip
    return Campaign(
        id="test", title="Test", language="en", seed=seed,
        clinics=[Clinic(name=f"C{n}", number=f"0{n}", own=n == 0) for n in range(clinics)],
        scenarios=[SCENARIO.model_copy(update={"id": f"s{n}"}) for n in range(scenarios)],
        shoppers=[Shopper(name=f"S{n}") for n in range(shoppers)],
        waves=[
            Wave(first=first, last=first + timedelta(days=11), calls=calls)
            for first in (MONDAY + timedelta(weeks=4 * n) for n in range(waves))
        ],
        bands=[
            Band.model_validate({"id": f"b{n}", "from": time(8 + n), "to": time(9 + n),
                                 "calls": dict(enumerate(quotas)).get(n)})
            for n in range(bands)
        ],
    )  # fmt: skip


def spread(tasks: Iterable[Task], rows: set[str], cells: set[str], of: str) -> int:
    """The largest difference between two cells of a clinic's row."""
    counts: Counter[tuple[str, str]] = Counter((t.clinic, getattr(t, of)) for t in tasks)
    return max(
        max(counts[row, cell] for cell in cells) - min(counts[row, cell] for cell in cells)
        for row in rows
    )


@settings(max_examples=60, deadline=None)
@given(
    clinics=st.integers(2, 30), scenarios=st.integers(3, 12), waves=st.integers(1, 6),
    bands=st.integers(1, 9), shoppers=st.integers(1, 7), calls=st.integers(1, 30),
    seed=st.integers(0, 10**6),
)  # fmt: skip
def test_every_clinic_meets_everything_equally_often(
    clinics: int, scenarios: int, waves: int, bands: int, shoppers: int, calls: int, seed: int
) -> None:
    asked = campaign(clinics, scenarios, waves, bands, shoppers, calls, seed)
    tasks = plan(asked)
    rows = {clinic.name for clinic in asked.clinics}
    cells = {
        "scenario": {one.id for one in asked.scenarios},
        "band": {one.id for one in asked.bands},
        "shopper": {one.name for one in asked.shoppers},
    }
    waves_of = [[t for t in tasks if t.wave == n + 1] for n in range(waves)]
    for some in [tasks, *waves_of]:
        for of, names in cells.items():
            assert spread(some, rows, names, of) <= 1
    for some in waves_of:
        assert Counter(t.clinic for t in some) == dict.fromkeys(rows, calls)
        assert _uneven(some, lambda t: t.scenario, cells["scenario"]) <= 1
        assert _uneven(some, lambda t: t.band, cells["band"]) <= 1
    assert len({t.task for t in tasks}) == len(tasks)
    for task in tasks:
        wave, band = asked.waves[task.wave - 1], asked.bands[int(task.band[1:])]
        assert wave.first <= task.call_at.date() <= wave.last
        assert band.begins <= task.call_at.time() < band.ends == task.until.time()
        assert WEEKDAYS[task.call_at.weekday()] in band.days


def _uneven(tasks: list[Task], of: Callable[[Task], Hashable], cells: set[str]) -> int:
    counts = Counter(of(task) for task in tasks)
    return max(counts[cell] for cell in cells) - min(counts[cell] for cell in cells)


@given(quotas=st.lists(st.integers(1, 5), min_size=2, max_size=5), scenarios=st.integers(3, 12))
@settings(max_examples=25, deadline=None)
def test_quotas_are_kept_to_the_call(quotas: list[int], scenarios: int) -> None:
    asked = campaign(4, scenarios, 2, len(quotas), 3, calls=None, quotas=quotas)
    tasks = plan(asked)
    for wave in (1, 2):
        found = Counter((t.clinic, t.band) for t in tasks if t.wave == wave)
        assert found == {
            (c.name, f"b{n}"): quota for c in asked.clinics for n, quota in enumerate(quotas)
        }
    names = {one.id for one in asked.scenarios}
    assert spread(tasks, {c.name for c in asked.clinics}, names, "scenario") <= 1


def test_scenarios_don_t_stick_to_hours_shoppers_or_days() -> None:
    """Four scenarios and four bands dealt side by side would always meet the same partner."""
    asked = campaign(clinics=4, scenarios=4, waves=2, bands=4, shoppers=4, calls=8)
    tasks = plan(asked)
    for of in ("band", "shopper"):
        met = Counter((t.scenario, getattr(t, of)) for t in tasks)
        assert len(met) == 16
        assert max(met.values()) - min(met.values()) <= 2
    for clinic in asked.clinics:
        days = Counter(t.call_at.date() for t in tasks if t.clinic == clinic.name)
        assert max(days.values()) == 1  # eight calls a wave, ten working days


def test_the_same_campaign_gives_the_same_plan_and_another_seed_another() -> None:
    assert plan(campaign()) == plan(campaign())
    assert plan(campaign()) != plan(campaign(seed=2))


def test_a_wave_without_a_day_for_a_band_is_refused() -> None:
    asked = campaign()
    short = Wave(first=MONDAY, last=MONDAY, calls=3)
    sundays = asked.bands[0].model_copy(update={"days": ("sunday",)})
    with pytest.raises(SettingsError, match="no day of the band 'b0'"):
        plan(asked.model_copy(update={"waves": (short,), "bands": (sundays,)}))
