"""Who speaks must not decide: other names, gender forms, an accent as recognisers write it."""

import pytest

from bench.fairness import CHANGES, changed, flips
from bench.gold.dialogues import LANGUAGES, dialogues

LIMIT = 0.01


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_verdicts_do_not_flip(change):
    found = [flips(language, change) for language in LANGUAGES]
    verdicts = sum(f.verdicts for f in found)
    flipped = [flip for f in found for flip in f.flipped]
    assert verdicts > 1000
    assert len(flipped) / verdicts <= LIMIT, flipped


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_changes_do_change_words(change, language):
    calls = dialogues(language, "tune")
    touched = sum(changed(one, change).dialogue != one.dialogue for one in calls)
    assert touched >= len(calls) / 4
