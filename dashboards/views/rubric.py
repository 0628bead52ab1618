"""A rubric as people read it, tried on a call, and how it came to be what it is."""

import difflib
from collections.abc import Mapping

import streamlit as st

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.models import RubricRef, RubricVersion, Scorecard, Verdict
from auricle.settings import Mode, Settings
from auricle.store import listing, reads, unbiased, versions
from auricle.store import modes as kept
from auricle.store.access import Access
from auricle.store.filters import CallFilter
from auricle.store.listing import CallRow
from auricle.store.modes import CriterionMode
from auricle.store.reads import CallDetail
from auricle.store.unbiased import MachineAgreement
from dashboards.language import _
from dashboards.parts import drafts, modes, wording
from dashboards.parts.criteria import criterion_title
from dashboards.parts.looking import lacks_unseen, looked
from dashboards.parts.markup import badge, card_title, command, empty, esc, page_title, put
from dashboards.parts.moves import moves
from dashboards.parts.reading import counted, remembered
from dashboards.parts.workbench import Workbench
from dashboards.retelling import retold
from rubrics.loader import list_rubrics, load_rubric, parse_rubric
from rubrics.schema import Criterion, Example, Rubric

CALLS = 200
"""The newest calls to choose from."""
CRITICAL = {
    "none": "",
    "criterion": N_("critical: missing it is flagged"),
    "section": N_("critical: missing it empties the section"),
    "call": N_("critical: missing it empties the call"),
}
DECIDES: dict[Mode, str] = {
    "human": N_("judged by people alone"),
    "assisted": N_("counts once a person has confirmed it"),
    "automatic": "",
}
SHOWN_EXAMPLES = 2
"""Of each verdict."""


def show(settings: Settings, access: Access, workbench: Workbench) -> None:
    page_title(
        _("Rubric"),
        _("What a good call is, and what would change if it were written otherwise."),
    )
    names = list(
        dict.fromkeys([settings.score.rubric, *settings.score.rubrics.values(), *list_rubrics()])
    )
    asked = st.query_params.get("rubric", names[0])
    chosen = st.selectbox(
        _("Rubric"), names, index=names.index(asked) if asked in names else 0, key="rubric"
    )
    st.query_params["rubric"] = chosen
    try:
        rubric = load_rubric(chosen)
    except SettingsError as error:
        empty(_("The rubric can't be read"), esc(wording.error(error)))
        return
    agreements = counted(unbiased.machine_agreement, access, rubric.id)
    modes.fallen_notice(access, rubric.id)
    known = remembered(kept.modes, access, rubric.id)
    found = agreements.get(rubric.version, {})
    # Only the tab that is open is made: trying loads the scorer, and tells the audit log of a look.
    read, decided, tried, history = st.tabs(
        [_("Read"), _("Who decides"), _("Try on a call"), _("History")],
        key="rubric-tab",
        on_change="rerun",
    )
    with read:
        if read.open:
            put(as_people_read(rubric, found, known))
    with decided:
        if decided.open:
            modes.choose(rubric, access, settings.review, known, found)
    with tried:
        if tried.open:
            _try(rubric, chosen, access, workbench, known)
    with history:
        if history.open:
            _history(rubric, access, agreements)


Agreements = Mapping[str, MachineAgreement]
"""By criterion."""


def as_people_read(
    rubric: Rubric, agreements: Agreements, known: Mapping[str, CriterionMode]
) -> str:
    """The whole rubric as HTML, with how far people agree with the machine's verdicts."""
    worth = rubric.max_points()
    total = sum(worth.values()) or 1.0
    sections = ""
    for section in rubric.sections:
        share = _share(sum(worth[c.id] for c in section.criteria), total)
        items = "".join(
            _criterion(c, worth[c.id], total, agreements.get(c.id), modes.mode_of(c.id, known))
            for c in section.criteria
        )
        title = card_title(retold(section.title), share)
        sections += f'<section class="au-card au-rubric">{title}{items}</section>'
    about = f"<p>{esc(retold(rubric.description))}</p>" if rubric.description else ""
    version = _("{rubric}, version {version}", rubric=rubric.id, version=rubric.version)
    return (
        f'<header class="au-rubric-head"><h2>{esc(retold(rubric.title))}</h2>'
        f'<p class="au-note">{esc(version)}</p>{about}</header>'
        f"{sections}"
    )


def _share(points: float, total: float) -> str:
    return _(
        "{points} points, {share} of the score",
        points=f"{points:g}",
        share=wording.percent(points / total),
    )


def _criterion(
    criterion: Criterion, points: float, total: float, agreement: MachineAgreement | None,
    mode: Mode,
) -> str:  # fmt: skip
    notes = [
        _share(points, total) if points else _("followed, worth no points"),
        _("partly: {share} of them", share=wording.percent(criterion.partly))
        if _has_partly(criterion)
        else "",
        _("only where the occasion arises") if criterion.when else "",
        _(CRITICAL[criterion.critical]),
        _(DECIDES[mode]),
    ]
    examples = "".join(_example(example) for example in _shown(criterion.examples))
    shown = (
        f"<details><summary>{esc(_('Examples'))}</summary>{examples}</details>" if examples else ""
    )
    title, description = retold(criterion.title), retold(criterion.description)
    return (
        f'<article class="au-rubric-item" data-criterion="{esc(criterion.id)}">'
        f"<h3>{esc(title)}</h3><p>{esc(description)}</p>"
        f'<p class="au-note">{esc(wording.together(notes))}</p>'
        f'<p class="au-note" data-testid="agreement">{esc(modes.agreement(agreement))}</p>'
        f"{shown}</article>"
    )


def _has_partly(criterion: Criterion) -> bool:
    return any(rule.verdict == "partly" for rule in criterion.all_rules())


def _shown(examples: tuple[Example, ...]) -> list[Example]:
    found: list[Example] = []
    for example in examples:
        if sum(e.verdict == example.verdict for e in found) < SHOWN_EXAMPLES:
            found.append(example)
    return found


def _example(example: Example) -> str:
    lines = "<br>".join(esc(line) for line in example.dialogue.strip().splitlines())
    return f'<div class="au-rubric-example">{badge(example.verdict)}<p>{lines}</p></div>'


def _try(
    rubric: Rubric, chosen: str, access: Access, workbench: Workbench,
    known: Mapping[str, CriterionMode],
) -> None:  # fmt: skip
    """What-if on one call, and on the newest: nothing is saved until it is published."""
    calls = remembered(listing.calls, access, CallFilter(recorded=True), "recorded", CALLS)
    rows = [row for row in calls.rows if not row.to_judge]
    ids = {row.call_id: _label(row) for row in rows}
    lacks_unseen(access)
    if not ids:
        empty(
            _("No call to try it on"),
            _("Run {run} on a folder of recordings.", run=command("auricle run")),
        )
        return
    names, asked = list(ids), st.query_params.get("call")
    call_id = st.selectbox(
        _("Call"),
        names,
        index=names.index(asked) if asked in ids else 0,
        format_func=ids.__getitem__,
    )
    detail = remembered(reads.call_detail, access, call_id)
    if detail is None or detail.transcript is None:
        empty(_("This call has no transcript"), _("Choose another one."))
        return
    looked(access, [call_id], verdicts=True)
    key = f"draft-{chosen}-{rubric.fingerprint[:12]}"
    text = st.session_state.setdefault(key, rubric.text)
    text = _edited(rubric, text, detail.transcript.language, key)
    try:
        draft = parse_rubric(text, N_("the draft"))
        put(_compared(detail, rubric, draft, workbench, known))
    except SettingsError as error:
        st.error(wording.error(error))
        return
    changed = text != rubric.text
    if changed:
        moves(access, rows, rubric, draft, workbench)
    go = st.button(_("Publish"), type="primary", disabled=not changed)
    if not changed:
        st.caption(_("Nothing is changed yet."))
    elif go:
        try:
            published = workbench.publish(text, access.viewer.login)
        except SettingsError as error:
            st.error(wording.error(error))
        else:
            st.success(
                _(
                    "{rubric} is published. The next auricle run scores all calls by it.",
                    rubric=f"{published.id} {published.version}",
                )
            )


def _label(row: CallRow) -> str:
    return _(
        "{when}, {who}, {score} ({call})",
        when=wording.moment_of(row.start_local),
        who=wording.person(row.administrator),
        score=_points_of(row.total),
        call=row.call_id,
    )


def _edited(rubric: Rubric, text: str, language: str, key: str) -> str:
    """The draft after what was typed just now."""
    points, phrases = st.columns(2)
    with (
        points.popover(_("Change points"), use_container_width=True),
        st.form("points", border=False),
    ):
        titles = {c.id: retold(c.title) for c in rubric.criteria()}
        criterion = st.selectbox(_("Criterion"), list(titles), format_func=titles.__getitem__)
        worth = st.number_input(_("Points"), min_value=0.0, max_value=1000.0, value=10.0, step=1.0)
        if st.form_submit_button(_("Try")):
            text = drafts.with_points(text, criterion, worth)
    with (
        phrases.popover(_("Add phrases"), use_container_width=True),
        st.form("phrases", border=False),
    ):
        name = st.selectbox(_("List"), sorted(rubric.lists()))
        lines = st.text_area(_("A phrase a line"), help=_("See docs/rubrics.md for the patterns."))
        if st.form_submit_button(_("Try")) and lines.strip():
            text = drafts.with_phrases(text, name, language, lines)
    with (
        st.expander(_("Edit the text")),
        st.container(key="au-rubric-text"),
        st.form("text", border=False),
    ):
        typed = st.text_area(_("The rubric's text"), text, height=420)
        if st.form_submit_button(_("Try")):
            text = typed
    if st.session_state[key] != text:
        st.session_state[key] = text
        st.rerun()
    if text != rubric.text and st.button(_("Start over")):
        st.session_state[key] = rubric.text
        st.rerun()
    return text


def _compared(
    detail: CallDetail, rubric: Rubric, draft: Rubric, workbench: Workbench,
    known: Mapping[str, CriterionMode],
) -> str:  # fmt: skip
    """Verdicts now and under the draft, side by side; what moves stands out."""
    assert detail.transcript is not None
    before, after = (
        workbench.score(detail.call, detail.transcript, one) for one in (rubric, draft)
    )
    old = {verdict.id: verdict for verdict in before.criteria}
    titles = {criterion.id: retold(criterion.title) for criterion in draft.criteria()}
    rows = "".join(
        _moved(titles[v.id], old.get(v.id), v)
        for v in after.criteria
        if modes.mode_of(v.id, known) != "human"  # of which the machine tells nobody anything
    )
    return (
        f'<section class="au-card au-rubric" data-testid="what-if">'
        f"{card_title(f'{_total(before)} → {_total(after)}', judged_by(detail, before))}"
        f"{rows}</section>"
    )


def judged_by(detail: CallDetail, machine: Scorecard) -> str:
    """Whose verdicts the two columns are: people's don't follow from a rubric, so they are left out
    of both, and where the call's own total has them it is another one."""
    stands = detail.scorecard
    if stands is None or _total(stands) == _total(machine):
        return _("This call now, and by the draft")
    return _(
        "This call now, and by the draft, both as judged by the program alone. "
        "What counts, with people's verdicts, is {score}.",
        score=_total(stands),
    )


def _total(card: Scorecard) -> str:
    return _points_of(card.total)


def _points_of(total: float | None) -> str:
    return _("not scored") if total is None else f"{total:.0f}"


def _moved(title: str, old: Verdict | None, new: Verdict) -> str:
    moved = old is None or (old.verdict, old.max_points) != (new.verdict, new.max_points)
    was = "" if old is None else f"{badge(old.verdict)} <span>{_points(old)}</span>"
    return (
        f'<div class="au-what-if{" au-here" if moved else ""}" data-criterion="{esc(new.id)}">'
        f"<b>{esc(title)}</b><span>{was}</span><span>{badge(new.verdict)} "
        f"<span>{_points(new)}</span></span><small>{esc(retold(new.reason))}</small></div>"
    )


def _points(verdict: Verdict) -> str:
    got = wording.DASH if verdict.points is None else f"{verdict.points:g}"
    return _("{points} of {most}", points=got, most=f"{verdict.max_points:g}")


def _history(rubric: Rubric, access: Access, agreements: Mapping[str, Agreements]) -> None:
    known = remembered(versions.rubric_versions, access, rubric.id)
    if not known:
        empty(
            _("No history yet"),
            _("Every version that calls are scored by, or that is published, will be kept here."),
        )
        return
    for number, one in enumerate(known):
        with st.expander(_version(one)):
            put(_agreements(one, agreements.get(one.version, {})))
            older = known[number + 1].text if number + 1 < len(known) else ""
            if not older:
                st.caption(_("The first one that is known."))
                continue
            lines = difflib.unified_diff(
                older.splitlines(), one.text.splitlines(), _("before"), _("after"), lineterm="", n=2
            )
            st.code("\n".join(lines) or _("Only phrase lists changed."), language="diff")


def _version(one: RubricVersion) -> str:
    when = wording.moment_of(one.since)
    if one.published_by:
        return _(
            "Version {version}, {when} UTC, published by {name}",
            version=one.version, when=when, name=one.published_by,
        )  # fmt: skip
    return _("Version {version}, {when} UTC", version=one.version, when=when)


def _agreements(version: RubricVersion, found: Agreements) -> str:
    """Of a version that may have other criteria than today's."""
    if not found:
        nobody = _("Nobody has judged calls of this version blind.")
        return f'<p class="au-note">{esc(nobody)}</p>'
    ref = RubricRef(id=version.rubric_id, version=version.version)
    items = "".join(
        f"<li>{esc(criterion_title(criterion, ref))} "
        f'<span class="au-note">{esc(modes.agreement(one))}</span></li>'
        for criterion, one in found.items()
    )
    return f'<ul class="au-history">{items}</ul>'
