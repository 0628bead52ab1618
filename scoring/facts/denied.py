"""Whether what a sentence names is denied, or told of somebody else."""

import re
from collections.abc import Sequence

from rubrics.phrases import Reading
from scoring.facts.bounds import Bounds
from scoring.facts.claims import Cues, Negation, Sentence, Stated, negated
from scoring.facts.numbers import Numbers
from scoring.facts.words import Lexicon, any_of

HUNDREDS = 100
"""'Three fifty', a time or a price."""


CLAUSE_MARK = re.compile("[,;.\uff0c\uff1b\u3002]")
COMMA = re.compile("[,;]")


class Denials:
    """What denies in one language."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        w = numbers.words
        self.bounds = Bounds(w)
        self.negation = Negation(w)
        self.too = Cues(w.too)
        no = any_of([*w.correction, *w.just_no, *w.hesitations])
        self.denied_after = re.compile(rf"[\s,.]*(?:{no}[\s,.]+)*{any_of(w.denied_after)}", re.I)
        self.bygone_after, self.past = Cues(w.bygone_after), Cues(w.past_verbs)
        self.moved_from = Cues(w.moved_from)
        self.no_longer = Cues(w.no_longer)
        self.denied_in_clause = Cues(w.denied_in_clause)
        self.denied_price = Cues(w.denied_price_after)
        self.said_to = re.compile(rf"(?:{'|'.join(w.said_to) or '(?!)'})\s*$", re.I)
        self.relative = re.compile(
            rf"{any_of(w.demonstratives)}(?:\s+[\w-]+){{1,2}}\s+(?P<cue>{any_of(w.wished)})(?:\s+\w+)?\s*,",
            re.I,
        )
        self.own_words = re.compile(any_of(w.own_words), re.I)
        self.conditions = Cues(w.conditions)
        self.infinitive = re.compile(rf"{any_of(w.infinitive)}\s*$", re.I)
        self.condition_after = Cues(w.condition_after)
        self.disclaims = Cues(w.disclaims)
        self.not_that_day = re.compile(
            rf"(?:[,\uff0c]\s*{any_of(w.rather_than)}|\s{any_of(w.instead_of)})"
            rf"\s*{any_of(w.day_at)}?\s*$",
            re.I,
        )
        self.contrast = re.compile(any_of(w.contrast), re.I)
        supposed = [*w.conditions, *w.condition_after, *w.disclaims]
        behind = [*w.denied_after, *w.denied_in_clause, *w.denied_price_after, *w.no_longer]
        bygone = [*w.raised_from, *w.moved_from, *w.bygone_after]
        self.denying = Lexicon([*w.negation_before, *supposed, *behind, *bygone])

    def is_quoted(self, reading: Reading, sentence: Sentence, one: Stated) -> bool:
        """Somebody else's words, and not hers again: 'you said two, it's three'."""
        spans = reading.tokens.spans
        cues = [*reading.cue_spans("quotation"), *reading.cue_spans("reported")]
        own = self.said_to
        cues = [c for c in cues if not own.search(reading.original[: spans[c[0]][0]])]
        if not cues:
            return False
        ends = [spans[end - 1][1] for _, end in cues]
        relative = {match.end("cue") for match in self.relative.finditer(reading.original)}
        ends = [end for end in ends if end not in relative]
        ends = [end for end in ends if sentence.start <= end <= sentence.end]
        if not ends:
            return False
        mine = [end for end in ends if end <= one.start]
        return not mine or not self.own_words.search(reading.original[max(mine) : one.start])

    def is_denied(self, text: str, one: Stated) -> bool:
        """'Not at eight', 'nothing at nine', 'I can't promise six', 'should you come at six'."""
        if not self.denying.may_be_in(text):
            return False
        start = one.start
        lead = text[:start]
        if self.is_old(text, one):
            return True
        clause = CLAUSE_MARK.split(text[one.end :], maxsplit=1)[0]
        if self.is_supposed(lead) or self.condition_after.within(clause):
            return True
        for _, end in self.disclaims.spans(lead):
            if not (self.contrast.search(lead[end:]) or self.own_words.search(lead[end:])):
                return True
        if one.kind in ("time", "day") and self.no_longer.within(text[one.end :]):
            return True
        if one.kind in ("time", "phone"):
            rest = text[one.end :].lstrip(" ")
            if self.denied_after.match(rest) or self.denied_in_clause.regex.match(rest):
                return True
        if one.kind == "price" and self.denied_price.follows(text[one.end :]):
            return True
        if one.kind == "price" and self.bygone_after.follows(text[one.end :]):
            return True
        if one.kind == "price" and self.was_once(lead):
            return True
        bounds = self.bounds
        if one.kind == "price" and (bounds.no_more.search(lead) or bounds.no_less.search(lead)):
            return False  # "it won't come to more than five hundred"
        bound = self.bounds.before.search(lead)
        if bound and one.kind != "price" and self.bounds.floor.ends(lead):
            bound = None  # "nothing to eat from midnight"
        if bound:
            if one.kind == "price" and self.negation.until.within(bound[0]):
                return False  # "I couldn't do it any cheaper than eighty"
            start = bound.start()  # "no more than five hundred" denies nothing
        return negated(text, start, self.negation)

    def was_once(self, lead: str) -> bool:
        """'Back in the day it was ten pounds.'"""
        clause = COMMA.split(lead)[-1]
        return any(self.past.within(clause[end:]) for _, end in self.bygone_after.spans(clause))

    def is_old(self, text: str, one: Stated) -> bool:
        """'Two forty-nine, down from three fifty', but not 'down from ninety to eighty';
        'moved from three'."""
        if one.kind == "time" and self.moved_from.before(text, one.start):
            return True
        if not self.bounds.raised_from.before(text, one.start):
            return False
        said = [a for a in self.numbers.amounts(text) if one.start <= a.start < one.end]
        if len(said) != 1:
            return False
        return one.kind == "price" or (one.kind == "time" and said[0].value >= HUNDREDS)

    def is_denied_too(self, text: str, one: Stated, denied: Sequence[Stated]) -> bool:
        """'I can't at four, at half past four neither', 'not nine till five'."""
        if one.kind != "time":
            return False
        before = [d for d in denied if d.kind == "time" and d.end < one.start]
        until = self.bounds.only_ranges.regex
        ranged = any(
            until.fullmatch(text[d.end : one.start].strip().lower())
            and negated(text, d.start, self.negation)
            for d in before
        )
        return ranged or (bool(before) and self.too.begins(text[one.end :]))

    def is_supposed(self, lead: str) -> bool:
        """Behind 'should you come' or 'in case', in the same clause."""
        return any(
            not (COMMA.search(lead, end) or self.infinitive.search(lead[:start]))
            for start, end in self.conditions.spans(lead)
        )

    def only_closed(self, text: str, one: Stated, found: list[Stated]) -> bool:
        """'We're not open on Sundays' names Sunday; 'not Monday, Tuesday' takes one back."""
        days = [o for o in found if o.kind == "day" and o.days and o is not one]
        later = [o for o in days if o.start > one.start]
        others = any(not negated(text, o.start, self.negation) for o in later)
        lead = text[: one.start]
        if any(o.end <= one.start and self.not_that_day.search(lead[o.end :]) for o in days):
            return False  # "it's Saturday, not Sunday"
        supposed = self.disclaims.within(lead) or self.is_supposed(lead)
        supposed = supposed or self.no_longer.within(text[one.end :])
        return one.kind == "day" and not (others or supposed)


def retracted(one: Stated, denied: Sequence[Stated]) -> bool:
    """'The seven o'clock, well, not seven': said before it is denied."""
    return one.kind == "time" and any(
        one.start < other.start and one.value == other.value for other in denied
    )
