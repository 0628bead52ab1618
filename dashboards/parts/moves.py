"""What publishing a draft would move: the newest calls scored by both, nothing saved."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import streamlit as st

from auricle.stats import mean_interval
from auricle.store import reads
from auricle.store.access import Access
from auricle.store.listing import CallRow
from dashboards.language import _, n_, number
from dashboards.parts import wording
from dashboards.parts.looking import looked
from dashboards.parts.markup import card_title, esc, put, table
from dashboards.parts.workbench import Workbench
from rubrics.schema import Rubric

SHOWN = 8
"""Calls that move most."""


class Moved(NamedTuple):
    """A call, and its score by the rubric and by the draft, as judged by the program alone."""

    row: CallRow
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


def moves(
    access: Access, rows: Sequence[CallRow], rubric: Rubric, draft: Rubric, workbench: Workbench
) -> None:
    """A button, and once it was pressed whose scores the draft moves, and by how much."""
    key = f"moves-{rubric.fingerprint}-{draft.fingerprint}"
    if st.button(n_("Try on {n} call", "Try on {n} calls", len(rows))):
        bar = st.progress(0.0)
        found: list[Moved] = []
        for number_of, one in enumerate(_scored(access, rows, rubric, draft, workbench), 1):
            bar.progress(number_of / len(rows))
            found += [one] if one else []
        bar.empty()
        st.session_state[key] = found
    if key in st.session_state:
        _show(access, st.session_state[key])


def _scored(
    access: Access, rows: Iterable[CallRow], rubric: Rubric, draft: Rubric, workbench: Workbench
) -> Iterator[Moved | None]:
    """None for a call of which nothing could be judged by one of the two."""
    for row in rows:
        detail = reads.call_detail(access, row.call_id)
        if detail is None or detail.transcript is None:
            yield None
            continue
        before, after = (
            workbench.score(detail.call, detail.transcript, one).total for one in (rubric, draft)
        )
        yield None if before is None or after is None else Moved(row, before, after)


def _show(access: Access, scored: Sequence[Moved]) -> None:
    most = sorted((one for one in scored if one.change), key=lambda one: -abs(one.change))
    looked(access, [one.row.call_id for one in most[:SHOWN]], verdicts=True)
    note = n_(
        "{moved} of {n} call gets another score, as judged by the program alone. "
        "Nothing is saved.",
        "{moved} of {n} calls get another score, as judged by the program alone. "
        "Nothing is saved.",
        len(scored), moved=number(len(most)),
    )  # fmt: skip
    titles = _("Administrator"), _("Calls"), _("Now"), _("By the draft"), _("Change")
    with st.container(key="au-card-moves"):
        put(card_title(_("What publishing would move"), note)
            + table("moves", titles, map(_line, _by_administrator(scored))))  # fmt: skip
        if most:
            why = _("What moves most; choose a call above to see why.")
            put(f'<p class="au-note">{esc(why)}</p><ul>{"".join(map(_call, most[:SHOWN]))}</ul>')


def _by_administrator(scored: Sequence[Moved]) -> Iterator[list[Moved]]:
    ordered = sorted(scored, key=lambda one: one.row.administrator)
    for _name, own in groupby(ordered, key=lambda one: one.row.administrator):
        yield list(own)


def _line(own: list[Moved]) -> tuple[str, ...]:
    n = len(own)
    return (
        esc(wording.person(own[0].row.administrator)),
        number(n),
        number(sum(one.before for one in own) / n),
        number(sum(one.after for one in own) / n),
        _change([one.change for one in own]),
    )


def _change(moved: list[float]) -> str:
    """The mean change and its 90 % interval: how much other calls would move."""
    told = _signed(sum(moved) / len(moved))
    interval = mean_interval(moved)
    if interval is None or interval.low == interval.high:
        return told
    ends = _("{low} to {high}", low=_signed(interval.low), high=_signed(interval.high))
    return f'{told} <span class="au-note">{esc(ends)}</span>'


def _signed(value: float) -> str:
    value = round(value, 1) + 0.0  # no minus before a nought
    return ("+" if value > 0 else "") + number(value, 1).replace("-", wording.MINUS)


def _call(moved: Moved) -> str:
    """As the list of calls above has it. No link: whoever leaves the page leaves the draft."""
    told = _(
        "{when}, {who}, {score} ({call})",
        when=wording.moment_of(moved.row.start_local),
        who=wording.person(moved.row.administrator),
        score=f"{moved.before:.0f} → {moved.after:.0f}",
        call=moved.row.call_id,
    )
    return f'<li data-testid="moved">{esc(told)}</li>'
