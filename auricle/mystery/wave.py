"""All that a wave's report tells, read and computed once; how it looks is ``report``'s business."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.mystery.campaign import Campaign
from auricle.mystery.findings import Finding, Said, findings, generic
from auricle.mystery.gap import Gap, Scored, spotted_gap
from auricle.mystery.integrity import Doubt, doubts
from auricle.mystery.results import Estimate, MadeCall, Results, estimate, letters, results
from auricle.mystery.sentences import whole_sentences
from auricle.stats import Interval, wilson
from auricle.store import mystery as store
from auricle.store import mystery_calls
from auricle.store.access import Access
from auricle.store.standard import Clause, standard

WHOLE_S = 1.5
"""A shorter sentence says too little out of its call: 'Yes, on Saturdays.'"""


@dataclass(frozen=True)
class Sample:
    """Calls to one clinic in the wave."""

    clinic: str
    """A letter for competitors."""
    own: bool
    planned: int
    made: int
    heard: int


@dataclass(frozen=True)
class Kept:
    """A clause of the written standard, and how often the wave's calls kept it."""

    criterion: str
    wording: str
    share: Interval | None


@dataclass(frozen=True)
class WaveReport:
    campaign: Campaign
    wave: int
    clinic: str
    sample: tuple[Sample, ...]
    unseen: int
    """Calls of the wave that the reader is still to judge blind: they are in no result."""
    results: Results
    goals: Interval | None
    """Share of the clinic's calls whose scenario succeeded."""
    marks: dict[str, Estimate]
    """Of the shoppers' form, for the clinic: 1-5, or 0 and 1."""
    gap: Gap | None
    findings: tuple[Finding, ...]
    standard: tuple[Kept, ...]
    doubts: tuple[Doubt, ...]


def wave_report(
    access: Access, campaign: Campaign, wave: int, clinic: str | None = None
) -> WaveReport:
    """Raises SettingsError for a wave or a clinic that the campaign doesn't have."""
    if not 1 <= wave <= len(campaign.waves):
        raise SettingsError(
            N_("'{name}' has no wave {wave}.").format(name=campaign.id, wave=wave),
            N_("Choose 1 to {n}.").format(n=len(campaign.waves)),
        )
    own = [one.name for one in campaign.clinics if one.own]
    name = clinic or next(iter(own), campaign.clinics[0].name)
    if name not in [one.name for one in campaign.clinics]:
        raise SettingsError(
            N_("'{name}' has no clinic '{path}'.").format(name=campaign.id, path=name),
            N_("Choose: {name}.").format(name=", ".join(own)),
        )
    tasks = {task.task: task for task in store.tasks(access, campaign.id)}
    debriefs = store.debriefs(access)
    calls = [
        MadeCall(
            one.task, one.call_id, tasks[one.task].wave, tasks[one.task].clinic,
            tasks[one.task].own, tasks[one.task].scenario, one.administrator, one.start_local,
            one.verdicts, debriefs[one.task].marks if one.task in debriefs else {},
        )
        for one in mystery_calls.heard_calls(access, campaign.id) if one.task in tasks
    ]  # fmt: skip
    mine = [call for call in calls if call.clinic == name and call.wave == wave]
    competitors = anonymised(campaign)
    found = mystery_calls.mystery_calls(access)
    in_wave = {key: task for key, task in tasks.items() if task.wave == wave}
    told = {key: debrief for key, debrief in debriefs.items() if key in in_wave}
    made = {*told, *(call.task for call in found if call.task in in_wave)}
    heard = Counter(call.clinic for call in calls if call.wave == wave)
    lettered = dict(zip(competitors, letters(len(competitors)), strict=True))
    sample = tuple(
        Sample(
            lettered.get(one.name, one.name), one.own,
            sum(task.clinic == one.name for task in in_wave.values()),
            sum(in_wave[key].clinic == one.name for key in made), heard[one.name],
        )
        for one in sorted(
            campaign.clinics, key=lambda c: competitors.index(c.name) if not c.own else -1
        )
    )  # fmt: skip
    goals = [v for call in mine for v in call.verdicts if v.id == "goal"]
    judged = [v for v in goals if v.verdict in ("met", "partly", "missed")]
    logged = {call.task for call in found if call.how != "upload"}
    return WaveReport(
        campaign, wave, name, sample,
        sum(call.wave == wave and call.call_id in access.unseen for call in calls),
        results(calls, name, wave, competitors),
        wilson(sum(v.verdict == "met" for v in judged), len(judged)),
        _marks(mine),
        spotted_gap(Scored(*row) for row in mystery_calls.scored_calls(access, own)),
        tuple(findings(mine, examples(access, own))),
        tuple(_kept(mine, clause) for clause in standard(access)[1]),
        tuple(doubts(in_wave, told, store.upload_lengths(access), logged)),
    )  # fmt: skip


def anonymised(campaign: Campaign) -> list[str]:
    """Competitors in an order that the plan's seed decides, so that letters tell no names."""
    names = [one.name for one in campaign.clinics if not one.own]
    random.Random(f"{campaign.id}/{campaign.seed}/letters").shuffle(names)
    return names


def _kept(calls: list[MadeCall], clause: Clause) -> Kept:
    judged = [
        verdict.verdict == "met" for call in calls for verdict in call.verdicts
        if generic(verdict.id) == clause.criterion and verdict.points is not None
    ]  # fmt: skip
    return Kept(clause.criterion, clause.wording, wilson(sum(judged), len(judged)))


def _marks(calls: list[MadeCall]) -> dict[str, Estimate]:
    given: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        for item, mark in call.marks.items():
            given[item].append(float(mark))
    return {item: found for item, marks in given.items() if (found := estimate(marks)) is not None}


def examples(access: Access, clinics: list[str]) -> dict[str, list[Said]]:
    """By criterion, what administrators of some clinics said well: whole sentences first, of the
    best calls."""
    found: dict[str, list[Said]] = defaultdict(list)
    for one in mystery_calls.best_quotes(access, clinics):
        evidence = whole_sentences(one.evidence, one.text, one.words)
        found[generic(one.criterion)].append(Said(one.call_id, one.administrator, evidence))
    return {name: sorted(said, key=_is_short) for name, said in found.items()}


def _is_short(said: Said) -> bool:
    start_s, end_s = said.evidence.start_s, said.evidence.end_s
    return start_s is None or end_s is None or end_s - start_s < WHOLE_S
