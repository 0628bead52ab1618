"""The language of the pages. What is said in English here is looked up in the gettext catalogue of
the reader's language, ``pages.po`` in that language's folder; what isn't there stays English.

``tools/languages.py`` collects the texts: those in ``_``, ``n_`` and ``N_``, in the ``t`` of
scripts, and what rubrics say to people.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources.abc import Traversable
from io import BytesIO
from string import Formatter
from typing import NamedTuple, TypeVar

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, get_day_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from auricle.messages import N_
from rubrics.language import folders

K = TypeVar("K", bound=str)
ENGLISH = "en"
FILE = "pages.po"
NBSP = "\N{NO-BREAK SPACE}"
PART = "Part of a text."
"""The remark on texts that are looked for inside others only."""
VERBATIM = frozenset({
    "quote", "said", "wanted", "name", "list", "service", "rule", "more", "price", "question",
    "path", "version",
})  # fmt: skip
"""Placeholders of stored texts that hold somebody's words or a name, or only look like numbers:
never translated."""
LISTED = "sought"
"""The placeholder for several texts with "; " or " and " between them."""
FORMS = {
    "n": r"\d+(?:\.\d+)?", "low": r"\d[\d.]*", "price": r"\d.*", "hours": r"\d+:\d\d-.*",
    "date": r"\d{4}-\d\d-\d\d", "at": r"\d+:\d\d", "stretch": r"\d+ s of \w+",
    "share": r"\d+%", "where": r"the draft|\S+", "key": r"\S+",
}  # fmt: skip
"""What placeholders of stored texts can hold, where it isn't anything."""
NUMBER = re.compile(r"\d+(\.\d+)?")
DATE = re.compile(FORMS["date"])
# Translators: how a day is written, in the signs of Unicode's date patterns.
DAY = N_("d MMM y")
LITERALS = ("dashboards/", "auricle/reports/", "auricle/alerts.py", "auricle/commands/")
"""Where texts come from that are never stored."""
HELD = "language"
"""Under this name a page's session keeps its language."""
_language: ContextVar[str] = ContextVar("language", default="")


class Stored(NamedTuple):
    """A text with placeholders that may have been kept."""

    pattern: re.Pattern[str]
    ids: tuple[str, ...]
    """The text; of one with a number its two forms."""
    part: bool
    """It is looked for inside others only."""


class Catalogue:
    """What a language says for English texts. Empty for English itself."""

    def __init__(self, code: str) -> None:
        self.locale = _locale(code)
        self.texts: NullTranslations = NullTranslations()
        self.scripts: dict[str, str] = {}
        """Of the pages' scripts: English -> translated."""
        self.stored: list[Stored] = []
        """Texts with placeholders that may have been kept; the fullest first."""
        file = _file(code)
        if file is None:
            return
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=self.locale)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self.texts = GNUTranslations(compiled)
        for message in catalogue:
            said = message.string
            if not message.id or not said or not all([said] if isinstance(said, str) else said):
                continue
            ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            places = [place for place, _line in message.locations]
            if any(place.endswith(".js") for place in places):
                self.scripts[ids[0]] = str(said)
            if not all(place.startswith(LITERALS) for place in places):
                part = PART in message.auto_comments
                self.stored += [Stored(_pattern(one), ids, part) for one in ids if "{" in one]
        self.stored.sort(key=lambda one: _fullness(one.ids[-1]), reverse=True)

    def told(self, ids: tuple[str, ...], values: Mapping[str, str]) -> str:
        """The translation of a text that was kept, or of one with a number: of its two forms."""
        if len(ids) == 1:
            return self.texts.gettext(ids[0])
        return self.texts.ngettext(ids[0], ids[1], int(float(values["n"])))


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
    return {
        code: (_locale(code).get_display_name(code) or code).capitalize()
        for code in sorted(folders())
        if code == ENGLISH or _file(code)
    }


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


def retold(text: str) -> str:
    """A text that was kept in English: a verdict's reason, an error, what a rubric says. As it is
    if no known text matches it, such as what a clinic wrote itself."""
    return _retold(current(), text)


@lru_cache(20_000)
def _retold(code: str, text: str) -> str:
    found = _filled(code, text, parts=False)
    if found == text:  # a part may stand alone, as a sentence
        begun = text[:1].lower() + text[1:]
        part = _filled(code, begun, parts=True)
        return part[:1].upper() + part[1:] if begun != part else text
    return found


def _filled(code: str, text: str, parts: bool) -> str:
    words = catalogue(code)
    found = words.texts.gettext(text) if text else ""
    if found != text:
        return found
    for known_text in words.stored:
        match = known_text.pattern.fullmatch(text) if parts or not known_text.part else None
        if match:
            held = match.groupdict()
            values = {name: _piece(code, name, value) for name, value in held.items()}
            return words.told(known_text.ids, held).format(**values)
    return text


def _piece(code: str, name: str, value: str) -> str:
    """What a placeholder holds, in this language."""
    if name in VERBATIM:
        return value
    if name == LISTED:
        return "; ".join(_together(code, one) for one in value.split("; "))
    words = catalogue(code)
    if NUMBER.fullmatch(value):
        _whole, _point, decimals = value.partition(".")
        form = "0" + ("." + "0" * len(decimals) if decimals else "")
        return format_decimal(float(value), form, words.locale)
    if DATE.fullmatch(value):
        try:
            return format_date(date.fromisoformat(value), words.texts.gettext(DAY), words.locale)
        except ValueError:
            return value
    return _filled(code, value, parts=True)


def _together(code: str, text: str) -> str:
    """``a time and a day``, unless all of it is one text."""
    found = _filled(code, text, parts=True)
    first, joint, last = text.partition(" and ")
    if found != text or not joint:
        return found
    both = catalogue(code).texts.gettext("{first} and {last}")
    return both.format(first=_filled(code, first, parts=True), last=_together(code, last))


def _pattern(text: str) -> re.Pattern[str]:
    """What texts look like that were made of this one."""
    form, seen = "", set[str]()
    for words, name, _spec, _conversion in Formatter().parse(text):
        form += re.escape(words)
        if name:
            form += f"(?P={name})" if name in seen else f"(?P<{name}>{FORMS.get(name, '.*')})"
            seen.add(name)
    return re.compile(form, re.DOTALL)


def _fullness(text: str) -> tuple[int, int]:
    """How little of a text is open."""
    names = (name for _words, name, *_rest in Formatter().parse(text))
    return len(literal(text)), sum(name in FORMS for name in names)


def literal(text: str) -> str:
    """A text without its placeholders."""
    return "".join(words for words, *_rest in Formatter().parse(text))


def translated(labels: Mapping[K, str]) -> dict[K, str]:
    """The same keys with their texts in the reader's language."""
    return {key: _(text) for key, text in labels.items()}
