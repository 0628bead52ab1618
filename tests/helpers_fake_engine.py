"""An engine that hears the same greeting in every recording: for tests of all around it."""

import threading
from typing import ClassVar

from auricle.models import Call, Line, Transcript, Turn, Word
from auricle.settings import Settings
from transcribe.engine import Plan

GREETING = "Good morning, Riverside Dental, Anna speaking. How can I help you?"


class FakeEngine:
    """Stands in for ``transcribe.engine.Engine``; remembers what it was asked for."""

    loaded: ClassVar[int] = 0
    transcribed: ClassVar[list[str]] = []
    broken_by: ClassVar[dict[str, Exception]] = {}
    """What happens instead, by call id."""
    _lock = threading.Lock()

    def __init__(self, plan: Plan, settings: Settings, workers: int = 1) -> None:
        type(self).loaded += 1
        self.timings_s: dict[str, float] = {"recognise": 0.0}

    @classmethod
    def forget(cls) -> None:
        cls.loaded, cls.transcribed, cls.broken_by = 0, [], {}

    def transcribe(self, call: Call, samples: object, imported: object = None) -> Transcript:
        with self._lock:
            self.transcribed.append(call.call_id)
        if call.call_id in self.broken_by:
            raise self.broken_by[call.call_id]
        said = GREETING.split()
        words = tuple(
            Word(text=text, start_s=i / 10, end_s=i / 10 + 0.1, confidence=0.9)
            for i, text in enumerate(said)
        )
        turn = Turn(
            speaker="left", role="administrator", role_confidence=0.95, start_s=0,
            end_s=words[-1].end_s, text=GREETING, confidence=0.9, words=words,
        )  # fmt: skip
        return Transcript(
            call_id=call.call_id, language="en", duration_s=call.recording.duration_s,
            line=Line(wait_s=call.line.wait_s, answered_at_s=0), turns=(turn,),
            provenance={"sha256": call.recording.sha256},
        )  # fmt: skip
