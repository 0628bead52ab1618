"""The queue: which calls wait for a person and why, and how disputes go."""

from datetime import date, datetime
from typing import get_args

import streamlit as st

from auricle import stats
from auricle.settings import Settings
from auricle.store import calibrations, disputes, reviews
from auricle.store.access import Access
from auricle.store.disputes import Balance
from auricle.store.reviews import Queue, Waiting, Why
from dashboards.parts import modes, wording
from dashboards.parts.controls import pick
from dashboards.parts.downloads import records
from dashboards.parts.markup import card_title, empty, esc, link, page_title, put
from dashboards.parts.reading import remembered

WHYS: dict[Why, tuple[str, str]] = {
    "dispute": ("Contested", "the administrator contests a mark"),
    "critical": ("Critical failure", "the machine says a critical criterion was missed"),
    "random": ("Random sample", "drawn by chance, to be judged blind: it shows how right the "
               "machine is"),
    "mystery": ("Mystery call", "a shopper called"),
    "unsure": ("Unsure", "the machine isn't sure of a verdict"),
    "undecided": ("Needs a person", "a criterion that the machine doesn't decide alone"),
}  # fmt: skip
SHOWN = 50
EVERY = 1_000_000


def show(settings: Settings, access: Access) -> None:
    page_title("Reviews", "Calls that wait for a person, the most urgent first.")
    modes.fallen_notice(access)
    asked = st.query_params.get("why")
    why = next((option for option in get_args(Why) if option == asked), None)
    today = datetime.now(settings.clinic.zone).date()
    _sessions(access, today)
    found = reviews.queue(access, settings.review, today, why, SHOWN)
    pick("Why", "why", get_args(Why), "Every reason", lambda name: _counted(name, found))
    if found.calls:
        with st.container(key="au-card-queue"):
            put(
                f'<div class="au-queue" data-testid="queue">{"".join(map(_row, found.calls))}</div>'
            )
            total = found.counts.get(why, 0) if why else None
            if (total is None and len(found.calls) == SHOWN) or (total and total > SHOWN):
                st.caption(f"The first {SHOWN} are shown; files have them all.")
            records(
                "reviews", Waiting,
                lambda: reviews.queue(access, settings.review, today, why, EVERY).calls,
            )  # fmt: skip
    else:
        empty("Nothing waits", "Calls appear here as they are scored, and as weeks end.")
    _disputes(remembered(disputes.balances, access))


def _sessions(access: Access, today: date) -> None:
    """Calibrations that wait for whoever looks."""
    for session in remembered(calibrations.sessions, access):
        todo = session.todo(access.viewer.login, today)
        if todo:
            address = f"calibration?session={session.calibration_id}"
            put(
                f'<p class="au-hint" role="note" data-testid="session-waits">'
                f"{link(address, esc(session.title))} waits for your judgement of "
                f"{wording.count(len(todo), 'call')} until {wording.day(session.deadline)}.</p>"
            )


def _counted(name: str, found: Queue) -> str:
    titles = {str(key): title for key, (title, _) in WHYS.items()}
    counts = {str(key): count for key, count in found.counts.items()}
    return f"{titles[name]} ({counts.get(name, 0):,})"


def _row(item: Waiting) -> str:
    blind = "&review=random" if item.why[0] == "random" else ""
    badges = "".join(
        f'<span class="au-why-badge au-why-{why}" title="{esc(WHYS[why][1])}">{WHYS[why][0]}</span>'
        for why in item.why
    )
    html = (
        f"<b>{esc(wording.person(item.administrator))}</b>"
        f'<span class="au-note">{esc(wording.moment_of(item.start_local))} · {esc(item.call_id)}'
        f"</span><span>{badges}</span>"
    )
    return link(f"scorecard?call={esc(item.call_id)}{blind}", html, "au-waiting")


def _disputes(found: tuple[Balance, ...]) -> None:
    if not found:
        return
    rows = "".join(
        f"<tr><th>{esc(wording.person(item.administrator))}</th><td>{item.accepted}</td>"
        f"<td>{item.contested}</td><td>{_waiting(item)}</td><td>{_share(item)}</td>"
        f"<td>{_hours(item)}</td></tr>"
        for item in found
    )
    with st.container(key="au-card-balances"):
        put(card_title("Disputes", "What administrators said to their marks.")
            + '<table class="au-table" data-testid="balances"><thead><tr><th></th><th>Accepted</th>'
            "<th>Contested</th><th>Not answered</th><th>Of those answered, changed</th>"
            "<th>Mean time to an answer</th>"
            f"</tr></thead><tbody>{rows}</tbody></table>")  # fmt: skip
        records("disputes", Balance, lambda: found)


def _waiting(item: Balance) -> str:
    if not item.waiting:
        return "0"
    return link("reviews?why=dispute", f"{item.waiting} to answer")


def _share(item: Balance) -> str:
    share = stats.wilson(item.upheld, item.upheld + item.rejected)
    if share is None:
        return wording.DASH
    return (
        f"{item.upheld} of {share.n}: {wording.percent(share.value)} "
        f'<span class="au-note">{wording.percents(share)}</span>'
    )


def _hours(item: Balance) -> str:
    return wording.DASH if item.mean_answer_h is None else wording.span(3600 * item.mean_answer_h)
