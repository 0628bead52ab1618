"""For the owner: administrators compared as far as their calls allow, and each one over time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from auricle import stats, trends
from auricle.comparison import MIN_CALLS, Comparison, Standing
from auricle.settings import Settings
from auricle.store import reads, standings
from auricle.store.access import Access
from auricle.store.filters import CallFilter
from auricle.store.standings import FACTORS, TOTAL, PersonWeek
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
    "inside": "as chance explains",
    "above": "above what chance explains",
    "below": "below what chance explains",
}
COLUMNS = ("measure", "administrator", "calls", "figure", "low", "high", "plain_mean",
           "same_mix_mean", "clinic_mean")  # fmt: skip


def show(settings: Settings, access: Access) -> None:
    choices = counted(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title("Administrators", "Who differs from whom, as far as their calls can tell.")
    criteria = [criterion for criterion in choices.criteria if criterion not in OUTCOMES]
    with st.container(horizontal=True, key="au-filters"):
        if len(choices.clinics) > 1:
            controls.pick_name("Clinic", "clinic", choices.clinics, "All clinics")
        controls.pick_name("Administrator", "administrator", choices.administrators, "Everyone")
        controls.pick("Measure", "measure", criteria, "Score", criterion_title)
        controls.days("Period", choices)
    asked = filter_from(st.query_params.to_dict(), settings.dashboard.answer_within_s)
    chosen = CallFilter(clinic=asked.clinic, since=asked.since, until=asked.until)
    few_lack_unseen(access, chosen)
    found = counted(standings.standings, access, chosen)
    measure = st.query_params.get("measure", TOTAL)
    comparison = found.get(measure)
    if comparison is None:
        empty(
            "Nothing to compare yet",
            "No call with a known administrator has been scored for this measure. "
            + (
                f"{link('desks', 'Say who sits where', 'au-link')} if calls lack names."
                if access.viewer.role == "owner"
                else "Where calls lack names, the owner says who sits where."
            ),
        )
        return
    person = asked.administrator
    with st.container(key="au-card-standing"):
        put(_standing(comparison, chosen, measure, person))
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="au-card-funnel-plot"):
        put(card_title(
            "Who is outside what chance explains",
            "Mean for the same mix of calls against the number of calls. Lines: 95 % (dashed) and "
            "99.8 % of average administrators lie between them.",
        ))  # fmt: skip
        if comparison.standings:
            put(funnel_plot(comparison, chosen, measure))
        else:
            st.caption(f"Nobody has {MIN_CALLS} judged calls yet.")
    with right, st.container(key="au-card-person-trend"):
        theirs = replace(chosen, administrator=person)
        weeks = counted(standings.person_weeks, access, theirs, measure)
        _trend(weeks, chosen, measure, person)
    with st.container(key="au-card-by-criterion"):
        put(_by_criterion(found, criteria, chosen, person))
        downloads("administrators", COLUMNS, lambda: _lines(found))
    with st.expander("How this is computed"):
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
            tie = '<p class="au-tie">No order can be stated within this group.</p>'
        body += f'<div class="au-tier">{lines}{tie}</div>'
    if comparison.few:
        few = wording.listed(comparison.few)
        note = f"Not enough calls yet (fewer than {MIN_CALLS}): {few}."
        body += f'<div class="au-tier"><p class="au-note">{esc(note)}</p></div>'
    title = card_title(
        f"{criterion_title(measure) if measure else 'Score'}, 0 to 100",
        "With 90 % intervals, as if all had taken the same mix of calls. "
        "Where intervals overlap nobody is ahead.",
    )
    head = (
        '<div class="au-person au-standing au-head" aria-hidden="true"><span></span>'
        "<span>Judged</span><span>Score</span><span></span><span></span></div>"
    )
    return f'{title}<div class="au-people" data-testid="standing">{head}{body}</div>'


def _line(
    one: Standing, comparison: Comparison, chosen: CallFilter, measure: str, *, here: bool
) -> str:
    others = [other for other in comparison.standings if other is not one]
    apart = [other for other in others if not other.interval.overlaps(one.interval)]
    ahead = sum(other.interval.value < one.interval.value for other in apart)
    said = f"ahead of {ahead}, behind {len(apart) - ahead}, level with {len(others) - len(apart)}"
    name = link(
        administrators_address(chosen, measure, one.administrator), esc(one.administrator),
        "au-link au-name",
    )  # fmt: skip
    ends = f"{one.interval.value:.1f}, interval {wording.points(one.interval)}"
    funnel = OUTSIDE[where(comparison, one.interval.n, one.adjusted)]
    return (
        f'<div class="au-person au-standing{" au-here" if here else ""}"><span>{name}</span>'
        f'<span data-label="judged">{one.interval.n:,}</span>'
        f'<span data-label="score"><b>{one.interval.value:.0f}</b> '
        f"<small>plain {one.raw:.0f}</small></span>"
        f"<span>{whisker(one.interval, 100, 'au-wide', ends)}</span>"
        f"<span><small>{said};<br> {funnel}</small></span></div>"
    )


def _trend(
    weeks: tuple[PersonWeek, ...], chosen: CallFilter, measure: str, person: str | None
) -> None:
    """Of one administrator, or of all together: scores as means, criteria as a p-chart."""
    whose = person if person is not None else "Everyone"
    own = weeks if person is None else [week for week in weeks if week.administrator == person]
    by_week: dict[date, list[PersonWeek]] = {}
    for week in own:
        by_week.setdefault(week.monday, []).append(week)
    rows = [_together(by_week[monday]) for monday in sorted(by_week)]
    shares = bool(measure)
    put(card_title(
        f"{whose}, week by week",
        "Per cent of calls with all points. Dashed: control limits, left by chance about once in "
        "370 weeks. Upright: a new level." if shares
        else "Mean of the week's calls. Upright: the level changed.",
    ))  # fmt: skip
    if not rows:
        st.caption("No judged call has a date yet.")
        return
    points = [_point(week, shares=shares) for week in rows]
    limits = trends.p_limits([(week.full, week.n) for week in rows]) if shares else []
    changed = trends.changes([point.value for point in points], [float(week.n) for week in rows])
    put(trend(
        points, replace(chosen, administrator=person), "Share" if shares else "Mean", "Calls",
        limits, [rows[at].monday for at in changed],
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
        f"By criterion{': ' + whose if whose else ''}",
        "Share of the points, 0 to 100, with the 90 % interval; the upright mark is the clinic's "
        "mean." if whose else "Whose intervals lie wholly above or below the clinic's mean.",
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
            line, said = "", "not enough calls yet"
        else:
            line = f'<div class="au-scale">{whisker(own.interval, 100)}{mean}</div>'
            said = _against(own, comparison)
        value = f"<b>{own.interval.value:.0f}</b>" if own else wording.DASH
    else:
        sides: dict[str, list[str]] = {"above": [], "below": [], "level": []}
        for one in comparison.standings:
            sides[comparison.against_mean(one)].append(one.administrator)
        parts = [f"{side}: {wording.listed(sides[side])}" for side in ("above", "below")
                 if sides[side]]  # fmt: skip
        said = "; ".join(parts) or "nobody stands out"
        line = f'<div class="au-scale"><span class="au-whisker"></span>{mean}</div>'
        value = f"<b>{comparison.mean:.0f}</b>"
    return (
        f'<div class="au-person au-by-criterion"><span>{name}</span><span>{value}</span>'
        f"<span>{line}</span><span><small>{esc(said)}</small></span></div>"
    )


def _against(one: Standing, comparison: Comparison) -> str:
    ends = f"{wording.points(one.interval)}, {wording.count(one.interval.n, 'call')}"
    side = comparison.against_mean(one)
    if side == "level":
        return f"{ends}: can't be told apart from the mean"
    return f"{ends}: {side} the clinic's mean"


def _computed(comparison: Comparison) -> str:
    return (
        f"A call's score is taken as the clinic's mean ({comparison.mean:.1f}), plus what its case "
        f"mix adds ({', '.join(FACTORS)}), plus what the administrator adds, plus chance (one "
        f"call: ± {comparison.call_sd:.0f} points). Administrators differ by about "
        f"{comparison.between_sd:.1f} points (standard deviation), so somebody with few calls is "
        "taken to be near the mean until their calls say otherwise (partial pooling). `docs/"
        "figures.md` has the formulas; `bench/RESULTS.md` has how often these intervals hold the "
        "truth."
    )
