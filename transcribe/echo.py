"""The other side's words, coming back on a channel of its own: dropped, and counted as ``echo``."""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np

from auricle.models import Word
from transcribe.guards import Dropped
from transcribe.recognise import Recognised
from transcribe.samples import RATE_HZ, Samples
from transcribe.turns import phrases

LATEST_S = 1.0
"""An echo comes at most so late: two satellite hops are 0.6 s (ITU-T G.114), and word times are
some tenths off."""
ALIKE = 0.6
"""Share of a phrase's words that the other side said: an echo is misheard in places."""
FEWEST = 2
"""A single word said by both is agreement more often than echo."""
FAINTER_DB = 6.0
"""An echo is fainter than its source by the loss of the path: 6 dB is the least that networks
plan for (ITU-T G.122); a person who repeats the other's words is about as loud."""


def without_echo(heard: Recognised, samples: Samples) -> Recognised:
    """What was heard on two channels, without phrases that are the other side's, late and faint.

    ``samples``: shape (2, samples) at 16 kHz, the channels of ``heard.words``.
    """
    dropped = heard.dropped
    lanes: list[tuple[Word, ...]] = []
    for channel, words in enumerate(heard.words):
        other = heard.words[1 - channel]
        kept: list[Word] = []
        for phrase in phrases(words):
            if _echoes(phrase, other) and _fainter(phrase, samples[channel], samples[1 - channel]):
                text = " ".join(word.text for word in phrase)
                dropped = dropped + Dropped({"echo": len(phrase)}, (text,))
            else:
                kept += phrase
        lanes.append(tuple(kept))
    return replace(heard, words=tuple(lanes), dropped=dropped)


def _echoes(phrase: Sequence[Word], other: Sequence[Word]) -> bool:
    start_s, end_s = phrase[0].start_s, phrase[-1].end_s
    near = [word for word in other if start_s - LATEST_S <= word.start_s <= end_s]
    blocks = SequenceMatcher(None, _letters(near), _letters(phrase), False).get_matching_blocks()
    # Of a pair the echo is the later one.
    same = sum(
        phrase[block.b + i].start_s >= near[block.a + i].start_s
        for block in blocks for i in range(block.size)
    )  # fmt: skip
    return same >= max(FEWEST, ALIKE * len(phrase))


def _letters(words: Sequence[Word]) -> list[str]:
    return [re.sub(r"\W", "", word.text).casefold() for word in words]


def _fainter(phrase: Sequence[Word], own: Samples, other: Samples) -> bool:
    """Whether the phrase is fainter than what the other side said up to it."""
    start, end = (round(at_s * RATE_HZ) for at_s in (phrase[0].start_s, phrase[-1].end_s))
    before = max(start - round(LATEST_S * RATE_HZ), 0)
    level, source = (
        10 * np.log10(float(np.mean(np.square(sound, dtype=np.float64))) + 1e-12)
        for sound in (own[start:end], other[before:end])
    )
    return bool(level < source - FAINTER_DB)
