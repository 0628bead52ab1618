"""The language of the pages. What is said in English here is looked up in the gettext catalogue of
the reader's language, ``pages.po`` in that language's folder; what isn't there stays English.

``tools/languages.py`` collects the texts: those in ``_``, ``n_`` and ``N_``, in the ``t`` of
scripts, and what rubrics say to people.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources.abc import Traversable
from io import BytesIO
from string import Formatter
from typing import TypeVar

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, get_day_names
from babel.messages import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from auricle.messages import N_
from rubrics.language import folders

K = TypeVar("K", bound=str)
ENGLISH = "en"
FILE = "pages.po"
NBSP = "\N{NO-BREAK SPACE}"
# Translators: how a day is written, in the signs of Unicode's date patterns.
DAY = N_("d MMM y")
HELD = "language"
"""Under this name a page's session keeps its language."""
_language: ContextVar[str] = ContextVar("language", default="")


class Catalogue:
    """What a language says for English texts. Empty for English itself."""

    def __init__(self, code: str) -> None:
        self.locale = _locale(code)
        self.texts: NullTranslations = NullTranslations()
        self.scripts: dict[str, str] = {}
        """Of the pages' scripts: English -> translated."""
        self.messages: list[Message] = []
        """The translated ones, with the places they come from."""
        file = _file(code)
        if file is None:
            return
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=self.locale)
        for message in catalogue:
            if message.id and not usable(message):
                message.string = ""  # stays English
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self.texts = GNUTranslations(compiled)
        self.messages = [one for one in catalogue if one.id and usable(one)]
        self.scripts = {
            str(one.id): str(one.string)
            for one in self.messages
            if any(place.endswith(".js") for place, _line in one.locations)
        }


def usable(message: Message) -> bool:
    """Whether all of a message is translated, and by texts that can be filled in."""
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    told = message.string or ""
    said = (told,) if isinstance(told, str) else tuple(told)
    known = {name for one in ids for name in placeholders(one)}
    try:
        return all(one and known.issuperset(placeholders(one)) for one in said)
    except ValueError:  # a brace that is never closed
        return False


def placeholders(text: str) -> list[str]:
    """The names in braces, in their order. Raises ValueError for a brace that isn't closed."""
    return [name for _words, name, *_rest in Formatter().parse(text) if name is not None]


def _locale(code: str) -> Locale:
    """English as it is written in Britain: the day before the month."""
    return Locale("en", "GB") if code == ENGLISH else Locale(code)


def _file(code: str) -> Traversable | None:
    folder = folders().get(code)
    file = folder / FILE if folder else None
    return file if file is not None and file.is_file() else None


@cache
def catalogue(code: str) -> Catalogue:
    return Catalogue(code)


def known() -> dict[str, str]:
    """Code -> own name of every language that pages can be shown in: English, and those whose
    folder has a catalogue."""
    return {code: own_name(code) for code in sorted(folders()) if code == ENGLISH or _file(code)}


def own_name(code: str) -> str:
    """What a language calls itself."""
    return (_locale(code).get_language_name(code) or code).capitalize()


def nearest(wanted: str) -> str:
    """The code of a known language for what a browser asks for, such as ``ru-RU``, or English."""
    try:
        code = Locale.parse(wanted, sep="-").language
    except (UnknownLocaleError, ValueError):
        return ENGLISH
    return code if code in known() else ENGLISH


def speak(code: str) -> None:
    """From now on texts are in this language, in this thread."""
    _language.set(code)


def current() -> str:
    """The code of the reader's language; English where none was set."""
    if not _language.get():
        speak(_of_session())
    return _language.get()


def _of_session() -> str:
    """Of a page's fragment, which is drawn by a thread of its own. Streamlit is asked only here:
    reports and alerts are written without it."""
    import streamlit as st

    return str(st.session_state.get(HELD, ENGLISH)) if st.runtime.exists() else ENGLISH


def _(text: str, **values: object) -> str:
    """``text`` in the reader's language, its placeholders filled in."""
    found = catalogue(current()).texts.gettext(text) if text else ""
    return found.format(**values) if values else found


def n_(one: str, many: str, n: int, **values: object) -> str:
    """``1 call``, ``2 calls``: ``{n}`` is the number, as the language writes it."""
    found = catalogue(current()).texts.ngettext(one, many, n)
    return found.replace("{n} ", f"{{n}}{NBSP}").format(n=number(n), **values)


def for_scripts() -> dict[str, str]:
    """What the pages' scripts say, English -> the reader's language."""
    return catalogue(current()).scripts


def number(value: float, decimals: int = 0) -> str:
    """``1,234.5``, as the language writes it."""
    form = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, form, catalogue(current()).locale)


def short(value: float) -> str:
    """``20``, ``7.5``: no more decimals than it has, three at most."""
    return format_decimal(value, "#,##0.###", catalogue(current()).locale)


def day(moment: date | datetime) -> str:
    """``3 Mar 2026``"""
    return _dated(moment, _(DAY))


def day_of_year(moment: date | datetime) -> str:
    """``3 Mar``, where room is short and the year is clear."""
    # Translators: how a day without its year is written, in the signs of Unicode's date patterns.
    return _dated(moment, _("d MMM"))


def weekday(number: int) -> str:
    """``Mon``; 1 is Monday."""
    names = get_day_names("abbreviated", "stand-alone", catalogue(current()).locale)
    return str(names[number - 1])


def minute(moment: datetime) -> str:
    """``3 Mar 2026, 14:05``"""
    return _dated(moment, _("d MMM y, HH:mm"))


def short_day(moment: date) -> str:
    """``03.03.``, where there is little room."""
    return _dated(moment, _("dd.MM."))


def month(moment: date) -> str:
    """``March 2026``"""
    return _dated(moment, _("MMMM y"))


def _dated(moment: date | datetime, form: str) -> str:
    when = moment if isinstance(moment, datetime) else datetime(*moment.timetuple()[:3])
    return format_datetime(when.replace(tzinfo=None), form, locale=catalogue(current()).locale)


def translated(labels: Mapping[K, str]) -> dict[K, str]:
    """The same keys with their texts in the reader's language."""
    return {key: _(text) for key, text in labels.items()}
