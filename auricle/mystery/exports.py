"""A plan as a table, and as a calendar for a shopper's telephone."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from auricle.mystery.campaign import Campaign
from auricle.store.mystery import Task

CALL_MIN = 15
"""How long a call stands in the calendar."""
REMIND_MIN = 10
COLUMNS = (
    "task", "wave", "date", "time", "until", "clinic", "number", "scenario", "title", "shopper",
)  # fmt: skip


def to_csv(campaign: Campaign, tasks: Sequence[Task]) -> str:
    """A line a call, in order of time; times are the clinic's own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for task in tasks:
        writer.writerow(
            [task.task, task.wave, f"{task.call_at:%Y-%m-%d}", f"{task.call_at:%H:%M}",
             f"{task.until:%H:%M}", task.clinic, task.number, task.scenario,
             campaign.scenario(task.scenario).title, task.shopper]
        )  # fmt: skip
    return text.getvalue()


def to_ics(campaign: Campaign, tasks: Sequence[Task], zone: ZoneInfo) -> bytes:
    """The calls as a calendar (RFC 5545) with the script in each entry and a reminder before it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Auricle//mystery calls//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", campaign.title)
    for task in tasks:
        scenario = campaign.scenario(task.scenario)
        begins = task.call_at.replace(tzinfo=zone)
        event = Event()
        event.add("uid", f"{task.task}@auricle")
        event.add("dtstamp", begins)
        event.add("dtstart", begins)
        event.add("dtend", begins + timedelta(minutes=CALL_MIN))
        event.add("summary", f"{task.clinic}, {task.number}: {scenario.title}")
        asked = [question.say for question in scenario.ask.values()]
        event.add(
            "description",
            "\n".join([scenario.persona, scenario.goal, "", scenario.opening, *asked,
                       scenario.difficulty.say]),
        )  # fmt: skip
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", f"{task.clinic}, {task.number}")
        reminder.add("trigger", timedelta(minutes=-REMIND_MIN))
        event.add_component(reminder)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text
