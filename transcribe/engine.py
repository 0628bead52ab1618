"""Models loaded once, then a pure function from a Call and its audio to a Transcript."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from auricle.models import Call, Transcript
from auricle.settings import Settings, Transcribe
from rubrics.facts import load_facts
from transcribe.answer import announcements
from transcribe.assemble import CHANNEL_NAMES, assemble, names, phrasebook
from transcribe.audible import audible
from transcribe.device import Device, choose_device
from transcribe.diarize import Diarizer
from transcribe.echo import without_echo
from transcribe.hotwords import hotwords
from transcribe.imported import Imported, as_recognised
from transcribe.lanes import Lanes, gap_filler
from transcribe.models import (
    EMBEDDING_SHA256,
    DiarizationModels,
    WhisperModel,
    find_diarization,
    find_whisper,
)
from transcribe.networks import Networks
from transcribe.pauses import at_pauses
from transcribe.recognise import Recognised, Recogniser, Source
from transcribe.remote import RemoteRecogniser, Server, find_server
from transcribe.samples import Samples
from transcribe.talk import with_talk
from transcribe.taught import load_teaching
from transcribe.turns import (
    QUESTION_ENDS,
    RawTurn,
    phrases,
    talked_over,
    turns_of_channels,
    turns_of_labels,
    turns_of_speakers,
)
from transcribe.voices import (
    folder_of,
    likeness,
    prints_in,
    state_of,
    voice_networks,
    voices_of,
    with_suggestion,
)

VERSION = "16"
"""Changes whenever the same audio could give another transcript: part of stored fingerprints."""

Listened = Future[NDArray[np.float32] | None]
"""The segmentation's scores, when they are there."""
IVR_SPEAKER = "recording"
SOUNDS = ("ring", "busy", "reorder", "music")


@dataclass(frozen=True)
class Plan:
    """What will be used, known without loading anything."""

    device: Device
    whisper: WhisperModel
    diarization: DiarizationModels
    server: Server | None = None
    """Recognises instead of ``whisper``."""

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
    server = find_server(settings)
    if server is None:
        whisper = find_whisper(settings.model, device.name)
    else:
        whisper = WhisperModel(f"{server.model} at {server.url}", "", "")
    return Plan(device, whisper, find_diarization(settings.diarization, device.name), server)


class Engine:
    """Loaded models. ``transcribe`` may be called from several threads at once."""

    def __init__(self, plan: Plan, settings: Settings, workers: int = 1) -> None:
        """``workers``: calls at a time."""
        self.plan, self.settings = plan, settings
        self.timings_s: dict[str, float] = {}
        self._lock = threading.RLock()
        self._lanes, self._gaps = Lanes(plan.device.threads, workers), gap_filler()
        told = settings.transcribe.taught
        self._teaching = load_teaching(told) if told else None
        prints = (
            prints_in(folder_of(settings.store.path)) if settings.transcribe.voice_prints else []
        )
        self._prints = [one for one in prints if one.model == EMBEDDING_SHA256]
        facts = settings.clinic.facts
        self._hotwords = hotwords(settings.clinic, load_facts(facts) if facts else None)
        self._voices: Networks | None = None
        self._recogniser: Source | None = None
        self._diarizer: Diarizer | None = None

    def load(self) -> None:
        """Load all models, and what people say in the clinic's languages, now, not when the first
        call needs them."""
        self._loaded_recogniser()
        self._loaded_diarizer()
        for language in self.settings.clinic.languages:
            phrasebook(language)

    def transcribe(
        self, call: Call, samples: Samples, imported: Imported | None = None
    ) -> Transcript:
        """Who said what, when.

        ``samples``: shape (channels, samples) at 16 kHz: two channels when the recording is truly
        stereo, else one. ``imported``: another program's words, taken instead of recognised ones.
        """
        stereo = call.recorded.layout == "stereo"
        models = dict(self.plan.identity)
        made: dict[str, JsonValue] = {"models": dict(models)}
        listened: Listened | None = None
        if imported is not None:
            with self._timed("import"):
                heard = as_recognised(
                    imported, self.settings.clinic.languages, samples if stereo else None
                )
            made = {
                "models": {k: v for k, v in models.items() if not k.startswith("whisper")},
                "imported": imported.provenance,
            }
        else:
            speech = tuple(s for s in call.line.segments if s.kind == "speech")
            if stereo and speech:
                listened = self._gaps.submit(self._listened, call, samples)
            recogniser = self._loaded_recogniser()
            with self._timed("recognise"):
                heard = recogniser.recognise(samples, speech, self.settings.clinic.languages)
            heard = at_pauses(heard, samples)
            if self.plan.server is None:
                made["hotwords"] = list(self._hotwords)
        if imported is None or imported.has_times:
            heard = audible(heard, samples)
            heard = without_echo(heard, samples) if stereo else heard
        breaks = [(start_s + end_s) / 2 for start_s, end_s in _sounds(call)]
        if stereo:
            raw = turns_of_channels(heard.words, CHANNEL_NAMES, breaks)
            if raw and listened:
                with self._timed("diarize"):
                    scores = listened.result()
                    raw = raw if scores is None else with_talk(raw, scores, samples)
        elif heard.speakers is not None:
            raw = turns_of_labels(heard.words[0], heard.speakers, breaks)
        else:
            raw = self._diarized(call, samples[0], heard, breaks, timed=imported is None)
        taught = self._teaching.clinics.get(call.clinic) if self._teaching else None
        if self._teaching is not None:
            made["taught"] = self._teaching.fingerprint
        transcript = assemble(call, raw, heard, self.settings, made, taught)
        if not self._prints:
            return transcript
        made["voice_prints"] = state_of(self._prints)
        with self._timed("voices"):
            like = likeness(voices_of(self._loaded_voices(), transcript, samples), self._prints)
        sounds = {speaker: one.log_odds for speaker, one in like.items()}
        transcript = assemble(call, raw, heard, self.settings, made, taught, sounds)
        return with_suggestion(transcript, like)

    def _listened(self, call: Call, samples: Samples) -> NDArray[np.float32] | None:
        """Two channels as one sound, in which an echo is its speaker's own voice."""
        diarizer = self._loaded_diarizer()
        return diarizer.listen(samples.mean(axis=0), _sounds(call), beside=True)

    def _diarized(
        self,
        call: Call,
        samples: Samples,
        heard: Recognised,
        breaks: list[float],
        *,
        timed: bool,
    ) -> list[RawTurn]:
        """Turns on one channel. Announcements are set apart first: they aren't a third person.

        ``timed``: whether the words' times were heard in this sound, so that it can tell more.
        """
        words = heard.words[0]
        said = [RawTurn(IVR_SPEAKER, tuple(phrase)) for phrase in phrases(words)]
        recorded = announcements(said, call.line, phrasebook(heard.language),
                                 names(self.settings.clinic))  # fmt: skip
        people = [turn for index, turn in enumerate(said) if index not in recorded]
        if not people:
            return said
        diarizer = self._loaded_diarizer()
        with self._timed("diarize"):
            scores = diarizer.listen(
                samples,
                [*_sounds(call), *((said[i].start_s, said[i].end_s) for i in recorded)],
            )
            who = diarizer.diarize(
                samples,
                [(turn.start_s, turn.end_s) for turn in people],
                {turn.end_s for turn in people if turn.text.endswith(QUESTION_ENDS)},
                scores,
            )
            turns = turns_of_speakers([w for turn in people for w in turn.words], who.turns, breaks)
            turns = talked_over(turns, who.overlaps)
            if scores is not None and timed:
                turns = with_talk(turns, scores, samples[None])
        return sorted(
            [*turns, *(said[index] for index in recorded)], key=lambda t: (t.start_s, t.end_s)
        )

    def _loaded_recogniser(self) -> Source:
        with self._lock:
            if self._recogniser is None and self.plan.server is not None:
                self._recogniser = RemoteRecogniser(self.plan.server)
            if self._recogniser is None:  # imported transcripts never need it
                with self._timed("load"):
                    self._recogniser = Recogniser(
                        self.plan.whisper,
                        self.plan.device,
                        self.settings.transcribe.batch_size,
                        self._lanes,
                        self._hotwords,
                    )
            return self._recogniser

    def _loaded_diarizer(self) -> Diarizer:
        with self._lock:
            if self._diarizer is None:  # imported transcripts that name speakers never need it
                with self._timed("load"):
                    self._diarizer = Diarizer(
                        self.plan.diarization, self.plan.device.name, self._lanes
                    )
            return self._diarizer

    def _loaded_voices(self) -> Networks:
        with self._lock:
            if self._voices is None:
                self._voices = voice_networks(self._lanes.threads)
            return self._voices

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        with self._lock:
            spent = time.perf_counter() - start
            self.timings_s[stage] = self.timings_s.get(stage, 0.0) + spent


def _sounds(call: Call) -> list[tuple[float, float]]:
    """Where the line itself sounds (start_s, end_s): tones and music, not people."""
    return [(s.start_s, s.end_s) for s in call.line.segments if s.kind in SOUNDS]
