"""Transcripts that other programs made: their words enter where recognised words do.

Formats are recognised by content: WhisperX (and Whisper) JSON, Amazon Transcribe JSON, Deepgram
JSON, WebVTT and SubRip. What a format doesn't tell is filled in and named in the provenance: words
without times share their passage's time, words without confidence get ``ASSUMED_CONFIDENCE``.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import JsonValue

from auricle.errors import RecordingError, SettingsError
from auricle.messages import N_
from auricle.models import Call, Recording, Transcript, Word
from auricle.settings import Settings
from transcribe.assemble import assemble
from transcribe.guards import Dropped, Guards
from transcribe.import_formats import JSON_FORMATS, Passage, TimedWord, read_cues
from transcribe.recognise import Recognised
from transcribe.samples import RATE_HZ, Samples
from transcribe.turns import NOBODY, RawTurn, turns_of_labels

SUFFIXES = (".json", ".vtt", ".srt")
ASSUMED_CONFIDENCE = 0.8
"""Of words whose source tells none: about the mean of Whisper's own on telephone calls."""
UNREADABLE = "Known are WhisperX, Amazon Transcribe and Deepgram JSON, WebVTT and SRT."


@dataclass(frozen=True)
class Imported:
    """A transcript as another program made it."""

    format: str
    file: str
    sha256: str
    language: str
    """ISO 639-1 code; empty when the file doesn't tell."""
    passages: tuple[Passage, ...]

    @property
    def end_s(self) -> float:
        return max((word.end_s or 0.0 for p in self.passages for word in p.words), default=0.0)

    @property
    def has_times(self) -> bool:
        """Nearly all words have times of their own."""
        spread = [word.spread for passage in self.passages for word in passage.words]
        return sum(spread) <= len(spread) / 10

    @property
    def provenance(self) -> dict[str, JsonValue]:
        words = [word for passage in self.passages for word in passage.words]
        return {
            "format": self.format,
            "file": self.file,
            "sha256": self.sha256,
            "language_told": bool(self.language),
            "words_without_times": sum(word.spread for word in words),
            "words_without_confidence": sum(word.confidence is None for word in words),
        }


def read_imported(path: Path) -> Imported:
    """A transcript file. Raises SettingsError naming the file and the line or field."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"{path} can't be read: {error.strerror}.", "Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text: {error}.", UNREADABLE) from error
    sha256 = hashlib.sha256(raw).hexdigest()
    if text.lstrip()[:1] in ("{", "["):
        name, language, passages = _read_json(path, text)
    else:
        name, passages = read_cues(text, str(path))
        language = ""
    timed = [_timed(passage) for passage in passages if passage.words]
    return Imported(name, path.name, sha256, language.split("-")[0].lower(), tuple(timed))


def _read_json(path: Path, text: str) -> tuple[str, str, list[Passage]]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path} is not JSON: {error}.", "Export it again.") from error
    for form in JSON_FORMATS:
        if form.fits(data):
            language, passages = form.read(data, str(path))
            return form.name, language, passages
    raise SettingsError(f"{path} is not a transcript that Auricle knows.", UNREADABLE)


def _timed(passage: Passage) -> Passage:
    """Words without times share, by their letters, the time between those that have some."""
    words = list(passage.words)
    index = 0
    while index < len(words):
        if words[index].start_s is not None:
            index += 1
            continue
        stop = index
        while stop < len(words) and words[stop].start_s is None:
            stop += 1
        start_s = words[index - 1].end_s if index else passage.start_s
        end_s = words[stop].start_s if stop < len(words) else passage.end_s
        start_s = start_s or 0.0
        length_s = max((end_s if end_s is not None else start_s) - start_s, 0.0)
        letters = np.cumsum([0, *(len(word.text) for word in words[index:stop])])
        at_s = start_s + length_s * letters / letters[-1]
        for place in range(index, stop):
            a, b = (round(float(at_s[place - index + k]), 3) for k in (0, 1))
            words[place] = replace(words[place], start_s=a, end_s=b, spread=True)
        index = stop
    return replace(passage, words=tuple(words))


def imported_for(recording: Path, folder: Path | None) -> Imported | None:
    """Another program's transcript of a recording: the file of the same name in ``folder``.

    Raises RecordingError when it can't be read, or there are two; SettingsError when there is no
    such folder.
    """
    found = _beside(recording, folder)
    if len(found) > 1:
        raise RecordingError(
            N_("{folder} holds two transcripts of it: {one} and {other}.").format(
                folder=folder, one=found[0].name, other=found[1].name
            ),
            N_("Leave one of the two, so that it is clear which is meant."),
        )
    try:
        return read_imported(found[0]) if found else None
    except SettingsError as error:
        raise RecordingError(error.reason, error.remedy) from error


def imported_digest(recording: Path, folder: Path | None) -> str:
    """What changes when the recording's transcript does; empty when it has none.

    Raises SettingsError when there is no such folder.
    """
    digest = hashlib.sha256()
    found = _beside(recording, folder)
    for path in found:
        try:
            digest.update(path.read_bytes())
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest() if found else ""


def check_folder(folder: Path | None) -> None:
    """Raises SettingsError where there is no such folder."""
    if folder is not None and not folder.is_dir():
        raise SettingsError(
            f"[transcribe] transcripts: there is no folder {folder}.",
            "Correct it, or remove it to recognise the recordings.",
        )


def _beside(recording: Path, folder: Path | None) -> list[Path]:
    check_folder(folder)
    if folder is None:
        return []
    return [path for s in SUFFIXES if (path := folder / (recording.stem + s)).is_file()]


def as_recognised(
    imported: Imported, languages: Sequence[str], samples: Samples | None = None
) -> Recognised:
    """The words in the form of the recogniser's, through the same guards.

    ``samples``: shape (2, samples) of a stereo recording, or None. There the channels tell who
    speaks: as the file names them, or else by loudness. Otherwise the speakers are those of the
    file (``Recognised.speakers``), or its channels; None where it names neither.
    """
    language = imported.language or languages[0]
    guards = Guards(language)
    dropped = Dropped()
    found: list[tuple[Word, TimedWord]] = []
    for passage in imported.passages:
        said = [SimpleNamespace(word=word.text, own=word) for word in passage.words]
        text = RawTurn("", tuple(map(_word, passage.words))).text
        kept, lost = guards.filter(
            SimpleNamespace(words=said, text=text, no_speech_prob=0.0, avg_logprob=0.0)
        )
        dropped = dropped + lost
        found += [(_word(item.own), item.own) for item in kept]
    found.sort(key=lambda pair: (pair[0].start_s, pair[0].end_s))
    probability = 1.0 if imported.language else 0.0
    if samples is not None:
        lanes: list[list[Word]] = [[] for _ in samples]
        for word, own in found:
            told = own.channel if own.channel is not None and own.channel < len(lanes) else None
            lanes[_louder(word, samples) if told is None else told].append(word)
        return Recognised(tuple(map(tuple, lanes)), language, probability, dropped)
    words = tuple(word for word, _ in found)
    told = any(own.speaker or own.channel is not None for _, own in found)
    speakers = tuple(_speaker(own) for _, own in found) if told else None
    return Recognised((words,), language, probability, dropped, speakers)


def transcript_without_audio(imported: Imported, call_id: str, settings: Settings) -> Transcript:
    """A transcript from the file alone: nothing is known of the line, and nobody's voice."""
    heard = as_recognised(imported, settings.clinic.languages)
    words = heard.words[0]
    labels = heard.speakers or (NOBODY,) * len(words)
    recording = Recording(
        sha256="", path="", channels=1, sample_rate_hz=8000, duration_s=imported.end_s,
        layout="mono",
    )  # fmt: skip
    return assemble(
        Call(call_id=call_id, recording=recording),
        turns_of_labels(words, labels),
        heard,
        settings,
        {"models": {}, "imported": imported.provenance},
    )


def _word(word: TimedWord) -> Word:
    return Word(
        text=word.text,
        start_s=word.start_s or 0.0,
        end_s=max(word.end_s or 0.0, word.start_s or 0.0),
        confidence=ASSUMED_CONFIDENCE if word.confidence is None else word.confidence,
    )


def _speaker(word: TimedWord) -> str:
    if word.speaker:
        return word.speaker
    return f"channel_{word.channel}" if word.channel is not None else NOBODY


def _louder(word: Word, samples: Samples) -> int:
    """The channel with more power while the word is said."""
    start = min(round(word.start_s * RATE_HZ), samples.shape[1] - 1)
    span = samples[:, start : max(round(word.end_s * RATE_HZ), start + 1)]
    return int(np.argmax(np.mean(span.astype(np.float64) ** 2, axis=1)))
