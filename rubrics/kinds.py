"""Scales that sort calls: by what they are about, by the patient's manner. Data, in ``kinds/``."""

from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field, model_validator

from auricle.strict import read_yaml, validate
from rubrics.schema import Strict, Test

ScaleName = Literal["call_type", "manner"]


class Sign(Strict):
    """Something that speaks for a kind, or with negative points against it."""

    points: float
    test: Test = Field(alias="if")


class Kind(Strict):
    """One of the kinds."""

    id: str
    title: str
    signs: tuple[Sign, ...] = Field(min_length=1)


class Otherwise(Strict):
    """What is suggested when no kind has more points than this."""

    id: str
    title: str
    points: float


class Scale(Strict):
    """All kinds that a call can be of, in one respect."""

    id: ScaleName
    title: str
    otherwise: Otherwise
    kinds: tuple[Kind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def unique(self) -> "Scale":
        for name in self.titles():
            if [self.otherwise.id, *(kind.id for kind in self.kinds)].count(name) > 1:
                raise ValueError(f"kind '{name}' exists twice")
        return self

    def titles(self) -> dict[str, str]:
        """Id -> title of every kind."""
        named = {kind.id: kind.title for kind in self.kinds}
        return named | {self.otherwise.id: self.otherwise.title}

    def lists(self) -> set[str]:
        """Every phrase list the scale refers to."""
        return set().union(*(s.test.lists() for kind in self.kinds for s in kind.signs))


@cache
def load_scale(name: ScaleName) -> Scale:
    """A scale. Raises SettingsError when its file was edited and isn't one any more."""
    where = f"kinds/{name}.yaml"
    text = (resources.files("rubrics") / "kinds" / f"{name}.yaml").read_text("utf-8")
    return validate(Scale, read_yaml(text, where), where)
