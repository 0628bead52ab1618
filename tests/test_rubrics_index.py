"""Matches of all lists at once are those that walking along every pattern word by word finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.gold.dialogues import dialogues
from rubrics.index import Index, Said
from rubrics.patterns import Pattern, Step
from rubrics.phrases import Phrasebook
from rubrics.reading import Reading, search_together

WORDS = st.frozensets(st.sampled_from("abcd"), min_size=1, max_size=2)
STEPS = st.one_of(
    st.builds(Step, WORDS, st.integers(0, 1), st.just(1)),
    st.builds(Step, st.just(frozenset()), st.just(0), st.integers(1, 3)),
)
VARIANTS = (
    st.lists(STEPS, min_size=1, max_size=5).map(tuple).filter(lambda v: any(s.least for s in v))
)
TEXTS = st.lists(st.tuples(WORDS, st.booleans()), max_size=12)


def said(words: list[tuple[frozenset[str], bool]]) -> Said:
    """Lemmas and sentence of each word; True: a new sentence begins."""
    numbers, number = [], 0
    for _, begins in words:
        number += begins
        numbers.append(number)
    return [lemmas for lemmas, _ in words], numbers


def walked(steps: tuple[Step, ...], text: Said) -> set[tuple[int, int]]:
    """First word and the one behind the last of every match."""
    lemmas, sentence = text
    found = set()
    for start in range(len(lemmas)):
        limit = next((i for i in range(start, len(lemmas)) if sentence[i] != sentence[start]), None)
        ends = {start}
        for one in steps:
            behind = set() if one.least else set(ends)
            for end in ends:
                for word in range(end, min(end + one.most, limit or len(lemmas))):
                    if one.lemmas and one.lemmas.isdisjoint(lemmas[word]):
                        break
                    behind.add(word + 1)
            ends = behind
        found |= {(start, end) for end in ends if end > start}
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(VARIANTS, min_size=1, max_size=4), st.lists(TEXTS, max_size=4))
def test_matches_are_those_of_a_walk(variants, texts) -> None:
    patterns = [Pattern(str(i), False, (steps,)) for i, steps in enumerate(variants)]
    index = Index((pattern.text, pattern) for pattern in patterns)
    texts = [said(words) for words in texts]
    for text, found in zip(texts, index.matches(texts), strict=True):
        for pattern in patterns:
            spans = [match[:2] for match in found.get(pattern.text, [])]
            assert sorted(spans) == sorted(walked(pattern.variants[0], text))


def test_sentences_that_share_a_bit_are_told_apart() -> None:
    pattern = Pattern("a b", False, ((Step(frozenset("a"), 1, 1), Step(frozenset("b"), 1, 1)),))
    sentences = [{"a"}, *[{"c"}] * 63, {"b"}, *[{"c"}] * 70]
    index = Index([("list", pattern)])
    text = [frozenset(s) for s in sentences], range(len(sentences))
    assert index.matches([text]) == [{}]
    assert index.matches([text, ([frozenset("a"), frozenset("b")], [0, 0])])[1] == {
        "list": [(0, 2, pattern)]
    }


def test_texts_searched_together_have_the_matches_of_each_alone() -> None:
    book = Phrasebook.load("en")
    turns = [line for one in dialogues("en")[:4] for line in one.dialogue.splitlines() if line]
    together = [Reading(book, text, ()) for text in turns]
    search_together(together)
    alone = [Reading(book, text, ()).everything for text in turns]
    assert [one.everything for one in together] == alone
    assert sum(map(len, alone)) > 50
