"""What criteria are called: as the rubrics say, or else a readable form of their ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.models import RubricRef, RubricVersion
from auricle.strict import read_yaml
from dashboards.language import _
from dashboards.retelling import retold
from rubrics.loader import list_rubrics, load_rubric


@dataclass(frozen=True)
class Named:
    title: str
    description: str = ""
    """For administrators: what is expected. Empty when no rubric says."""


Names = Mapping[str, Named]
"""By criterion."""
SCENARIO = {
    "clear": N_("Clear"), "complete": N_("Complete"), "patient": N_("Was patient"),
}  # fmt: skip
"""What a mystery call's scenario asks beside its questions."""
QUESTIONS = {"answered_": N_("Answered {question}"), "right_": N_("Right {question}")}
"""Of each of its questions; the start of the criterion's id."""
ASKED = {
    "price": N_("price"), "second_price": N_("second price"), "doctors": N_("doctors"),
    "registration": N_("registration"), "insurance": N_("insurance"), "tests": N_("tests"),
    "fee": N_("fee"), "instalments": N_("instalments"), "guarantee": N_("guarantee"),
    "waiting": N_("waiting"), "today": N_("today"), "evening": N_("evening"),
    "saturday": N_("saturday"), "monday": N_("monday"),
}  # fmt: skip
"""What the ready scenarios call their questions."""


@dataclass
class _Told:
    """What the store that is looked at says: one a process, the same for everybody."""

    versions: tuple[RubricVersion, ...] = ()


_told = _Told()


def learn(versions: Iterable[RubricVersion]) -> None:
    """From now on criteria are called as in these versions of rubrics, the most used ones first."""
    _told.versions = tuple(versions)


def criterion_title(criterion: str, rubric: RubricRef | str | None = None) -> str:
    """As ``rubric`` calls it: a version, or a rubric's id. None: as the one of most calls does."""
    named = _named(criterion, rubric)
    return retold(named.title) if named else _unnamed(criterion)


def _unnamed(criterion: str) -> str:
    """Of a scenario, or of a rubric that is gone."""
    if criterion in SCENARIO:
        return _(SCENARIO[criterion])
    for start, title in QUESTIONS.items():
        if criterion.startswith(start):
            name = criterion.removeprefix(start)
            asked = _(ASKED[name]) if name in ASKED else name.replace("_", " ")
            return _(title, question=asked)
    return criterion.replace("_", " ").capitalize()


def criterion_description(criterion: str, rubric: RubricRef | None = None) -> str:
    named = _named(criterion, rubric)
    return retold(named.description) if named else ""


def _named(criterion: str, rubric: RubricRef | str | None) -> Named | None:
    versions = _told.versions
    own = [one for one in versions if _is(one, rubric)]
    for one in own if rubric else versions:
        named = _names(one.text).get(criterion)
        if named:
            return named
    if rubric:
        return _named(criterion, None)
    return _ready().get(criterion)


def _is(one: RubricVersion, rubric: RubricRef | str | None) -> bool:
    if isinstance(rubric, RubricRef):
        return (one.rubric_id, one.version) == (rubric.id, rubric.version)
    return one.rubric_id == rubric


@lru_cache(64)
def _names(text: str) -> Names:
    """Of a version that may be too old to be used: nothing but titles is asked of it."""
    try:
        data = read_yaml(text, "a rubric")
        return {
            one["id"]: Named(one["title"], one.get("description", "").strip())
            for section in data["sections"]
            for one in section["criteria"]
        }
    except (SettingsError, AttributeError, KeyError, TypeError):
        return {}


@cache
def _ready() -> Names:
    """Of the ready rubrics, for a store that doesn't know its rubrics' texts."""
    known: dict[str, Named] = {}
    for rubric_id in list_rubrics():
        for criterion in load_rubric(rubric_id).criteria():
            known.setdefault(criterion.id, Named(criterion.title, criterion.description))
    return known
