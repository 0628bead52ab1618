"""``phrases``: somebody said one of a list of phrases, where and how the rubric asks for."""

import math
import re
from bisect import bisect_right
from functools import cache
from typing import NamedTuple

from auricle.messages import N_
from auricle.models import Evidence, Role
from rubrics.kept import kept
from rubrics.phrases import Hit, Phrasebook
from rubrics.reading import ANY_QUESTION, SAID_TIME, Reading
from rubrics.schema import Meaning, Phrases, Says
from scoring.appointments import visit_agreed
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.evidence import at, not_heard, shortened
from scoring.explained import explained, patient_said
from scoring.facts.numbers import numbers
from scoring.facts.report import about_visits
from scoring.finding import Detector, Finding, Occasion, occasion

REMARK = re.compile(r"[;(]| - |\. ")
"""Where a remark begins in what a phrase list says of itself."""
NO_LISTS = N_("No phrase lists for language '{name}'")
NO_LIST = N_("No list '{list}' in language '{name}'")
CALLED_FOR = N_("{note}. What called for it, at {at}: {quote}")
CALLED_FOR_AFTER = N_("{note}. What called for it, at {at}: {stretch}")
SHOWN_HITS = 4
"""More pieces of evidence for one test help nobody."""
CLINIC = "<clinic>"
LONG_NAME = 8
"""Characters of a name too long to be heard by chance."""
KNOWN_NAME = 0.7
"""How surely such a name was said, however unsure the recogniser was."""
UNHEARD = 0.4
"""How sure it is that something was not said at the start, when the start is missing."""
STEM, INFLECTED = 3, 2
"""Of a name at least so many letters stay, and so many at its end may change."""
NAME, NUMBER = "<name>", "<number>"
DATES = frozenset({"<weekday>", "<month>"})
NAME_LENGTHS = (2, 3)
"""Characters of a name, where words aren't divided."""
QUESTION_PART = 0.25
"""Of a question's words, so much must be of another kind to make it that kind."""
NO_VISIT = ("call_back_promise", "hours_statement")
"""A time in a sentence with one of these is no visit's."""
EARLY_S = 1.0
"""Word times may be off by so much when 'before' is asked for."""


class Found(NamedTuple):
    """A hit in a turn, and how surely it was heard."""

    turn: int
    hit: Hit
    heard: float


@register("phrases")
def phrases(options: Phrases) -> Detector:
    """Holds when enough different phrases were said; else says what was searched."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if not ctx.language:
            language = ctx.transcript.language or "unknown"
            return Finding(None, 0.0, why=NO_LISTS.format(name=language))
        if missing := [name for name in options.lists if not ctx.book.has(name)]:
            return Finding(None, 0.0, why=NO_LIST.format(list=missing[0], name=ctx.language))
        places = searched(options, ctx, occasions)
        if found := enough(options, ctx, places):
            return said(options, ctx, found)
        turns = list(dict.fromkeys(turn for place in places for turn in place.turns))
        return absent(options, ctx, turns, occasions)

    return detect


class Place(NamedTuple):
    """Where to search."""

    turns: list[int]
    until_s: float = math.inf
    """The words must have ended by then."""


def enough(options: Phrases, ctx: Context, places: list[Place]) -> list[Found]:
    """What was found, where every place has enough; else nothing.

    Before each hold stands its own announcement; otherwise there is one place to search.
    """
    each = [select(options, ctx, place) for place in places]
    if any(different(options, found) < options.at_least for found in each):
        return []
    return [found for place in each for found in place]


def searched(options: Phrases, ctx: Context, occasions: tuple[Occasion, ...]) -> list[Place]:
    """The turns to search; one place per occasion when the words must come before it."""
    turns = first_or_last(options.turns, ctx.turns_of(options.role))
    if options.before and occasions:
        return [before(options, ctx, turns, chance) for chance in occasions]
    if options.after and (occasions or options.after == "agreed"):
        return [Place(after(options, ctx, turns, occasions))]
    return [Place(turns)]


def first_or_last(which: str, turns: list[int]) -> list[int]:
    """The turns that 'all', 'first 2' or 'last 3' names. Of several the first one, which greets, is
    none of the last, however short the call."""
    if which == "all":
        return turns
    end, count = which.split()
    return turns[: int(count)] if end == "first" else (turns[1:] or turns)[-int(count) :]


def before(options: Phrases, ctx: Context, turns: list[int], chance: Occasion) -> Place:
    limit = chance.start_s + EARLY_S
    earlier = [t for t in turns if ctx.turns[t].start_s < limit]
    if options.within_turns:
        earlier = earlier[-options.within_turns :]
    if options.within_s is not None:
        since = chance.start_s - options.within_s
        earlier = [t for t in earlier if ctx.turns[t].end_s >= since]
    return Place(earlier, limit)


def after(
    options: Phrases | Says | Meaning,
    ctx: Context,
    turns: list[int],
    occasions: tuple[Occasion, ...],
) -> list[int]:
    """Turns after any of the occasions, in order, each once."""
    wanted: set[int] = set()
    starts = [ctx.turns[t].start_s for t in turns]
    if options.after == "agreed":
        visit = visit_agreed(ctx)
        occasions = (occasion(ctx, visit.since),) if visit else ()
    for chance in occasions:
        first, last = bisect_right(starts, chance.start_s), len(turns)
        if options.within_s is not None:
            last = bisect_right(starts, chance.end_s + options.within_s)
        if options.within_turns:
            last = min(last, first + options.within_turns)
        wanted.update(turns[first:last])
    return [turn for turn in turns if turn in wanted]


def select(options: Phrases, ctx: Context, place: Place) -> list[Found]:
    """Hits that count, in order of time."""
    found: list[Found] = []
    somewhere = ctx.turns_with(options.lists)
    if not somewhere:
        return found
    for turn in place.turns:
        if turn not in somewhere or not in_place(options, ctx, turn):
            continue
        reading = ctx.reading(turn)
        for name in options.lists:
            for hit in reading.find(name):
                if not counts(options, ctx, turn, hit):
                    continue
                if place.until_s < math.inf:
                    end_s = ctx.quote(turn, hit.start, hit.end).end_s
                    if end_s is not None and end_s > place.until_s:
                        continue
                found.append(Found(turn, hit, heard(ctx, turn, hit)))
    return found


def in_place(options: Phrases | Says, ctx: Context, turn: int) -> bool:
    """The turn replies to what the rubric asks for, and to nothing it excludes."""
    return (not options.replies_to or replies(options, ctx, turn, options.replies_to)) and not (
        options.unless_replies_to and replies(options, ctx, turn, options.unless_replies_to)
    )


def replies(options: Phrases | Says, ctx: Context, turn: int, names: tuple[str, ...]) -> bool:
    """The turn before it is the other side's and has a phrase of the lists."""
    other: Role = "patient" if options.role == "administrator" else "administrator"
    last = ctx.turn_before(turn)
    if last is None or ctx.turns[last].role != other:
        return False
    reading = ctx.reading(last)
    if any(not hit.negated for n in names if n != SAID_TIME for hit in reading.find(n)):
        return True
    if SAID_TIME not in names:
        return False
    no_visit = {
        hit.sentence for name in NO_VISIT if ctx.book.has(name) for hit in reading.find(name)
    }
    return any(
        one.kind == "time" and not no_visit & reading.sentences_of(one.start, one.end)
        for one in about_visits(ctx, last, questions=True)
    )


def heard(ctx: Context, turn: int, hit: Hit) -> float:
    """A rare name is recognised unsurely, but nothing else sounds like the clinic's name."""
    sure = ctx.heard(turn, hit.start, hit.end)
    if CLINIC in hit.pattern and hit.end - hit.start >= LONG_NAME:
        return max(sure, min(KNOWN_NAME, ctx.turns[turn].role_confidence))
    return sure


def counts(options: Phrases, ctx: Context, turn: int, hit: Hit) -> bool:
    """The hit is meant as the rubric wants it."""
    if (
        (hit.negated and not options.negated)
        or (hit.question and not options.questions)
        or (hit.conditional and not options.conditional)
        or (hit.quoted and not options.quoted)
        or (hit.contrasted and not options.contrasted)
    ):
        return False
    reading = ctx.reading(turn)
    if options.words_at_least and hit.words[1] - hit.words[0] < options.words_at_least:
        return False
    if options.asking and not asks(reading, hit):
        return False
    if options.near and not any(reading.find(name) for name in options.near):
        return False
    if any(meant(other) for name in options.unless_near for other in reading.find(name)):
        return False
    if any(name != SAID_TIME and spoils(reading, name, hit) for name in options.without):
        return False
    if SAID_TIME in options.without and any(
        s.kind == "time" and s.start < hit.end and hit.start < s.end
        for s in about_visits(ctx, turn, questions=True)
    ):
        return False
    if options.unless_explained_by and explained(ctx, turn, hit, options.unless_explained_by):
        return False
    if options.echoes and not echoed(ctx, turn, hit, options.echoes == "last"):
        return False
    return not (options.unless_patient_said and patient_said(ctx, turn, hit))


def meant(hit: Hit) -> bool:
    """It is neither denied nor asked, and no 'but' takes it back."""
    return not (hit.negated or hit.question or hit.conditional or hit.contrasted)


def spoils(reading: Reading, name: str, hit: Hit) -> bool:
    """A phrase of the list touches the hit; of a whole question it must be a good part.

    'Which number did you ring?' asks for no number of the patient's.
    """
    needed = QUESTION_PART * (hit.words[1] - hit.words[0]) if hit.list == ANY_QUESTION else 0
    for other in reading.find(name):
        shared = min(hit.words[1], other.words[1]) - max(hit.words[0], other.words[0])
        if shared > 0 and shared >= needed:
            return True
    return False


def echoed(ctx: Context, turn: int, hit: Hit, last: bool = False) -> bool:
    """The hit names somebody whom the other side named before, or repeats a number, whatever it
    is called (Polish *cztery* and *czw\u00f3rka*): its last word, in any case."""
    reading = ctx.reading(turn)
    name = reading.tokens.words[
        hit.words[0] if ctx.book.vocabulary.characters else hit.words[1] - 1
    ].casefold()
    others = ctx.others_before(turn)
    values = {} if NAME in hit.pattern else numbers(ctx.language).words.digits
    number = NAME not in hit.pattern and (
        name in values or NUMBER in ctx.book.vocabulary.classes.get(name, ())
    )
    alone = hit.words[1] - hit.words[0] == 1 and not number
    if ctx.book.vocabulary.characters and alone:
        start, _ = hit.words
        given = (said for other in others for said in names_given(ctx.reading(other)))
        return any(reading.characters[start : start + len(one)] == one for one in given)
    begins, value = name[:STEM], values.get(name)
    return any(
        (word.startswith(begins) and same_name(name, word))
        or (value is not None and value == values.get(word))
        for other in (others[-1:] if last else others)
        for word in heard_names(ctx.reading(other), alone)
    )


@kept
def names_given(reading: Reading) -> list[str]:
    """Names that somebody gives at the end of a clause, where words aren't divided: what begins
    with a surname, behind "is called" or alone."""
    members = reading.book.vocabulary.members
    surnames, called = members.get("surname", ()), members.get("called", ())
    clauses = reading.clauses.split("\n")
    return [
        clause[-length:]
        for clause in clauses
        for length in NAME_LENGTHS
        if clause[-length:].startswith(surnames)
        and (len(clause) == length or clause[:-length].endswith(called))
    ]


@kept
def heard_names(reading: Reading, surely: bool) -> list[str]:
    """Words that may be names; ``surely``: given names and what has a capital letter inside a
    sentence only."""
    words, sentence = reading.tokens.words, reading.tokens.sentence
    given_names = reading.book.vocabulary.given_names
    if not surely or reading.book.vocabulary.characters:
        return [word.casefold() for word in words]
    return [
        word.casefold()
        for i, word in enumerate(words)
        if (word[0].isupper() and i and sentence[i - 1] == sentence[i])
        or word.lower() in given_names
        if not reading.lemmas[i] & DATES
    ]


def same_name(one: str, other: str) -> bool:
    """Alike but for an inflected ending or a diminutive."""
    stem = max(STEM, min(len(one), len(other)) - INFLECTED)
    return one == other or (one[:stem] == other[:stem] and len(one[:stem]) == stem)


def asks(reading: Reading, hit: Hit) -> bool:
    """It stands in a sentence with a question mark, or in a clause that asks.

    ``any_question`` itself goes by such clauses, so it needs the mark. Where a turn ends without
    any mark, the question mark may be what got lost.
    """
    if hit.sentence in reading.tokens.asked or hit.sentence == reading.tokens.unmarked:
        return True
    return hit.question and hit.list != ANY_QUESTION


def different(options: Phrases, found: list[Found]) -> int:
    """How many phrases count: each once, or each turn once."""
    return len({f.turn for f in found} if options.apart else distinct(found))


def distinct(found: list[Found]) -> dict[str, Found]:
    """Each phrase once, as it was heard best: saying it again adds nothing."""
    best: dict[str, Found] = {}
    for f in found:
        key = f.hit.text.casefold()
        if key not in best or f.heard > best[key].heard:
            best[key] = f
    return best


def said(options: Phrases, ctx: Context, found: list[Found]) -> Finding:
    best = sorted(distinct(found).values(), key=lambda f: (-f.heard, f.turn, f.hit.start))
    deciding = best[: options.at_least]
    shown = sorted(best[:SHOWN_HITS], key=lambda f: (f.turn, f.hit.start))
    quotes = tuple(ctx.quote(f.turn, f.hit.start, f.hit.end) for f in shown)
    chances = tuple(
        Occasion(q.start_s or 0.0, q.end_s or 0.0, f.turn, f"\u201c{q.quote}\u201d")
        for f in sorted(found, key=lambda f: (f.turn, f.hit.start))
        for q in [ctx.quote(f.turn, f.hit.start, f.hit.end)]
    )
    first = [ctx.quote(f.turn, f.hit.start, f.hit.end).quote or "" for f in deciding]
    return Finding(
        True,
        min(options.confidence, *(f.heard for f in deciding)),
        quotes,
        values={"quote": ", ".join(shortened(q) for q in first)},
        occasions=chances,
    )


@cache
def what(language: str, name: str) -> str:
    """What a list finds, for people: as it says itself, without remarks."""
    described = Phrasebook.load(language).about.get(name) or name.replace("_", " ")
    about = REMARK.split(described)[0].rstrip(". ")
    return about[:1].lower() + about[1:]


def absent(
    options: Phrases, ctx: Context, turns: list[int], occasions: tuple[Occasion, ...]
) -> Finding:
    """Nothing found: what was searched, and where the chance arose."""
    kinds = "; ".join(dict.fromkeys(what(ctx.language, name) for name in options.lists))
    note = not_heard(len(turns), options.role, kinds)
    chance = occasions[0] if occasions else None
    if chance:
        if chance.turn is None:
            called_for = CALLED_FOR_AFTER.format(
                note=note, at=at(chance.start_s), stretch=chance.what
            )
        else:
            called_for = CALLED_FOR.format(note=note, at=at(chance.start_s), quote=chance.what)
        note = called_for
    turn, start_s, end_s = None, None, None
    if chance:
        turn, start_s, end_s = chance.turn, chance.start_s, chance.end_s
    elif options.turns != "all" and turns:  # a certain place: let people hear what was said there
        turn, start_s, end_s = turns[0], ctx.turns[turns[0]].start_s, ctx.turns[turns[-1]].end_s
    proof = Evidence(
        kind="absence",
        role=options.role,
        turn=turn,
        start_s=start_s,
        end_s=end_s,
        quote=chance.what.strip("\u201c\u201d") if chance and chance.turn is not None else None,
        note=note,
    )
    sure = min(options.confidence, ctx.searched(turns))
    if options.turns.startswith("first") and not ctx.beginning_heard:
        sure = min(sure, UNHEARD)
    return Finding(False, sure, (proof,))
