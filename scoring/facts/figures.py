"""What was said, with its numbers in figures."""

import re

from auricle.errors import SettingsError
from auricle.models import Transcript
from scoring.facts.numbers import Numbers, numbers
from scoring.facts.phones import phones
from scoring.facts.words import any_of

IN_WORDS_BELOW = 10
"""Smaller numbers stay words, unless they are money or a time: so style guides have it, and "that
one" is no number at all."""


def with_figures(transcript: Transcript) -> Transcript:
    """The transcript with ``normalised`` in each turn whose numbers were said in words."""
    try:
        found = numbers(transcript.language)
    except (SettingsError, KeyError):
        return transcript  # nobody has told the numbers of this language
    turns = [
        turn.model_copy(update={"normalised": in_figures(turn.text, found)})
        for turn in transcript.turns
    ]
    return transcript.model_copy(update={"turns": tuple(turns)})


def in_figures(text: str, found: Numbers) -> str:
    """The text with telephone numbers, times of day and amounts in figures; empty when that is the
    text itself.

    A time on the clock face stays one: "half past nine" is 9:30, in the morning or the evening.
    """
    figures = [(start, end, digits) for start, end, digits in phones(found, text)]
    for clock in found.clocks(text):
        if not clock.bare and not clock.pair:
            minutes = min(clock.minutes)
            figures.append((clock.start, clock.end, f"{minutes // 60}:{minutes % 60:02}"))
    for amount in found.amounts(text):
        if amount.money or amount.value >= IN_WORDS_BELOW:
            said = text[amount.start : amount.end]
            figures.append((amount.start, amount.end, _amount(said, amount.value, found)))
    made, at = "", 0
    for start, end, figure in sorted(figures, key=lambda f: (f[0], -f[1])):
        if start >= at and not any(map(str.isdigit, text[start:end])):
            made += text[at:start] + figure
            at = end
    made += text[at:]
    return made if made != text else ""


def _amount(said: str, value: float, found: Numbers) -> str:
    number = f"{value:.0f}" if value == int(value) else f"{value:.2f}"
    currency = re.search(rf"\s*{any_of(found.words.currency_words)}$", said, re.I)
    return number + (currency[0] if currency else "")
