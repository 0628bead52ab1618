"""Who decides each criterion of a rubric, and how far people agree with the machine."""

from collections.abc import Mapping

import streamlit as st

from auricle.messages import N_
from auricle.models import RubricRef
from auricle.settings import Mode, Review
from auricle.store import modes as kept
from auricle.store.access import Access
from auricle.store.modes import CriterionMode
from auricle.store.unbiased import MIN_REVIEWS, MachineAgreement
from dashboards.language import _, n_, number, translated
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_title
from dashboards.parts.history import tried
from dashboards.parts.markup import card_title, esc, link, put
from dashboards.parts.reading import remembered
from dashboards.retelling import retold
from rubrics.schema import Criterion, Rubric

LABELS: dict[Mode, str] = {
    "human": N_("People"),
    "assisted": N_("Assisted"),
    "automatic": N_("Machine"),
}


def mode_of(criterion: str, known: Mapping[str, CriterionMode]) -> Mode:
    return known[criterion].mode if criterion in known else "automatic"


def agreement(found: MachineAgreement | None) -> str:
    """How far people agree with the machine, from reviews in which they didn't know its verdict."""
    if found is None or found.share is None:
        reviews = found.reviews if found else 0
        return n_(
            "Agreement of machine and people: not measured yet, {reviews} of {n} blind review",
            "Agreement of machine and people: not measured yet, {reviews} of {n} blind reviews",
            MIN_REVIEWS, reviews=number(reviews),
        )  # fmt: skip
    said = n_(
        "Agreement of machine and people: {share} ({interval}) of {n} blind review",
        "Agreement of machine and people: {share} ({interval}) of {n} blind reviews",
        found.reviews, share=wording.percent(found.share.value),
        interval=wording.percents(found.share),
    )  # fmt: skip
    if not found.undecided:
        return said
    return _("{agreement}; undecided in {n} more", agreement=said, n=number(found.undecided))


def fallen_notice(access: Access, rubric_id: str | None = None) -> None:
    """Which criteria the machine has lost, until somebody says what to do about it."""
    found = remembered(kept.fallen, access)
    for one in found:
        if rubric_id not in (None, one.rubric_id):
            continue
        said = _(
            "{criterion} needs a person's verdict since {day}. {why}.",
            criterion=f"<b>{esc(criterion_title(one.criterion, one.rubric_id))}</b>",
            day=esc(wording.day(one.at_utc)), why=esc(retold(one.reason)),
        )  # fmt: skip
        if not rubric_id:
            where = f"rubric?rubric={esc(one.rubric_id)}"
            said += f" {link(where, esc(_('Say who decides it.')))}"
        put(f'<p class="au-alert" role="note" data-testid="fallen">{said}</p>')


def choose(
    rubric: Rubric, access: Access, wishes: Review, known: Mapping[str, CriterionMode],
    agreements: Mapping[str, MachineAgreement],
) -> None:  # fmt: skip
    """A choice for each criterion, with what speaks for it."""
    needed = wording.percent(wishes.automatic_agreement)
    with st.container(key="au-card-modes"):
        put(card_title(
            _("Who decides"),
            n_(
                "People: the machine suggests nothing. Assisted: its verdict counts once a person "
                "has confirmed it. Machine: its verdict counts at once; that takes {n} blind "
                "review with an interval of agreement above {needed} and ends when agreement falls "
                "below {needed}.",
                "People: the machine suggests nothing. Assisted: its verdict counts once a person "
                "has confirmed it. Machine: its verdict counts at once; that takes {n} blind "
                "reviews with an interval of agreement above {needed} and ends when agreement "
                "falls below {needed}.",
                wishes.automatic_reviews, needed=needed,
            ),
        ))  # fmt: skip
        for criterion in rubric.criteria():
            _choice(rubric, criterion, access, wishes, known, agreements.get(criterion.id))


def _choice(
    rubric: Rubric, criterion: Criterion, access: Access, wishes: Review,
    known: Mapping[str, CriterionMode], found: MachineAgreement | None,
) -> None:  # fmt: skip
    now = mode_of(criterion.id, known)
    title, labels = retold(criterion.title), translated(LABELS)
    one = known.get(criterion.id)
    key = f"mode-{rubric.id}-{criterion.id}-{one.at_utc if one else ''}"
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        put(
            f'<div data-mode="{now}" data-criterion="{esc(criterion.id)}"><b>{esc(title)}</b><br>'
            f'<span class="au-note">{esc(agreement(found))}'
            f"{esc(_since(one))}</span></div>"
        )
    with right:
        asked = st.segmented_control(
            _("Who decides: {criterion}", criterion=title), list(labels), default=now, key=key,
            format_func=labels.__getitem__, label_visibility="collapsed",
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
            st.caption(_("Not yet: {lacks}.", lacks=retold(lacks)))
            return
    elif now == "automatic" and lacks:
        st.caption(_(
            "All calls follow. The machine gets it back only by agreement: {lacks}.",
            lacks=retold(lacks),
        ))  # fmt: skip
    title = _("Leave it so") if wanted == now else _("Change it")
    if st.button(title, key=f"change-{rubric.id}-{criterion}", type="primary"):
        ref = RubricRef(id=rubric.id, version=rubric.version)
        tried(lambda: kept.set_mode(access, ref, criterion, wanted, wishes))


def _since(one: CriterionMode | None) -> str:
    if one is None:
        return ""
    mode, day, who = _(LABELS[one.mode]), wording.day(one.at_utc), one.login or "Auricle"
    if one.reason:
        who = wording.told(who, retold(one.reason))
    return f". {_('{mode} since {day} ({who})', mode=mode, day=day, who=who)}"
