"""Buttons that give a page's table as a file, filtered as it is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import streamlit as st

from auricle.tables import to_csv, to_xlsx
from dashboards.language import _

BOM = "\ufeff"
"""Excel recognises UTF-8 by it."""


def downloads(
    name: str,
    columns: Sequence[str],
    rows: Callable[[], Sequence[Sequence[Any]]],
    what: str = "",
) -> None:
    """CSV and XLSX. ``rows`` is asked only when a file is wanted; ``what``, for people, is for a
    page that gives several tables."""
    with st.container(horizontal=True, key=f"au-downloads-{name}"):
        st.download_button(
            _as("CSV", what), lambda: BOM + to_csv(columns, rows()), f"{name}.csv", "text/csv",
            icon=":material/download:", type="tertiary", key=f"{name}-csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            _as("XLSX", what), lambda: to_xlsx(columns, rows(), name), f"{name}.xlsx",
            icon=":material/download:", type="tertiary", key=f"{name}-xlsx", on_click="ignore",
        )  # fmt: skip


def _as(format_: str, what: str) -> str:
    if what:
        return _("{table} as {format}", table=what, format=format_)
    return _("Download as {format}", format=format_)


def records(
    name: str, kind: type, found: Callable[[], Sequence[object]], without: Sequence[str] = (),
    what: str = "",
) -> None:  # fmt: skip
    """Dataclasses of a ``kind``, a line each; columns are its fields but those ``without``."""
    columns = [field.name for field in fields(kind) if field.name not in without]
    downloads(name, columns, lambda: _values(columns, found()), what)


def groups(name: str, columns: Sequence[str], found: Mapping[str, Sequence[Any]]) -> None:
    """Counts by several things at once: the first column says by what, the second is its key."""
    downloads(
        name, ("by", "key", *columns),
        lambda: [
            [by, *row] for by, some in found.items() for row in _values(("key", *columns), some)
        ],
    )  # fmt: skip


def _values(columns: Sequence[str], found: Sequence[object]) -> list[list[Any]]:
    return [[getattr(one, column) for column in columns] for one in found]
