"""How well the rubrics and the claim finder do on the gold set."""

import time
from collections import Counter
from dataclasses import dataclass, field

from auricle.models import Call, Evidence, Scorecard, Transcript
from bench.gold.dialogues import (
    Claim,
    Dialogue,
    PriceSaid,
    Split,
    Utterance,
    dialogues,
    fact_sheet,
    utterances,
    where,
)
from bench.gold.noise import misheard
from rubrics.facts import FactSheet
from rubrics.loader import list_rubrics, load_rubric
from rubrics.phrases import Phrasebook
from scoring.engine import score
from scoring.evidence import word_spans
from scoring.facts.claims import Stated
from scoring.facts.prices import service_names
from scoring.facts.stated import stated

JUDGED = ("met", "partly", "missed")
DAY_MINUTES = 24 * 60
MISHEARD = 0.1
"""Share of the words that are put wrong to see how the verdicts bear it."""


@dataclass
class Agreement:
    """Counts over criteria."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(gold, found), where gold says that the criterion applies."""
    idle: Counter[str] = field(default_factory=Counter)
    """What was found where gold says that it doesn't apply."""
    quotes: int = 0
    """Criteria that both find met, with a quote in the gold set."""
    quotes_right: int = 0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(
            self.pairs + other.pairs,
            self.idle + other.idle,
            self.quotes + other.quotes,
            self.quotes_right + other.quotes_right,
        )

    @property
    def applicable(self) -> int:
        return self.pairs.total()

    @property
    def exact(self) -> float:
        right = sum(n for (gold, found), n in self.pairs.items() if gold == found)
        return right / max(self.applicable, 1)

    @property
    def kappa(self) -> float:
        """Cohen's kappa over met, partly, missed and not_applicable; abstentions left out."""
        table = Counter({p: n for p, n in self.pairs.items() if p[1] != "abstain"})
        table.update({("not_applicable", f): n for f, n in self.idle.items() if f != "abstain"})
        total = max(table.total(), 1)
        rows: Counter[str] = Counter()
        columns: Counter[str] = Counter()
        for (gold, found), n in table.items():
            rows[gold] += n
            columns[found] += n
        observed = sum(n for (gold, found), n in table.items() if gold == found) / total
        chance = sum(rows[kind] * columns[kind] for kind in rows) / total**2
        return (observed - chance) / (1 - chance) if chance < 1 else 1.0

    @property
    def false_missed(self) -> float:
        """Share of what isn't missed, by gold, that was called missed."""
        not_missed = {p: n for p, n in self.pairs.items() if p[0] in ("met", "partly")}
        wrong = sum(n for (_, found), n in not_missed.items() if found == "missed")
        return wrong / max(sum(not_missed.values()), 1)

    @property
    def abstained(self) -> float:
        return sum(n for (_, f), n in self.pairs.items() if f == "abstain") / max(
            self.applicable, 1
        )

    @property
    def quoted(self) -> float:
        return self.quotes_right / max(self.quotes, 1)


@dataclass(frozen=True)
class Difference:
    """One verdict that isn't gold's."""

    dialogue: Dialogue
    criterion: str
    gold: str
    found: str
    reason: str
    quotes: tuple[str, ...]


def sheet_of(dialogue: Dialogue) -> FactSheet:
    """The language's facts under the name of the dialogue's clinic."""
    return fact_sheet(dialogue.language).model_copy(update={"clinic": dialogue.clinic})


def card_of(dialogue: Dialogue, call: Call, transcript: Transcript) -> Scorecard:
    return score(call, transcript, load_rubric(dialogue.rubric), sheet_of(dialogue))


def compare(
    dialogue: Dialogue, noise: float = 0.0
) -> tuple[dict[str, Agreement], list[Difference]]:
    """Agreement per criterion, and every difference."""
    call, transcript = dialogue.call()
    _, clean = dialogue.call()
    if noise:
        transcript = misheard(transcript, noise)
    card = card_of(dialogue, call, transcript)
    agreements: dict[str, Agreement] = {}
    differences = []
    for found in card.criteria:
        gold = dialogue.verdicts[found.id]
        one = agreements[found.id] = Agreement()
        if gold.verdict == "not_applicable":
            one.idle[found.verdict] += 1
        else:
            one.pairs[gold.verdict, found.verdict] += 1
        if gold.verdict == found.verdict == "met" and gold.quote and not noise:
            one.quotes += 1
            one.quotes_right += any(
                overlap(proof, place.quote, where(place, clean), clean)
                for place in gold.places()
                for proof in found.evidence
            )
        if gold.verdict != found.verdict:
            quotes = tuple(e.quote or "" for e in found.evidence if e.kind == "quote")
            differences.append(
                Difference(dialogue, found.id, gold.verdict, found.verdict, found.reason, quotes)
            )
    return agreements, differences


def overlap(proof: Evidence, quote: str, turn: int, transcript: Transcript) -> bool:
    """The two quotes share a word of the turn."""
    if proof.kind != "quote" or proof.turn != turn or not proof.quote:
        return False
    text = transcript.turns[turn].text
    a, b = text.find(quote), text.find(proof.quote)
    spans = word_spans(transcript.turns[turn])
    shared = max(a, b), min(a + len(quote), b + len(proof.quote))
    return any(start < shared[1] and shared[0] < end for start, end in spans)


def agreement(
    language: str, split: Split, noise: float = 0.0
) -> tuple[dict[tuple[str, str], Agreement], list[Difference]]:
    """(rubric, criterion) -> agreement over a language's dialogues, and every difference."""
    ready = set(list_rubrics())
    found: dict[tuple[str, str], Agreement] = {}
    differences = []
    for dialogue in dialogues(language, split):
        if dialogue.rubric not in ready:
            continue
        agreements, wrong = compare(dialogue, noise)
        for criterion, one in agreements.items():
            key = dialogue.rubric, criterion
            found[key] = found.get(key, Agreement()) + one
        differences += wrong
    return found, differences


def total(language: str, split: Split, noise: float = 0.0) -> Agreement:
    """Over all of a language's criteria."""
    return sum(agreement(language, split, noise)[0].values(), Agreement())


@dataclass
class Claims:
    """Counts of claims of one kind."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: "Claims") -> "Claims":
        return Claims(
            self.right + other.right, self.false + other.false, self.missed + other.missed
        )

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.false, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)


def claims(language: str, split: Split) -> tuple[dict[str, Claims], list[str]]:
    """Kind -> counts over a language's utterances, and a line for each utterance with an error."""
    found: dict[str, Claims] = {}
    wrong = []
    for utterance in utterances(language, split):
        counts, error = compare_claims(language, utterance)
        for kind, one in counts.items():
            found[kind] = found.get(kind, Claims()) + one
        if error:
            wrong.append(error)
    return found, wrong


def compare_claims(language: str, utterance: Utterance) -> tuple[dict[str, Claims], str]:
    reading = Phrasebook.load(language).read(utterance.text, ())
    services = service_names(fact_sheet(language).prices)
    said = stated(language, utterance.text, reading, utterance.asked, services)
    open_said = [s for s in said if s.kind != "day" or s.days]
    open_gold = list(utterance.claims)
    found: dict[str, Claims] = {}
    for claim in list(open_gold):
        match = next((s for s in open_said if same(claim, s)), None)
        if match is not None:
            open_said.remove(match)
            open_gold.remove(claim)
            kind = kind_of(claim)
            found[kind] = found.get(kind, Claims()) + Claims(right=1)
    for claim in open_gold:
        kind = kind_of(claim)
        found[kind] = found.get(kind, Claims()) + Claims(missed=1)
    for one in open_said:
        kind = "weekday" if one.kind == "day" else one.kind
        found[kind] = found.get(kind, Claims()) + Claims(false=1)
    if not open_gold and not open_said:
        return found, ""
    lacks = [str(c.model_dump(exclude_unset=True)) for c in open_gold]
    extra = [utterance.text[s.start : s.end] + f" ({shown(s)})" for s in open_said]
    return found, f"{utterance.asked} | {utterance.text}\n      lacks {lacks}  extra {extra}"


def shown(one: Stated) -> str:
    times = "/".join(f"{m // 60:02}:{m % 60:02}" for m in sorted(one.minutes))
    return times or " ".join(one.days) or one.digits or f"{one.low}-{one.high}"


def kind_of(claim: Claim) -> str:
    return next(iter(claim.model_fields_set))


def same(claim: Claim, said: Stated) -> bool:
    """What was found is the claim; of a time some reading must agree, the other half of the day
    may stay open."""
    if claim.time:
        gold = {60 * int(t[:2]) + int(t[3:]) for t in claim.time}
        gold = {m % DAY_MINUTES for m in gold}
        either = gold | {(m + 720) % DAY_MINUTES for m in gold}
        heard = {m % DAY_MINUTES for m in said.minutes}
        return said.kind == "time" and bool(heard & gold) and heard <= either
    if claim.weekday:
        return said.kind == "day" and set(said.days) == set(claim.weekday)
    if claim.phone:
        return said.kind == "phone" and said.digits == claim.phone
    price = claim.price
    if isinstance(price, PriceSaid):
        return said.kind == "price" and (said.low, said.high) == (price.low, price.high)
    return said.kind == "price" and said.low == said.high == price


def calls_per_second(language: str, split: Split, call_s: float = 180.0) -> float:
    """Calls of ``call_s`` seconds scored in a second on one core, nothing cached between calls."""
    gold = [d for d in dialogues(language, split) if d.rubric in list_rubrics()]
    ready = [(d, *d.call()) for d in gold]
    for one in ready:
        card_of(*one)  # compile
    begin = time.process_time()
    for one in ready:
        card_of(*one)
    spent_s = time.process_time() - begin
    talked_s = sum(transcript.duration_s for _, _, transcript in ready)
    return talked_s / call_s / spent_s if spent_s else 0.0
