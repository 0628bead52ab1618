"""Packing speech for the recogniser and putting the words back where they were said."""

from types import SimpleNamespace

import numpy as np
import pytest
from helpers_audio import sample_call
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Segment
from transcribe.device import choose_device
from transcribe.models import find_whisper
from transcribe.recognise import PACK_S, RATE_HZ, Recogniser, Stretch, pack


@st.composite
def speech(draw: st.DrawFn) -> tuple[Segment, ...]:
    """Voiced segments of up to two channels, in order of time on each."""
    found = []
    for channel in range(draw(st.integers(1, 2))):
        now_s = 0.0
        for pause_s, length_s in draw(
            st.lists(st.tuples(st.floats(0, 20), st.floats(0.15, 70)), max_size=8)
        ):
            start_s = now_s + pause_s
            now_s = start_s + length_s
            found.append(Segment(kind="speech", start_s=start_s, end_s=now_s, channel=channel))
    return tuple(sorted(found, key=lambda s: s.start_s))


@given(segments=speech())
def test_every_voiced_second_is_heard_once(segments: tuple[Segment, ...]) -> None:
    packs = pack(segments)
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


@given(segments=speech())
def test_packs_are_what_whisper_hears_at_once(segments: tuple[Segment, ...]) -> None:
    for one in pack(segments):
        assert len({stretch.channel for stretch in one}) == 1
        filled_s = 0.0
        for stretch in one:
            assert stretch.offset_s == pytest.approx(filled_s, abs=1e-6)
            filled_s += stretch.end_s - stretch.start_s
        assert filled_s <= PACK_S + 1e-6


class Parrot:
    """Stands in for Whisper: hears a word wherever the sound is loud."""

    def __init__(self, loud: list[float]) -> None:
        self.loud = loud

    def transcribe(self, audio, *, clip_timestamps, **_: object):
        for clip in clip_timestamps:
            at = slice(round(clip["start"] * RATE_HZ), round(clip["end"] * RATE_HZ))
            words = []
            for value in self.loud:
                [where] = np.nonzero(audio[at] == np.float32(value))
                if len(where):
                    start_s = clip["start"] + where[0] / RATE_HZ
                    words.append(
                        SimpleNamespace(word=f" {value}", start=start_s - 0.2, end=start_s + 0.3,
                                        probability=0.9)
                    )  # fmt: skip
            text = "".join(word.word for word in words)
            yield SimpleNamespace(words=words, text=text, no_speech_prob=0, avg_logprob=0)


def test_words_come_back_where_they_were_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks in the sound of two channels, on both sides of the seams between packs."""
    import faster_whisper

    segments = (
        Segment(kind="speech", start_s=2, end_s=20, channel=0),
        Segment(kind="speech", start_s=25, end_s=26, channel=0),
        Segment(kind="speech", start_s=40, end_s=75, channel=0),
        Segment(kind="speech", start_s=21, end_s=24, channel=1),
    )
    marks = {0.25: (0, 2.0), 0.375: (0, 19.9), 0.5: (0, 25.5), 0.625: (0, 69.5), 0.75: (0, 74.9),
             0.875: (1, 23.0)}  # fmt: skip
    samples = np.zeros((2, 80 * RATE_HZ), np.float32)
    for value, (channel, at_s) in marks.items():
        samples[channel, round(at_s * RATE_HZ) : round((at_s + 0.1) * RATE_HZ)] = value
    monkeypatch.setattr(
        faster_whisper, "BatchedInferencePipeline",
        lambda model: SimpleNamespace(
            transcribe=lambda audio, **options: (model.transcribe(audio, **options), None)
        ),
    )  # fmt: skip
    recogniser = object.__new__(Recogniser)
    recogniser._whisper, recogniser._batch_size = Parrot(list(marks)), 8

    heard = recogniser.recognise(samples, segments, ("en",))

    assert (heard.language, heard.language_probability) == ("en", 1.0)
    found = {
        float(word.text): (channel, word)
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


def test_the_language_is_one_of_the_clinics() -> None:
    """With the real model."""
    recogniser = Recogniser(
        find_whisper("auto", "cpu"),
        choose_device("cpu", "auto"),
        batch_size=4,
        threads=2,
        workers=1,
    )
    samples = sample_call("rd-1013").samples[:, : 12 * RATE_HZ]
    said = (Segment(kind="speech", start_s=0.5, end_s=12, channel=0),)
    heard = recogniser.recognise(samples, said, ("pl", "en", "ru"))
    assert heard.language == "en"
    assert 0.9 < heard.language_probability <= 1
    assert "riverside" in " ".join(word.text for word in heard.words[0]).lower()
    assert recogniser.recognise(samples, said, ("pl", "ru")).language in ("pl", "ru")


def test_silence_is_not_listened_to() -> None:
    recogniser = object.__new__(Recogniser)  # without a model: it must not be needed
    heard = recogniser.recognise(np.zeros((2, RATE_HZ), np.float32), (), ("en", "pl"))
    assert heard.words == ((), ())
    assert heard.language == ""


def test_a_stretch_longer_than_a_pack_is_cut() -> None:
    [one, two] = pack((Segment(kind="speech", start_s=5, end_s=45, channel=0),))
    assert one == [Stretch(0, 5, 35, 0)]
    assert two == [Stretch(0, 35, 45, 0)]
