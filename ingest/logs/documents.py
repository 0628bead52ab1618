"""JSON as telephone services hand it out: one object, a list, a page of a list, or one a line."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from auricle.messages import N_
from ingest.logs.legs import Problem

Model = TypeVar("Model", bound=BaseModel)


class Loose(BaseModel):
    """A service's record: it may hold more than is read here, and will tomorrow."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


Found = Iterator[tuple[int | None, dict[str, Any] | Problem]]


def objects(raw: bytes, lists: tuple[str, ...]) -> Found:
    """All objects of a document with their lines, where it is made of lines.

    ``lists``: under which keys a page holds its list. What isn't an object comes as a Problem.
    """
    text = raw.decode("utf-8-sig", "replace")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if "\n" not in text.strip():
            yield None, _problem(None, f"It is not JSON: {error}.")
            return
    else:
        yield from ((None, found) for found in _spread(None, whole, lists))
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, _problem(number, f"It is not JSON: {error}.")
            else:
                yield from ((number, found) for found in _spread(number, value, lists))


def _spread(
    line: int | None, value: Any, lists: tuple[str, ...]
) -> Iterator[dict[str, Any] | Problem]:
    if isinstance(value, list):
        for item in value:
            yield from _spread(line, item, lists)
    elif not isinstance(value, dict):
        yield _problem(line, f"{str(value)[:40]!r} is no record.")
    elif key := next((k for k in lists if k in value), None):
        yield from _spread(line, value[key], lists)
    else:
        yield value


def checked(model: type[Model], line: int | None, value: Any) -> Model | Problem:
    """The record, or what is wrong with it."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the record"
        return _problem(line, f"{where}: {first['msg']}.")


def _problem(line: int | None, reason: str) -> Problem:
    return Problem(line=line, severity="error", reason=reason,
                   remedy=N_("It was left out; export it again if the call matters."))  # fmt: skip
