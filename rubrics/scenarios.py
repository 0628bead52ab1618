"""Scenarios of mystery calls: whom the caller plays, what she asks, and what is right to answer.

A file a language under ``rubrics/scenarios/``, or one of the clinic's own. What is right depends on
the day: it is looked up in the fact sheet that was valid then.
"""

from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from auricle.errors import SettingsError
from auricle.models import Frozen
from auricle.strict import nearest, read_yaml, validate
from rubrics.facts import About, FactSheet, Weekday
from rubrics.language import languages

Mood = Literal["calm", "demanding", "anxious", "apathetic", "negative"]
Topic = Literal["opening_hours", "doctors", "tests", "price", "insurance", "registration"]
Extra = Literal["answered", "right", "clear", "complete", "patient"]
"""Criteria a scenario adds: of each question whether it was answered, and rightly on that day; of
the call whether the answers were clear and complete, and the difficulty met patiently."""

RULES_OF: dict[str, About] = {
    "insurance": "cover", "registration": "registration", "tests": "preparation",
}  # fmt: skip
"""Policy -> the yes-or-no rules of the sheet that belong to it."""

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class Answer(Frozen):
    """Where the right answer stands on the fact sheet: exactly one of these."""

    price: tuple[Text, ...] = ()
    """Names of a service; the first that the sheet knows counts."""
    opening_hours: Weekday | None = None
    doctors: tuple[Text, ...] = ()
    """What they do: everybody who does one of these."""
    policy: Text | None = None
    """A key of ``policies``, or of ``RULES_OF``."""

    @model_validator(mode="after")
    def _one(self) -> "Answer":
        if sum(bool(value) for _, value in self) != 1:
            raise ValueError("needs exactly one of: price, opening_hours, doctors, policy")
        return self


class Question(Frozen):
    topic: Topic
    say: Text
    """As the caller may put it, in her own words."""
    answer: Answer


class Difficulty(Frozen):
    kind: Literal["objection", "confusion", "complaint"]
    say: Text


class Script(Frozen):
    """A scenario as it stands in a file, under its id."""

    title: Text
    mood: Mood
    persona: Text
    """Who the caller is, said to her."""
    goal: Text
    opening: Text
    """Her first words once somebody has answered."""
    ask: Annotated[dict[Name, Question], Field(min_length=1)]
    difficulty: Difficulty
    success: Literal["booked", "informed", "called_back"]
    rubric: str = ""
    """Id or path; empty: the clinic's own."""
    criteria: tuple[Extra, ...] = ("answered", "right", "clear", "complete", "patient")


class Scenario(Script):
    """A script with all that its file says of it."""

    id: Slug
    language: Slug
    closed: Text
    """How a day without opening hours is written."""

    def words(self) -> str:
        """All she is to say, in order."""
        asked = (question.say for question in self.ask.values())
        return " ".join([self.opening, *asked, self.difficulty.say])


class _File(Frozen):
    language: Slug
    closed: Text
    scenarios: Annotated[dict[Slug, Script], Field(min_length=1)]


def ready_languages() -> list[str]:
    """Languages with ready scenarios."""
    folder = resources.files("rubrics") / "scenarios"
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name[-5:] == ".yaml")


@cache
def ready_scenarios(language: str) -> dict[str, Scenario]:
    """The ready scenarios of a language, by id. Raises SettingsError where it has none."""
    if language not in ready_languages():
        raise SettingsError(
            f"There are no scenarios in {language!r}.", nearest(language, ready_languages())
        )
    text = (resources.files("rubrics") / "scenarios" / f"{language}.yaml").read_text("utf-8")
    return parse_scenarios(text, f"scenarios/{language}.yaml")


def load_scenarios(path: Path) -> dict[str, Scenario]:
    """The clinic's own scenarios, from a file like the ready ones. Raises SettingsError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The scenarios {path} can't be read.", "Check the path.") from error
    return parse_scenarios(text, str(path))


def parse_scenarios(text: str, where: str) -> dict[str, Scenario]:
    """Scenarios by id. Raises SettingsError naming file and key."""
    file = validate(_File, read_yaml(text, where) or {}, where)
    if file.language not in languages():
        raise SettingsError(
            f"{where}: no phrase lists for language {file.language!r}.",
            nearest(file.language, languages()),
        )
    return {
        name: Scenario(id=name, language=file.language, closed=file.closed, **dict(entry))
        for name, entry in file.scenarios.items()
    }


def right_answer(question: Question, scenario: Scenario, sheet: FactSheet | None) -> str | None:
    """What the sheet says, as people write it; None where it says nothing."""
    if sheet is None:
        return None
    answer = question.answer
    if answer.price:
        return _price(answer.price, sheet)
    if answer.opening_hours:
        hours = sheet.opening_hours.get(answer.opening_hours)
        if hours is None:
            return None
        return ", ".join(f"{_clock(a)}-{_clock(b)}" for a, b in hours) or scenario.closed
    if answer.doctors:
        return ", ".join(doctors_for(answer.doctors, sheet)) or None
    key = answer.policy or ""
    rules = [rule.as_text() for rule in sheet.rules if rule.about == RULES_OF.get(key)]
    return sheet.policies.get(key) or "; ".join(rules) or None


def right_answers(
    scenario: Scenario, facts: FactSheet | None, day: date | None
) -> dict[str, str | None]:
    """The right answer to each question on a day."""
    sheet = facts.at(day) if facts else None
    return {name: right_answer(asked, scenario, sheet) for name, asked in scenario.ask.items()}


def doctors_for(does: tuple[str, ...], sheet: FactSheet) -> list[str]:
    """Names of the doctors who do one of these."""
    wanted = {name.lower() for name in does}
    return [d.name for d in sheet.doctors if wanted & {thing.lower() for thing in d.does}]


def _price(names: tuple[str, ...], sheet: FactSheet) -> str | None:
    for name in names:
        for price in sheet.prices:
            if name.lower() in {known.lower() for known in price.all_names()}:
                low, high = price.low, price.high
                amount = (
                    f"{price.price:g}" if price.price is not None
                    else f"{low:g}-{high:g}" if low is not None and high is not None
                    else f"\N{GREATER-THAN OR EQUAL TO} {low:g}" if low is not None
                    else f"\N{LESS-THAN OR EQUAL TO} {high:g}"
                )  # fmt: skip
                return f"{amount} {sheet.currency}".strip()
    return None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
