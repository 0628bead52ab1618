"""The table of desks: what is right in it, what is wrong, and where."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.desks import Desk, read_desks, understood, write_desks
from auricle.errors import SettingsError

days = st.none() | st.dates(date(2025, 1, 1), date(2025, 1, 20))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "agent": st.sampled_from(["", "2001", "2002"]),
            "administrator": st.sampled_from(["", "Anna", "Marta"]),
            "since": days,
            "until": days,
        }
    ),
    max_size=6,
)


@given(rows)
def test_every_row_is_a_desk_or_a_problem_and_no_two_people_share_one(table) -> None:
    desks, problems = understood(table)
    assert len(desks) + len(problems) == len(table)
    for index, desk in enumerate(desks):
        assert not any(desk.overlaps(other) for other in desks[:index])


def test_the_later_of_two_rows_is_the_wrong_one() -> None:
    table = [
        {"agent": "2001", "administrator": "Anna", "since": None, "until": date(2026, 3, 1)},
        {"agent": "2001", "administrator": "Marta", "since": date(2026, 3, 1), "until": None},
        {"agent": "2001", "administrator": "Julia", "since": date(2026, 3, 2), "until": None},
        {"agent": "", "administrator": "Julia", "since": None, "until": None},
    ]
    desks, problems = understood(table)
    assert [desk.administrator for desk in desks] == ["Anna", "Julia"]
    assert problems == {
        1: "2001 is Anna's at that time, not Marta's",
        3: "Both the agent and the administrator are needed",
    }


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    desks = (
        Desk(agent="2001", administrator="Anna, the first", until=date(2026, 3, 1)),
        Desk(agent="2001", administrator="Marta", since=date(2026, 3, 2)),
    )
    write_desks(tmp_path / "desks.csv", desks)
    assert read_desks(tmp_path / "desks.csv") == desks
    assert [path.name for path in tmp_path.iterdir()] == ["desks.csv"]


def test_an_error_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "desks.csv"
    path.write_text("agent,administrator,since,until\n2001,Anna,,\n\n2001,Marta,,\n", "utf-8")
    with pytest.raises(SettingsError, match=r"line 4: 2001 is Anna's"):
        read_desks(path)
