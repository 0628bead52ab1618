"""Who works with the results: roles, local passwords, and what was looked at and changed."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

import argon2

from auricle.errors import AccessError, SettingsError
from auricle.messages import N_
from auricle.store.access import (
    Access,
    PersonRole,
    Viewer,
    changing,
    record,
    utc_now,
)
from auricle.store.connection import connected
from auricle.store.reads import fetch, rows

LEAST_CHARACTERS = 12
"""Of a password: NIST SP 800-63B asks for 8 at least; nobody can type a second factor here."""
TRIES = 5
WITHIN = timedelta(minutes=15)
"""After so many wrong passwords for a login, no other is tried until the first is so old."""

_HASHER = argon2.PasswordHasher()
_NOBODY = _HASHER.hash("nobody")
"""Unknown logins cost as long as known ones: time doesn't tell which exist."""


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    role: PersonRole
    administrator: str
    local: bool
    """Signs in with a password here; else elsewhere (OpenID Connect)."""
    active: bool


@dataclass(frozen=True)
class AuditLine:
    at_utc: datetime
    login: str
    action: str
    call_id: str
    detail: dict[str, Any]


_PEOPLE = """SELECT login, name, role, administrator, password_hash <> '' AS local, active
FROM people"""


def people(access: Access) -> tuple[Person, ...]:
    """Everybody, the removed among them."""
    return tuple(Person(**row) for row in rows(access, f"{_PEOPLE} ORDER BY login"))


def check_person(person: Person) -> None:
    """Raises SettingsError for a role that doesn't exist, or a name that doesn't go with it."""
    if person.role not in get_args(PersonRole):
        raise SettingsError(
            f"There is no role {person.role!r}.", f"Choose from: {', '.join(get_args(PersonRole))}."
        )
    if (person.role == "administrator") != bool(person.administrator):
        raise SettingsError(
            N_("An administrator, and nobody else, has a name that calls are kept under."),
            "Give it as the calls have it: --administrator 'Anna Kowalska'.",
        )


def check_password(password: str) -> None:
    """Raises SettingsError for one that is too short."""
    if len(password) < LEAST_CHARACTERS:
        raise SettingsError(
            N_("The password is too short."),
            N_("Take {n} characters at least.").format(n=LEAST_CHARACTERS),
        )


def add_person(access: Access, person: Person, password: str = "") -> None:
    """Let somebody in, or change their role or password. Raises SettingsError for what can't be."""
    check_person(person)
    if password:
        check_password(password)
    login = person.login.strip().casefold()
    hashed = _HASHER.hash(password) if password else ""
    detail = {"person": login, "role": person.role, "administrator": person.administrator}
    with changing(access, "add person", by=("owner",), **detail) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?, true)",
            [login, person.name, person.role, person.administrator, hashed],
        )


def remove_person(access: Access, login: str) -> None:
    """Let somebody in no more; what they did stays theirs. Raises SettingsError for nobody."""
    login = login.strip().casefold()
    with changing(access, "remove person", by=("owner",), person=login) as connection:
        found = connection.execute(
            "UPDATE people SET active = false WHERE login = ? RETURNING login", [login]
        )
        if found.fetchone() is None:
            raise SettingsError(f"There is nobody called {login!r}.", "See 'auricle people list'.")


def viewer_of(access: Access, login: str) -> Viewer | None:
    """Who somebody is whom another service has signed in; None for whom the owner hasn't added."""
    found = rows(access, f"{_PEOPLE} WHERE login = ? AND active", [login.strip().casefold()])
    return _viewer(found[0]) if found else None


def sign_in(access: Access, login: str, password: str) -> Viewer:
    """Who it is, if the password is right. Raises AccessError: wrong, or tried too often.

    Attempts are counted per login in the audit log, so that neither another session nor a new start
    of the server begins anew.
    """
    login = login.strip().casefold()
    with connected(access.path, write=True, quiet=True) as connection:
        [failed] = fetch(
            connection,
            """SELECT count(*) AS n FROM audit WHERE login = $login AND action = 'wrong password'
               AND at_utc > greatest($since, coalesce((SELECT max(at_utc) FROM audit
                   WHERE login = $login AND action = 'sign in'), $since))""",
            {"login": login, "since": utc_now() - WITHIN},
        )
        if failed["n"] >= TRIES:
            raise AccessError(
                N_("Too many wrong passwords."),
                N_("Try again in {n} minutes, or ask the owner for a new one.").format(
                    n=WITHIN.seconds // 60
                ),
            )
        found = fetch(
            connection,
            "SELECT login, role, administrator, password_hash FROM people "
            "WHERE login = ? AND active AND password_hash <> ''",
            [login],
        )
        right = _right(found[0]["password_hash"] if found else _NOBODY, password) and bool(found)
        who = Viewer(login, "shopper")
        record(connection, who, "sign in" if right else "wrong password", "")
    if not right:
        raise AccessError(N_("This login and password don't belong together."), N_("Try again."))
    return _viewer(found[0])


def signed_in_elsewhere(access: Access, login: str, *, known: bool) -> None:
    """Tell the audit log that another service has signed somebody in, and if they are known."""
    with connected(access.path, write=True, quiet=True) as connection:
        who = Viewer(login.strip().casefold(), "shopper")
        record(connection, who, "sign in" if known else "refused", "")


def audit(access: Access, limit: int = 1000) -> tuple[AuditLine, ...]:
    """The newest lines first."""
    found = rows(access, "SELECT * FROM audit ORDER BY at_utc DESC LIMIT ?", [limit])
    return tuple(AuditLine(**{**row, "detail": json.loads(row["detail"])}) for row in found)


def _right(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except argon2.exceptions.VerificationError:
        return False


def _viewer(row: dict[str, Any]) -> Viewer:
    return Viewer(row["login"], row["role"], row["administrator"])
