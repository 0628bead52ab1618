"""Which calls are mystery calls, and what their scenarios say of them: anew after each run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from auricle.models import Call, Verdict
from auricle.mystery.campaign import Campaign
from auricle.mystery.matching import STRAY_S, Planned, match
from auricle.scorer import Scorer, load_scorer
from auricle.settings import Settings
from auricle.store import mystery as store
from auricle.store import mystery_calls
from auricle.store.access import Access, as_owner
from auricle.store.mystery import Debrief, Task
from auricle.store.mystery_calls import MysteryCall
from auricle.store.reads import call_detail
from rubrics.loader import load_rubric
from scoring.scenario import score_scenario


def brought(settings: Settings) -> dict[str, Call]:
    """What shoppers told of the recordings they uploaded, by the recording's path."""
    access = as_owner(settings.store.path)
    debriefs = store.debriefs(access)
    found = {}
    for task in store.tasks(access):
        debrief = debriefs.get(task.task)
        if debrief is not None and debrief.path:
            found[debrief.path] = Call(
                call_id=task.task, clinic=task.clinic, callee=debrief.number_called or task.number,
                start=debrief.called_local.replace(tzinfo=settings.clinic.zone),
            )  # fmt: skip
    return found


def strangers(settings: Settings) -> frozenset[str]:
    """Competitors: the clinic's fact sheet says nothing of them."""
    return frozenset(t.clinic for t in store.tasks(as_owner(settings.store.path)) if not t.own)


def settle(settings: Settings) -> int:
    """Find the mystery calls among all calls and score them anew; how many there are.

    Raises SettingsError for a fact sheet or a rubric that can't be used.
    """
    access = as_owner(settings.store.path)
    campaigns = {
        name: Campaign.model_validate_json(text) for name, text in store.campaigns(access).items()
    }
    if not campaigns:
        return 0
    tasks = {task.task: task for task in store.tasks(access)}
    found = [
        *_found(access, campaigns, tasks, store.debriefs(access)),
        *mystery_calls.uploaded_calls(access),
    ]
    mystery_calls.save_mystery_calls(access.path, found)
    scorer = replace(load_scorer(settings), strangers=strangers(settings))
    verdicts = {
        call.call_id: _scored(access, campaigns, tasks[call.task], call, scorer) for call in found
    }
    mystery_calls.save_scenario_verdicts(access.path, verdicts)
    return len(found)


def _found(
    access: Access, campaigns: Mapping[str, Campaign], tasks: Mapping[str, Task],
    debriefs: Mapping[str, Debrief],
) -> list[MysteryCall]:  # fmt: skip
    """The clinic's own calls that are planned ones: as people say, else as they match."""
    said = {task: call for task, call in mystery_calls.pins(access).items() if task in tasks}
    by_hand = [MysteryCall(call, task, "hand", 1.0) for task, call in said.items() if call]
    own = [task for task in tasks.values() if task.own and task.task not in said]
    if not own:
        return by_hand
    planned = [_planned(campaigns[task.campaign], task, debriefs.get(task.task)) for task in own]
    reach = timedelta(seconds=STRAY_S) * 2  # beyond it, too: how busy the line was then counts
    logged = mystery_calls.calls_between(
        access, sorted({task.clinic for task in own}), min(one.at for one in planned) - reach,
        max(one.at for one in planned) + reach,
    )  # fmt: skip
    free = [call for call in logged if call.call_id not in said.values()]
    return [
        *by_hand,
        *(
            MysteryCall(pair.call_id, pair.task, "log", pair.probability)
            for pair in match(planned, free)
        ),
    ]


def _planned(campaign: Campaign, task: Task, debrief: Debrief | None) -> Planned:
    shopper = next(one for one in campaign.shoppers if one.name == task.shopper)
    return Planned(
        task=task.task, clinic=task.clinic, numbers=shopper.numbers,
        at=debrief.called_local if debrief else task.call_at, reported=debrief is not None,
        on_line_s=debrief.on_line_s if debrief else None,
        script=campaign.scenario(task.scenario).words(),
    )  # fmt: skip


def _scored(
    access: Access, campaigns: Mapping[str, Campaign], task: Task, call: MysteryCall,
    scorer: Scorer,
) -> tuple[Verdict, ...]:  # fmt: skip
    """By the scenario's rubric, where it has one, and by its own criteria."""
    detail = call_detail(access, call.call_id)
    if detail is None or detail.transcript is None:
        return ()
    scenario = campaigns[task.campaign].scenario(task.scenario)
    special: tuple[Verdict, ...] = ()
    if scenario.rubric:
        rubric = load_rubric(scenario.rubric)
        special = scorer.score(detail.call, detail.transcript, rubric).criteria
    transcript = detail.transcript.model_copy(update={"line": detail.call.line})
    card = detail.scorecard.criteria if detail.scorecard else ()
    facts = scorer.facts_of(task.clinic)
    return special + score_scenario(detail.call, transcript, scenario, facts, card)
