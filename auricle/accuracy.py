"""How right one transcript is: words, speakers, roles, invented words; as counts, never as rates.

The measures are the field's own libraries': jiwer (WER, CER), meeteval (cpWER), pyannote.metrics
(DER). Counts add up over calls, so that a pooled rate is the rate of all calls' words together.
"""

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.util import find_spec
from typing import Any, Self

from auricle.models import Line, Role, Transcript, Turn, Word
from auricle.references import Reference, Said

NEAR_S = 0.15
"""A word belongs to a true turn if its middle lies in the turn, give or take this."""
INVENTED_BEYOND_S = 0.5
"""A word whose middle is farther than this from all true speech was invented: recognisers' word
times are seldom off by more."""
COLLAR_S = 0.25
"""Left out of DER on either side of a true boundary (NIST RT-03). pyannote.metrics takes the width
of both sides together, 0.5 s."""
BRIDGED_S = 0.5
"""Shorter pauses don't end a speaker's segment: references hold turns, and people pause in them.
At NIST's 0.3 s, pauses inside turns are most of what a right transcript seems to miss."""
SIDES = ("left", "right")
"""Speakers of stereo recordings, by channel."""
ROLES: tuple[Role, ...] = ("administrator", "patient", "ivr")
APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u00b4`]")
CPWER_HINT = (
    "cpWER needs meeteval, which is compiled as it is installed: pip install meeteval==0.4.3"
)


@dataclass
class Speech:
    """Counts of one call or, added up, of many. Times are in seconds."""

    words: int = 0
    word_errors: int = 0
    characters: int = 0
    character_errors: int = 0
    cp_words: int = 0
    """Words of references that name the speakers."""
    cp_errors: int = 0
    talk_s: float = 0.0
    """Of all true speakers together: what DER is a share of."""
    missed_s: float = 0.0
    false_alarm_s: float = 0.0
    confused_s: float = 0.0
    collar_talk_s: float = 0.0
    """The same without ``COLLAR_S`` around each true boundary."""
    collar_errors_s: float = 0.0
    placed: int = 0
    """Recognised words inside a true turn whose role is known."""
    right_role: int = 0
    unknown_role: int = 0
    invented: int = 0
    """Recognised words where nobody speaks."""
    no_speech_s: float = 0.0
    """Time farther than ``INVENTED_BEYOND_S`` from all true speech."""

    def __add__(self, other: Self) -> Self:
        both = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return type(self)(**both)


def measure(reference: Reference, transcript: Transcript) -> dict[str, Any]:
    """The counts that this reference allows, by their name in ``Speech``."""
    language = reference.language or transcript.language
    counts: dict[str, Any] = {}
    counts |= _word_counts(reference, transcript, language)
    if reference.turns is not None:
        counts |= _speaker_words(reference.turns, transcript, language)
        counts |= _roles(reference.turns, transcript)
    if reference.speech is not None:
        counts |= _speaker_times(reference.speech, transcript)
        counts |= _invented(reference.speech, transcript)
    return counts


def _word_counts(reference: Reference, transcript: Transcript, language: str) -> dict[str, int]:
    """Word and character errors.

    Where each side has a channel and the roles are known, side by side, so that overlapping talk
    isn't punished for its order; else in order of time, whoever speaks.
    """
    pairs: list[tuple[str, str]] = []
    if reference.by_role and reference.turns is not None:
        for role in (*ROLES, "unknown"):
            said = (turn.text for turn in reference.turns if turn.role == role)
            heard = (turn.text for turn in transcript.turns if turn.role == role)
            pairs.append((" ".join(said), " ".join(heard)))
    elif reference.text is not None:
        pairs.append((reference.text, in_order(transcript.turns)))
    found = [errors(said, heard, language) for said, heard in pairs]
    names = ("words", "word_errors", "characters", "character_errors")
    return dict(zip(names, map(sum, zip(*found, strict=True)), strict=False))


def errors(said: str, heard: str, language: str) -> tuple[int, int, int, int]:
    """Words said, word errors, characters said, character errors, after normalising both."""
    import jiwer

    said, heard = normalised(said, language), normalised(heard, language)
    letters = len(said.replace(" ", ""))
    if not said:  # jiwer has no rate for an empty reference; all that was heard is wrong
        return 0, len(heard.split()), 0, len(heard.replace(" ", ""))
    words = jiwer.process_words(said, heard)
    # Blanks don't count: in Chinese they mean nothing, elsewhere the WER counts them.
    characters = jiwer.process_characters(said.replace(" ", ""), heard.replace(" ", ""))
    return len(said.split()), _wrong(words), letters, _wrong(characters)


def _wrong(found: Any) -> int:
    return int(found.substitutions + found.deletions + found.insertions)


def in_order(turns: Sequence[Turn]) -> str:
    """All words in order of time; turns without word times as a whole."""
    pieces = [
        (piece.start_s, piece.text)
        for turn in turns
        for piece in (turn.words or (Word(text=turn.text, start_s=turn.start_s,
                                          end_s=turn.end_s, confidence=0.0),))
    ]  # fmt: skip
    return " ".join(text for _, text in sorted(pieces, key=lambda piece: piece[0]))


def _label(turn: Turn) -> str:
    """The machine's speaker; announcements are one of their own, whatever channel they are on."""
    return "ivr" if turn.role == "ivr" else turn.speaker


def _speaker_words(said: Sequence[Said], transcript: Transcript, language: str) -> dict[str, int]:
    """Word errors under the best assignment of the machine's speakers to the true ones: cpWER,
    Watanabe et al., "CHiME-6 challenge", 2020. Nothing where meeteval isn't installed."""
    if find_spec("meeteval") is None:
        return {}
    from meeteval.wer import cp_word_error_rate

    truth = _by_speaker(((t.speaker, t.text) for t in said), language)
    heard = _by_speaker(((_label(t), t.text) for t in transcript.turns), language)
    if not truth:
        return {"cp_errors": sum(len(text.split()) for text in heard.values())}
    if not heard:
        words = sum(len(text.split()) for text in truth.values())
        return {"cp_words": words, "cp_errors": words}
    rate = cp_word_error_rate(truth, heard, reference_sort=False, hypothesis_sort=False)
    return {"cp_words": int(rate.length), "cp_errors": int(rate.errors)}


def _by_speaker(turns: Iterable[tuple[str, str]], language: str) -> dict[str, str]:
    lanes: dict[str, list[str]] = {}
    for speaker, text in turns:
        lanes.setdefault(speaker, []).append(text)
    found = {name: normalised(" ".join(texts), language) for name, texts in lanes.items()}
    return {name: text for name, text in found.items() if text}


def _roles(said: Sequence[Said], transcript: Transcript) -> dict[str, int]:
    known = [turn for turn in said if turn.role is not None]
    placed = right = unknown = 0
    for turn in transcript.turns:
        for word in turn.words:
            middle = (word.start_s + word.end_s) / 2
            roles = {t.role for t in known if t.start_s - NEAR_S <= middle <= t.end_s + NEAR_S}
            if roles:
                placed += 1
                right += turn.role in roles
                unknown += turn.role == "unknown"
    return {"placed": placed, "right_role": right, "unknown_role": unknown}


def segments(turns: Sequence[Turn]) -> list[tuple[float, float, str]]:
    """When each of the machine's speakers talks: as the sound tells, or else their words, short
    pauses bridged."""
    found: list[tuple[float, float, str]] = []
    for turn in turns:
        if turn.talk:
            found += ((start_s, end_s, _label(turn)) for start_s, end_s in turn.talk)
            continue
        start_s, end_s = turn.start_s, turn.end_s
        if turn.words:
            start_s, end_s = turn.words[0].start_s, turn.words[0].end_s
            for word in turn.words[1:]:
                if word.start_s - end_s >= BRIDGED_S:
                    found.append((start_s, end_s, _label(turn)))
                    start_s = word.start_s
                end_s = max(end_s, word.end_s)
        found.append((start_s, end_s, _label(turn)))
    return found


def wordless(turns: Sequence[Turn], line: Line) -> list[tuple[float, float, str]]:
    """Sounds of a voice for which there is no word ("uh", a laugh), and whose they are, where no
    turn tells when its speaker is heard.

    As the channel's voice activity has them: the channel's speaker's, or on one channel whoever's
    words are nearest.
    """
    from ingest.voices import MARGIN_S

    if any(turn.talk for turn in turns):
        return []
    stereo = any(turn.speaker in SIDES for turn in turns)
    by_channel = [
        [
            (w.start_s, w.end_s, _label(t))
            for t in turns
            if not stereo or t.speaker == side
            for w in t.words
        ]
        for side in SIDES
    ]
    found: list[tuple[float, float, str]] = []
    for voice in line.segments:
        start_s, end_s = voice.start_s + MARGIN_S, voice.end_s - MARGIN_S
        said = by_channel[voice.channel or 0]
        if voice.kind != "speech" or start_s >= end_s or not said:
            continue
        apart_s, speaker = min((max(a - end_s, start_s - b), who) for a, b, who in said)
        if apart_s >= 0.0:
            found.append((start_s, end_s, speaker))
    return found


def _speaker_times(speech: Sequence[Said], transcript: Transcript) -> dict[str, float]:
    from pyannote.core import Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    heard = [*segments(transcript.turns), *wordless(transcript.turns, transcript.line)]
    truth = [(turn.start_s, turn.end_s, turn.speaker) for turn in speech]
    length_s = max([transcript.duration_s, *(end_s for _, end_s, _ in [*heard, *truth])])
    if not length_s:
        return {}
    whole = Timeline([_segment(0.0, length_s)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyannote's own, of its libraries
        strict, lenient = (
            DiarizationErrorRate(collar=collar)(
                _annotation(truth), _annotation(heard), uem=whole, detailed=True
            )
            for collar in (0.0, 2 * COLLAR_S)
        )
    return {
        "talk_s": strict["total"],
        "missed_s": strict["missed detection"],
        "false_alarm_s": strict["false alarm"],
        "confused_s": strict["confusion"],
        "collar_talk_s": lenient["total"],
        "collar_errors_s": lenient["missed detection"] + lenient["false alarm"]
        + lenient["confusion"],
    }  # fmt: skip


def _segment(start_s: float, end_s: float) -> Any:
    from pyannote.core import Segment

    return Segment(start_s, end_s)


def _annotation(spans: Iterable[tuple[float, float, str]]) -> Any:
    from pyannote.core import Annotation

    annotation: Any = Annotation()
    for track, (start_s, end_s, speaker) in enumerate(spans):
        if end_s > start_s:
            annotation[_segment(start_s, end_s), track] = speaker
    return annotation


def _invented(speech: Sequence[Said], transcript: Transcript) -> dict[str, float]:
    """Words where nobody speaks, and for how long nobody does."""
    spoken: list[list[float]] = []
    for turn in sorted(speech, key=lambda t: t.start_s):
        start_s, end_s = turn.start_s - INVENTED_BEYOND_S, turn.end_s + INVENTED_BEYOND_S
        if spoken and start_s <= spoken[-1][1]:
            spoken[-1][1] = max(spoken[-1][1], end_s)
        else:
            spoken.append([start_s, end_s])
    length_s = transcript.duration_s
    covered_s = sum(max(min(b, length_s) - max(a, 0.0), 0.0) for a, b in spoken)
    middles = [(w.start_s + w.end_s) / 2 for t in transcript.turns for w in t.words]
    return {
        "invented": sum(not any(a <= middle <= b for a, b in spoken) for middle in middles),
        "no_speech_s": max(length_s - covered_s, 0.0),
    }


def normalised(text: str, language: str) -> str:
    """A text as it is compared: lower case, no punctuation, words apart by one blank.

    By Whisper's own normalisers (Radford et al. 2022, appendix C). English: numbers as digits,
    spelling of Great Britain and contractions levelled, fillers left out. Polish, Russian,
    Ukrainian and others: case and punctuation only, so "8" and "osiem" differ; Russian: yo
    is written ye;
    Ukrainian: apostrophes don't count. Chinese: every character is a word, so the WER is a CER;
    simplified and traditional characters differ.
    """
    if language == "ru":
        text = text.lower().replace("\u0451", "\u0435")
    if language == "uk":
        text = APOSTROPHES.sub("", text)
    return " ".join(str(_normaliser(language)(text)).split())


@cache
def _normaliser(language: str) -> Any:
    from whisper_normalizer.basic import BasicTextNormalizer
    from whisper_normalizer.english import EnglishTextNormalizer

    if language == "en":
        return EnglishTextNormalizer()
    return BasicTextNormalizer(split_letters=language == "zh")
