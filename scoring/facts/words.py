"""The number, time, day and money words of a language, and how spoken numbers are written."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from auricle.strict import read_yaml, validate
from rubrics.language import language_files

LETTER_BEFORE, WORD_AFTER = r"(?<![^\W\d_])", r"(?!\w)"


class Words(BaseModel):
    """``numbers.yaml`` of a language. Lists are alternatives; case doesn't matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: dict[str, int]
    scales: dict[str, int]
    articles: list[str]
    joiners: list[str]
    clock: dict[str, int | str]
    fixed_times: dict[str, int]
    o_clock: list[str]
    am: list[str]
    pm: list[str]
    range_words: list[str]
    between: list[str]
    between_and: list[str]
    weekdays: dict[str, list[str]]
    day_groups: dict[str, list[str]]
    day_range_words: list[str]
    day_list_words: list[str]
    relative_days: dict[str, int]
    opens_before: list[str]
    at_words: list[str]
    opening_verbs: list[str]
    closing_verbs: list[str]
    closes_before: list[str]
    not_an_hour_after: list[str]
    hours_cues: list[str]
    closed_words: list[str]
    open_words: list[str]
    lunch_words: list[str]
    appointment_cues: list[str]
    currency_symbols: str
    currency_words: list[str]
    minor_words: list[str]
    price_cues: list[str]
    strong_price_cues: list[str]
    not_a_price_after: list[str]
    not_a_price_near: list[str]
    floor_words: list[str]
    ceiling_words: list[str]
    about_words: list[str]
    money_range_words: list[str]
    correction: list[str]
    negation_before: list[str]
    yes_words: list[str]
    no_words: list[str]


def any_of(words: Iterable[str]) -> str:
    """Regex alternation, longest first, with word borders where there are letters.

    A digit may stand before a word ('8am'). Words that share their borders share one group, so
    that most positions of a text are rejected at once.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        left = LETTER_BEFORE if word[0].isalnum() else ""
        right = WORD_AFTER if word[-1].isalnum() else ""
        body = r"\s+".join(re.escape(piece) for piece in word.split())
        groups.setdefault((left, right), []).append(body)
    parts = [f"{left}(?:{'|'.join(ws)}){right}" for (left, right), ws in groups.items()]
    return "(?:" + "|".join(parts) + ")"


class Spoken:
    """Numbers below a hundred as words, and their values."""

    def __init__(self, words: Words) -> None:
        w = words
        self.cardinals = {**w.values}
        for ten, value in w.values.items():
            if value >= 20 and value % 10 == 0:
                for unit, small in w.values.items():
                    if 0 < small < 10:
                        self.cardinals[f"{ten} {unit}"] = value + small

    def pattern(self, names: Iterable[str]) -> str:
        """Regex of the names, longest first, blanks or hyphens between their words."""
        ordered = sorted(set(names), key=lambda n: (-len(n), n))
        return (
            r"(?:(?<!\w)(?:" + "|".join(re.sub(" ", r"[\\s-]+", n) for n in ordered) + r")(?!\w))"
        )

    def value(self, spoken: str) -> int:
        """The number a digit string, cardinal or 'oh five' names."""
        name = re.sub(r"[\s-]+", " ", spoken.lower()).strip()
        if name.isdigit():
            return int(name)
        if name in self.cardinals:
            return self.cardinals[name]
        return self.cardinals[name.split(" ", 1)[1]]


@cache
def words_of(code: str) -> Words:
    """The words of a language, read once a process."""
    where = f"{code}/numbers.yaml"
    data: Any = read_yaml(language_files(code)[where], where)
    return validate(Words, data, where)
