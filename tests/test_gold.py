"""The gold set: sound files, and a checker that finds what isn't."""

import pytest

from bench.gold.dialogues import (
    FOLDER,
    LANGUAGES,
    criteria,
    dialogue_files,
    dialogues,
    problems,
    utterances,
)
from bench.gold.measure import card_of, compare
from bench.gold.noise import misheard
from rubrics.loader import list_rubrics, load_rubric


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_sound(language):
    paths = dialogue_files(language)
    assert paths
    assert [p for path in paths for p in problems(path)] == []
    assert len(utterances(language, "tune")) >= len(utterances(language, "test"))


def test_rubrics_have_the_criteria_that_gold_judges():
    assert set(criteria()) == set(list_rubrics())
    for rubric, meanings in criteria().items():
        assert {c.id for c in load_rubric(rubric).criteria()} == {*meanings}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("try and get some sleep. Bye now.", "try and sleep. Bye now", "word for word"),
        ("  patience: met\n", "", "no verdict"),
        ("  clarity: met\n", "  clearness: met\n", "clarity"),
        ("split: tune", "split: test", "later ones for test"),
        ("  wait_time: {verdict: partly}", "  wait_time: {verdict: partial}", "partly"),
    ],
)
def test_mistakes_are_found(tmp_path, old, new, says):
    text = (FOLDER / "en" / "clinic-phone-01.yaml").read_text("utf-8")
    folder = tmp_path / "en"
    folder.mkdir()
    path = folder / "clinic-phone-01.yaml"
    verdicts = text.index("verdicts:")
    changed = (
        text.replace(old, new, 1)
        if old not in text[verdicts:]
        else (text[:verdicts] + text[verdicts:].replace(old, new, 1))
    )
    path.write_text(changed, "utf-8")
    assert any(says in problem for problem in problems(path))


def test_noise_is_repeatable_and_makes_words_unsure():
    _, transcript = dialogues("en", "tune")[0].call()
    once, again = misheard(transcript, 0.1), misheard(transcript, 0.1)
    assert once == again != transcript
    pairs = [(a, b) for t, u in zip(transcript.turns, once.turns, strict=True)
             for a, b in zip(t.words, u.words, strict=True)]  # fmt: skip
    assert all(b.confidence < a.confidence for a, b in pairs if a.confidence != b.confidence)
    assert 0.02 < sum(a.confidence != b.confidence for a, b in pairs) / len(pairs) < 0.25


def test_comparing_counts_each_criterion_once():
    gold = dialogues("en", "tune")[0]
    agreements, differences = compare(gold)
    assert set(agreements) == set(gold.verdicts)
    right = sum(one.pairs.total() + one.idle.total() for one in agreements.values())
    assert right == len(gold.verdicts) >= len(differences)


OTHER_NAMES = {
    "en": "Priyanka",
    "pl": "Zdzisława",
    "ru": "Зульфия",
    "uk": "Стефанія",
    "zh": "欧阳雪",
}
MOST_FLIPS = 0.01


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_name_changes_no_verdict(language):
    """Fairness: the same call by an administrator of another name."""
    flips = verdicts = 0
    for gold in dialogues(language, "tune")[::3]:
        first = gold.administrator.split()[0]
        if len(first) < 3 and language != "zh":
            continue
        swapped = gold.model_copy(
            update={
                "dialogue": gold.dialogue.replace(first, OTHER_NAMES[language]),
                "administrator": gold.administrator.replace(first, OTHER_NAMES[language]),
            }
        )
        cards = [card_of(one, *one.call()) for one in (gold, swapped)]
        for before, after in zip(*(card.criteria for card in cards), strict=True):
            verdicts += 1
            flips += before.verdict != after.verdict
    assert verdicts > 50
    assert flips / verdicts <= MOST_FLIPS
