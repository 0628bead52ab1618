"""What a speaker takes back: "at eight, no, nine"."""

import re

from scoring.facts.claims import Cues, Negation, Stated, corrected, negated
from scoring.facts.words import LETTER, Words, any_of

SENTENCE_END = re.compile(r"(?<!\.)[.](?!\.)|[?!\u3002\uff1f\uff01]")
HESITATION = re.compile(r"\s{3,}")
CLAUSE_MARK = re.compile("[,;.!?]")
STARTS_OVER = 4
MOST_BETWEEN = 2
"""Words between 'I said' and the value."""
LONGEST_REPAIR = 14
"""Words within which a correction begins, and ends."""


class Corrections:
    """Corrections of one language."""

    def __init__(self, words: Words) -> None:
        self.negation = Negation(words)
        self.correction = Cues(words.correction)
        denials = {*words.negation_before, *words.just_no}
        mark = r"\s*[,.\uff0c\u3002]\s*"
        self.clear_correction = Cues([c for c in words.correction if c not in denials])
        self.same = Cues(words.no_correction)
        self.misspoken = re.compile(
            rf"{any_of(words.misspoken)}(?:\s+\w+){{0,{MOST_BETWEEN}}}\s+$", re.I
        )
        self.contrast = re.compile(any_of(words.contrast), re.I)
        self.past, self.now_so = Cues(words.past_verbs), Cues(words.now_so)
        joiners = any_of([*words.joiners, *words.coin_and])
        small = any_of([*words.yes_words, *words.no_words])
        self.at_once = re.compile(rf"(?:\s*{joiners})?(?:{mark}|\s{{3,}})(?:{small}{mark})?", re.I)
        cue = self.correction.regex.pattern
        self.fenced_first = re.compile(rf"\s*[,\uff0c]\s*(?:{cue})\s*[,\uff0c]", re.I)
        self.fenced = re.compile(rf"[,\uff0c]\s*{cue}(?:[\s,\uff0c]+{cue})*[\s,\uff0c]*$", re.I)

    def last_versions(self, text: str, found: list[Stated]) -> list[Stated]:
        """'At eight, no, nine': of a value and its correction only the correction.

        What is taken back stays so: 'at eight, no, eight is taken, nine'. What is said twice is
        stated once.
        """
        if len(found) < 2:
            return found
        kept: list[Stated] = []
        gone: set[tuple[object, ...]] = set()
        for one in found:
            same = [k for k in kept if k.kind == one.kind]
            priced = one.kind == "phone" and kept and kept[-1].kind == "price"
            if priced and self.takes_back(text, kept[-1], one):
                kept.pop()  # "two hundred and twenty, no, two two one, seventeen, ninety"
            if same and self.takes_back(text, same[-1], one):
                kept.remove(same[-1])
                if one.kind == "time" or same[-1].value != one.value:
                    gone.add(same[-1].value)
            last = same[-1] if same else one
            between = text[last.end : one.start]
            at_once = self.at_once.fullmatch(between) is not None
            again_exactly = at_once and one.minutes < last.minutes
            restarts = one.kind == "price" or (one.kind == "time" and one.minutes <= last.minutes)
            restarts = restarts and at_once and begins(text, one, last)
            if (
                again_exactly
                or restarts
                or (HESITATION.fullmatch(between) and completes(one, last))
            ):
                kept = [k for k in kept if k is not last]  # "half past eight, 8:30 in the morning"
            again = one.value in {k.value for k in kept} and not may_differ(one)
            if one.value in gone or again:
                continue
            kept.append(one)
        return kept

    def takes_back(self, text: str, first: Stated, second: Stated) -> bool:
        between = text[first.end : second.start]
        if first.kind == "price" and self.same.within(between):
            return False
        if self.misspoken.search(text[: first.start]) and self.contrast.search(between):
            return True
        if self.superseded(text, first, second):
            return True
        if SENTENCE_END.search(between):
            denied = first.kind == "day" and not LETTER.search(between)
            if denied and negated(text, first.start, self.negation):
                return True  # "not Thursday. Tuesday."
            straight = len(between.split()) <= 2 and self.correction.within(between)
            return straight or self.starts_over(between)
        cues = self.correction
        if LETTER.match(between.lstrip()):
            cues = self.clear_correction  # "not on Sundays" is no correction, "no, on" is
        spans = (first.start, first.end), (second.start, second.end)
        if corrected(text, *spans, cues) or self.starts_over(between):
            return True
        short = len(between.split()) <= LONGEST_REPAIR
        # "ninety for the scan, no, eighty", "ninety, no, I misread that, eighty"
        return short and bool(self.fenced.search(between) or self.fenced_first.match(between))

    def superseded(self, text: str, first: Stated, second: Stated) -> bool:
        """'It was thirty in the spring, today it's forty': what was, and what is."""
        if first.kind != "price" or first.value == second.value:
            return False  # "he was due at two and it's three now": he was
        clause = CLAUSE_MARK.split(text[: first.start])[-1]
        between = text[first.end : second.start]
        return self.past.within(clause) and self.now_so.within(between)

    def starts_over(self, between: str) -> bool:
        """A word such as 'sorry' comes at once, however long it takes to the new value."""
        words = between.split()
        head = " ".join(words[:STARTS_OVER])
        spans = self.clear_correction.spans(" ".join(words))
        return len(words) <= LONGEST_REPAIR and any(start < len(head) for start, _ in spans)


def begins(text: str, one: Stated, last: Stated) -> bool:
    """The second goes on where the first broke off: 'a hundred and, a hundred and ten'."""
    first, second = text[last.start : last.end].lower(), text[one.start : one.end].lower()
    return len(second) > len(first) and second.startswith(first)


def may_differ(one: Stated) -> bool:
    """'Eight to eight': the same words for morning and evening. A phone may be told twice."""
    return one.kind == "phone" or (len(one.minutes) > 1 and not min(one.minutes) % 60)


def completes(one: Stated, last: Stated) -> bool:
    """'Six ... six fifteen': the hour alone came first."""
    hours = {minutes - minutes % 60 for minutes in one.minutes}
    return one.minutes != last.minutes and hours <= last.minutes
