"""``auricle mystery ...``: from scenarios to the wave's report."""

import sys
from datetime import datetime
from getpass import getuser
from pathlib import Path
from urllib.parse import urlencode

from auricle.errors import SettingsError
from auricle.mystery import tokens
from auricle.mystery.campaign import Campaign, load_campaign
from auricle.mystery.exports import to_csv, to_ics
from auricle.mystery.plan import plan
from auricle.mystery.progress import progress as quotas
from auricle.mystery.report import html
from auricle.mystery.results import element_of, elements
from auricle.mystery.standard import markdown
from auricle.mystery.texts import texts
from auricle.mystery.wave import wave_report
from auricle.pdf import pdf_of
from auricle.settings import Settings, expect_clinic, load_settings
from auricle.store import Store
from auricle.store import mystery as store
from auricle.store import mystery_calls as calls
from auricle.store import standard as clauses
from auricle.store.access import Access, Viewer, as_owner
from auricle.strict import nearest
from auricle.waves import settle
from rubrics.facts import load_facts
from rubrics.scenarios import (
    Scenario,
    load_scenarios,
    ready_languages,
    ready_scenarios,
    right_answers,
)


def scenarios(file: Path | None, language: str | None, config: Path | None) -> None:
    """Print scenarios with the answers that are right today. Raises SettingsError."""
    settings = load_settings(config)
    facts = load_facts(settings.clinic.facts) if settings.clinic.facts else None
    today = datetime.now(settings.clinic.zone).date()
    if file is not None:
        found = list(load_scenarios(file).values())
    else:
        languages = [language] if language else ready_languages()
        found = [one for code in languages for one in ready_scenarios(code).values()]
    for one in found:
        if language is None or one.language == language:
            _show(one, right_answers(one, facts, today))


def _show(one: Scenario, right: dict[str, str | None]) -> None:
    print(f"{one.language}/{one.id}  {one.title}  ({one.mood}; {one.success})")
    for name, question in one.ask.items():
        answer = right[name] or "not on the fact sheet: whether it is right can't be judged"
        print(f"  {name}: {question.say}  -> {answer}")


def _clinic(config: Path | None) -> Settings:
    """Raises SettingsError elsewhere than in a clinic's folder, or where a plan was drawn."""
    settings = load_settings(config)
    expect_clinic(config, settings.store.path)
    return settings


def draw(file: Path, config: Path | None) -> None:
    """Plan a campaign and store it. Raises SettingsError."""
    settings = load_settings(config)
    campaign = load_campaign(file)
    drawn = plan(campaign)
    Store(settings.store.path)
    kept = {task.task for task in store.tasks(as_owner(settings.store.path), campaign.id)}
    made = kept & set(store.debriefs(as_owner(settings.store.path)))
    if made and {task.task for task in drawn} != kept:
        raise SettingsError(
            f"{len(made)} calls of the campaign '{campaign.id}' were made already.",
            "Give the changed campaign another id.",
        )
    store.save_campaign(settings.store.path, campaign.id, campaign.model_dump_json(by_alias=True),
                        drawn)  # fmt: skip
    for wave, dates in enumerate(campaign.waves, start=1):
        calls = sum(task.wave == wave for task in drawn)
        print(f"Wave {wave}, {dates.first} to {dates.last}: {calls} calls")
    print("Next: auricle mystery token SHOPPER, auricle mystery export --format ics")


def chosen(settings: Settings, name: str | None) -> Campaign:
    """A stored campaign, by default the newest. Raises SettingsError where there is none."""
    Store(settings.store.path)
    known = store.campaigns(as_owner(settings.store.path))
    if not known:
        raise SettingsError("No campaign was planned yet.", "Run 'auricle mystery plan FILE'.")
    if name is not None and name not in known:
        raise SettingsError(f"There is no campaign '{name}'.", nearest(name, known))
    return Campaign.model_validate_json(known[name or next(iter(known))])


def export(
    form: str, shopper: str | None, out: Path | None, name: str | None, config: Path | None
) -> None:
    """Write the plan. Raises SettingsError for an unknown format, campaign or shopper."""
    settings = _clinic(config)
    campaign = chosen(settings, name)
    if form not in ("csv", "ics"):
        raise SettingsError(f"There is no format {form!r}.", "Choose csv or ics.")
    if shopper is not None:
        _known(campaign, shopper)
    tasks = store.tasks(as_owner(settings.store.path), campaign.id, shopper)
    if form == "csv":
        data = to_csv(campaign, tasks).encode()
    else:
        data = to_ics(campaign, tasks, settings.clinic.zone)
    if out is None:
        sys.stdout.write(data.decode())
    else:
        out.write_bytes(data)


def _known(campaign: Campaign, shopper: str) -> None:
    names = [one.name for one in campaign.shoppers]
    if shopper not in names:
        raise SettingsError(f"Nobody in '{campaign.id}' is '{shopper}'.", nearest(shopper, names))


def progress(name: str | None, config: Path | None) -> None:
    """Print each quota and how much of it is made."""
    settings = _clinic(config)
    campaign = chosen(settings, name)
    access = as_owner(settings.store.path)
    done = {*store.debriefs(access), *(call.task for call in calls.mystery_calls(access))}
    for quota in quotas(store.tasks(access, campaign.id), done):
        print(f"wave {quota.wave}  {quota.clinic}  {quota.band}: {quota.done} of {quota.planned}")


def match(config: Path | None) -> None:
    """Say which calls are mystery calls, and how many of the plan were found."""
    settings = _clinic(config)
    chosen(settings, None)
    found = settle(settings)
    access = as_owner(settings.store.path)
    made = {call.task for call in calls.mystery_calls(access)}
    print(f"{found} calls, {len(made)} of {len(store.tasks(access))} planned ones")


def report(
    wave: int | None, clinic: str | None, language: str | None, out: Path, name: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Write a wave's report. Raises SettingsError for an unknown wave, clinic or language."""
    settings = _clinic(config)
    campaign = chosen(settings, name)
    today = datetime.now(settings.clinic.zone).date()
    begun = sum(one.first <= today for one in campaign.waves)
    access = as_owner(settings.store.path)
    found = wave_report(access, campaign, wave or max(1, begun), clinic)
    page = html(found, language or campaign.language, calls.playable(access))
    out.write_bytes(pdf_of(page) if out.suffix.lower() == ".pdf" else page.encode())
    print(f"{out}: wave {found.wave} of {campaign.title}")


def standard(
    version: int | None, accept: str | None, wording: str | None, language: str,
    config: Path | None,
) -> None:  # fmt: skip
    """Print the written standard, after a new clause if one is given. Raises SettingsError."""
    settings = _clinic(config)
    Store(settings.store.path)
    if (accept is None) != (wording is None):
        raise SettingsError("A clause has a criterion and words.", "Give --accept and --wording.")
    if accept is not None and wording is not None:
        if element_of(accept) is None:
            known = [name for names in elements().values() for name in names]
            raise SettingsError(f"No criterion '{accept}'.", nearest(accept, known))
        clauses.accept_clause(
            Access(settings.store.path, Viewer(getuser(), "owner")), accept, wording
        )
    number, text = clauses.standard(as_owner(settings.store.path), version)
    print(markdown(number, text, texts(language)), end="")


def token(shopper: str, days: int, revoke: bool, name: str | None, config: Path | None) -> None:
    """Print a new address for a shopper, or end those she has. Raises SettingsError."""
    settings = _clinic(config)
    campaign = chosen(settings, name)
    _known(campaign, shopper)
    if revoke:
        ended = store.revoke_tokens(settings.store.path, campaign.id, shopper)
        print(f"{ended} ended")
        return
    secret = tokens.issue(settings.store.path, campaign.id, shopper, days)
    dashboard = settings.dashboard
    host = "localhost" if dashboard.host in ("0.0.0.0", "127.0.0.1") else dashboard.host
    print(f"http://{host}:{dashboard.port}/?{urlencode({'shopper': secret})}")
