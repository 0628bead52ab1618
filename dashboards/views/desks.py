"""Who sits where: whose each extension or agent's id is, kept in the clinic's table of desks."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from auricle.desks import Desk, read_desks, understood, write_desks
from auricle.errors import SettingsError, StoreError
from auricle.messages import N_
from auricle.settings import Settings
from auricle.store import Store, agents, reads
from auricle.store.access import Access
from auricle.store.agents import Agent
from dashboards.language import _, n_, number
from dashboards.parts import wording
from dashboards.parts.markup import card_title, empty, esc, page_title, put
from dashboards.parts.reading import remembered
from dashboards.retelling import retold

WIDTHS = (4, 5, 4, 4, 3)
HEAD = (N_("Extension or id"), N_("Administrator"), N_("First day"), N_("Last day"), "")
SAID_S = 20.0
"""How long "Saved" stays: the page shows itself anew soon after, for the database has changed."""
SHOWN = 40
"""Unknown agents at once; the others follow when these have names."""


@dataclass(frozen=True)
class _Line:
    """One row of the form: what was entered, and where to say what is wrong with it."""

    entered: dict[str, Any]
    removed: bool
    half: bool
    """Typed in, without a name."""
    problem: DeltaGenerator

    @property
    def counts(self) -> bool:
        """A line without a name says nothing yet; one that was typed in halfway is a mistake."""
        return not self.removed and (self.half or bool(self.entered["administrator"]))


def show(settings: Settings, access: Access) -> None:
    page_title(_("Desks"), _("Which extension or agent's id is whose, and since when."))
    file = settings.clinic.desks
    try:
        desks = read_desks(file)
    except SettingsError as error:
        empty(_("The table of desks can't be read"), esc(wording.error(error)))
        return
    unknown = remembered(agents.unknown_agents, access)
    known = {*settings.clinic.administrators, *(desk.administrator for desk in desks)}
    names = sorted(filter(None, known | {*remembered(reads.choices, access).administrators}))
    done, until_s = st.session_state.get("desks-saved", ("", 0.0))
    if time.monotonic() < until_s:
        st.success(done, icon=":material/check:")
    with st.form("desks", border=False):
        lines = [*_unknown(unknown, names), *_known(desks, names)]
        save = st.form_submit_button(_("Save"), type="primary")
    seen = st.session_state.get("desks-seen", desks)
    st.session_state["desks-seen"] = desks
    if not save:
        return
    if seen != desks:
        st.warning(
            _("Somebody else has saved desks meanwhile. Look at the table again, then save.")
        )
    else:
        _save(lines, file, access.path)


def _unknown(unknown: tuple[Agent, ...], names: list[str]) -> list[_Line]:
    with st.container(key="au-card-unknown"):
        if not unknown:
            fine = _("Every call has a name.")
            put(card_title(_("Without a name")) + f'<p class="au-fine">✓ {esc(fine)}</p>')
            return []
        notes = [
            _("They answered calls, and nobody has said who they are."),
            _("The first {n} are shown.", n=number(SHOWN)) if len(unknown) > SHOWN else "",
            _("Leave both days empty if it has always been the same person."),
        ]
        title = _("Without a name ({n})", n=number(len(unknown)))
        put(card_title(title, wording.sentences(notes)))
        put(_head())
        return [_row(f"unknown-{agent.agent}", agent.agent, names, told=agent)
                for agent in unknown[:SHOWN]]  # fmt: skip


def _known(desks: tuple[Desk, ...], names: list[str]) -> list[_Line]:
    version = hash(desks)  # another table, other fields: none keeps what was typed for the old one
    with st.container(key="au-card-desks"):
        put(card_title(
            _("Who sits where"),
            _("Empty days mean always. The last line is for one more: the same desk from another "
              "day on, say."),
        ))  # fmt: skip
        put(_head())
        known = [
            _row(f"{version}-{index}", desk.agent, names, desk) for index, desk in enumerate(desks)
        ]
        return [*known, _row(f"{version}-new", "", names)]


def _head() -> str:
    titles = "".join(f"<span>{esc(_(title))}</span>" for title in HEAD)
    return f'<div class="au-desk-head" aria-hidden="true">{titles}</div>'


def _row(
    key: str, agent: str, names: list[str], desk: Desk | None = None, told: Agent | None = None
) -> _Line:
    typed, whose = "", agent or _("the new line")
    columns = st.columns(WIDTHS, vertical_alignment="center")
    with columns[0]:
        if agent:
            put(f'<p class="au-agent"><b>{esc(agent)}</b>{_told(told) if told else ""}</p>')
        else:
            typed = agent = st.text_input(
                _("Extension or agent's id"), key=f"{key}-agent", label_visibility="collapsed",
                placeholder=_("Extension or id"),
            )  # fmt: skip
    name = columns[1].selectbox(
        _("Administrator of {desk}", desk=whose), names, key=f"{key}-name",
        index=names.index(desk.administrator) if desk else None, accept_new_options=True,
        placeholder=_("Name"), label_visibility="collapsed",
    )  # fmt: skip
    first, last = _("First day, {desk}", desk=whose), _("Last day, {desk}", desk=whose)
    since = _day(columns[2], first, f"{key}-since", desk.since if desk else None)
    until = _day(columns[3], last, f"{key}-until", desk.until if desk else None)
    removed = bool(desk) and columns[4].checkbox(_("Remove"), key=f"{key}-removed")
    entered = {"agent": agent, "administrator": name or "", "since": since, "until": until}
    return _Line(entered, removed, bool(typed) and not name, st.empty())


def _day(column: DeltaGenerator, label: str, key: str, day: date | None) -> date | None:
    return column.date_input(
        label,
        value=day,
        key=key,
        label_visibility="collapsed",
        min_value=date(1990, 1, 1),
        format=wording.entered(),
    )


def _told(agent: Agent) -> str:
    period = wording.day(agent.first)
    if agent.last != agent.first:
        period += f" {wording.DASH} {wording.day(agent.last)}"
    parts = [n_("{n} call", "{n} calls", agent.calls), period if agent.first else "", *agent.queues]
    return f"<small>{esc(' · '.join(filter(None, parts)))}</small>"


def _save(lines: list[_Line], file: Path, store: Path) -> None:
    """Write the table, and give past calls their names at once; or say which line is wrong."""
    kept = [line for line in lines if line.counts]
    desks, problems = understood([line.entered for line in kept])
    for index, problem in problems.items():
        kept[index].problem.error(f"{retold(problem)}.")
    if problems:
        st.error(_("Nothing was saved: correct the lines marked above."))
        return
    desks.sort(key=lambda desk: (desk.agent, desk.since or date.min))
    try:
        write_desks(file, desks)
        Store(store).assign(desks)
    except OSError as error:
        st.error(_(
            "{file} can't be written: {error}. Check who may write there.",
            file=file, error=error.strerror,
        ))  # fmt: skip
        return
    except StoreError as error:
        st.warning(_(
            "Saved, but calls have no names yet: {reason} The next {run} gives them.",
            reason=retold(error.reason), run="'auricle run'",
        ))  # fmt: skip
        return
    said = _(
        "Saved in {file}. Calls have their names now; scores that depend on a name follow with the "
        "next {run}.",
        file=file.name, run="`auricle run`",
    )  # fmt: skip
    st.session_state["desks-saved"] = (said, time.monotonic() + SAID_S)
    st.session_state.pop("desks-seen")
    st.rerun()
