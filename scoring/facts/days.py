"""Days of the week in raw text: names, ranges, lists, 'weekdays', 'today'."""

import re
from typing import NamedTuple

from rubrics.facts import WEEKDAYS
from scoring.facts.words import Lexicon, Words, any_of, spaced


class Days(NamedTuple):
    """Weekdays named together: 'Monday to Friday', 'Tuesdays and Thursdays', 'weekdays'."""

    start: int
    end: int
    days: tuple[str, ...]


class Weekdays:
    """Finds day expressions."""

    def __init__(self, words: Words) -> None:
        self.words = w = words
        self.day_of: dict[str, str] = {
            spaced(word): day for day, words in w.weekdays.items() for word in words
        }
        self.group_of = {
            spaced(word): tuple(days.split())
            for days, words in w.day_groups.items()
            for word in words
        }
        self.relative = {spaced(word): shift for word, shift in w.relative_days.items()}
        self.any = Lexicon([*self.day_of, *self.group_of, *w.relative_days])
        self.day = self.any.regex
        self.day_range = re.compile(rf"\s*{any_of(w.day_range_words)}\s*", re.I)
        numeral = any_of(name.split()[0] for name in w.values)
        timed = any_of([*w.range_words, *w.time_before, *w.at_words])
        self.moved = re.compile(rf"{any_of(w.moved_before)}[^,.;]*$", re.I)
        self.digit = re.compile(rf"\s*(?:\d|{numeral})")
        self.counted = re.compile(rf"(?:\d|{numeral})\s*$", re.I)
        self.timed = re.compile(rf"{timed}\s*(?:\d+|{numeral})\s*$", re.I)
        self.not_before = re.compile(rf"{any_of(w.not_a_day_before)}[\s.]*$", re.I)
        self.not_after = re.compile(rf"\s*{any_of(w.not_a_day_after)}", re.I)
        self.denied = re.compile(rf"{any_of(w.negation_before)}(?:\s+\w+)?\s*$", re.I)
        self.left_out = re.compile(rf"[\s,]*{any_of([*w.day_except, *w.day_but])}\s*", re.I)
        self.inside = re.compile(r"\w,?\s+$")
        at = rf"(?:{any_of(w.day_at)}\s*)?"
        listed = rf"(?:{any_of(w.day_list_words)}\s*)"
        adverb = rf"(?:{any_of(w.day_adverbs)}\s*)?"
        self.comma = re.compile(rf"\s*[,\uff0c]\s*{at}", re.I)
        date = rf"(?:,?\s+(?:{any_of(w.days_dated)})\s+{any_of(w.ordinals)},?)?"
        aside = r"(?:,\s*[^\W\d_]+(?:\s+[^\W\d_]+){0,2},\s*)?"  # "and, since Easter,"
        self.owns = re.compile("['\u2019]s\\b")
        """'Thursday, Wednesday's his day off': the second day begins something new."""
        self.again = re.compile(rf"[\s,]*{any_of(w.yes_words)}[\s,]*", re.I)
        self.day_list = re.compile(rf"{date}\s*{listed}{{1,3}}{aside}{at}{adverb}{at}| ?", re.I)

    def find(self, text: str, today: int | None) -> list[Days]:
        """Day expressions in order; ``today`` (0 = Monday) resolves 'today' and 'tomorrow'."""
        found: list[Days] = []
        ranged = False  # the last one is 'Tuesday to Friday': a comma adds no other day to it
        names = self.names(text)
        for match in self.day.finditer(text):
            if match[0] in names or self.is_none(text, match):
                continue
            days = self.named(re.sub(r"\s+", " ", match[0].lower()), today)
            if len(days) > 1 and {*days} <= {day for other in found for day in other.days}:
                continue  # "Saturday and Sunday are the weekend"
            if found:
                last = found[-1]
                between = text[last.end : match.start()]
                if {*days} < {*last.days} and self.again.fullmatch(between):
                    continue  # "Tuesdays and Fridays, yes, Fridays"
                single = len(days) == len(last.days) == 1
                if self.day_range.fullmatch(between) and single:
                    if self.moved.search(text[: last.start]):
                        found.append(Days(match.start(), match.end(), days))
                        continue
                    days = through(last.days[0], days[0])
                    found[-1] = Days(last.start, match.end(), days)
                    if any(set(days) <= {*other.days} for other in found[:-1]):
                        found.pop()  # "every weekday, Monday to Friday"
                    ranged = True
                    continue
                if self.day_range.fullmatch(between) and days and {*days} <= {*last.days}:
                    found[-1] = Days(last.start, match.end(), last.days)
                    continue  # "all weekdays, from Monday to Friday"
                left_out = self.left_out.fullmatch(between) is not None
                if left_out and len(last.days) > 1 and {*days} & {*last.days}:
                    rest = tuple(day for day in last.days if day not in days)
                    found[-1] = Days(last.start, match.end(), rest)
                    continue
                loose = self.comma.fullmatch(between) is not None
                anew = self.owns.match(text, match.end()) is not None
                apart = loose and (anew or ranged or self.denied.search(text[: last.start]))
                if self.day_list.fullmatch(between) and days and last.days and not apart:
                    found[-1] = Days(
                        last.start, match.end(), tuple(dict.fromkeys((*last.days, *days)))
                    )
                    continue
            found.append(Days(match.start(), match.end(), days))
            ranged = len(days) > 2
        return found

    def names(self, text: str) -> set[str]:
        """Days that are somebody's name: 'Friday rang you', in a language that writes days in
        lower case."""
        if not self.words.lower_case_days:
            return set()
        titled = (m for m in self.day.finditer(text) if m[0].istitle())
        return {m[0] for m in titled if self.inside.search(text[: m.start()])}

    def is_none(self, text: str, match: re.Match[str]) -> bool:
        """'Doctor Friday', 'three working days', Chinese 'five times a week'."""
        if self.not_before.search(text[: match.start()]):
            return True
        if self.not_after.match(text, match.end()) or self.is_digits(text, match):
            return True
        days = self.group_of.get(re.sub(r"\s+", " ", match[0].lower()))
        if days == ():
            return True  # "later in the week"
        grouped = days is not None
        lead = text[: match.start()]  # "eight till six weekdays"
        return grouped and bool(self.counted.search(lead)) and not self.timed.search(lead)

    def is_digits(self, text: str, match: re.Match[str]) -> bool:
        """Chinese 'two four' are Tuesday and Thursday, but not in 'code two four one six'."""
        numbers = all(word in self.words.values for word in match[0].split())
        return numbers and self.digit.match(text, match.end()) is not None

    def named(self, word: str, today: int | None) -> tuple[str, ...]:
        if word in self.day_of:
            return (self.day_of[word],)
        if word in self.group_of:
            return self.group_of[word]
        if today is None:
            return ()
        return (WEEKDAYS[(today + self.relative[word]) % 7],)


def through(first: str, last: str) -> tuple[str, ...]:
    """Weekdays from one to another, over the weekend if need be."""
    names: list[str] = [*WEEKDAYS]
    start = names.index(first)
    count = (names.index(last) - start) % 7
    return tuple(names[(start + i) % 7] for i in range(count + 1))
