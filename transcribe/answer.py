"""When a human answered: announcements, queue, waiting and hold, once the words are known."""

from collections.abc import Collection, Mapping, Sequence

from auricle.models import EndedBy, Line, LineFact, Segment, Turn
from rubrics.phrases import Phrasebook
from transcribe.turns import NOBODY, RawTurn, phrases

GAP_S = 3.0
"""Music and announcements this close together are one stay in the queue or on hold."""
ANSWER_PRECISION_S = 0.5
LONGEST_WITHOUT_SIGN_S = 180.0
"""So long after the last announcement another one isn't the opening of a call."""
LONGEST_UNSURE = 4
"""Sentences without a sign either way, after which the opening is over."""
SILENT_HOLD_CONFIDENCE = 0.6
"""A muted line is likely a hold, but music is a sign that nobody gives by accident."""
DEAD_AIR_PRECISION_S = 0.5
CHANNELS = {"left": 0, "right": 1}
"""Speakers of stereo recordings by their channel."""
SHORTEST_LEAD_S = 0.3
"""One side gone for this long before the other went first: networks take up to .15 s (G.114)."""
TONE_S = 1.0
"""The pause after an announcement asks for a message: the tone, and somebody drawing breath."""
RECORDED_SENTENCES, RECORDED_SHARE = 3, 0.1
"""So many different sentences that only announcements have, and so large a share of all sentences,
make a voice a recording. Prompts of exchanges have them in 23 (English) and 28 (Russian) of 100
sentences; of 1,210 sides of written calls in five languages, none had more than one."""
ENDED_BY_TONE, ENDED_BY_SILENCE = 0.9, 0.7


def announcements(
    turns: Sequence[RawTurn],
    line: Line,
    book: Phrasebook | None,
    slots: Mapping[str, Sequence[str]],
) -> set[int]:
    """Indices of the turns that are a recorded voice.

    At the opening: what is said before the ringing ends, and all up to the last sentence that only
    announcements have, as long as nobody has begun a conversation or leaves a message. Later: such
    sentences with hold music before and after them.
    """
    recorded = [book is not None and bool(book.find("ivr", t.text, slots)) for t in turns]
    asked = [
        book is not None and not r and bool(book.find("patient_typical", t.text, slots))
        for t, r in zip(turns, recorded, strict=True)
    ]
    ringing_end = _opening_ring_end(turns, asked, line)
    last, heard_s, asked_for_message, unsure = -1, 0.0, False, 0
    for index, turn in enumerate(turns):
        if turn.start_s - heard_s > LONGEST_WITHOUT_SIGN_S:
            break
        if asked_for_message and turn.start_s - turns[index - 1].end_s >= TONE_S:
            break
        if book is not None and book.find("leave_message", turn.text, slots):
            asked_for_message = True
        if turn.end_s <= ringing_end or recorded[index]:
            last, heard_s, unsure = index, turn.end_s, 0
            continue
        unsure += len(phrases(turn.words))
        if unsure > LONGEST_UNSURE or _talks(turn, book, slots):
            break
    opening = set(range(last + 1))
    return opening | {
        index
        for index, turn in enumerate(turns)
        if index > last and recorded[index] and _within_music(turn, line)
    }


def recorded_voices(
    turns: Sequence[RawTurn],
    recorded: Collection[int],
    book: Phrasebook | None,
    slots: Mapping[str, Sequence[str]],
) -> set[str]:
    """Speakers who are a recorded voice from beginning to end, as on a line that nobody answers.

    ``recorded``: indices of the announcements known already, which aren't weighed. A recording says
    again and again what only announcements say, and hardly anything of a conversation, or nothing
    but what an announcement has said before; a message for the clinic, or one side of a talk whose
    other side wasn't recorded, is the other way round.
    """
    said: dict[str, list[RawTurn]] = {}
    known: set[str] = set()
    for index, turn in enumerate(turns):
        parts = [RawTurn(turn.speaker, tuple(phrase)) for phrase in phrases(turn.words)]
        if index in recorded:
            known.update(_letters(part) for part in parts)
        else:
            said.setdefault(turn.speaker, []).extend(parts)
    return {
        speaker
        for speaker, own in said.items()
        if speaker != NOBODY
        and (
            all(_letters(part) in known for part in own)
            or (book is not None and _recording(own, book, slots))
        )
    }


def _letters(turn: RawTurn) -> str:
    return "".join(filter(str.isalnum, turn.text.casefold()))


def _recording(
    said: Sequence[RawTurn], book: Phrasebook, slots: Mapping[str, Sequence[str]]
) -> bool:
    recorded = [part for part in said if book.find("ivr", part.text, slots)]
    talk = [part for part in said if part not in recorded and _talks(part, book, slots)]
    return (
        len({_letters(part) for part in recorded}) >= RECORDED_SENTENCES
        and len(recorded) >= RECORDED_SHARE * len(said)
        and len(recorded) > len(talk)
    )


def _talks(turn: RawTurn, book: Phrasebook | None, slots: Mapping[str, Sequence[str]]) -> bool:
    """Whether somebody has clearly begun a conversation."""
    return book is not None and any(
        book.find(name, turn.text, slots) for name in ("greeting_help", "patient_typical")
    )


def _opening_ring_end(turns: Sequence[RawTurn], asked: Sequence[bool], line: Line) -> float:
    """End of the last ringing before two different speakers, or a patient's words, were heard.

    Ringing after that is a transfer's.
    """
    talked = float("inf")
    for turn, patient in zip(turns, asked, strict=True):
        if patient or turn.speaker != turns[0].speaker:
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
    (whoever's, when roles are unknown). Music before that is the queue, after it hold; so is a
    muted line between two of the administrator's turns. The wait runs from the first ring,
    announcement or queue music to the answer; what the PBX says of wait or end stands.
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
    muted = _silent_hold(line, turns, before, hold)
    hold = sorted([*hold, *muted], key=lambda s: s.start_s)
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
    silent = [s for s in line.segments if s.kind == "silence"]
    silence = [piece for s in silent for piece in _without(s, muted)]
    others = [s for s in line.segments if s.kind not in ("music", "muted", "silence")]
    return line.model_copy(
        update={
            "answered_at_s": answered,
            "wait_s": wait,
            "ivr_s": _total(early_ivr),
            "queue_s": _total(queue),
            "hold_s": _total(hold),
            "dead_air_s": _dead_air(silence, turns, before),
            "ended_by": line.ended_by or _ended_by(line, turns),
            "segments": tuple(
                sorted(
                    [*others, *silence, *queue, *hold, *early_ivr],
                    key=lambda s: (s.start_s, s.end_s),
                )
            ),
        }
    )


def _silent_hold(
    line: Line, turns: Sequence[Turn], after_s: float, hold: Sequence[Segment]
) -> list[Segment]:
    """Where the administrator's side is muted between two of her turns, and nobody speaks.

    The patient may say "thanks" as it begins, or a word while it lasts.
    """
    hers = [turn for turn in turns if turn.role == "administrator"]
    found: list[Segment] = []
    for muted in line.segments:
        if muted.kind != "muted" or muted.start_s < after_s:
            continue
        if any(t.end_s > muted.start_s + GAP_S and t.start_s < muted.end_s - GAP_S for t in turns):
            continue
        if any(s.start_s < muted.end_s and s.end_s > muted.start_s for s in hold):
            continue
        own = [t for t in hers if CHANNELS.get(t.speaker, muted.channel) == muted.channel]
        before = any(-GAP_S < muted.start_s - t.end_s < GAP_S for t in own)
        after = any(-GAP_S < t.start_s - muted.end_s < GAP_S for t in own)
        if before and after:
            found.append(
                Segment(
                    kind="hold",
                    start_s=muted.start_s,
                    end_s=muted.end_s,
                    confidence=SILENT_HOLD_CONFIDENCE,
                )
            )
    return found


def _without(silence: Segment, hold: Sequence[Segment]) -> list[Segment]:
    """What of a silence is left beside the holds."""
    pieces = [silence]
    for segment in hold:
        cut: list[Segment] = []
        for piece in pieces:
            if segment.end_s <= piece.start_s or segment.start_s >= piece.end_s:
                cut.append(piece)
                continue
            if segment.start_s - piece.start_s >= GAP_S:
                cut.append(piece.model_copy(update={"end_s": segment.start_s}))
            if piece.end_s - segment.end_s >= GAP_S:
                cut.append(piece.model_copy(update={"start_s": segment.end_s}))
        pieces = cut
    return pieces


def _dead_air(
    silence: Sequence[Segment], turns: Sequence[Turn], answered_s: float
) -> LineFact | None:
    """Silence between the answer and the last word: nobody waits once the call is over."""
    last_s = max((turn.end_s for turn in turns), default=0.0)
    inside = [s for s in silence if s.start_s >= answered_s and s.end_s <= last_s]
    fact = _total(inside)
    return fact and fact.model_copy(update={"precision_s": DEAD_AIR_PRECISION_S * len(inside)})


def _ended_by(line: Line, turns: Sequence[Turn]) -> EndedBy | None:
    """Whose channel carries the exchange's tone at the end, or went dead first.

    None in mono recordings, where both sides are one sound, and wherever both fit.
    """
    last_s = max((turn.end_s for turn in turns if turn.role != "ivr"), default=None)
    if last_s is None:
        return None
    tones = [
        s for s in line.segments if s.kind in ("busy", "reorder") and s.start_s >= last_s - GAP_S
    ]
    sides = {tone.channel for tone in tones}
    confidence = ENDED_BY_TONE
    if not tones:
        end_s = max(s.end_s for s in line.segments) if line.segments else 0.0
        dead = sorted(
            (s for s in line.segments if s.kind == "muted" and s.end_s >= end_s - SHORTEST_LEAD_S),
            key=lambda s: s.start_s,
        )
        if len(dead) > 1 and dead[1].start_s - dead[0].start_s < SHORTEST_LEAD_S:
            return None
        sides = {s.channel for s in dead[:1] if s.start_s >= last_s - GAP_S}
        confidence = ENDED_BY_SILENCE
    people = [turn for turn in turns if turn.role in ("administrator", "patient")]
    speakers = [turn for turn in people if CHANNELS.get(turn.speaker) in sides]
    roles = {t.role for t in speakers}
    if len(sides) != 1 or len(roles) != 1:
        return None
    who = "administrator" if "administrator" in roles else "patient"
    sure = min(t.role_confidence for t in speakers)
    return EndedBy(who=who, source="audio", confidence=round(confidence * sure, 2))


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
