"""What a speaker takes back: "at eight, no, nine"."""

import re

from scoring.facts.claims import Cues, Stated, corrected
from scoring.facts.words import Words

SENTENCE_END = re.compile(r"(?<!\.)[.](?!\.)|[?!\u3002\uff1f\uff01]")
AT_ONCE = re.compile(r"\s*[,.\uff0c\u3002]\s*")
STARTS_OVER = 4
LONGEST_REPAIR = 14
"""Words within which a correction begins, and ends."""


class Corrections:
    """Corrections of one language."""

    def __init__(self, words: Words) -> None:
        self.correction = Cues(words.correction)
        denials = {*words.negation_before, *words.just_no}
        self.clear_correction = Cues([c for c in words.correction if c not in denials])

    def last_versions(self, text: str, found: list[Stated]) -> list[Stated]:
        """'At eight, no, nine': of a value and its correction only the correction.

        What is taken back stays so: 'at eight, no, eight is taken, nine'. A price said twice is
        one price.
        """
        kept: list[Stated] = []
        gone: set[tuple[object, ...]] = set()
        for one in found:
            same = [k for k in kept if k.kind == one.kind]
            if same and self.takes_back(text, same[-1], one):
                kept.remove(same[-1])
                if one.kind == "time" or same[-1].value != one.value:
                    gone.add(same[-1].value)
            again = one.kind == "price" and one.value in {k.value for k in kept}
            last = same[-1] if same else one
            if AT_ONCE.fullmatch(text[last.end : one.start]) and one.minutes < last.minutes:
                kept = [k for k in kept if k is not last]  # "half past eight, 8:30 in the morning"
            if one.value in gone or again:
                continue
            kept.append(one)
        return kept

    def takes_back(self, text: str, first: Stated, second: Stated) -> bool:
        between = text[first.end : second.start]
        if SENTENCE_END.search(between):
            straight = len(between.split()) <= 2 and self.correction.within(between)
            return straight or self.starts_over(between)
        cues = self.correction
        if re.match(r"\s*\w", between):
            cues = self.clear_correction  # "not on Sundays" is no correction, "no, on" is
        spans = (first.start, first.end), (second.start, second.end)
        return corrected(text, *spans, cues) or self.starts_over(between)

    def starts_over(self, between: str) -> bool:
        """A word such as 'sorry' comes at once, however long it takes to the new value."""
        words = between.split()
        head = " ".join(words[:STARTS_OVER])
        return len(words) <= LONGEST_REPAIR and self.clear_correction.within(head)
