"""The list of calls: searched, filtered and sorted by its address."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import get_args

import streamlit as st

from auricle.messages import N_
from auricle.settings import Settings
from auricle.store import listing, reads
from auricle.store.access import Access
from auricle.store.filters import CallFilter, Result
from auricle.store.listing import BY_VERDICTS, CallRow, Hit, Order
from auricle.store.reads import Choices
from dashboards.language import _, n_, number, translated
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
from dashboards.retelling import retold

PAGE_SIZE = 50

ORDER_TITLES: Mapping[Order, str] = {
    "recorded": N_("Recorded first"),
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "lowest": N_("Lowest score first"),
    "highest": N_("Highest score first"),
    "longest": N_("Longest first"),
    "slowest": N_("Longest wait first"),
}
RESULTS: tuple[Result, ...] = get_args(Result)
RECORDED_TITLES = {"true": N_("Recorded"), "false": N_("Not recorded")}
DIRECTIONS = {"inbound": N_("Came in"), "outbound": N_("Made by the clinic")}
MYSTERY_TITLES = {"only": N_("Mystery calls only"), "with": N_("Mystery calls, too")}
BOOKING_TITLES = {"won": N_("Booked"), "lost": N_("Not booked"), "no_slot": N_("No free time")}
ANSWER_TITLES = {"in_time": N_("Within the target"), "late": N_("Later than the target")}


def show(settings: Settings, access: Access) -> None:
    choices = remembered(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title(_("Calls"))
    _filters(choices)
    parameters = st.query_params.to_dict()
    chosen = filter_from(parameters, settings.dashboard.answer_within_s)
    page = _page_number(parameters)
    order = _order(parameters)
    found = remembered(listing.calls, access, chosen, order, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    put(_summary(found.found, choices.calls - choices.mystery, chosen))
    if chosen.tells_verdicts or order in BY_VERDICTS:
        lacks_unseen(access)
    if found.rows:
        put(_table(found.rows, chosen))
        put(_pager(page, found.found, chosen, parameters))
        records(
            "calls", CallRow,
            lambda: listing.calls(access, chosen, order, found.found, 0).rows,
            without=("hit",),
        )  # fmt: skip
    else:
        empty(
            _("No calls match these filters"),
            _(
                "Take one of them away above, or {clear}.",
                clear=link("calls", esc(_("clear them all"))),
            ),
        )


def _filters(choices: Choices) -> None:
    with st.container(horizontal=True, key="au-filters", vertical_alignment="bottom"):
        controls.search(_("Search"), "q", _("Words said, caller or call id"))
        controls.pick_name(
            _("Administrator"), "administrator", choices.administrators, _("Everyone")
        )
        controls.pick(_("Outcome"), "outcome", RESULTS, _("All"), wording.result)
        controls.days(_("Period"), choices)
        controls.pick(_("Sort"), "sort", list(ORDER_TITLES)[1:], _order_title("recorded"),
                      _order_title)  # fmt: skip
        with st.popover(_("More filters"), icon=":material/tune:"):
            if len(choices.clinics) > 1:
                controls.pick_name(_("Clinic"), "clinic", choices.clinics, _("All clinics"))
            _pick(_("Recorded"), "recorded", RECORDED_TITLES, _("All"))
            _pick(_("Direction"), "direction", DIRECTIONS, _("Both"))
            controls.pick(_("Criterion"), "criterion", choices.criteria, _("Any"), criterion_title)
            controls.pick(_("Verdict"), "verdict", VERDICTS, _("Any"), wording.verdict)
            _pick(_("Booking"), "booking", BOOKING_TITLES, _("Any"))
            _pick(_("Answered"), "answered", ANSWER_TITLES, _("Any"))
            _pick(_("Mystery calls"), "mystery", MYSTERY_TITLES, _("Left out"))
            controls.score(_("Score"))
            controls.tick(_("Failed a critical criterion"), "critical")


def _pick(label: str, key: str, titles: Mapping[str, str], everything: str) -> None:
    controls.pick(label, key, list(titles), everything, translated(titles).__getitem__)


def _order_title(order: str) -> str:
    return _({str(key): title for key, title in ORDER_TITLES.items()}[order])


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
        remove = _("Remove the filter: {filter}", filter=label)
        chips.append(link(address, f"{esc(label)} <i>✕</i>", "au-chip", remove))
    if found < calls:
        told = n_("{n} call of {all}", "{n} calls of {all}", found, all=number(calls))
    else:
        told = n_("{n} call", "{n} calls", found)
    return (
        f'<div class="au-summary"><span data-testid="found">{esc(told)}</span>'
        f"{''.join(chips)}</div>"
    )


def _active(chosen: CallFilter) -> list[tuple[str, CallFilter]]:
    """The filters that are set, in words, each with what is left without it."""
    drop = partial(replace, chosen)
    active: list[tuple[str, CallFilter]] = []
    if chosen.text:
        active.append((_("“{quote}”", quote=chosen.text), drop(text=None)))
    if chosen.clinic is not None:
        active.append((chosen.clinic or _("No clinic"), drop(clinic=None)))
    if chosen.administrator is not None:
        active.append((wording.person(chosen.administrator), drop(administrator=None)))
    if chosen.since or chosen.until:
        first, last = (wording.day(end) if end else "…" for end in (chosen.since, chosen.until))
        active.append((f"{first} {wording.DASH} {last}", drop(since=None, until=None)))
    if chosen.criterion and chosen.verdict:
        label = _(
            "{criterion}: {verdict}",
            criterion=criterion_title(chosen.criterion),
            verdict=wording.verdict(chosen.verdict).lower(),
        )
        active.append((label, drop(criterion=None, verdict=None)))
    if chosen.min_total is not None or chosen.max_total is not None:
        low, high = chosen.min_total or 0, 100 if chosen.max_total is None else chosen.max_total
        label = _("Score {points}", points=f"{low:g}{wording.DASH}{high:g}")
        active.append((label, drop(min_total=None, max_total=None)))
    if chosen.direction:
        active.append((_(DIRECTIONS[chosen.direction]), drop(direction=None)))
    if chosen.result:
        active.append((wording.result(chosen.result), drop(result=None)))
    if chosen.recorded is not None:
        title = _(RECORDED_TITLES["true" if chosen.recorded else "false"])
        active.append((title, drop(recorded=None)))
    if chosen.booking:
        active.append((_(BOOKING_TITLES[chosen.booking]), drop(booking=None)))
    if chosen.wait:
        label = (
            _("Answered within {n} s", n=f"{chosen.target_s:g}")
            if chosen.wait == "in_time"
            else _("Answered after more than {n} s", n=f"{chosen.target_s:g}")
        )
        active.append((label, drop(wait=None)))
    if chosen.mystery != "without":
        active.append((_(MYSTERY_TITLES[chosen.mystery]), drop(mystery="without")))
    if chosen.critical:
        active.append((_("Critical failure"), drop(critical=False)))
    return active


def _table(rows: tuple[CallRow, ...], chosen: CallFilter) -> str:
    titles = (
        _("Score"), _("When"), _("Administrator"), _("Caller"), _("Wait"), _("Length"),
        _("Outcome"),
    )  # fmt: skip
    heads = "".join(f"<span>{esc(title)}</span>" for title in titles)
    head = f'<div class="au-call au-head" aria-hidden="true">{heads}</div>'
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
        f'<span class="au-wait{late}" data-label="{esc(_("Wait").lower())}">{wait}</span>'
        f'<span class="au-length">{length}</span>'
        f'<span class="au-outcome">{_mystery(row)}{_outcome(row)}</span>'
    )
    html = cells + (_hit(row.hit, chosen.text) if row.hit else "")
    if not row.recorded:
        return f'<div class="au-call" data-testid="unrecorded">{html}</div>'
    label = _("Open call {call}", call=row.call_id)
    return link(call_address(row.call_id, second), html, "au-call", label)


def _other_side(row: CallRow) -> str:
    other = wording.other_side(row.direction, row.caller, row.callee)
    if row.direction == "outbound":
        made = esc(_(DIRECTIONS["outbound"]))
        return f'<i title="{made}">↗</i> {esc(other or _("Number unknown"))}'
    return esc(other or _("Caller unknown"))


def _mystery(row: CallRow) -> str:
    return (
        f'<em class="au-badge au-mystery" data-testid="mystery">{esc(_("Mystery call"))}</em>'
        if row.mystery
        else ""
    )


def _outcome(row: CallRow) -> str:
    if row.to_judge:
        return f'<em class="au-badge">{esc(_("To be judged blind"))}</em>'
    if not row.recorded:
        css = "au-missed-call" if row.result in ("missed", "busy") else "au-lost"
        return f'<em class="{css}">{esc(_said(row))}</em><small>{esc(_("not recorded"))}</small>'
    if row.failed_critical:
        names = wording.listed(
            [criterion_title(name, row.rubric_id) for name in row.failed_critical]
        )
        title = esc(_("Critical: {criteria}", criteria=names))
        critical = f'<em class="au-critical" title="{title}">! {esc(names)}</em>'
    else:
        critical = ""
    if row.booking_won == "met":
        return f'<em class="au-won">✓ {esc(_(BOOKING_TITLES["won"]))}</em>{critical}'
    if row.booking_won == "missed":
        return f'<em class="au-lost">{esc(_(BOOKING_TITLES["lost"]))}</em>{critical}'
    return critical or (
        f'<em class="au-lost">{esc(_unscored(row))}</em>' if row.total is None else ""
    )


def _said(row: CallRow) -> str:
    if row.direction == "outbound" and row.result in ("missed", "short"):
        return _("Not reached")
    if row.result == "missed" and row.duration_s is not None:
        return _("Gave up after {span}", span=wording.span(row.duration_s))
    return wording.result(row.result)


def _unscored(row: CallRow) -> str:
    if row.rubric_id is None:
        return _("Not scored yet")
    return _("Nobody answered") if row.answered_at_s is None else _("Nothing to judge")


def _hit(hit: Hit, text: str | None) -> str:
    where = f"<b>{wording.clock(hit.start_s)}</b>" if hit.start_s is not None else ""
    said = marked(hit.text if text else retold(hit.text), text)
    if hit.role and text:
        said = _("{who}: {said}", who=esc(wording.role(hit.role)), said=said)
    return f'<span class="au-hit" data-testid="hit">{where}{said}</span>'


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


def _pager(page: int, found: int, chosen: CallFilter, parameters: Mapping[str, str]) -> str:
    last = -(-found // PAGE_SIZE)
    if last <= 1:
        return "<span></span>"
    more = {key: parameters[key] for key in ("sort",) if key in parameters}

    def to(wanted: int, label: str) -> str:
        if not 1 <= wanted <= last:
            return f"<span>{label}</span>"
        return link(calls_address(chosen, **more, page=str(wanted)), label)

    here = _("Page {page} of {last}", page=number(page), last=number(last))
    return (
        f'<nav class="au-pager">{to(page - 1, esc(_("← Back")))}<span>{esc(here)}</span>'
        f"{to(page + 1, esc(_('More →')))}</nav>"
    )
