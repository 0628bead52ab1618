"""What the player is given: plain JSON made of a call's details."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from auricle.messages import N_
from auricle.models import (
    Evidence,
    Role,
    RubricRef,
    Scorecard,
    Segment,
    Transcript,
    Turn,
    Verdict,
)
from auricle.store.reads import CallDetail, Reviewer
from dashboards.language import _, current, for_scripts
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_description, criterion_title
from dashboards.retelling import retold

_UNSAID = {"speech", "noise"}
"""Seen in the conversation itself."""
_NOT_SPEECH = {"ring", "busy", "reorder", "ivr", "queue", "hold", "music"}
_CHANNELS = {"left": 0, "right": 1}
_LANES: dict[str, str] = {
    "administrator": N_("Administrator"),
    "patient": N_("Patient"),
    "unknown": N_("Unknown"),
    "ivr": N_("Recorded voice"),
    # Translators: the telephone line, beside what it carries.
    "line": N_("Line"),
}
"""From top to bottom, with what is written beside them."""


@dataclass(frozen=True)
class Kind:
    """A mark that can be given, and the key that gives it."""

    id: str
    label: str
    icon: str
    key: str


@dataclass(frozen=True)
class Judging:
    """What whoever looks may do to the call."""

    mode: Literal["review", "blind", "dispute"]
    """``blind``: the player isn't told any verdict, so it can't show one."""
    kinds: tuple[Kind, ...]
    save: str
    """What the button says."""
    why: str
    """What the field of the reason says while it is empty."""
    reason_for: Literal["changes"] | tuple[str, ...]
    """Which marks need a reason: those that change a verdict, or those of some kinds."""
    seen: int = 0
    """Lines of history behind what is shown."""
    saved: str = ""
    """Id of what was saved last from here: another one empties the marks."""
    corrects: bool = False
    """Whether the conversation may be corrected."""
    spoken: Mapping[str, str] = field(default_factory=dict)
    """By criterion: what was said to its mark. In a dispute nothing can be added to it."""

    @property
    def blind(self) -> bool:
        return self.mode == "blind"


def verdict_kinds() -> tuple[Kind, ...]:
    return tuple(
        Kind(kind, wording.verdict(kind), icon, str(number))
        for number, (kind, icon) in enumerate(wording.VERDICT_ICONS.items(), start=1)
    )


def payload(
    detail: CallDetail, audio_url: str | None, start_s: float | None,
    judging: Judging | None = None,
) -> dict[str, Any]:  # fmt: skip
    """All times in seconds from the start of the recording; ``peaks`` lie in 0..1."""
    transcript, card = detail.transcript, detail.scorecard
    blind = judging is not None and judging.blind
    line = detail.call.line
    return {
        "texts": for_scripts(),
        "language": current(),
        "call_id": detail.call.call_id,
        "duration_s": detail.call.recorded.duration_s,
        "audio_url": audio_url,
        "start_s": start_s,
        "lanes": lanes(detail),
        "line": line_rows(detail),
        "answered_at_s": line.answered_at_s,
        "events": [_segment(item) for item in line.segments if item.kind not in _UNSAID],
        "transcribed": transcript is not None,
        "turns": [_turn(turn) for turn in transcript.turns] if transcript else [],
        "scored": card is not None,
        "criteria": [
            _unjudged(verdict.id, card.rubric) if blind else _criterion(verdict, detail, card)
            for verdict in card.criteria
        ] if card else [],
        "review": _judging(judging) if judging else None,
    }  # fmt: skip


def line_rows(detail: CallDetail) -> list[dict[str, Any]]:
    """What the line carried, for drawing: a row for the whole call, then one a channel."""
    segments = detail.call.line.segments
    channels = sorted({item.channel for item in segments if item.channel is not None})
    owners = _owners(detail.transcript, detail.call.recorded.channels)
    rows = []
    for channel in (None, *channels):
        found = [_segment(item) for item in segments if item.channel == channel]
        if channel is None:
            label = _(_LANES["line"])
        elif owners:
            label = _(_LANES[owners[channel]])
        else:
            label = _("Channel {n}", n=channel + 1)
        if found:
            rows.append({"label": label, "whole": channel is None, "segments": found})
    return rows


def lanes(detail: CallDetail) -> list[dict[str, Any]]:
    """The waveform by who is heard: one lane a role, and one for what the line itself carries.

    In stereo a channel belongs to the role that speaks on it. In mono the one waveform is cut up
    by the turns, and what lies outside all of them is the line's.
    """
    if detail.waveform is None or not detail.waveform.lanes:
        return []
    rate_hz = detail.waveform.rate_hz
    channels = [[value / 255 for value in lane] for lane in detail.waveform.lanes]
    owners = _owners(detail.transcript, len(channels))
    if owners is None:
        loudest = [max(values) for values in zip(*channels, strict=False)]
        found = _cut(loudest, rate_hz, detail.transcript.turns if detail.transcript else ())
    else:
        found = _channels(channels, owners, rate_hz, detail.call.line.segments)
    return [
        {"role": role, "label": _(_LANES[role]), "peaks": [round(peak, 3) for peak in found[role]]}
        for role in _LANES
        if role in found and (role in ("administrator", "patient") or any(found[role]))
    ]


def _owners(transcript: Transcript | None, channels: int) -> list[Role] | None:
    """Whose each channel is; None when channels don't tell speakers apart."""
    if transcript is None or channels != 2:
        return None
    votes: list[Counter[Role]] = [Counter(), Counter()]
    for turn in transcript.turns:
        if turn.speaker not in _CHANNELS:
            return None
        if turn.role in ("administrator", "patient"):
            votes[_CHANNELS[turn.speaker]][turn.role] += 1
    owners = [vote.most_common(1)[0][0] if vote else None for vote in votes]
    if (owners[0] is None and owners[1] is None) or owners[0] == owners[1]:
        return None
    first, second = owners
    other: dict[Role, Role] = {"administrator": "patient", "patient": "administrator"}
    return [first or other[second or "patient"], second or other[first or "patient"]]


def _channels(
    channels: list[list[float]],
    owners: list[Role],
    rate_hz: float,
    segments: tuple[Segment, ...],
) -> dict[str, list[float]]:
    """Channels as they are, but for stretches in which nobody speaks: those are the line's."""
    found: dict[str, list[float]] = {
        owner: list(peaks) for owner, peaks in zip(owners, channels, strict=True)
    }
    length = max(len(peaks) for peaks in channels)
    found["line"] = [0.0] * length
    for segment in segments:
        if segment.kind in _NOT_SPEECH:
            for index in _indices(segment.start_s, segment.end_s, rate_hz, length):
                for owner in owners:
                    if index < len(found[owner]):
                        found["line"][index] = max(found["line"][index], found[owner][index])
                        found[owner][index] = 0.0
    return found


def _cut(peaks: list[float], rate_hz: float, turns: tuple[Turn, ...]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"administrator": [0.0] * len(peaks)}
    rest = list(peaks)
    for turn in turns:
        lane = found.setdefault(turn.role, [0.0] * len(peaks))
        for index in _indices(turn.start_s, turn.end_s, rate_hz, len(peaks)):
            lane[index] = peaks[index]
            rest[index] = 0.0
    found.setdefault("patient", [0.0] * len(peaks))
    return {**found, "line": rest}


def _indices(start_s: float, end_s: float, rate_hz: float, length: int) -> range:
    return range(max(0, int(start_s * rate_hz)), min(length, int(end_s * rate_hz) + 1))


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "kind": segment.kind,
        "label": wording.segment(segment.kind),
        "origin": wording.origin("audio"),
        "start_s": segment.start_s,
        "end_s": segment.end_s,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    """Words as ``[text, start_s, end_s, confidence, whether two talk at once]``; a turn without
    words is one long word."""
    words = [
        [word.text, word.start_s, word.end_s, word.confidence, word.also is not None]
        for word in turn.words
    ]
    return {
        "role": turn.role,
        "label": wording.role(turn.role),
        "start_s": turn.start_s,
        "end_s": turn.end_s,
        "confidence": turn.confidence,
        "words": words or [[turn.text, turn.start_s, turn.end_s, turn.confidence, False]],
    }


def _judging(judging: Judging) -> dict[str, Any]:
    return {
        **asdict(judging),
        "all": judging.blind,
        "roles": {name: wording.role(name) for name in wording.ROLES},
        "evidence": judging.mode != "dispute",
    }


def _unjudged(criterion: str, rubric: RubricRef) -> dict[str, Any]:
    return {
        "id": criterion,
        "title": criterion_title(criterion, rubric),
        "description": criterion_description(criterion, rubric),
        "verdict": None,
        "evidence": [],
    }


def _criterion(verdict: Verdict, detail: CallDetail, card: Scorecard) -> dict[str, Any]:
    if verdict.id in detail.suggestions:
        return _undecided(verdict, detail.suggestions[verdict.id], card.rubric)
    said = detail.reviewers.get(verdict.id)
    return {
        "id": verdict.id,
        "title": criterion_title(verdict.id, card.rubric),
        "description": criterion_description(verdict.id, card.rubric),
        "verdict": verdict.verdict,
        "label": wording.verdict(verdict.verdict),
        "icon": wording.VERDICT_ICONS[verdict.verdict],
        "points_label": _points(verdict),
        "confidence": verdict.confidence,
        "reason": _why(verdict, said, detail.machine_scorecard),
        "critical": verdict.id in card.failed_critical,
        "by_person": said is not None,
        "note": said and _said_by(said),
        "machine": _overruled(verdict, said, detail.machine_scorecard),
        "expected": verdict.verdict,
        "evidence": [_evidence(item) for item in verdict.evidence],
    }


def _undecided(verdict: Verdict, suggested: Verdict | None, rubric: RubricRef) -> dict[str, Any]:
    """A criterion that counts once a person has judged it, with what the machine suggests."""
    label = suggested and wording.verdict(suggested.verdict).lower()
    return {
        **_unjudged(verdict.id, rubric),
        "verdict": verdict.verdict,
        "label": _("Waits for a person"),
        "icon": "…",
        "points_label": _points(verdict),
        "confidence": suggested and suggested.confidence,
        "reason": retold(suggested.reason) if suggested else "",
        "critical": False,
        "by_person": False,
        "note": suggested
        and _("The machine suggests: {verdict}. Confirm it, and it counts.", verdict=label),
        "expected": suggested and suggested.verdict,
        "evidence": [_evidence(item) for item in suggested.evidence] if suggested else [],
    }


def _points(verdict: Verdict) -> str:
    """``2.5 / 5``"""
    if not verdict.max_points:
        # Translators: instead of points, of a criterion that only tells how a call ended.
        return _("outcome")
    given = wording.DASH if verdict.points is None else wording.figure(verdict.points)
    return f"{given} / {wording.figure(verdict.max_points)}"


def _why(verdict: Verdict, said: Reviewer | None, machine: Scorecard | None) -> str:
    """A person's words as they are; the machine's, which stand where a person gave none, retold."""
    heard = () if machine is None else machine.criteria
    own = said is not None and all((verdict.id, verdict.reason) != (m.id, m.reason) for m in heard)
    return verdict.reason if own else retold(verdict.reason)


def _said_by(said: Reviewer) -> str:
    if said.machine_verdict is None:
        return said.reviewer
    return _(
        "{reviewer}; the machine: {verdict}",
        reviewer=said.reviewer,
        verdict=wording.verdict(said.machine_verdict).lower(),
    )


def _overruled(
    verdict: Verdict, said: Reviewer | None, machine: Scorecard | None
) -> dict[str, Any] | None:
    """What the machine says and why, where a person's ``verdict`` is another one."""
    if said is None or said.machine_verdict in (None, verdict.verdict) or machine is None:
        return None
    [other] = [one for one in machine.criteria if one.id == verdict.id]
    return {
        "title": _(
            "Why the machine says {verdict}", verdict=wording.verdict(other.verdict).lower()
        ),
        "reason": retold(other.reason),
        "evidence": [_evidence(item) for item in other.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    role = wording.role(evidence.role) if evidence.role else None
    return {
        **evidence.model_dump(mode="json"),
        "note": retold(evidence.note) if evidence.note else None,
        "role_label": role,
        "value_label": wording.amount(evidence.measure or "", evidence.value, evidence.unit or ""),
        "measure_label": wording.measure(evidence.measure) if evidence.measure else None,
        "source_label": wording.measured(evidence.source) if evidence.source else None,
    }
