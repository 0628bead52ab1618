"""Where an administrator arrives: her latest calls, what she was told, what she said to it."""

from collections.abc import Sequence

import streamlit as st

from auricle.settings import Settings
from auricle.store import coaching, disputes, listing
from auricle.store.access import Access
from auricle.store.disputes import Dispute
from auricle.store.filters import CallFilter
from auricle.store.listing import CallRow
from dashboards.language import _, n_
from dashboards.parts import history, wording
from dashboards.parts.addresses import call_address
from dashboards.parts.criteria import criterion_title
from dashboards.parts.downloads import records
from dashboards.parts.markup import card_title, empty, esc, link, page_title, put, score_ring, table
from dashboards.parts.reading import remembered

SHOWN = 30


def show(settings: Settings, access: Access) -> None:
    page_title(_("My calls"), access.viewer.administrator)
    found = remembered(listing.calls, access, CallFilter(recorded=True), "newest", SHOWN)
    notes = [n for n in remembered(coaching.notes, access) if n.acknowledged_utc is None]
    if notes:
        with st.container(key="au-card-notes"):
            put(card_title(_("To read")))
            for note in notes:
                history.note_line(access, note)
    spoken = [d for d in remembered(disputes.disputes, access) if d.stance == "contested"]
    if spoken:
        with st.container(key="au-card-spoken"):
            put(card_title(_("What I contested")) + _contested(spoken[:SHOWN]))
    if not found.rows:
        empty(_("No calls yet"), esc(_("Calls that you took appear here once they are scored.")))
        return
    mine = f'<div class="au-queue" data-testid="mine">{"".join(map(_row, found.rows))}</div>'
    with st.container(key="au-card-mine"):
        put(card_title(
            _("My latest calls"),
            n_(
                "Marks may be contested for {n} day.",
                "Marks may be contested for {n} days.",
                settings.review.dispute_days,
            ),
        ) + mine)  # fmt: skip
        if found.found > SHOWN:
            everything = n_("All {n} calls", "All {n} calls", found.found)
            put(f"<p>{link('calls', esc(everything))}</p>")
        records(
            "my-calls", CallRow,
            lambda: listing.calls(access, CallFilter(recorded=True), "newest", found.found).rows,
            without=("hit", "administrator"),
        )  # fmt: skip


def _contested(spoken: Sequence[Dispute]) -> str:
    """A line a mark, with what became of it."""
    titles = _("Call"), _("Mark"), _("What I said"), _("What became of it")
    rows = (
        (
            link(call_address(item.call_id), esc(wording.moment_of(item.start_local))),
            esc(criterion_title(item.criterion, item.rubric_id)),
            f"<q>{esc(item.comment)}</q>",
            _outcome(item),
        )
        for item in spoken
    )
    return table("contested", titles, rows)


def _outcome(item: Dispute) -> str:
    if not item.settled_as:
        return esc(history.outcome(item))
    now = f"<b>{esc(wording.verdict(item.settled_as).lower())}</b>"
    if item.outcome == "upheld":
        before = esc(wording.verdict(item.verdict).lower())
        became = _("changed: from {before} to {now}", before=before, now=now)
    else:
        became = wording.told(esc(history.outcome(item)), now)
    return f"{became} <q>{esc(item.answer)}</q>"


def _row(row: CallRow) -> str:
    failed = wording.listed([criterion_title(name, row.rubric_id) for name in row.failed_critical])
    said = f'<span class="au-why-badge au-why-critical">{esc(failed)}</span>' if failed else ""
    number = wording.other_side(row.direction, row.caller, row.callee)
    html = (
        f"<b>{esc(wording.moment_of(row.start_local))}</b>"
        f'<span class="au-note">{esc(number or _("number unknown"))}</span>'
        f"<span>{said} {score_ring(row.total)}</span>"
    )
    return link(call_address(row.call_id), html, "au-waiting")
