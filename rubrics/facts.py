"""The fact sheet: what is true at a clinic. Statements made on calls are compared with it."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from auricle.errors import SettingsError
from auricle.messages import P_
from auricle.strict import nearest, read_yaml, validate

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})")

Minutes = int
"""Minutes since midnight."""


def read_hours(value: Any) -> tuple[tuple[Minutes, Minutes], ...]:
    """'08:00-12:00, 14:00-18:00' or 'closed' as ranges; raises ValueError saying what is wrong."""
    if not isinstance(value, str):
        if isinstance(value, tuple | list):
            return tuple((int(a), int(b)) for a, b in value)
        raise ValueError(f"{value!r} should be text like '08:00-19:00' or 'closed'")
    if value.strip().lower() in ("closed", ""):
        return ()
    found: list[tuple[Minutes, Minutes]] = []
    for part in value.split(","):
        match = RANGE.fullmatch(part.strip())
        if not match:
            raise ValueError(f"'{part.strip()}' should look like 08:00-19:00, or be 'closed'")
        start, end = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
        if not 0 <= start < end <= 24 * 60:
            raise ValueError(f"'{part.strip()}' ends before it begins")
        if found and start < found[-1][1]:
            raise ValueError(f"'{part.strip()}' overlaps the range before it")
        found.append((start, end))
    return tuple(found)


def hours_as_text(ranges: Sequence[tuple[Minutes, Minutes]]) -> str:
    """The other way round: '08:00-12:00, 14:00-18:00' or 'closed'."""
    times = ((f"{at // 60:02}:{at % 60:02}" for at in one) for one in ranges)
    return ", ".join("-".join(pair) for pair in times) or "closed"


Hours = Annotated[tuple[tuple[Minutes, Minutes], ...], BeforeValidator(read_hours)]
Texts = Annotated[
    tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else tuple(v or ()))
]


class Sheet(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Price(Sheet):
    """A service and what it costs: ``price``, or ``from`` and/or ``to``."""

    service: str
    names: Texts = ()
    """Other things people call it."""
    price: Annotated[float, Field(ge=0)] | None = None
    low: Annotated[float, Field(ge=0)] | None = Field(None, alias="from")
    high: Annotated[float, Field(ge=0)] | None = Field(None, alias="to")

    @model_validator(mode="after")
    def one_way(self) -> "Price":
        if (self.price is None) == (self.low is None and self.high is None):
            raise ValueError(f"'{self.service}' needs either price, or from and/or to")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"'{self.service}': from is more than to")
        return self

    def all_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.service, *self.names)))


class Doctor(Sheet):
    """Who works here, what as, and which services they give."""

    name: str
    names: Texts = ()
    """Other ways people say it."""
    specialties: Texts = ()
    does: Texts = ()

    def all_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.name, *self.names)))


class SpecialDay(Sheet):
    """Other hours than the weekday's: a holiday, a short day."""

    day: date
    until: date | None = None
    """The last day of several."""
    hours: Hours
    names: Texts = ()
    """What people call it: 'Christmas Eve'."""

    @model_validator(mode="after")
    def forwards(self) -> "SpecialDay":
        if self.until and self.until < self.day:
            raise ValueError("'until' is before 'day'")
        return self

    def holds(self, day: date) -> bool:
        return self.day <= day <= (self.until or self.day)


About = Literal["service", "cover", "registration", "preparation", "parking"]


class Rule(Sheet):
    """What is answered with yes or no: do you take Bupa, do I need a referral, can I park?"""

    about: About
    rule: str
    names: Texts = ()
    """Other things people call it."""
    answer: Literal["yes", "no"]
    says: str = ""
    """More about it, for people."""
    services: Texts = Field((), alias="for")
    """It holds for these services only, by their names among the prices."""

    def all_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.rule, *self.names)))

    def as_text(self) -> str:
        """'Bupa: yes, with a code'."""
        of = f" ({', '.join(self.services)})" if self.services else ""
        if self.says:
            text = P_("{rule}: yes, {more}") if self.answer == "yes" else P_("{rule}: no, {more}")
        else:
            text = P_("{rule}: yes") if self.answer == "yes" else P_("{rule}: no")
        return text.format(rule=f"{self.rule}{of}", more=self.says)


class FactSheet(Sheet):
    """Everything on the sheet; only the clinic's name is required."""

    clinic: str
    aliases: Texts = ()
    """Other names callers and staff use for the clinic."""
    valid_from: date | None = None
    address: str = ""
    parking: str = ""
    opening_hours: dict[Weekday, Hours] = {}
    """Ranges in minutes since midnight; an empty tuple means closed, a missing day not known."""
    special_days: tuple[SpecialDay, ...] = ()
    currency: str = ""
    prices: tuple[Price, ...] = ()
    doctors: tuple[Doctor, ...] = ()
    rules: tuple[Rule, ...] = ()
    policies: dict[str, str] = {}
    other: dict[str, Any] = {}
    """Anything else worth keeping; not checked on calls."""

    earlier: "tuple[FactSheet, ...]" = ()
    """Versions that this one replaced, oldest first."""

    def hours_on(self, day: date) -> tuple[tuple[Minutes, Minutes], ...] | None:
        """The hours of one day, exceptions before the weekday's; None where not known."""
        special = (one.hours for one in self.special_days if one.holds(day))
        return next(special, self.opening_hours.get(WEEKDAYS[day.weekday()]))

    @model_validator(mode="after")
    def known_services(self) -> "FactSheet":
        known = {name.lower() for price in self.prices for name in price.all_names()}
        for rule in self.rules:
            for service in rule.services:
                if service.lower() not in known:
                    raise ValueError(
                        f"rule '{rule.rule}' is for '{service}', which has no price; "
                        f"{nearest(service, known) or 'add it to prices'}"
                    )
        return self

    def price_of(self, text: str) -> float | None:
        """The dearest service on the sheet that a text names, by its lowest price; None for none.

        Names count as they are written: an estimate for lists, no proof for a verdict.
        """
        said = text.casefold()
        found = [
            price.price if price.price is not None else price.low or price.high or 0.0
            for price in self.prices
            if any(name.casefold() in said for name in price.all_names())
        ]
        return max(found, default=None)

    def at(self, day: date | None) -> "FactSheet":
        """The version that was valid on a day, before its successors; the latest for None."""
        if day is None or self.valid_from is None or self.valid_from <= day or not self.earlier:
            return self
        before = self.earlier[-1].model_copy(
            update={"earlier": self.earlier[:-1], "clinic": self.clinic, "aliases": self.aliases}
        )
        return before.at(day)


def load_facts(path: str | Path) -> FactSheet:
    """The fact sheet in a YAML file; raises SettingsError naming the file and what is wrong.

    A file may hold several versions, divided by ``---``, each with its ``valid_from``. The latest
    is returned, with the others in ``earlier``.
    """
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The fact sheet {path} can't be read.", "Give the path of a YAML file in UTF-8."
        ) from error
    sheets = []
    for part in re.split(r"^---\s*$", text, flags=re.M):
        data = read_yaml(part, str(path))
        if data is None:
            continue
        if not isinstance(data, dict):
            raise SettingsError(f"{path} is not a fact sheet.", "It begins with 'clinic: <name>'.")
        if "earlier" in data:
            raise SettingsError(
                f"{path}: unknown key 'earlier'.", "Write an earlier version above, then ---."
            )
        sheets.append(validate(FactSheet, data, str(path)))
    if not sheets:
        raise SettingsError(f"{path} is empty.", "It begins with 'clinic: <name>'.")
    if len(sheets) > 1 and any(sheet.valid_from is None for sheet in sheets):
        raise SettingsError(
            f"{path}: a version lacks valid_from.", "Date every version: 'valid_from: 2026-01-01'."
        )
    sheets.sort(key=lambda sheet: sheet.valid_from or date.min)
    return sheets[-1].model_copy(update={"earlier": tuple(sheets[:-1])})
