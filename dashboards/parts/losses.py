"""Where points are lost: by criterion, and the seconds of calls to listen to."""

from dataclasses import replace

from auricle import stats
from auricle.models import VerdictKind
from auricle.store.figures import CriterionCounts, Moment
from auricle.store.filters import CallFilter
from dashboards.language import _, number, short
from dashboards.parts import wording
from dashboards.parts.addresses import call_address, calls_address
from dashboards.parts.criteria import criterion_title
from dashboards.parts.markup import card_title, esc, link
from dashboards.retelling import retold

PLAY = "▶\ufe0e"
"""As text: some phones would draw an emoji."""

OUTCOMES = ("booking_won", "no_slot")
"""Carry no points: results of the call, not habits to improve."""


def moments_to_hear(moments: tuple[Moment, ...]) -> str:
    title = card_title(
        _("Listen to these"), _("One second each, where a call lost the most points.")
    )
    if not moments:
        none = _("No call has lost points at a second to listen to.")
        return f'{title}<p class="au-note">{esc(none)}</p>'
    return f'{title}<div class="au-moments">{"".join(map(_moment, moments))}</div>'


def _moment(moment: Moment) -> str:
    who = f"{wording.person(moment.administrator)} · {wording.day(moment.start_local)}"
    html = (
        f'<b class="au-at">{PLAY} {wording.clock(moment.start_s)}</b><span>'
        f"<b>{esc(criterion_title(moment.criterion))}</b> <small>{esc(who)}</small>"
        f'<span class="au-why">{esc(retold(moment.reason))}</span></span>'
        f'<b class="au-lost-points">{wording.MINUS}{short(moment.lost)}</b>'
    )
    return link(call_address(moment.call_id, moment.start_s), html, "au-moment")


def criteria(counts: tuple[CriterionCounts, ...], chosen: CallFilter) -> str:
    """Criteria from the one met least often on."""
    judged = [item for item in counts if item.judged and item.criterion not in OUTCOMES]
    judged.sort(key=lambda item: item.met / item.judged)
    lines = "".join(_criterion(item, chosen) for item in judged)
    title = card_title(
        _("Where points are lost"), _("Share of judged calls that met each criterion.")
    )
    if not judged:
        lines = f'<p class="au-note">{esc(_("No criterion has been judged yet."))}</p>'
    return f'{title}<div class="au-criteria" data-testid="criteria">{lines}</div>'


def _criterion(item: CriterionCounts, chosen: CallFilter) -> str:
    interval = stats.wilson(item.met, item.judged)
    assert interval is not None
    counted: list[tuple[VerdictKind, int]] = [
        ("missed", item.missed),
        ("partly", item.partly),
        ("met", item.met),
        ("abstain", item.abstain),
    ]
    links = " ".join(
        link(
            calls_address(replace(chosen, criterion=item.criterion, verdict=kind)),
            f"{number(n)} {esc(wording.verdict(kind).lower())}",
            f"au-link au-text-{kind}",
        )
        for kind, n in counted
        if n
    )
    title = link(
        calls_address(replace(chosen, criterion=item.criterion, verdict="missed")),
        esc(criterion_title(item.criterion)),
        "au-link au-name",
    )
    share = f"{wording.percent(interval.value)} <small>{wording.percents(interval)}</small>"
    parts = [("met", item.met), ("partly", item.partly), ("missed", item.missed)]
    bar = "".join(f'<i class="au-fill-{kind}" style="flex:{n}"></i>' for kind, n in parts if n)
    return (
        f'<div class="au-criterion"><div>{title}<span>{share}</span></div>'
        f'<div class="au-bar">{bar}</div><div class="au-counts">{links}</div></div>'
    )
