"""Speech recognition: the voiced parts of every channel, packed, batched, mapped back in time."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from auricle.models import Segment, Word
from transcribe.device import Device
from transcribe.guards import Dropped, Guards
from transcribe.models import WhisperModel, whisper_folder
from transcribe.samples import RATE_HZ, Samples

PACK_S = 30.0
"""Whisper hears 30 s at a time, whatever it is given: stretches are packed to fill them."""
JOINERS = ("-", "'", ".", ",", "\u2019", "%")
"""A recognised piece that begins with one of these, and no space, belongs to the word before."""
LANGUAGE_WINDOWS = 4
"""Language is judged on so many packs, spread over the call: the first is often a greeting."""


@dataclass(frozen=True)
class Stretch:
    """A voiced part of one channel, and where it lies in its pack (seconds)."""

    channel: int
    start_s: float
    end_s: float
    offset_s: float


@dataclass(frozen=True)
class Recognised:
    """What was heard."""

    words: tuple[tuple[Word, ...], ...]
    """Per channel, in order of time."""
    language: str
    language_probability: float
    dropped: Dropped
    speakers: tuple[str, ...] | None = None
    """Who said each word of the only channel, where the source of the words tells."""


class Source(Protocol):
    """Whatever makes words from sound: a model in this process, a server."""

    def recognise(
        self, samples: Samples, speech: tuple[Segment, ...], languages: tuple[str, ...]
    ) -> Recognised: ...


class Recogniser:
    """A loaded Whisper model."""

    def __init__(
        self, model: WhisperModel, device: Device, batch_size: int, threads: int, workers: int
    ) -> None:
        import faster_whisper

        self._whisper: Any = faster_whisper.WhisperModel(
            whisper_folder(model),
            device=device.name,
            compute_type=device.compute_type,
            cpu_threads=threads,
            num_workers=workers,
        )
        self._batch_size = batch_size

    def recognise(
        self,
        samples: Samples,
        speech: tuple[Segment, ...],
        languages: tuple[str, ...],
    ) -> Recognised:
        """Words of every channel.

        ``samples``: shape (channels, samples) at 16 kHz. ``speech``: voiced segments with their
        channel; nothing else is listened to, so ringing, music and silence can't become words.
        ``languages``: the only ones considered.
        """
        packs = pack(speech)
        channels = len(samples)
        if not packs:
            return Recognised(((),) * channels, "", 0.0, Dropped())
        clips = [clip(samples, stretches) for stretches in packs]
        language, probability = self._language(clips, languages)
        guards = Guards(language)
        audio, stamps, start = np.concatenate(clips), [], 0
        for sound in clips:
            stamps.append({"start": start / RATE_HZ, "end": (start + len(sound)) / RATE_HZ})
            start += len(sound)
        from faster_whisper import BatchedInferencePipeline

        # One a call: it keeps state while it runs.
        segments, _ = BatchedInferencePipeline(self._whisper).transcribe(
            audio,
            language=language,
            clip_timestamps=stamps,
            word_timestamps=True,
            batch_size=self._batch_size,
        )
        dropped = Dropped()
        words: list[list[Word]] = [[] for _ in range(channels)]
        starts = np.array([stamp["start"] for stamp in stamps])
        for segment in segments:
            kept, lost = guards.filter(segment)
            dropped = dropped + lost
            for word in whole_words(kept):
                middle = (word.start + word.end) / 2
                index = max(int(np.searchsorted(starts, middle, side="right")) - 1, 0)
                placed = place(word, float(starts[index]), packs[index])
                words[placed[0]].append(placed[1])
        ordered = tuple(tuple(sorted(lane, key=lambda w: (w.start_s, w.end_s))) for lane in words)
        return Recognised(ordered, language, probability, dropped)

    def _language(self, clips: list[Samples], languages: tuple[str, ...]) -> tuple[str, float]:
        """The likeliest of ``languages``, judged on several packs together, and its probability."""
        if len(languages) == 1:
            return languages[0], 1.0
        from faster_whisper.audio import pad_or_trim

        chosen = language_packs(len(clips))
        features = np.stack(
            [pad_or_trim(self._whisper.feature_extractor(clips[i])[..., :-1]) for i in chosen]
        )
        results = self._whisper.model.detect_language(self._whisper.encode(features))
        log_odds = dict.fromkeys(languages, 0.0)
        for result in results:
            heard = {token[2:-2]: probability for token, probability in result}
            for code in languages:
                log_odds[code] += float(np.log(heard.get(code, 0.0) + 1e-6))
        top = max(log_odds.values())
        weights = {code: float(np.exp(value - top)) for code, value in log_odds.items()}
        best = max(weights, key=lambda code: weights[code])
        return best, round(weights[best] / sum(weights.values()), 4)


def language_packs(count: int) -> list[int]:
    """Indices of the packs that the language is judged on."""
    chosen = np.linspace(0, count - 1, min(LANGUAGE_WINDOWS, count)).round().astype(int)
    return [int(index) for index in chosen]


def whole_words(words: list[Any]) -> list[Any]:
    """Words as people write them: Whisper gives "high-end" and "a.m." in two pieces each."""
    joined: list[Any] = []
    for word in words:
        if joined and word.word[:1] in JOINERS:
            last = joined[-1]
            joined[-1] = replace(
                last,
                word=last.word.rstrip() + word.word,
                end=word.end,
                probability=min(last.probability, word.probability),
            )
        else:
            joined.append(word)
    return joined


def pack(speech: tuple[Segment, ...]) -> list[list[Stretch]]:
    """Voiced segments put together, channel by channel, into packs of at most ``PACK_S``."""
    packs: list[list[Stretch]] = []
    used_s = PACK_S
    channel: int | None = None
    for segment in sorted(speech, key=lambda s: (s.channel or 0, s.start_s)):
        start_s = segment.start_s
        while segment.end_s - start_s > 1e-3:
            # A stretch is cut only when it is longer than a whole pack.
            end_s = min(segment.end_s, start_s + PACK_S)
            if segment.channel != channel or used_s + end_s - start_s > PACK_S:
                packs.append([])
                used_s, channel = 0.0, segment.channel
            packs[-1].append(Stretch(segment.channel or 0, start_s, end_s, used_s))
            used_s += end_s - start_s
            start_s = end_s
    return packs


def clip(samples: Samples, stretches: list[Stretch]) -> Samples:
    """A pack's sound, shape (samples,)."""
    pieces = [
        samples[s.channel, round(s.start_s * RATE_HZ) : round(s.end_s * RATE_HZ)] for s in stretches
    ]
    return np.concatenate(pieces)


def place(word: Any, pack_start_s: float, stretches: list[Stretch]) -> tuple[int, Word]:
    """A word heard in a pack, put back where it was said; it can't leave its stretch."""
    start_s, end_s = word.start - pack_start_s, word.end - pack_start_s
    middle = (start_s + end_s) / 2
    stretch = next((s for s in reversed(stretches) if s.offset_s <= middle), stretches[0])
    shift = stretch.start_s - stretch.offset_s
    placed_start = min(max(start_s + shift, stretch.start_s), stretch.end_s)
    placed_end = min(max(end_s + shift, placed_start), stretch.end_s)
    return stretch.channel, Word(
        text=word.word.strip(),
        start_s=round(placed_start, 3),
        end_s=round(placed_end, 3),
        confidence=round(min(max(float(word.probability), 0.0), 1.0), 4),
    )
