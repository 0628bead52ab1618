"""The list of calls: searched, filtered and sorted by its address."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import get_args

import streamlit as st

from auricle.settings import Settings
from auricle.store import listing, reads
from auricle.store.access import Access
from auricle.store.filters import CallFilter, Result
from auricle.store.listing import BY_VERDICTS, CallRow, Hit, Order
from auricle.store.reads import Choices
from dashboards.parts import controls, wording
from dashboards.parts.addresses import (
    VERDICTS,
    call_address,
    calls_address,
    filter_from,
)
from dashboards.parts.criteria import criterion_title
from dashboards.parts.downloads import records
from dashboards.parts.looking import lacks_unseen
from dashboards.parts.markup import empty, esc, link, page_title, put, score_ring
from dashboards.parts.page import no_calls
from dashboards.parts.reading import remembered

PAGE_SIZE = 50

ORDER_TITLES: Mapping[Order, str] = {
    "recorded": "Recorded first",
    "newest": "Newest first",
    "oldest": "Oldest first",
    "lowest": "Lowest score first",
    "highest": "Highest score first",
    "longest": "Longest first",
    "slowest": "Longest wait first",
}
RESULTS: tuple[Result, ...] = get_args(Result)
RECORDED_TITLES = {"true": "Recorded", "false": "Not recorded"}
DIRECTIONS = {"inbound": "Came in", "outbound": "Made by the clinic"}
MYSTERY_TITLES = {"only": "Mystery calls only", "with": "Mystery calls, too"}
BOOKING_TITLES = {"won": "Booked", "lost": "Not booked", "no_slot": "No free time"}
ANSWER_TITLES = {"in_time": "Within the target", "late": "Later than the target"}


def show(settings: Settings, access: Access) -> None:
    choices = remembered(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title("Calls")
    _filters(choices)
    parameters = st.query_params.to_dict()
    chosen = filter_from(parameters, settings.dashboard.answer_within_s)
    number = _page_number(parameters)
    order = _order(parameters)
    found = remembered(listing.calls, access, chosen, order, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    put(_summary(found.found, choices.calls - choices.mystery, chosen))
    if chosen.tells_verdicts or order in BY_VERDICTS:
        lacks_unseen(access)
    if found.rows:
        put(_table(found.rows, chosen))
        put(_pager(number, found.found, chosen, parameters))
        records(
            "calls", CallRow,
            lambda: listing.calls(access, chosen, order, found.found, 0).rows,
            without=("hit",),
        )  # fmt: skip
    else:
        empty(
            "No calls match these filters",
            f"Take one of them away above, or {link('calls', 'clear them all')}.",
        )


def _filters(choices: Choices) -> None:
    with st.container(horizontal=True, key="au-filters", vertical_alignment="bottom"):
        controls.search("Search", "q", "Words said, caller or call id")
        controls.pick_name("Administrator", "administrator", choices.administrators, "Everyone")
        controls.pick("Outcome", "outcome", RESULTS, "All", wording.result)
        controls.days("Period", choices)
        controls.pick("Sort", "sort", list(ORDER_TITLES)[1:], "Recorded first", _order_title)
        with st.popover("More filters", icon=":material/tune:"):
            if len(choices.clinics) > 1:
                controls.pick_name("Clinic", "clinic", choices.clinics, "All clinics")
            controls.pick(
                "Recorded", "recorded", list(RECORDED_TITLES), "All", RECORDED_TITLES.__getitem__
            )
            controls.pick(
                "Direction", "direction", list(DIRECTIONS), "Both", DIRECTIONS.__getitem__
            )
            controls.pick("Criterion", "criterion", choices.criteria, "Any", criterion_title)
            controls.pick("Verdict", "verdict", VERDICTS, "Any", wording.verdict)
            controls.pick(
                "Booking", "booking", list(BOOKING_TITLES), "Any", BOOKING_TITLES.__getitem__
            )
            controls.pick(
                "Answered", "answered", list(ANSWER_TITLES), "Any", ANSWER_TITLES.__getitem__
            )
            controls.pick("Mystery calls", "mystery", list(MYSTERY_TITLES), "Left out",
                          MYSTERY_TITLES.__getitem__)  # fmt: skip
            controls.score("Score")
            controls.tick("Failed a critical criterion", "critical")


def _order_title(order: str) -> str:
    return {str(key): title for key, title in ORDER_TITLES.items()}[order]


def _order(parameters: Mapping[str, str]) -> Order:
    asked = parameters.get("sort")
    return next((order for order in ORDER_TITLES if order == asked), "recorded")


def _page_number(parameters: Mapping[str, str]) -> int:
    asked = parameters.get("page", "")
    return max(1, int(asked)) if asked.isdecimal() else 1


def _summary(found: int, calls: int, chosen: CallFilter) -> str:
    """How many calls are shown, and every filter with a cross that takes it away."""
    chips = []
    for label, without in _active(chosen):
        address = calls_address(without)
        chips.append(
            link(address, f"{esc(label)} <i>✕</i>", "au-chip", f"Remove the filter: {label}")
        )
    of_all = f" of {calls:,}" if found < calls else ""
    return (
        f'<div class="au-summary"><span data-testid="found">{wording.count(found, "call")}{of_all}'
        f"</span>{''.join(chips)}</div>"
    )


def _active(chosen: CallFilter) -> list[tuple[str, CallFilter]]:
    """The filters that are set, in words, each with what is left without it."""
    drop = partial(replace, chosen)
    active: list[tuple[str, CallFilter]] = []
    if chosen.text:
        active.append((f"“{chosen.text}”", drop(text=None)))
    if chosen.clinic is not None:
        active.append((chosen.clinic or "No clinic", drop(clinic=None)))
    if chosen.administrator is not None:
        active.append((wording.person(chosen.administrator), drop(administrator=None)))
    if chosen.since or chosen.until:
        ends = f"{wording.day(chosen.since)} {wording.DASH} {wording.day(chosen.until)}"
        active.append((ends.replace("day unknown", "…"), drop(since=None, until=None)))
    if chosen.criterion and chosen.verdict:
        title = criterion_title(chosen.criterion)
        label = f"{title}: {wording.verdict(chosen.verdict).lower()}"
        active.append((label, drop(criterion=None, verdict=None)))
    if chosen.min_total is not None or chosen.max_total is not None:
        low, high = chosen.min_total or 0, 100 if chosen.max_total is None else chosen.max_total
        active.append(
            (f"Score {low:g}{wording.DASH}{high:g}", drop(min_total=None, max_total=None))
        )
    if chosen.direction:
        active.append((DIRECTIONS[chosen.direction], drop(direction=None)))
    if chosen.result:
        active.append((wording.result(chosen.result), drop(result=None)))
    if chosen.recorded is not None:
        title = RECORDED_TITLES["true" if chosen.recorded else "false"]
        active.append((title, drop(recorded=None)))
    if chosen.booking:
        active.append((BOOKING_TITLES[chosen.booking], drop(booking=None)))
    if chosen.wait:
        sign = "within" if chosen.wait == "in_time" else "after more than"
        active.append((f"Answered {sign} {chosen.target_s:g} s", drop(wait=None)))
    if chosen.mystery != "without":
        active.append((MYSTERY_TITLES[chosen.mystery], drop(mystery="without")))
    if chosen.critical:
        active.append(("Critical failure", drop(critical=False)))
    return active


def _table(rows: tuple[CallRow, ...], chosen: CallFilter) -> str:
    head = (
        '<div class="au-call au-head" aria-hidden="true"><span>Score</span><span>When</span>'
        "<span>Administrator</span><span>Caller</span><span>Wait</span><span>Length</span>"
        "<span>Outcome</span></div>"
    )
    body = "".join(_row(row, chosen) for row in rows)
    return f'<div class="au-calls" data-testid="calls">{head}{body}</div>'


def _row(row: CallRow, chosen: CallFilter) -> str:
    second = row.hit.start_s if row.hit else None
    wait = wording.span(row.wait_s) if row.wait_s is not None else wording.DASH
    late = " au-late" if row.wait_s is not None and row.wait_s > chosen.target_s else ""
    nobody = not row.administrator and row.result in ("missed", "short", "busy")
    who = wording.DASH if nobody else esc(wording.person(row.administrator))
    length = wording.DASH if row.duration_s is None else wording.clock(row.duration_s)
    ring = score_ring(row.total) if row.recorded else f'<i class="au-lost">{wording.DASH}</i>'
    cells = (
        f"<span>{ring}</span>"
        f'<span class="au-when">{esc(wording.moment_of(row.start_local))}</span>'
        f'<span class="au-name">{who}</span>'
        f'<span class="au-caller">{_other_side(row)}</span>'
        f'<span class="au-wait{late}" data-label="wait">{wait}</span>'
        f'<span class="au-length" data-label="length">{length}</span>'
        f'<span class="au-outcome">{_mystery(row)}{_outcome(row)}</span>'
    )
    html = cells + (_hit(row.hit, chosen.text) if row.hit else "")
    if not row.recorded:
        return f'<div class="au-call" data-testid="unrecorded">{html}</div>'
    label = f"Open call {row.call_id}"
    return link(call_address(row.call_id, second), html, "au-call", label)


def _other_side(row: CallRow) -> str:
    number = wording.other_side(row.direction, row.caller, row.callee)
    if row.direction == "outbound":
        return f'<i title="Made by the clinic">↗</i> {esc(number or "Number unknown")}'
    return esc(number or "Caller unknown")


def _mystery(row: CallRow) -> str:
    return (
        '<em class="au-badge au-mystery" data-testid="mystery">Mystery call</em>'
        if row.mystery
        else ""
    )


def _outcome(row: CallRow) -> str:
    if row.to_judge:
        return '<em class="au-badge">To be judged blind</em>'
    if not row.recorded:
        css = "au-missed-call" if row.result in ("missed", "busy") else "au-lost"
        return f'<em class="{css}">{_said(row)}</em><small>not recorded</small>'
    if row.failed_critical:
        names = wording.listed(
            [criterion_title(name, row.rubric_id) for name in row.failed_critical]
        )
        critical = f'<em class="au-critical" title="Critical: {esc(names)}">! {esc(names)}</em>'
    else:
        critical = ""
    if row.booking_won == "met":
        return f'<em class="au-won">✓ Booked</em>{critical}'
    if row.booking_won == "missed":
        return f'<em class="au-lost">Not booked</em>{critical}'
    return critical or (f'<em class="au-lost">{_unscored(row)}</em>' if row.total is None else "")


def _said(row: CallRow) -> str:
    if row.direction == "outbound" and row.result in ("missed", "short"):
        return "Not reached"
    if row.result == "missed" and row.duration_s is not None:
        return f"Gave up after {wording.span(row.duration_s)}"
    return wording.result(row.result)


def _unscored(row: CallRow) -> str:
    if row.rubric_id is None:
        return "Not scored yet"
    return "Nobody answered" if row.answered_at_s is None else "Nothing to judge"


def _hit(hit: Hit, text: str | None) -> str:
    where = f"<b>{wording.clock(hit.start_s)}</b>" if hit.start_s is not None else ""
    role = f"{wording.role(hit.role)}: " if hit.role and text else ""
    return (
        f'<span class="au-hit" data-testid="hit">{where}{esc(role)}{marked(hit.text, text)}</span>'
    )


def marked(said: str, text: str | None) -> str:
    """``said`` with what was searched for marked, shortened to its surroundings."""
    at = said.lower().find(text.lower()) if text else -1
    if text is None or at < 0:
        return esc(said)
    end = at + len(text)
    before, after = said[max(0, at - 60) : at], said[end : end + 90]
    if at > 60:  # from a whole word on, where words are divided
        before = "…" + (before.partition(" ")[2] or before)
    if len(said) > end + 90:
        after = (after.rpartition(" ")[0] or after) + "…"
    return f"{esc(before)}<mark>{esc(said[at:end])}</mark>{esc(after)}"


def _pager(number: int, found: int, chosen: CallFilter, parameters: Mapping[str, str]) -> str:
    last = -(-found // PAGE_SIZE)
    if last <= 1:
        return "<span></span>"
    more = {key: parameters[key] for key in ("sort",) if key in parameters}

    def to(page: int, label: str) -> str:
        if not 1 <= page <= last:
            return f"<span>{label}</span>"
        return link(calls_address(chosen, **more, page=str(page)), label)

    return (
        f'<nav class="au-pager">{to(number - 1, "← Back")}<span>Page {number} of {last}</span>'
        f"{to(number + 1, 'More →')}</nav>"
    )
