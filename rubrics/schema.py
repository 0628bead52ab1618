"""What may stand in a rubric's YAML. ``docs/rubrics.md`` explains it for those who write one."""

from math import fsum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from auricle.messages import P_
from auricle.totals import Critical, Weighing

Anchor = Literal["occasion"]
Later = Literal["occasion", "agreed"]
"""``agreed``: the turn in which a visit was agreed."""
"""Where the criterion's occasion (its ``when``) arose."""
Speaker = Literal["administrator", "patient"]
Outcome = Literal["arisen", "right", "wrong", "outdated", "unanswered", "deferred", "unknown"]
"""``wrong`` includes ``outdated``: right by an earlier version of the fact sheet."""
MeasureName = Literal[
    "wait_s",
    "hold_s",
    "ring_s",
    "queue_s",
    "ivr_s",
    "interruptions",
    "interruptions_by_patient",
    "talk_share",
    "words_per_minute",
    "mean_sentence_words",
    "longest_sentence_words",
    "longest_turn_s",
    "longest_silence_s",
    "mean_response_s",
    "repeated_requests",
    "lix",
    "exchanges",
    "patient_words_per_turn",
    "unexplained_jargon",
]
Said = Literal["time", "day", "price", "phone", "subject"]
Decided = Literal["met", "partly", "missed", "abstain", "not_applicable"]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Phrases(Strict):
    """A phrase of one of the lists was said."""

    lists: tuple[str, ...] = Field(min_length=1)
    role: Speaker = "administrator"
    turns: str = Field("all", pattern=r"^(all|first [1-9]\d*|last [1-9]\d*)$")
    """Which of that role's turns are searched."""
    after: Later | None = None
    """Only turns that begin after the occasion ..."""
    before: Anchor | None = None
    """... or words that end before it; each occasion needs its own."""
    within_turns: int | None = Field(None, ge=1)
    """Only so many turns of the role after (before) the occasion."""
    within_s: float | None = Field(None, gt=0)
    replies_to: tuple[str, ...] = ()
    """Only turns right after a turn of the other side with a phrase of these lists; ``said_time``:
    with a time of day."""
    unless_replies_to: tuple[str, ...] = ()
    """No turns right after such a turn."""
    near: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    """A phrase of one of these lists must stand in the same turn."""
    words_at_least: int | None = Field(None, ge=2)
    """Only hits of so many words; for ``any_question``."""
    asking: bool = False
    """Count only what asks; of ``any_question`` what has a question mark."""
    without: tuple[str, ...] = ()
    """A hit that touches a phrase of these lists (``said_time``: a time of day) doesn't count."""
    at_least: int = Field(1, ge=1)
    """So many different phrases; saying one twice counts once."""
    apart: bool = False
    """Several phrases in one turn count as one."""
    negated: bool = False
    """Count denied phrases too."""
    questions: bool = True
    conditional: bool = True
    quoted: bool = True
    """Count somebody else's words ('you said that ...')."""
    contrasted: bool = True
    """Count a phrase that 'but' follows at once."""
    unless_explained_by: tuple[str, ...] = ()
    """A phrase doesn't count when one of these lists hits in the same or the next sentence."""
    unless_patient_said: bool = False
    """A phrase doesn't count when the patient used it before."""
    echoes: bool | Literal["last"] = False
    """Count only a phrase with a word that the other side said before (the patient's name);
    ``last``: in the turn just before."""
    confidence: float = Field(0.9, ge=0, le=1)
    """How sure a hit (or its absence) is, words and roles being right."""


class Says(Strict):
    """Somebody states, in one turn, all of these: a time, a day, a price, a telephone number, a
    subject (a doctor or a service of the fact sheet)."""

    kinds: tuple[Said, ...] = Field(min_length=1)
    role: Speaker = "administrator"
    turns: str = Field("all", pattern=r"^(all|first [1-9]\d*|last [1-9]\d*)$")
    after: Later | None = None
    """Only turns that begin after the occasion; ``agreed``: of times and days only the visit's."""
    within_turns: int | None = Field(None, ge=1)
    within_s: float | None = Field(None, gt=0)
    replies_to: tuple[str, ...] = ()
    """As in ``phrases``."""
    unless_replies_to: tuple[str, ...] = ()
    """As in ``phrases``."""
    with_lists: tuple[str, ...] = ()
    """The turn must also hold a phrase of one of these lists."""
    without_lists: tuple[str, ...] = ()
    """Nothing said in a sentence with a phrase of one of these counts."""
    questions: bool = True
    """Count what is said in questions too."""
    echoes: bool = False
    """Of times, only one that the other side said before; of telephone numbers, a part of theirs
    too."""
    confidence: float = Field(0.85, ge=0, le=1)


class Agreed(Strict):
    """A visit was agreed: somebody named a time, and the other side took it."""

    outcome: Literal["taken", "offered"] = "taken"
    """``offered``: she named a time, whatever became of it."""
    offers: tuple[str, ...] = ("booking_offer", "suits_question", "day_and_time")
    """Phrases with which she offers, or asks for, a day."""
    wishes: tuple[str, ...] = ("booking_wish", "booking_accepted")
    """Phrases with which the patient asks for the time named beside them."""
    takes: tuple[str, ...] = ("affirmation", "booking_accepted")
    """The patient's yes to a time."""
    refuses: tuple[str, ...] = ("declines",)
    """The patient's no, even to what was taken before."""
    cannot: tuple[str, ...] = ("cannot_come",)
    """The patient's no to the time just offered."""
    books: tuple[str, ...] = ("booking_confirmed", "booking_moved")
    """Phrases with which she puts a visit down ..."""
    full: tuple[str, ...] = ("no_slot",)
    """... unless such a phrase stands in the sentence."""
    takes_down: tuple[str, ...] = ("name_question", "reach_question")
    """What she goes on to ask once a time is taken."""
    hours: tuple[str, ...] = ("hours_statement", "hours_question")
    """A time in a clause with one of these is no visit's ..."""
    calls: tuple[str, ...] = ("call_back_promise",)
    """... nor is one in a sentence with one of these, or asked for in reply to it."""
    confidence: float = Field(0.9, ge=0, le=1)

    def lists(self) -> set[str]:
        """Every phrase list it looks into."""
        return {
            name
            for names in (
                *(self.offers, self.wishes, self.takes, self.refuses, self.cannot, self.books),
                *(self.full, self.takes_down, self.hours, self.calls),
            )
            for name in names
        }


class Answered(Strict):
    """What became of the patient's questions."""

    outcome: Literal["arisen", "answered", "deferred", "unanswered", "unclear"]
    """``arisen``: there was a question. ``answered``: every one got a reply. ``deferred``: one was
    put off with a promise, none ignored. ``unanswered``: one was put off, or met with silence.
    ``unclear``: whether one was answered can't be told from the form of the reply."""
    ignore: tuple[str, ...] = ()
    """A question made mostly of phrases of these lists asks for nothing to be known."""
    asks: tuple[str, ...] = ("hours_question", "price_question")
    """Phrases that ask without the form of a question ('I was wondering how much ...')."""
    empty: tuple[str, ...] = (
        "acknowledgement",
        "token_sorry",
        "thanks",
        "asks_again",
        "repeat_request",
        "hold_announcement",
        "hold_thanks",
        "name_question",
        "contact_question",
        "self_introduction",
        "greeting",
    )
    """A sentence made mostly of phrases of these lists answers nothing."""
    defers: tuple[str, ...] = ("dont_know",)
    promises: tuple[str, ...] = ("call_back_promise", "passes_on")
    looks: tuple[str, ...] = ("hold_announcement",)
    """She goes to look: what she says when she is back may answer, whatever she said before."""


class Ordered(Strict):
    """``this`` and ``that`` in time."""

    this: "Test"
    that: "Test"
    within_s: float | None = Field(None, gt=0)


class Sequence(Strict):
    """Steps, each with its proof, in the order given."""

    steps: "tuple[Test, ...]" = Field(min_length=2)
    at_least: int | None = Field(None, ge=2)
    """So many of the steps must come in order; by default all."""


class Other(Strict):
    """How another criterion, further up in the rubric, came out."""

    id: str
    verdict: tuple[Decided, ...] = Field(min_length=1)


class Measure(Strict):
    """A number about the line or the conversation."""

    name: MeasureName
    at_most: float | None = None
    at_least: float | None = None
    required: bool = True
    """False: where it can't be measured the test fails (less surely) instead of abstaining."""

    @model_validator(mode="after")
    def bounded(self) -> "Measure":
        if self.at_most is None and self.at_least is None:
            raise ValueError(P_("needs at_most or at_least"))
        return self

    def allows(self, value: float) -> bool:
        """Whether a value lies within the bounds."""
        return (self.at_most is None or value <= self.at_most) and (
            self.at_least is None or value >= self.at_least
        )


class Facts(Strict):
    """How the administrator's statements compare with the fact sheet."""

    topic: Literal["opening_hours", "prices", "details"]
    outcome: Outcome


class Segment(Strict):
    """The line carried something (e.g. ``hold``) for longer than a while."""

    kind: Literal["hold", "silence", "music"]
    longer_than_s: float = Field(0.0, ge=0)


class LineTest(Strict):
    """What the line and the clinic's logs say of the call."""

    direction: Literal["inbound", "outbound"] | None = None
    answered: bool | None = None
    language: tuple[str, ...] = ()
    """ISO 639-1 codes."""
    type: tuple[str, ...] = ()
    """Kinds of ``kinds/call_type.yaml``: what the call seems to be about."""
    manner: tuple[str, ...] = ()
    """Kinds of ``kinds/manner.yaml``: how the patient seems to come across."""


class Meaning(Strict):
    """A sentence means what the exemplars of ``name`` mean, by sentence embeddings."""

    name: str
    """Of ``meanings.yaml`` in the language's folder."""
    role: Speaker = "administrator"
    turns: str = Field("all", pattern=r"^(all|first [1-9]\d*|last [1-9]\d*)$")
    after: Anchor | None = None
    within_turns: int | None = Field(None, ge=1)
    within_s: float | None = Field(None, gt=0)
    margin: float = Field(0.02, ge=0, le=1)
    """So much nearer to the exemplars than to the counter-examples (cosine)."""
    required: bool = True
    """False: without the extra ``auricle[meaning]`` the test fails instead of abstaining."""


class Judge(Strict):
    """A language model of the owner's choice says yes, and its quote stands in the transcript."""

    question: str = Field(min_length=10)
    """To be answered with yes or no, from the words of the call."""
    role: Speaker = "administrator"
    """Whose words must prove it."""
    required: bool = True
    """False: without ``[score.judge]`` the test fails instead of abstaining."""


class AtLeast(Strict):
    count: int = Field(ge=1)
    of: "tuple[Test, ...]" = Field(min_length=1)


class Test(Strict):
    """One test: exactly one of these keys."""

    phrases: Phrases | None = None
    measure: Measure | None = None
    facts: Facts | None = None
    segment: Segment | None = None
    call: LineTest | None = None
    says: Says | None = None
    agreed: Agreed | None = None
    answered: Answered | None = None
    meaning: Meaning | None = None
    judge: Judge | None = None
    criterion: Other | None = None
    sequence: Sequence | None = None
    before: Ordered | None = None
    """``this`` holds before ``that`` first does, or ``that`` never does."""
    after: Ordered | None = None
    """``this`` holds after ``that`` first did."""
    all: "tuple[Test, ...] | None" = Field(None, min_length=1)
    any: "tuple[Test, ...] | None" = Field(None, min_length=1)
    not_: "Test | None" = Field(None, alias="not")
    at_least: AtLeast | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> "Test":
        given = self.model_fields_set
        if len(given) != 1 or getattr(self, next(iter(given))) is None:
            keys = ", ".join(f.alias or n for n, f in Test.model_fields.items())
            raise ValueError(P_("a test has exactly one of these keys: {name}").format(name=keys))
        return self

    def kind(self) -> str:
        """Its key: the detector or the way of combining."""
        return next(iter(self.model_fields_set))

    def lists(self) -> set[str]:
        """Every phrase list the test refers to."""
        found: set[str] = set()
        if any(test and test.after == "agreed" for test in (self.phrases, self.says)):
            found |= Agreed().lists()
        if self.phrases:
            found |= {*self.phrases.lists, *self.phrases.without, *self.phrases.near}
            found |= {*self.phrases.unless_near}
            found |= {*self.phrases.unless_explained_by, *self.phrases.replies_to}
        if self.says:
            found |= {*self.says.with_lists, *self.says.without_lists, *self.says.replies_to}
        if self.agreed:
            found |= self.agreed.lists()
        if self.answered:
            found |= {*self.answered.ignore, *self.answered.defers, *self.answered.promises}
        for child in self.children():
            found |= child.lists()
        return found

    def meanings(self) -> set[str]:
        """Every set of exemplars the test refers to."""
        own = {self.meaning.name} if self.meaning else set()
        return own.union(*(child.meanings() for child in self.children()))

    def children(self) -> "tuple[Test, ...]":
        found = [*(self.all or ()), *(self.any or ())]
        found += [self.not_] if self.not_ else []
        found += self.at_least.of if self.at_least else ()
        found += self.sequence.steps if self.sequence else ()
        for ordered in (self.before, self.after):
            found += [ordered.this, ordered.that] if ordered else []
        return tuple(found)

    def detectors(self) -> set[str]:
        """Every detector and way of combining that takes part."""
        return {self.kind()}.union(*(child.detectors() for child in self.children()))

    def decided_by_model(self) -> tuple[bool, bool]:
        """Whether a model alone (``meaning``, ``judge``) can make it hold, and make it fail."""
        if self.meaning or self.judge:
            return True, True
        parts = [child.decided_by_model() for child in self.children()]
        holding, failing = (sum(part[side] for part in parts) for side in (0, 1))
        if self.not_:
            return failing > 0, holding > 0
        if self.any:
            return holding > 0, failing == len(parts)
        needed, of = len(parts), len(parts)
        if self.at_least:
            needed = self.at_least.count
        elif self.sequence and self.sequence.at_least:
            needed = self.sequence.at_least
        if not parts:
            return False, False
        return holding >= needed, failing > of - needed

    def kinds(self) -> set[tuple[str, str]]:
        """Every scale and kind of call the test asks for."""
        asked = {"call_type": self.call.type, "manner": self.call.manner} if self.call else {}
        own = {(scale, kind) for scale, kinds in asked.items() for kind in kinds}
        return own.union(*(child.kinds() for child in self.children()))

    def refers_to(self) -> set[str]:
        """Every other criterion the test asks about."""
        own = {self.criterion.id} if self.criterion else set()
        return own.union(*(child.refers_to() for child in self.children()))


class Rule(Strict):
    """If the test holds, this is the verdict. Rules are tried in order."""

    verdict: Literal["met", "partly", "missed", "abstain", "not_applicable"]
    test: Test = Field(alias="if")
    because: str
    """Reason for people; may use {quote}, {value}, {unit}, {time}, {said}."""


class Example(Strict):
    """A written dialogue and the verdict it must get; ``auricle rubric check`` tries it."""

    dialogue: str
    """A line a turn: ``A:`` administrator, ``P:`` patient; see ``scoring.dialogue``."""
    verdict: Literal["met", "partly", "missed", "abstain", "not_applicable"]
    language: str = "en"
    wait_s: float | None = Field(8.0, ge=0)
    direction: Literal["inbound", "outbound"] = "inbound"


class Override(Strict):
    """What differs in one language; what isn't named stays."""

    title: str = ""
    description: str = ""
    when: Test | None = None
    """``null``: no occasion is needed."""
    rules: tuple[Rule, ...] = Field((), min_length=1)
    otherwise: Literal["met", "partly", "missed"] = "missed"
    otherwise_because: str = ""

    def changes(self) -> dict[str, Any]:
        """The keys that were given, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Criterion(Strict):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    description: str
    """For administrators: what is expected."""
    points: float = Field(ge=0)
    """0: an outcome to be followed, such as a booking; it doesn't enter the score."""
    partly: float = Field(0.5, ge=0, le=1)
    """Share of the points for ``partly``."""
    critical: Critical = "none"
    """Missing it: is flagged / empties its section / empties the call."""
    when: Test | None = None
    """The occasion; where it never arose the criterion is not applicable."""
    rules: tuple[Rule, ...] = Field(min_length=1)
    otherwise: Literal["met", "partly", "missed"] = "missed"
    otherwise_because: str
    """Reason when no rule held."""
    languages: dict[str, Override] = {}
    """ISO 639-1 code -> what differs in that language."""
    examples: Annotated[tuple[Example, ...], Field(exclude=True)] = ()
    """Good and bad calls with the expected verdict; they don't enter the fingerprint."""

    def spoken_in(self, language: str) -> "Criterion":
        """The criterion as it stands for calls in a language."""
        if language not in self.languages:
            return self
        return self.model_copy(update=self.languages[language].changes())

    def tests(self) -> tuple[Test, ...]:
        """The occasion and every rule's test, in all languages."""
        every: list[Criterion | Override] = [self, *self.languages.values()]
        occasions = [one.when for one in every if one.when]
        return (*occasions, *(rule.test for rule in self.all_rules()))

    def all_rules(self) -> tuple[Rule, ...]:
        """The rules of all languages."""
        every: list[Criterion | Override] = [self, *self.languages.values()]
        return tuple(rule for one in every for rule in one.rules)

    def refers_to(self) -> set[str]:
        """Every other criterion it asks about."""
        return set().union(*(test.refers_to() for test in self.tests()))


class Section(Strict):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    weight: float | None = Field(None, gt=0)
    """What its criteria are worth together; by default the sum of their points."""
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Rubric(Strict):
    """A versioned description of a good call."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str
    title: str
    description: str = ""
    sections: tuple[Section, ...] = Field(min_length=1)
    phrases: dict[str, dict[str, str]] = {}
    """List -> language -> patterns, a line each: lists of the rubric's own, or more lines for
    lists that there are."""
    example_facts: Annotated[dict[str, Any] | None, Field(exclude=True)] = None
    """A fact sheet for the examples."""
    fingerprint: Annotated[str, Field(exclude=True)] = ""
    """SHA-256 of the content and the phrase lists it refers to; filled in by the loader."""
    text: Annotated[str, Field(exclude=True, repr=False)] = ""
    """The YAML it was read from; filled in by the loader."""

    @model_validator(mode="before")
    @classmethod
    def fingerprint_is_computed(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("version"), int | float):
            raise ValueError(P_("version should be text: put it in quotes"))
        return data

    @model_validator(mode="after")
    def models_never_decide_alone(self) -> "Rubric":
        for criterion in self.criteria():
            if criterion.critical == "none":
                continue
            for rule in criterion.all_rules():
                if any(rule.test.decided_by_model()):
                    raise ValueError(
                        P_(
                            "'{name}' is critical: 'meaning' and 'judge' may not decide alone"
                        ).format(name=criterion.id)
                    )
        return self

    @model_validator(mode="after")
    def unique(self) -> "Rubric":
        ids = [c.id for c in self.criteria()]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(P_("criterion '{name}' exists twice").format(name=name))
        for at, criterion in enumerate(self.criteria()):
            for name in sorted(criterion.refers_to()):
                if name not in ids[:at]:
                    raise ValueError(
                        P_("'{name}' asks about '{list}', which must stand above it").format(
                            name=criterion.id, list=name
                        )
                    )
        return self

    def __hash__(self) -> int:
        # Of all fields it would take long, and a dict has none.
        return hash((self.id, self.version, self.fingerprint))

    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion, in order."""
        return tuple(c for section in self.sections for c in section.criteria)

    def max_points(self) -> dict[str, float]:
        """What each criterion is worth, section weights applied."""
        found: dict[str, float] = {}
        for section in self.sections:
            total = fsum(c.points for c in section.criteria)
            scale = (section.weight or total) / total if total else 1.0
            found |= {c.id: c.points * scale for c in section.criteria}
        return found

    def weighings(self) -> tuple[Weighing, ...]:
        """What each criterion brings into the total, in order."""
        worth = self.max_points()
        return tuple(
            Weighing(c.id, section.id, worth[c.id], c.partly, c.critical)
            for section in self.sections
            for c in section.criteria
        )

    def tests(self) -> tuple[Test, ...]:
        """Every criterion's tests."""
        return tuple(test for criterion in self.criteria() for test in criterion.tests())

    def lists(self) -> set[str]:
        """Every phrase list the rubric refers to."""
        return set().union(*(test.lists() for test in self.tests()))

    def uses(self, key: str) -> bool:
        """Whether a detector takes part anywhere."""
        return any(key in test.detectors() for test in self.tests())
