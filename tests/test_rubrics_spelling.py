"""A misheard word leads to the known one it may have been, and to no verdict of 'missed'."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.loader import load_rubric
from rubrics.phrases import Phrasebook
from rubrics.spelling import SHORTEST, Spelling, words_of
from scoring.dialogue import dialogue
from scoring.engine import score

WORDS = st.text("abcdefghij", min_size=SHORTEST, max_size=9)


@given(WORDS, st.data())
def test_one_wrong_letter_is_found_again(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("klmnop"))
    spelling = Spelling([word], {})
    assert spelling.guess(word[:at] + letter + word[at + 1 :]) == word
    assert spelling.guess(word[:at] + letter + word[at:]) == word
    assert spelling.guess(word) == ""


@given(WORDS)
def test_two_wrong_letters_are_another_word(word):
    assert Spelling([word], {}).guess("zy" + word[2:]) == ""


@pytest.mark.parametrize(
    ("code", "heard", "meant"),
    [
        ("en", "bya", "bye"),
        ("en", "vorty", "forty"),
        ("en", "tank", "thank"),
        ("pl", "proze", "proszę"),
        ("ru", "болид", "болит"),
        ("uk", "тякую", "дякую"),
    ],
)
def test_what_sounds_alike_is_found_again(code, heard, meant):
    assert Phrasebook.load(code).spelling.guess(heard) == meant


def test_words_of_patterns():
    assert words_of(["(can|could) =you ...3 <time> n't?"]) == {"can", "could", "you", "n't"}


@pytest.mark.parametrize(("sure", "verdict"), [(0.45, "abstain"), (0.95, "missed")])
def test_a_goodbye_misheard_is_not_missed(sure, verdict):
    call, transcript = dialogue("A: Hello.\nP: Thank you.\nA: Goodbve.")
    last = transcript.turns[-1]
    word = last.words[0].model_copy(update={"confidence": sure})
    turns = (*transcript.turns[:-1], last.model_copy(update={"words": (word,)}))
    card = score(call, transcript.model_copy(update={"turns": turns}), load_rubric("clinic-phone"))
    assert next(c for c in card.criteria if c.id == "polite_close").verdict == verdict


@pytest.mark.parametrize(
    ("code", "text", "asks"),
    [
        ("pl", "Wiem, jak inni wchodzą.", False),
        ("pl", "Dobrze, jak się pan nazywa", True),
        ("ru", "Пломба зависит, как человек жует.", False),
        ("ru", "Как только врач вернется.", False),
        ("ru", "Хорошо, как вас зовут", True),
        ("en", "We use gauze, which means it holds.", False),
        ("en", "Okay, which doctor was it", True),
    ],
)
def test_subordinate_clauses_ask_nothing(code, text, asks):
    assert bool(Phrasebook.load(code).find("any_question", text)) == asks
