"""From words to turns: each word gets a speaker, and one speaker's words on end make a turn."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auricle.models import Word
from transcribe.diarize import SpeakerTurn

PHRASE_PAUSE_S = 0.35
"""A pause this long may be a change of speaker; shorter ones are within a phrase (Heldner and
Edlund 2010: the median gap between speakers is about 0.2 s, pauses inside a phrase are shorter)."""
SENTENCE_ENDS = (".", "?", "!", "。", "？", "！", "…")  # noqa: RUF001 - Chinese punctuation
QUESTION_ENDS = ("?", "？")  # noqa: RUF001 - Chinese punctuation
PHRASE_MAJORITY = 0.7
"""A phrase mostly by one speaker is all by that one: people rarely finish each other's phrases."""
TURN_PAUSE_S = 2.0
"""After a pause this long, the same speaker's talk is a new turn."""

NOBODY = "unknown"
"""The speaker of words that nobody told apart."""


@dataclass(frozen=True)
class RawTurn:
    """One speaker's words on end, before anybody knows who the speaker is."""

    speaker: str
    words: tuple[Word, ...]
    talk: tuple[tuple[float, float], ...] = ()
    """When the speaker is heard, (start_s, end_s), where the sound was asked."""
    sure: float = 1.0
    """How likely a word of it is this speaker's, where that is known."""

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def end_s(self) -> float:
        return max(word.end_s for word in self.words)

    @property
    def text(self) -> str:
        text = ""
        for word in self.words:
            apart = text and not (_written_without_spaces(text[-1]) and word.text)
            text += f" {word.text}" if apart else word.text
        return text


def _written_without_spaces(character: str) -> bool:
    """Chinese and Japanese characters and punctuation (Unicode 3000-9FFF and FF00-FFEF)."""
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


def turns_of_channels(
    channels: Sequence[Sequence[Word]], names: Sequence[str], breaks: Sequence[float] = ()
) -> list[RawTurn]:
    """Turns when every speaker has a channel.

    A turn ends when the other side speaks after it, at a long pause, and at each of ``breaks``
    (seconds: where ringing or music lies between).
    """
    pieces = [
        RawTurn(name, tuple(phrase))
        for name, words in zip(names, channels, strict=True)
        for phrase in phrases(words)
    ]
    return _merge(sorted(pieces, key=lambda t: (t.start_s, t.end_s)), breaks)


def turns_of_speakers(
    words: Sequence[Word], diarization: Sequence[SpeakerTurn], breaks: Sequence[float] = ()
) -> list[RawTurn]:
    """Turns on one channel, word by word, by who speaks when.

    Each word goes to the speaker who talks through most of it, or else nearest to it. A phrase
    that is mostly one speaker's goes to that one as a whole.
    """
    spoken = [_nearest(word, diarization) for word in words]
    labels: list[str] = []
    sure: list[float] = []
    for phrase in phrases(words):
        own = spoken[len(labels) : len(labels) + len(phrase)]
        length = {
            name: sum(w.end_s - w.start_s + 0.05 for w, s in zip(phrase, own, strict=True)
                      if s.speaker == name)
            for name in dict.fromkeys(s.speaker for s in own)
        }  # fmt: skip
        best = max(length, key=lambda name: length[name])
        whole = length[best] >= PHRASE_MAJORITY * sum(length.values())
        for one in own:
            labels.append(best if whole else one.speaker)
            sure.append(one.sure if labels[-1] == one.speaker else 1.0 - one.sure)
    return turns_of_labels(words, labels, breaks, sure)


def turns_of_labels(
    words: Sequence[Word],
    labels: Sequence[str],
    breaks: Sequence[float] = (),
    sure: Sequence[float] | None = None,
) -> list[RawTurn]:
    """Turns when it is told of each word who said it: ``labels``, one a word, and how surely."""
    pieces: list[RawTurn] = []
    index = 0
    for phrase in phrases(words):
        for position, word in enumerate(phrase):
            label = labels[index + position]
            piece = RawTurn(label, (word,), sure=sure[index + position] if sure else 1.0)
            if position and pieces[-1].speaker == label:
                pieces[-1] = _joined(pieces[-1], piece)
            else:
                pieces.append(piece)
        index += len(phrase)
    return _merge(pieces, breaks)


def talked_over(turns: Sequence[RawTurn], overlaps: Sequence[tuple[float, float]]) -> list[RawTurn]:
    """The turns of one channel with the other speaker of each word that two talk through.

    ``overlaps``: where they do, (start_s, end_s). The other one is whoever else speaks nearest.
    """

    def other(word: Word, speaker: str) -> str | None:
        over = any(start_s < word.end_s and word.start_s < end_s for start_s, end_s in overlaps)
        others = [turn for turn in turns if turn.speaker != speaker]
        if not over or not others:
            return None
        return min(
            others, key=lambda t: max(t.start_s - word.end_s, word.start_s - t.end_s)
        ).speaker

    return [
        replace(
            turn,
            words=tuple(w.model_copy(update={"also": other(w, turn.speaker)}) for w in turn.words),
        )
        for turn in turns
    ]


def phrases(words: Sequence[Word]) -> list[list[Word]]:
    """Words up to the end of a sentence or a pause."""
    found: list[list[Word]] = []
    for word in words:
        if (
            not found
            or word.start_s - found[-1][-1].end_s >= PHRASE_PAUSE_S
            or found[-1][-1].text.endswith(SENTENCE_ENDS)
        ):
            found.append([])
        found[-1].append(word)
    return found


def _nearest(word: Word, diarization: Sequence[SpeakerTurn]) -> SpeakerTurn:
    if not diarization:
        return SpeakerTurn(word.start_s, word.end_s, "speaker_0")

    def distance(turn: SpeakerTurn) -> tuple[float, float]:
        overlap = min(word.end_s, turn.end_s) - max(word.start_s, turn.start_s)
        return (-max(overlap, 0.0), max(-overlap, 0.0))

    # The turns are in order and don't overlap: only those around the word can be nearest.
    place = bisect.bisect(diarization, word.start_s, key=lambda turn: turn.start_s)
    return min(diarization[max(place - 3, 0) : place + 3], key=distance)


def _merge(pieces: Sequence[RawTurn], breaks: Sequence[float]) -> list[RawTurn]:
    turns: list[RawTurn] = []
    for piece in pieces:
        last = turns[-1] if turns else None
        if (
            last is not None
            and last.speaker == piece.speaker
            and piece.start_s - last.end_s < TURN_PAUSE_S
            and not any(last.end_s <= at <= piece.start_s for at in breaks)
        ):
            turns[-1] = _joined(last, piece)
        else:
            turns.append(piece)
    return turns


def _joined(first: RawTurn, second: RawTurn) -> RawTurn:
    words = first.words + second.words
    sure = (first.sure * len(first.words) + second.sure * len(second.words)) / len(words)
    return RawTurn(first.speaker, words, sure=sure)
