"""Models loaded once, then a pure function from a Call and its audio to a Transcript."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from auricle import __version__
from auricle.errors import SettingsError
from auricle.models import Call, Role, Transcript, Turn
from auricle.settings import Settings, Transcribe
from rubrics.phrases import Phrasebook
from transcribe.answer import announcements, settle
from transcribe.device import Device, choose_device
from transcribe.diarize import Diarizer
from transcribe.models import DiarizationModels, WhisperModel, find_diarization, find_whisper
from transcribe.recognise import Recognised, Recogniser
from transcribe.roles import decide_roles
from transcribe.samples import Samples
from transcribe.turns import RawTurn, phrases, turns_of_channels, turns_of_speakers

VERSION = "1"
"""Changes whenever the same audio could give another transcript: part of stored fingerprints."""

CHANNEL_NAMES = ("left", "right")
IVR_CONFIDENCE = 0.95
IVR_SPEAKER = "recording"


@dataclass(frozen=True)
class Plan:
    """What will be used, known without loading anything."""

    device: Device
    whisper: WhisperModel
    diarization: DiarizationModels

    @property
    def identity(self) -> dict[str, str]:
        """What of it can change a transcript."""
        return {
            "engine": VERSION,
            "whisper": self.whisper.name,
            "whisper_sha256": self.whisper.sha256,
            "diarization": self.diarization.name,
            "diarization_sha256": self.diarization.sha256,
            "device": self.device.name,
            "compute_type": self.device.compute_type,
        }


def make_plan(settings: Transcribe) -> Plan:
    """Choose device and models. Raises ModelError with a remedy when something is missing."""
    device = choose_device(settings.device, settings.compute_type)
    return Plan(
        device,
        find_whisper(settings.model, device.name),
        find_diarization(settings.diarization, device.name),
    )


class Engine:
    """Loaded models. ``transcribe`` may be called from several threads at once."""

    def __init__(self, plan: Plan, settings: Settings, workers: int = 1) -> None:
        self.plan, self.settings, self.clinic = plan, settings.transcribe, settings.clinic
        convention = settings.ingest.administrator_channel
        self._administrator = convention if convention in CHANNEL_NAMES else None
        self.timings_s: dict[str, float] = {}
        self._lock = threading.RLock()
        self._threads = max(1, plan.device.threads // workers)
        with self._timed("load"):
            self._recogniser = Recogniser(
                plan.whisper, plan.device, self.settings.batch_size, self._threads, workers
            )
        self._diarizer: Diarizer | None = None

    def transcribe(self, call: Call, samples: Samples) -> Transcript:
        """Who said what, when.

        ``samples``: shape (channels, samples) at 16 kHz: two channels when the recording is truly
        stereo, else one.
        """
        line = call.line
        speech = tuple(s for s in line.segments if s.kind == "speech")
        with self._timed("recognise"):
            heard = self._recogniser.recognise(samples, speech, self.clinic.languages)
        tones = [s for s in line.segments if s.kind in ("ring", "busy", "reorder", "music")]
        breaks = [(s.start_s + s.end_s) / 2 for s in tones]
        if call.recorded.layout == "stereo":
            raw = turns_of_channels(heard.words, CHANNEL_NAMES, breaks)
        else:
            raw = self._diarized(call, samples[0], heard, breaks)
        turns = self._with_roles(call, raw, heard.language)
        line = settle(line, turns, outbound=call.direction == "outbound")
        return Transcript(
            call_id=call.call_id,
            language=heard.language,
            duration_s=call.recorded.duration_s,
            line=line,
            turns=tuple(turns),
            provenance={
                "auricle": __version__,
                "models": dict(self.plan.identity),
                "language_probability": heard.language_probability,
                "languages_considered": list(self.clinic.languages),
                "dropped_words": dict(heard.dropped.words),
                "dropped_texts": list(heard.dropped.texts),
                "reason": "" if turns else _why_empty(call),
            },
        )

    def _diarized(
        self, call: Call, samples: Samples, heard: Recognised, breaks: list[float]
    ) -> list[RawTurn]:
        """Turns on one channel. Announcements are set apart first: they aren't a third person."""
        words = heard.words[0]
        said = [RawTurn(IVR_SPEAKER, tuple(phrase)) for phrase in phrases(words)]
        recorded = announcements(said, call.line, phrasebook(heard.language), self._names())
        people = [turn for index, turn in enumerate(said) if index not in recorded]
        if not people:
            return said
        diarizer = self._loaded_diarizer()
        with self._timed("diarize"):
            who = diarizer.diarize(samples, [(turn.start_s, turn.end_s) for turn in people])
        turns = turns_of_speakers([w for turn in people for w in turn.words], who, breaks)
        return sorted(
            [*turns, *(said[index] for index in recorded)], key=lambda t: (t.start_s, t.end_s)
        )

    def _names(self) -> dict[str, tuple[str, ...]]:
        """Names to expect, by slot of the phrase lists."""
        return {
            "clinic": tuple(n for n in (self.clinic.name, *self.clinic.aliases) if n),
            "administrator": tuple(name for name in self.clinic.administrators if name),
        }

    def _with_roles(self, call: Call, raw: list[RawTurn], language: str) -> list[Turn]:
        book = phrasebook(language)
        names = self._names()
        recorded = announcements(raw, call.line, book, names)
        stereo = call.recorded.layout == "stereo"
        channel = self._administrator if stereo else None
        guesses = decide_roles(
            [turn for index, turn in enumerate(raw) if index not in recorded],
            book,
            names,
            outbound=call.direction == "outbound",
            administrator_speaker=channel,
            min_confidence=self.settings.min_role_confidence,
        )
        turns: list[Turn] = []
        for index, turn in enumerate(raw):
            role: Role = "ivr"
            confidence = IVR_CONFIDENCE
            if index not in recorded:
                guess = guesses[turn.speaker]
                role, confidence = guess.role, guess.confidence
            turns.append(_turn(turn, role, confidence))
        return turns

    def _loaded_diarizer(self) -> Diarizer:
        with self._lock:
            if self._diarizer is None:  # a batch of stereo calls never needs it
                with self._timed("load"):
                    self._diarizer = Diarizer(
                        self.plan.diarization, self.plan.device.name, self._threads
                    )
            return self._diarizer

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        with self._lock:
            spent = time.perf_counter() - start
            self.timings_s[stage] = self.timings_s.get(stage, 0.0) + spent


def phrasebook(language: str) -> Phrasebook | None:
    """The language's phrases; None where Auricle has none: roles then rest on other signs."""
    try:
        return Phrasebook.load(language)
    except SettingsError:
        return None


def _turn(raw: RawTurn, role: Role, role_confidence: float) -> Turn:
    confidence = sum(word.confidence for word in raw.words) / len(raw.words)
    return Turn(
        speaker=raw.speaker,
        role=role,
        role_confidence=role_confidence,
        start_s=raw.start_s,
        end_s=raw.end_s,
        text=raw.text,
        confidence=round(confidence, 4),
        words=raw.words,
    )


def _why_empty(call: Call) -> str:
    kinds = {s.kind for s in call.line.segments}
    if "speech" not in kinds:
        return "No speech was found in the recording."
    return "Speech was found, but nothing in it could be recognised reliably."
