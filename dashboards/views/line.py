"""For whoever plans the desk: who gets through, when, after how long, and who is left to call."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from auricle import stats
from auricle.settings import Settings
from auricle.store import line_figures, reads
from auricle.store.access import Access
from auricle.store.filters import SHORT_S, CallFilter, Result
from auricle.store.line_figures import CALL_BACK_DAYS, Hour, LineCounts, LineFigures
from dashboards.language import _, n_, number, short, translated
from dashboards.parts import call_back, controls, wording
from dashboards.parts.addresses import filter_from
from dashboards.parts.cards import card, cards, others, service_level, share
from dashboards.parts.downloads import downloads, groups, records
from dashboards.parts.funnel import hung_up
from dashboards.parts.heat import FEW, TITLES, heat
from dashboards.parts.markup import card_title, command, empty, esc, link, page_title, put
from dashboards.parts.page import no_calls
from dashboards.parts.people import answerers
from dashboards.parts.reading import counted
from dashboards.parts.trend import Week, trend
from dashboards.parts.waits import waits

COLUMNS = ("came", "answered", "missed", "busy", "short", "untold", "waits", "in_time",
           "median_wait_s")  # fmt: skip


def show(settings: Settings, access: Access) -> None:
    choices = counted(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title(_("Line"), _("Calls that came in: who got through, and who didn't."))
    with st.container(horizontal=True, key="au-filters"):
        if len(choices.clinics) > 1:
            controls.pick_name(_("Clinic"), "clinic", choices.clinics, _("All clinics"))
        controls.days(_("Period"), choices)
    asked = filter_from(st.query_params.to_dict(), settings.dashboard.answer_within_s)
    chosen = CallFilter(
        clinic=asked.clinic, since=asked.since, until=asked.until, target_s=asked.target_s
    )
    found = counted(line_figures.line_figures, access, chosen)
    if not found.logs:
        put(_without_logs())
    if not found.total.came:
        empty(
            _("No calls came in during this period"),
            _("Widen it, or {show_all}.", show_all=link("line", esc(_("show all of it")))),
        )
        return
    chosen = replace(chosen, direction="inbound")
    put(_cards(found.total, chosen))
    _call_back(access, chosen)
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="au-card-answer-trend"):
        put(card_title(
            _("Answered by week"), _("Per cent of the week's calls, with 90 % intervals.")
        ))  # fmt: skip
        _trend(found, chosen)
        groups("line", COLUMNS, {
            "all": [found.total], "administrator": found.administrators, "week": found.weeks,
        })  # fmt: skip
    with right, st.container(key="au-card-waits"):
        put(card_title(
            _("How long callers waited"),
            _("Up: until they were answered; down: until they gave up. Dashed: {limit} s.",
              limit=short(chosen.target_s)),
        ))  # fmt: skip
        put(waits(found, chosen.target_s))
    with st.container(key="au-card-heat"):
        put(card_title(
            _("When it rings"), _("By hour and day of the week, over the whole period.")
        ))  # fmt: skip
        shown = controls.switch(_("Show"), "heat", translated(TITLES))
        put(heat(found.hours, shown))
        if shown != "calls":
            grey = n_(
                "Grey: fewer than {n} call, too few to tell.",
                "Grey: fewer than {n} calls, too few to tell.",
                FEW,
            )
            put(f'<p class="au-note">{esc(grey)}</p>')
        records("line-hours", Hour, lambda: found.hours)
    if found.administrators:
        with st.container(key="au-card-answerers"):
            put(answerers(
                found.administrators, chosen, names_desks=access.viewer.role == "owner"
            ))  # fmt: skip
    with st.expander(_("How this is counted")):
        st.markdown(_counted(chosen.target_s))


def _cards(total: LineCounts, chosen: CallFilter) -> str:
    def only(result: Result, text: str) -> str:
        return others(text, replace(chosen, result=result)) if text else ""

    apart = only("short", hung_up(total.short) if total.short else "")
    if total.untold:
        apart += only("untold", _("{n} with no known outcome", n=number(total.untold)))
    unknown = total.answered - total.waits
    late = others(
        _("{n} later", n=number(total.waits - total.in_time)), replace(chosen, wait="late")
    )
    if unknown:
        told = _("{n} answered after nobody knows how long", n=number(unknown))
        late += f"<span>{esc(told)}</span>"
    median = ""
    if total.median_wait_s:
        median = esc(_("median wait {wait}", wait=wording.span(total.median_wait_s)))
    counted_calls = number(total.counted)
    return cards([
        card(
            _("Calls in"), number(total.came), chosen,
            _("{n} counted; not counted:", n=counted_calls) if apart
            else _("{n} counted", n=counted_calls),
            apart,
        ),
        share(
            _("Answered"), stats.wilson(total.answered, total.counted),
            replace(chosen, result="answered"), f"<span>{median}</span>" if median else "",
        ),
        share(
            _("Answered within {limit} s", limit=short(chosen.target_s)), service_level(total),
            replace(chosen, wait="in_time"), late,
        ),
        share(
            _("Gave up waiting"), stats.wilson(total.missed, total.counted),
            replace(chosen, result="missed"),
            only("missed", n_("{n} missed call", "{n} missed calls", total.missed)),
        ),
        share(
            _("Busy or failed"), stats.wilson(total.busy, total.counted),
            replace(chosen, result="busy"), only("busy", n_("{n} call", "{n} calls", total.busy)),
        ),
    ])  # fmt: skip


def _call_back(access: Access, chosen: CallFilter) -> None:
    found = counted(line_figures.call_back, access, chosen)
    now = datetime.now(UTC).replace(tzinfo=None)
    with st.container(key="au-card-call-back"):
        put(call_back.table(found, now))
        if found.open:
            downloads("call-back", call_back.COLUMNS, lambda: call_back.rows(found, now))


def _trend(found: LineFigures, chosen: CallFilter) -> None:
    weeks = []
    for week in found.weeks:
        interval = stats.wilson(week.answered, week.counted)
        if interval:
            percent = stats.Interval(
                100 * interval.value, 100 * interval.low, 100 * interval.high, interval.n
            )
            weeks.append(Week(week.key, percent.value, percent, percent.n))
    if weeks:
        put(trend(weeks, chosen, _("Answered, %"), _("Calls")))
    else:
        st.caption(_("No call has a date yet."))


def _without_logs() -> str:
    said = _(
        "Only recorded calls are known, and a missed call rarely leaves a recording: the shares "
        "below are too good. Name your telephone system's logs in {logs} of auricle.toml and start "
        "{run} again.",
        logs=command("[ingest] logs"), run=command("auricle run"),
    )  # fmt: skip
    return f'<p class="au-hint" role="note" data-testid="no-logs">{said}</p>'


def _counted(target_s: float) -> str:
    short_s, target, days = short(SHORT_S), short(target_s), number(CALL_BACK_DAYS)
    points = [
        _(
            "**Calls counted** are calls from outside that were answered, missed or busy. Calls "
            "between the clinic's own extensions and calls the clinic made are left out."
        ),
        _(
            "**Hung up within {n} s**: the caller hung up almost at once, as after misdialling. "
            "Set apart, as is usual: neither answered nor missed.",
            n=short_s,
        ),
        _(
            "**No known outcome**: no log tells how the call ended, and no recording does. Set "
            "apart too."
        ),
        _(
            "**Answered**: a human answered. A recorded announcement or a queue is no answer."
        ),
        _(
            "**Gave up waiting** (abandoned): it rang, or the caller stood in a queue or a menu, "
            "and nobody came."
        ),
        _(
            "**Busy or failed**: the line was engaged or the network could not connect; the "
            "caller never waited."
        ),
        _(
            "**Answered within {n} s**: of all calls counted, missed and busy ones too, not only "
            "of those answered. The wait runs from the first ring to a human. Where it is not "
            "known for some answered calls, the interval covers both that they were in time and "
            "that they weren't. The limit is {setting} under {section} in auricle.toml.",
            n=target, setting="`answer_within_s`", section="`[dashboard]`",
        ),
        _("**Intervals** hold the true share in 9 of 10 cases (Wilson's score interval)."),
        _(
            "**Call back**: a caller is a number, known by its last nine digits. Whoever was "
            "missed or met a busy line in the last {days} days of the period stands in the list, "
            "until they call and get through, or the clinic calls them, answered or not. *Still "
            "today*: less than 24 hours have passed.",
            days=days,
        ),
        _(
            "Waits, outcomes and numbers are the telephone system's where a log has them, else "
            "the recording's."
        ),
    ]  # fmt: skip
    return "\n".join(f"- {point}" for point in points)
