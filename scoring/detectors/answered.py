"""``answered``: what became of the patient's questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from auricle.messages import N_
from auricle.models import Evidence
from rubrics.patterns import Pattern
from rubrics.phrases import Hit
from rubrics.reading import ANY_QUESTION, Reading
from rubrics.schema import Answered
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.facts.claims import yes_and_no
from scoring.facts.numbers import numbers
from scoring.facts.report import report
from scoring.facts.topics import QUESTION_LISTS, Topic
from scoring.facts.words import shadow
from scoring.finding import Detector, Finding, Occasion

SURE = 0.75
"""Whether a reply answers is judged by its form and by what it lacks, not by its meaning."""
SHORTEST = 2
"""Words of a question; fewer ('what?', 'sorry?') only ask to say it again."""
MOSTLY = 0.5
"""Of a question, so much must be in the lists that make it none."""
SAYS_MORE = 2
"""Words beside a yes or a no."""
EMPTY = 0.4
"""Of a reply ('I'm so sorry to hear that'), so much in the lists that make it no answer."""
TOLD_BY_NUMBERS: tuple[Topic, ...] = ("prices", "opening_hours")
REPLIES = 2
"""Her next turns in which the answer may come; when she went to look, those after that."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, and the words that reply to it."""

    turn: int
    question: Hit
    outcome: Literal["answered", "deferred", "unclear", "unanswered"]
    reply: tuple[int, int, int] | None
    """Turn and character offsets of the answer, the promise or the excuse."""


@register("answered")
def answered(options: Answered) -> Detector:
    """Holds when the questions, taken together, came out so."""
    key = ("answered", options.model_copy(update={"outcome": "arisen"}))

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if not ctx.language:
            return Finding(None, 0.0, why=N_("No question words for this language"))
        if key not in ctx.cache:
            ctx.cache[key] = exchanges(options, ctx)
        found = ctx.cache[key]
        assert isinstance(found, list)
        return outcome(options, ctx, found)

    return detect


def outcome(options: Answered, ctx: Context, found: list[Exchange]) -> Finding:
    asked = tuple(ctx.quote(e.turn, e.question.start, e.question.end) for e in found)
    chances = tuple(
        Occasion(q.start_s or 0.0, q.end_s or 0.0, q.turn, f"\u201c{q.quote}\u201d") for q in asked
    )
    if options.outcome == "arisen":
        return Finding(bool(found), SURE, asked, occasions=chances)
    order = ("answered", "deferred", "unclear", "unanswered")
    worst = max((order.index(e.outcome) for e in found), default=0)
    if not found or order[worst] != options.outcome:
        return Finding(False, SURE)
    if options.outcome == "unclear":
        return Finding(None, 0.0, why=N_("Whether the answer answers the question can't be told"))
    mine = [(e, q) for e, q in zip(found, asked, strict=True) if e.outcome == options.outcome]
    if options.outcome != "unanswered":
        quotes = tuple(dict.fromkeys(ctx.quote(*e.reply) for e, _ in mine if e.reply))
        sure = min([SURE, *(ctx.heard(*e.reply) for e, _ in mine if e.reply)])
        return Finding(
            True, sure, quotes, values={"quote": (quotes[0].quote or "") if quotes else ""}
        )
    excuses = tuple(dict.fromkeys(ctx.quote(*e.reply) for e, _ in mine if e.reply))
    proofs = tuple(
        Evidence(
            kind="absence",
            role="administrator",
            turn=q.turn,
            start_s=q.start_s,
            end_s=q.end_s,
            quote=q.quote,
            note=N_("No answer in the {n} turns after the question").format(n=REPLIES),
        )
        for _, q in mine
    )
    return Finding(True, SURE, (*proofs, *excuses), values={"quote": mine[0][1].quote or ""})


def exchanges(options: Answered, ctx: Context) -> list[Exchange]:
    """The patient's questions with their replies, in order of time."""
    found: list[Exchange] = []
    for turn in ctx.turns_of("patient"):
        reading = ctx.reading(turn)
        asked = [
            hit
            for hit in reading.find(ANY_QUESTION)
            if hit.words[1] - hit.words[0] >= SHORTEST
            if not mostly(range(*hit.words), covered(reading, options.ignore))
        ]
        taken = {hit.sentence for hit in asked}
        asked += [
            hit
            for name in options.asks
            for hit in reading.find(name)[:1]
            if hit.sentence not in taken and not hit.negated and not hit.quoted
        ]
        found += [reply_to(options, ctx, turn, hit) for hit in sorted(asked, key=by_place)]
        lost = may_ask(reading)
        known = lost is None or any(hit.sentence == lost.sentence for hit in asked)
        if lost and not known and put_off_next(options, ctx, turn):
            found.append(Exchange(turn, lost, "unclear", None))
    return found


def may_ask(reading: Reading) -> Hit | None:
    """The last sentence of a turn that ends without a mark: its question mark may be lost."""
    if reading.tokens.unmarked is None:
        return None
    start = reading.tokens.sentence.index(reading.tokens.unmarked)
    end = len(reading.tokens.sentence)
    if end - start < SHORTEST:
        return None
    return reading.hit(ANY_QUESTION, start, end, Pattern(ANY_QUESTION, True))


def put_off_next(options: Answered, ctx: Context, turn: int) -> bool:
    """What she says next is that she doesn't know."""
    start = ctx.turns[turn].start_s
    reply = next((t for t in ctx.turns_of("administrator") if ctx.turns[t].start_s > start), None)
    return reply is not None and any(ctx.reading(reply).find(name) for name in options.defers)


def by_place(hit: Hit) -> int:
    return hit.start


def covered(reading: Reading, names: tuple[str, ...]) -> set[int]:
    """The words that belong to a phrase of the lists."""
    return {i for name in names for hit in reading.find(name) for i in range(*hit.words)}


def mostly(words: Sequence[int], covered: set[int], share: float = MOSTLY) -> bool:
    return len(covered & {*words}) >= share * len(words)


def reply_to(options: Answered, ctx: Context, turn: int, question: Hit) -> Exchange:
    """Her next turns, until one says something that isn't only a question or 'I don't know'."""
    start = ctx.turns[turn].start_s
    later = [t for t in ctx.turns_of("administrator") if ctx.turns[t].start_s > start]
    excuse: tuple[int, int, int] | None = None
    besides: tuple[int, int, int] | None = None  # what she says before the excuse
    nod: tuple[int, int, int] | None = None
    promised: tuple[int, int, int] | None = None
    found: tuple[int, int, int] | None = None  # what she says when she is back
    looked, until = len(later), REPLIES
    topics = topics_asked(ctx, turn, question)
    for number, reply in enumerate(later):
        reading = ctx.reading(reply)
        promise = promises(options, reading)
        puts_off = excuses(options, ctx, reply, topics)
        if number < until and puts_off and not excuse:
            excuse = (reply, *ctx.passage(reply, puts_off[0].start, puts_off[0].end))
        if promise:
            promised = (reply, *ctx.passage(reply, promise[0].start, promise[0].end))
            if excuse:
                return Exchange(turn, question, "deferred", promised)
        if number < until and (answer := statement(options, ctx, reply)):
            if not excuse and not about_it(ctx, topics, later[:REPLIES]):
                break
            if (
                not excuse
                and promise
                and promised
                and (
                    promised[1] <= answer[1]
                    or not tells(options, ctx, reply, promise[0].words[0], topics)
                )
            ):
                return Exchange(turn, question, "deferred", promised)
            if not excuse:
                return Exchange(turn, question, "answered", answer)
            if number > looked and not puts_off:
                found = found or answer
            if excuse[0] == reply and answer[2] <= excuse[1]:
                besides = besides or answer
        elif number < REPLIES and not nod and only_small(reading):
            nod = (reply, 0, len(ctx.turns[reply].text))
        if number < until and any(reading.find(name) for name in options.looks):
            looked, until = number, number + 1 + REPLIES
    if found:
        return Exchange(turn, question, "answered", found)
    if besides:
        return Exchange(turn, question, "answered", besides)
    if nod and not excuse:
        return Exchange(turn, question, "answered", nod)
    if promised and not excuse:
        return Exchange(turn, question, "deferred", promised)
    if not excuse and later:
        return Exchange(turn, question, "unclear", None)
    return Exchange(turn, question, "unanswered", excuse)


def promises(options: Answered, reading: Reading) -> list[Hit]:
    """Where she promises to find out; 'I'll ask and ring you, all right?' does too."""
    sentence, clause = reading.tokens.sentence, reading.tokens.clause
    last = dict(zip(sentence, clause, strict=True))  # of each sentence its last clause
    return [
        h
        for name in options.promises
        for h in reading.find(name)
        if not h.conditional and not (h.question and clause[h.words[1] - 1] == last[h.sentence])
    ]


def excuses(options: Answered, ctx: Context, turn: int, topics: Sequence[Topic]) -> list[Hit]:
    """Where she says that she doesn't know, unless the turn answers for all that: 'it depends,
    from ninety upwards', 'No, you can eat, the doctor will tell you the rest'."""
    if topics and names_number(ctx, turn):
        return []
    found = [h for name in options.defers for h in ctx.reading(turn).find(name) if not h.negated]
    first = min((h.words[0] for h in found), default=0)
    return [] if found and tells(options, ctx, turn, first, topics) else found


def tells(options: Answered, ctx: Context, turn: int, word: int, topics: Sequence[Topic]) -> bool:
    """The clauses before this word begin with a yes or a no and say more ('No, I'm afraid, ...'
    doesn't), or name a number that was asked for."""
    reading, known = ctx.reading(turn), numbers(ctx.language)
    clause, spans = reading.tokens.clause, reading.tokens.spans
    earlier = [i for i in range(word) if clause[i] != clause[word]]
    if not earlier:
        return False
    text = shadow(ctx.language, ctx.turns[turn].text[: spans[earlier[-1]][1]]).text
    if topics and (known.amounts(text) or known.clocks(text)):
        return True
    small = reading.covered("backchannel") | reading.cue_words("fillers")
    said = {*earlier} - small - covered(reading, options.empty)
    begins = any(cues.begins(text) for cues in yes_and_no(ctx.language))
    return begins and len(said) >= SAYS_MORE


def about_it(ctx: Context, topics: Sequence[Topic], replies: Sequence[int]) -> bool:
    """Whether a reply is about the question, as far as words can tell: who asks what it costs or
    when somebody is there hears a number, a time, a day, a yes or a no, or what the fact sheet
    knows. Of other questions a statement is taken to be."""
    if not topics:
        return True
    known = numbers(ctx.language)
    yes_or_no = yes_and_no(ctx.language)
    for reply in replies:
        text = shadow(ctx.language, ctx.turns[reply].text).text
        if (
            names_number(ctx, reply)
            or known.days(text)
            or any(cues.within(text) for cues in yes_or_no)
        ):
            return True
    return any(judged.turn in replies for topic in topics for judged in report(ctx, topic).judged)


def topics_asked(ctx: Context, turn: int, question: Hit) -> list[Topic]:
    """What of the topics that a number answers the question is about, be it a question in form or
    in words: 'I wonder what you charge'."""
    return [
        topic
        for topic in TOLD_BY_NUMBERS
        for hit in ctx.reading(turn).find(QUESTION_LISTS[topic])
        if hit.start < question.end and question.start < hit.end
        if (hit.question or question.list != ANY_QUESTION) and not hit.negated
    ]


def names_number(ctx: Context, turn: int) -> bool:
    """An amount or a time of day stands in the turn."""
    known = numbers(ctx.language)
    text = shadow(ctx.language, ctx.turns[turn].text).text
    return bool(known.amounts(text) or known.clocks(text))


def only_small(reading: Reading) -> bool:
    """A bare 'yes' may answer."""
    words = range(len(reading.tokens.spans))
    return bool(words) and reading.covered("backchannel") >= {*words}


def statement(options: Answered, ctx: Context, turn: int) -> tuple[int, int, int] | None:
    """The first sentence of a turn that could answer something; None if there is none."""
    reading = ctx.reading(turn)
    sentences: dict[int, list[int]] = {}
    for word, sentence in enumerate(reading.tokens.sentence):
        if not reading.is_question(word):
            sentences.setdefault(sentence, []).append(word)
    small = reading.covered("backchannel") | reading.cue_words("fillers")
    empty = covered(reading, (*options.empty, *options.defers))
    for words in sentences.values():
        said = [word for word in words if word not in small]
        if said and not mostly(said, empty, EMPTY):
            return turn, *reading.offsets(said[0], words[-1] + 1)
    return None
