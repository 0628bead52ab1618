"""What was kept in English is told in the reader's language: a verdict's reason, an error.

The text that it was made of is found by what stands around its placeholders, and the translation
is filled in with what they held. docs/decisions/0044-texts-by-gettext.md says why.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from string import Formatter
from typing import NamedTuple

from babel.dates import format_date
from babel.numbers import format_decimal

from dashboards.language import DAY, catalogue, current, placeholders

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
LITERALS = ("dashboards/", "auricle/reports/", "auricle/alerts.py", "auricle/commands/")
"""Where texts come from that are never stored."""


class Stored(NamedTuple):
    """A text with placeholders that may have been kept."""

    pattern: re.Pattern[str]
    ids: tuple[str, ...]
    """The text; of one with a number its two forms."""
    part: bool
    """It is looked for inside others only."""

    @property
    def begins(self) -> bool:
        """It can begin a sentence, and isn't too open for one: ``{day} closed``."""
        return self.part and not self.ids[0].startswith("{")


@cache
def _stored(code: str) -> list[Stored]:
    """The fullest first."""
    found = []
    for message in catalogue(code).messages:
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        if not all(place.startswith(LITERALS) for place, _line in message.locations):
            part = PART in message.auto_comments
            found += [Stored(_pattern(one), ids, part) for one in ids if "{" in one]
    return sorted(found, key=lambda one: _fullness(one.ids[-1]), reverse=True)


def retold(text: str) -> str:
    """A text that was kept in English: a verdict's reason, an error, what a rubric says. As it is
    if no known text matches it, such as what a clinic wrote itself."""
    return _retold(current(), text)


@lru_cache(20_000)
def _retold(code: str, text: str) -> str:
    found = _filled(code, text, [one for one in _stored(code) if not one.part])
    if found != text:
        return found
    begun = text[:1].lower() + text[1:]  # a part may stand alone, as a sentence
    part = _filled(code, begun, [one for one in _stored(code) if one.begins])
    return part[:1].upper() + part[1:] if begun != part else text


def _filled(code: str, text: str, stored: Iterable[Stored]) -> str:
    words = catalogue(code)
    found = words.texts.gettext(text) if text else ""
    if found != text:
        return found
    for one in stored:
        match = one.pattern.fullmatch(text)
        if match:
            held = match.groupdict()
            values = {name: _piece(code, name, value) for name, value in held.items()}
            return _told(code, one.ids, held).format(**values)
    return text


def _piece(code: str, name: str, value: str) -> str:
    """What a placeholder holds, in this language."""
    if name in VERBATIM:
        return _quoted(code, value)
    if name == LISTED:
        return (
            catalogue(code)
            .texts.gettext("; ")
            .join(_together(code, one) for one in value.split("; "))
        )
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
    return _filled(code, value, _stored(code))


def _quoted(code: str, value: str) -> str:
    """Words as they are, but in the language's own marks."""
    words = value[1:-1]
    if value != f"“{words}”" or "“" in words:
        return value
    return catalogue(code).texts.gettext("“{words}”").format(words=words)


def _together(code: str, text: str) -> str:
    """``a time and a day``, unless all of it is one text."""
    stored = _stored(code)
    found = _filled(code, text, stored)
    first, joint, last = text.partition(" and ")
    if found != text or not joint:
        return found
    both = catalogue(code).texts.gettext("{first} and {last}")
    return both.format(first=_filled(code, first, stored), last=_together(code, last))


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
    return len(literal(text)), sum(name in FORMS for name in placeholders(text))


def literal(text: str) -> str:
    """A text without its placeholders."""
    return "".join(words for words, *_rest in Formatter().parse(text))


def _told(code: str, ids: tuple[str, ...], values: Mapping[str, str]) -> str:
    """The translation of a text that was kept, or of one with a number: of its two forms."""
    texts = catalogue(code).texts
    if len(ids) == 1:
        return texts.gettext(ids[0])
    return texts.ngettext(ids[0], ids[1], int(float(values["n"])))
