"""What all pages have in common: what they say when there is nothing to read."""

from collections.abc import Callable, Sequence

import streamlit as st

from auricle.errors import StoreError
from auricle.settings import Settings
from auricle.store.access import Access
from dashboards.language import _
from dashboards.parts import wording
from dashboards.parts.markup import command, empty, esc, link, put


def guarded(
    show: Callable[[Settings, Access], None], settings: Settings, access: Access
) -> Callable[[], None]:
    """A page that explains a missing or a busy database instead of failing."""
    store = settings.store.path

    def page() -> None:
        if not store.is_file():
            empty(
                _("No calls yet"),
                wording.sentences(
                    [
                        _run_first(),
                        _(
                            "Just looking? {demo} fills a sample clinic.",
                            demo=command("auricle demo"),
                        ),
                    ]
                ),
                _("Looked for the database at {path}.", path=command(str(store))),
            )
            return
        try:
            show(settings, access)
        except StoreError as error:
            empty(_("The database is busy"), esc(wording.error(error)))
            st.button(_("Try again"), type="primary")

    return page


def no_calls() -> None:
    empty(
        _("The database is ready, and still empty"),
        _run_first(),
        _(
            "Something went wrong? {doctor} says what is missing.",
            doctor=command("auricle doctor"),
        ),
    )


def _run_first() -> str:
    return _(
        "Run {run} on a folder of recordings: they appear here as they are done.",
        run=command("auricle run PATH"),
    )


def tabs(pages: Sequence[tuple[str, str, bool]]) -> None:
    """Title, address and whether it is shown, for the bar that phones have at the bottom.

    Streamlit hides its own navigation behind a button there.
    """
    links = [
        link(address or "./", esc(title), "au-tab au-here" if here else "au-tab")
        for title, address, here in pages
    ]
    put(f'<nav class="au-tabs" aria-label="{esc(_("Pages"))}">{"".join(links)}</nav>')
