"""Guards against invented text: loops and phantoms go, people's own repetitions stay."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.guards import LOOP_REPEATS, Dropped, Guards, cut_loops

GUARDS = Guards.load("en")


def segment(text: str, no_speech: float = 0.0, log_probability: float = -0.2) -> SimpleNamespace:
    """As faster-whisper gives it."""
    said = [SimpleNamespace(word=f" {word}") for word in text.split()]
    return SimpleNamespace(
        words=said, text=f" {text}", no_speech_prob=no_speech, avg_logprob=log_probability
    )


def kept(text: str, **heard: float) -> tuple[str, Dropped]:
    words, dropped = GUARDS.filter(segment(text, **heard))
    return "".join(word.word for word in words).strip(), dropped


def after_cut(text: str) -> str:
    words = text.split()
    return " ".join(words[i] for i in cut_loops(words))


@pytest.mark.parametrize("text", [
    "no no no", "yes yes yes it is", "very very very good", "bye bye bye", "",
    "it is fine it is fine it is fine", "seven seven seven zero",
])  # fmt: skip
def test_people_repeat_themselves(text: str) -> None:
    assert after_cut(text) == text


@pytest.mark.parametrize(("text", "left"), [
    ("no no no no", "no"),
    ("well " + "thank you " * 9 + "bye", "well thank you bye"),
    ("a b c d e f g h " * 4, "a b c d e f g h"),
    ("so so so so and so on and so on and so on and so on", "so and so on"),
])  # fmt: skip
def test_machines_loop(text: str, left: str) -> None:
    assert after_cut(text) == left


@given(words=st.lists(st.sampled_from("abc"), max_size=60))
def test_cutting_loops_only_takes_away(words: list[str]) -> None:
    left = cut_loops(words)
    assert left == sorted(set(left))
    assert all(0 <= index < len(words) for index in left)
    assert set(words) == {words[index] for index in left}


@given(words=st.lists(st.sampled_from("abcdefgh"), max_size=40))
def test_without_a_loop_nothing_is_cut(words: list[str]) -> None:
    text = "".join(words)
    if not re.search(rf"(.{{1,8}})\1{{{LOOP_REPEATS}}}", text):
        assert cut_loops(words) == list(range(len(words)))


@given(
    before=st.lists(st.sampled_from("xyz"), max_size=5),
    unit=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True),
    rounds=st.integers(LOOP_REPEATS + 1, 12),
)
def test_every_loop_is_cut_to_its_first_round(
    before: list[str], unit: list[str], rounds: int
) -> None:
    words = [*before, *(unit * rounds), "end"]
    assert [words[i] for i in cut_loops(words)] == [
        *(before[i] for i in cut_loops(before)), *unit, "end",
    ]  # fmt: skip


def test_punctuation_does_not_hide_a_loop() -> None:
    text, dropped = kept("Okay. Okay, okay! OKAY. okay then")
    assert text == "Okay. then"
    assert dropped.words == {"loop": 4}
    assert dropped.texts == ("Okay. Okay, okay! OKAY. okay then",)


@pytest.mark.parametrize("text", [
    "Thank you for watching!", "Subtitles by the Amara.org community", "Please subscribe.",
    "Thanks for watching. Bye.", "[BLANK_AUDIO]", "See you in the next video.",
])  # fmt: skip
def test_phantoms_are_dropped_and_counted(text: str) -> None:
    left, dropped = kept(text)
    assert left == ""
    assert dropped.words == {"phantom": len(text.split())}
    assert dropped.texts == (text,)


@pytest.mark.parametrize("text", [
    "Thank you for calling Riverside Dental.",
    "I was watching the video on your website and wanted to ask about the implants.",
    "Thank you very much. Bye.",
    "No, no, no, that is not what I was told on Monday.",
])  # fmt: skip
def test_what_people_say_is_not_a_phantom(text: str) -> None:
    assert kept(text) == (text, Dropped())


def test_silence_is_dropped_only_when_both_signs_agree() -> None:
    assert kept("you", no_speech=0.9, log_probability=-1.5)[1].words == {"no_speech": 1}
    assert kept("you", no_speech=0.9, log_probability=-0.3)[0] == "you"
    assert kept("you", no_speech=0.1, log_probability=-1.5)[0] == "you"


def test_a_language_without_lists_has_the_other_guards() -> None:
    guards = Guards.load("xx")
    words, dropped = guards.filter(segment("ano ano ano ano ano"))
    assert len(words) == 1
    assert dropped.words == {"loop": 4}
    assert guards.filter(segment("Thank you for watching!"))[1] == Dropped()


@given(text=st.lists(st.sampled_from(["okay.", "Okay", "no", "thank", "you", "…"]), max_size=20))
def test_every_word_is_kept_or_counted(text: list[str]) -> None:
    words, dropped = GUARDS.filter(segment(" ".join(text)))
    assert len(words) + sum(dropped.words.values()) == len(text)
    assert bool(dropped.words) == bool(dropped.texts)


def test_counts_add_up() -> None:
    one, other = Dropped({"loop": 2}, ("a",)), Dropped({"loop": 1, "phantom": 4}, ("b",))
    assert one + other == Dropped({"loop": 3, "phantom": 4}, ("a", "b"))
