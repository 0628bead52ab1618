"""Packing speech for the recogniser and putting the words back where they were said."""

import os
from threading import Barrier, get_native_id

import numpy as np
import pytest
from helpers_audio import sample_call
from hypothesis import example, given
from hypothesis import strategies as st

from auricle.models import Segment
from transcribe.decoder import FRAMES_HZ, PACK_S, Decoded, Piece, frames_in
from transcribe.device import choose_device
from transcribe.lanes import LOWEST, Lanes, gap_filler
from transcribe.models import find_whisper
from transcribe.recognise import (
    SWITCH,
    Recogniser,
    Stretch,
    holes,
    length_s,
    pack,
    place,
    switched,
)
from transcribe.samples import RATE_HZ


@st.composite
def speech(draw: st.DrawFn) -> tuple[Segment, ...]:
    """Voiced segments of up to two channels, in order of time on each."""
    found = []
    for channel in range(draw(st.integers(1, 2))):
        now_s = 0.0
        for pause_s, lasts_s in draw(
            st.lists(st.tuples(st.floats(0, 20), st.floats(0.15, 70)), max_size=8)
        ):
            start_s = now_s + pause_s
            now_s = start_s + lasts_s
            found.append(Segment(kind="speech", start_s=start_s, end_s=now_s, channel=channel))
    return tuple(sorted(found, key=lambda s: s.start_s))


@given(segments=speech(), in_turn=st.booleans())
def test_every_voiced_second_is_heard_once(segments: tuple[Segment, ...], in_turn: bool) -> None:
    packs = pack(segments, in_turn=in_turn)
    stretches = [stretch for one in packs for stretch in one]
    for segment in segments:
        parts = [
            s for s in stretches
            if s.channel == segment.channel
            and segment.start_s <= s.start_s and s.end_s <= segment.end_s
        ]  # fmt: skip
        total_s = sum(s.end_s - s.start_s for s in parts)
        assert total_s == pytest.approx(segment.end_s - segment.start_s, abs=0.002)
    heard_s = sum(s.end_s - s.start_s for s in stretches)
    assert heard_s == pytest.approx(sum(s.end_s - s.start_s for s in segments), abs=0.02)


@given(segments=speech(), in_turn=st.booleans())
def test_packs_are_what_whisper_hears_at_once(segments: tuple[Segment, ...], in_turn: bool) -> None:
    packs = pack(segments, in_turn=in_turn)
    for one in packs:
        assert in_turn or len({stretch.channel for stretch in one}) == 1
        filled_s = 0.0
        for stretch in one:
            assert stretch.offset_s == pytest.approx(filled_s, abs=1e-6)
            filled_s += stretch.end_s - stretch.start_s
        assert filled_s <= PACK_S + 1e-6


def test_an_answer_is_heard_after_its_question() -> None:
    """Unless the two sides speak languages of their own: then each has packs of its own."""
    question, answer, thanks = (
        Segment(kind="speech", start_s=start_s, end_s=start_s + 3, channel=channel)
        for start_s, channel in ((2, 0), (6, 1), (10, 0))
    )
    [together] = pack((question, answer, thanks), in_turn=True)
    assert [(s.channel, s.start_s) for s in together] == [(0, 2), (1, 6), (0, 10)]
    apart = pack((question, answer, thanks), in_turn=False)
    assert [[s.channel for s in one] for one in apart] == [[0, 0], [1]]


@pytest.mark.parametrize(
    ("start_s", "end_s", "channel", "placed"),
    [
        (2.0, 2.6, 0, (12.0, 12.6)),  # said in the first stretch
        (2.7, 3.1, 1, (50.0, 50.15)),  # its middle is before the seam, by less than Whisper errs
        (2.85, 2.95, 1, (50.0, 50.1)),  # wholly before it: it keeps its length
        (3.4, 3.9, 1, (50.4, 50.9)),
    ],
)
def test_the_first_word_after_a_seam_is_the_next_speakers(
    start_s: float, end_s: float, channel: int, placed: tuple[float, float]
) -> None:
    stretches = (Stretch(0, 10, 13, 0.0), Stretch(1, 50, 52, 3.0))
    found, word = place(Piece(" Yes,", start_s, end_s, 0.9), 0.0, stretches)
    assert (found, word.start_s, word.end_s) == (channel, *placed)


class Parrot:
    """Stands in for Whisper: hears a word wherever the sound has one of these values, and as the
    language the one whose mark the pack begins with."""

    def __init__(self, loud: list[float], tongues: dict[float, str] | None = None) -> None:
        self.loud, self.tongues = loud, tongues or {}
        self.batches: list[int] = []
        self.told: list[tuple[str, tuple[str, ...], float]] = []
        """Language, names to expect and length (s) of each pack."""

    def features(self, sound):
        return sound

    def encode(self, sounds):
        return list(sounds)

    def languages(self, sounds):
        heard = [self.tongues[float(sound[0])] for sound in sounds]
        return [{code: 0.98, "xx": 0.02} for code in heard]

    def decode(self, language, hotwords, packs):
        self.batches.append(len(packs))
        self.told += [(language, hotwords, length_s) for _, length_s in packs]
        found = []
        for sound, _ in packs:
            words = []
            for value in self.loud:
                [where] = np.nonzero(sound == np.float32(value))
                if len(where):
                    at_s = where[0] / RATE_HZ
                    words.append(Piece(f" {value}{language}", at_s - 0.2, at_s + 0.3, 0.9))
            found.append(Decoded("".join(w.word for w in words), tuple(words), 0.0, 0.0))
        return found


def hearing(parrot: Parrot, *hotwords: str) -> Recogniser:
    recogniser = object.__new__(Recogniser)
    recogniser._decoder, recogniser._size, recogniser._shared = parrot, 2, None
    recogniser._hotwords, recogniser._lanes = hotwords, Lanes(1)
    return recogniser


def test_words_come_back_where_they_were_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcribe.recognise.HOLE_S", PACK_S)  # a parrot leaves many
    """Marks in the sound of two channels, on both sides of the seams between packs."""
    segments = (
        Segment(kind="speech", start_s=2, end_s=20, channel=0),
        Segment(kind="speech", start_s=25, end_s=26, channel=0),
        Segment(kind="speech", start_s=40, end_s=75, channel=0),
        Segment(kind="speech", start_s=21, end_s=24, channel=1),
    )
    marks = {0.25: (0, 2.0), 0.375: (0, 19.7), 0.5: (0, 25.5), 0.625: (0, 69.5), 0.75: (0, 74.9),
             0.875: (1, 23.0)}  # fmt: skip
    samples = np.zeros((2, 80 * RATE_HZ), np.float32)
    for value, (channel, at_s) in marks.items():
        samples[channel, round(at_s * RATE_HZ) : round((at_s + 0.1) * RATE_HZ)] = value
    parrot = Parrot(list(marks))

    heard = hearing(parrot).recognise(samples, segments, ("en",))

    assert (heard.language, heard.language_probability) == ("en", 1.0)
    assert max(parrot.batches) <= 2 and sum(parrot.batches) == len(pack(segments, in_turn=True))
    found = {
        float(word.text.removesuffix("en")): (channel, word)
        for channel, words in enumerate(heard.words)
        for word in words
    }
    assert found.keys() == marks.keys()
    for value, (channel, at_s) in marks.items():
        assert found[value][0] == channel
        word = found[value][1]
        assert word.start_s <= at_s + 0.1 and word.end_s >= at_s
        [segment] = [s for s in segments if s.channel == channel and s.start_s <= at_s < s.end_s]
        assert segment.start_s <= word.start_s <= word.end_s <= segment.end_s


def test_a_switch_of_language_is_followed() -> None:
    """Five packs of 30 s: the third is in another language than the call."""
    samples = np.zeros((1, 150 * RATE_HZ), np.float32)
    tongues = {0.25: "pl", 0.5: "uk"}
    for index, mark in enumerate((0.25, 0.25, 0.5, 0.25, 0.25)):
        samples[0, index * 30 * RATE_HZ : index * 30 * RATE_HZ + 1600] = mark
    speech = (Segment(kind="speech", start_s=0, end_s=150, channel=0),)

    heard = hearing(Parrot(list(tongues), tongues)).recognise(samples, speech, ("pl", "uk"))

    assert heard.language == "pl"
    assert [w.text for w in heard.words[0]] == ["0.25pl", "0.25pl", "0.5uk", "0.25pl", "0.25pl"]
    assert heard.languages == {"pl": 4, "uk": 1}


def test_names_are_told_in_the_clinics_first_language_and_not_where_they_were_in_the_way() -> None:
    """Of two packs the second is in another language; in each a word is heard at the start only."""
    samples = np.zeros((1, 60 * RATE_HZ), np.float32)
    tongues = {0.25: "pl", 0.5: "uk"}
    for mark, at_s in ((0.25, 0), (0.5, 30)):
        samples[0, at_s * RATE_HZ : at_s * RATE_HZ + 1600] = mark
    speech = (Segment(kind="speech", start_s=0, end_s=60, channel=0),)
    parrot = Parrot(list(tongues), tongues)

    hearing(parrot, "Zdrowie", "Anna").recognise(samples, speech, ("pl", "uk"))

    hole_s = PACK_S - 0.3
    assert [(language, names) for language, names, _ in parrot.told] == [
        ("pl", ("Zdrowie", "Anna")), ("pl", ()), ("uk", ()), ("uk", ()),
    ]  # fmt: skip
    assert [length_s for *_, length_s in parrot.told] == pytest.approx([30, hole_s, 30, hole_s])


@pytest.mark.parametrize(("answers", "packs"), [("pl", 1), ("uk", 2)])
def test_sides_of_one_language_are_heard_together(
    answers: str, packs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two channels of a clinic of two languages."""
    monkeypatch.setattr("transcribe.recognise.HOLE_S", PACK_S)
    samples = np.zeros((2, 20 * RATE_HZ), np.float32)
    tongues = {0.25: "pl", 0.5: answers}
    for channel, (mark, at_s) in enumerate(((0.25, 1), (0.5, 6))):
        samples[channel, at_s * RATE_HZ : at_s * RATE_HZ + 1600] = mark
    said = tuple(
        Segment(kind="speech", start_s=start_s, end_s=start_s + 4, channel=channel)
        for channel, start_s in enumerate((1, 6))
    )
    parrot = Parrot(list(tongues), tongues)

    heard = hearing(parrot).recognise(samples, said, ("pl", "uk"))

    assert sum(parrot.batches) == packs
    assert [[w.text for w in side] for side in heard.words] == [["0.25pl"], [f"0.5{answers}"]]


@given(odds=st.dictionaries(st.sampled_from(["pl", "uk", "ru"]), st.floats(-13, 0), min_size=1))
def test_a_pack_leaves_the_calls_language_only_for_a_far_likelier_one(
    odds: dict[str, float],
) -> None:
    for language in odds:
        found = switched(odds, language)
        assert found == language or odds[found] >= odds[language] + SWITCH
        assert odds[found] == max(odds.values()) or found == language


def test_the_language_is_one_of_the_clinics() -> None:
    """With the real model."""
    recogniser = Recogniser(
        find_whisper("auto", "cpu"),
        choose_device("cpu", "auto"),
        batch_size=0,
        lanes=Lanes(2),
    )
    samples = sample_call("rd-1013").samples[:, : 12 * RATE_HZ]
    said = (Segment(kind="speech", start_s=0.5, end_s=12, channel=0),)
    heard = recogniser.recognise(samples, said, ("pl", "en", "ru"))
    assert heard.language == "en"
    assert 0.9 < heard.language_probability <= 1
    assert "riverside" in " ".join(word.text for word in heard.words[0]).lower()
    assert recogniser.recognise(samples, said, ("pl", "ru")).language in ("pl", "ru")


@given(said=speech())
@example(
    said=tuple(
        Segment(kind="speech", start_s=start_s, end_s=end_s, channel=0)
        for start_s, end_s in ((1.5, 7.8), (8.9, 32.6))
    )
)
def test_no_pack_is_longer_than_whisper_hears(said: tuple[Segment, ...]) -> None:
    """However lengths add up: told of more, the alignment ends the process."""
    for one in pack(said, in_turn=True):
        assert length_s(one) <= PACK_S + 1e-6
        assert frames_in(length_s(one)) <= FRAMES_HZ * PACK_S


def test_a_lone_call_keeps_all_cores_busy() -> None:
    """Each of two batches is heard only once the other is begun, and words stay in order."""
    both = Barrier(2, timeout=60)

    class Waiting(Parrot):
        def decode(self, language, hotwords, packs):
            both.wait()
            return super().decode(language, hotwords, packs)

    loud = [0.25, 0.5, 0.75, 0.875]
    samples = np.zeros((1, 120 * RATE_HZ), np.float32)
    for at_s, mark in zip((15, 45, 75, 105), loud, strict=True):
        samples[0, at_s * RATE_HZ] = mark
    recogniser = hearing(Waiting(loud))
    recogniser._lanes = Lanes(2)
    said = (Segment(kind="speech", start_s=0, end_s=120, channel=0),)

    heard = recogniser.recognise(samples, said, ("en",))

    texts = [word.text for word in heard.words[0]]
    assert list(dict.fromkeys(texts)) == ["0.25en", "0.5en", "0.75en", "0.875en"]


@given(cores=st.integers(1, 128), calls=st.integers(1, 128))
def test_lanes_use_the_cores_and_no_more(cores: int, calls: int) -> None:
    lanes = Lanes(cores, calls)
    assert 1 <= lanes.count * lanes.threads <= cores
    assert lanes.count >= min(cores, calls)
    assert lanes.map(str, range(9)) == [*"012345678"]


def test_silence_is_not_listened_to() -> None:
    recogniser = object.__new__(Recogniser)  # without a model: it must not be needed
    heard = recogniser.recognise(np.zeros((2, RATE_HZ), np.float32), (), ("en", "pl"))
    assert heard.words == ((), ())
    assert heard.language == ""


def test_a_stretch_longer_than_a_pack_is_cut() -> None:
    [one, two] = pack((Segment(kind="speech", start_s=5, end_s=45, channel=0),), in_turn=True)
    assert one == (Stretch(0, 5, 35, 0),)
    assert two == (Stretch(0, 35, 45, 0),)


def test_where_words_are_passed_over_is_heard_again_by_itself() -> None:
    stretches = (Stretch(0, 100.0, 110.0, 0.0), Stretch(1, 120.0, 130.0, 10.0))

    def found(*spans: tuple[float, float]) -> list[tuple[Stretch, ...]]:
        return holes(stretches, [Piece("word", *span, 0.9) for span in spans])

    assert found() == []  # nothing heard at all: perhaps nobody talks
    assert found((0.5, 9.0), (9.5, 12.0), (14.0, 19.0)) == []
    assert found((0.5, 8.0), (12.0, 17.0)) == [
        (Stretch(0, 108.0, 110.0, 0.0), Stretch(1, 120.0, 122.0, 2.0)),
        (Stretch(1, 127.0, 130.0, 0.0),),
    ]
    assert found((4.0, 19.0)) == [(Stretch(0, 100.0, 104.0, 0.0),)]


def test_what_fills_gaps_gives_way_to_everything_else() -> None:
    """Each of Linux's threads has a priority of its own."""
    with gap_filler() as gaps:
        rank = gaps.submit(lambda: os.getpriority(os.PRIO_PROCESS, get_native_id())).result()
    assert rank == LOWEST > os.getpriority(os.PRIO_PROCESS, get_native_id())
