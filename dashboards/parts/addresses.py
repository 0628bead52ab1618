"""Addresses of pages: all that a page shows is in its query parameters, and nowhere else."""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from auricle.models import VerdictKind
from auricle.store.filters import CallFilter

_FIELDS: dict[str, tuple[str, TypeAdapter[Any]]] = {
    "clinic": ("clinic", TypeAdapter(str)),
    "administrator": ("administrator", TypeAdapter(str)),
    "from": ("since", TypeAdapter(date)),
    "to": ("until", TypeAdapter(date)),
    "criterion": ("criterion", TypeAdapter(str)),
    "verdict": ("verdict", TypeAdapter(VerdictKind)),
    "min": ("min_total", TypeAdapter(float)),
    "max": ("max_total", TypeAdapter(float)),
    "direction": ("direction", TypeAdapter(CallFilter.__annotations__["direction"])),
    "outcome": ("result", TypeAdapter(CallFilter.__annotations__["result"])),
    "recorded": ("recorded", TypeAdapter(bool)),
    "booking": ("booking", TypeAdapter(CallFilter.__annotations__["booking"])),
    "answered": ("wait", TypeAdapter(CallFilter.__annotations__["wait"])),
    "critical": ("critical", TypeAdapter(bool)),
    "mystery": ("mystery", TypeAdapter(CallFilter.__annotations__["mystery"])),
    "q": ("text", TypeAdapter(str)),
}
"""Query parameter -> field of CallFilter and how to read it."""

UNNAMED = "-"
"""Stands for the calls without a clinic or an administrator, since an empty value means all."""

VERDICTS: tuple[VerdictKind, ...] = get_args(VerdictKind)


def filter_from(
    parameters: Mapping[str, str], answer_within_s: float = CallFilter.target_s
) -> CallFilter:
    """What the address chooses. A value that makes no sense is left out, as old links may be."""
    chosen: dict[str, Any] = {"target_s": answer_within_s}
    for key, (field, adapter) in _FIELDS.items():
        if key in parameters:
            try:
                value = adapter.validate_strings(parameters[key])
            except ValidationError:
                continue
            chosen[field] = "" if value == UNNAMED else value
    return CallFilter(**chosen)


def parameters_of(chosen: CallFilter) -> dict[str, str]:
    """The query parameters that give ``chosen`` back."""
    values = {key: getattr(chosen, field) for key, (field, _adapter) in _FIELDS.items()}
    wanted = {key: value for key, value in values.items() if value is not None}
    unset = {key for key in ("critical",) if not wanted.get(key)}
    unset |= {"mystery"} if chosen.mystery == "without" else set()
    return {key: _text(value) for key, value in wanted.items() if key not in unset}


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value) or UNNAMED


def calls_address(chosen: CallFilter, **more: str) -> str:
    """The list of the chosen calls; ``more``: e.g. ``sort``."""
    return _address("calls", {**parameters_of(chosen), **more})


def call_address(call_id: str, second: float | None = None) -> str:
    """The scorecard of a call, at a second of it."""
    at = {} if second is None else {"t": f"{second:.1f}"}
    return _address("scorecard", {"call": call_id, **at})


def _address(page: str, parameters: Mapping[str, str]) -> str:
    # Relative, so that it holds behind a proxy that serves the dashboards under a path.
    return f"{page}?{urlencode(parameters)}" if parameters else page


def administrators_address(chosen: CallFilter, criterion: str = "", administrator: str = "") -> str:
    """The page that compares administrators; by one criterion, and of one of them, if given."""
    kept = {
        key: value
        for key, value in parameters_of(chosen).items()
        if key in ("clinic", "from", "to")
    }
    more = {"measure": criterion, "administrator": administrator}
    return _address("administrators", {**kept, **{k: v for k, v in more.items() if v}})
