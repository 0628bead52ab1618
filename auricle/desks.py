"""Who sat where, when: the clinic's table of extensions, agents' ids and channels.

A CSV file beside ``auricle.toml``, written by hand or by the dashboard:
``agent,administrator,since,until``, days included, empty days meaning always.
"""

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from auricle.errors import SettingsError
from auricle.messages import N_

COLUMNS = ("agent", "administrator", "since", "until")
_WRONG_LINE = N_("{path}, line {line}: {problem}.")


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
            raise ValueError(N_("Both the agent and the administrator are needed"))
        if self.since and self.until and self.until < self.since:
            raise ValueError(N_("It ends ({until}) before it begins ({since})").format(
                until=self.until, since=self.since
            ))  # fmt: skip
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
            N_("{path} can't be read: {error}.").format(path=path, error=error),
            N_("Save it as CSV in UTF-8."),
        ) from error
    reader = csv.DictReader(text.splitlines(), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise SettingsError(
            N_("{path} begins with {columns}.").format(
                path=path, columns=",".join(reader.fieldnames or ()) or N_("nothing")
            ),
            N_("Its first line must be {columns}.").format(columns=",".join(COLUMNS)),
        )
    found: list[tuple[int, dict[str, str]]] = []
    try:
        for row in reader:
            found.append((reader.line_num, row))
    except csv.Error as error:
        raise SettingsError(
            _WRONG_LINE.format(path=path, line=reader.line_num, problem=error),
            N_("Correct the line."),
        ) from error
    desks, problems = understood([row for _, row in found])
    for index, problem in problems.items():
        raise SettingsError(
            _WRONG_LINE.format(path=path, line=found[index][0], problem=problem),
            N_("Correct the line."),
        )
    return tuple(desks)


def understood(rows: Sequence[Mapping[str, object]]) -> tuple[list[Desk], dict[int, str]]:
    """The desks of a table's rows, and what is wrong with the others, by their index.

    Of two people at one desk on one day the later row is wrong.
    """
    desks: list[Desk] = []
    problems: dict[int, str] = {}
    for index, row in enumerate(rows):
        try:
            desk = Desk.model_validate(row)
        except ValidationError as error:
            problems[index] = error.errors()[0]["msg"].removeprefix("Value error, ")
            continue
        taken = next((other for other in desks if desk.overlaps(other)), None)
        if taken:
            problems[index] = N_("{agent} is {one}'s at that time, not {other}'s").format(
                agent=desk.agent, one=taken.administrator, other=desk.administrator
            )
        else:
            desks.append(desk)
    return desks, problems


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
