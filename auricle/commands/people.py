"""``auricle people`` and ``auricle audit``: who may look, and who has looked."""

import json
import sys
from pathlib import Path
from typing import cast

import typer
from rich.console import Console
from rich.table import Table

from auricle.errors import SettingsError
from auricle.settings import expect_clinic, load_settings
from auricle.store import Store
from auricle.store import people as store
from auricle.store.access import Access, PersonRole, as_owner
from auricle.store.reads import choices
from auricle.strict import nearest


def add(
    login: str, role: str, name: str, administrator: str, config: Path | None, local: bool
) -> None:
    """Ask for the password, unless they sign in elsewhere, and let them in."""
    person = store.Person(login, name or login, cast(PersonRole, role), administrator, local, True)
    store.check_person(person)
    access = _access(config)
    names = [known for known in choices(access).administrators if known]
    if administrator and administrator not in names:
        print(f"warning: no call is kept under {administrator!r}. {nearest(administrator, names)}",
              file=sys.stderr)  # fmt: skip
    password = ""
    if local:
        password = typer.prompt(
            f"Password, at least {store.LEAST_CHARACTERS} characters",
            hide_input=True, confirmation_prompt=True, value_proc=_long_enough,
        )  # fmt: skip
    store.add_person(access, person, password)
    print(f"{login} may look as {role}.")


def _long_enough(password: str) -> str:
    """Asked for again if it is too short."""
    try:
        store.check_password(password)
    except SettingsError as error:
        raise typer.BadParameter(str(error)) from error
    return password


def remove(login: str, config: Path | None) -> None:
    store.remove_person(_access(config), login)
    print(f"{login} is let in no more.")


def list_all(config: Path | None) -> None:
    table = Table(show_edge=False)
    for heading in ("login", "name", "role", "administrator", "signs in"):
        table.add_column(heading)
    for person in store.people(_access(config)):
        where = "here" if person.local else "elsewhere"
        table.add_row(
            person.login, person.name, person.role, person.administrator,
            where if person.active else "no more",
        )  # fmt: skip
    Console().print(table)


def audit(config: Path | None, limit: int, *, as_json: bool) -> None:
    lines = store.audit(_access(config), limit)
    if as_json:
        found = [{**vars(line), "at_utc": f"{line.at_utc.isoformat()}Z"} for line in lines]
        print(json.dumps({"schema": "auricle.audit/1", "lines": found}, ensure_ascii=False))
        return
    for line in lines:
        detail = ", ".join(f"{name} {shown(value)}" for name, value in line.detail.items())
        moment = line.at_utc.isoformat(" ", "seconds")
        print(f"{moment}Z  {line.login}  {line.action}  {line.call_id}  {detail}".rstrip())


def shown(value: object) -> str:
    """A detail as people write it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    return ", ".join(map(shown, value)) if isinstance(value, list) else str(value)


def _access(config: Path | None) -> Access:
    path = load_settings(config).store.path
    expect_clinic(config, path)
    return as_owner(Store(path).path)
