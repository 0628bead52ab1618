"""Who decides each criterion of a rubric, and how far people agree with the machine."""

from collections.abc import Mapping

import streamlit as st

from auricle.models import RubricRef
from auricle.settings import Mode, Review
from auricle.store import modes as kept
from auricle.store.access import Access
from auricle.store.modes import CriterionMode
from auricle.store.unbiased import MIN_REVIEWS, MachineAgreement
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_title
from dashboards.parts.history import tried
from dashboards.parts.markup import card_title, esc, link, put
from dashboards.parts.reading import remembered
from rubrics.schema import Criterion, Rubric

LABELS: dict[Mode, str] = {
    "human": "People",
    "assisted": "Assisted",
    "automatic": "Machine",
}


def mode_of(criterion: str, known: Mapping[str, CriterionMode]) -> Mode:
    return known[criterion].mode if criterion in known else "automatic"


def agreement(found: MachineAgreement | None) -> str:
    """How far people agree with the machine, from reviews in which they didn't know its verdict."""
    if found is None or found.share is None:
        reviews = found.reviews if found else 0
        return (
            "Agreement of machine and people: not measured yet, "
            f"{reviews} of {MIN_REVIEWS} blind reviews"
        )
    undecided = f"; undecided in {found.undecided} more" if found.undecided else ""
    return (
        f"Agreement of machine and people: {wording.percent(found.share.value)} "
        f"({wording.percents(found.share)}) of {found.reviews} blind reviews{undecided}"
    )


def fallen_notice(access: Access, rubric_id: str | None = None) -> None:
    """Which criteria the machine has lost, until somebody says what to do about it."""
    found = remembered(kept.fallen, access)
    for one in found:
        if rubric_id not in (None, one.rubric_id):
            continue
        where = (
            ""
            if rubric_id
            else f" {link(f'rubric?rubric={esc(one.rubric_id)}', 'Say who decides it.')}"
        )
        title = esc(criterion_title(one.criterion, one.rubric_id))
        put(
            f'<p class="au-alert" role="note" data-testid="fallen"><b>{title}</b> '
            f"needs a person's verdict since "
            f"{esc(wording.day(one.at_utc))}. {esc(one.reason)}.{where}</p>"
        )


def choose(
    rubric: Rubric, access: Access, wishes: Review, known: Mapping[str, CriterionMode],
    agreements: Mapping[str, MachineAgreement],
) -> None:  # fmt: skip
    """A choice for each criterion, with what speaks for it."""
    needed = wording.percent(wishes.automatic_agreement)
    with st.container(key="au-card-modes"):
        put(card_title(
            "Who decides",
            "People: the machine suggests nothing. Assisted: its verdict counts once a person has "
            "confirmed it. Machine: its verdict counts at once; that takes "
            f"{wishes.automatic_reviews} blind reviews with an interval of agreement above "
            f"{needed} and ends when agreement falls below {needed}.",
        ))  # fmt: skip
        for criterion in rubric.criteria():
            _choice(rubric, criterion, access, wishes, known, agreements.get(criterion.id))


def _choice(
    rubric: Rubric, criterion: Criterion, access: Access, wishes: Review,
    known: Mapping[str, CriterionMode], found: MachineAgreement | None,
) -> None:  # fmt: skip
    now = mode_of(criterion.id, known)
    one = known.get(criterion.id)
    key = f"mode-{rubric.id}-{criterion.id}-{one.at_utc if one else ''}"
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        put(
            f'<div data-mode="{now}" data-criterion="{esc(criterion.id)}"><b>{esc(criterion.title)}'
            f'</b><br><span class="au-note">{esc(agreement(found))}'
            f"{esc(_since(one))}</span></div>"
        )
    with right:
        asked = st.segmented_control(
            f"Who decides: {criterion.title}", list(LABELS), default=now, key=key,
            format_func=LABELS.__getitem__, label_visibility="collapsed",
        )  # fmt: skip
        lacks = kept.missing(found, wishes)
        fell = one is not None and one.fell
        _change(rubric, criterion.id, access, wishes, now, asked or now, lacks, fell=fell)


def _change(
    rubric: Rubric, criterion: str, access: Access, wishes: Review, now: Mode, wanted: Mode,
    lacks: str, *, fell: bool,
) -> None:  # fmt: skip
    """A button that does what was chosen, with what it costs; nothing while nothing was."""
    if wanted == now and not fell:
        return
    if wanted == "automatic":
        if lacks:
            st.caption(f"Not yet: {lacks}.")
            return
    elif now == "automatic" and lacks:
        st.caption(f"All calls follow. The machine gets it back only by agreement: {lacks}.")
    title = "Leave it so" if wanted == now else "Change it"
    if st.button(title, key=f"change-{rubric.id}-{criterion}", type="primary"):
        ref = RubricRef(id=rubric.id, version=rubric.version)
        tried(lambda: kept.set_mode(access, ref, criterion, wanted, wishes))


def _since(one: CriterionMode | None) -> str:
    if one is None:
        return ""
    why = f": {one.reason}" if one.reason else ""
    return f". {LABELS[one.mode]} since {wording.day(one.at_utc)} ({one.login or 'Auricle'}{why})"
