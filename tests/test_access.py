"""Nobody is shown more than they may see, whatever is read and however."""

import inspect
import pkgutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import made_up_clinic
import pytest
from helpers_store_user import a_call
from hypothesis import given, settings
from hypothesis import strategies as st

import auricle.store
from auricle.store import Store
from auricle.store.access import Access, PersonRole, Viewer, as_owner
from auricle.store.filters import CallFilter
from auricle.store.reads import call_detail, fetch, reading, rows

NAMES = ("Anna", "Anna O'Neil", "Marta", "")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def clinic_of(folder: Path, recorded: list[str], logged: list[str]) -> Path:
    """A store with a call for each name; ids tell whose each is."""
    store = Store(folder / "auricle.duckdb")
    with store.transaction():
        for number, name in enumerate(recorded):
            call, transcript, card = a_call(number)
            whose = {"call_id": f"{number}-of-{name}-"}
            call = call.model_copy(update={**whose, "administrator": name, "start": START})
            keys = {"path": call.recorded.path, "fingerprint": "f", "run_id": "r"}
            store.save_call(call, None, fingerprint="f", run_id="r")
            store.save_transcript(transcript.model_copy(update=whose), **keys)
            store.save_scorecard(card.model_copy(update=whose), **keys)
    missed = [
        {"call_key": f"log-{number}-of-{name}-", "start": START.replace(tzinfo=None),
         "administrator": name, "agent": "9", "caller": f"of-{name}-", "outcome": "abandoned"}
        for number, name in enumerate(logged)
    ]  # fmt: skip
    made_up_clinic.log(store, missed)
    return store.path


def reads() -> list[Callable[..., Any]]:
    """Every function of the store that takes an Access and nothing else that must be given, or
    only what calls are chosen by."""
    found = []
    for module in pkgutil.iter_modules(auricle.store.__path__, "auricle.store."):
        for function in vars(import_module(module.name)).values():
            if not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            given = inspect.signature(function).parameters.values()
            needed = [p.annotation for p in given if p.default is p.empty]
            if needed in ([Access], [Access, CallFilter]) and function is not reading.__wrapped__:
                found.append(function)
    return found


def told(function: Callable[..., Any], access: Access) -> str:
    wanted = len(
        [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    )
    return repr(function(access, *[CallFilter()][: wanted - 1]))


def everything_in(access: Access) -> dict[str, list[dict[str, Any]]]:
    """All that the names of tables and views lead to."""
    with reading(access) as connection:
        names = fetch(
            connection,
            """SELECT DISTINCT table_name AS name FROM duckdb_columns()
               WHERE database_name = current_database() AND schema_name = 'main'""",
        )
        return {
            row["name"]: fetch(connection, f'SELECT * FROM "{row["name"]}" ORDER BY ALL')
            for row in names
        }


def others_of(name: str) -> list[str]:
    return [f"-of-{other}-" for other in NAMES if other != name]


clinics = st.tuples(*[st.lists(st.sampled_from(NAMES), max_size=5)] * 2)


@settings(max_examples=8)
@given(clinics, st.sampled_from([name for name in NAMES if name]))
def test_an_administrator_never_meets_anothers_call(
    clinic: tuple[list[str], list[str]], name: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = clinic_of(Path(folder), *clinic)
        hers = Access(path, Viewer("a", "administrator", name))
        found = {function.__qualname__: told(function, hers) for function in reads()}
        assert {"calls", "figures", "line_figures", "call_back", "choices"} <= {*found}
        found |= {table: repr(lines) for table, lines in everything_in(hers).items()}
        for where, text in found.items():
            for other in others_of(name):
                assert other not in text, where
        for call in rows(as_owner(path), "SELECT call_id FROM calls"):
            reached = call_detail(hers, call["call_id"]) is not None
            assert reached == (f"-of-{name}-" in call["call_id"])
        mine = rows(hers, "SELECT call_id FROM call_list")
        assert len(mine) == sum(whose == name for whose in [*clinic[0], *clinic[1]])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clinic_of(tmp_path_factory.mktemp("clinic"), ["Anna", "Marta", ""], ["Anna", ""])


def test_a_shopper_meets_no_call(path: Path) -> None:
    everything = everything_in(Access(path, Viewer("s", "shopper")))
    assert "calls" in everything and not any(everything.values())


@pytest.mark.parametrize("role", ["owner", "analyst"])
def test_owner_and_analyst_see_everything(path: Path, role: PersonRole) -> None:
    whole, seen = everything_in(as_owner(path)), everything_in(Access(path, Viewer("x", role)))
    assert seen == whole and len(whole["calls"]) == 3


def test_nobodys_calls_are_no_administrators() -> None:
    with pytest.raises(ValueError, match="has a name"):
        Viewer("a", "administrator")
