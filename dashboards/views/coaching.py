"""Coaching: a criterion's best and worst moments to listen to, and what changed since a note."""

from collections.abc import Mapping

import streamlit as st

from auricle import stats
from auricle.settings import Settings
from auricle.store import coaching, reads
from auricle.store.access import Access
from auricle.store.coaching import NOTHING, Clip, Counted, Note
from dashboards.language import _
from dashboards.parts import history, wording
from dashboards.parts.addresses import call_address
from dashboards.parts.controls import pick, pick_name
from dashboards.parts.criteria import criterion_title
from dashboards.parts.downloads import records
from dashboards.parts.looking import lacks_unseen, looked
from dashboards.parts.markup import card_title, empty, esc, link, page_title, put
from dashboards.parts.reading import counted, remembered
from dashboards.retelling import retold

BEFORE_S, AFTER_S = 3.0, 2.0
"""Heard around a proof, so that it makes sense."""


def show(settings: Settings, access: Access) -> None:
    page_title(_("Coaching"), _("Moments to listen to together, and what became of what was said."))
    choices = remembered(reads.choices, access)
    names = [name for name in choices.administrators if name]
    if not names or not choices.criteria:
        empty(
            _("Nobody to coach yet"),
            esc(_("Calls of named administrators appear here once scored.")),
        )
        return
    with st.container(horizontal=True, key="au-filters"):
        pick_name(_("Administrator"), "administrator", names, _("Choose one"))
        pick(_("Criterion"), "criterion", choices.criteria, _("Choose one"), criterion_title)
    who, criterion = st.query_params.get("administrator"), st.query_params.get("criterion")
    if who in names and criterion in choices.criteria:
        found = remembered(coaching.playlist, access, who, criterion)
        looked(access, [clip.call_id for clip in found], verdicts=True)
        _clips("best", _("Best moments"), [clip for clip in found if clip.verdict == "met"])
        _clips("worst", _("Worst moments"), [clip for clip in found if clip.verdict == "missed"])
        lacks_unseen(access)
    _follow_up(access, [note for note in remembered(coaching.notes, access)
                        if who not in names or note.administrator == who])  # fmt: skip


def _clips(key: str, title: str, clips: list[Clip]) -> None:
    with st.container(key=f"au-card-{key}"):
        put(card_title(title, _("The surest ones.")))
        if not clips:
            st.caption(_("None."))
        for clip in clips:
            place = link(call_address(clip.call_id, clip.start_s), esc(wording.clock(clip.start_s)))
            put(
                f'<p data-testid="clip"><b>{place}</b> {esc(retold(clip.reason))} '
                f'<span class="au-note">{esc(wording.moment_of(clip.start_local))}</span></p>'
            )
            if clip.media is not None:
                start_s = max(0.0, clip.start_s - BEFORE_S)
                st.audio(str(clip.media), start_time=start_s, end_time=clip.end_s + AFTER_S)


def _follow_up(access: Access, notes: list[Note]) -> None:
    with st.container(key="au-card-follow-up"):
        put(card_title(
            _("Since the notes"),
            _("The criterion in the administrator's calls before and after. Where the intervals "
              "overlap, nothing is proven yet."),
        ))  # fmt: skip
        if not notes:
            st.caption(_("No note yet: write one below a scorecard."))
        since = counted(coaching.before_and_after, access)
        if notes:
            put("".join(history.note_html(note) + _since(note, since) for note in notes))
            records("coaching", Note, lambda: notes)


def _since(note: Note, counted: Mapping[str, tuple[Counted, Counted]]) -> str:
    if not note.criterion:
        return ""
    before, after = counted.get(note.note_id, (NOTHING, NOTHING))
    told = _(
        "{administrator}, met before: {before}; since: {after}",
        administrator=note.administrator,
        before=_share(before),
        after=_share(after),
    )
    return f'<p class="au-note" data-testid="before-after">{esc(told)}</p>'


def _share(counted: Counted) -> str:
    share = stats.wilson(counted.met, counted.judged)
    if share is None:
        return _("no calls yet")
    return f"{wording.percent(share.value)} ({wording.percents(share)}, n = {share.n})"
