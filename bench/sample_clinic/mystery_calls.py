"""Make the sample clinic's mystery calls: recordings, the log's lines, and what shoppers said.

    python bench/sample_clinic/mystery_calls.py

Times are those of the plan for ``data/sample/mystery/campaign.yaml``. The clinic's own calls lie
where its telephone system put them, and its clock is wrong by up to two minutes; competitors' calls
are what shoppers recorded. Needs flite and ffmpeg (with libopus) on PATH. Seeded by the task.
"""

import csv
import json
import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from dialogue import Dialogue, read_event
from synthesise import encode
from telephone import LONDON, cdr
from timeline import render

from auricle.mystery.campaign import load_campaign
from auricle.mystery.plan import plan
from auricle.store.mystery import Task

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "data" / "sample" / "mystery"
CLOCK_S = 120
DESKS = {"Anna": "201", "Mark": "202", "Colin": "203"}


def main() -> None:
    written = yaml.safe_load((HERE / "mystery.yaml").read_text(encoding="utf-8"))
    campaign = load_campaign(SAMPLE / "campaign.yaml")
    tasks = {(task.wave, task.clinic, task.scenario): task for task in plan(campaign)}
    numbers = {one.name: one.numbers[0] for one in campaign.shoppers}
    for folder in ("recordings", "uploads", "logs"):
        shutil.rmtree(SAMPLE / folder, ignore_errors=True)
        (SAMPLE / folder).mkdir()
    told, log = [], []
    for number, call in enumerate(written["calls"], start=9001):
        task = tasks.pop((call["wave"], call["clinic"], call["scenario"]))
        dice = random.Random(task.task)
        began = task.call_at + timedelta(minutes=dice.randrange(0, 12), seconds=dice.randrange(60))
        voice = written["shoppers"][task.shopper]
        rendered = render(dialogue(call, task, written["competitors"].get(task.clinic), voice))
        name = f"uploads/{task.task}.opus"
        if task.own:
            caller = numbers[task.shopper].replace(" ", "")
            at = (began + timedelta(seconds=dice.uniform(-CLOCK_S, CLOCK_S))).replace(
                microsecond=0, tzinfo=LONDON
            )
            key = f"{int(at.timestamp())}.{number}"
            name = f"recordings/in-600-{caller}-{at:%Y%m%d-%H%M%S}-{key}.opus"
            desk = DESKS[call["administrator"]]
            log.append(cdr(at, round(rendered.duration_s), caller, desk, key, number))
        encode(SAMPLE / name, rendered.samples, "opus")
        minutes = round(2 * rendered.duration_s / 60 + 0.3) / 2
        told.append(
            [task.task, f"{began:%Y-%m-%d %H:%M}", task.number, minutes, json.dumps(call["marks"]),
             call["remembered"], "" if task.own else f"{task.task}.opus"]
        )  # fmt: skip
        print(f"{task.task}  {task.clinic}  {task.scenario}  {rendered.duration_s:.1f} s")
    if tasks:
        raise SystemExit(f"Nothing is written for: {sorted(tasks)}")
    with (SAMPLE / "debriefs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        columns = ("task", "called", "number", "minutes", "marks", "remembered", "recording")
        writer.writerows([columns, *sorted(told)])
    lines = "".join(f"{line}\n" for _, line in sorted(log))
    (SAMPLE / "logs" / "Master.csv").write_text(lines, encoding="utf-8", newline="")


def dialogue(call: dict[str, Any], task: Task, competitor: str | None, voice: str) -> Dialogue:
    """The written call as the sample's other calls are written; nobody reads its truth."""
    before = (read_event({"ring": call["ring_s"]}),)
    return Dialogue(
        call_id=task.task, administrator=competitor or call["administrator"], start=task.call_at,
        direction="inbound", caller="", call_type="", layout="mono", codec="opus",
        patient_voice=voice, patient_level_db=-2.0, crosstalk_db=None, noise_snr_db=None,
        clip=False, pbx_wait_s=None, pbx_wait_logged=False, before=before,
        talk=tuple(read_event(entry) for entry in call["talk"]), booked=None, outcome="",
        verdicts={},
    )  # fmt: skip


if __name__ == "__main__":
    main()
