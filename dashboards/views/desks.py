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
from auricle.settings import Settings
from auricle.store import Store, agents, reads
from auricle.store.access import Access
from auricle.store.agents import Agent
from dashboards.parts import wording
from dashboards.parts.markup import card_title, empty, esc, page_title, put
from dashboards.parts.reading import remembered

WIDTHS = (2, 3, 2, 2, 1)
HEAD = (
    '<div class="au-desk-head" aria-hidden="true"><span>Extension or id</span>'
    "<span>Administrator</span><span>First day</span><span>Last day</span><span></span></div>"
)
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
    page_title("Desks", "Which extension or agent's id is whose, and since when.")
    file = settings.clinic.desks
    try:
        desks = read_desks(file)
    except SettingsError as error:
        empty("The table of desks can't be read", f"{esc(error.reason)} {esc(error.remedy)}")
        return
    unknown = remembered(agents.unknown_agents, access)
    known = {*settings.clinic.administrators, *(desk.administrator for desk in desks)}
    names = sorted(filter(None, known | {*remembered(reads.choices, access).administrators}))
    done, until_s = st.session_state.get("desks-saved", ("", 0.0))
    if time.monotonic() < until_s:
        st.success(done, icon=":material/check:")
    with st.form("desks", border=False):
        lines = [*_unknown(unknown, names), *_known(desks, names)]
        save = st.form_submit_button("Save", type="primary")
    seen = st.session_state.get("desks-seen", desks)
    st.session_state["desks-seen"] = desks
    if not save:
        return
    if seen != desks:
        st.warning("Somebody else has saved desks meanwhile. Look at the table again, then save.")
    else:
        _save(lines, file, access.path)


def _unknown(unknown: tuple[Agent, ...], names: list[str]) -> list[_Line]:
    with st.container(key="au-card-unknown"):
        if not unknown:
            put(card_title("Without a name") + '<p class="au-fine">✓ Every call has a name.</p>')
            return []
        more = f" The first {SHOWN} are shown." if len(unknown) > SHOWN else ""
        put(card_title(
            f"Without a name ({len(unknown):,})",
            f"They answered calls, and nobody has said who they are.{more} Leave both days empty "
            "if it has always been the same person.",
        ))  # fmt: skip
        put(HEAD)
        return [_row(f"unknown-{agent.agent}", agent.agent, names, told=agent)
                for agent in unknown[:SHOWN]]  # fmt: skip


def _known(desks: tuple[Desk, ...], names: list[str]) -> list[_Line]:
    version = hash(desks)  # another table, other fields: none keeps what was typed for the old one
    with st.container(key="au-card-desks"):
        put(card_title(
            "Who sits where",
            "Empty days mean always. The last line is for one more: the same desk from another "
            "day on, say.",
        ))  # fmt: skip
        put(HEAD)
        known = [
            _row(f"{version}-{index}", desk.agent, names, desk) for index, desk in enumerate(desks)
        ]
        return [*known, _row(f"{version}-new", "", names)]


def _row(
    key: str, agent: str, names: list[str], desk: Desk | None = None, told: Agent | None = None
) -> _Line:
    typed, whose = "", agent or "the new line"
    columns = st.columns(WIDTHS, vertical_alignment="center")
    with columns[0]:
        if agent:
            put(f'<p class="au-agent"><b>{esc(agent)}</b>{_told(told) if told else ""}</p>')
        else:
            typed = agent = st.text_input(
                "Extension or agent's id", key=f"{key}-agent", label_visibility="collapsed",
                placeholder="Extension or id",
            )  # fmt: skip
    name = columns[1].selectbox(
        f"Administrator of {whose}", names, key=f"{key}-name",
        index=names.index(desk.administrator) if desk else None, accept_new_options=True,
        placeholder="Name", label_visibility="collapsed",
    )  # fmt: skip
    since = _day(columns[2], f"First day, {whose}", f"{key}-since", desk.since if desk else None)
    until = _day(columns[3], f"Last day, {whose}", f"{key}-until", desk.until if desk else None)
    removed = bool(desk) and columns[4].checkbox("Remove", key=f"{key}-removed")
    entered = {"agent": agent, "administrator": name or "", "since": since, "until": until}
    return _Line(entered, removed, bool(typed) and not name, st.empty())


def _day(column: DeltaGenerator, label: str, key: str, day: date | None) -> date | None:
    return column.date_input(
        label, value=day, key=key, label_visibility="collapsed", min_value=date(1990, 1, 1)
    )


def _told(agent: Agent) -> str:
    period = wording.day(agent.first)
    if agent.last != agent.first:
        period += f" {wording.DASH} {wording.day(agent.last)}"
    parts = [wording.count(agent.calls, "call"), period if agent.first else "", *agent.queues]
    return f"<small>{esc(' · '.join(filter(None, parts)))}</small>"


def _save(lines: list[_Line], file: Path, store: Path) -> None:
    """Write the table, and give past calls their names at once; or say which line is wrong."""
    kept = [line for line in lines if line.counts]
    desks, problems = understood([line.entered for line in kept])
    for index, problem in problems.items():
        kept[index].problem.error(f"{problem[0].upper()}{problem[1:]}.")
    if problems:
        st.error("Nothing was saved: correct the lines marked above.")
        return
    desks.sort(key=lambda desk: (desk.agent, desk.since or date.min))
    try:
        write_desks(file, desks)
        Store(store).assign(desks)
    except OSError as error:
        st.error(f"{file} can't be written: {error.strerror}. Check who may write there.")
        return
    except StoreError as error:
        st.warning(f"Saved, but calls have no names yet: {error.reason} The next 'auricle run' "
                   "gives them.")  # fmt: skip
        return
    said = (
        f"Saved in {file.name}. Calls have their names now; scores that depend on a name follow "
        "with the next `auricle run`."
    )
    st.session_state["desks-saved"] = (said, time.monotonic() + SAID_S)
    st.session_state.pop("desks-seen")
    st.rerun()
