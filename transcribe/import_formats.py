"""The shapes of other programs' transcripts, checked field by field and line by line."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from auricle.errors import SettingsError
from auricle.models import Probability, Seconds
from auricle.strict import validate


@dataclass(frozen=True)
class TimedWord:
    """A word of a transcript. None: the file doesn't tell."""

    text: str
    start_s: float | None = None
    end_s: float | None = None
    confidence: float | None = None
    speaker: str = ""
    channel: int | None = None
    spread: bool = False
    """Its times were filled in."""


@dataclass(frozen=True)
class Passage:
    """Words as the other program kept them together: a segment, a cue, an utterance."""

    start_s: float
    end_s: float
    words: tuple[TimedWord, ...]


@dataclass(frozen=True)
class JsonFormat:
    name: str
    fits: Callable[[Any], bool]
    read: Callable[[Any, str], tuple[str, list[Passage]]]
    """Parsed JSON and the file's name -> language and passages. Raises SettingsError."""


class Lenient(BaseModel):
    """Other programs' formats grow: fields that aren't needed are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Span(Lenient):
    start: Seconds
    end: Seconds

    @model_validator(mode="after")
    def _forwards(self) -> "Span":
        if self.end < self.start:
            raise ValueError(f"it ends at {self.end} s, before it starts at {self.start} s")
        return self


class WhisperXWord(Lenient):
    word: str
    start: Seconds | None = None
    """WhisperX gives none to words that its aligner doesn't know, figures say."""
    end: Seconds | None = None
    score: Probability | None = Field(None, validation_alias=AliasChoices("score", "probability"))
    speaker: str = ""


class WhisperXSegment(Span):
    text: str = ""
    words: list[WhisperXWord] | None = None
    speaker: str = ""


class WhisperX(Lenient):
    segments: list[WhisperXSegment]
    language: str | None = None


def _whisperx(data: Any, where: str) -> tuple[str, list[Passage]]:
    found = validate(WhisperX, data, where)
    passages = []
    for segment in found.segments:
        words: Iterable[TimedWord]
        if segment.words is None:
            words = plain(segment.text, segment.speaker)
        else:
            words = (
                TimedWord(
                    w.word.strip(),
                    w.start if w.end is not None else None,
                    w.end if w.start is not None else None,
                    w.score,
                    w.speaker or segment.speaker,
                )
                for w in segment.words
            )
        passages.append(passage(segment.start, segment.end, words))
    return found.language or "", passages


class AmazonAlternative(Lenient):
    content: str
    confidence: Probability | None = None


class AmazonItem(Lenient):
    type: str
    alternatives: Annotated[list[AmazonAlternative], Field(min_length=1)]
    start_time: Seconds | None = None
    end_time: Seconds | None = None
    speaker_label: str = ""
    channel_label: str = ""


class AmazonSpoken(Lenient):
    start_time: Seconds
    speaker_label: str


class AmazonSegment(Lenient):
    items: list[AmazonSpoken] = []


class AmazonSpeakers(Lenient):
    segments: list[AmazonSegment] = []


class AmazonChannel(Lenient):
    channel_label: str
    items: list[AmazonItem]


class AmazonChannels(Lenient):
    channels: list[AmazonChannel]


class AmazonResults(Lenient):
    items: list[AmazonItem] = []
    language_code: str | None = None
    speaker_labels: AmazonSpeakers = AmazonSpeakers()
    channel_labels: AmazonChannels | None = None


class Amazon(Lenient):
    results: AmazonResults


def _amazon(data: Any, where: str) -> tuple[str, list[Passage]]:
    results = validate(Amazon, data, where).results
    speakers = {
        item.start_time: item.speaker_label
        for segment in results.speaker_labels.segments for item in segment.items
    }  # fmt: skip
    lanes: list[tuple[int | None, list[AmazonItem]]] = [(None, results.items)]
    if results.channel_labels is not None:
        lanes = [(n, channel.items) for n, channel in enumerate(results.channel_labels.channels)]
    passages = [
        one
        for channel, items in lanes
        for one in by_sentence(_amazon_words(items, speakers, channel, where))
    ]
    return results.language_code or "", passages


def _amazon_words(
    items: list[AmazonItem], speakers: dict[float, str], channel: int | None, where: str
) -> Iterator[TimedWord]:
    """Words with the punctuation that follows them, which are items of their own."""
    last: TimedWord | None = None
    for number, item in enumerate(items):
        best = item.alternatives[0]
        if item.type == "punctuation":
            if last is not None:
                last = replace(last, text=last.text + best.content)
            continue
        if last is not None:
            yield last
        start_s, end_s = item.start_time, item.end_time
        if start_s is None or end_s is None or end_s < start_s:
            raise SettingsError(f"{where}: results.items.{number}: its times are missing or run "
                                "backwards.", "Export it again.")  # fmt: skip
        speaker = item.speaker_label or speakers.get(start_s, "")
        last = TimedWord(best.content.strip(), start_s, end_s, best.confidence, speaker, channel)
    if last is not None:
        yield last


class DeepgramWord(Span):
    word: str
    confidence: Probability | None = None
    punctuated_word: str = ""
    speaker: int | None = None


class DeepgramAlternative(Lenient):
    words: list[DeepgramWord] = []


class DeepgramChannel(Lenient):
    alternatives: Annotated[list[DeepgramAlternative], Field(min_length=1)]
    detected_language: str | None = None


class DeepgramResults(Lenient):
    channels: list[DeepgramChannel]


class Deepgram(Lenient):
    results: DeepgramResults


def _deepgram(data: Any, where: str) -> tuple[str, list[Passage]]:
    channels = validate(Deepgram, data, where).results.channels
    passages: list[Passage] = []
    for number, channel in enumerate(channels):
        words = (
            TimedWord(
                (w.punctuated_word or w.word).strip(), w.start, w.end, w.confidence,
                f"speaker_{w.speaker}" if w.speaker is not None and len(channels) == 1 else "",
                number if len(channels) > 1 else None,
            )
            for w in channel.alternatives[0].words
        )  # fmt: skip
        passages += by_sentence(words)
    language = next((c.detected_language for c in channels if c.detected_language), "")
    return language, passages


def _has(*keys: str) -> Callable[[Any], bool]:
    def fits(data: Any) -> bool:
        for key in keys:
            if not isinstance(data, dict) or key not in data:
                return False
            data = data[key]
        return True

    return fits


JSON_FORMATS = (
    JsonFormat("deepgram", _has("results", "channels"), _deepgram),
    JsonFormat("amazon", _has("results", "items"), _amazon),
    JsonFormat("amazon", _has("results", "channel_labels"), _amazon),
    JsonFormat("whisperx", _has("segments"), _whisperx),
)

TIMING = re.compile(
    r"\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
)
VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]*)>")
TAG = re.compile(r"<[^>]*>")
PREFIX = re.compile(r"\s*(?:-\s*)?\[?(SPEAKER[_ ]?\d+)\]?\s*:\s*", re.I)
"""How WhisperX names speakers in subtitles: ``[SPEAKER_00]: ``."""
NOT_CUES = ("NOTE", "STYLE", "REGION")


def read_cues(text: str, where: str) -> tuple[str, list[Passage]]:
    """WebVTT or SubRip: format and passages. Raises SettingsError with the line."""
    blocks = list(_blocks(text))
    name = "webvtt" if text.startswith("WEBVTT") else "srt"
    if name == "srt" and not any("-->" in line for _, lines in blocks[:1] for line in lines[:2]):
        raise SettingsError(
            f"{where} is not a transcript that Auricle knows.",
            "Known are WhisperX, Amazon Transcribe and Deepgram JSON, WebVTT and SRT.",
        )
    passages = []
    for number, lines in blocks:
        at = next((i for i, line in enumerate(lines[:2]) if "-->" in line), None)
        if at is None:
            if name == "webvtt" and (number == 1 or lines[0].startswith(NOT_CUES)):
                continue
            raise SettingsError(
                f"{where}, line {number}: expected a cue with its times, found "
                f"{lines[0][:40]!r}.", "Correct or remove that cue.",
            )  # fmt: skip
        passages.append(_cue(lines[at], lines[at + 1 :], f"{where}, line {number + at}"))
    return name, passages


def _cue(timing: str, lines: list[str], where: str) -> Passage:
    times = TIMING.match(timing)
    if times is None:
        raise SettingsError(f"{where}: {timing.strip()[:60]!r} is not a cue's times.",
                            "They look like 00:01:02.500 --> 00:01:04.000.")  # fmt: skip
    start_s, end_s = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
    if end_s < start_s:
        raise SettingsError(f"{where}: the cue ends before it starts.", "Correct its times.")
    speaker = ""
    words: list[TimedWord] = []
    for line in lines:
        if voice := VOICE.search(line):
            speaker = unescape(voice[1]).strip()
        line = unescape(TAG.sub("", line))
        if prefix := PREFIX.match(line):
            speaker, line = prefix[1], line[prefix.end() :]
        words += plain(line, speaker)
    return passage(start_s, end_s, words)


def _seconds(parts: Iterable[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines between blank ones, with the number of the first."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def plain(text: str, speaker: str) -> list[TimedWord]:
    """The words of a text; where it is written without blanks, its characters."""
    return [
        TimedWord(word, speaker=speaker)
        for token in text.split()
        for word in (UNSPACED.findall(token) if UNSPACED_SIGN.search(token) else [token])
    ]


UNSPACED_SIGN = re.compile(r"[\u3040-\u9fff]")
UNSPACED = re.compile(r"[^\u3040-\u9fff]*[\u3040-\u9fff][\u3000-\u303f\uff00-\uffef]*|.+")


def passage(start_s: float, end_s: float, words: Iterable[TimedWord]) -> Passage:
    return Passage(start_s, end_s, tuple(word for word in words if word.text))


def by_sentence(words: Iterable[TimedWord]) -> Iterator[Passage]:
    """Words that came without passages, cut at the ends of sentences."""
    sentence: list[TimedWord] = []
    for word in words:
        if not word.text:
            continue
        sentence.append(word)
        if word.text.endswith((".", "?", "!", "\u3002", "\uff1f", "\uff01")):
            yield _whole(sentence)
            sentence = []
    if sentence:
        yield _whole(sentence)


def _whole(words: list[TimedWord]) -> Passage:
    return Passage(words[0].start_s or 0.0, words[-1].end_s or 0.0, tuple(words))
