"""Guards against invented text. What they take away is counted, never silently lost."""

import re
from dataclasses import dataclass, field
from typing import Any

from transcribe.phantoms import is_phantom

MAX_NO_SPEECH = 0.6
MIN_LOG_PROBABILITY = -1.0
"""A segment is silence when both thresholds are passed (Radford et al. 2022, section 4.5)."""
LOOP_REPEATS = 3
"""A run of words said so many times in a row, on end, is a loop."""
LONGEST_LOOP_WORDS = 8


@dataclass(frozen=True)
class Dropped:
    """Words taken away, by reason, with what they were."""

    words: dict[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    def __add__(self, other: "Dropped") -> "Dropped":
        keys = {**self.words, **other.words}
        return Dropped(
            {key: self.words.get(key, 0) + other.words.get(key, 0) for key in keys},
            self.texts + other.texts,
        )


class Guards:
    """The guards for one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def filter(self, segment: Any) -> tuple[list[Any], Dropped]:
        """The words of a recognised segment that may stay, and what was dropped."""
        words, text = list(segment.words or ()), segment.text.strip()
        if not words:
            return [], Dropped()
        reason = self._reason(segment, text)
        if reason:
            return [], Dropped({reason: len(words)}, (text,))
        kept = cut_loops([re.sub(r"\W", "", w.word).lower() for w in words])
        if len(kept) < len(words):
            return [words[i] for i in kept], Dropped({"loop": len(words) - len(kept)}, (text,))
        return words, Dropped()

    def _reason(self, segment: Any, text: str) -> str:
        if segment.no_speech_prob > MAX_NO_SPEECH and segment.avg_logprob < MIN_LOG_PROBABILITY:
            return "no_speech"
        return "phantom" if is_phantom(text, self._language) else ""


def cut_loops(words: list[str]) -> list[int]:
    """Indices of the words that stay when every loop is cut to its first round.

    A loop is a run of one to eight words said at least four times on end (``LOOP_REPEATS`` more
    times after the first). Two or three times is how people speak: "no, no, no".
    """
    kept: list[int] = []
    index = 0
    while index < len(words):
        for size in range(1, LONGEST_LOOP_WORDS + 1):
            unit = words[index : index + size]
            rounds = 1
            while unit and words[index + rounds * size : index + (rounds + 1) * size] == unit:
                rounds += 1
            if rounds > LOOP_REPEATS and any(unit):
                kept.extend(range(index, index + size))
                index += rounds * size
                break
        else:
            kept.append(index)
            index += 1
    return kept
