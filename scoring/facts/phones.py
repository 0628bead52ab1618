"""Telephone numbers in raw text: digits, digits in words, and groups such as 'six hundred two'."""

import re
from functools import cache

from rubrics.kept import kept
from scoring.facts.numbers import Numbers
from scoring.facts.words import Lexicon, Words, any_of, either

FEWEST = 7
FEWEST_NAMED = 6
"""Where she says that it is a telephone number."""
FEWEST_SPELT = 4
FEWEST_SHARED = 3
"""By so many digits a number said again is known."""
MOST = 15
"""Digits of a telephone number (ITU-T E.164: 15 at most)."""
SHORT_ALONE = 2
"""So many short numbers tell that they are of telephones: '999 or 112'."""
IN_PAIRS = re.compile(r"\d\d[- ]\d\d[- ]\d\d")
DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d")
PIECES = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
LONG = re.compile(rf"\d{{{FEWEST_NAMED}}}")
GROUP = re.compile(r"[,;\uff0c\u3001](?=[^,;\uff0c\u3001]*$)")
"""The last comma: numbers are put together between commas only."""
MARK = r"[-.,;\uff0c\u3001\u3002\u2013\u2014+()/]"


@kept
def phones(numbers: Numbers, text: str, called: bool = False) -> list[tuple[int, int, str]]:
    """(start, end, digits) of every telephone number, in order.

    ``called``: the patient has asked for one.
    """
    found: list[tuple[int, int, str]] = []
    if not numbers.named(text):
        return found
    runs = runs_in(numbers, text) if may_have_run(numbers, text) else []
    if not (runs or short_of(numbers, True).search(text)):
        return found
    cue, other, unit = cues_of(numbers)
    named = called or cue.search(text) is not None
    for match in runs:
        start, end = match.span()
        if unit.match(text, end) and (comma := GROUP.search(match[0])):
            end = start + comma.start()  # "... 9936, twenty-four hours a day"
        before = text[:start]
        if all_times(numbers, match[0]) or DATE.fullmatch(match[0]):
            continue
        if other.search(before[max(before.rfind(mark) for mark in ".?!;") + 1 :]):
            continue
        pieces = groups_of(numbers, text[start:end])
        told = [spell(group, numbers.words) for group in pieces]
        if told[0] == "1" and len(told) > 1 and not told[1].startswith("8"):
            start += text[start:end].index(",") + 1  # "yes, we have one, oh two nine ..."
            start += len(text[start:end]) - len(text[start:end].lstrip())
            told, pieces = told[1:], pieces[1:]
        if mended := mend_of(numbers).match(text, end):
            again = [spell(group, numbers.words) for group in groups_of(numbers, mended["again"])]
            if len("".join(again)) < FEWEST_NAMED:
                told, end = [*told[:-1], *again], mended.end()
        digits = "".join(told)
        count = sum(map(len, pieces))
        spelt = sum(piece.isdigit() for group in pieces for piece in group) <= 1
        fewest = FEWEST_NAMED if named or IN_PAIRS.fullmatch(match[0]) else FEWEST
        if fewest <= len(digits) <= MOST and (count >= 2 or len(digits) >= 8 or not spelt):
            found.append((start, end, digits))
    if numbers.words.short_phones or numbers.words.short_phones_cued:
        short = list(short_of(numbers, True).finditer(text))
        if not named and len(short) < SHORT_ALONE:
            short = list(short_of(numbers, False).finditer(text))
        for match in short:
            if all(match.end() <= start or end <= match.start() for start, end, _ in found):
                said: list[str] = PIECES.findall(match[0].lower())
                known = numbers.words.values.keys() | numbers.words.repeats.keys()
                digits = spell([p for p in said if p.isdigit() or p in known], numbers.words)
                found.append((*match.span(), digits))
    return sorted(found)


def groups_of(numbers: Numbers, run: str) -> list[list[str]]:
    """The words of each group of digits, those between them left out."""
    run = joins_of(numbers).sub(",", run.lower())
    for name in numbers.words.repeats:
        run = run.replace(name, name.replace(" ", ""))  # Chinese "three of them" is one word
    groups = re.split(r"[,;\uff0c\u3001]", run)
    return [PIECES.findall(group) for group in groups]


def parts(numbers: Numbers, text: str) -> list[tuple[int, int, str]]:
    """(start, end, digits) of every run of digits that may be a part of a telephone number."""
    found = []
    for match in runs_in(numbers, text):
        groups = groups_of(numbers, match[0])
        digits = "".join(spell(group, numbers.words) for group in groups)
        if len(digits) >= FEWEST_SHARED:
            found.append((*match.span(), digits))
    return found


def all_times(numbers: Numbers, run: str) -> bool:
    """'Nine ten, nine fifty' are two times, 'ten, ten thirty, eleven' three."""
    groups = [group.strip() for group in re.split(r"[,;]", run)]
    pair, hours = numbers.clock_finder.pair, numbers.clock_finder.spoken.hours
    times = [group for group in groups if pair.fullmatch(group)]
    alone = all(group in times or group.lower() in hours for group in groups)
    return numbers.words.pairs and len(groups) > 1 and bool(times) and alone


@kept
def spelt_out(numbers: Numbers, text: str) -> list[tuple[int, int]]:
    """Where four digits or more are told one by one: no times, no prices."""
    values = numbers.words.digits
    found: list[tuple[int, int]] = []
    if not may_have_run(numbers, text):
        return found
    for match in runs_in(numbers, text):
        pieces = [piece for group in groups_of(numbers, match[0]) for piece in group]
        times = {name.replace(" ", "") for name in numbers.words.repeats}
        single = [p for p in pieces if p in times or values.get(p, 10) < 10]
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
def compiled(names: tuple[str, ...], joins: str, correction: str = "") -> "re.Pattern[str]":
    words = either(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))
    piece = rf"(?:\d+|(?<!\w){words}(?!\w))"
    separator = rf"(?:\s*(?:{MARK}|{joins})\s*|\s+)*"
    if correction:
        return re.compile(rf"{correction}(?P<again>{piece}(?:{separator}{piece})*)", re.I)
    return re.compile(rf"{piece}(?:{separator}{piece})+|\d{{{FEWEST},}}", re.I)


def may_have_run(numbers: Numbers, text: str) -> bool:
    """More than one number is there, or one of many digits: no other is dialled or spelt out."""
    more = len(numbers.figures(text)) > 1 or spelt_words(numbers).may_be_in(text)
    return more or LONG.search(text) is not None


@cache
def spelt_words(numbers: Numbers) -> Lexicon:
    """Words for digits that no number begins with: 'oh', 'double'."""
    return Lexicon([*numbers.words.digit_names, *numbers.words.repeats])


@kept
def runs_in(numbers: Numbers, text: str) -> list[re.Match[str]]:
    """Where digits or words for them stand one after the other."""
    return list(run_of(numbers).finditer(text))


@cache
def run_of(numbers: Numbers) -> "re.Pattern[str]":
    """Digits and words for them, one after the other."""
    return compiled(names_of(numbers), any_of(numbers.words.phone_joins))


@cache
def mend_of(numbers: Numbers) -> "re.Pattern[str]":
    """What follows a telephone number of which the last group is told anew."""
    w = numbers.words
    cue, denied = any_of(w.correction), any_of(w.negation_before)
    spoken = numbers.amount_finder.spoken
    again = rf"(?:{denied}\s+{spoken.pattern(spoken.cardinals)}[\s,]+)?"
    correction = rf"[\s,.\uff0c]+(?:{cue}[\s,\uff0c]+)+{again}"
    return compiled(names_of(numbers), any_of(w.phone_joins), correction)


@cache
def joins_of(numbers: Numbers) -> "re.Pattern[str]":
    """Words between groups, as they stand in a text in small letters."""
    return re.compile(any_of(numbers.words.phone_joins))


def names_of(numbers: Numbers) -> tuple[str, ...]:
    """Words that are or double digits."""
    w = numbers.words
    whole = [name for name, value in w.values.items() if value == int(value)]
    hundreds = [name for name, value in w.scales.items() if value == 100]
    single = [n for n in (*whole, *hundreds, *w.digit_names) if " " not in n]
    return tuple(dict.fromkeys((*w.repeats, *single)))


def spell(pieces: list[str], words: Words) -> str:
    """Digits of the pieces: 'double oh' -> 00, 'nine hundred' -> 900, 'twenty one' -> 21."""
    found: list[str] = []
    repeats = {name.replace(" ", ""): n for name, n in words.repeats.items()}
    group = 0  # the number being put together, 0 for none
    times = 1
    for piece in pieces:
        if piece in repeats:
            times = int(repeats[piece])
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
