"""Words of the shopper's page and of reports, a file a language under ``rubrics/mystery/words``."""

from functools import cache
from importlib import resources
from typing import Literal

from auricle.errors import SettingsError
from auricle.models import Frozen
from auricle.strict import nearest, read_yaml, validate


class Item(Frozen):
    """A question of the shopper's form."""

    kind: Literal["scale", "yes_no"]
    """``scale``: 1 to 5; ``yes_no``: 1 and 0."""
    say: str


class Texts(Frozen):
    page: dict[str, str]
    form: dict[str, Item]
    doubts: dict[str, str]
    """What doesn't fit together in what a shopper brought."""
    signs: dict[str, str]
    """How the language joins words and writes numbers and quotes."""
    measured: dict[str, str]
    """What is measured, by unit."""
    report: dict[str, str]
    elements: dict[str, str]
    criteria: dict[str, str]
    """Titles; a criterion without one is called by its name."""

    def criterion(self, name: str) -> str:
        return self.criteria.get(name, name.replace("_", " "))

    def number(self, value: float, form: str = "g") -> str:
        return f"{value:{form}}".replace(".", self.signs["decimal"])

    def percent(self, shown: str) -> str:
        return self.signs["percent"].format(n=shown)

    def quoted(self, words: str) -> str:
        return self.signs["quote"].format(words=words)

    def measurement(self, value: float, unit: str) -> str:
        """A value with its unit, such as ``s`` or ``of 5``."""
        name, _, of = unit.partition(" ")
        return self.measured.get(name, "{n}").format(n=self.number(value), of=of)


def languages() -> list[str]:
    """Languages that reports can be written in."""
    folder = resources.files("rubrics") / "mystery" / "words"
    return sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name[-5:] == ".yaml")


@cache
def texts(language: str) -> Texts:
    """Raises SettingsError for a language without them."""
    if language not in languages():
        raise SettingsError(
            f"There are no words for reports in {language!r}.", nearest(language, languages())
        )
    where = f"mystery/words/{language}.yaml"
    text = (resources.files("rubrics") / where).read_text("utf-8")
    return validate(Texts, read_yaml(text, where), where)
