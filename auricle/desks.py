"""Who sat where, when: the clinic's table of extensions, agents' ids and channels.

A CSV file beside ``auricle.toml``, written by hand or by the dashboard:
``agent,administrator,since,until``, days included, empty days meaning always.
"""

import csv
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from auricle.errors import SettingsError

COLUMNS = ("agent", "administrator", "since", "until")


class Desk(BaseModel):
    """One administrator at one place for some time."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    agent: str
    """As the telephone system names it: an extension, an agent's id, a channel, a name."""
    administrator: str
    since: date | None = None
    """First day; None: from the beginning."""
    until: date | None = None
    """Last day; None: until today and on."""

    @field_validator("since", "until", mode="before")
    @classmethod
    def _empty_is_open(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _in_order(self) -> "Desk":
        if not self.agent or not self.administrator:
            raise ValueError("both the agent and the administrator are needed")
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"it ends ({self.until}) before it begins ({self.since})")
        return self

    def overlaps(self, other: "Desk") -> bool:
        """Whether both speak of the same agent on some day."""
        return (
            self.agent == other.agent
            and (self.since or date.min) <= (other.until or date.max)
            and (other.since or date.min) <= (self.until or date.max)
        )


def read_desks(path: Path) -> tuple[Desk, ...]:
    """The desks of a file; none when there is no such file.

    Raises SettingsError naming the line that is wrong: two people can't sit at one desk.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} can't be read: {error}.", "Save it as CSV in UTF-8."
        ) from error
    reader = csv.DictReader(text.splitlines(), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise SettingsError(
            f"{path} begins with {','.join(reader.fieldnames or ()) or 'nothing'}.",
            f"Its first line must be {','.join(COLUMNS)}.",
        )
    desks: list[Desk] = []
    try:
        for row in reader:
            desks.append(Desk.model_validate(row))
            check(desks)
    except (ValidationError, ValueError, csv.Error) as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise SettingsError(
            f"{path}, line {reader.line_num}: {problem}.", "Correct the line."
        ) from error
    return tuple(desks)


def check(desks: list[Desk]) -> None:
    """Raises ValueError when the last desk is already somebody else's on some day."""
    *others, last = desks
    for other in others:
        if last.overlaps(other):
            raise ValueError(
                f"{last.agent} is {other.administrator}'s at that time, not {last.administrator}'s"
            )


def write_desks(path: Path, desks: Iterable[Desk]) -> None:
    """Replace the file at once, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for desk in desks:
            writer.writerow([desk.agent, desk.administrator, desk.since or "", desk.until or ""])
    os.replace(beside, path)
