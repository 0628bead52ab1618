"""Below a call: what people have said of it, to each other too, and forms to answer."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from auricle.errors import AuricleError
from auricle.messages import N_
from auricle.models import Scorecard, VerdictKind
from auricle.store import coaching as notes
from auricle.store import disputes
from auricle.store.access import Access
from auricle.store.corrections import Correction
from auricle.store.disputes import Dispute
from auricle.store.reads import CallDetail
from auricle.store.reviews import Purpose, Said
from dashboards.language import _, n_
from dashboards.parts import wording
from dashboards.parts.addresses import VERDICTS, call_address
from dashboards.parts.criteria import criterion_title
from dashboards.parts.markup import card_title, esc, link, put
from dashboards.parts.reading import remembered

_OUTCOMES = {"upheld": N_("changed"), "rejected": N_("kept"), "": N_("not answered yet")}
_PURPOSES: dict[Purpose, str] = {
    "queue": "",
    "random": N_("blind, random sample"),
    "calibration": N_("calibration"),
    "dispute": N_("after a dispute"),
}


def lines(said: Sequence[Said], changed: Sequence[Correction], spoken: Sequence[Dispute]) -> None:
    """Who changed what, when and why; the newest first. Nothing at all is shown as nothing."""
    found = [
        *((item.submitted_utc, _said(item)) for item in said),
        *((item.at_utc, _changed(item)) for item in changed),
        *((item.opened_utc, _spoken(item)) for item in spoken),
    ]
    if not found:
        return
    found.sort(key=lambda line: line[0], reverse=True)
    with st.container(key="au-card-history"):
        items = "".join(
            f'<li><span class="au-note">{esc(moment(at))}</span>{html}</li>' for at, html in found
        )
        put(card_title(_("History"), _("Who changed what, when and why."))
            + f'<ul class="au-history" data-testid="history">{items}</ul>')  # fmt: skip


def moment(at_utc: datetime) -> str:
    """In the time zone of whoever looks."""
    here = at_utc.replace(tzinfo=UTC).astimezone(wording.zone(st.context.timezone))
    return wording.moment_of(here)


def window(until: datetime | None, is_open: bool, days: int) -> str:
    """Until when an administrator may answer her marks."""
    if not is_open and until is not None:
        said = n_(
            "These marks could be contested for {n} day, until {day}. Speak to the analyst.",
            "These marks could be contested for {n} days, until {day}. Speak to the analyst.",
            days,
            day=wording.day(until),
        )
    elif until:
        said = _(
            "You may accept or contest each mark until {moment}: press its button, write what you "
            "say to it, and send.",
            moment=moment(until),
        )
    else:
        said = _(
            "You may accept or contest each mark: press its button, write what you say to it, and "
            "send."
        )
    return f'<p class="au-hint" role="note">{esc(said)}</p>'


def open_disputes(access: Access, waiting: Sequence[Dispute], card: Scorecard | None) -> None:
    """A form for each mark that is contested and not answered; ``card``: what stands now."""
    if not waiting:
        return
    standing = {verdict.id: verdict.verdict for verdict in card.criteria} if card else {}
    with st.container(key="au-card-disputes"):
        put(card_title(_("Contested"), _("The administrator reads your answer.")))
        for item in waiting:
            _form(access, item, standing.get(item.criterion, item.verdict))


def spoken_of(spoken: Sequence[Dispute], *, hers: bool) -> dict[str, str]:
    """By criterion: what the administrator said to the mark that stands, if nothing came of it yet.

    ``hers``: for herself. She may not say it twice.
    """
    said = {}
    for item in spoken:
        if item.waiting:
            said[item.criterion] = (
                _("You contested it: “{comment}” Not answered yet.", comment=item.comment)
                if hers
                else _("Contested: “{comment}” Answer it below.", comment=item.comment)
            )
        elif item.stance == "accepted" and hers:
            said.setdefault(item.criterion, _("You accepted it."))
    return said


def coaching(access: Access, detail: CallDetail) -> None:
    """The notes on a call: the administrator reads them, analysts write them."""
    found = remembered(notes.notes, access, detail.call.call_id)
    hers = access.viewer.role == "administrator"
    if hers and not found:
        return
    with st.container(key="au-card-coaching"):
        who = wording.person(detail.call.administrator)
        about = "" if hers else _("Shared with {administrator} at once.", administrator=who)
        put(card_title(_("Coaching"), about))
        for note in found:
            note_line(access, note)
        if not hers:
            _new_note(access, detail)


def note_html(note: notes.Note) -> str:
    about = criterion_title(note.criterion) if note.criterion else _("The call")
    if note.start_s is not None:
        about = wording.followed(about, wording.clock(note.start_s))
    place = link(call_address(note.call_id, note.start_s), esc(about))
    read = (
        _("read {moment}", moment=moment(note.acknowledged_utc))
        if note.acknowledged_utc
        else _("not read yet")
    )
    facts = f"{wording.followed(note.author, moment(note.written_utc))} · {read}"
    return (
        f'<p data-testid="note"><b>{place}</b> {esc(note.text)}<br>'
        f'<span class="au-note">{esc(facts)}</span></p>'
    )


def note_line(access: Access, note: notes.Note) -> None:
    put(note_html(note))
    if access.viewer.role == "administrator" and note.acknowledged_utc is None:
        st.button(
            _("I have read it"), key=f"read-{note.note_id}",
            on_click=lambda: notes.acknowledge(access, note),
        )  # fmt: skip


def tried(do: Callable[[], object]) -> None:
    """Do it and show the page anew, or say why not."""
    try:
        do()
    except AuricleError as error:
        st.error(wording.error(error))
        return
    st.rerun()


def _form(access: Access, item: Dispute, standing: VerdictKind) -> None:
    """What stands is chosen beforehand: it may have been reviewed since she spoke."""
    mark = wording.verdict(item.verdict)
    if standing != item.verdict:
        now = wording.verdict(standing).lower()
        mark = _("{verdict} (now {standing})", verdict=mark, standing=now)
    put(f'<p data-testid="dispute"><b>{esc(criterion_title(item.criterion, item.rubric_id))}</b>: '
        f"{esc(mark)}. <q>{esc(item.comment)}</q> "
        f'<span class="au-note">{esc(moment(item.opened_utc))}</span></p>')  # fmt: skip
    with st.form(f"dispute-{item.dispute_id}", border=False):
        verdict = st.radio(
            _("Verdict"), VERDICTS, index=VERDICTS.index(standing), horizontal=True,
            format_func=wording.verdict,
        )  # fmt: skip
        answer = st.text_input(_("Your answer"), placeholder=_("What you heard, and why"))
        if st.form_submit_button(_("Answer"), type="primary"):
            tried(lambda: disputes.resolve(access, item.dispute_id, verdict, answer))


@st.fragment
def _new_note(access: Access, detail: CallDetail) -> None:
    """A form on demand: it is the slowest part of the page, and most looks don't need it."""
    if st.session_state.get("coached") != detail.call.call_id:
        if st.button(_("Write a note")):
            st.session_state["coached"] = detail.call.call_id
            st.rerun(scope="fragment")
        return
    card = detail.scorecard
    proofs: list[tuple[str, float | None]] = [("", None)]
    for verdict in card.criteria if card else ():
        second = next((e.start_s for e in verdict.evidence if e.start_s is not None), None)
        proofs.append((verdict.id, second))

    def title(proof: tuple[str, float | None]) -> str:
        name, second = proof
        if not name:
            return _("The call as a whole")
        title = criterion_title(name, card.rubric if card else None)
        return title + (f", {wording.clock(second)}" if second is not None else "")

    with st.form("coach", border=False, clear_on_submit=True):
        left, right = st.columns([1, 2])
        about = left.selectbox(_("About"), proofs, format_func=title)
        text = right.text_input(_("Note"), placeholder=_("What to keep, or what to try next time"))
        if st.form_submit_button(_("Share the note")):
            tried(lambda: _share(access, detail.call.call_id, text, *about))


def _share(access: Access, call_id: str, text: str, criterion: str, start_s: float | None) -> None:
    notes.write_note(access, call_id, text, criterion, start_s)
    del st.session_state["coached"]


def _said(item: Said) -> str:
    machine = ""
    if item.machine_verdict == item.verdict:
        machine = _("as the machine")
    elif item.machine_verdict:
        verdict = wording.verdict(item.machine_verdict).lower()
        machine = _("the machine: {verdict}", verdict=verdict)
    facts = _(", ").join(filter(None, [_(_PURPOSES[item.purpose]), machine]))
    why = f" <q>{esc(item.reason)}</q>" if item.reason else ""
    known = f" ({esc(facts)})" if facts else ""
    return (
        f"<b>{esc(item.reviewer)}</b>: {esc(criterion_title(item.criterion, item.rubric_id))} "
        f"<b>{esc(wording.verdict(item.verdict))}</b>{known}{why}"
    )


def _changed(item: Correction) -> str:
    n, old, new = item.turn + 1, item.old, item.new
    if item.field == "role":
        what = _("turn {n}, whose turn", n=n)
        old, new = wording.role(old).lower(), wording.role(new).lower()
    else:
        what = _("turn {n}, words", n=n)
    why = f" <q>{esc(item.reason)}</q>" if item.reason else ""
    return f"<b>{esc(item.login)}</b>: {esc(what)}: <s>{esc(old)}</s> → {esc(new)}{why}"


def _spoken(item: Dispute) -> str:
    said = f" <q>{esc(item.comment)}</q>" if item.comment else ""
    title = criterion_title(item.criterion, item.rubric_id)
    who = f"<b>{esc(item.administrator)}</b>"
    if item.stance == "accepted":
        return _("{administrator} accepted {mark}", administrator=who, mark=esc(title)) + said
    html = _("{administrator} contested {mark}", administrator=who, mark=esc(title))
    answer = f": {esc(item.answered_by)} <q>{esc(item.answer)}</q>" if item.outcome else ""
    return f"{html}{said} → {esc(outcome(item))}{answer}"


def outcome(item: Dispute) -> str:
    """What became of a contested mark."""
    return _(_OUTCOMES[item.outcome])
