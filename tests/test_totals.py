"""The arithmetic of totals, on rubrics and verdicts of any shape."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Verdict
from auricle.totals import share, total
from rubrics.schema import Criterion, Rubric, Section

KINDS = ("met", "partly", "missed", "abstain", "not_applicable")
JUDGED = KINDS[:3]
RULE = {"verdict": "met", "if": {"measure": {"name": "wait_s", "at_most": 1}}, "because": "x"}


def criterion(i: int, points: float, partly: float, critical: str = "none") -> Criterion:
    return Criterion.model_validate(
        {
            "id": f"c{i}",
            "title": "t",
            "description": "d",
            "points": points,
            "partly": partly,
            "critical": critical,
            "rules": [RULE],
            "otherwise_because": "x",
        }
    )


@st.composite
def cards(draw, kinds=KINDS, critical=("none",)):
    """A rubric of one to three sections and a verdict with a confidence for each criterion."""
    sections = []
    count = 0
    for s in range(draw(st.integers(1, 3))):
        size = draw(st.integers(1, 4))
        criteria = tuple(
            criterion(
                count + i,
                draw(st.floats(0.5, 50)),
                draw(st.floats(0, 1)),
                draw(st.sampled_from(critical)),
            )
            for i in range(size)
        )
        count += size
        weight = draw(st.none() | st.floats(1, 100))
        sections.append(Section(id=f"s{s}", title="t", weight=weight, criteria=criteria))
    rubric = Rubric(id="r", version="1", title="t", sections=tuple(sections))
    return rubric, [
        verdict(c, draw(st.sampled_from(kinds)), draw(st.floats(0, 1))) for c in rubric.criteria()
    ]


def verdict(c: Criterion, kind: str, confidence: float) -> Verdict:
    got = share(c.partly, kind)
    return Verdict(
        id=c.id,
        verdict=kind,
        points=None if got is None else got * c.points,
        max_points=c.points,
        confidence=confidence,
        reason="",
    )


@given(cards(critical=("none", "criterion", "section", "call")))
def test_total_lies_inside_its_interval_inside_0_to_100(card):
    rubric, verdicts = card
    found = total(rubric.weighings(), verdicts)
    if all(v.verdict not in JUDGED for v in verdicts):
        assert found.total is found.low is found.high is None
        return
    assert 0 <= found.low <= found.total <= found.high <= 100
    assert 0 <= found.scored_share <= 1


@given(cards())
def test_not_applicable_changes_nothing(card):
    rubric, verdicts = card
    extra = criterion(99, 10, 0.5)
    sections = (*rubric.sections, Section(id="more", title="t", criteria=(extra,)))
    wider = rubric.model_copy(update={"sections": sections})
    assert total(wider.weighings(), [*verdicts, verdict(extra, "not_applicable", 0.5)]) == total(
        rubric.weighings(), verdicts
    )


@given(cards(kinds=JUDGED))
def test_an_abstention_is_redistributed_and_widens(card):
    rubric, verdicts = card
    extra = criterion(99, 10, 0.5)
    sections = (*rubric.sections, Section(id="more", title="t", criteria=(extra,)))
    wider = rubric.model_copy(update={"sections": sections})
    before = total(rubric.weighings(), verdicts)
    after = total(wider.weighings(), [*verdicts, verdict(extra, "abstain", 0.1)])
    assert after.total == before.total
    assert after.scored_share < before.scored_share == 1


@given(cards(kinds=JUDGED), st.data())
def test_a_better_verdict_never_lowers_the_total(card, data):
    rubric, verdicts = card
    at = data.draw(st.integers(0, len(verdicts) - 1))
    criteria = rubric.criteria()
    order = ["missed", "partly", "met"]
    worse = total(rubric.weighings(), verdicts).total
    better_kinds = order[order.index(verdicts[at].verdict) :]
    better = list(verdicts)
    better[at] = verdict(criteria[at], data.draw(st.sampled_from(better_kinds)), 0.9)
    assert total(rubric.weighings(), better).total >= worse - 1e-9


@given(cards(kinds=JUDGED))
def test_the_surer_the_narrower(card):
    rubric, verdicts = card
    sure = [v.model_copy(update={"confidence": 1.0}) for v in verdicts]
    found = total(rubric.weighings(), sure)
    assert found.high - found.low <= 0.1 + 1e-9


@cache
def two_sections(critical: str) -> Rubric:
    first = (criterion(0, 10, 0.5, critical), criterion(1, 10, 0.5))
    return Rubric(
        id="r",
        version="1",
        title="t",
        sections=(
            Section(id="a", title="t", criteria=first),
            Section(id="b", title="t", weight=60, criteria=(criterion(2, 1, 0.5),)),
        ),
    )


@pytest.mark.parametrize(
    ("critical", "expected", "failed"),
    [
        ("none", 87.5, ()),
        ("criterion", 87.5, ("c0",)),
        ("section", 75, ("c0",)),
        ("call", 0, ("c0",)),
    ],
)
def test_critical_criteria(critical, expected, failed):
    rubric = two_sections(critical)
    verdicts = [verdict(c, "met", 1.0) for c in rubric.criteria()]
    verdicts[0] = verdict(rubric.criteria()[0], "missed", 1.0)
    found = total(rubric.weighings(), verdicts)
    assert (found.total, found.failed_critical) == (expected, failed)
    verdicts[0] = verdict(rubric.criteria()[0], "abstain", 0.2)
    assert total(rubric.weighings(), verdicts).failed_critical == ()


def test_section_weight_scales_points():
    assert two_sections("none").max_points() == {"c0": 10, "c1": 10, "c2": 60}
