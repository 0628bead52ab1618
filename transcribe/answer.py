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
LONGEST_UNSURE = 4
"""Sentences without a sign either way, after which the opening is over."""


def announcements(
    turns: Sequence[RawTurn],
    line: Line,
    book: Phrasebook | None,
    slots: Mapping[str, Sequence[str]],
) -> set[int]:
    """Indices of the turns that are a recorded voice.

    At the opening: what is said before the ringing ends, and all up to the last sentence that only
    announcements have, as long as nobody has begun a conversation. Later: such sentences with hold
    music before and after them.
    """
    ringing_end = _opening_ring_end(turns, line)
    recorded = [book is not None and bool(book.find("ivr", t.text, slots)) for t in turns]
    last = -1
    for index, turn in enumerate(turns):
        if turn.start_s > LONGEST_IVR_START_S:
            break
        if turn.end_s <= ringing_end or recorded[index]:
            last = index
        elif index - last > LONGEST_UNSURE or _talks(turn, book, slots):
            break
    opening = set(range(last + 1))
    return opening | {
        index
        for index, turn in enumerate(turns)
        if index > last and recorded[index] and _within_music(turn, line)
    }


def _talks(turn: RawTurn, book: Phrasebook | None, slots: Mapping[str, Sequence[str]]) -> bool:
    """Whether somebody has clearly begun a conversation."""
    return book is not None and any(
        book.find(name, turn.text, slots) for name in ("greeting_help", "patient_typical")
    )


def _opening_ring_end(turns: Sequence[RawTurn], line: Line) -> float:
    """End of the last ringing before two different speakers have been heard."""
    talked = float("inf")
    for turn in turns:
        if turn.speaker != turns[0].speaker:
            talked = turn.start_s
            break
    ends = [s.end_s for s in line.segments if s.kind == "ring" and s.start_s < talked]
    return max(ends, default=0.0)


def _within_music(turn: RawTurn, line: Line) -> bool:
    music = [segment for segment in line.segments if segment.kind == "music"]
    return any(-GAP_S < turn.start_s - s.end_s < GAP_S for s in music) and any(
        -GAP_S < s.start_s - turn.end_s < GAP_S for s in music
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
