"""Makes plain links between pages as quick as the navigation: no reload, Back works.

Without it they still work, as links do. Links that take part carry ``data-au-link``.
"""

from importlib.resources import files

import streamlit as st

_mount = st.components.v2.component(
    "auricle.links", js=files(__package__).joinpath("links.js").read_text(encoding="utf-8")
)


def quick_links() -> None:
    """Put this once on every page."""
    _mount(key="quick_links")
