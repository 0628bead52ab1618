"""Telephone numbers in raw text: digits, digits in words, and groups such as 'six hundred two'."""

import re
from functools import cache

from scoring.facts.numbers import Numbers
from scoring.facts.words import Words

FEWEST = 7
MOST = 15
"""Digits of a telephone number (ITU-T E.164: 15 at most)."""
SEPARATOR = r"(?:\s*[-.,;\uff0c\u3001\u3002\u2013\u2014+()/]\s*|\s+)*"


def phones(numbers: Numbers, text: str) -> list[tuple[int, int, str]]:
    """(start, end, digits) of every telephone number, in order."""
    found: list[tuple[int, int, str]] = []
    if not numbers.numeral.search(text):
        return found
    for match in run_of(numbers).finditer(text):
        pieces = re.findall(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*", match[0].lower())
        digits = spell(pieces, numbers.words)
        groups = len(pieces)
        spelt = sum(piece.isdigit() for piece in pieces) <= 1
        if FEWEST <= len(digits) <= MOST and (groups >= 2 or len(digits) >= 8 or not spelt):
            found.append((match.start(), match.end(), digits))
    return found


@cache
def compiled(names: tuple[str, ...]) -> "re.Pattern[str]":
    word = "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))
    piece = rf"(?:\d+|(?<!\w)(?:{word})(?!\w))"
    return re.compile(rf"{piece}(?:{SEPARATOR}{piece})+|\d{{{FEWEST},}}", re.I)


def run_of(numbers: Numbers) -> "re.Pattern[str]":
    w = numbers.words
    whole = [name for name, value in w.values.items() if value == int(value)]
    hundreds = [name for name, value in w.scales.items() if value == 100]
    return compiled(tuple(n for n in (*whole, *hundreds, *w.repeats) if " " not in n))


def spell(pieces: list[str], words: Words) -> str:
    """Digits of the pieces: 'double oh' -> 00, 'nine hundred' -> 900, 'twenty one' -> 21."""
    found: list[str] = []
    group = 0  # the number being put together, 0 for none
    times = 1
    for piece in pieces:
        if piece in words.repeats:
            times = int(words.repeats[piece])
            group = 0
            continue
        if piece in words.scales:
            if found and 0 < group < 10:
                found[-1] = str(group * 100)
                group *= 100
            continue
        if piece.isdigit():
            found.append(piece * times)
            times, group = 1, 0
            continue
        value = int(words.values[piece])
        lower = any(group % place == 0 and 0 < value < place for place in (10, 100))
        if times == 1 and group >= 20 and lower:
            group += value
            found[-1] = str(group)
        else:
            found.append(str(value) * times)
            group = value if times == 1 else 0
        times = 1
    return "".join(found)
