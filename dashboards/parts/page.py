"""What all pages have in common: what they say when there is nothing to read."""

from collections.abc import Callable, Sequence

import streamlit as st

from auricle.errors import StoreError
from auricle.settings import Settings
from auricle.store.access import Access
from dashboards.parts.markup import command, empty, esc, link, put


def guarded(
    show: Callable[[Settings, Access], None], settings: Settings, access: Access
) -> Callable[[], None]:
    """A page that explains a missing or a busy database instead of failing."""
    store = settings.store.path

    def page() -> None:
        if not store.is_file():
            empty(
                "No calls yet",
                f"Run {command('auricle run PATH')} on a folder of recordings: they appear here as "
                f"they are done. Just looking? {command('auricle demo')} fills a sample clinic.",
                f"Looked for the database at {command(str(store))}.",
            )
            return
        try:
            show(settings, access)
        except StoreError as error:
            empty("The database is busy", f"{esc(error.reason)} {esc(error.remedy)}")
            st.button("Try again", type="primary")

    return page


def no_calls() -> None:
    empty(
        "The database is ready, and still empty",
        f"Run {command('auricle run PATH')} on a folder of recordings: they appear here as they "
        "are done.",
        f"Something went wrong? {command('auricle doctor')} says what is missing.",
    )


def tabs(pages: Sequence[tuple[str, str, bool]]) -> None:
    """Title, address and whether it is shown, for the bar that phones have at the bottom.

    Streamlit hides its own navigation behind a button there.
    """
    links = [
        link(address or "./", esc(title), "au-tab au-here" if here else "au-tab")
        for title, address, here in pages
    ]
    put(f'<nav class="au-tabs" aria-label="Pages">{"".join(links)}</nav>')
