"""Filters whose state is the address: a page is the same for whoever opens its link."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from auricle.store.reads import Choices
from dashboards.parts import wording
from dashboards.parts.addresses import UNNAMED

T = TypeVar("T", bound=str)

ANY = ""
"""The option that filters nothing."""


def pick(
    label: str, key: str, options: Sequence[str], everything: str, title: Callable[[str], str] = str
) -> None:
    """A choice of one of ``options`` or of everything, kept in the query parameter ``key``."""
    chosen = st.query_params.get(key, ANY)
    st.session_state[key] = chosen if chosen in options else ANY
    st.selectbox(
        label,
        [ANY, *options],
        key=key,
        format_func=lambda option: title(option) if option else everything,
        on_change=lambda: _keep(key, st.session_state[key]),
    )


def pick_name(label: str, key: str, names: Sequence[str], everything: str) -> None:
    """A choice of a clinic or an administrator, the unnamed among them."""
    pick(
        label,
        key,
        [name or UNNAMED for name in names],
        everything,
        lambda name: wording.person("") if name == UNNAMED else name,
    )


def switch(label: str, key: str, titles: Mapping[T, str]) -> T:
    """One of a few views of the same thing, kept in the query parameter ``key``; the first stands
    when none is chosen."""
    first = next(iter(titles))
    asked = st.query_params.get(key)
    chosen = next((option for option in titles if option == asked), first)
    st.session_state[key] = chosen

    def keep() -> None:
        picked = st.session_state[key]
        _keep(key, "" if picked in (None, first) else picked)

    st.segmented_control(
        label, list(titles), key=key, format_func=titles.__getitem__, on_change=keep,
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen


def search(label: str, key: str, placeholder: str) -> None:
    st.session_state[key] = st.query_params.get(key, "")
    st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        icon=":material/search:",
        on_change=lambda: _keep(key, st.session_state[key].strip()),
    )


def days(label: str, choices: Choices) -> None:
    """The first and the last day, in ``from`` and ``to``."""
    if choices.first is None or choices.last is None:
        return
    ends = [
        _day(st.query_params.get(key), fallback, choices)
        for key, fallback in (("from", choices.first), ("to", choices.last))
    ]
    half = "from" in st.query_params and "to" not in st.query_params
    st.session_state["days"] = (ends[0],) if half and ends[0] != choices.last else tuple(ends)

    def keep() -> None:
        picked = (*st.session_state["days"], None, None)
        whole = picked[:2] == (choices.first, choices.last)
        for key, value in zip(("from", "to"), picked[:2], strict=True):
            _keep(key, "" if whole or value is None else value.isoformat())

    st.date_input(
        label,
        key="days",
        min_value=choices.first,
        max_value=choices.last,
        on_change=keep,
        format=wording.entered(),
    )


def score(label: str) -> None:
    """The lowest and the highest score, in ``min`` and ``max``."""
    st.session_state["score"] = (_points("min", 0), _points("max", 100))

    def keep() -> None:
        low, high = st.session_state["score"]
        _keep("min", "" if low == 0 else str(low))
        _keep("max", "" if high == 100 else str(high))

    st.slider(label, 0, 100, key="score", step=5, on_change=keep)


def tick(label: str, key: str) -> None:
    st.session_state[key] = st.query_params.get(key) == "true"
    st.checkbox(label, key=key, on_change=lambda: _keep(key, "true" * st.session_state[key]))


def _keep(key: str, value: Any) -> None:
    if value:
        st.query_params[key] = value
    else:
        st.query_params.pop(key, None)
    st.query_params.pop("page", None)  # another choice starts at its own first page


def _day(text: str | None, fallback: date, choices: Choices) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return fallback
    assert choices.first is not None and choices.last is not None
    return min(max(day, choices.first), choices.last)


def _points(key: str, fallback: int) -> int:
    try:
        return min(max(round(float(st.query_params[key])), 0), 100)
    except (KeyError, ValueError, OverflowError):
        return fallback
