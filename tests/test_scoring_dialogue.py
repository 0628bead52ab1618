"""Dialogues written as people write them, as calls and transcripts for the other scoring tests.

``A:`` administrator, ``P:`` patient, ``I:`` recording, ``U:`` nobody knows. ``A!:`` cuts in before
the turn above has ended. ``[hold 20]`` puts the line on hold for 20 seconds.
"""

import re
from datetime import datetime
from functools import cache

from auricle.models import Call, Line, LineFact, Recording, Scorecard, Segment, Transcript, Word
from auricle.models import Turn as TurnModel
from rubrics.facts import FactSheet
from rubrics.loader import load_rubric
from scoring.engine import score

ROLES = {"A": "administrator", "P": "patient", "I": "ivr", "U": "unknown"}
SECONDS_PER_WORD = 0.35
GAP_S = 0.4
CUT_IN_S = 0.8

SHEET = FactSheet.model_validate(
    {
        "clinic": "Oakfield Dental",
        "opening_hours": {
            "monday": "08:00-19:00",
            "tuesday": "08:00-19:00",
            "wednesday": "08:00-19:00",
            "thursday": "08:00-19:00",
            "friday": "08:00-16:00",
            "saturday": "09:00-13:00",
            "sunday": "closed",
        },
        "currency": "pounds",
        "prices": [
            {"service": "check-up", "names": ["check up", "checkup"], "price": 45},
            {"service": "implant", "from": 900},
            {"service": "filling", "from": 90, "to": 160},
        ],
    }
)


def dialogue(
    text: str,
    *,
    wait_s: float | None = 8.0,
    direction: str = "inbound",
    administrator: str = "",
    confidence: float = 0.9,
    role_confidence: float = 0.95,
    layout: str = "stereo",
    language: str = "en",
    start: datetime | None = None,
) -> tuple[Call, Transcript]:
    """A call and its transcript with even word times."""
    turns: list[TurnModel] = []
    segments: list[Segment] = []
    now = 2.0
    for line in filter(None, map(str.strip, text.strip().splitlines())):
        if pause := re.fullmatch(r"\[(\w+) (\d+)\]", line):
            end = now + float(pause[2])
            segments.append(Segment(kind=pause[1], start_s=now, end_s=end))
            now = end + GAP_S
            continue
        who, said = line.split(":", 1)
        begin = max(0.0, turns[-1].end_s - CUT_IN_S) if who.endswith("!") else now
        words = tuple(
            Word(
                text=word,
                start_s=round(begin + i * SECONDS_PER_WORD, 3),
                end_s=round(begin + (i + 1) * SECONDS_PER_WORD, 3),
                confidence=confidence,
            )
            for i, word in enumerate(said.split())
        )
        turns.append(
            TurnModel(
                speaker=who[0],
                role=ROLES[who[0]],
                role_confidence=role_confidence,
                start_s=begin,
                end_s=words[-1].end_s,
                text=" ".join(said.split()),
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
        clinic="Oakfield Dental",
        administrator=administrator,
        direction=direction,
        start=start,
        line=line_facts,
    )
    transcript = Transcript(
        call_id="call", language=language, duration_s=now, line=line_facts, turns=tuple(turns)
    )
    return call, transcript


@cache
def clinic_phone():
    return load_rubric("clinic-phone")


def scorecard(text: str, facts: FactSheet | None = SHEET, **options) -> Scorecard:
    """The card of a dialogue under the first rubric."""
    thresholds = {k: options.pop(k) for k in ("abstain_below",) if k in options}
    return score(*dialogue(text, **options), clinic_phone(), facts, **thresholds)


def verdicts(text: str, facts: FactSheet | None = SHEET, **options) -> dict[str, str]:
    """Criterion -> verdict."""
    return {v.id: v.verdict for v in scorecard(text, facts, **options).criteria}


def verdict_of(criterion: str, text: str, facts: FactSheet | None = SHEET, **options):
    """One criterion's whole verdict."""
    card = scorecard(text, facts, **options)
    return next(v for v in card.criteria if v.id == criterion)


def test_dialogue_times_are_plausible():
    _, transcript = dialogue("A: Hello there.\nP: Hi, I would like\nA!: Yes, go on.\n[hold 20]")
    first, second, third = transcript.turns
    assert first.end_s < second.start_s < third.start_s < second.end_s
    assert transcript.line.segments[0].end_s - transcript.line.segments[0].start_s == 20
    assert all(t.start_s == t.words[0].start_s and t.end_s == t.words[-1].end_s for t in (first,))
