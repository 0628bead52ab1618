"""Turn what pydantic says about a YAML file into an error a person can act on."""

import difflib
import re
from collections.abc import Iterable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from auricle.errors import SettingsError
from auricle.messages import N_, P_

Model = TypeVar("Model", bound=BaseModel)
UNKNOWN_KEY = N_("{where}: unknown key '{name}'.")
OFTEN = (
    P_("Field required"),
    P_("Input should be a valid string"),
    P_("Input should be a valid number"),
    P_("Input should be greater than or equal to {n}"),
    P_("Input should be less than or equal to {n}"),
)
"""What pydantic says most."""
CORRECT_KEY = N_("Correct that key.")
"""The remedy where a key is right and its value isn't."""


class Loader(yaml.CSafeLoader):
    """YAML as people expect it: 'on' and 'no' are words and 8:30 isn't a number of seconds."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in found if tag.split(":")[-1] not in ("bool", "int")]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(?:true|false)$"), list("tf"))
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"[-+]?(0|[1-9]\d*)$"), list("-+0123456789")
)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint such as ``Did you mean 'points'?``, or the list of valid names."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return N_("Did you mean '{name}'?").format(name=close[0])
    return N_("Valid: {name}.").format(name=", ".join(names)) if names else ""


def read_yaml(text: str, where: str) -> Any:
    """Parse YAML; raises SettingsError with file and line."""
    try:
        return yaml.load(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or N_("not valid YAML")
        if mark is None:
            reason = N_("{where}: {wrong}.").format(where=where, wrong=problem)
        else:
            reason = N_("{where}, line {line}: {problem}.").format(
                where=where, line=mark.line + 1, problem=problem
            )
        raise SettingsError(reason, N_("Correct the YAML there.")) from error


def validate(model: type[Model], data: Any, where: str) -> Model:
    """``data`` as ``model``; raises SettingsError naming file, key and the nearest valid key."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        errors = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        first = errors[0]  # a misspelt key also makes the right one missing: name the cause
        path = [str(part) for part in first["loc"]]
        key = ".".join(named_path(data, first["loc"]))
        if first["type"] == "extra_forbidden":
            hint = nearest(path[-1], fields_at(model, first["loc"][:-1]))
            raise SettingsError(UNKNOWN_KEY.format(where=where, name=key), hint) from error
        message = first["msg"].removeprefix("Value error, ")
        form = N_("{where}: {key}: {wrong}.") if key else N_("{where}: {wrong}.")
        if message.endswith((".", "?")):
            form = form.removesuffix(".")
        reason = form.format(where=where, key=key, wrong=message)
        raise SettingsError(reason, CORRECT_KEY) from error


def named_path(data: Any, loc: tuple[int | str, ...]) -> list[str]:
    """Where ``loc`` leads; an item of a list by its ``id``, where it has one: nobody counts."""
    path: list[str] = []
    for part in loc:
        try:
            data = data[part]
        except (LookupError, TypeError):  # the kind of a value, or what is missing
            data = None
        own = data.get("id") if isinstance(part, int) and isinstance(data, dict) else None
        path.append(str(own if own is not None else part))
    return path


def fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Valid keys of the (nested) model that ``loc`` leads to; empty when it can't be followed."""
    current: list[type[BaseModel]] = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        named = [(c, name) for c in current if (name := field_called(c, part)) is not None]
        if not named:
            continue  # a dictionary key
        current = [m for c, name in named for m in models_in(c, name)]
    return [field.alias or name for c in current for name, field in c.model_fields.items()]


def field_called(model: type[BaseModel], key: str) -> str | None:
    """The field that a YAML key fills, by its name or alias."""
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return name
    return None


def models_in(model: type[BaseModel], field: str) -> list[type[BaseModel]]:
    """Every pydantic model mentioned in the annotation of ``field``."""
    found: list[type[BaseModel]] = []
    todo: list[Any] = [model.model_fields[field].annotation]
    while todo:
        kind = todo.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found.append(kind)
        todo.extend(getattr(kind, "__args__", ()))
    return found
