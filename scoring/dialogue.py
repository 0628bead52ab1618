"""Calls written down as people write them: the examples of a rubric, and of its tests.

``A:`` administrator, ``P:`` patient, ``I:`` recording, ``U:`` nobody knows. ``A!:`` cuts in before
the turn above has ended. ``[hold 20]`` puts the line on hold for 20 seconds.
"""

import re
from datetime import datetime
from typing import Literal, get_args

from auricle.errors import SettingsError
from auricle.models import (
    Call,
    Layout,
    Line,
    LineFact,
    Recording,
    Role,
    Segment,
    SegmentKind,
    Transcript,
    Turn,
    Word,
)

ROLES: dict[str, Role] = {"A": "administrator", "P": "patient", "I": "ivr", "U": "unknown"}
SPOKEN = re.compile(r"([APIU])(!?):\s*(\S.*)")
PAUSE = re.compile(rf"\[({'|'.join(get_args(SegmentKind))}) (\d+)\]")
PIECE = re.compile(r"[\u4e00-\u9fff][^\w\s]*|[^\s\u4e00-\u9fff]+")
"""A word, or a Chinese character with the punctuation behind it."""
SECONDS_PER_WORD = 0.35
GAP_S = 0.4
CUT_IN_S = 0.8


def dialogue(
    text: str,
    *,
    wait_s: float | None = 8.0,
    direction: Literal["inbound", "outbound"] = "inbound",
    clinic: str = "Oakfield Dental",
    administrator: str = "",
    confidence: float = 0.9,
    role_confidence: float = 0.95,
    layout: Layout = "stereo",
    language: str = "en",
    start: datetime | None = None,
) -> tuple[Call, Transcript]:
    """A call and its transcript with even word times. Raises SettingsError for an odd line."""
    turns: list[Turn] = []
    segments: list[Segment] = []
    now = 2.0
    for line in filter(None, map(str.strip, text.strip().splitlines())):
        if pause := PAUSE.fullmatch(line):
            kind: SegmentKind = pause[1]  # type: ignore[assignment]  # the pattern allows no other
            end = now + float(pause[2])
            segments.append(Segment(kind=kind, start_s=now, end_s=end))
            now = end + GAP_S
            continue
        spoken = SPOKEN.fullmatch(line)
        if spoken is None:
            raise SettingsError(
                f"{line!r} is not a line of a dialogue.",
                "Begin it with A:, P:, I: or U: (A!: cuts in), or write [hold 20].",
            )
        pieces = PIECE.findall(spoken[3])
        overlap_s = min(CUT_IN_S, SECONDS_PER_WORD * len(pieces))  # she goes on when they stop
        begin = max(0.0, turns[-1].end_s - overlap_s) if spoken[2] and turns else now
        words = tuple(
            Word(
                text=word,
                start_s=round(begin + i * SECONDS_PER_WORD, 3),
                end_s=round(begin + (i + 1) * SECONDS_PER_WORD, 3),
                confidence=confidence,
            )
            for i, word in enumerate(pieces)
        )
        turns.append(
            Turn(
                speaker=spoken[1],
                role=ROLES[spoken[1]],
                role_confidence=role_confidence,
                start_s=begin,
                end_s=words[-1].end_s,
                text=" ".join(spoken[3].split()),
                confidence=confidence,
                words=words,
            )
        )
        now = words[-1].end_s + GAP_S
    human = next((t.start_s for t in turns if t.role != "ivr"), None)
    line_facts = Line(
        wait_s=None if wait_s is None else LineFact(value_s=wait_s, source="audio"),
        answered_at_s=human,
        segments=tuple(segments),
    )
    call = Call(
        call_id="call",
        recording=Recording(
            sha256="0" * 64,
            path="call.wav",
            channels=1 if layout == "mono" else 2,
            sample_rate_hz=8000,
            duration_s=now,
            layout=layout,
        ),
        clinic=clinic,
        administrator=administrator,
        direction=direction,
        start=start,
        line=line_facts,
    )
    transcript = Transcript(
        call_id="call", language=language, duration_s=now, line=line_facts, turns=tuple(turns)
    )
    return call, transcript
