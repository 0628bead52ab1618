"""Whisper over packs of sound: encoded, their language judged, decoded, words given times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcribe.samples import Samples

PACK_S = 30.0
"""Whisper hears 30 s at a time, whatever it is given."""
FRAMES_HZ = 100
BEAM = 5
MAX_COMPRESSION = 2.4
MIN_LOG_PROBABILITY = -1.0
MAX_NO_SPEECH = 0.6
"""A pack is decoded again when it repeats itself or is unlikely, unless it is silence: Whisper's
own thresholds (Radford et al. 2022, section 4.5)."""
NO_REPEAT, PENALTY = 5, 1.1
"""The second time no run of so many tokens comes twice, and tokens said before are less likely.
Whisper draws at random instead; then the same call would give another transcript each time."""
PROMPT_TOKENS, NAMES_A_SENTENCE = 100, 4
"""Of names to expect: so much at most, of the 448 that Whisper has room for, and so written
(docs/decisions/0037)."""
SUPPRESSED = (-1,)
"""Symbols that nobody says, in faster-whisper's list."""

Encoded = NDArray[Any]
"""What the encoder makes of a pack, shape (1500, width)."""


@dataclass(frozen=True)
class Piece:
    """A piece of a word as Whisper gives it, seconds from the start of its pack."""

    word: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class Decoded:
    """What was said in a pack."""

    text: str
    words: tuple[Piece, ...]
    avg_logprob: float
    no_speech_prob: float
    again: bool = False
    """It is of the second try."""

    @property
    def compression(self) -> float:
        import zlib

        raw = self.text.encode()
        return len(raw) / len(zlib.compress(raw)) if raw else 1.0


@dataclass(frozen=True)
class _Tried:
    tokens: list[int]
    decoded: Decoded


class Decoder:
    """A loaded Whisper model's three steps, each over a batch of packs."""

    def __init__(self, whisper: Any) -> None:
        self._whisper = whisper
        self._tokenizer, self._prompt = cache(self._new_tokenizer), cache(self._new_prompt)

    def features(self, sound: Samples) -> NDArray[np.float32]:
        """Mel features of at most 30 s, shape (mels, 3000); ``sound``: shape (samples,)."""
        from faster_whisper.audio import pad_or_trim

        found = self._whisper.feature_extractor(sound)[..., :-1]
        return np.asarray(pad_or_trim(found), np.float32)

    def encode(self, features: Sequence[NDArray[np.float32]]) -> list[Encoded]:
        return [*np.array(self._whisper.model.encode(_stored(features), to_cpu=True))]

    def languages(self, encoded: Sequence[Encoded]) -> list[dict[str, float]]:
        """The probability of each language the model knows, by its code."""
        return [
            {token[2:-2]: probability for token, probability in found}
            for found in self._whisper.model.detect_language(_stored(encoded))
        ]

    def decode(
        self, language: str, hotwords: tuple[str, ...], packs: Sequence[tuple[Encoded, float]]
    ) -> list[Decoded]:
        """What was said in packs of one language; each with its length in seconds.

        ``hotwords``: names to expect, the likeliest first.
        """
        tried = self._try(language, hotwords, [encoded for encoded, _ in packs])
        poor = [index for index, found in enumerate(tried) if _poor(found.decoded)]
        if poor:
            again = self._try(
                language, hotwords, [packs[index][0] for index in poor],
                no_repeat_ngram_size=NO_REPEAT, repetition_penalty=PENALTY,
            )  # fmt: skip
            for index, found in zip(poor, again, strict=True):
                if _better(found.decoded, tried[index].decoded):
                    tried[index] = replace(found, decoded=replace(found.decoded, again=True))
        return self._timed(language, packs, tried)

    def _try(
        self, language: str, hotwords: tuple[str, ...], encoded: Sequence[Encoded], **options: Any
    ) -> list[_Tried]:
        tokenizer, suppressed = self._tokenizer(language)
        prompt = self._prompt(language, hotwords)
        results = self._whisper.model.generate(
            _stored(encoded),
            [prompt] * len(encoded),
            beam_size=BEAM,
            max_length=self._whisper.max_length,
            suppress_tokens=suppressed,
            return_scores=True,
            return_no_speech_prob=True,
            **options,
        )
        tried = []
        for result in results:
            tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            length = len(result.sequences_ids[0])
            decoded = Decoded(
                tokenizer.decode(tokens), (),
                result.scores[0] * length / (length + 1), result.no_speech_prob,
            )  # fmt: skip
            tried.append(_Tried(tokens, decoded))
        return tried

    def _timed(
        self, language: str, packs: Sequence[tuple[Encoded, float]], tried: Sequence[_Tried]
    ) -> list[Decoded]:
        """The words with their times, by faster-whisper's alignment on cross-attention."""
        tokenizer, _ = self._tokenizer(language)
        frames = frames_in(PACK_S)
        segments: list[list[dict[str, Any]]] = [
            [{"tokens": found.tokens, "seek": index * frames, "start": index * PACK_S,
              "end": index * PACK_S + length_s, "words": []}]
            for index, (found, (_, length_s)) in enumerate(zip(tried, packs, strict=True))
        ]  # fmt: skip
        self._whisper.add_word_timestamps(
            segments, tokenizer, _stored([encoded for encoded, _ in packs]),
            [frames_in(length_s) for _, length_s in packs],
            "\"'\u201c\u00bf([{-", "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001", 0.0,
        )  # fmt: skip
        return [
            replace(
                found.decoded,
                words=tuple(
                    Piece(w["word"], float(w["start"]) - index * PACK_S,
                          float(w["end"]) - index * PACK_S, float(w["probability"]))
                    for w in segment["words"]
                ),
            )
            for index, (found, [segment]) in enumerate(zip(tried, segments, strict=True))
        ]  # fmt: skip

    def _new_tokenizer(self, language: str) -> tuple[Any, list[int]]:
        """The tokenizer and the suppressed tokens of a language."""
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        many = self._whisper.model.is_multilingual
        tokenizer = Tokenizer(
            self._whisper.hf_tokenizer, many, task="transcribe", language=language if many else "en"
        )
        return tokenizer, get_suppressed_tokens(tokenizer, list(SUPPRESSED))

    def _new_prompt(self, language: str, hotwords: tuple[str, ...]) -> list[int]:
        """What a pack is decoded after."""
        tokenizer, _ = self._tokenizer(language)
        told = prompt_of(tokenizer, hotwords)
        prompt: list[int] = self._whisper.get_prompt(tokenizer, told, without_timestamps=True)
        return prompt


def frames_in(length_s: float) -> int:
    """Frames of the whole seconds that a pack takes. The alignment writes past its memory if told
    of more than Whisper has, and stretches of 30 s add up to 30.000000000000004."""
    return min(int(np.ceil(length_s)), int(PACK_S)) * FRAMES_HZ


def prompt_of(tokenizer: Any, hotwords: Sequence[str]) -> list[int]:
    """Tokens of names to expect, as many as there is room for.

    A few in a sentence: Whisper goes on as it is begun, and after one long list it writes commas
    where sentences end.
    """
    told: list[int] = []
    for start in range(0, len(hotwords), NAMES_A_SENTENCE):
        sentence = ", ".join(hotwords[start : start + NAMES_A_SENTENCE])
        more = tokenizer.encode(f" {sentence[:1].upper()}{sentence[1:]}.")
        if len(told) + len(more) > PROMPT_TOKENS:
            break
        told += more
    return told


def _stored(arrays: Sequence[NDArray[Any]]) -> Any:
    import ctranslate2

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(np.stack(arrays)))


def _poor(found: Decoded) -> bool:
    unlikely = found.avg_logprob < MIN_LOG_PROBABILITY
    silent = unlikely and found.no_speech_prob > MAX_NO_SPEECH
    return not silent and (unlikely or found.compression > MAX_COMPRESSION)


def _better(again: Decoded, first: Decoded) -> bool:
    if again.compression > MAX_COMPRESSION:
        return False
    return first.compression > MAX_COMPRESSION or again.avg_logprob > first.avg_logprob
