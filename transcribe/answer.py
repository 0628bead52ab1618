"""When a human answered: announcements, queue, waiting and hold, once the words are known."""

from collections.abc import Mapping, Sequence

from auricle.models import Line, LineFact, Segment, Turn
from rubrics.phrases import Phrasebook
from transcribe.turns import RawTurn

GAP_S = 3.0
"""Music and announcements this close together are one stay in the queue or on hold."""
ANSWER_PRECISION_S = 0.5
LONGEST_IVR_START_S = 180.0
"""Later than this, an announcement isn't the opening of a call."""


def announcements(
    turns: Sequence[RawTurn],
    line: Line,
    book: Phrasebook | None,
    slots: Mapping[str, Sequence[str]],
) -> set[int]:
    """Indices of the turns that are a recorded voice.

    Before the conversation starts, that is: what is said before the last ringing ends, and what
    sounds like an announcement until the first turn that doesn't. Afterwards: what sounds like an
    announcement right beside the music of a hold.
    """
    ringing_end = _opening_ring_end(turns, line)
    found: set[int] = set()
    opening = True
    for index, turn in enumerate(turns):
        # A name of the clinic in an announcement isn't a greeting; its standard sentences are.
        sounds = book is not None and bool(book.find("ivr", turn.text, slots))
        if opening and turn.start_s < LONGEST_IVR_START_S:
            if turn.end_s <= ringing_end or sounds:
                found.add(index)
                continue
            opening = False
        if sounds and _beside_music(turn, line):
            found.add(index)
    return found


def _opening_ring_end(turns: Sequence[RawTurn], line: Line) -> float:
    """End of the last ringing before two different speakers have been heard."""
    talked = float("inf")
    for turn in turns:
        if turn.speaker != turns[0].speaker:
            talked = turn.start_s
            break
    ends = [s.end_s for s in line.segments if s.kind == "ring" and s.start_s < talked]
    return max(ends, default=0.0)


def _beside_music(turn: RawTurn, line: Line) -> bool:
    return any(
        segment.kind == "music"
        and (abs(segment.end_s - turn.start_s) < GAP_S or abs(turn.end_s - segment.start_s) < GAP_S)
        for segment in line.segments
    )


def settle(line: Line, turns: Sequence[Turn], *, outbound: bool) -> Line:
    """The line with what only the words can tell.

    A human answers with the first turn that isn't recorded: the administrator's on inbound calls
    (whoever's, when roles are unknown). Music before that is the queue, after it hold. The wait
    runs from the first ring, announcement or queue music to the answer; the PBX's own figure, if
    there is one, stands.
    """
    answered = _answered(turns, outbound=outbound)
    before = answered if answered is not None else float("inf")
    ivr = [
        Segment(kind="ivr", start_s=t.start_s, end_s=t.end_s, confidence=t.role_confidence)
        for t in turns
        if t.role == "ivr"
    ]
    music = [s for s in line.segments if s.kind == "music"]
    queue = [s.model_copy(update={"kind": "queue"}) for s in music if s.start_s < before]
    held = [s for s in music if s.start_s >= before]
    hold = _joined([*held, *(s for s in ivr if s.start_s >= before)], "hold") if held else []
    early_ivr = [s for s in ivr if s.start_s < before]
    rings = [s for s in line.segments if s.kind == "ring" and s.start_s < before]
    waiting = sorted([*rings, *queue, *early_ivr], key=lambda s: s.start_s)
    wait = line.wait_s
    if wait is None and answered is not None and waiting and not outbound:
        wait = LineFact(
            value_s=round(answered - waiting[0].start_s, 2),
            source="audio",
            precision_s=ANSWER_PRECISION_S,
            confidence=min(s.confidence for s in waiting),
        )
    others = [s for s in line.segments if s.kind != "music"]
    return line.model_copy(
        update={
            "answered_at_s": answered,
            "wait_s": wait,
            "ivr_s": _total(early_ivr),
            "queue_s": _total(queue),
            "hold_s": _total(hold),
            "segments": tuple(
                sorted([*others, *queue, *hold, *early_ivr], key=lambda s: (s.start_s, s.end_s))
            ),
        }
    )


def _answered(turns: Sequence[Turn], *, outbound: bool) -> float | None:
    people = [turn for turn in turns if turn.role != "ivr"]
    if not outbound:
        staff = [turn for turn in people if turn.role == "administrator"]
        people = staff or [turn for turn in people if turn.role == "unknown"]
    return people[0].start_s if people else None


def _joined(segments: Sequence[Segment], kind: str) -> list[Segment]:
    joined: list[Segment] = []
    for segment in sorted(segments, key=lambda s: s.start_s):
        if joined and segment.start_s - joined[-1].end_s <= GAP_S:
            end_s = max(joined[-1].end_s, segment.end_s)
            joined[-1] = joined[-1].model_copy(update={"end_s": end_s})
        else:
            joined.append(segment.model_copy(update={"kind": kind}))
    return joined


def _total(segments: Sequence[Segment]) -> LineFact | None:
    if not segments:
        return None
    return LineFact(
        value_s=round(sum(s.end_s - s.start_s for s in segments), 2),
        source="audio",
        precision_s=ANSWER_PRECISION_S,
        confidence=min(s.confidence for s in segments),
    )
