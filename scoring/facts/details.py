"""What she says beside hours and prices, compared with the sheet: yes-or-no rules (services, cover,
registration, preparation, parking), who does what, the address, and the weekday of a date."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, cast

from auricle.messages import P_
from rubrics.facts import WEEKDAYS, About, Doctor, FactSheet, Rule
from rubrics.phrases import Hit, Reading
from scoring.context import Context
from scoring.facts.claims import Judged, Sentence, Stated, sentences, yes_and_no
from scoring.facts.dates import NEAR, Dated, DayOfMonth, apart, dates, days_named
from scoring.facts.floors import floors
from scoring.facts.judge import says, since
from scoring.facts.numbers import numbers
from scoring.facts.prices import ServiceNames, loosely, service_names
from scoring.facts.words import CHINESE, Shadow, either, shadow

Span = tuple[int, int]
BESIDE = 2
"""Words between a doctor and a speciality that need no verb: 'Doctor Lee, our cardiologist'."""
STREET_GAP = 12
"""Letters between a street and its number."""
STREET_WORD = 4
"""Letters of a word that tells a street from others."""
TELLING = re.compile(r"[\u4e00-\u9fff]{2}|[^\W\d_\u4e00-\u9fff]+")
"""A word, or two Chinese characters."""
BARE = ("registration", "preparation")
"""Rules that are stated by naming them: 'on an empty stomach, please'."""
Outcome = Literal["right", "wrong", "outdated", "unknown"]


@lru_cache(256)
def named(names: tuple[str, ...]) -> "re.Pattern[str]":
    """Any of the names, in any inflection."""
    bodies = [loosely(name) for name in sorted(names, key=len, reverse=True)]
    return re.compile(rf"(?<!\w){either(bodies)}" if bodies else "(?!)", re.I)


def details(ctx: Context, questions: list[tuple[int, int, int]]) -> list[Judged]:
    """Every such statement of the administrator, in order. ``questions``: where patients asked."""
    found: list[Judged] = []
    asked_turns = {turn for turn, _, _ in questions}
    for turn in ctx.turns_of("administrator"):
        before = ctx.turn_before(turn)
        found += in_turn(ctx, turn, before, before in asked_turns)
    return list({(d.turn, d.sheet): d for d in found}.values())  # of a correction the last


def in_turn(ctx: Context, turn: int, before: int | None, asked: bool) -> Iterator[Judged]:
    """``before``: the turn before it; ``asked``: it is a patient's who asks about such things."""
    reading = ctx.reading(turn)
    told = before if before is not None and ctx.turns[before].role == "patient" else None
    heard = None if told is None else ctx.reading(told)
    patient = "" if told is None else shadow(ctx.language, ctx.turns[told].text).text
    for number, sentence in enumerate(sentences(reading)):
        if sentence.quoted:
            continue
        seen = shadow(ctx.language, sentence.text)
        place = Place(ctx, turn, sentence, seen, reading, patient, heard, asked)
        yield from place.dated()  # an offer is one too: "Would Tuesday the twelfth suit?"
        if ctx.facts is None or sentence.question or sentence.conditional:
            continue
        yield from place.doctors(ctx.facts)
        first = number == 0
        said = [
            *place.address(ctx.facts, first),
            *place.floor(ctx.facts, first),
            *place.parking(ctx.facts, first),
            *place.offered(ctx.facts, first),
            *place.rules(ctx.facts, first),
        ]
        yield from said
        if said or not first or not ctx.facts.rules or not asked:
            continue
        if place.answers() is not None and not place.asks_for_known(ctx.facts):
            yield place.detail("unknown", P_("the fact sheet doesn't say"))


@dataclass(slots=True)  # not frozen: there is one for every sentence of hers
class Place:
    """One sentence of hers, and what the patient said just before her turn."""

    ctx: Context
    turn: int
    sentence: Sentence
    seen: Shadow
    """The sentence as finders read it."""
    reading: Reading
    before: str
    """The patient's words as finders read them; empty if the patient didn't speak."""
    heard: Reading | None
    """The same as it was said."""
    asked: bool
    """The patient asks about such things."""

    def detail(self, outcome: Outcome, sheet: str, about: About | None = None) -> Judged:
        return Judged(self.turn, self.sentence.start, self.sentence.end, outcome, sheet, about)

    def hits(self, name: str) -> list[Hit]:
        start, end = self.sentence.start, self.sentence.end
        return [h for h in self.reading.find(name) if start <= h.start < end and not h.quoted]

    def names(self, names: tuple[str, ...]) -> Span | None:
        """Where the sentence has one of the names."""
        return next(self.spans(names), None)

    def spans(self, names: tuple[str, ...]) -> Iterator[Span]:
        """Every place with one of the names, in offsets of the turn."""
        for match in named(names).finditer(self.seen.text):
            start, end = self.seen.span(*match.span())
            yield start + self.sentence.start, end + self.sentence.start

    def answers(self) -> bool | None:
        """The sentence begins with yes or no."""
        yes, no = yes_and_no(self.ctx.language)
        if no.begins(self.seen.text):
            return False
        return True if yes.begins(self.seen.text) else None

    def asks_for_known(self, facts: FactSheet) -> bool:
        """The question names something the sheet has a rule, a price or hours for."""
        rules = any(self.asks_for(rule) for rule in facts.rules)
        return rules or bool(names_of_services(self.ctx).spans(self.question))

    @property
    def question(self) -> str:
        """The patient's words just before, if they ask about such things."""
        return self.before if self.asked else ""

    def asks_for(self, rule: Rule) -> bool:
        return named(rule.all_names()).search(self.question) is not None

    def rules(self, facts: FactSheet, first: bool) -> Iterator[Judged]:
        ruled = names_of_rules(self.ctx)
        asked = first and ruled.search(self.question)
        if not (asked or ruled.search(self.seen.text)) or self.hits("dont_know"):
            return
        for rule in facts.rules:
            if not self.concerns(rule, facts):
                continue
            said = self.affirmed(rule, first)
            if said is None:
                continue
            sheet = says(rule.as_text())
            if said == (rule.answer == "yes"):
                yield self.detail("right", sheet, rule.about)
            elif any(r.answer != rule.answer for r in earlier_rules(rule, facts)):
                yield self.detail("outdated", since(sheet, facts), rule.about)
            else:
                yield self.detail("wrong", sheet, rule.about)

    def concerns(self, rule: Rule, facts: FactSheet) -> bool:
        """The services it holds for, if any, are what is spoken of: here, or last before."""
        if not rule.services:
            return True
        wanted = {name.lower() for name in rule.services}
        mine = {
            i
            for i, price in enumerate(facts.prices)
            if wanted & {name.lower() for name in price.all_names()}
        }
        names = names_of_services(self.ctx)
        texts = [self.ctx.turns[t].text for t in self.ctx.conversation[0] if self.earlier(t)]
        texts.append(self.ctx.turns[self.turn].text[: self.sentence.end])
        texts = [shadow(self.ctx.language, text).text for text in texts]
        last = next((s for s in map(names.last, reversed(texts)) if s is not None), None)
        return last in mine

    def earlier(self, turn: int) -> bool:
        return self.ctx.turns[turn].start_s < self.ctx.turns[self.turn].start_s

    def affirmed(self, rule: Rule, first: bool) -> bool | None:
        """Whether she says that it holds; None if she says nothing of it."""
        span = self.names(rule.all_names())
        answer = self.answers() if first and self.asks_for(rule) else None
        if span is None:
            return answer
        if any(not overlapping(span, hit) for hit in self.hits("denies")):
            return False
        verbs = [h for h in self.hits("holds") if not overlapping(span, h) and not h.conditional]
        if verbs:
            nearest = min(verbs, key=lambda h: distance(span, h))
            return not nearest.negated
        if rule.about in BARE and answer is None:
            word = next(i for i, (a, b) in enumerate(self.reading.tokens.spans) if span[0] < b)
            return not any(
                i in self.reading.cue_words("negation") and not self.reading.harmless(i)
                for i in range(max(0, word - NEAR), word)
            )
        return answer

    def doctors(self, facts: FactSheet) -> Iterator[Judged]:
        """'Doctor Lee is our cardiologist', 'the scan with Doctor Lee', 'Doctor Lee' to 'who does
        the scan?'. Wrong is only what stands beside the name, or is said to be theirs."""
        if not subject_names(self.ctx).search(self.seen.text):
            return
        doctors = names_of_doctors(self.ctx)
        present = [(d, span) for d, names in doctors if (span := self.names(names))]
        if len(present) != 1:
            return
        (doctor, who), text = present[0], self.ctx.turns[self.turn].text
        sheet = says(does(doctor))
        mine = named(services_of([doctor], facts))
        spans = list(self.spans(services_of(facts.doctors, facts)))
        if not spans and (mine.search(self.before) or self.asked_who(doctor, mine)):
            yield self.detail("right", sheet)
        elif not spans and self.asked_about("who_question") and self.anothers(doctor, facts):
            yield self.detail("wrong", sheet)
        for what in spans:
            gap = (min(who[1], what[1]), max(who[0], what[0]))
            said = shadow(self.ctx.language, text[slice(*what)]).text.strip()
            theirs = mine.fullmatch(said) is not None
            verbs = [
                h
                for h in self.hits("doctor_does")
                if gap[0] <= h.start and h.end <= gap[1]
                if len(text[gap[0] : h.start].split()) <= BESIDE
            ]
            beside = bool(verbs) or len(text[gap[0] : gap[1]].split()) <= BESIDE
            denied = any(h.negated for h in verbs)
            if theirs and not denied and not self.negated(*gap):
                yield self.detail("right", sheet)
            elif beside:
                yield self.detail("right" if theirs != denied else "wrong", sheet)

    def asked_who(self, doctor: Doctor, mine: "re.Pattern[str]") -> bool:
        """The patient has just asked who does it, and spoke of something of the doctor's before."""
        named_too = named((doctor.name, doctor.name.split()[-1])).search(self.before)
        texts = (self.ctx.turns[t].text for t in self.ctx.turns_of("patient") if self.earlier(t))
        return bool(named_too or self.asked_about("who_question")) and any(
            mine.search(shadow(self.ctx.language, text).text) for text in texts
        )

    def anothers(self, doctor: Doctor, facts: FactSheet) -> bool:
        """What was spoken of last is what another doctor does."""
        names = names_of_services(self.ctx)
        texts = [self.ctx.turns[t].text for t in self.ctx.conversation[0] if self.earlier(t)]
        last = (names.last(shadow(self.ctx.language, text).text) for text in reversed(texts))
        service = next((facts.prices[i].service for i in last if i is not None), None)
        others = [other for other in facts.doctors if other != doctor]
        return service not in doctor.does and any(service in other.does for other in others)

    def negated(self, start: int, end: int) -> bool:
        """A "not" stands between two offsets."""
        spans = self.reading.tokens.spans
        words = (i for i, (a, b) in enumerate(spans) if start <= a and b <= end)
        negation = self.reading.cue_words("negation")
        return any(i in negation and not self.reading.harmless(i) for i in words)

    def asked_about(self, name: str) -> bool:
        """The patient's turn just before has something of a list."""
        return bool(self.before) and self.heard is not None and bool(self.heard.find(name))

    def address(self, facts: FactSheet, first: bool) -> Iterator[Judged]:
        """The street with the sheet's number or with none; of what was asked, the number alone."""
        address = facts.address
        street, wanted = street_and_number(address)
        if not street or not wanted:
            return
        seen = self.seen.text
        sheet = says(address)
        match = named(street).search(seen)
        if match is None:
            asked = first and (
                self.asked_about("where_question") or named(street).search(self.before) is not None
            )
            if asked and wanted & {v for _, _, v in self.amounts(seen)}:
                yield self.detail("right", sheet)
            return
        said = self.amounts(seen)
        gaps = {
            value: seen[min(match.end(), end) : max(match.start(), start)]
            for start, end, value in said
            if start >= match.end() or not re.search(r"[,\uff0c.]", seen[end : match.start()])
            if max(start - match.end(), match.start() - end) <= STREET_GAP
        }
        beside = (len(re.findall(r"\w+", gap)) <= 1 for gap in gaps.values())
        asked = first and not said and self.asked_about("where_question")
        if gaps.keys() & wanted or asked:
            yield self.detail("right", sheet)
        elif any(beside):
            yield self.detail("wrong", sheet)

    def amounts(self, seen: str) -> list[tuple[int, int, float]]:
        """Every number, as a house has it: 'twelve', 'the twelfth'."""
        found = [(a.start, a.end, a.value) for a in numbers(self.ctx.language).amounts(seen)]
        days = dates(self.ctx.language).ordinals_in(seen)
        return found + [(start, end, float(value)) for start, end, value in days]

    def floor(self, facts: FactSheet, first: bool) -> Iterator[Judged]:
        """The floor of the address, where no doctor and no service is spoken of."""
        finder = floors(self.ctx.language)
        said = finder.find(self.seen.text)
        if not said and first and finder.named(self.before):
            said = finder.alone(self.seen.text)
        wanted = finder.find(shadow(self.ctx.language, facts.address).text) if said else set()
        if not wanted:
            return
        right = bool(said & wanted)
        other = self.names(services_of(facts.doctors, facts))
        if right or not other:
            sheet = says(facts.address)
            yield self.detail("right" if right else "wrong", sheet)

    def parking(self, facts: FactSheet, first: bool) -> Iterator[Judged]:
        """Where one parks and what it costs, by the words of the sheet."""
        if not facts.parking or not (self.hits("parking") or self.asked_about("parking")):
            return
        seen = self.seen.text
        olds = [old.parking for old in facts.earlier if old.parking != facts.parking]
        now, old = said_of(facts.parking, seen), sum(said_of(text, seen) for text in olds)
        sheet = says(facts.parking)
        if now >= max(old, 1):
            yield self.detail("right", sheet)
        elif old > 1:
            yield self.detail("outdated", since(sheet, facts))
        elif first and self.answers():
            yield self.detail("right", sheet)

    def offered(self, facts: FactSheet, first: bool) -> Iterator[Judged]:
        """A service of the sheet is on offer: she says so, or yes to who asks for it."""
        sure = [h for h in self.hits("offers") if not h.negated and not h.conditional]
        asked = first and self.asked_about("offer_question")
        if not (asked or sure):
            return
        names = names_of_services(self.ctx)
        asked = asked and names.last(self.before) is not None
        if not (asked or sure) or self.answers() is False or self.hits("denies"):
            return
        seen = self.seen
        here = [(*seen.span(start, end), service) for start, end, service in names.spans(seen.text)]
        begin = self.sentence.start
        near = [
            service
            for start, end, service in here
            if any(distance((start + begin, end + begin), h) <= STREET_GAP for h in sure)
        ]
        if asked and not here and (sure or self.answers()):
            near = [s for s in [names.last(self.before)] if s is not None]
        elif asked and self.answers():
            near = [service for _, _, service in here]
        if not near:
            return
        service = near[-1]
        has = P_("the fact sheet has {service}").format(service=facts.prices[service].service)
        yield self.detail("right", has)

    def dated(self) -> Iterator[Judged]:
        """'Tuesday the twelfth of March' is a Tuesday, by the calendar; 'Tuesday the twelfth' may
        be one in the months around the call."""
        if self.ctx.call.start is None:
            return
        today = self.ctx.call.start.date()
        seen = self.seen.text
        weekdays = [w for w in numbers(self.ctx.language).days(seen) if len(w.days) == 1]
        if not weekdays:
            return
        for said, days in days_said(self.ctx.language, seen, today):
            weekday = min(weekdays, key=lambda w: apart(w, said))
            gap = seen[min(weekday.end, said.end) : max(weekday.start, said.start)]
            between = len(re.findall(r"\w+", gap))
            meant = [day for day in days if WEEKDAYS[day.weekday()] == weekday.days[0]]
            if between > NEAR or (between and not meant and isinstance(said, DayOfMonth)):
                continue
            day = (meant or days)[0]
            fact = P_("by the calendar {date} is a {day}").format(
                date=day, day=WEEKDAYS[day.weekday()].title()
            )
            yield self.detail("right" if meant else "wrong", fact)


def days_said(language: str, text: str, today: date) -> list[tuple[Dated | DayOfMonth, list[date]]]:
    """Every date said, and every day without its month that is no time, with what it may be."""
    named = days_named(language, text)
    found = [
        (said, said.around(today) if isinstance(said, DayOfMonth) else [said.near(today)])
        for said in named
    ]
    return [(said, [day for day in days if day]) for said, days in found if any(days)]


@lru_cache(32)
def street_and_number(address: str) -> tuple[tuple[str, ...], frozenset[int]]:
    """The telling words of the street, and the house's number, if there is one."""
    street = tuple(w for w in re.findall(r"[^\W\d_]{2,}", address.split(",")[0]) if long(w))
    return street, frozenset(int(n) for n in re.findall(r"\d+", address)[:1])


def names_of_doctors(ctx: Context) -> list[tuple[Doctor, tuple[str, ...]]]:
    """Every doctor of the sheet and what people call them, put together once a call."""
    if "doctors" not in ctx.cache:
        staff = tuple(numbers(ctx.language).words.staff)
        doctors = ctx.facts.doctors if ctx.facts else ()
        ctx.cache["doctors"] = [(doctor, called(doctor, staff)) for doctor in doctors]
    return cast(list[tuple[Doctor, tuple[str, ...]]], ctx.cache["doctors"])


def called(doctor: Doctor, staff: tuple[str, ...]) -> tuple[str, ...]:
    """The doctor's names, and the surname where it is long enough to be one; in Chinese the
    surname with any title: 林医生 is 林婉如医生."""
    name = doctor.name
    if CHINESE.search(name):
        titles = [title for title in staff if len(title) > 1]
        bare = next((name.removesuffix(t) for t in titles if name.endswith(t)), name)
        short = [f"{bare[:n]}{t}" for n in (1, 2) for t in titles if len(bare) > n]
        return (*doctor.all_names(), bare, *short) if len(bare) > 1 else doctor.all_names()
    surname = name.split()[-1]
    return (*doctor.all_names(), *([surname] if long(surname) else []))


def subjects(ctx: Context, turn: int) -> list[Stated]:
    """Every doctor and service of the sheet that a turn names."""
    seen = shadow(ctx.language, ctx.turns[turn].text)
    matches = subject_names(ctx).finditer(seen.text)
    return [Stated("subject", *seen.span(*match.span())) for match in matches]


def subject_names(ctx: Context) -> "re.Pattern[str]":
    """What every doctor and service of the sheet is called."""
    if "subjects" not in ctx.cache:
        names = [name for _, called_so in names_of_doctors(ctx) for name in called_so]
        if ctx.facts:
            names += services_of(ctx.facts.doctors, ctx.facts)
            names += [name for price in ctx.facts.prices for name in price.all_names()]
        ctx.cache["subjects"] = named(tuple(dict.fromkeys(names)))
    return cast("re.Pattern[str]", ctx.cache["subjects"])


def names_of_rules(ctx: Context) -> "re.Pattern[str]":
    """What every rule of the sheet is about."""
    if "rules" not in ctx.cache:
        rules = ctx.facts.rules if ctx.facts else ()
        ctx.cache["rules"] = named(tuple(name for rule in rules for name in rule.all_names()))
    return cast("re.Pattern[str]", ctx.cache["rules"])


def names_of_services(ctx: Context) -> ServiceNames:
    """What every service of the sheet is called, put together once a clinic."""
    if "services" not in ctx.cache:
        ctx.cache["services"] = service_names(ctx.facts.prices if ctx.facts else ())
    return cast(ServiceNames, ctx.cache["services"])


def services_of(doctors: Sequence[Doctor], facts: FactSheet) -> tuple[str, ...]:
    """What they are and do, by every name that the prices have for it."""
    said = [s for d in doctors for s in (*d.specialties, *d.does)]
    prices = [p.all_names() for p in facts.prices]
    more = [n for names in prices if set(names) & set(said) for n in names]
    return tuple(dict.fromkeys((*said, *more)))


def said_of(text: str, seen: str) -> int:
    """How many of a text's telling words are said, in any inflection."""
    return sum(word.search(seen) is not None for word in telling(text))


@lru_cache(64)
def telling(text: str) -> "list[re.Pattern[str]]":
    """The words of a text that tell it from others, each in any inflection."""
    words = {w for w in TELLING.findall(text) if CHINESE.match(w) or len(w) >= STREET_WORD}
    return [re.compile(rf"(?<!\w){loosely(word)}", re.I) for word in words]


def long(word: str) -> bool:
    return len(word) >= STREET_WORD or not word.isascii()


def does(doctor: Doctor) -> str:
    return f"{doctor.name}: {', '.join((*doctor.specialties, *doctor.does))}"


def earlier_rules(rule: Rule, facts: FactSheet) -> list[Rule]:
    """The same rule in older versions."""
    names = {name.lower() for name in rule.all_names()}
    return [
        old
        for sheet in facts.earlier
        for old in sheet.rules
        if old.about == rule.about and names & {name.lower() for name in old.all_names()}
    ]


def overlapping(span: Span, hit: Hit) -> bool:
    return span[0] < hit.end and hit.start < span[1]


def distance(span: Span, hit: Hit) -> int:
    return max(hit.start - span[1], span[0] - hit.end)
