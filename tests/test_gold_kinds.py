"""Learning what speaks for a type of call and for a patient's manner."""

import numpy as np
import pytest

from auricle.strict import read_yaml, validate
from bench.gold.dialogues import LANGUAGES, dialogues, fact_sheet
from bench.gold.kinds import learn, learnt, parts, written
from rubrics.kinds import Scale, Sign, load_scale
from scoring.context import Context
from scoring.detectors.kinds import suggest

KIND = np.repeat([0, 1, 2], 40)
EVERY_NTH = 6


def found_in(kind):
    """A sign of the second kind, one of the third, one of chance."""
    chance = np.arange(len(kind)) % 2
    return np.column_stack([kind == 1, kind == 2, chance]).astype(float)


def test_signs_that_tell_get_points_and_others_none():
    points = learn(found_in(KIND), KIND, 3, sparse=0.01)
    assert points.signs[1, 0] > 1 and points.signs[2, 1] > 1 and points.first > 0
    assert np.count_nonzero(points.signs[1:]) == 2
    assert (points.signs >= 0).all()
    assert (points.likely(found_in(KIND)).argmax(axis=1) == KIND).all()


def test_learning_twice_gives_the_same_points():
    first, second = (learn(found_in(KIND), KIND, 3, sparse=0.01) for _ in range(2))
    assert first.first == second.first and (first.signs == second.signs).all()


def test_dialogues_of_one_name_are_learnt_from_together():
    names = ["a-1", "b-1", "c-1", "d-1", "e-1"] * 2
    found = parts(names)
    assert (found[:5] == found[5:]).all() and len(set(found.tolist())) == 5


def test_a_scale_with_new_points_is_written_as_it_is_read():
    old = load_scale("call_type")
    told = ["other", "complaint", "price"]
    signs = (
        Sign(points=0, heard="complaint", turns="first 2"),
        Sign(points=0, heard="price_question"),
        Sign(points=0, direction="outbound"),
    )
    new = learnt(old, told, learn(found_in(KIND), KIND, 3, sparse=0.01), signs)
    assert validate(Scale, read_yaml(written(new), "new"), "new") == new
    by_id = {kind.id: kind for kind in new.kinds}
    assert [sign.heard for sign in by_id["complaint"].signs] == ["complaint"]
    assert by_id["complaint"].signs[0].turns == "first 2"
    before = {kind.id: kind for kind in old.kinds}
    assert by_id["not_a_conversation"] == before["not_a_conversation"]


@pytest.mark.parametrize(("scale", "least"), [("call_type", 0.6), ("manner", 0.5)])
def test_suggestions_agree_with_the_written_calls(scale, least):
    right = []
    for language in LANGUAGES:
        for one in dialogues(language, "tune")[::EVERY_NTH]:
            found = suggest(Context(*one.call(), fact_sheet(language)), scale)
            right.append(found.kind == getattr(one, scale))
    assert sum(right) / len(right) > least
