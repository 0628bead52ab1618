"""``segment`` and ``call``: what the line carried and what the clinic's logs say."""

from auricle.messages import N_, P_
from auricle.models import Direction, Evidence, Segment, SegmentKind
from rubrics.kinds import ScaleName
from rubrics.schema import LineTest
from rubrics.schema import Segment as SegmentOptions
from scoring.context import Context
from scoring.detectors.combine import at_least_of
from scoring.detectors.kinds import LIKELY, suggest
from scoring.detectors.registry import register
from scoring.finding import Detector, Finding, Occasion

UNTOLD: dict[ScaleName, str] = {
    "call_type": N_("The type of call can't be told"),
    "manner": N_("The patient's manner can't be told"),
}
STRETCH: dict[SegmentKind, str] = {
    "ring": P_("{n} s of ring"), "busy": P_("{n} s of busy"), "reorder": P_("{n} s of reorder"),
    "ivr": P_("{n} s of ivr"), "queue": P_("{n} s of queue"), "hold": P_("{n} s of hold"),
    "music": P_("{n} s of music"), "silence": P_("{n} s of silence"),
    "muted": P_("{n} s of muted"), "speech": P_("{n} s of speech"), "noise": P_("{n} s of noise"),
}  # fmt: skip
ANSWERED: dict[Direction, str] = {
    "inbound": N_("inbound call, answered"),
    "outbound": N_("outbound call, answered"),
    "internal": N_("internal call, answered"),
}
UNANSWERED: dict[Direction, str] = {
    "inbound": N_("inbound call, not answered"),
    "outbound": N_("outbound call, not answered"),
    "internal": N_("internal call, not answered"),
}
JOIN_S = 1.0
"""Pieces of one hold closer than this are one hold."""


@register("segment")
def segment(options: SegmentOptions) -> Detector:
    """The line carried this for longer than a while; each stretch is an occasion."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        line = ctx.transcript.line if ctx.transcript.line.segments else ctx.call.line
        pieces = joined([s for s in line.segments if s.kind == options.kind])
        long = [s for s in pieces if s.end_s - s.start_s > options.longer_than_s]
        proofs = tuple(
            Evidence(
                kind="measure",
                start_s=s.start_s,
                end_s=s.end_s,
                measure=options.kind,
                value=round(s.end_s - s.start_s, 1),
                unit="s",
                source="audio",
            )
            for s in long
        )
        chances = tuple(
            Occasion(
                s.start_s, s.end_s, what=STRETCH[s.kind].format(n=f"{s.end_s - s.start_s:.0f}")
            )
            for s in long
        )
        sure = min((s.confidence for s in long), default=1.0)
        return Finding(bool(long), sure, proofs, occasions=chances, uses_roles=False)

    return detect


def joined(pieces: list[Segment]) -> list[Segment]:
    """Stretches of both channels as one list without overlaps."""
    found: list[Segment] = []
    for piece in sorted(pieces, key=lambda s: (s.start_s, s.end_s)):
        if found and piece.start_s <= found[-1].end_s + JOIN_S:
            end = max(found[-1].end_s, piece.end_s)
            found[-1] = found[-1].model_copy(update={"end_s": end})
        else:
            found.append(piece)
    return found


@register("call")
def call(options: LineTest) -> Detector:
    """Direction and language of the call, whether a human answered, and what kind it seems."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        answered = (
            ctx.transcript.line.answered_at_s is not None
            or ctx.call.line.answered_at_s is not None
            or ctx.first_human is not None
        )
        holds = (
            options.direction in (None, ctx.call.direction)
            and options.answered in (None, answered)
            and (not options.language or ctx.language in options.language)
        )
        proof = Evidence(
            kind="measure",
            measure="direction",
            source="pbx",
            note=(ANSWERED if answered else UNANSWERED)[ctx.call.direction],
        )
        line = Finding(holds, 1.0, (proof,), uses_roles=False)
        scales: list[tuple[ScaleName, tuple[str, ...]]] = [
            ("call_type", options.type),
            ("manner", options.manner),
        ]
        kinds = [seems(ctx, scale, wanted) for scale, wanted in scales if wanted]
        return at_least_of([line, *kinds], 1 + len(kinds)) if kinds else line

    return detect


def seems(ctx: Context, scale: ScaleName, wanted: tuple[str, ...]) -> Finding:
    """The call is of one of these kinds, as far as can be told."""
    found = suggest(ctx, scale)
    if found is None or found.confidence < LIKELY:
        return Finding(None, 0.0, why=UNTOLD[scale])
    return Finding(found.kind in wanted, found.confidence, found.evidence)
