"""What pages can do beyond looking: score a call, by a draft too, publish one, match calls."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.models import Call, Scorecard, Transcript
from auricle.pipeline import rescore
from auricle.scorer import load_scorer, version_of
from auricle.settings import YAML, Settings
from auricle.store import Store
from auricle.waves import settle
from dashboards.parts.workbench import Workbench
from rubrics.loader import load_rubric, parse_rubric
from rubrics.schema import Rubric
from scoring.examples import try_examples


def workbench(settings: Settings) -> Workbench:
    """For the rubrics of these settings."""

    def score(call: Call, transcript: Transcript, rubric: Rubric) -> Scorecard:
        return load_scorer(settings).score(call, transcript, rubric)

    def publish(text: str, by: str) -> Rubric:
        return publish_rubric(settings, text, by)

    return Workbench(score, partial(rescore, settings), publish, partial(settle, settings))


def publish_rubric(settings: Settings, text: str, by: str) -> Rubric:
    """Write a draft over the clinic's own rubric of that id, and remember both versions.

    The next ``auricle run`` scores anew. Raises SettingsError for a draft that can't be used: no
    rubric file of the clinic's has its id, its version isn't new, an example fails.
    """
    draft = parse_rubric(text, "the draft")
    path = own_file(settings, draft.id)
    current = load_rubric(path)
    if draft.version == current.version:
        raise SettingsError(
            N_("Version {version} is the one in use.").format(version=draft.version),
            N_("Raise 'version' in the draft."),
        )
    wrong = [tried for tried in try_examples(draft) if not tried.right]
    if wrong:
        first = wrong[0]
        raise SettingsError(
            N_("{criterion}, example {n}: expected {expected}, got {found}.").format(
                criterion=first.criterion,
                n=first.number,
                expected=first.expected,
                found=first.found,
            ),
            N_("Correct the criterion or its example."),
        )
    store, now = Store(settings.store.path), datetime.now(UTC)
    with store.transaction():
        store.save_rubric(version_of(current, now))
        store.save_rubric(version_of(draft, now, by))
    beside = path.with_suffix(".new")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)
    return draft


def own_file(settings: Settings, rubric_id: str) -> Path:
    """The clinic's own file with the rubric of this id."""
    paths = [settings.score.rubric, *settings.score.rubrics.values()]
    for path in filter(lambda name: name.endswith(YAML), paths):
        if load_rubric(path).id == rubric_id:
            return Path(path)
    raise SettingsError(
        N_("'{name}' comes with Auricle and can't be changed.").format(name=rubric_id),
        N_("Copy it beside auricle.toml, name the copy in [score] rubric, and publish again."),
    )
