"""``auricle mystery ...``: from scenarios to the wave's report."""

from datetime import datetime
from pathlib import Path

from auricle.settings import load_settings
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
