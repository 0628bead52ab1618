"""A campaign from its file to shoppers: plan, table, calendar, progress, tokens."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from auricle.commands import mystery as command
from auricle.errors import SettingsError
from auricle.mystery import tokens
from auricle.mystery.campaign import load_campaign
from auricle.mystery.exports import to_csv, to_ics
from auricle.mystery.plan import plan
from auricle.mystery.progress import Quota, progress
from auricle.store import Store, mystery
from auricle.store.access import as_owner

CAMPAIGN = """
id: autumn
title: Autumn
language: pl
scenarios: [price-shopping, acute-pain]
clinics:
  - {name: Zdrowie, number: "22 831 00 00", own: true}
  - {name: Konkurencja, number: "22 831 11 11"}
shoppers:
  - {name: Ewa, numbers: ["502 106 920"]}
  - {name: Ola}
waves:
  - {first: 2026-10-19, last: 2026-10-30, calls: 4}
bands:
  - {id: morning, from: "08:00", to: "12:00"}
  - {id: saturday, from: "09:00", to: "13:00", days: [saturday]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "autumn.yaml"
    path.write_text(CAMPAIGN, "utf-8")
    return path


def test_table_and_calendar_hold_the_plan_in_the_clinic_s_time(file: Path) -> None:
    campaign = load_campaign(file)
    tasks = plan(campaign)
    rows = list(csv.DictReader(io.StringIO(to_csv(campaign, tasks))))
    assert [row["task"] for row in rows] == [task.task for task in tasks]
    assert {row["title"] for row in rows} == {"Porównywanie cen", "Ostry ból"}
    events = Calendar.from_ical(to_ics(campaign, tasks, ZoneInfo("Europe/Warsaw"))).events
    assert len(events) == len(tasks) == 8
    for task, event in zip(tasks, events, strict=True):
        begins = event.decoded("dtstart")
        assert begins.replace(tzinfo=None) == task.call_at
        summer = task.call_at < datetime(2026, 10, 25)  # the clocks go back within the wave
        assert begins.utcoffset() == timedelta(hours=2 if summer else 1)
        assert campaign.scenario(task.scenario).opening in str(event["description"])
        assert task.number in str(event["summary"])


def test_mistakes_in_a_campaign_are_named(file: Path) -> None:
    def refused(old: str, new: str, match: str) -> None:
        file.write_text(CAMPAIGN.replace(old, new), "utf-8")
        with pytest.raises(SettingsError, match=match):
            load_campaign(file)

    refused("acute-pain", "acute-pane", "Did you mean 'acute-pain'")
    refused("language: pl", "language: xx", "no scenarios in 'xx'")
    refused("last: 2026-10-30", "last: 2026-10-01", "ends .* before it begins")
    refused(", calls: 4}", "}", "how many calls")
    refused("{name: Ola}", "{name: Ewa}", "shopper stands there twice")
    refused('to: "12:00"}', 'to: "12:00", calls: 2}', "every band or to none")


def test_progress_counts_what_was_made(file: Path) -> None:
    tasks = plan(load_campaign(file))
    first = tasks[0]
    found = progress(tasks, {first.task})
    assert sum(quota.planned for quota in found) == 8
    assert [q for q in found if q.done] == [Quota(1, first.clinic, first.band, 2, 1)]


def test_a_token_lets_in_its_shopper_until_it_expires_or_is_revoked(tmp_path: Path) -> None:
    path = Store(tmp_path / "auricle.duckdb").path
    token = tokens.issue(path, "autumn", "Ewa", days=3)
    other = tokens.issue(path, "autumn", "Ola", days=3)
    assert tokens.holder(path, token) == ("autumn", "Ewa")
    assert tokens.holder(path, token + "x") is tokens.holder(path, "") is None
    now = datetime.now(UTC)
    assert tokens.holder(path, token, now + timedelta(days=2, hours=23)) is not None
    assert tokens.holder(path, token, now + timedelta(days=3, minutes=1)) is None
    assert mystery.revoke_tokens(path, "autumn", "Ewa") == 1
    assert tokens.holder(path, token) is None
    assert tokens.holder(path, other) == ("autumn", "Ola")
    assert token.encode() not in path.read_bytes()


def test_a_plan_that_is_under_way_isn_t_redrawn_otherwise(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    command.draw(file, None)
    assert "Wave 1, 2026-10-19 to 2026-10-30: 8 calls" in capsys.readouterr().out
    path = file.parent / "auricle-data" / "auricle.duckdb"
    [first, *_] = mystery.tasks(as_owner(path), "autumn")
    mystery.save_debrief(
        path, mystery.Debrief(first.task, first.call_at, first.number, 95, {"kind": 4}, "words")
    )
    command.draw(file, None)
    assert mystery.debriefs(as_owner(path))[first.task].marks == {"kind": 4}
    command.progress(None, None)
    assert f"{first.clinic}  {first.band}: 1 of 2" in capsys.readouterr().out
    file.write_text(CAMPAIGN.replace("calls: 4", "calls: 6"), "utf-8")
    with pytest.raises(SettingsError, match="made already"):
        command.draw(file, None)
    command.export("csv", "Ewa", None, None, None)
    assert {row["shopper"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))} == {
        "Ewa"
    }
    with pytest.raises(SettingsError, match="Did you mean 'Ewa'"):
        command.token("Eva", 3, False, None, None)


def test_a_shopper_sees_her_own_tasks_and_no_calls(file: Path, tmp_path: Path) -> None:
    campaign = load_campaign(file)
    path = Store(tmp_path / "auricle.duckdb").path
    mystery.save_campaign(path, campaign.id, campaign.model_dump_json(), plan(campaign))
    hers = tokens.access_of(path, "autumn", "Ewa")
    seen = mystery.tasks(hers)
    assert {task.shopper for task in seen} == {"Ewa"}
    assert len(seen) == 4
    for task in mystery.tasks(as_owner(path)):
        mystery.save_debrief(path, mystery.Debrief(task.task, task.call_at, "1", 60, {}, ""))
    assert set(mystery.debriefs(hers)) == {task.task for task in seen}
    assert list(mystery.campaigns(hers)) == ["autumn"]
    assert mystery.tasks(tokens.access_of(path, "spring", "Ewa")) == []
