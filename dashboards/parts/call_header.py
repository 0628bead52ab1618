"""The head of a call's page: whose it is, what the line tells, its score, what is wrong with it."""

from auricle.models import Suggestion
from auricle.store.reads import CallDetail
from auricle.store.voices import SOUNDS_LIKE
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_title
from dashboards.parts.markup import esc, link, score_ring
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
    who = "Who answered isn't told" if calibration else wording.person(detail.call.administrator)
    title, until = (
        (calibration, "when everybody has judged, or the deadline is over.")
        if calibration
        else ("Blind review", "once you have submitted yours.")
    )
    said = (
        f'<aside class="au-score" data-testid="blind"><div><b>{esc(title)}</b><span>The verdicts '
        f"of others appear {until}</span></div></aside>"
    )
    return _head(detail, who, said, [])


def _head(detail: CallDetail, who: str, score: str, suggested: list[Fact]) -> str:
    call = detail.call
    number = wording.other_side(call.direction, call.caller, call.callee)
    facts: list[Fact] = [
        ("When", wording.moment_of(detail.start_local), ""),
        ("Called" if call.direction == "outbound" else "Caller", number or "unknown", ""),
        ("Length", wording.clock(call.recorded.duration_s), "of the recording"),
        *_line(detail),
        *suggested,
        ("Recording", "stereo" if call.recorded.layout == "stereo" else "mono", ""),
        ("Call", call.call_id, ""),
    ]
    items = "".join(
        f'<div title="{esc(origin)}"><dt>{name}</dt><dd>{esc(value)}</dd></div>'
        for name, value, origin in facts
    )
    return (
        f'<header class="au-call-header"><div class="au-call-title">{link("calls", "← Calls")}'
        f"<h1>{esc(who)}</h1>"
        f'<dl class="au-facts">{items}</dl></div>{score}</header>'
        f"{_conflicts(detail)}"
    )


def _line(detail: CallDetail) -> list[Fact]:
    """What the settled line tells, as far as it is known, each with how we know it."""
    line = detail.call.line
    named = [
        ("Waited", line.wait_s),
        ("Rang", line.ring_s),
        ("Queue", line.queue_s),
        ("On hold", line.hold_s),
        ("Dead air", line.dead_air_s),
    ]
    facts = [
        (name, wording.span(fact.value_s), wording.known_from(fact))
        for name, fact in named
        if fact and (fact.value_s > 0 or name == "Waited")
    ]
    if line.ended_by:
        who = wording.role(line.ended_by.who)
        sure = wording.percent(line.ended_by.confidence)
        facts.append(("Hung up", who, f"{wording.origin(line.ended_by.source)}, {sure} sure"))
    return facts


def _suggested(detail: CallDetail) -> list[Fact]:
    """What the call seems to be about and how the patient comes across, with what says so."""
    card = detail.scorecard
    facts: list[Fact] = []
    named: list[tuple[str, ScaleName, Suggestion | None]] = [
        ("Seems to be about", "call_type", card.call_type if card else None),
        ("Patient seems", "manner", card.manner if card else None),
    ]
    for name, scale, found in named:
        if found is None or found.confidence < WORTH_SAYING:
            continue
        title = load_scale(scale).titles().get(found.kind, found.kind)
        quotes = wording.listed([f"\u201c{e.quote}\u201d" for e in found.evidence if e.quote])
        origin = f"suggested from {quotes or 'words and turns'}; it changes no mark"
        facts.append((name, f"{title} ({wording.percent(found.confidence)} sure)", origin))
    told = detail.transcript.provenance.get(SOUNDS_LIKE) if detail.transcript else None
    if isinstance(told, dict) and not detail.call.administrator:
        sure = wording.percent(float(str(told["confidence"])))
        alike = f"by the voice print, {told['similarity']} alike of 1; the call is nobody's still"
        facts.append(("Sounds like", f"{told['administrator']} ({sure} sure)", alike))
    return facts


def _conflicts(detail: CallDetail) -> str:
    if not detail.call.conflicts:
        return ""
    told = "; ".join(wording.disagreement(conflict) for conflict in detail.call.conflicts)
    return f'<p class="au-disagree" role="note">Sources disagree: {esc(told)}</p>'


def _score(detail: CallDetail) -> str:
    card = detail.scorecard
    if card is None:
        return (
            '<aside class="au-score"><p>Not scored yet. <code>auricle run</code> goes on where it '
            "stopped.</p></aside>"
        )
    if card.total is None:
        said = "<b>No score</b><span>Nothing in this call could be judged.</span>"
    else:
        ends = (
            f"90 % interval {card.low:.0f}{wording.DASH}{card.high:.0f}"
            if card.low is not None and card.high is not None
            else "no interval"
        )
        said = f"<b>of 100</b><span>{ends}</span>"
    share = f"{wording.percent(card.scored_share)} of the points that apply were judged"
    rubric = f"rubric {card.rubric.id}, version {card.rubric.version}"
    return (
        f'<aside class="au-score" data-testid="score">{score_ring(card.total)}<div>{said}'
        f"<span>{share}</span><span>{esc(rubric)}</span></div></aside>"
    )


def _critical(detail: CallDetail) -> str:
    card = detail.scorecard
    if not card or not card.failed_critical:
        return ""
    names = wording.listed([criterion_title(name, card.rubric) for name in card.failed_critical])
    return f'<p class="au-alert" role="note"><b>! Critical failure:</b> {esc(names)}</p>'
