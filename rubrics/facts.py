"""The fact sheet: what is true at a clinic. Statements made on calls are compared with it."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from auricle.errors import SettingsError
from auricle.strict import read_yaml, validate

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
    name: str
    does: Texts = ()


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
    currency: str = ""
    prices: tuple[Price, ...] = ()
    doctors: tuple[Doctor, ...] = ()
    policies: dict[str, str] = {}
    other: dict[str, Any] = {}
    """Anything else worth keeping; not checked on calls."""

    earlier: "tuple[FactSheet, ...]" = ()
    """Versions that this one replaced, oldest first."""

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
