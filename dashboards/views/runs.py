"""What the pipeline did: when, how long each stage took, and what it could not process."""

from datetime import datetime
from pathlib import Path

import streamlit as st

from auricle.messages import N_
from auricle.models import Failure, Run
from auricle.settings import Settings
from auricle.store import reads
from auricle.store.access import Access
from auricle.store.reads import StandingFailure
from dashboards.language import _, n_, number
from dashboards.parts import wording
from dashboards.parts.downloads import downloads
from dashboards.parts.markup import card_title, command, empty, esc, page_title, put
from dashboards.parts.reading import remembered
from dashboards.retelling import retold

STAGES = {
    "load": N_("load"), "decode": N_("decode"), "voice": N_("voice"), "line": N_("line"),
    "recognise": N_("recognise"), "diarize": N_("diarize"), "score": N_("score"),
}  # fmt: skip
"""Stages in the order of the pipeline, which is the order of their colours too."""
_SIDE_STAGES = {
    "find": N_("find"), "fetch": N_("fetch"), "import": N_("import"), "voices": N_("voices"),
    "playback": N_("playback"), "store": N_("store"),
}  # fmt: skip
"""All of one colour."""
_FAILED_AT = {
    "ingest": N_("ingest"), "join": N_("join"), "transcribe": N_("transcribe"),
    "score": N_("score"),
}  # fmt: skip


def show(settings: Settings, access: Access) -> None:
    page_title(_("Runs and failures"))
    runs = remembered(reads.runs, access)
    failures = remembered(reads.failures, access)
    if not runs:
        empty(_("Nothing has run yet"), _("Start with {run}.", run=command("auricle run PATH")))
        return
    errors = [item for item in failures if item.failure.severity == "error"]
    notices = [item for item in failures if item.failure.severity == "notice"]
    with st.container(key="au-card-failures"):
        none = _("Every file found was processed.")
        put(_failures(_("Could not be processed"), errors, none))
        if failures:
            downloads("failures", (*Failure.model_fields, "seen"), lambda: [
                [*item.failure.model_dump().values(), item.seen] for item in failures
            ])  # fmt: skip
    if notices:
        with st.container(key="au-card-notices"):
            put(_failures(_("Worth knowing"), notices, "", _("Nothing was lost here.")))
    with st.container(key="au-card-runs"):
        put(
            card_title(
                _("Runs"),
                _("Newest first. Stages go on side by side: together they may last longer."),
            )
            + "".join(_run(run) for run in runs)
        )
        columns = [name for name in Run.model_fields if name != "timings_s"]
        downloads("runs", columns, lambda: [[getattr(run, c) for c in columns] for run in runs])


def _failures(title: str, found: list[StandingFailure], none: str, note: str = "") -> str:
    if not found:
        return card_title(title) + f'<p class="au-fine">✓ {esc(none)}</p>'
    lines = "".join(_failure(item) for item in found)
    counted = f"{title} ({number(len(found))})"
    return f'{card_title(counted, note)}<div class="au-failures">{lines}</div>'


def _failure(item: StandingFailure) -> str:
    failure = item.failure
    path = Path(failure.path)
    where = path.name
    if failure.line is not None:
        where = _("{file}, line {n}", file=path.name, n=failure.line)
    return (
        f'<article class="au-failure au-{failure.severity}" data-testid="failure">'
        f'<h3>{esc(where)}</h3><p class="au-note">{esc(str(path.parent))} · '
        f"{esc(_(_FAILED_AT[failure.stage]))} · {esc(_local(item.seen))}</p>"
        f"<p><b>{esc(retold(failure.reason))}</b> {esc(retold(failure.remedy))}</p></article>"
    )


def _run(run: Run) -> str:
    facts = [
        n_("{n} call processed", "{n} calls processed", run.done),
        _("{n} unchanged", n=number(run.cached)),
        _("{n} failed", n=number(run.failed)),
        _("{time} of audio", time=wording.span(run.audio_s)),
        _("on {device}", device=run.device) if run.device else "",
        _("version {version}", version=run.version),
    ]
    return (
        f'<article class="au-run" data-testid="run"><div class="au-run-head">'
        f"<h3>{esc(_local(run.started))}</h3>{_state(run)}</div>"
        f"{_bar(run)}<p class='au-note'>{esc(' · '.join(filter(None, facts)))}</p></article>"
    )


def _state(run: Run) -> str:
    if run.finished is None:
        return f'<span class="au-badge au-partly"><i>◐</i>{esc(_("Not finished"))}</span>'
    wall_s = (run.finished - run.started).total_seconds()
    said = [wording.span(wall_s)]
    if wall_s > 0 and run.audio_s:
        said.append(_("{n}x real time", n=number(run.audio_s / wall_s, 1)))
    return f"<span class='au-note'>{esc(' · '.join(said))}</span>"


def _bar(run: Run) -> str:
    """Stages as a bar whose parts are as long as they took."""
    known = {name: run.timings_s[name] for name in STAGES if name in run.timings_s}
    timings = {**known, **run.timings_s}
    timings.pop("wall", None)  # the run's whole length, shown beside its date
    total = sum(timings.values())
    if total <= 0:
        return ""
    parts, legend = [], []
    for name, seconds in timings.items():
        css = f"au-stage-{list(STAGES).index(name) if name in STAGES else len(STAGES)}"
        said = f"{_({**STAGES, **_SIDE_STAGES}.get(name, name))} {wording.span(seconds)}"
        parts.append(f'<i class="{css}" style="flex:{seconds:.3f}" title="{esc(said)}"></i>')
        legend.append(f'<li><i class="{css}"></i>{esc(said)}</li>')
    return (
        f'<div class="au-bar au-tall">{"".join(parts)}</div><ul class="au-legend">'
        f"{''.join(legend)}</ul>"
    )


def _local(moment: datetime | None) -> str:
    """In the time zone of whoever looks."""
    if moment is None:
        return wording.moment_of(None)
    return wording.moment_of(moment.astimezone(wording.zone(st.context.timezone)))
