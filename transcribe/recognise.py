"""Speech recognition: the voiced parts of every channel, packed, batched, mapped back in time."""

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from auricle.models import Segment, Word
from transcribe.batches import Batches
from transcribe.decoder import PACK_S, Decoder, Piece
from transcribe.device import Device
from transcribe.guards import Dropped, Guards
from transcribe.lanes import Lanes
from transcribe.models import WhisperModel, whisper_folder
from transcribe.samples import RATE_HZ, Samples

JOINERS = ("-", "'", ".", ",", "\u2019", "%")
"""A recognised piece that begins with one of these, and no space, belongs to the word before."""
LANGUAGE_WINDOWS = 4
"""Language is judged on so many packs, spread over the call: the first is often a greeting."""
SWITCH = math.log(50)
"""A pack is in another of the clinic's languages than its call when that is so much likelier:
Whisper takes short Ukrainian for Russian, and a call has one language, as a rule."""
EARLY_S = 0.15
"""Whisper begins a word after a pause too early: seen, where one stretch follows another, a first
word's middle lies up to so long before its stretch, and no last word's does."""
HOLE_S = 3.0
"""So long nobody talks without a word (two or three a second are usual): where voices are heard and
Whisper has words before or after only, it passed over a sentence."""
GROUP = 32
"""Packs of a call under way at a time, so that an hour needs no more memory than 15 minutes."""
CPU_BATCH = 2
"""Seen: 4 packs at a time are 3 % faster, but want 290 MB more; 8 or 16 aren't. Of a lone call of
four minutes fewer packs are left over, on which but one core works."""
PACK_BYTES, RESERVED_BYTES, MOST_PACKS = 400 * 2**20, 2**30, 64
"""large-v3's cross-attention for one pack and five beams, and what others may need meanwhile."""


@dataclass(frozen=True)
class Stretch:
    """A voiced part of one channel, and where it lies in its pack (seconds)."""

    channel: int
    start_s: float
    end_s: float
    offset_s: float


Pack = tuple[Stretch, ...]
"""Stretches that Whisper hears at once, one after the other."""


@dataclass(frozen=True)
class _Judged:
    """What a call is decoded as."""

    language: str
    probability: float
    packs: list[Pack]
    encoded: dict[Pack, Any]
    """Those of the packs that the language was judged on."""


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
    languages: Mapping[str, int] = field(default_factory=dict)
    """Words in each language, where a language was chosen part by part."""


class Source(Protocol):
    """Whatever makes words from sound: a model in this process, a server."""

    def recognise(
        self, samples: Samples, speech: tuple[Segment, ...], languages: tuple[str, ...]
    ) -> Recognised: ...


class Recogniser:
    """A loaded Whisper model; ``hotwords``: names it shall expect."""

    def __init__(
        self,
        model: WhisperModel,
        device: Device,
        batch_size: int,
        lanes: Lanes,
        hotwords: Sequence[str] = (),
    ) -> None:
        import faster_whisper

        whisper: Any = faster_whisper.WhisperModel(
            whisper_folder(model),
            device=device.name,
            compute_type=device.compute_type,
            cpu_threads=lanes.threads,
            num_workers=lanes.count,
        )
        self._lanes = lanes
        self._decoder = Decoder(whisper)
        self._hotwords = tuple(hotwords)
        self._size = batch_size or fitting_batch(device)
        # A GPU is filled by the packs of all calls together.
        self._shared = Batches(self._work, self._size) if device.name == "cuda" else None

    def _batched(self, key: Hashable, items: Sequence[Any]) -> list[Any]:
        """The items' results, in order. On a CPU larger batches gain nothing, and a call's batches
        are its own, always divided alike, so that it comes out the same whatever is beside it."""
        if self._shared:
            return self._shared.run(key, items)
        # To encode, a pack by itself stays in the cache: seen, 15 % faster than four at a time.
        size = self._size if key else 1
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        done = self._lanes.map(lambda part: Batches(self._work, size).run(key, part), parts)
        return [result for part in done for result in part]

    def _work(self, key: Any, items: Sequence[Any]) -> Sequence[Any]:
        if not key:
            return self._decoder.encode(items)
        language, hotwords = key
        return self._decoder.decode(language, hotwords, items)

    def recognise(
        self,
        samples: Samples,
        speech: tuple[Segment, ...],
        languages: tuple[str, ...],
    ) -> Recognised:
        """Words of every channel.

        ``samples``: shape (channels, samples) at 16 kHz. ``speech``: voiced segments with their
        channel; nothing else is listened to, so ringing, music and silence can't become words.
        ``languages``: the only ones considered; names are those of the first.
        """
        channels = len(samples)
        if not speech:
            return Recognised(((),) * channels, "", 0.0, Dropped())
        judged = self._judged(samples, speech, languages)
        language, packs, encoded = judged.language, judged.packs, judged.encoded
        dropped, words = Dropped(), [list[Word]() for _ in range(channels)]
        spoken: Counter[str] = Counter()
        for start in range(0, len(packs), GROUP):
            group = range(start, min(start + GROUP, len(packs)))
            new = [packs[i] for i in group if packs[i] not in encoded]
            encoded |= zip(new, self._encoded(samples, new), strict=True)
            own = self._languages([encoded[packs[i]] for i in group], language, languages)
            for code in dict.fromkeys(own):
                guards = Guards(code)
                chosen = [packs[i] for i, other in zip(group, own, strict=True) if other == code]
                told = self._hotwords if code == languages[0] else ()
                heard = self._batched(
                    (code, told), [(encoded[one], length_s(one)) for one in chosen]
                )
                passed = [hole for one, found in zip(chosen, heard, strict=True)
                          for hole in holes(one, found.words)]  # fmt: skip
                if passed:  # heard without names: seen, they are why it was passed over
                    sound = self._encoded(samples, passed)
                    chosen += passed
                    heard += self._batched(
                        (code, ()), [*zip(sound, map(length_s, passed), strict=True)]
                    )
                for one, found in zip(chosen, heard, strict=True):
                    kept, lost = guards.filter(found)
                    dropped = dropped + lost
                    for word in whole_words(kept):
                        channel, placed = place(word, 0.0, one)
                        words[channel].append(placed)
                        spoken[code] += 1
            for index in group:
                del encoded[packs[index]]
        ordered = tuple(tuple(sorted(lane, key=lambda w: (w.start_s, w.end_s))) for lane in words)
        return Recognised(ordered, language, judged.probability, dropped, languages=dict(spoken))

    def _judged(
        self,
        samples: Samples,
        speech: tuple[Segment, ...],
        languages: tuple[str, ...],
    ) -> _Judged:
        """The call's language, by some packs of each side, and how it is packed: in order of time
        unless the two sides speak languages of their own."""
        if len(languages) == 1:
            return _Judged(languages[0], 1.0, pack(speech, in_turn=True), {})
        apart = pack(speech, in_turn=False)
        sides = [
            [one for one in apart if one[0].channel == channel]
            for channel in sorted({one[0].channel for one in apart})
        ]
        most = LANGUAGE_WINDOWS // len(sides)
        chosen = [[side[i] for i in language_packs(len(side), most)] for side in sides]
        every = [one for side in chosen for one in side]
        encoded = dict(zip(every, self._encoded(samples, every), strict=True))
        odds = [self._odds([encoded[one] for one in side], languages) for side in chosen]
        language, probability = likeliest(together([together(side) for side in odds]))
        same = all(switched(together(side), language) == language for side in odds)
        packs = pack(speech, in_turn=True) if same else apart
        kept = {one: encoded[one] for one in packs if one in encoded}
        return _Judged(language, probability, packs, kept)

    def _encoded(self, samples: Samples, packs: Sequence[Pack]) -> list[Any]:
        sound = self._lanes.map(lambda one: self._decoder.features(clip(samples, one)), packs)
        return self._batched("", sound)

    def _languages(
        self, encoded: Sequence[Any], language: str, languages: tuple[str, ...]
    ) -> list[str]:
        """The language of each pack: the call's, unless another is far likelier."""
        if len(languages) == 1:
            return [language] * len(encoded)
        return [switched(odds, language) for odds in self._odds(encoded, languages)]

    def _odds(self, encoded: Sequence[Any], languages: tuple[str, ...]) -> list[dict[str, float]]:
        """How likely each of the clinic's languages is in each pack, as logarithms."""
        return [
            {code: math.log(heard.get(code, 0.0) + 1e-6) for code in languages}
            for heard in self._decoder.languages(encoded)
        ]


def together(odds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The log odds of several packs as one."""
    return {code: sum(one[code] for one in odds) for code in odds[0]}


def likeliest(odds: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest language, and its probability."""
    top = max(odds.values())
    weights = {code: math.exp(value - top) for code, value in odds.items()}
    best = max(weights, key=lambda code: weights[code])
    return best, round(weights[best] / sum(weights.values()), 4)


def switched(odds: Mapping[str, float], language: str) -> str:
    """The language of one pack of a call in ``language``."""
    best = max(odds, key=lambda code: odds[code])
    return best if odds[best] - odds[language] > SWITCH else language


def fitting_batch(device: Device) -> int:
    """Packs at a time that fit into the device's free memory."""
    if device.name != "cuda":
        return CPU_BATCH
    import torch

    free, _ = torch.cuda.mem_get_info()
    return int(min(max((free - RESERVED_BYTES) // PACK_BYTES, 1), MOST_PACKS))


def length_s(stretches: Sequence[Stretch]) -> float:
    return sum(stretch.end_s - stretch.start_s for stretch in stretches)


def language_packs(count: int, most: int = LANGUAGE_WINDOWS) -> list[int]:
    """Indices of the packs, at most so many, that the language is judged on."""
    chosen = np.linspace(0, count - 1, min(most, count)).round().astype(int)
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


def pack(speech: tuple[Segment, ...], *, in_turn: bool) -> list[Pack]:
    """Voiced segments put together into packs of at most ``PACK_S``.

    ``in_turn``: in order of time, whoever's channel it is, so that Whisper hears an answer after
    its question; else channel by channel, where each side speaks a language of its own.
    """
    packs: list[list[Stretch]] = []
    used_s = PACK_S
    channel: int | None = None
    for segment in sorted(speech, key=lambda s: (0 if in_turn else s.channel or 0, s.start_s)):
        start_s = segment.start_s
        while segment.end_s - start_s > 1e-3:
            # A stretch is cut only when it is longer than a whole pack.
            end_s = min(segment.end_s, start_s + PACK_S)
            other = segment.channel != channel and not in_turn
            if other or used_s + end_s - start_s > PACK_S:
                packs.append([])
                used_s, channel = 0.0, segment.channel
            packs[-1].append(Stretch(segment.channel or 0, start_s, end_s, used_s))
            used_s += end_s - start_s
            start_s = end_s
    return [tuple(one) for one in packs]


def holes(stretches: Pack, words: Sequence[Piece]) -> list[Pack]:
    """The parts of a pack in which Whisper passed over what was said, each a pack of its own."""
    if not words:
        return []
    edges = sorted((word.start, word.end) for word in words)
    gaps = zip(
        [0.0, *(end for _, end in edges)],
        [*(start for start, _ in edges), length_s(stretches)],
        strict=True,
    )
    return [part(stretches, *gap) for gap in gaps if gap[1] - gap[0] >= HOLE_S]


def part(stretches: Pack, from_s: float, to_s: float) -> Pack:
    """What of a pack lies between two of its seconds, as a pack."""
    found: list[Stretch] = []
    for one in stretches:
        start_s = max(from_s - one.offset_s, 0.0) + one.start_s
        end_s = min(to_s - one.offset_s + one.start_s, one.end_s)
        if end_s > start_s:
            found.append(Stretch(one.channel, start_s, end_s, length_s(found)))
    return tuple(found)


def clip(samples: Samples, stretches: Pack) -> Samples:
    """A pack's sound, shape (samples,)."""
    pieces = [
        samples[s.channel, round(s.start_s * RATE_HZ) : round(s.end_s * RATE_HZ)] for s in stretches
    ]
    return np.concatenate(pieces)


def place(word: Any, pack_start_s: float, stretches: Pack) -> tuple[int, Word]:
    """A word heard in a pack, put back where it was said; it can't leave its stretch."""
    start_s, end_s = word.start - pack_start_s, word.end - pack_start_s
    middle = (start_s + end_s) / 2
    stretch = next((s for s in reversed(stretches) if s.offset_s - EARLY_S <= middle), stretches[0])
    shift = stretch.start_s - stretch.offset_s
    placed_start = min(max(start_s + shift, stretch.start_s), stretch.end_s)
    shortest_s = min(end_s - start_s, EARLY_S)
    placed_end = min(max(end_s + shift, placed_start + shortest_s), stretch.end_s)
    return stretch.channel, Word(
        text=word.word.strip(),
        start_s=round(placed_start, 3),
        end_s=round(placed_end, 3),
        confidence=round(min(max(float(word.probability), 0.0), 1.0), 4),
    )
