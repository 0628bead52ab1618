"""What sentences mean, shown by examples: ``meanings.yaml`` of a language."""

from functools import cache

from pydantic import BaseModel, ConfigDict, Field, RootModel

from auricle.strict import read_yaml, validate
from rubrics.language import language_files


class Exemplars(BaseModel):
    """Sentences that mean it, and sentences near to them that don't."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    like: tuple[str, ...] = Field(min_length=3)
    unlike: tuple[str, ...] = Field(min_length=3)
    """Embeddings of any two sentences are near: only the difference tells something."""


class MeaningFile(RootModel[dict[str, Exemplars]]):
    """``meanings.yaml``"""


@cache
def load_meanings(code: str) -> dict[str, Exemplars]:
    """Name -> exemplars of a language; empty where it has none."""
    where = f"{code}/meanings.yaml"
    text = language_files(code).get(where)
    return validate(MeaningFile, read_yaml(text, where), where).root if text else {}
