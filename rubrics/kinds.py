"""Scales that sort calls: by what they are about, by the patient's manner. Data, in ``kinds/``."""

from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field, model_validator

from auricle.strict import read_yaml, validate
from rubrics.schema import Measure, Speaker, Strict

ScaleName = Literal["call_type", "manner"]


class Sign(Strict):
    """Something that speaks for a kind; exactly one of ``heard``, ``direction``, ``measure``."""

    points: float
    heard: str = ""
    """Phrase list: one of its phrases was said, not denied, and not as somebody else's words."""
    role: Speaker = "patient"
    """Who said it."""
    turns: str = Field("all", pattern=r"^(all|first [1-9]\d*)$")
    """Which of that role's turns count."""
    direction: Literal["inbound", "outbound"] | None = None
    measure: Measure | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> "Sign":
        if [bool(self.heard), self.direction is not None, self.measure is not None].count(
            True
        ) != 1:
            raise ValueError("a sign has exactly one of: heard, direction, measure")
        return self


class Kind(Strict):
    """One of the kinds."""

    id: str
    title: str
    points: float = 0.0
    """Before anything is known of the call."""
    signs: tuple[Sign, ...] = ()


class Scale(Strict):
    """All kinds that a call can be of, in one respect; of equals the first is suggested."""

    id: ScaleName
    title: str
    kinds: tuple[Kind, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def unique(self) -> "Scale":
        names = [kind.id for kind in self.kinds]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"kind '{name}' exists twice")
        return self

    def titles(self) -> dict[str, str]:
        """Id -> title of every kind."""
        return {kind.id: kind.title for kind in self.kinds}

    def lists(self) -> set[str]:
        """Every phrase list the scale refers to."""
        return {sign.heard for kind in self.kinds for sign in kind.signs if sign.heard}


@cache
def load_scale(name: ScaleName) -> Scale:
    """A scale. Raises SettingsError when its file was edited and isn't one any more."""
    where = f"kinds/{name}.yaml"
    text = (resources.files("rubrics") / "kinds" / f"{name}.yaml").read_text("utf-8")
    return validate(Scale, read_yaml(text, where), where)
