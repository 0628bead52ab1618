"""The queue: which calls wait for a person and why, and how disputes go."""

from datetime import date, datetime
from typing import get_args

import streamlit as st

from auricle import stats
from auricle.messages import N_
from auricle.settings import Settings
from auricle.store import calibrations, disputes, reviews
from auricle.store.access import Access
from auricle.store.disputes import Balance
from auricle.store.reviews import Queue, Waiting, Why
from dashboards.language import _, n_, number
from dashboards.parts import modes, wording
from dashboards.parts.controls import pick
from dashboards.parts.downloads import records
from dashboards.parts.markup import card_title, empty, esc, link, page_title, put, table
from dashboards.parts.reading import remembered

WHYS: dict[Why, tuple[str, str]] = {
    "dispute": (N_("Contested"), N_("the administrator contests a mark")),
    "critical": (N_("Critical failure"), N_("the machine says a critical criterion was missed")),
    "random": (N_("Random sample"), N_("drawn by chance, to be judged blind: it shows how right "
                                       "the machine is")),
    "mystery": (N_("Mystery call"), N_("a shopper called")),
    "unsure": (N_("Unsure"), N_("the machine isn't sure of a verdict")),
    "undecided": (N_("Needs a person"), N_("a criterion that the machine doesn't decide alone")),
}  # fmt: skip
SHOWN = 50
EVERY = 1_000_000


def show(settings: Settings, access: Access) -> None:
    page_title(_("Reviews"), _("Calls that wait for a person, the most urgent first."))
    modes.fallen_notice(access)
    asked = st.query_params.get("why")
    why = next((option for option in get_args(Why) if option == asked), None)
    today = datetime.now(settings.clinic.zone).date()
    _sessions(access, today)
    found = reviews.queue(access, settings.review, today, why, SHOWN)
    pick(_("Why"), "why", get_args(Why), _("Every reason"), lambda name: _counted(name, found))
    if found.calls:
        with st.container(key="au-card-queue"):
            put(
                f'<div class="au-queue" data-testid="queue">{"".join(map(_row, found.calls))}</div>'
            )
            total = found.counts.get(why, 0) if why else None
            if (total is None and len(found.calls) == SHOWN) or (total and total > SHOWN):
                st.caption(_("The first {n} are shown; files have them all.", n=SHOWN))
            records(
                "reviews", Waiting,
                lambda: reviews.queue(access, settings.review, today, why, EVERY).calls,
            )  # fmt: skip
    else:
        empty(_("Nothing waits"), esc(_("Calls appear here as they are scored, and as weeks end.")))
    _disputes(remembered(disputes.balances, access))


def _sessions(access: Access, today: date) -> None:
    """Calibrations that wait for whoever looks."""
    for session in remembered(calibrations.sessions, access):
        todo = session.todo(access.viewer.login, today)
        if todo:
            address = f"calibration?session={session.calibration_id}"
            waits = n_(
                "{session} waits for your judgement of {n} call until {day}.",
                "{session} waits for your judgement of {n} calls until {day}.",
                len(todo),
                session=link(address, esc(session.title)),
                day=esc(wording.day(session.deadline)),
            )
            put(f'<p class="au-hint" role="note" data-testid="session-waits">{waits}</p>')


def _counted(name: str, found: Queue) -> str:
    why = next(option for option in WHYS if option == name)
    return f"{_(WHYS[why][0])} ({number(found.counts.get(why, 0))})"


def _row(item: Waiting) -> str:
    blind = "&review=random" if item.why[0] == "random" else ""
    badges = "".join(
        f'<span class="au-why-badge au-why-{why}" title="{esc(_(WHYS[why][1]))}">'
        f"{esc(_(WHYS[why][0]))}</span>"
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
    titles = (
        "", _("Accepted"), _("Contested"), _("Not answered"),
        _("Of those answered, changed"), _("Mean time to an answer"),
    )  # fmt: skip
    rows = (
        (
            esc(wording.person(item.administrator)), str(item.accepted), str(item.contested),
            _waiting(item), _share(item), _hours(item),
        )
        for item in found
    )  # fmt: skip
    with st.container(key="au-card-balances"):
        put(card_title(_("Disputes"), _("What administrators said to their marks."))
            + table("balances", titles, rows))  # fmt: skip
        records("disputes", Balance, lambda: found)


def _waiting(item: Balance) -> str:
    if not item.waiting:
        return "0"
    return link("reviews?why=dispute", esc(_("{n} to answer", n=item.waiting)))


def _share(item: Balance) -> str:
    share = stats.wilson(item.upheld, item.upheld + item.rejected)
    if share is None:
        return wording.DASH
    said = _("{n} of {total}", n=item.upheld, total=share.n)
    return (
        f"{wording.told(esc(said), wording.percent(share.value))} "
        f'<span class="au-note">{wording.percents(share)}</span>'
    )


def _hours(item: Balance) -> str:
    return wording.DASH if item.mean_answer_h is None else wording.span(3600 * item.mean_answer_h)
