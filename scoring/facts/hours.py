"""Find what the administrator says about opening hours."""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from rubrics.facts import WEEKDAYS
from rubrics.phrases import Reading
from scoring.facts.claims import (
    Cues,
    HoursClaim,
    Negation,
    clause_around,
    conditional_at,
    corrected,
    negated,
    sentences,
)
from scoring.facts.numbers import Clock, Days, Numbers, numbers
from scoring.facts.words import any_of


@dataclass(frozen=True, slots=True)
class Item:
    """A time, a range of times, or 'closed' inside a sentence."""

    start: int
    end: int
    opens: frozenset[int] | None = None
    closes: frozenset[int] | None = None
    bounds: frozenset[int] | None = None
    closed: bool | None = None


SMALL_HOURS_END = 5 * 60
"""Minutes after midnight. No clinic opens or closes before: '9 to 1 a.m.' is no 51 past twelve."""

QUARTER = 15
"""Minutes. A time that isn't on the quarter is hardly one at which a clinic opens or closes."""
WORKING_DAYS = WEEKDAYS[:5]
MOST_BETWEEN = 5
"""Characters between 'not open' and its day: 'on'."""
MOST_LETTERS_ALONE = 2
"""So many letters may stand beside a time that is said alone."""
MOST_WORDS_OF_A_NO = 3
"""Without a word of being open or closed a longer 'no' answers something else."""
BESIDE = re.compile(r"\s*(?:[^\W\d]{1,6}(?:'\w+)?\s*){0,2}")
"""What may stand between a day and its time: 'Friday when it's four'."""


class HoursFinder:
    """Opening-hours claims of one language."""

    def __init__(self, code: str) -> None:
        self.numbers: Numbers = numbers(code)
        w = self.numbers.words
        self.hours = Cues(w.hours_cues)
        self.closed = Cues(w.closed_words)
        self.open = Cues(w.open_words)
        self.state = Cues([*w.closed_words, *w.open_words])
        self.lunch = Cues(w.lunch_words)
        self.appointment = Cues(w.appointment_cues)
        self.opens_before = Cues(w.opens_before)
        self.at = Cues(w.at_words)
        self.opening = Cues(w.opening_verbs)
        self.closing = Cues(w.closing_verbs)
        self.closing_after = re.compile(rf"\s*{any_of(w.closing_after)}", re.I)
        self.opening_after = re.compile(rf"\s*{any_of(w.opening_after)}", re.I)
        self.closes_before = Cues(w.closes_before)
        self.correction = Cues(w.correction)
        self.negation = Negation(w)
        self.range_words = Cues(w.range_words)
        self.between = Cues(w.between)
        self.between_and = Cues(w.between_and)
        self.untrue = Cues([*w.disclaims, *w.bygone])
        self.other_days = re.compile(any_of(w.other_days), re.I)
        self.excepted = Cues(w.day_except)
        self.yes = Cues(w.yes_words)
        self.no = Cues(w.no_words)

    def worthwhile(self, text: str, asked: str) -> bool:
        """It names a time, a day, or that something is open or closed, or it may say yes."""
        if asked or self.numbers.named(text):
            return True
        places = (self.numbers.day_finder.day, self.closed.regex, self.open.regex)
        return any(place.search(text) for place in places)

    def find(
        self,
        turn: int,
        text: str,
        reading: Reading,
        asked: str,
        today: int | None,
        staff: Cues | None = None,
    ) -> list[HoursClaim]:
        """Claims of one turn in order.

        ``asked`` is the patient's question about opening hours just before, or empty; ``today``
        the weekday of the call (0 = Monday) or None; ``staff`` who works here: their hours aren't
        the clinic's. What nobody asked and no word of being open speaks of is ``loose``.
        """
        found: list[HoursClaim] = []
        asked_days = tuple(d for days in self.numbers.days(asked, today) for d in days.days)
        on_topic = bool(asked)
        carried: tuple[str, ...] = ()
        for number, sentence in enumerate(sentences(reading)):
            has_cue = self.hours.is_in(sentence.text)
            appointment = self.appointment.is_in(sentence.text)
            timetable = not appointment and self.is_timetable(sentence.text, today)
            on_topic = has_cue or timetable or (on_topic and not appointment)
            if not sentence.is_statement():
                continue
            stated, left_over = self.in_sentence(
                sentence.text, has_cue, today, text[: sentence.start]
            )
            claims = [
                replace(claim, loose=claim.loose or not on_topic)
                for claim in stated
                if not conditional_at(reading, sentence.start + claim.end - 1)
                and not self.of_staff(sentence.text, claim, staff)
            ]
            if not on_topic:
                claims = [claim for claim in claims if claim.closes is not None]
            if not claims and asked and number == 0:
                claims = self.alone(sentence.text, asked, today)
                claims = claims or self.yes_or_no(sentence.text, asked, asked_days)
            told = bool(found)
            for claim in claims:
                if claim.bounds is not None and not self.answers(claim, asked, asked_days):
                    continue
                if claim.bounds is not None and told and not claim.days:
                    continue  # "We're here till six. At five is fine."
                if claim.closed and not (asked or claim.days):
                    continue  # "the door's shut"
                inherited = carried or (found[-1].days if found else asked_days)
                days = claim.days or (inherited if claim.bounds is None else asked_days)
                found.append(
                    replace(
                        claim,
                        turn=turn,
                        start=claim.start + sentence.start,
                        end=claim.end + sentence.start,
                        days=days,
                    )
                )
            carried = left_over
        return found

    def answers(self, claim: HoursClaim, asked: str, asked_days: tuple[str, ...]) -> bool:
        """A time beside a day may be that of a visit, unless it was asked about opening hours."""
        other_day = asked_days and claim.days and not {*claim.days} & {*asked_days}
        return bool(asked) and not other_day

    def of_staff(self, text: str, claim: HoursClaim, staff: Cues | None) -> bool:
        """'Doctor Shah is in until two': not when the clinic is open."""
        if staff is None:
            return False
        left, right = clause_around(text, claim.start, claim.end)
        if staff.within(text[left:right]):
            return True
        return not self.hours.within(text[left:right]) and staff.within(text[:left])

    def is_timetable(self, text: str, today: int | None) -> bool:
        """A range of times beside several days speaks of opening hours without saying so."""
        if not any(len(d.days) > 1 for d in self.numbers.days(text, today)):
            return False
        return any(self.is_range(text, a, b) for a, b in pairwise(self.numbers.clocks(text)))

    def alone(self, text: str, asked: str, today: int | None) -> list[HoursClaim]:
        """'When do you open?' - 'Eight.' 'How late are you open?' - 'Five, except on Fridays.'"""
        opening, closing = self.opening.is_in(asked), self.closing.is_in(asked)
        clocks = self.numbers.clocks(text)
        if opening == closing or len(clocks) != 1:
            return []
        clock = clocks[0]
        if max(clock.minutes) < SMALL_HOURS_END:
            return []
        left, right = clause_around(text, clock.start, clock.end)
        rest = text[left : clock.start] + " " + text[clock.end : right]
        rest = self.closing.regex.sub(" ", self.numbers.day_finder.day.sub(" ", rest))
        if len(re.findall(r"\w", rest)) > MOST_LETTERS_ALONE:
            return []
        opens, closes = (None, clock.minutes) if closing else (clock.minutes, None)
        named = self.all_days(text[left:right], today)
        days = tuple(d for days in named for d in days.days)
        return [HoursClaim(0, clock.start, clock.end, days, opens, closes)]

    def yes_or_no(self, text: str, asked: str, days: tuple[str, ...]) -> list[HoursClaim]:
        """'Are you open on Saturday?' - 'Yes, we are.' To 'until four?' a yes says that too."""
        yes = self.yes.begins(text)
        if not days or not (yes or self.no.begins(text) or self.state.begins(text)):
            return []
        if not yes and not self.state.is_in(text) and len(text.split()) > MOST_WORDS_OF_A_NO:
            return []  # "no, the old referral is valid"
        if yes:
            named, _ = self.in_sentence(asked, True, None)
            if len(named) == 1 and (named[0].opens or named[0].closes):
                return [replace(named[0], start=0, end=len(text))]
        said = self.state.regex.match(text) or self.state.regex.search(asked)
        shut = said is not None and self.closed.regex.fullmatch(said[0]) is not None
        agrees = yes or self.state.begins(text)
        return [HoursClaim(0, 0, len(text), days, closed=shut if agrees else not shut)]

    def in_sentence(
        self, text: str, has_cue: bool, today: int | None, earlier: str = ""
    ) -> tuple[list[HoursClaim], tuple[str, ...]]:
        """Claims of one sentence, and the days left over at its end for the next.

        ``earlier`` is what she said before it in the same turn. Recognisers put full stops in the
        wrong place: in "Monday to Thursday until seven on Friday. We finish at four" the time has
        its days already, and Friday begins the next sentence.
        """
        days = [d for d in self.all_days(text, today) if not self.elsewhere(text, d)]
        items = self.items(text, days, earlier)
        denied = [d for d in days if self.is_denied(text, d)]
        items = sorted(
            [*items, *(Item(d.start, d.end, closed=True) for d in denied)], key=lambda i: i.start
        )
        kept = [
            i
            for i in items
            if not self.is_appointment(text, i, has_cue)
            and not self.untrue.within(text[slice(*clause_around(text, i.start, i.end))])
        ]
        if not kept:
            return [], ()
        attached = self.attach(text, kept, days)
        found: list[HoursClaim] = []
        left_over: tuple[str, ...] = ()
        for item, own in zip(kept, attached, strict=True):
            if self.has_one_too_many(text, item, own):
                left_over = own.pop().days
            left, right = clause_around(text, item.start, item.end)
            start = min([item.start, *(d.start for d in own)])
            end = max([item.end, *(d.end for d in own)])
            named = tuple(dict.fromkeys(day for d in own for day in d.days))
            if not own and found and item.closed is None and item.bounds is None:
                named = found[-1].days
            found.append(
                HoursClaim(
                    0,
                    start,
                    end,
                    named,
                    item.opens,
                    item.closes,
                    item.bounds,
                    item.closed,
                    lunch=self.lunch.within(text[left:right]) and item.opens is not None,
                    loose=any(self.other_days.fullmatch(text, d.start, d.end) for d in own),
                )
            )
        return found, left_over

    def all_days(self, text: str, today: int | None) -> list[Days]:
        """With 'the other days', which are weekdays: what is said of one of them goes before."""
        named = self.numbers.days(text, today)
        others = [
            Days(m.start(), m.end(), WORKING_DAYS)
            for m in self.other_days.finditer(text)
            if not any(d.start < m.end() and m.start() < d.end for d in named)
        ]
        return self.without_exceptions(text, sorted([*named, *others], key=lambda d: d.start))

    def without_exceptions(self, text: str, days: list[Days]) -> list[Days]:
        """'Every day except Friday' is one mention of six days."""
        kept: list[Days] = []
        for day in days:
            if not self.excepted.ends(text[: day.start]):
                kept.append(day)
            elif kept and len(kept[-1].days) > len(day.days):
                left = tuple(d for d in kept[-1].days if d not in day.days)
                kept[-1] = kept[-1]._replace(days=left)
        return kept

    def has_one_too_many(self, text: str, item: Item, own: list[Days]) -> bool:
        """Days on both sides of a time, the last at the very end of the sentence."""
        return (
            len(own) > 1
            and own[0].end <= item.start
            and own[-1].start >= item.end
            and not text[own[-1].end :].strip(" .,!")
        )

    def items(self, text: str, days: list[Days], earlier: str) -> list[Item]:
        """Ranges, single times and 'closed' in order; what was taken back is left out."""
        clocks = self.numbers.clocks(text)
        found: list[Item] = []
        skip = False
        for i, clock in enumerate(clocks):
            after = clocks[i + 1] if i + 1 < len(clocks) else None
            if skip:
                skip = False
                continue
            of_day = any(day.start <= clock.start < day.end for day in days)
            if after and not of_day and self.is_range(text, clock, after):
                found.append(Item(clock.start, after.end, clock.minutes, after.minutes))
                skip = True
            elif single := self.single(text, clock, days, earlier):
                found.append(single)
            elif found and self.takes_back(text, found[-1], clock):
                last = found[-1]
                found[-1] = replace(
                    last,
                    end=clock.end,
                    opens=clock.minutes if last.opens and not last.closes else last.opens,
                    closes=clock.minutes if last.closes else None,
                )
        timed = list(found)
        for start, end in self.state.spans(text):
            if not self.closed.regex.fullmatch(text[start:end]):
                continue  # "never closed" holds "closed"
            around = clause_around(text, start, end)
            near = [i for i in timed if around[0] <= i.start <= around[1]]
            if any(i.closes and not i.opens for i in near) or self.lunch.within(
                text[slice(*around)]
            ):
                continue  # "closed from five", "closed for lunch from one to two"
            if not any(around[0] <= d.start <= around[1] for d in days) and any(
                around[0] <= c.start <= around[1] and not c.bare for c in clocks
            ):
                continue  # "nobody's here at half past twelve"
            found.append(Item(start, end, closed=True))
        for start, end in self.open.spans(text):
            around = clause_around(text, start, end)
            if any(around[0] <= i.start <= around[1] for i in found) or negated(
                text, start, self.negation
            ):
                continue
            if any(around[0] <= d.start <= around[1] for d in days) and not timed:
                found.append(Item(start, end, closed=False))
        return self.last_versions(text, sorted(found, key=lambda i: i.start))

    def is_range(self, text: str, first: Clock, second: Clock) -> bool:
        between = text[first.end : second.start].strip().lower()
        if self.range_words.regex.fullmatch(between):
            return True
        opened = self.between.ends(text[: first.start].rstrip() + " ")
        return opened and self.between_and.regex.fullmatch(between) is not None

    def possible(self, text: str) -> list[Clock]:
        """Times at which a clinic may open or close, whatever they are about."""
        return [c for c in self.numbers.clocks(text) if min(c.minutes) % QUARTER == 0]

    def single(self, text: str, clock: Clock, days: list[Days], earlier: str) -> Item | None:
        """A lone time is a closing or an opening by the word before it."""
        if any(day.start <= clock.start < day.end for day in days):
            return None  # the four of the Chinese Thursday
        before = text[: clock.start].rstrip() + " "
        for day in days:
            if 0 <= clock.start - day.end <= 2:
                before = text[: day.start].rstrip() + " "
        if negated(text, clock.start, self.negation):
            return None
        if self.closes_before.ends(before):
            return Item(clock.start, clock.end, closes=clock.minutes)
        if self.opens_before.ends(before):
            return Item(clock.start, clock.end, opens=clock.minutes)
        after = text[clock.end :]
        if not clock.bare and self.closing_after.match(after):
            return Item(clock.start, clock.end, closes=clock.minutes)
        if not clock.bare and self.opening_after.match(after):
            return Item(clock.start, clock.end, opens=clock.minutes)
        said_at = self.at.ends(before) and min(clock.minutes) % QUARTER == 0
        if said_at and self.opening.begins(after):
            return Item(clock.start, clock.end, opens=clock.minutes)
        said_before = (earlier if days else self.unspent(earlier)) + before
        if said_at and self.is_closing(said_before):
            return Item(clock.start, clock.end, closes=clock.minutes)
        if said_at and self.opening.within(said_before):
            return Item(clock.start, clock.end, opens=clock.minutes)
        beside = said_at or any(self.beside(text, day, clock) for day in days)
        if beside and min(clock.minutes) % QUARTER == 0:
            return Item(clock.start, clock.end, bounds=clock.minutes)
        return None

    def unspent(self, earlier: str) -> str:
        """What she said before, behind its last time: in 'We're here till six. At five is fine'
        the 'till' has its time."""
        return earlier[max((c.end for c in self.numbers.clocks(earlier)), default=0) :]

    def beside(self, text: str, day: Days, clock: Clock) -> bool:
        """'Fridays, four', 'on Friday it's four', 'four on a Friday'."""
        if day.end <= clock.start:
            comma = text.startswith((",", "\uff0c"), day.end)
            return BESIDE.fullmatch(text, day.end + comma, clock.start) is not None
        return BESIDE.fullmatch(text, clock.end, day.start) is not None

    def is_closing(self, before: str) -> bool:
        """The last verb before 'at' is about closing ('Friday we finish earlier, at four')."""
        closing = max((end for _, end in self.closing.spans(before)), default=-1)
        opening = max((end for _, end in self.opening.spans(before)), default=-1)
        return closing > opening

    def takes_back(self, text: str, item: Item, clock: Clock) -> bool:
        """'at eight, no, nine': the number corrects the time before it."""
        return corrected(text, (item.start, item.end), (clock.start, clock.end), self.correction)

    def last_versions(self, text: str, items: list[Item]) -> list[Item]:
        """Of a time and its correction, only the correction."""
        kept: list[Item] = []
        for item in items:
            if kept and kept[-1].closed is None and item.closed is None:
                last = kept[-1]
                if corrected(text, (last.start, last.end), (item.start, item.end), self.correction):
                    merged = replace(
                        item, opens=item.opens or last.opens, closes=item.closes or last.closes
                    )
                    kept[-1] = replace(merged, start=last.start)
                    continue
            kept.append(item)
        return kept

    def is_appointment(self, text: str, item: Item, has_cue: bool) -> bool:
        """The clause speaks of a visit, not of opening hours."""
        left, right = clause_around(text, item.start, item.end)
        clause = text[left:right]
        if self.hours.within(clause):
            return False
        return self.appointment.within(clause) or (not has_cue and self.appointment.is_in(text))

    def is_denied(self, text: str, day: Days) -> bool:
        """'Nine till one on Saturdays, not on Sundays'; 'not open on Sundays' says it itself."""
        last = text[: day.start].split()[-2:]
        said = any(
            self.closed.regex.fullmatch(text[s:e]) and 0 <= day.start - e <= MOST_BETWEEN
            for s, e in self.state.spans(text)
        )
        return not said and any(self.negation.regex.fullmatch(word) for word in last)

    def elsewhere(self, text: str, day: Days) -> bool:
        """The day stands in a clause about a visit."""
        left, right = clause_around(text, day.start, day.end)
        clause = text[left:right]
        return self.appointment.within(clause) and not self.hours.within(clause)

    def attach(self, text: str, items: list[Item], days: list[Days]) -> list[list[Days]]:
        """Each day expression to the item it belongs to: before it or after it.

        Nearness counts, a comma or 'and' between separates, and where both sides are equal the
        sentence goes on as it began ('Monday 8 to 7, Saturday 9 to 1').
        """
        found: list[list[Days]] = [[] for _ in items]
        before_style = bool(days) and days[0].start < items[0].start
        for day in days:
            costs = []
            for i, item in enumerate(items):
                gap = text[day.end : item.start] if day.end <= item.start else ""
                gap = gap or text[item.end : day.start]
                separated = any(mark in gap for mark in ",;\uff0c\uff1b") + (
                    " and " in f" {gap.strip()} "
                )
                others = sum(
                    min(day.end, item.end) <= o.start < max(day.start, item.start)
                    for o in items
                    if o is not item
                )
                ahead = day.end <= item.start
                against = ahead != before_style
                # "till six every day except Friday, Friday it's four"
                closed_off = ahead and self.excepted.begins(text[day.end :])
                penalty = others * 10 + separated * 2 + against + closed_off * 5
                costs.append((penalty, len(gap), i))
            best = min(costs)[2]
            if not self.has_own_time(text, day, items, days, items[best]):
                found[best].append(day)
        return found

    def has_own_time(
        self, text: str, day: Days, items: list[Item], days: list[Days], item: Item
    ) -> bool:
        """'It's five all through Thursday, but on a Friday we're gone at three': Thursday's time
        is no item, and Friday stands beside the three."""
        left, right = clause_around(text, day.start, day.end)
        theirs = clause_around(text, item.start, item.end)
        if left <= item.start < right or any(left <= i.start < right for i in items):
            return False
        timed = self.numbers.named(text[left : day.start] + " " + text[day.end : right])
        return timed and any(theirs[0] <= d.start < theirs[1] for d in days)


@cache
def hours_finder(code: str) -> HoursFinder:
    """The finder of a language, compiled once a process."""
    return HoursFinder(code)
