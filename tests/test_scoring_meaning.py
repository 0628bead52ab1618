"""Sentence embeddings: what is meant, in any words, and never alone where much is at stake."""

import numpy as np
import pytest

from auricle.errors import SettingsError
from rubrics.language import languages
from rubrics.loader import parse_rubric
from rubrics.meanings import load_meanings
from scoring import embedding
from scoring.dialogue import dialogue
from scoring.engine import score

SMALL = """
id: small
version: "1"
title: Small
sections:
  - id: all
    title: All
    criteria:
      - id: empathy
        title: Empathy
        description: Feels with the patient.
        points: 5
        critical: none
        when: {phrases: {lists: [pain], role: patient}}
        rules:
          - {verdict: met, if: {meaning: {name: empathy, after: occasion}}, because: "{quote}"}
        otherwise_because: Nothing of the kind
"""
RUBRIC = parse_rubric(SMALL, "small.yaml")
ALONE = "{meaning: {name: empathy, after: occasion}}"
PHRASE = "{phrases: {lists: [acknowledgement]}}"


def verdict(line, text="A: Hello.\nP: I have a terrible toothache.\nA: {line}", **options):
    rubric = options.pop("rubric", RUBRIC)
    return score(*dialogue(text.format(line=line), **options), rubric).criteria[0]


@pytest.mark.parametrize(
    ("language", "patient", "good", "bad"),
    [
        ("en", "I have a terrible toothache.", "Gosh, you must be having a dreadful time.",
         "We are open until six on Thursdays."),
        ("pl", "Strasznie boli mnie ząb.", "Ojej, to na pewno okropnie pana męczy.",
         "W czwartki mamy otwarte do osiemnastej."),
        ("ru", "У меня ужасно болит зуб.", "Ой, как же вы, наверное, измучились.",
         "По четвергам мы работаем до шести."),
        ("uk", "У мене страшенно болить зуб.", "Ой, як же ви, мабуть, намучилися.",
         "По четвергах ми працюємо до шостої."),
        ("zh", "我牙疼得厉害。", "哎呀，您一定疼得很难受吧。", "我们周四开到下午六点。"),
    ],
)  # fmt: skip
def test_what_is_meant_counts_in_any_words(language, patient, good, bad):
    text = f"A: Hello.\nP: {patient}\nA: {{line}}"
    found = verdict(good, text, language=language)
    assert (found.verdict, found.evidence[0].kind) == ("met", "quote")
    assert found.confidence <= 0.75
    assert verdict(bad, text, language=language).verdict == "missed"


def test_a_denial_never_counts():
    assert verdict("I do not feel sorry for you at all in this.").verdict == "missed"


def test_the_patients_own_words_never_count():
    text = "A: Hello.\nP: I have a toothache.\nP: I'm so sorry you're going through that.\nA: Yes."
    assert verdict("", text).verdict == "missed"


def test_without_the_extra_it_cannot_be_told(monkeypatch):
    monkeypatch.setattr(embedding, "installed", lambda: "")
    found = verdict("I'm so sorry to hear that, you poor thing.")
    assert found.verdict == "abstain"
    assert "auricle[meaning]" in found.reason
    lenient = parse_rubric(
        SMALL.replace("{name: empathy,", "{name: empathy, required: false,"), "s"
    )
    assert verdict("I'm so sorry.", rubric=lenient).verdict == "missed"


@pytest.mark.parametrize(
    ("test", "alone"),
    [
        (ALONE, True),
        (f"{{any: [{PHRASE}, {ALONE}]}}", True),
        (f"{{all: [{PHRASE}, {ALONE}]}}", True),
        (f"{{not: {ALONE}}}", True),
        (f"{{at_least: {{count: 2, of: [{PHRASE}, {PHRASE}, {ALONE}]}}}}", False),
        (f"{{all: [{PHRASE}, {{any: [{PHRASE}, {ALONE}]}}]}}", False),
        (PHRASE, False),
    ],
)
def test_it_never_decides_a_critical_criterion_alone(test, alone):
    text = SMALL.replace(ALONE, test)
    parse_rubric(text, "small.yaml")
    critical = text.replace("critical: none", "critical: call")
    if not alone:
        parse_rubric(critical, "small.yaml")
        return
    with pytest.raises(SettingsError, match="may not decide alone"):
        parse_rubric(critical, "small.yaml")


def test_exemplars_are_told_from_counter_examples():
    for code in languages():
        known = load_meanings(code)["empathy"]
        assert not {*known.like} & {*known.unlike}
    with pytest.raises(SettingsError, match="no meaning 'empaty'"):
        parse_rubric(SMALL.replace("name: empathy", "name: empaty"), "small.yaml")


def test_embeddings_are_the_same_every_time_and_leave_threads_alone():
    openmp = embedding.model()._lib
    before = openmp.omp_get_max_threads()
    openmp.omp_set_num_threads(7)
    embedding.embed.cache_clear()
    first = embedding.embed("I'm so sorry to hear that.")
    assert openmp.omp_get_max_threads() == 7
    openmp.omp_set_num_threads(before)
    embedding.embed.cache_clear()
    assert np.array_equal(first, embedding.embed("I'm so sorry to hear that."))
    assert abs(float(first @ first) - 1) < 1e-3
