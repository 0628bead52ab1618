"""Read gold dialogues, fact sheets and claims; say what is wrong with them."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from auricle.errors import SettingsError
from auricle.models import Call, Role, Transcript
from auricle.strict import nearest, read_yaml, validate
from rubrics.facts import WEEKDAYS, FactSheet, load_facts
from scoring.dialogue import dialogue

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "pl", "ru", "uk", "zh")

Split = Literal["tune", "test"]
CLAIMS: dict[Split, str] = {"tune": "claims.yaml", "test": "claims-test.yaml"}
LAST_SEEN = {"clinic-phone": 105, "complaint": 50}
"""Of the other rubrics 14. Higher numbers are for testing: nobody who tunes has seen them."""
CallType = Literal[
    "new_patient",
    "existing",
    "price",
    "booking",
    "rescheduling",
    "complaint",
    "survey",
    "other",
    "not_a_conversation",
]
Manner = Literal["calm", "demanding", "anxious", "apathetic", "negative"]
Kind = Literal["met", "partly", "missed", "not_applicable"]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Meaning(Strict):
    """What the verdicts of one criterion mean: an entry of criteria.yaml."""

    name: str
    role: Literal["administrator", "line", "both"]
    applies: str
    met: str
    partly: str = ""
    missed: str
    proof: str
    by: Literal["administrator", "both"] = "administrator"


class Place(Strict):
    """Words of one turn that alone would prove a verdict."""

    quote: str
    turn: int | None = None
    """Number of the spoken turn, from 0; needed only where the quote stands in several."""


class GoldVerdict(Place):
    verdict: Kind
    quote: str = ""
    also: tuple[Place, ...] = ()
    """Other places that would prove it as well."""

    def places(self) -> tuple[Place, ...]:
        first = (Place(quote=self.quote, turn=self.turn),) if self.quote else ()
        return (*first, *self.also)


def as_verdict(value: object) -> object:
    """``greeting: missed`` is short for ``greeting: {verdict: missed}``."""
    return {"verdict": value} if isinstance(value, str) else value


class Dialogue(Strict):
    """One written call."""

    id: str
    language: Literal["en", "pl", "ru", "uk", "zh"]
    rubric: str
    split: Split
    call_type: CallType
    manner: Manner
    direction: Literal["inbound", "outbound"] = "inbound"
    start: datetime
    wait_s: float | None = 8.0
    clinic: str
    administrator: str
    about: str
    """One line: what this call is, and which trap it holds."""
    dialogue: str
    """A line a turn, as in the examples of a rubric; see ``scoring.dialogue``."""
    verdicts: dict[str, Annotated[GoldVerdict, BeforeValidator(as_verdict)]]

    def call(self) -> tuple[Call, Transcript]:
        """The call as the scorer gets it. Raises SettingsError for an odd line."""
        call, transcript = dialogue(
            self.dialogue,
            wait_s=self.wait_s,
            direction=self.direction,
            clinic=self.clinic,
            administrator=self.administrator,
            language=self.language,
            start=self.start,
        )
        name = f"{self.language}-{self.id}"
        return (
            call.model_copy(update={"call_id": name}),
            transcript.model_copy(update={"call_id": name}),
        )


class PriceSaid(Strict):
    """``from`` alone: "from 200"; ``to`` alone: "up to 200"; both: a range."""

    low: float | None = Field(None, alias="from")
    high: float | None = Field(None, alias="to")


class Claim(Strict):
    """One thing stated, normalised. Exactly one key."""

    time: tuple[str, ...] = ()
    """Every reading as HH:MM on the 24-hour clock."""
    price: float | PriceSaid | None = None
    weekday: tuple[str, ...] = ()
    """English names, in the order of the week; a range is written out."""
    phone: str = ""
    """Digits only."""

    @model_validator(mode="after")
    def sound(self) -> "Claim":
        given = [self.time, self.price is not None, self.weekday, self.phone]
        if sum(map(bool, given)) != 1:
            raise ValueError("a claim has exactly one of: time, price, weekday, phone")
        for reading in self.time:
            if not re.fullmatch(r"([01]\d|2[0-4]):[0-5]\d", reading):
                raise ValueError(f"{reading!r} should look like 08:30")
        if unknown := set(self.weekday) - set(WEEKDAYS):
            raise ValueError(f"no weekday: {', '.join(sorted(unknown))}")
        if self.phone and not self.phone.isdigit():
            raise ValueError("a phone number is written in digits only")
        return self


class Utterance(Strict):
    """Something an administrator says, and what she states with it."""

    text: str
    asked: str = ""
    """The patient's words just before, if they matter."""
    claims: tuple[Claim, ...] = ()


@cache
def criteria() -> dict[str, dict[str, Meaning]]:
    """Rubric -> criterion -> what its verdicts mean."""
    where = FOLDER / "criteria.yaml"
    data = read_yaml(where.read_text("utf-8"), str(where))
    return {
        rubric: {c: validate(Meaning, m, f"{where}: {rubric}.{c}") for c, m in found.items()}
        for rubric, found in data.items()
    }


@cache
def fact_sheet(language: str) -> FactSheet:
    """A language's fact sheet, with its earlier versions."""
    return load_facts(FOLDER / language / "facts.yaml")


def dialogues(language: str, split: Split | None = None) -> list[Dialogue]:
    """A language's dialogues. Raises SettingsError for a bad file."""
    found = []
    for path in dialogue_files(language):
        one = read_dialogue(path)
        if split in (None, one.split):
            found.append(one)
    return found


def dialogue_files(language: str) -> list[Path]:
    """A language's dialogues, in order of rubric and number."""
    paths = (FOLDER / language).glob("*-[0-9]*.yaml")
    return sorted(paths, key=lambda path: (path.stem.rsplit("-", 1)[0], number(path)))


def number(path: Path) -> int:
    """The number at the end of a dialogue's name."""
    return int(path.stem.rsplit("-", 1)[1])


def read_dialogue(path: Path) -> Dialogue:
    return validate(Dialogue, read_yaml(path.read_text("utf-8"), str(path)), str(path))


def utterances(language: str, split: Split | None = None) -> list[Utterance]:
    """A language's claims: a file for each split. Raises SettingsError for a bad file."""
    found = []
    for name in CLAIMS if split is None else [split]:
        where = FOLDER / language / CLAIMS[name]
        if where.is_file():
            data = read_yaml(where.read_text("utf-8"), str(where))
            found += [
                validate(Utterance, u, f"{where}: utterance {n}")
                for n, u in enumerate(data, start=1)
            ]
    return found


def problems(path: Path) -> list[str]:
    """What is wrong with one dialogue file; empty when nothing is."""
    try:
        gold = read_dialogue(path)
        _, transcript = gold.call()
    except SettingsError as error:
        return [f"{path.name}: {error}"]
    known = criteria()
    found = []
    if gold.rubric not in known:
        return [f"{path.name}: no rubric '{gold.rubric}'. {nearest(gold.rubric, known)}"]
    if gold.id != path.stem or not gold.id.startswith(f"{gold.rubric}-"):
        found.append(f"id '{gold.id}' should be '{path.stem}', and begin with the rubric's id")
    if gold.language != path.parent.name:
        found.append(f"language '{gold.language}' but in folder '{path.parent.name}'")
    seen = LAST_SEEN.get(gold.rubric, 14)
    if gold.split != ("tune" if number(path) <= seen else "test"):
        found.append(f"numbers up to {seen} are for tune, later ones for test")
    meanings = known[gold.rubric]
    for name in gold.verdicts:
        if name not in meanings:
            found.append(f"no criterion '{name}'. {nearest(name, meanings)}")
    for name, meaning in meanings.items():
        if name not in gold.verdicts:
            found.append(f"{name}: no verdict")
        else:
            found += [f"{name}: {p}" for p in doubts(gold.verdicts[name], meaning, transcript)]
    return [f"{path.name}: {problem}" for problem in found]


def doubts(verdict: GoldVerdict, meaning: Meaning, transcript: Transcript) -> list[str]:
    """What is wrong with one verdict."""
    found = []
    if verdict.verdict == "partly" and not meaning.partly:
        found.append("this criterion has no 'partly'")
    if verdict.verdict == "not_applicable" and verdict.places():
        found.append("what doesn't apply has no quote")
    met = verdict.verdict in ("met", "partly")
    if met and meaning.proof != "none" and not verdict.quote:
        found.append(f"'{verdict.verdict}' needs a quote")
    allowed: tuple[Role, ...] = ("administrator",)
    if meaning.by == "both" or verdict.verdict == "missed":
        allowed = ("administrator", "patient")
    for place in verdict.places():
        turns = [i for i, t in enumerate(transcript.turns) if place.quote in t.text]
        if place.turn is not None:
            turns = [i for i in turns if i == place.turn]
        if not turns:
            found.append(f"not in the turn, word for word: {place.quote!r}")
        elif len(turns) > 1:
            found.append(f"stands in turns {turns}, say which: {place.quote!r}")
        elif transcript.turns[turns[0]].role not in allowed:
            found.append(f"not said by the administrator: {place.quote!r}")
    return found


def where(place: Place, transcript: Transcript) -> int:
    """The turn a (checked) quote stands in."""
    turns = [i for i, t in enumerate(transcript.turns) if place.quote in t.text]
    return turns[0] if place.turn is None else place.turn
