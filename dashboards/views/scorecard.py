"""One call: what was said, how it was judged, the second that proves it, what people say to it."""

from datetime import date, datetime
from typing import Any

import streamlit as st

from auricle.corrections import corrected
from auricle.errors import AuricleError
from auricle.settings import Settings
from auricle.store import calibrations, disputes, modes, mystery_calls, reads, reviews
from auricle.store import corrections as kept
from auricle.store.access import Access, utc_now
from auricle.store.reads import CallDetail
from dashboards.components.call_player import Told, call_player
from dashboards.components.call_player.payload import Judging, Kind, verdict_kinds
from dashboards.language import _
from dashboards.parts import call_header, history, judging, wording
from dashboards.parts.looking import looked
from dashboards.parts.markup import empty, esc, link, page_title, put
from dashboards.parts.reading import remembered
from dashboards.parts.scenario import judge_yourself, scenario_card
from dashboards.parts.workbench import Workbench


def show(settings: Settings, access: Access, workbench: Workbench) -> None:
    call_id = st.query_params.get("call")
    if not call_id:
        page_title(_("Scorecard"))
        empty(
            _("No call chosen"),
            _("Pick one from the {list}.", list=link("calls", esc(_("list of calls")))),
        )
        return
    # What is told of this call is seen to here: it may be to be judged blind.
    detail = remembered(reads.call_detail, access.showing(call_id), call_id)
    if detail is None:
        page_title(_("Scorecard"))
        empty(
            _("There is no call {call}", call=call_id),
            _("The link may be older than the database, or the call somebody else's.")
            + f" {link('calls', esc(_('All calls')))}.",
        )
        return
    session = st.query_params.get("calibration", "")
    today = datetime.now(settings.clinic.zone).date()
    waiting = remembered(calibrations.awaiting, access, call_id, today)
    if session:
        if session in waiting:
            _calibrate(access, detail, session, today)
        else:
            _judged(access, call_id, session, today)
    elif waiting:
        _judge_first(call_id, waiting[0])
    elif access.viewer.role == "administrator":
        _answer(settings, access, detail)
    else:
        _review(settings, access, detail, workbench)


def _review(settings: Settings, access: Access, detail: CallDetail, workbench: Workbench) -> None:
    """For analysts and the owner."""
    call_id = detail.call.call_id
    today = datetime.now(settings.clinic.zone).date()
    asked = st.query_params.get("review", "")
    chance = None
    if asked == "random" or (access.viewer.role == "analyst" and asked != "open"):
        chance = reviews.drawn_with(access, settings.review, today, call_id)
    if chance is not None and asked == "random":
        told = _player(access, detail, _blind())
        if told.review:
            _save(lambda: _blindly(settings, access, detail, told.review or {}, chance),
                  leave="review")  # fmt: skip
        return
    if chance is not None:
        open_now = remembered(disputes.disputes, access, call_id)
        _ask_first(call_id, any(item.waiting for item in open_now))
        return
    looked(access, [call_id], verdicts=True)
    access = access.showing(call_id)
    said = remembered(reviews.history, access, call_id)
    changed = remembered(kept.corrections, access, call_id)
    spoken = remembered(disputes.disputes, access, call_id)
    put(call_header.header(detail))
    if any(one.blind and one.reviewer == access.viewer.login for one in said):
        put('<p class="au-hint" role="note" data-testid="judged">'
            f'{esc(_("You have judged this call blind."))} '
            f'{link("reviews?why=random", esc(_("Others that wait")))}</p>')  # fmt: skip
    told = _player(access, detail, Judging(
        mode="review", kinds=verdict_kinds(), save=_("Save"),
        why=_("Why (needed for a change)"), reason_for="changes", seen=len(said),
        saved=st.session_state.get("saved", ""),
        corrects=detail.transcript is not None, spoken=history.spoken_of(spoken, hers=False),
    ) if detail.scorecard else None)  # fmt: skip
    if told.review:
        done = told.review
        _save(lambda: reviews.submit(
            access, call_id, "queue", judging.judgements(done, detail.transcript),
            seen=done["seen"],
        ))  # fmt: skip
    if told.correct and detail.transcript:
        _correct(access, detail, workbench, told.correct)
    history.open_disputes(access, [item for item in spoken if item.waiting], detail.scorecard)
    _scenario(access, call_id)
    history.coaching(access, detail)
    history.lines(said, changed, spoken)


def _blindly(
    settings: Settings, access: Access, detail: CallDetail, told: dict[str, Any], chance: float
) -> None:
    """Keep a review of the random sample; the machine may lose a criterion by it."""
    said = judging.judgements(told, detail.transcript)
    reviews.submit(access, detail.call.call_id, "random", said, blind=True, drawn_with=chance)
    modes.demote(access.path, settings.review)


def _answer(settings: Settings, access: Access, detail: CallDetail) -> None:
    """For the administrator whose call it is."""
    call_id, days = detail.call.call_id, settings.review.dispute_days
    spoken = remembered(disputes.disputes, access, call_id)
    until = disputes.open_until(access, call_id, days)
    is_open = until is None or until > utc_now()
    put(call_header.header(detail) + history.window(until, is_open, days))
    told = _player(access, detail, Judging(
        mode="dispute", kinds=_stances(), save=_("Send"),
        why=_("What you say to it (needed to contest)"),
        reason_for=("contested",), seen=len(spoken), saved=st.session_state.get("saved", ""),
        spoken=history.spoken_of(spoken, hers=True),
    ) if detail.scorecard and is_open else None)  # fmt: skip
    if told.review:
        done = told.review
        _save(lambda: disputes.speak(access, call_id, judging.answers(done), days))
    _scenario(access, call_id)
    history.coaching(access, detail)
    history.lines(remembered(reviews.history, access, call_id), (), spoken)


def _stances() -> tuple[Kind, ...]:
    return (
        Kind("accepted", _("Accept"), "✓", "1"),
        Kind("contested", _("Contest"), "✕", "2"),
    )


def _scenario(access: Access, call_id: str) -> None:
    verdicts = remembered(mystery_calls.scenario_verdicts, access, call_id)
    if verdicts:
        with st.container(key="au-card-scenario"):
            put(scenario_card(verdicts, call_id))
            if access.viewer.sees_everything:
                judge_yourself(access, call_id, verdicts)


def _calibrate(access: Access, detail: CallDetail, session: str, today: date) -> None:
    """Blind, and without the administrator's name."""
    call_id = detail.call.call_id
    chosen = next(
        one for one in remembered(calibrations.sessions, access) if one.calibration_id == session
    )
    left = len(chosen.todo(access.viewer.login, today))
    place = _(
        "{session}: call {n} of {total}",
        session=chosen.title,
        n=len(chosen.calls) - left + 1,
        total=len(chosen.calls),
    )
    told = _player(access, detail, _blind(), calibration=place)
    if told.review:
        done = told.review
        _save(lambda: reviews.submit(
            access, call_id, "calibration", judging.judgements(done, detail.transcript),
            blind=True, calibration_id=session,
        ))  # fmt: skip


def _judged(access: Access, call_id: str, name: str, today: date) -> None:
    """Where a judgement of a calibration ends: it is kept, and what is next."""
    page_title(_("Calibration"))
    login = access.viewer.login
    sessions = remembered(calibrations.sessions, access)
    session = next((one for one in sessions if one.calibration_id == name), None)
    if session is None or (call_id, login) not in session.judged:
        empty(
            _("Nothing to judge here"),
            esc(_("This call isn't yours to judge, or it is too late.")),
            link("calibration", esc(_("Sessions"))),
        )
        return
    todo = session.todo(login, today)
    further = (
        link(f"scorecard?call={esc(todo[0])}&calibration={esc(name)}",
             esc(_("Judge the next call ({n} left)", n=len(todo))), "au-button")
        if todo else link(
            f"calibration?session={esc(name)}", esc(_("To the session")), "au-button"
        )
    )  # fmt: skip
    # Whoever has more calls to judge isn't led to what the machine says of this one.
    marks = (
        "" if todo else link(f"scorecard?call={esc(call_id)}", esc(_("This call and its marks")))
    )
    empty(
        _("Your judgement is kept"),
        *([] if todo else [esc(_("You have judged all calls of this session."))]),
        f"{further} {marks}",
    )


def _blind() -> Judging:
    return Judging(
        mode="blind", kinds=verdict_kinds(), save=_("Submit"), why=_("Why (optional)"),
        reason_for=(), saved=st.session_state.get("saved", ""),
    )  # fmt: skip


def _player(
    access: Access, detail: CallDetail, judging: Judging | None, *, calibration: str = ""
) -> Told:
    """The player, and a line of the audit log for whoever opens it. ``calibration``: which one,
    and how far, if the call is judged in one."""
    blind = judging is not None and judging.blind
    looked(access, [detail.call.call_id], verdicts=not blind)
    if blind:
        put(call_header.blind_header(detail, calibration))
    error = st.session_state.pop("not-saved", "")
    if error:
        st.error(error)
    return call_player(detail, _second(st.query_params.get("t")), judging, error)


def _save(save: object, leave: str = "") -> None:
    """Do it and show the page anew; say what is wrong if it can't be done."""
    assert callable(save)
    try:
        save()
    except AuricleError as error:
        st.session_state["not-saved"] = wording.error(error)
    else:
        st.session_state["saved"] = str(datetime.now())
        if leave:
            st.query_params.pop(leave, None)
    st.rerun()


def _correct(
    access: Access, detail: CallDetail, workbench: Workbench, told: dict[str, object]
) -> None:
    transcript = detail.transcript
    assert transcript is not None

    def save() -> None:
        changes = judging.changes(told)
        card = workbench.rescore(detail.call, corrected(transcript, changes))
        kept.correct(access, transcript, changes, str(told.get("reason", "")), card)

    _save(save)


def _judge_first(call_id: str, session: str) -> None:
    page_title(_("Scorecard"))
    address = f"scorecard?call={esc(call_id)}&calibration={esc(session)}"
    empty(
        _("This call is in a calibration"),
        esc(_("You see its verdicts once you have given yours, or when the session is over.")),
        link(address, esc(_("Judge it now")), "au-button"),
    )


def _ask_first(call_id: str, contested: bool) -> None:
    page_title(_("Scorecard"))
    address = f"scorecard?call={esc(call_id)}"
    blind = link(f"{address}&review=random", esc(_("Review it now")), "au-button")
    anyway = link(f"{address}&review=open", esc(_("Show the verdicts anyway")))
    contests = _("The administrator contests a mark of it: you can answer once you have judged.")
    empty(
        _("This call is in the random sample"),
        esc(
            _(
                "How right the machine is can only be told by somebody who judges without knowing "
                "what it says. Once you have seen its verdicts, somebody else has to do that for "
                "this call."
            )
        ),
        *([esc(contests)] if contested else []),
        f"{blind} {anyway}",
    )


def _second(text: str | None) -> float | None:
    try:
        second = float(text or "")
    except ValueError:
        return None
    return second if 0 <= second < float("inf") else None
