"""What a scenario asks of a mystery call, beside the rubric: criterion by criterion, with proof.

The caller's questions are known beforehand, so each is looked for in her words; what she never
asked is not held against anybody. Whether an answer is right: ``scoring.right``.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from auricle.messages import N_, NN_
from auricle.models import Call, Evidence, Transcript, Verdict, VerdictKind
from auricle.mystery.content import pieces, rarity, said
from rubrics.facts import FactSheet
from rubrics.reading import Hit
from rubrics.scenarios import Question, Scenario, right_answers
from rubrics.schema import Answered
from scoring import evidence
from scoring.context import Context
from scoring.detectors.answered import SURE, Exchange, reply_to
from scoring.measures import measure
from scoring.right import compare

ASKED_ALIKE = 0.35
"""So much of a question's rarer pieces must be in a turn for it to be that question. Set on the
ready scenarios' own words against the written dialogues of ``bench/gold``."""
REPLIES = 3
"""Her turns in which an answer may come."""
LONG_SENTENCE_WORDS = 45
"""As the clinic's rubric has it."""
UNKIND = ("impatience", "dismissive", "disrespect", "blame")
KIND = ("acknowledgement", "explanation", "empathy_other", "takes_charge", "alternative")
AGAIN = ("repeat_request", "asks_meaning")


def score_scenario(
    call: Call, transcript: Transcript, scenario: Scenario, facts: FactSheet | None,
    card: tuple[Verdict, ...] = (),
) -> tuple[Verdict, ...]:  # fmt: skip
    """The scenario's own criteria for one call, each worth a point.

    ``card``: the call's verdicts by the rubric; whether an appointment was booked is taken from
    there. ``facts``: None for a competitor, of whom nothing is known.
    """
    day = call.start.date() if call.start else None
    sheet = facts.at(day) if facts else None
    seen = _Seen(Context(call, transcript, sheet), scenario, facts, day)
    found: list[Verdict] = []
    for name, question in scenario.ask.items():
        if "answered" in scenario.criteria:
            found.append(seen.answered(name))
        if "right" in scenario.criteria:
            found.append(seen.right(name, question))
    if "clear" in scenario.criteria:
        found.append(seen.clear())
    if "complete" in scenario.criteria:
        found.append(seen.complete())
    if "patient" in scenario.criteria:
        found.append(seen.patient())
    found.append(seen.goal(card))
    return tuple(found)


class _Seen:
    """One call looked at with its scenario in hand."""

    def __init__(
        self, ctx: Context, scenario: Scenario, facts: FactSheet | None, day: date | None
    ) -> None:
        self.ctx = ctx
        self.scenario = scenario
        self.answers = right_answers(scenario, facts, day)

    @cached_property
    def places(self) -> dict[str, int]:
        """In which turn each question was asked; the difficulty is called ``!``."""
        turns = {turn: pieces(self.ctx.turns[turn].text) for turn in self.ctx.turns_of("patient")}
        lines = {name: pieces(asked.say) for name, asked in self.scenario.ask.items()}
        lines["!"] = pieces(self.scenario.difficulty.say)
        weights = rarity([*turns.values(), *lines.values()])
        found = {}
        for name, line in lines.items():
            best = max(turns, key=lambda turn: said(line, turns[turn], weights), default=None)
            if best is not None and said(line, turns[best], weights) >= ASKED_ALIKE:
                found[name] = best
        return found

    @cached_property
    def exchanges(self) -> dict[str, Exchange]:
        options = Answered(outcome="arisen")
        return {
            name: reply_to(options, self.ctx, turn, _whole(self.ctx.turns[turn].text))
            for name, turn in self.places.items()
            if name != "!"
        }

    def replies(self, turn: int) -> list[int]:
        """Her next turns."""
        start = self.ctx.turns[turn].start_s
        later = [t for t in self.ctx.turns_of("administrator") if self.ctx.turns[t].start_s > start]
        return later[:REPLIES]

    def answered(self, name: str) -> Verdict:
        exchange = self.exchanges.get(name)
        if exchange is None:
            return self.verdict(f"answered_{name}", "not_applicable", N_("That wasn't asked"), 1.0)
        question = self.ctx.quote(exchange.turn, exchange.question.start, exchange.question.end)
        if exchange.outcome == "unclear":
            return self.verdict(f"answered_{name}", "abstain", N_("Whether the reply answers the "
                                "question can't be told"), 0.0, (question,))  # fmt: skip
        if exchange.outcome == "unanswered" or exchange.reply is None:
            proof = Evidence(
                kind="absence", role="administrator", turn=exchange.turn,
                start_s=question.start_s, end_s=question.end_s, quote=question.quote,
                note=N_("No answer in the {n} turns after the question").format(n=REPLIES),
            )  # fmt: skip
            return self.verdict(f"answered_{name}", "missed", N_("The question got no answer"),
                                SURE, (proof,))  # fmt: skip
        reply = self.ctx.quote(*exchange.reply)
        kind: VerdictKind = "partly" if exchange.outcome == "deferred" else "met"
        reason = (
            N_("Put off with a promise: \u201c{quote}\u201d")
            if kind == "partly"
            else N_("Answered: \u201c{quote}\u201d")
        )
        return self.verdict(f"answered_{name}", kind, reason.format(quote=reply.quote),
                            min(SURE, self.ctx.heard(*exchange.reply)), (reply,))  # fmt: skip

    def right(self, name: str, question: Question) -> Verdict:
        key, turn, wanted = f"right_{name}", self.places.get(name), self.answers[name]
        if turn is None:
            return self.verdict(key, "not_applicable", N_("That wasn't asked"), 1.0)
        if wanted is None:
            return self.verdict(key, "abstain", N_("The fact sheet doesn't say what is right"), 0.0)
        found = compare(self.ctx, question, self.replies(turn), wanted)
        return self.verdict(key, found.kind, found.reason, found.sure, found.proof)

    def clear(self) -> Verdict:
        """The shopper needn't ask what was meant, and no sentence of the replies is endless."""
        asked = [turn for name, turn in self.places.items() if name != "!"]
        if not asked:
            return self.verdict("clear", "not_applicable", N_("Nothing was asked"), 1.0)
        for turn in self.ctx.turns_of("patient"):
            hits = self.hits(turn, AGAIN)
            if self.ctx.turns[turn].start_s > min(self.ctx.turns[t].start_s for t in asked) and (
                hits
            ):
                quote = self.ctx.quote(turn, hits[0].start, hits[0].end)
                return self.verdict("clear", "partly", N_("The caller had to ask what was meant"),
                                    0.75, (quote,))  # fmt: skip
        longest = measure(self.ctx, "longest_sentence_words")
        if longest.value is None:
            return self.verdict("clear", "abstain", N_("The sentences can't be measured"), 0.0)
        proof = Evidence(
            kind="measure", measure="longest_sentence_words", value=longest.value,
            unit=longest.unit, source=longest.source,
        )  # fmt: skip
        short = longest.value < LONG_SENTENCE_WORDS
        reason = (
            N_("Nothing had to be asked again") if short else N_("A sentence too long to follow")
        )
        return self.verdict("clear", "met" if short else "partly", reason,
                            min(0.75, longest.confidence), (proof,))  # fmt: skip

    def complete(self) -> Verdict:
        told = [one for one in self.exchanges.values() if one.outcome != "unclear"]
        if not told:
            return self.verdict("complete", "not_applicable", N_("No question was understood"), 1.0)
        full = [one for one in told if one.outcome == "answered"]
        proof = Evidence(
            kind="measure", measure="questions_answered", value=float(len(full)),
            unit=N_("of {n}").format(n=len(told)), source="audio",
        )  # fmt: skip
        kind: VerdictKind = (
            "met"
            if len(full) == len(told)
            else "partly"
            if 2 * len(full) >= len(told)
            else "missed"
        )
        reason = N_("{n} of {total} questions answered").format(n=len(full), total=len(told))
        return self.verdict("complete", kind, reason, SURE, (proof,))

    def patient(self) -> Verdict:
        """What she says to the difficulty: unkind words, or words that take it up."""
        turn = self.places.get("!")
        if turn is None:
            return self.verdict(
                "patient", "not_applicable", N_("The difficulty wasn't raised"), 1.0
            )
        for lists, kind, reason in (
            (UNKIND, "missed", N_("Impatient with the difficulty")),
            (KIND, "met", N_("Took the difficulty up")),
        ):
            for reply in self.replies(turn):
                hits = [hit for hit in self.hits(reply, lists) if not hit.negated]
                if hits:
                    where = (reply, *self.ctx.passage(reply, hits[0].start, hits[0].end))
                    return self.verdict(
                        "patient", "met" if kind == "met" else "missed", reason,
                        min(0.75, self.ctx.heard(*where)), (self.ctx.quote(*where),),
                    )  # fmt: skip
        return self.verdict("patient", "abstain", N_("The words don't tell how it was taken"), 0.0)

    def goal(self, card: tuple[Verdict, ...]) -> Verdict:
        """Whether the scenario succeeded; it is followed, and scores nothing."""
        wish = self.scenario.success
        if wish == "booked":
            booked = next((one for one in card if one.id == "booking_won"), None)
            if booked is None:
                return self.verdict("goal", "abstain", N_("Whether a visit was booked isn't known"),
                                    0.0, worth=0)  # fmt: skip
            return booked.model_copy(update={"id": "goal", "points": None, "max_points": 0.0})
        if wish == "informed":
            return self.complete().model_copy(
                update={"id": "goal", "points": None, "max_points": 0.0}
            )
        for turn in self.ctx.turns_of("administrator"):
            hits = self.hits(turn, ("call_back_promise",))
            if hits:
                quote = self.ctx.quote(turn, *self.ctx.passage(turn, hits[0].start, hits[0].end))
                return self.verdict("goal", "met", N_("A call back was promised"), 0.8, (quote,),
                                    worth=0)  # fmt: skip
        turns = self.ctx.turns_of("administrator")
        note = NN_(
            "No promise to call in {n} turn of the administrator",
            "No promise to call in {n} turns of the administrator",
            len(turns),
        ).format(n=len(turns))
        proof = Evidence(kind="absence", role="administrator", note=note)
        return self.verdict(
            "goal", "missed", N_("No call back was promised"), 0.7, (proof,), worth=0
        )

    def hits(self, turn: int, lists: tuple[str, ...]) -> list[Hit]:
        known = self.ctx.book.lists if self.ctx.language else {}
        return [h for name in lists if name in known for h in self.ctx.reading(turn).find(name)]

    def verdict(
        self, name: str, kind: VerdictKind, reason: str, sure: float,
        proof: tuple[Evidence, ...] = (), worth: float = 1.0,
    ) -> Verdict:  # fmt: skip
        """A verdict whose proof stands; one whose proof doesn't is an abstention."""
        for wrong in self.faults(proof):
            kind, reason = "abstain", N_("The proof doesn't stand: {wrong}").format(wrong=wrong)
        share = {"met": 1.0, "partly": 0.5, "missed": 0.0}.get(kind)
        return Verdict(
            id=name, verdict=kind, points=None if share is None or not worth else share * worth,
            max_points=worth, confidence=round(sure, 4), reason=reason, evidence=proof,
        )  # fmt: skip

    def faults(self, proof: tuple[Evidence, ...]) -> Iterator[str]:
        for piece in proof:
            wrong = evidence.problem(piece, self.ctx.transcript, piece.role)
            if wrong:
                yield wrong


def _whole(text: str) -> Hit:
    """All of a turn, as if it were one phrase."""
    return Hit("", 0, len(text), text, "", 0, (0, len(text.split())), question=True)
