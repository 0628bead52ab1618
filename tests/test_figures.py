"""Numbers as spoken and in figures: nothing else of a turn changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Line, Transcript, Turn
from scoring.facts.figures import in_figures, with_figures


@pytest.mark.parametrize(("language", "said", "figures"), [
    ("en", "It costs two hundred and fifty pounds, and the second one is twenty.",
     "It costs 250 pounds, and the second one is 20."),
    ("en", "Half past nine, or quarter to five.", "9:30, or 4:45."),
    ("en", "It's oh seven seven double nine one two three four five six.",
     "It's 077991" "23456."),
    ("en", "That one is mine.", ""),
    ("en", "It is 250 pounds at 9:30.", ""),
    ("pl", "To kosztuje dwieście pięćdziesiąt złotych, o wpół do ósmej.",
     "To kosztuje 250 złotych, o 7:30."),
    ("ru", "Две тысячи пятьсот рублей, в половине восьмого.", "2500 рублей, в 7:30."),
    ("en", "Twelve o'clock, or a quarter past twelve.", "12:00, or 12:15."),
    ("en", "Nine pounds two.", "9.02 pounds."),
    ("zh", "三百八十块，下午三点半见。", "380元，15:30见。"),
    ("zh", "电话是一三八，零零一三，八零零零。", "电话是13800138000。"),
    ("zh", "明晚六点，周五下午五点之前。", "明晚18:00，周五17:00之前。"),
    ("zh", "十一月二十号，周三十八号。", "11月20号，周三十八号。"),
    ("zh", "三块五，两三百块，十五六个。", "3.50元，两三百块，十五六个。"),
    ("zh", "零点四，四点多。", ""),
    ("zh", "十分感谢，晚一点点没关系，碎了一角。", ""),
    ("uk", "Двісті гривень о пів на восьму.", "200 гривень о 7:30."),
])  # fmt: skip
def test_numbers_come_in_figures(language: str, said: str, figures: str) -> None:
    assert in_figures(said, language) == figures


@given(words=st.lists(st.sampled_from(
    ["two", "hundred", "pounds", "half", "past", "nine", "and", "the", "tooth", "hurts", "12", "."]
), max_size=12))  # fmt: skip
def test_words_that_are_no_numbers_stay(words: list[str]) -> None:
    made = in_figures(" ".join(words), "en") or " ".join(words)
    for word in ("the", "tooth", "hurts"):
        assert made.split().count(word) == words.count(word)
    assert in_figures(made, "en") == ""


def test_a_language_whose_numbers_nobody_told_stays_as_it_is() -> None:
    turn = Turn(speaker="a", role="unknown", role_confidence=0.5, start_s=0, end_s=1,
                text="twenty two", confidence=1)  # fmt: skip
    transcript = Transcript(call_id="a", language="xx", duration_s=1, line=Line(), turns=(turn,))
    assert with_figures(transcript) == transcript
    english = with_figures(transcript.model_copy(update={"language": "en"}))
    assert english.turns[0].normalised == "22" and english.turns[0].text == "twenty two"
