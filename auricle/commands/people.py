"""``auricle people`` and ``auricle audit``: who may look, and who has looked."""

import json
from pathlib import Path
from typing import cast

import typer
from rich.console import Console
from rich.table import Table

from auricle.settings import expect_clinic, load_settings
from auricle.store import Store
from auricle.store import people as store
from auricle.store.access import Access, PersonRole, as_owner


def add(
    login: str, role: str, name: str, administrator: str, config: Path | None, local: bool
) -> None:
    """Ask for the password, unless they sign in elsewhere, and let them in."""
    access = _access(config)
    password = ""
    if local:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    person = store.Person(login, name or login, cast(PersonRole, role), administrator, local, True)
    store.add_person(access, person, password)
    print(f"{login} may look as {role}.")


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
        detail = ", ".join(f"{name} {value}" for name, value in line.detail.items())
        moment = line.at_utc.isoformat(" ", "seconds")
        print(f"{moment}Z  {line.login}  {line.action}  {line.call_id}  {detail}".rstrip())


def _access(config: Path | None) -> Access:
    path = load_settings(config).store.path
    expect_clinic(config, path)
    return as_owner(Store(path).path)
