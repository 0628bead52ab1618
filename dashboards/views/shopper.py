"""A shopper's own page, made for a telephone: today's calls, what to say, and what came of them.

No account: the token in the address lets her in, and nothing else is shown than her own tasks.
"""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from auricle.mystery import tokens
from auricle.mystery.campaign import Campaign
from auricle.mystery.texts import Item, Texts, texts
from auricle.settings import Settings
from auricle.store import mystery
from auricle.store.mystery import Debrief, Task
from dashboards.parts.markup import card_title, empty, esc, page_title, put
from dashboards.parts.scenario import script

AUDIO = ["wav", "mp3", "m4a", "ogg", "opus", "flac", "aac", "amr", "mp4", "webm"]


TOKEN = "shopper"
"""The query parameter that brings a shopper here."""


def show(settings: Settings) -> None:
    path = settings.store.path
    token = st.query_params.get(TOKEN, "")
    held = tokens.holder(path, token) if path.is_file() else None
    if held is None:
        says = texts(settings.clinic.languages[0]).page
        empty(says["closed"], esc(says["closed_help"]))
        return
    access = tokens.access_of(path, *held)
    campaign = Campaign.model_validate_json(mystery.campaigns(access)[held[0]])
    words = texts(campaign.language)
    debriefs = mystery.debriefs(access)
    now = datetime.now(settings.clinic.zone).replace(tzinfo=None)
    page_title(words.page["title"], campaign.title)
    made: list[Task] = []
    due: list[Task] = []
    later: list[Task] = []
    for task in mystery.tasks(access, campaign.id):
        group = (
            made if task.task in debriefs else due if task.call_at.date() <= now.date() else later
        )
        group.append(task)
    today = [task for task in due if task.call_at.date() == now.date()]
    if not today:
        put(f'<p class="au-note" data-testid="nothing">{esc(words.page["nothing"])}</p>')
    for title, tasks in (
        ("today", today), ("earlier", [task for task in due if task not in today]),
    ):  # fmt: skip
        if tasks:
            put(f"<h2>{esc(words.page[title])}</h2>")
        for task in tasks:
            _task(path, campaign, task, words, now)
    for title, tasks in (("later", later), ("done", made)):
        if tasks:
            heads = "".join(_head(task, words) for task in tasks)
            put(f"<h2>{esc(words.page[title])}</h2>{heads}")


def _head(task: Task, words: Texts) -> str:
    return (
        f'<p class="au-task-head" data-testid="task"><b>{esc(task.clinic)}</b>'
        f"<span>{esc(task.number)}</span>"
        f"<span>{esc(words.page['moment'].format(at=task.call_at))}</span></p>"
    )


def _task(path: Path, campaign: Campaign, task: Task, words: Texts, now: datetime) -> None:
    scenario = campaign.scenario(task.scenario)
    says = words.page
    when = says["call_at"].format(at=task.call_at, until=task.until)
    with st.container(key=f"au-card-{task.task}"):
        put(card_title(scenario.title, when) + _head(task, words) + script(scenario, says))
        with st.form(task.task, border=False):
            day = st.date_input(says["day"], min(task.call_at, now).date(), key=f"day-{task.task}")
            clock = st.time_input(
                says["time"], task.call_at.time(), step=timedelta(minutes=1), key=f"t-{task.task}"
            )
            number = st.text_input(says["number"], task.number, key=f"number-{task.task}")
            minutes = st.number_input(
                says["minutes"], 0.0, 120.0, 3.0, 0.5, key=f"minutes-{task.task}"
            )
            marks = {name: _mark(task, name, item) for name, item in words.form.items()}
            remembered = st.text_area(says["remembered"], key=f"words-{task.task}")
            file = st.file_uploader(says["recording"], AUDIO, key=f"file-{task.task}")
            if st.form_submit_button(says["send"], type="primary"):
                where, sha256 = _keep(path, task.task, file)
                mystery.save_debrief(
                    path,
                    Debrief(
                        task.task, datetime.combine(day, clock), number, 60 * minutes,
                        {name: mark for name, mark in marks.items() if mark is not None},
                        remembered.strip(), sha256, where,
                    ),
                )  # fmt: skip
                st.toast(says["sent"], icon="✅")
                st.rerun()


def _mark(task: Task, name: str, item: Item) -> int | None:
    key = f"{name}-{task.task}"
    if item.kind == "scale":
        return st.radio(item.say, [1, 2, 3, 4, 5], index=None, horizontal=True, key=key)
    return st.radio(
        item.say, [1, 0], index=None, horizontal=True, key=key, format_func="✕✓".__getitem__
    )


def _keep(path: Path, task: str, file: UploadedFile | None) -> tuple[str, str]:
    """The recording in the folder where ``auricle run`` looks; its path and SHA-256."""
    if file is None:
        return "", ""
    folder = mystery.uploads(path)
    folder.mkdir(parents=True, exist_ok=True)
    data = file.getvalue()
    target = folder / f"{task}{Path(file.name).suffix.lower()}"
    half = folder / f".{target.name}.part"
    half.write_bytes(data)
    half.replace(target)
    return str(target), hashlib.sha256(data).hexdigest()
