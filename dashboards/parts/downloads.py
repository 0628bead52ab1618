"""Buttons that give a page's table as a file, filtered as it is shown."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from auricle.tables import to_csv, to_xlsx

BOM = "\ufeff"
"""Excel recognises UTF-8 by it."""


def downloads(
    name: str, columns: Sequence[str], rows: Callable[[], Sequence[Sequence[Any]]]
) -> None:
    """CSV and XLSX. ``rows`` is asked only when a file is wanted."""
    with st.container(horizontal=True, key=f"au-downloads-{name}"):
        st.download_button(
            "Download as CSV", lambda: BOM + to_csv(columns, rows()), f"{name}.csv", "text/csv",
            icon=":material/download:", type="tertiary", key=f"{name}-csv", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Download as XLSX", lambda: to_xlsx(columns, rows(), name), f"{name}.xlsx",
            icon=":material/download:", type="tertiary", key=f"{name}-xlsx", on_click="ignore",
        )  # fmt: skip
