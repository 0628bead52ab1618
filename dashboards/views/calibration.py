"""Calibration sessions: opening one, judging in it, and what came out."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

import streamlit as st

from auricle.agreement import ORDERED, agreement
from auricle.models import VerdictKind
from auricle.settings import Settings
from auricle.stats import Interval
from auricle.store import calibrations, listing, people
from auricle.store.access import Access
from auricle.store.calibrations import Agreed, Given, Session
from auricle.store.filters import CallFilter
from auricle.store.listing import CallRow
from dashboards.language import _, n_, number
from dashboards.parts import wording
from dashboards.parts.addresses import VERDICTS
from dashboards.parts.criteria import criterion_title
from dashboards.parts.downloads import downloads, records
from dashboards.parts.history import tried
from dashboards.parts.looking import looked
from dashboards.parts.markup import card_title, empty, esc, link, page_title, put, table
from dashboards.parts.reading import remembered

OFFERED = 200
"""Latest calls to choose from."""
DIVIDED = 8
"""Open cases at a time; the next come up as these are agreed on."""
FEW = 10
"""Calls below which agreement says little; an interval of so few is little more than a guess."""
DAYS = 7


def show(settings: Settings, access: Access) -> None:
    page_title(
        _("Calibration"),
        _("Several people judge the same calls without knowing what others say."),
    )
    today = datetime.now(settings.clinic.zone).date()
    found = remembered(calibrations.sessions, access)
    chosen = st.query_params.get("session")
    for session in found:
        if chosen == session.calibration_id or (chosen is None and not session.over(today)):
            _session(access, session, today)
    others = [session for session in found if session.over(today)]
    if others and chosen is None:
        items = "".join(
            f"<li>{link(f'calibration?session={s.calibration_id}', esc(s.title), 'au-others')} "
            f'<span class="au-note">{esc(_about(s))}</span></li>'
            for s in others
        )
        with st.container(key="au-card-over"):
            put(card_title(_("Results")) + f'<ul class="au-history">{items}</ul>')
    if not found:
        start = n_(
            "Open one below: {n} call and two reviewers make a start.",
            "Open one below: {n} calls and two reviewers make a start.",
            FEW,
        )
        empty(_("No session yet"), esc(start))
    _open(access, today)


def _about(session: Session) -> str:
    parts = (
        wording.day(session.deadline),
        n_("{n} call", "{n} calls", len(session.calls)),
        n_("{n} reviewer", "{n} reviewers", len(session.reviewers)),
    )
    return _(", ").join(parts)


def _session(access: Access, session: Session, today: date) -> None:
    todo = session.todo(access.viewer.login, today)
    with st.container(key=f"au-card-session-{session.calibration_id}"):
        put(card_title(session.title, _(
            "{until}. {done} of {all} judgements are in: {each}.",
            until=_until(session),
            done=number(len(session.judged)),
            all=number(len(session.calls) * len(session.reviewers)),
            each=_(", ").join(_done(session, login) for login in session.reviewers),
        )))  # fmt: skip
        if todo:
            address = f"scorecard?call={esc(todo[0])}&calibration={session.calibration_id}"
            put(link(address, esc(_("Judge the next call ({n} left)", n=len(todo))), "au-button"))
        if session.over(today):
            _results(access, session)
        else:
            later = _("Results appear when all are done, or when the deadline is over.")
            put(f'<p class="au-note" data-testid="not-yet">{esc(later)}</p>')
            if session.led_by(access.viewer):
                _end(access, session, today)


def _until(session: Session) -> str:
    """``Until 3 Mar 2026``, and who said so if it wasn't so from the beginning."""
    day = wording.day(session.deadline)
    if session.said_by is None or session.said_utc is None:
        return _("Until {day}", day=day)
    said = wording.followed(session.said_by, wording.day(session.said_utc))
    if session.ended:
        return _("Ended ({who_when})", who_when=said)
    return _("Until {day} (moved: {who_when})", day=day, who_when=said)


def _end(access: Access, session: Session, today: date) -> None:
    name = session.calibration_id
    with st.expander(_("When it ends")):
        with st.form(f"deadline-{name}", border=False):
            deadline = st.date_input(
                _("Deadline"), session.deadline, min_value=today, format=wording.entered()
            )
            if st.form_submit_button(_("Move the deadline")):
                tried(lambda: calibrations.move_deadline(access, name, deadline, today))
        once = _("Ending it shows the results to all; nobody can judge any more after that.")
        put(f'<p class="au-note">{esc(once)}</p>')
        if st.button(_("End it now"), key=f"end-{name}"):

            def end() -> None:
                calibrations.end_now(access, name, today)
                st.query_params["session"] = name  # whose results are there now

            tried(end)


def _done(session: Session, login: str) -> str:
    """``ann 3 of 4``."""
    done = sum(who == login for _call, who in session.judged)
    return _("{login} {done} of {all}", login=login, done=done, all=len(session.calls))


def _results(access: Access, session: Session) -> None:
    given = remembered(calibrations.given, access, session.calibration_id)
    if not given:
        put(f'<p class="au-note">{esc(_("Nobody has judged."))}</p>')
        return
    by_criterion: dict[str, list[Given]] = defaultdict(list)
    for item in given:
        by_criterion[item.criterion].append(item)
    if len(session.calls) < FEW:
        few = n_(
            "Below {n} call the figures are a hint at most; talk about verdicts.",
            "Below {n} calls the figures are a hint at most; talk about verdicts.",
            FEW,
        )
        put(f'<p class="au-hint" role="note" data-testid="few-calls">{esc(few)}</p>')
    titles = (
        _("Criterion"), _("Calls"), _("Exact"), _("Adjacent"), _("Kappa"), _("Alpha"), _("AC1"),
        _("Verdicts"),
    )  # fmt: skip
    rows = (_agreement_row(name, items, session) for name, items in by_criterion.items())
    put(table("agreement", titles, rows) + f'<p class="au-note">{esc(_how_to_read())}</p>')
    name = f"calibration-{session.calibration_id}"
    downloads(f"{name}-agreement", AGREEMENT, lambda: [
        _agreement_line(criterion, items, session) for criterion, items in by_criterion.items()
    ], what=_("Agreement"))  # fmt: skip
    records(f"{name}-verdicts", Given, lambda: given, what=_("Verdicts"))
    _divided(access, session, given)


def _how_to_read() -> str:
    return _(
        "Intervals are {share}, by bootstrap. Kappa: Cohen, two reviewers only; "
        "alpha: Krippendorff; AC1: Gwet. Where nearly all verdicts are of one kind, kappa and "
        "alpha say little; where all are, they can't be told ({dash}). A figure without "
        "an interval is the same in every draw. Can't tell is no judgement here.",
        share=wording.percent(0.9),
        dash=wording.DASH,
    )


AGREEMENT = (
    "criterion", "calls",
    *(f"{figure}{end}" for figure in ("exact", "adjacent", "kappa", "alpha", "alpha_ordinal", "ac1")
      for end in ("", "_low", "_high")),
    *(f"share_{kind}" for kind in VERDICTS),
)  # fmt: skip


def _agreement_line(name: str, items: list[Given], session: Session) -> list[Any]:
    found = agreement(_ratings(items, session.reviewers))
    line: list[Any] = [name, found.units]
    for value in (found.exact, found.adjacent, found.kappa, found.alpha, found.alpha_ordinal,
                  found.ac1):  # fmt: skip
        line += [value.value, *_ends(value)] if value else [None] * 3
    return line + [found.prevalence.get(kind) for kind in VERDICTS]


def _agreement_row(name: str, items: list[Given], session: Session) -> tuple[str, ...]:
    found = agreement(_ratings(items, session.reviewers))
    kinds = _(", ").join(  # unbroken: after "not", a line that begins with "met 17 %" misleads
        wording.unbroken(
            f"{wording.verdict(kind).lower()} {wording.percent(found.prevalence[kind])}"
        )
        for kind in VERDICTS if found.prevalence.get(kind)
    )  # fmt: skip
    return (
        esc(criterion_title(name)) + _with_reference(items, session),
        str(found.units),
        _figure(found.exact, True),
        _figure(found.adjacent, True),
        *(_figure(value, False) for value in (found.kappa, found.alpha, found.ac1)),
        esc(kinds),
    )


def _with_reference(items: list[Given], session: Session) -> str:
    """How often each reviewer says what the reference says; who can't tell says nothing."""
    if not session.reference:
        return ""
    told = {
        (item.call_id, item.reviewer): item.verdict for item in items if item.verdict != "abstain"
    }
    parts = []
    for reviewer in session.reviewers:
        both = [
            told[call, reviewer] == told[call, session.reference]
            for call in session.calls
            if (call, reviewer) in told and (call, session.reference) in told
        ]
        if reviewer != session.reference and both:
            parts.append(_(
                "{login} {same} of {all} as {reference}",
                login=reviewer, same=sum(both), all=len(both), reference=session.reference,
            ))  # fmt: skip
    return f'<br><span class="au-note">{esc(wording.together(parts))}</span>'


def _ratings(items: list[Given], reviewers: tuple[str, ...]) -> list[list[str | None]]:
    told = {(item.call_id, item.reviewer): item.verdict for item in items}
    return [
        [told.get((call, reviewer)) for reviewer in reviewers]
        for call in dict.fromkeys(item.call_id for item in items)
    ]


def _ends(value: Interval) -> tuple[float, float] | tuple[None, None]:
    """None where every draw is alike: then no interval can be told."""
    return (value.low, value.high) if value.low < value.high else (None, None)


def _figure(value: Interval | None, share: bool) -> str:
    if value is None:
        return wording.DASH
    if share:
        return (
            f'{wording.percent(value.value)} <span class="au-note">{wording.percents(value)}</span>'
        )
    told, *ends = (
        number(one, 2).replace("-", wording.MINUS)
        for one in (value.value, *_ends(value)) if one is not None
    )  # fmt: skip
    if not ends:
        return told
    interval = _("{low} to {high}", low=ends[0], high=ends[1])
    return f'{told} <span class="au-note">{esc(interval)}</span>'


def _divided(access: Access, session: Session, given: tuple[Given, ...]) -> None:
    """The judgements that divide people most, to be talked about; what the talk ended with."""
    agreed = {(a.call_id, a.criterion): a
              for a in remembered(calibrations.agreed, access, session.calibration_id)}  # fmt: skip
    cases: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for item in given:
        cases[item.call_id, item.criterion].append(item)
    split = [(case, items) for case, items in cases.items() if len({i.verdict for i in items}) > 1]
    split.sort(key=lambda found: -_division(found[1]))
    still = [found for found in split if found[0] not in agreed]
    put(
        card_title(_("What divides people most"), _("Listen together, and keep what you agree on."))
    )
    if not split:
        put(f'<p class="au-fine">✓ {esc(_("Everybody agrees on everything."))}</p>')
    for (call_id, criterion), items in still[:DIVIDED]:
        looked(access, [call_id], verdicts=True)
        put(_case(call_id, criterion, items, None))
        _agree(access, session.calibration_id, call_id, criterion, None)
    if len(still) > DIVIDED:
        more = n_(
            "{n} more comes up as you agree on these; the file of verdicts has them all.",
            "{n} more come up as you agree on these; the file of verdicts has them all.",
            len(still) - DIVIDED,
        )
        put(f'<p class="au-note" data-testid="more-divided">{esc(more)}</p>')
    settled = [(found, agreed[found[0]]) for found in split if found[0] in agreed]
    if not settled:
        return
    with st.expander(_("Agreed on: {n} of {all}", n=len(settled), all=len(split))):
        for ((call_id, criterion), items), outcome in settled:
            looked(access, [call_id], verdicts=True)
            put(_case(call_id, criterion, items, outcome))
            _agree(access, session.calibration_id, call_id, criterion, outcome)
        records(f"calibration-{session.calibration_id}-agreed", Agreed,
                lambda: tuple(agreed.values()), what=_("Agreed"))  # fmt: skip


def _case(call_id: str, criterion: str, items: list[Given], outcome: Agreed | None) -> str:
    """A judgement that divides people: what each says, and what they agreed on."""
    said = wording.together(
        wording.told(item.reviewer, wording.verdict(item.verdict).lower())
        + (f" ({item.reason})" if item.reason else "")
        for item in items
    )
    kept = ""
    if outcome is not None:
        note = f" <q>{esc(outcome.note)}</q>" if outcome.note else ""
        by = wording.followed(outcome.login, wording.day(outcome.at_utc))
        kept = (
            f" → <b>{esc(wording.verdict(outcome.verdict))}</b>{note} "
            f'<span class="au-note">{esc(by)}</span>'
        )
    call = link(f"scorecard?call={esc(call_id)}", esc(call_id), "au-others")
    return (
        f'<p data-testid="divided">{call} '
        f"<b>{esc(criterion_title(criterion))}</b> {esc(said)}{kept}</p>"
    )


def _label(row: CallRow) -> str:
    """With its length: nobody wants to judge a call that was cut off."""
    length = "" if row.duration_s is None else f"{wording.clock(row.duration_s)} · "
    return f"{wording.moment_of(row.start_local)} · {length}{row.call_id}"


def _division(items: list[Given]) -> float:
    """Mean distance of two of the verdicts, 0 to 2: steps of the scale between verdicts in order;
    one where a criterion applies only to some; half where somebody can't tell."""
    pairs = list(combinations([item.verdict for item in items], 2))
    return sum(_distance(*pair) for pair in pairs) / len(pairs)


def _distance(one: VerdictKind, other: VerdictKind) -> float:
    if one == other:
        return 0.0
    if "abstain" in (one, other):
        return 0.5
    if "not_applicable" in (one, other):
        return 1.0
    return abs(ORDERED.index(one) - ORDERED.index(other))


def _agree(
    access: Access, session: str, call_id: str, criterion: str, outcome: Agreed | None
) -> None:
    """Nothing is chosen beforehand: what is kept was decided. It may be changed later."""
    with st.form(f"agree-{session}-{call_id}-{criterion}", border=False):
        left, right = st.columns([1, 3])
        verdict = left.selectbox(
            _("Agreed"), VERDICTS, index=VERDICTS.index(outcome.verdict) if outcome else None,
            placeholder=_("Choose"), format_func=wording.verdict,
        )  # fmt: skip
        note = right.text_input(_("Why"), value=outcome.note if outcome else "")
        if st.form_submit_button(_("Change it") if outcome else _("Keep what we agreed")):
            if verdict is None:
                st.error(_("Choose the verdict that you agreed on."))
                return
            tried(lambda: calibrations.agree(access, session, call_id, criterion, verdict, note))


def _open(access: Access, today: date) -> None:
    calls = remembered(listing.calls, access, CallFilter(recorded=True), "newest", OFFERED).rows
    logins = [
        person.login for person in remembered(people.people, access)
        if person.active and person.role in ("owner", "analyst")
    ]  # fmt: skip
    names = {row.call_id: _label(row) for row in calls}
    with st.container(key="au-card-new-session"):
        put(
            card_title(
                _("A new session"),
                _("The page reviewers judge on tells neither names nor anybody's verdicts."),
            )
        )
        if len(logins) < 2:
            st.caption(_(
                "Two reviewers are needed: {command}.",
                command="auricle people add LOGIN --role analyst",
            ))  # fmt: skip
            return
        opened = st.session_state.get("sessions-opened", 0)
        with st.form(f"calibration-{opened}", border=False):  # another form is an empty one
            title = st.text_input(_("Title"), placeholder=_("March, empathy"))
            options = _("Choose options")
            # "Select all" is said in English only, and nobody judges the last hundred calls.
            chosen = st.multiselect(
                _("Calls"), list(names), format_func=names.__getitem__, placeholder=options,
                select_all=False,
            )  # fmt: skip
            reviewers = st.multiselect(
                _("Reviewers"), logins, placeholder=options, select_all=False
            )
            left, right = st.columns(2)
            deadline = left.date_input(
                _("Deadline"), today + timedelta(days=DAYS), min_value=today,
                format=wording.entered(),
            )  # fmt: skip
            reference = right.selectbox(_("Reference"), ["", *logins],
                                        format_func=lambda name: name or _("Nobody"))  # fmt: skip
            if st.form_submit_button(_("Open"), type="primary"):

                def open_it() -> None:
                    calibrations.open_session(access, title, chosen, reviewers, deadline, reference)
                    st.session_state["sessions-opened"] = opened + 1

                tried(open_it)
