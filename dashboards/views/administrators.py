"""For the owner: administrators compared as far as their calls allow, and each one over time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from auricle import stats, trends
from auricle.comparison import MIN_CALLS, Comparison, Standing
from auricle.messages import N_
from auricle.settings import Settings
from auricle.store import reads, standings
from auricle.store.access import Access
from auricle.store.filters import CallFilter
from auricle.store.standings import FACTORS, TOTAL, PersonWeek
from dashboards.language import _, n_, number
from dashboards.parts import controls, wording
from dashboards.parts.addresses import UNNAMED, administrators_address, filter_from
from dashboards.parts.criteria import criterion_title
from dashboards.parts.downloads import downloads
from dashboards.parts.funnel_plot import funnel_plot, where
from dashboards.parts.looking import few_lack_unseen
from dashboards.parts.losses import OUTCOMES
from dashboards.parts.markup import card_title, empty, esc, link, page_title, put, whisker
from dashboards.parts.page import no_calls
from dashboards.parts.reading import counted
from dashboards.parts.trend import Week, trend

OUTSIDE = {
    "inside": N_("as chance explains"),
    "above": N_("above what chance explains"),
    "below": N_("below what chance explains"),
}
COLUMNS = ("measure", "administrator", "calls", "figure", "low", "high", "plain_mean",
           "same_mix_mean", "clinic_mean")  # fmt: skip


def show(settings: Settings, access: Access) -> None:
    choices = counted(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title(_("Administrators"), _("Who differs from whom, as far as their calls can tell."))
    criteria = [criterion for criterion in choices.criteria if criterion not in OUTCOMES]
    with st.container(horizontal=True, key="au-filters"):
        if len(choices.clinics) > 1:
            controls.pick_name(_("Clinic"), "clinic", choices.clinics, _("All clinics"))
        controls.pick_name(
            _("Administrator"), "administrator", choices.administrators, _("Everyone")
        )
        controls.pick(_("Measure"), "measure", criteria, _("Score"), criterion_title)
        controls.days(_("Period"), choices)
    asked = filter_from(st.query_params.to_dict(), settings.dashboard.answer_within_s)
    chosen = CallFilter(clinic=asked.clinic, since=asked.since, until=asked.until)
    few_lack_unseen(access, chosen)
    found = counted(standings.standings, access, chosen)
    measure = st.query_params.get("measure", TOTAL)
    comparison = found.get(measure)
    if comparison is None:
        names = _("Where calls lack names, the owner says who sits where.")
        if access.viewer.role == "owner":
            desks = link("desks", esc(_("Say who sits where")))
            names = _("{say_who_sits_where} if calls lack names.", say_who_sits_where=desks)
        none = _("No call with a known administrator has been scored for this measure.")
        empty(_("Nothing to compare yet"), f"{none} {names}")
        return
    person = asked.administrator
    with st.container(key="au-card-standing"):
        put(_standing(comparison, chosen, measure, person))
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="au-card-funnel-plot"):
        put(card_title(
            _("Who is outside what chance explains"),
            _("Mean for the same mix of calls against the number of calls. Lines: 95 % (dashed) "
              "and 99.8 % of average administrators lie between them."),
        ))  # fmt: skip
        if comparison.standings:
            put(funnel_plot(comparison, chosen, measure))
        else:
            st.caption(
                n_("Nobody has {n} judged call yet.", "Nobody has {n} judged calls yet.", MIN_CALLS)
            )
    with right, st.container(key="au-card-person-trend"):
        theirs = replace(chosen, administrator=person)
        weeks = counted(standings.person_weeks, access, theirs, measure)
        _trend(weeks, chosen, measure, person)
    with st.container(key="au-card-by-criterion"):
        put(_by_criterion(found, criteria, chosen, person))
        downloads("administrators", COLUMNS, lambda: _lines(found))
    with st.expander(_("How this is computed")):
        st.markdown(_computed(comparison))


def _lines(found: Mapping[str, Comparison]) -> list[list[Any]]:
    """Everybody's figures by every measure, for a table calculator."""
    return [
        [measure or "score", one.administrator, one.interval.n, one.interval.value,
         one.interval.low, one.interval.high, one.raw, one.adjusted, comparison.mean]
        for measure, comparison in found.items()
        for one in comparison.standings
    ]  # fmt: skip


def _standing(comparison: Comparison, chosen: CallFilter, measure: str, person: str | None) -> str:
    """From best to worst in groups; beside each, how many are certainly better and worse."""
    by_name = {one.administrator: one for one in comparison.standings}
    body = ""
    for group in comparison.groups():
        lines = "".join(
            _line(by_name[name], comparison, chosen, measure, here=name == person)
            for name in sorted(group, key=lambda name: -by_name[name].interval.value)
        )
        tie = ""
        if len(group) > 1:
            tied = _("No order can be stated within this group.")
            tie = f'<p class="au-tie">{esc(tied)}</p>'
        body += f'<div class="au-tier">{lines}{tie}</div>'
    if comparison.few:
        note = _(
            "Not enough calls yet (fewer than {n}): {names}.",
            n=number(MIN_CALLS), names=wording.listed(comparison.few),
        )  # fmt: skip
        body += f'<div class="au-tier"><p class="au-note">{esc(note)}</p></div>'
    title = card_title(
        _("{measure}, 0 to 100", measure=criterion_title(measure) if measure else _("Score")),
        _("With 90 % intervals, as if all had taken the same mix of calls. "
          "Where intervals overlap nobody is ahead."),
    )  # fmt: skip
    head = (
        '<div class="au-person au-standing au-head" aria-hidden="true"><span></span>'
        f"<span>{esc(_('Judged'))}</span><span>{esc(_('Score'))}</span><span></span><span></span>"
        "</div>"
    )
    return f'{title}<div class="au-people" data-testid="standing">{head}{body}</div>'


def _line(
    one: Standing, comparison: Comparison, chosen: CallFilter, measure: str, *, here: bool
) -> str:
    others = [other for other in comparison.standings if other is not one]
    apart = [other for other in others if not other.interval.overlaps(one.interval)]
    ahead = sum(other.interval.value < one.interval.value for other in apart)
    said = _(
        "ahead of {ahead}, behind {behind}, level with {level}",
        ahead=ahead, behind=len(apart) - ahead, level=len(others) - len(apart),
    )  # fmt: skip
    name = link(
        administrators_address(chosen, measure, one.administrator), esc(one.administrator),
        "au-link au-name",
    )  # fmt: skip
    ends = _(
        "{score}, interval {ends}",
        score=number(one.interval.value, 1), ends=wording.points(one.interval),
    )  # fmt: skip
    funnel = _(OUTSIDE[where(comparison, one.interval.n, one.adjusted)])
    plain = _("plain {score}", score=number(one.raw))
    return (
        f'<div class="au-person au-standing{" au-here" if here else ""}"><span>{name}</span>'
        f'<span data-label="{esc(_("judged"))}">{number(one.interval.n)}</span>'
        f'<span data-label="{esc(_("Score").lower())}"><b>{number(one.interval.value)}</b> '
        f"<small>{esc(plain)}</small></span>"
        f"<span>{whisker(one.interval, 100, 'au-wide', ends)}</span>"
        f"<span><small>{wording.together((esc(said), f'<br>{esc(funnel)}'))}</small></span></div>"
    )


def _trend(
    weeks: tuple[PersonWeek, ...], chosen: CallFilter, measure: str, person: str | None
) -> None:
    """Of one administrator, or of all together: scores as means, criteria as a p-chart."""
    whose = _("Everyone") if person is None else wording.person(person)
    own = weeks if person is None else [week for week in weeks if week.administrator == person]
    by_week: dict[date, list[PersonWeek]] = {}
    for week in own:
        by_week.setdefault(week.monday, []).append(week)
    rows = [_together(by_week[monday]) for monday in sorted(by_week)]
    shares = bool(measure)
    put(card_title(
        _("{whose}, week by week", whose=whose),
        _("Per cent of calls with all points. Dashed: control limits, left by chance about once in "
          "370 weeks. Upright: a new level.") if shares
        else _("Mean of the week's calls. Upright: the level changed."),
    ))  # fmt: skip
    if not rows:
        st.caption(_("No judged call has a date yet."))
        return
    points = [_point(week, shares=shares) for week in rows]
    limits = trends.p_limits([(week.full, week.n) for week in rows]) if shares else []
    changed = trends.changes([point.value for point in points], [float(week.n) for week in rows])
    put(trend(
        points, replace(chosen, administrator=person), _("Share") if shares else _("Mean"),
        _("Calls"),        limits, [rows[at].monday for at in changed],
    ))  # fmt: skip


def _together(weeks: list[PersonWeek]) -> PersonWeek:
    """Several administrators' same week as one."""
    return PersonWeek(
        "", weeks[0].monday, sum(week.n for week in weeks), sum(week.total for week in weeks),
        sum(week.squares for week in weeks), sum(week.full for week in weeks),
    )  # fmt: skip


def _point(week: PersonWeek, *, shares: bool) -> Week:
    if shares:
        share = stats.wilson(week.full, week.n)
        assert share is not None
        interval = stats.Interval(100 * share.value, 100 * share.low, 100 * share.high, week.n)
        return Week(week.monday, interval.value, interval, week.n)
    interval_of_mean = stats.mean_interval_from(week.n, week.total, week.squares)
    return Week(week.monday, week.total / week.n, interval_of_mean, week.n)


def _by_criterion(
    found: Mapping[str, Comparison], criteria: list[str], chosen: CallFilter, person: str | None
) -> str:
    """Every criterion: of one administrator, or who stands out among all."""
    lines = "".join(
        _criterion(found[criterion], criterion, chosen, person)
        for criterion in criteria
        if criterion in found
    )
    whose = person if person not in (None, "", UNNAMED) else ""
    title = card_title(
        _("By criterion: {name}", name=whose) if whose else _("By criterion"),
        _("Share of the points, 0 to 100, with the 90 % interval; the upright mark is the clinic's "
          "mean.") if whose else _("Whose intervals lie wholly above or below the clinic's mean."),
    )  # fmt: skip
    return f'{title}<div class="au-people" data-testid="by-criterion">{lines}</div>'


def _criterion(
    comparison: Comparison, criterion: str, chosen: CallFilter, person: str | None
) -> str:
    name = link(
        administrators_address(chosen, criterion, person or ""), esc(criterion_title(criterion)),
        "au-link au-name",
    )  # fmt: skip
    mean = f'<i class="au-benchmark" style="left:{comparison.mean:.1f}%"></i>'
    if person:
        own = next((one for one in comparison.standings if one.administrator == person), None)
        if own is None:
            line, said = "", _("not enough calls yet")
        else:
            line = f'<div class="au-scale">{whisker(own.interval, 100)}{mean}</div>'
            said = _against(own, comparison)
        value = f"<b>{number(own.interval.value)}</b>" if own else wording.DASH
    else:
        sides: dict[str, list[str]] = {"above": [], "below": [], "level": []}
        for one in comparison.standings:
            sides[comparison.against_mean(one)].append(one.administrator)
        parts = []
        if sides["above"]:
            parts.append(_("above: {names}", names=wording.listed(sides["above"])))
        if sides["below"]:
            parts.append(_("below: {names}", names=wording.listed(sides["below"])))
        said = wording.together(parts) or _("nobody stands out")
        line = f'<div class="au-scale"><span class="au-whisker"></span>{mean}</div>'
        value = f"<b>{number(comparison.mean)}</b>"
    return (
        f'<div class="au-person au-by-criterion"><span>{name}</span><span>{value}</span>'
        f"<span>{line}</span><span><small>{esc(said)}</small></span></div>"
    )


def _against(one: Standing, comparison: Comparison) -> str:
    calls = n_("{n} call", "{n} calls", one.interval.n)
    ends = wording.followed(wording.points(one.interval), calls)
    side = comparison.against_mean(one)
    if side == "above":
        return wording.told(ends, _("above the clinic's mean"))
    if side == "below":
        return wording.told(ends, _("below the clinic's mean"))
    return wording.told(ends, _("can't be told apart from the mean"))


def _computed(comparison: Comparison) -> str:
    return _(
        "A call's score is taken as the clinic's mean ({mean}), plus what its case mix adds "
        "({factors}), plus what the administrator adds, plus chance (one call: ± {chance} points). "
        "Administrators differ by about {spread} points (standard deviation), so somebody with "
        "few calls is taken to be near the mean until their calls say otherwise (partial pooling). "
        "{formulas} has the formulas; {measured} has how often these intervals hold the truth.",
        mean=number(comparison.mean, 1), factors=_(", ").join(_(factor) for factor in FACTORS),
        chance=number(comparison.call_sd), spread=number(comparison.between_sd, 1),
        formulas="`docs/figures.md`", measured="`bench/RESULTS.md`",
    )  # fmt: skip
