"""Whether what a sentence states is asserted, or asked, or supposed."""

import re

from rubrics.phrases import Reading
from scoring.facts.claims import Sentence, Stated, word_at

SHORTEST_CONDITION = 4
"""Words: 'if it does' and the next clause."""
ASKED = re.compile(r"[^.!?\u3002\uff01]*[?\uff1f]")


def unsaid(reading: Reading, one: Stated, questions: bool) -> bool:
    """Behind an 'if', or in a clause that asks."""
    word = word_at(reading, one.end - 1)
    if word is None:
        return False
    if questions or not reading.is_question(word):
        asks = not questions and (has_tag(reading, word) or asks_barely(reading, word))
        return is_hypothetical(reading, word) or asks
    clause = reading.tokens.clause
    worded = {clause[start] for start, _ in reading.cue_spans("question_anywhere")}
    marked = ASKED.match(reading.original[one.end :]) is not None and not confirmed(reading, word)
    return marked or clause[word] in worded or is_hypothetical(reading, word)


def is_hypothetical(reading: Reading, word: int) -> bool:
    """Behind an 'if', but not 'if she wants a scan it's sixty': there the main clause has begun."""
    if not reading.is_conditional(word) or word + 1 in reading.conditions:
        return False  # "ten if you pay now and twenty if you don't"
    clause = reading.tokens.clause
    condition = max(i for i in reading.conditions if i < word and clause[i] == clause[word])
    goes_on = reading.cue_words("stays_conditional")
    return not any(
        condition + SHORTEST_CONDITION <= start < word
        and goes_on.isdisjoint(range(condition + 2, start))
        for start, _ in reading.cue_spans("main_clause")
    )


def unreal(reading: Reading, one: Stated) -> bool:
    """'We could have done ten', 'ten has been taken', 'somebody has taken the ten o'clock'."""
    first, last = word_at(reading, one.start), word_at(reading, one.end - 1)
    if first is None or last is None:
        return False
    clause = reading.tokens.clause
    small = reading.cue_words("fillers")
    begun = [start for start, _ in reading.cue_spans("main_clause") if start - 1 in small]
    for _, end in reading.cue_spans("unreal"):
        mine = end <= first and clause[end - 1] == clause[first]
        if mine and not any(end <= start <= first for start in begun):
            return True  # but not "it would have been sixty and it is ninety"
    if one.kind != "time":
        return False
    after = next((i for i in range(last + 1, len(clause)) if i not in small), None)
    gone = any(start == after for start, _ in reading.cue_spans("taken"))
    return gone or first in reading.ends("taken_before")


def asks_barely(reading: Reading, word: int) -> bool:
    """'Would half ten do', 'so did you want ten': asked, whatever the punctuation."""
    sentence, clause = reading.tokens.sentence, reading.tokens.clause
    small = reading.covered("backchannel") | reading.cue_words("fillers")
    begun = [start for start, _ in reading.cue_spans("question_bare")]
    asked = [start for start, _ in reading.cue_spans("question_start")]
    begun += [start for start in asked if start not in reading.covered("not_question")]
    goes_on = [start for start, _ in reading.cue_spans("question_goes_on")]
    goes_on = [start for start in goes_on if start == clause.index(clause[word])]
    return any(
        (clause[start] == clause[word] or (goes_on and sentence[start] == sentence[word]))
        and all(i in small for i in range(start) if sentence[i] == sentence[start])
        for start in begun
    )


def confirmed(reading: Reading, word: int) -> bool:
    """'Five is free, will you take it?' says that five is free."""
    sentence, clause = reading.tokens.sentence, reading.tokens.clause
    first = clause.index(clause[word])
    if any(start == first for start, _ in reading.cue_spans("question_start")):
        return False  # "shall we say five, is that okay?"
    return any(
        word < start and sentence[start] == sentence[word] and clause[start - 1] != clause[start]
        for start, _ in reading.cue_spans("question_confirm")
    )


def asks_back(reading: Reading, sentence: Sentence) -> bool:
    """Somewhere in the sentence she asks whether it suits."""
    spans = reading.tokens.spans
    starts = [spans[start][0] for start, _ in reading.cue_spans("question_confirm")]
    return any(sentence.start < start < sentence.end for start in starts)


def has_tag(reading: Reading, word: int) -> bool:
    """'She was born at four, was she?': a clause behind it makes a question of all of it."""
    sentence, clause = reading.tokens.sentence, [-1, *reading.tokens.clause, -1]
    if sentence[word] not in reading.tokens.asked:
        return False
    cues = [(start, end, True) for start, end in reading.cue_spans("question_tag")]
    cues += [(start, end, False) for start, end in reading.cue_spans("question_or")]
    return any(
        word < start
        and sentence[start] == sentence[word]
        and clause[start] != clause[start + 1]
        and (clause[end] != clause[end + 1] or not whole)
        for start, end, whole in cues
    )
