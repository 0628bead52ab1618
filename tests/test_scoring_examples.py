"""A rubric's examples: tried by ``auricle rubric check`` and here."""

import pytest

from auricle.errors import SettingsError
from rubrics.loader import list_rubrics, load_rubric, parse_rubric
from scoring.examples import try_examples

RUBRIC = """
id: tiny
version: "1"
title: Tiny
sections:
  - id: all
    title: All
    criteria:
      - id: goodbye
        title: Says goodbye
        description: Says goodbye.
        points: 1
        rules:
          - verdict: met
            if: {phrases: {lists: [goodbye]}}
            because: Said it
        otherwise_because: Never said it
        examples:
          - verdict: %s
            dialogue: |
              %s
"""


@pytest.mark.parametrize("rubric_id", list_rubrics())
def test_every_example_of_a_ready_rubric_is_right(rubric_id: str) -> None:
    tried = try_examples(load_rubric(rubric_id))
    assert [example for example in tried if not example.right] == []


@pytest.mark.parametrize("rubric_id", list_rubrics())
def test_every_criterion_of_a_ready_rubric_has_an_example(rubric_id: str) -> None:
    assert [c.id for c in load_rubric(rubric_id).criteria() if not c.examples] == []


def test_a_wrong_example_is_found() -> None:
    tried = try_examples(parse_rubric(RUBRIC % ("met", "A: What do you want?"), "tiny.yaml"))
    assert [(e.criterion, e.number, e.found, e.right) for e in tried] == [
        ("goodbye", 1, "missed", False)
    ]


def test_examples_do_not_change_the_fingerprint() -> None:
    one = parse_rubric(RUBRIC % ("met", "A: Goodbye."), "tiny.yaml")
    other = parse_rubric(RUBRIC % ("missed", "A: What do you want?"), "tiny.yaml")
    assert one.fingerprint == other.fingerprint


def test_an_odd_line_is_named() -> None:
    rubric = parse_rubric(RUBRIC % ("met", "She says goodbye."), "tiny.yaml")
    with pytest.raises(SettingsError, match="She says goodbye"):
        try_examples(rubric)
