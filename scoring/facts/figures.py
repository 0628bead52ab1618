"""What was said, with its numbers in figures."""

import re
from collections.abc import Sequence
from itertools import chain

from auricle.errors import SettingsError
from auricle.models import Transcript
from scoring.facts.clocks import Clock
from scoring.facts.dates import dates
from scoring.facts.numbers import Numbers, numbers
from scoring.facts.phones import phones
from scoring.facts.words import any_of, shadow

IN_WORDS_BELOW = 10
"""Smaller numbers stay words, unless they are money or a time: so style guides have it, and "that
one" is no number at all."""


def with_figures(transcript: Transcript) -> Transcript:
    """The transcript with ``normalised`` in each turn whose numbers were said in words."""
    try:
        numbers(transcript.language)
    except (SettingsError, KeyError):
        return transcript  # nobody has told the numbers of this language
    turns = [
        turn.model_copy(update={"normalised": in_figures(turn.text, transcript.language)})
        for turn in transcript.turns
    ]
    return transcript.model_copy(update={"turns": tuple(turns)})


def in_figures(text: str, language: str) -> str:
    """The text with telephone numbers, times of day and amounts in figures; empty when that is the
    text itself.

    A time on the clock face stays one: "half past nine" is 9:30, in the morning or the evening.
    Raises SettingsError or KeyError for a language without numbers.
    """
    found, read = numbers(language), shadow(language, text)
    words = found.words
    none = [*chain(*words.weekdays.values()), *words.no_numbers]
    others = [m.span() for m in re.finditer(any_of(none), read.text, re.I)]
    spoken = found.clock_finder.spoken
    cardinal = re.compile(spoken.pattern(spoken.cardinals), re.I)
    half_day = re.compile(any_of([*words.am_before, *words.pm_before]), re.I)
    days = [(date.start, date.end) for date in dates(language).find(read.text)]
    figures = list(phones(found, read.text))
    for start, end in days:
        for number in cardinal.finditer(read.text, start, end):
            figures.append((*number.span(), str(spoken.value(number[0]))))
    amounts = [(*read.span(a.start, a.end), a) for a in found.amounts(read.text)]
    starts, ends = ({place[side] for place in amounts} for side in (0, 1))
    for clock in found.clocks(read.text):
        start = max([clock.start, *(end for at, end in others if at <= clock.start < end)])
        # A part of the day in one character belongs to the word before: "tomorrow morning".
        if (half := half_day.match(read.text, start)) and len(half[0]) == 1:
            start = half.end()
        start += len(read.text[start:]) - len(read.text[start:].lstrip())
        goes_on = read.span(start, clock.end)[1] in starts  # "zero point four"
        vague = re.match(rf"\s*{any_of(words.vague_after)}", read.text[clock.end :])
        if not (clock.bare or clock.pair or goes_on or vague or _touches(clock.end, others)):
            figures.append((start, clock.end, _time(clock)))
    for start, end, amount in amounts:
        if not _touches(amount.start + 1, others):
            # Chinese "two three hundred" is two or three hundred.
            apart = start not in ends and end not in starts
            large = amount.value >= (1 if amount.money else IN_WORDS_BELOW)
            if apart and large and not _touches(amount.start + 1, days):
                said = read.text[amount.start : amount.end]
                figures.append((amount.start, amount.end, _amount(said, amount.value, found)))
    made, at = "", 0
    for begin, finish, figure in sorted(figures, key=lambda f: (f[0], -f[1])):
        start, end = read.span(begin, finish)
        if start >= at and not any(map(str.isdigit, text[start:end])):
            made += text[at:start] + figure
            at = end
    made += text[at:]
    return made if made != text else ""


def _touches(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < at <= end for start, end in spans)


def _time(clock: Clock) -> str:
    minutes = min(clock.minutes)
    hour = minutes // 60 if len(clock.minutes) == 1 else minutes // 60 % 12 or 12
    return f"{hour}:{minutes % 60:02}"


def _amount(said: str, value: float, found: Numbers) -> str:
    number = f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    currency = re.search(rf"\s*{any_of(found.words.currency_words)}", said, re.I)
    if currency and found.words.currency_written:
        return number + found.words.currency_written
    return number + (currency[0] if currency else "")
