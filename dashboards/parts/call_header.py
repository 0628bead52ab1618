"""The head of a call's page: whose it is, what the line tells, its score, what is wrong with it."""

from auricle.models import Suggestion
from auricle.store.reads import CallDetail
from auricle.store.voices import SOUNDS_LIKE
from dashboards.language import _, number
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_title
from dashboards.parts.markup import command, esc, link, score_ring
from dashboards.retelling import retold
from rubrics.kinds import ScaleName, load_scale

WORTH_SAYING = 0.5
"""A suggestion less likely than this is kept from people."""

Fact = tuple[str, str, str]
"""Name, value, and how it is known, for whoever points at it."""


def header(detail: CallDetail) -> str:
    who = wording.person(detail.call.administrator)
    return _head(detail, who, _score(detail), _suggested(detail)) + _critical(detail)


def blind_header(detail: CallDetail, calibration: str) -> str:
    """Without a word of what anybody thinks of the call; in a calibration, which ``calibration``
    says, nor of who answered it."""
    if calibration:
        who, title = _("Who answered isn't told"), calibration
        when = _(
            "The verdicts of others appear when everybody has judged, or the deadline is over."
        )
    else:
        who, title = wording.person(detail.call.administrator), _("Blind review")
        when = _("The verdicts of others appear once you have submitted yours.")
    said = (
        f'<aside class="au-score" data-testid="blind"><div><b>{esc(title)}</b>'
        f"<span>{esc(when)}</span></div></aside>"
    )
    return _head(detail, who, said, [])


def _head(detail: CallDetail, who: str, score: str, suggested: list[Fact]) -> str:
    call = detail.call
    phone = wording.other_side(call.direction, call.caller, call.callee)
    facts: list[Fact] = [
        (_("When"), wording.moment_of(detail.start_local), ""),
        (
            _("Called") if call.direction == "outbound" else _("Caller"),
            phone or _("unknown"),
            "",
        ),
        (_("Length"), wording.clock(call.recorded.duration_s), _("of the recording")),
        *_line(detail),
        *suggested,
        (_("Recording"), _("stereo") if call.recorded.layout == "stereo" else _("mono"), ""),
        (_("Call"), call.call_id, ""),
    ]
    items = "".join(
        f'<div title="{esc(origin)}"><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>'
        for name, value, origin in facts
    )
    return (
        '<header class="au-call-header"><div class="au-call-title">'
        f"{link('calls', esc(_('← Calls')))}<h1>{esc(who)}</h1>"
        f'<dl class="au-facts">{items}</dl></div>{score}</header>'
        f"{_conflicts(detail)}"
    )


def _line(detail: CallDetail) -> list[Fact]:
    """What the settled line tells, as far as it is known, each with how we know it."""
    line = detail.call.line
    named = [
        (_("Waited"), line.wait_s),
        (_("Rang"), line.ring_s),
        (_("Queue"), line.queue_s),
        (_("On hold"), line.hold_s),
        (_("Dead air"), line.dead_air_s),
    ]
    facts = [
        (name, wording.span(fact.value_s), wording.known_from(fact))
        for name, fact in named
        if fact and (fact.value_s > 0 or fact is line.wait_s)
    ]
    if line.ended_by:
        who = wording.role(line.ended_by.who)
        known = [wording.origin(line.ended_by.source), wording.sure(line.ended_by.confidence)]
        facts.append((_("Hung up"), who, _(", ").join(known)))
    return facts


def _suggested(detail: CallDetail) -> list[Fact]:
    """What the call seems to be about and how the patient comes across, with what says so."""
    card = detail.scorecard
    facts: list[Fact] = []
    named: list[tuple[str, ScaleName, Suggestion | None]] = [
        (_("Seems to be about"), "call_type", card.call_type if card else None),
        (_("Patient seems"), "manner", card.manner if card else None),
    ]
    for name, scale, found in named:
        if found is None or found.confidence < WORTH_SAYING:
            continue
        title = retold(load_scale(scale).titles().get(found.kind, found.kind))
        quotes = wording.listed([_("“{words}”", words=e.quote) for e in found.evidence if e.quote])
        origin = (
            _("suggested from {quotes}; it changes no mark", quotes=quotes)
            if quotes
            else _("suggested from words and turns; it changes no mark")
        )
        facts.append((name, f"{title} ({wording.sure(found.confidence)})", origin))
    told = detail.transcript.provenance.get(SOUNDS_LIKE) if detail.transcript else None
    if isinstance(told, dict) and not detail.call.administrator:
        sure = wording.sure(float(str(told["confidence"])))
        alike = _(
            "by the voice print, {share} alike of 1; the call is nobody's still",
            share=number(float(str(told["similarity"])), 2),
        )
        facts.append((_("Sounds like"), f"{told['administrator']} ({sure})", alike))
    return facts


def _conflicts(detail: CallDetail) -> str:
    if not detail.call.conflicts:
        return ""
    told = wording.together(map(wording.disagreement, detail.call.conflicts))
    said = _("Sources disagree: {facts}", facts=told)
    return f'<p class="au-disagree" role="note">{esc(said)}</p>'


def _score(detail: CallDetail) -> str:
    card = detail.scorecard
    if card is None:
        later = _(
            "Not scored yet. {command} goes on where it stopped.", command=command("auricle run")
        )
        return f'<aside class="au-score"><p>{later}</p></aside>'
    if card.total is None:
        title, more = _("No score"), _("Nothing in this call could be judged.")
    elif card.low is None or card.high is None:
        title, more = _("of 100"), _("no interval")
    else:
        ends = f"{card.low:.0f}{wording.DASH}{card.high:.0f}"
        title, more = _("of 100"), _("90 % interval {ends}", ends=ends)
    said = f"<b>{esc(title)}</b><span>{esc(more)}</span>"
    share = _(
        "{share} of the points that apply were judged", share=wording.percent(card.scored_share)
    )
    rubric = _(
        "rubric {rubric}, version {version}", rubric=card.rubric.id, version=card.rubric.version
    )
    return (
        f'<aside class="au-score" data-testid="score">{score_ring(card.total)}<div>{said}'
        f"<span>{esc(share)}</span><span>{esc(rubric)}</span></div></aside>"
    )


def _critical(detail: CallDetail) -> str:
    card = detail.scorecard
    if not card or not card.failed_critical:
        return ""
    names = wording.listed([criterion_title(name, card.rubric) for name in card.failed_critical])
    return (
        f'<p class="au-alert" role="note"><b>! {esc(_("Critical failure:"))}</b> {esc(names)}</p>'
    )
