"""Times of day in raw text, digits or words alike."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scoring.facts.words import DIGIT, PIECE, Lexicon, Spoken, Words, any_of, spaced, words_in

DAY_MINUTES = 24 * 60
HALF_DAY = 12 * 60
NIGHT_END = 6 * 60
"""'Five past twelve at night' is after midnight, 'ten at night' before it."""
HALF_DAY_HOURS = 12
LONGEST_DAY_HOURS = 10
"""A longer range of hours is hardly meant."""
LATE_MORNING = 10 * 60
"""From then on a time 'at midday' is before noon."""
MINUTES_TO = (5, 10, 20, 25)
"""Minutes people count down to the hour; 'eight to seven' is a range of hours."""
LARGEST_MINUTE = 59
MINUTES_ALONE = 10
"""Fewer minutes need a word of their own ('six five' is no time), ..."""
FIVE = 5
"""... but for five, where hours have words of theirs."""
AMBIGUOUS_TO = (5, 10)
"""'Five to ten' may be 9:55 or from 5 to 10; the word before decides."""


class Clock(NamedTuple):
    """A time of day as said; ``minutes`` holds every reading (8 -> 08:00 and 20:00)."""

    start: int
    end: int
    minutes: frozenset[int]
    bare: bool = False
    """A naked number, a time only where the context makes it one."""
    pair: bool = False
    """Two naked numbers, which may be a price as well."""
    doubtful: bool = False
    """Words that may mean something else: five hours, 'a little'."""
    hour: int | None = None
    """The hour named: 5 in 'quarter to five'."""


class Clocks:
    """Finds times of day."""

    def __init__(self, words: Words, spoken: Spoken) -> None:
        self.words = w = words
        self.spoken = spoken
        hours = list(self.spoken.hours)
        minutes = [n for n, v in self.spoken.cardinals.items() if 1 <= v <= 59]
        units = [n for n, v in self.spoken.cardinals.items() if 0 < v < 10]
        zeros = [z for z, v in w.values.items() if v == 0]
        small = [f"{z} {u}" for z in zeros for u in [*units, *zeros]]
        least = MINUTES_ALONE
        if self.spoken.cardinals.keys().isdisjoint(hours):
            least = FIVE  # "the seventeenth five", but not "six for the second"
        cardinals = self.spoken.cardinals
        few = [n for n in minutes if cardinals[n] >= MINUTES_ALONE or cardinals[n] == least]
        self.minute_words = few + small
        hour = f"(?:{self.spoken.pattern(hours)}|\\d{{1,2}})"
        halves = (("am", w.am), ("pm", w.pm), ("night", w.night), ("midday", w.midday))
        named = "|".join(f"(?P<{half}>{any_of(words)})" for half, words in halves)
        self.meridiem = rf"(?:\s*(?:{named}))"
        border = rf"(?<![\w.:\uff1a,{w.currency_symbols}])"
        tail = r"(?![\d%]|[.:\uff1a]\d)"
        after = rf"(?:\s*{any_of(w.o_clock)})?{self.meridiem}?"
        self.am_before = re.compile(self.part_of_day(w.am_before), re.I)
        self.pm_before = re.compile(self.part_of_day(w.pm_before), re.I)
        self.night_before = re.compile(self.part_of_day(w.night_before), re.I)
        self.midday_before = re.compile(self.part_of_day(w.midday_before), re.I)
        joined = f"(?:{any_of(w.joiners)}\\s+)?" if w.joiners else ""
        long = any_of(n for n, value in w.values.items() if LARGEST_MINUTE < value < 100)
        self.hundred_before = re.compile(rf"(?:{any_of(w.scales)}\s+{joined}|{long}[\s-]+)$", re.I)
        self.hour_before = re.compile(rf"{self.spoken.pattern(hours)}\s+$", re.I)
        days = any_of(day for names in w.weekdays.values() for day in names)
        timetable = any_of([*w.hours_cues, *w.opens_before])
        self.timetable = re.compile(f"{timetable}|{days}", re.I)
        self.day_before = re.compile(rf"{days}\s*$", re.I)
        parts = [*w.am_before, *w.pm_before, *w.night_before, *w.midday_before]
        self.part_before = Lexicon(parts)
        self.half_before = re.compile(rf"{any_of(parts)}\s*$", re.I)
        self.templates = [
            (
                re.compile(self.template(spoken, hour, border) + after, re.I),
                shift,
                spoken,
                own,
                "<m>" in spoken or "<mm>" in spoken,
            )
            # the longest first: "five past half to nine" before "half to nine"
            for spoken, shift in sorted(w.clock.items(), key=lambda c: -len(PIECE.findall(c[0])))
            for own in [own_words(spoken)]
        ]
        self.short = [
            (
                re.compile(self.template(spoken, hour, border) + self.short_end(spoken), re.I),
                shift,
                own,
            )
            for spoken, shift in sorted(w.clock_short.items(), key=lambda c: -len(c[0].split()))
            for own in [own_words(spoken)]
        ]
        doubtful = re.compile(any_of(w.doubtful_times), re.I)
        # Chinese "one o'clock" may be "a little", but ends "eleven o'clock" as well
        self.doubtful = doubtful.search if w.pairs else doubtful.match
        # a decimal in Chinese: "six point five" is written as six o'clock, five
        numeral = self.spoken.pattern([*self.spoken.cardinals])
        self.goes_on = re.compile(rf"\s*(?!{any_of(w.each)}){numeral}", re.I)
        self.digital = re.compile(
            rf"{border}(?P<h>\d{{1,2}})[:.\uff1a](?P<m>\d{{2}}){tail}{after}", re.I
        )
        self.pair = re.compile(
            rf"{border}(?P<h>{hour})(?:\s+|(?<=[a-z])-(?=[a-z]))(?P<m>{self.spoken.pattern(self.minute_words)}|[0-5]\d){tail}{after}",
            re.I,
        )
        self.run = re.compile(rf"{border}(?P<h>\d{{1,2}})(?P<m>[0-5]\d){tail}{after}", re.I)
        self.single = re.compile(
            rf"{border}(?P<h>{hour}){tail}(?P<oc>\s*{any_of(w.o_clock)})?{self.meridiem}?", re.I
        )
        self.fixed_times = {spaced(name): at for name, at in w.fixed_times.items()}
        self.fixed = Lexicon(w.fixed_times)
        # "seven or eight weeks" are weeks, but "six or twenty past six" are times
        other = rf"\s*{any_of(w.money_range_words)}\s*(?:\d+|{numeral})"
        own = {word for template in w.clock for word in template.split()}
        counted = any_of(unit for unit in w.not_an_hour_after if unit not in own)
        # "nine slots", but "a nine thirty slot"
        self.units = Lexicon(w.not_an_hour_after)
        self.unit_after, self.minutes_unit_after = (
            # "ten of a Sunday" and "five to seven p.m." count nothing
            re.compile(
                rf"[\s-]*(?!{any_of(w.day_at)}\s+{days}){any_of(units)}"
                rf"|{other}[\s-]*{counted}(?!\.\w)",
                re.I,
            )
            for units in (w.not_an_hour_after, {*w.not_an_hour_after} - {*w.slots})
        )
        one_day = [d for names in w.weekdays.values() for d in names if d[-1] != w.plural_ending]
        at = rf"[\s,]*(?:{any_of(w.day_at)}\s+)?(?<! a )"
        self.one_day_after = re.compile(rf"{at}{any_of(one_day)}", re.I)
        day, date = any_of(one_day), rf"(?:the\s+)?{any_of(w.ordinals)}"
        self.date_before = re.compile(rf"{date},?\s*$", re.I)
        self.date_after = re.compile(rf"{at}{day},?\s+{date}", re.I)
        self.slot_before = re.compile(rf"{any_of(w.slot_before)}(?:\s+{day})?,?\s*$", re.I)
        self.time_after = re.compile(rf"\s*{any_of(w.time_after)}", re.I)
        self.relative_after = re.compile(rf"[\s,]*{any_of(w.relative_days)}", re.I)
        self.money_after = re.compile(
            rf"\s*(?:{any_of(w.currency_words)}|[{w.currency_symbols}])", re.I
        )

    def part_of_day(self, words: list[str]) -> str:
        """'In the evening at': a part of the day before the hour."""
        return rf"{any_of(words)}[\s,]*(?:{any_of(self.words.at_words)}\s*)?$"

    def template(self, spoken: str, hour: str, border: str) -> str:
        minutes = [name for name, value in self.spoken.cardinals.items() if 0 < value < 60]
        minute = f"(?:{self.spoken.pattern(minutes)}|\\d{{1,2}})"
        long = [name for name in minutes if self.spoken.cardinals[name] >= MINUTES_ALONE]
        slots = {
            "<hour>": f"(?P<h>{hour})",
            "<cardinal>": f"(?P<h>{self.spoken.pattern(self.named(1, 24))})",
            "<late>": f"(?P<h>{self.spoken.pattern(self.named(13, 23))})",
            "<of>": f"(?P<h>{self.spoken.pattern(self.spoken.hours_of)})",
            "<half>": f"(?P<h>{self.spoken.pattern(self.spoken.half_hours)})",
            "<m>": f"(?P<m>{minute})",
            "<mm>": f"(?P<m>{self.spoken.pattern(long)}|\\d{{2}})",
        }
        body = r"[\s-]+".join(slots.get(piece, piece) for piece in PIECE.findall(spoken))
        return rf"{border}(?<!\w){body}(?!\w)"

    def short_end(self, spoken: str) -> str:
        """'At ten to' ends a clause: 'ten to' may go on as a range."""
        ranged = spoken.split()[-1] in self.words.range_words or bool(self.words.hours)
        return r"(?=\s*(?:[,.;!?]|$))" if ranged else rf"{self.meridiem}?"

    def named(self, low: int, high: int) -> list[str]:
        """The cardinals from ``low`` to ``high``."""
        return [name for name, value in self.spoken.cardinals.items() if low <= value <= high]

    def find(
        self, text: str, figures: Sequence[int], earlier: Clock | None = None, *, one: bool = False
    ) -> list[Clock]:
        """Every time of day, in order, without overlaps; naked numbers are marked ``bare``.

        ``figures``: where words and digits for numbers stand. ``earlier`` is the time said before
        the text, for 'at ten past'. ``one``: a range of hours would be no answer.
        """
        taken: list[Clock] = []
        none = self.spoken.idioms(text)
        parted, may_count = self.part_before.may_be_in(text), self.units.may_be_in(text)

        def add(
            match: re.Match[str], hour: int, minute: int, bare: bool = False, pair: bool = False
        ) -> None:
            free = all(match.end() <= c.start or c.end <= match.start() for c in taken)
            free = free and not any(a < match.end() and match.start() < b for a, b in none)
            free = free and not self.two_or_three(match, hour)
            if free and 0 <= hour <= 24 and -60 < minute < 60:
                readings = self.readings(match, hour, minute, parted)
                if readings:
                    doubtful = (
                        not minute and len(readings) > 1 and self.doubtful(match[0]) is not None
                    )
                    half = parted and self.half_before.search(text[: match.start()])
                    at = half.start() if half else match.start(), match.end()
                    taken.append(Clock(*at, readings, bare or doubtful, pair, doubtful, hour))

        digits = DIGIT.search(text) is not None
        for match in self.digital.finditer(text) if digits else ():
            if not self.money_after.match(text, match.end()) and int(match["m"]) < 60:
                add(match, int(match["h"]), int(match["m"]))
        said = words_in(text)
        for regex, shift, template, own, two_numbers in self.templates:
            if not own <= said or (two_numbers and len(figures) < 2):
                continue  # "half past" isn't there
            for match in begun(regex, text, figures if template[0] == "<" else None):
                counts = template.startswith("<m>")
                counted = self.minutes_unit_after.match(text, match.end())
                ranged = counts and {*template.split()} & {*self.words.range_words}
                if ranged and counted and not half_day(match):
                    continue  # "five to ten minutes"
                lead = text[: match.start()]
                if counts and (self.hour_before.search(lead) or self.hundred_before.search(lead)):
                    continue  # "from nine twenty to ten" is no "twenty to ten"
                naked = "<late>" in template  # "nineteen hundred"
                minute = self.shift(match, shift)
                late = self.spoken.value(match["h"]) > HALF_DAY_HOURS and "<hour>" in template
                if minute is None or (late and self.words.twelve_hours):
                    continue  # nobody says "ten past fourteen", but "five to fifteen" of ages
                asked = one and -minute in AMBIGUOUS_TO
                if asked or not self.may_be_range(text, match, minute, template):
                    add(match, self.spoken.value(match["h"]), minute, bare=naked, pair=naked)
        shorts = self.shorts(text, taken)
        none = [*none, *(m.span() for m, _ in shorts)]
        hours = list(begun(self.single, text, figures))
        paired = self.words.pairs and hours and len(figures) > 1
        for match in begun(self.pair, text, figures) if paired else ():
            units = (self.minutes_unit_after, self.money_after)
            if not any(unit.match(text, match.end()) for unit in units):
                naked = not half_day(match)
                hour, minute = self.spoken.value(match["h"]), self.spoken.value(match["m"])
                add(match, hour, minute, pair=naked)
        for match in self.run.finditer(text) if digits else ():
            if not (may_count and self.unit_after.match(text, match.end())):
                add(match, int(match["h"]), int(match["m"]), bare=not half_day(match))
        for match in hours:
            hour = self.spoken.value(match["h"])
            told = half_day(match) and not (self.words.twelve_hours and hour > HALF_DAY_HOURS)
            marked = bool(match["oc"] or told)  # "twenty at night" are tablets
            if not self.words.pairs and self.goes_on.match(text, match.end()):
                continue
            if marked or not (may_count and self.unit_after.match(text, match.end())):
                add(match, hour, 0, bare=not marked)
        for match in self.fixed.regex.finditer(text) if self.fixed.may_be_in(text) else ():
            if not self.words.pairs and self.goes_on.match(text, match.end()):
                continue  # "zero point eight" is written as midnight, eight
            minutes = self.fixed_times[re.sub(r"\s+", " ", match[0].lower())]
            if all(match.end() <= c.start or c.end <= match.start() for c in taken):
                taken.append(Clock(match.start(), match.end(), frozenset({minutes})))
        for match, minute in shorts:
            before = [c for c in taken if c.end <= match.start()]
            last = max(before, key=lambda c: c.end, default=earlier)
            if last and last.hour is not None:
                hour = hour_of_short(last, minute)
                readings = self.readings(match, hour, minute)
                same_half = frozenset(m for m in readings if near(m, last)) or readings
                taken.append(Clock(match.start(), match.end(), same_half, hour=hour))
        return merged(text, sorted(taken, key=lambda c: c.start))

    def may_lack_hour(self, text: str) -> bool:
        """'Ten past' stands in the text, with its hour or without."""
        said = words_in(text) if self.short else set()
        return any(own <= said and regex.search(text) for regex, _, own in self.short)

    def shorts(self, text: str, taken: list[Clock]) -> list[tuple[re.Match[str], int]]:
        """'Ten past' without its hour: the places, in order, and the minutes from the hour."""
        found: list[tuple[re.Match[str], int]] = []
        said = words_in(text)
        for regex, shift, own in self.short:
            if not own <= said:
                continue
            for match in regex.finditer(text):
                others = [(c.start, c.end) for c in taken] + [m.span() for m, _ in found]
                free = all(match.end() <= a or b <= match.start() for a, b in others)
                minute = self.shift(match, shift) if free else None
                if minute is not None and minute % 5 == 0:
                    found.append((match, minute))
        return sorted(found, key=lambda short: short[0].start())

    def two_or_three(self, match: re.Match[str], hour: int) -> bool:
        """Chinese 'two three o'clock' is no exact time."""
        lead = match.string[: match.start()]
        before = None if self.words.pairs else self.hour_before.search(lead)
        if not before or self.day_before.search(lead):
            return False
        return self.spoken.value(before[0]) == hour - 1

    def shift(self, match: re.Match[str], shift: int | str) -> int | None:
        if isinstance(shift, int):
            return shift
        minute = self.spoken.value(match["m"])
        if not 0 < minute < 60:
            return None
        return {"m": minute, "-m": -minute, "m-60": minute - 60}[shift]

    def may_be_range(self, text: str, match: re.Match[str], minute: int, template: str) -> bool:
        """'five to ten' without a preposition, and 10 to 4 in digits, are ranges of hours."""
        if not template.startswith("<m>") or minute > 0:
            return False
        if not set(template.split()) & {*self.words.range_words}:
            return False
        if len(template.split()) > 3:
            return False  # "ten minutes to six"
        if -minute not in MINUTES_TO:
            return True
        if half_day(match):
            return False  # "ten to eight in the evening"
        if -minute not in AMBIGUOUS_TO and not match["m"].isdigit():
            return False
        lead = text[: match.start()]
        before = lead.rstrip().lower().rsplit(" ", 1)[-1]
        w = self.words
        sure = before in (*w.at_words, *w.closes_before)
        if before in w.exactly_before:
            return False
        hours = (self.spoken.value(match["h"]) + minute) % HALF_DAY_HOURS
        if hours > LONGEST_DAY_HOURS and not match["m"].isdigit() and before not in w.opens_before:
            return False  # "ten to nine"
        if self.time_after.match(text, match.end()):
            return False  # "five to one's the latest"
        if self.slot_before.search(lead) or self.date_before.search(lead):
            return False  # "she's got Monday, ten to four", "the tenth, ten to four"
        if self.date_after.match(text, match.end()):
            return False  # "ten to four on Thursday the tenth"
        if day := self.one_day_after.match(text, match.end()):
            text = text[: day.start()] + text[day.end() :]  # "ten to four, Tuesday"
        led = before != "" and {*template.split()}.isdisjoint(w.mostly_ranges)
        led = led or self.relative_after.match(text, match.end()) is not None
        sure = sure or (led and not self.timetable.search(text))
        return not sure or match["m"].isdigit()

    def readings(
        self, match: re.Match[str], hour: int, minute: int, parted: bool = True
    ) -> frozenset[int]:
        """Minutes since midnight: one reading if the half of the day is said or 24-hour.

        ``parted``: a part of the day may stand before it.
        """
        groups = match.groupdict()
        lead = match.string[: match.start()] if parted else ""
        at = hour * 60 + minute
        if hour > 12 or hour == 0 or match[0].startswith("0"):
            found = {at}
        elif groups.get("night") or self.night_before.search(lead):
            found = {at % HALF_DAY + (HALF_DAY if at % HALF_DAY >= NIGHT_END else 0)}
        elif groups.get("midday") or self.midday_before.search(lead):
            found = {at % HALF_DAY + (0 if at % HALF_DAY >= LATE_MORNING else HALF_DAY)}
        elif groups.get("am") or self.am_before.search(lead):
            found = {at % HALF_DAY}
        elif groups.get("pm") or self.pm_before.search(lead):
            found = {at % HALF_DAY + HALF_DAY}
        else:
            found = {at % DAY_MINUTES, (at + HALF_DAY) % DAY_MINUTES}
        return frozenset(m for m in found if 0 <= m <= DAY_MINUTES)


def begun(
    regex: re.Pattern[str], text: str, places: Sequence[int] | None
) -> Iterator[re.Match[str]]:
    """``finditer`` of what can only begin at some places of the text; None: anywhere."""
    if places is None:
        yield from regex.finditer(text)
        return
    end = 0
    for place in places:
        if place >= end and (match := regex.match(text, place)):
            end = match.end()
            yield match


def own_words(template: str) -> set[str]:
    """The words that every time of a template has."""
    return {piece.lower() for piece in PIECE.findall(template) if piece.isalpha()}


def half_day(match: re.Match[str]) -> bool:
    """The half of the day is said behind the time."""
    return bool(match["am"] or match["pm"] or match["night"] or match["midday"])


def hour_of_short(last: Clock, minute: int) -> int:
    """The hour that 'ten past' means behind another time: the nearest, but after 'quarter to
    five' it is ten past five."""
    at, named = min(last.minutes), last.hour or 12
    if minute > 0 and at // 60 % 12 != named % 12:
        return named
    hours = (named + 1, named, named - 1)
    return (min(hours, key=lambda hour: apart(hour * 60 + minute, at)) - 1) % 12 + 1


def apart(one: int, other: int) -> int:
    """Minutes between two places of a clock face."""
    gap = (one - other) % HALF_DAY
    return min(gap, HALF_DAY - gap)


def near(minutes: int, last: Clock) -> bool:
    """Within an hour of a reading of the other time."""
    return any(abs(minutes - other) <= 60 for other in last.minutes)


def merged(text: str, clocks: list[Clock]) -> list[Clock]:
    """'Twelve at noon' is one time."""
    found: list[Clock] = []
    for clock in clocks:
        if found and not text[found[-1].end : clock.start].strip():
            same = found[-1].minutes & clock.minutes
            # Chinese "Wednesday, three o'clock" holds the digit three twice
            if same and not (found[-1].bare and (clock.bare or clock.hour is not None)):
                found[-1] = Clock(found[-1].start, clock.end, same)
                continue
        found.append(clock)
    return found
