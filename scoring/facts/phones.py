"""Telephone numbers in raw text: digits, digits in words, and groups such as 'six hundred two'."""

import re
from functools import cache, lru_cache

from scoring.facts.numbers import READINGS, Numbers
from scoring.facts.words import Words, any_of, either

FEWEST = 7
FEWEST_NAMED = 6
"""Where she says that it is a telephone number."""
FEWEST_SPELT = 4
FEWEST_SHARED = 3
"""By so many digits a number said again is known."""
MOST = 15
"""Digits of a telephone number (ITU-T E.164: 15 at most)."""
PIECES = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
GROUP = re.compile(r"[,;\uff0c\u3001](?=[^,;\uff0c\u3001]*$)")
"""The last comma: numbers are put together between commas only."""
MARK = r"[-.,;\uff0c\u3001\u3002\u2013\u2014+()/]"


@lru_cache(READINGS)
def phones(numbers: Numbers, text: str) -> list[tuple[int, int, str]]:
    """(start, end, digits) of every telephone number, in order."""
    found: list[tuple[int, int, str]] = []
    if not numbers.named(text):
        return found
    cue, other, unit = cues_of(numbers)
    joins = {word for join in numbers.words.phone_joins for word in join.split()}
    fewest = FEWEST_NAMED if cue.search(text) else FEWEST
    for match in run_of(numbers).finditer(text):
        start, end = match.span()
        if unit.match(text, end) and (comma := GROUP.search(match[0])):
            end = start + comma.start()  # "... 9936, twenty-four hours a day"
        before = text[:start]
        if all_times(numbers, match[0]):
            continue
        if other.search(before[max(before.rfind(mark) for mark in ".?!;") + 1 :]):
            continue
        groups = re.split(r"[,;\uff0c\u3001]", text[start:end].lower())
        pieces = [[p for p in PIECES.findall(g) if p not in joins] for g in groups]
        digits = "".join(spell(group, numbers.words) for group in pieces)
        count = sum(map(len, pieces))
        spelt = sum(piece.isdigit() for group in pieces for piece in group) <= 1
        if fewest <= len(digits) <= MOST and (count >= 2 or len(digits) >= 8 or not spelt):
            found.append((start, end, digits))
    if numbers.words.short_phones or numbers.words.short_phones_cued:
        for match in short_of(numbers, cue.search(text) is not None).finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                said: list[str] = PIECES.findall(match[0].lower())
                values = numbers.words.values
                digits = spell([p for p in said if p.isdigit() or p in values], numbers.words)
                found.append((*match.span(), digits))
    return sorted(found)


def parts(numbers: Numbers, text: str) -> list[tuple[int, int, str]]:
    """(start, end, digits) of every run of digits that may be a part of a telephone number."""
    joins = {word for join in numbers.words.phone_joins for word in join.split()}
    found = []
    for match in run_of(numbers).finditer(text):
        groups = re.split(r"[,;\uff0c\u3001]", match[0].lower())
        pieces = [[p for p in PIECES.findall(group) if p not in joins] for group in groups]
        digits = "".join(spell(group, numbers.words) for group in pieces)
        if len(digits) >= FEWEST_SHARED:
            found.append((*match.span(), digits))
    return found


def all_times(numbers: Numbers, run: str) -> bool:
    """'Nine ten, nine fifty' are two times."""
    groups = [group.strip() for group in re.split(r"[,;]", run)]
    pair = numbers.clock_finder.pair
    return numbers.words.pairs and len(groups) > 1 and all(map(pair.fullmatch, groups))


@lru_cache(READINGS)
def spelt_out(numbers: Numbers, text: str) -> list[tuple[int, int]]:
    """Where four digits or more are told one by one: no times, no prices."""
    values = numbers.words.digits
    found = []
    for match in run_of(numbers).finditer(text):
        pieces = PIECES.findall(match[0].lower())
        single = [p for p in pieces if p in numbers.words.repeats or values.get(p, 10) < 10]
        if len(pieces) == len(single) >= FEWEST_SPELT:
            found.append(match.span())
    return found


@cache
def cues_of(numbers: Numbers) -> tuple["re.Pattern[str]", "re.Pattern[str]", "re.Pattern[str]"]:
    """Words for a telephone number, for another number, and units behind a count."""
    w = numbers.words
    units = [n for n in w.not_an_hour_after if len(n) > 1 or not n.isascii()] + [*w.scales]
    cue, other, unit = (any_of(words) for words in (w.phone_cues, w.not_a_phone_near, units))
    other = "".join(rf"(?<!{code} )" for code in w.phone_code) + other
    return re.compile(cue, re.I), re.compile(other, re.I), re.compile(rf"\s*{unit}", re.I)


@cache
def short_of(numbers: Numbers, cued: bool) -> "re.Pattern[str]":
    w = numbers.words
    return re.compile(any_of([*w.short_phones, *(w.short_phones_cued if cued else ())]), re.I)


@cache
def compiled(names: tuple[str, ...], joins: str) -> "re.Pattern[str]":
    words = either(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))
    piece = rf"(?:\d+|(?<!\w){words}(?!\w))"
    separator = rf"(?:\s*(?:{MARK}|{joins})\s*|\s+)*"
    return re.compile(rf"{piece}(?:{separator}{piece})+|\d{{{FEWEST},}}", re.I)


@cache
def run_of(numbers: Numbers) -> "re.Pattern[str]":
    """Digits and words for them, one after the other."""
    w = numbers.words
    whole = [name for name, value in w.values.items() if value == int(value)]
    hundreds = [name for name, value in w.scales.items() if value == 100]
    names = (*whole, *hundreds, *w.repeats, *w.digit_names)
    return compiled(tuple(dict.fromkeys(n for n in names if " " not in n)), any_of(w.phone_joins))


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
            found.append("00")  # "seven hundred", "double seven hundred"
            group = 100
            continue
        if piece in words.digit_names:
            digit = str(int(words.digit_names[piece]))
            if 1 < group < 5:
                found[-1] = digit * group  # "three sevens"
            else:
                found.append(digit * times)
            times, group = 1, 0
            continue
        if piece.isdigit():
            found.append(piece * times)
            times, group = 1, 0
            continue
        value = int(words.values[piece])
        lower = any(group % place == 0 and 0 < value < place for place in (10, 100))
        if times == 1 and group >= 20 and lower:
            group = value if found[-1] == "00" else group + value
            found[-1] = f"{group:02}"
        else:
            found.append(str(value) * times)
            group = value if times == 1 else 0
        times = 1
    return "".join(found)
