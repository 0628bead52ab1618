"""What a campaign is: clinics, scenarios, shoppers, waves and times of day, from a YAML file."""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from auricle.errors import SettingsError
from auricle.models import Frozen
from auricle.strict import nearest, read_yaml, validate
from rubrics.facts import WEEKDAYS, Weekday
from rubrics.scenarios import Scenario, Slug, Text, load_scenarios, ready_scenarios

Count = Annotated[int, Field(ge=1, le=1000)]


def _read_time(value: Any) -> Any:
    return time.fromisoformat(value) if isinstance(value, str) else value


Clock = Annotated[time, BeforeValidator(_read_time)]


class Clinic(Frozen):
    """A clinic that is called. Of competitors nothing is known but what shoppers bring."""

    name: Text
    number: Text
    """That the shopper dials."""
    own: bool = False


class Shopper(Frozen):
    name: Text
    numbers: tuple[str, ...] = ()
    """From which she calls, as the clinic's telephone system shows them; may be shared."""


class Wave(Frozen):
    first: date
    last: date
    """Included."""
    calls: Count | None = None
    """To each clinic; None where the bands say how many each."""

    @model_validator(mode="after")
    def _in_order(self) -> "Wave":
        if self.last < self.first:
            raise ValueError(f"a wave ends ({self.last}) before it begins ({self.first})")
        return self


class Band(Frozen):
    """Hours of some weekdays in which calls are made."""

    id: Slug
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEKDAYS[:5]
    begins: Clock = Field(alias="from")
    ends: Clock = Field(alias="to")
    calls: Count | None = None
    """The quota: calls to each clinic in each wave. None: the wave's calls are dealt evenly."""

    @model_validator(mode="after")
    def _in_order(self) -> "Band":
        if self.ends <= self.begins:
            raise ValueError(f"band '{self.id}' ends before it begins")
        return self


class Campaign(Frozen):
    id: Slug
    title: Text
    language: Slug
    """Of the scenarios and, unless another is asked for, of the report."""
    clinics: Annotated[tuple[Clinic, ...], Field(min_length=1)]
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]
    shoppers: Annotated[tuple[Shopper, ...], Field(min_length=1)]
    waves: Annotated[tuple[Wave, ...], Field(min_length=1)]
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    seed: int = 1
    """Of the plan's chances: the same campaign always gives the same plan."""

    @model_validator(mode="after")
    def _whole(self) -> "Campaign":
        for what, names in {
            "clinic": [clinic.name for clinic in self.clinics],
            "scenario": [scenario.id for scenario in self.scenarios],
            "shopper": [shopper.name for shopper in self.shoppers],
            "band": [band.id for band in self.bands],
        }.items():
            if len(set(names)) < len(names):
                raise ValueError(f"a {what} stands there twice")
        quotas = [band.calls is not None for band in self.bands]
        if any(quotas) != all(quotas):
            raise ValueError("give calls to every band or to none")
        for number, wave in enumerate(self.waves, start=1):
            if all(quotas) == (wave.calls is not None):
                raise ValueError(f"wave {number}: say how many calls either here or by band")
        return self

    def scenario(self, name: str) -> Scenario:
        return next(one for one in self.scenarios if one.id == name)

    def clinic(self, name: str) -> Clinic:
        return next(one for one in self.clinics if one.name == name)


def load_campaign(path: Path) -> Campaign:
    """The campaign in a YAML file; scenarios are ids of ready ones, or of the file that
    ``scenario_file`` names, relative to this one. Raises SettingsError."""
    try:
        data = read_yaml(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The campaign {path} can't be read.", "Check the path.") from error
    if not isinstance(data, dict):
        raise SettingsError(f"{path} is not a campaign.", "It begins with 'id: ...'.")
    own = data.pop("scenario_file", None)
    known = dict(ready_scenarios(str(data.get("language"))))
    if own:
        known |= load_scenarios(path.parent / str(own))
    names = data.get("scenarios", list(known))
    for name in names if isinstance(names, list) else []:
        if name not in known:
            raise SettingsError(f"{path}: no scenario {name!r}.", nearest(str(name), known))
    data["scenarios"] = [known[name].model_dump() for name in names]
    return validate(Campaign, data, str(path))
