"""Numbers, times and dates: said with a language's own words, they are read back as they were."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from bench.gold.dialogues import fact_sheet, utterances
from rubrics.kept import one_call
from rubrics.phrases import Phrasebook
from scoring.facts.dates import dates
from scoring.facts.numbers import numbers
from scoring.facts.phones import phones
from scoring.facts.prices import service_names
from scoring.facts.stated import Stated, stated
from scoring.facts.words import Lexicon, Spoken, Words, either, shadow, words_of

LANGUAGES = ("en", "pl", "ru", "uk", "zh")
DAY = 24 * 60
each_language = pytest.mark.parametrize("code", LANGUAGES)
some = settings(max_examples=60, deadline=None)


def names(table: dict[str, float], value: float) -> SearchStrategy[str]:
    return st.sampled_from(sorted(name for name, v in table.items() if v == value))


def say(draw: DataObject, words: Words, n: int) -> list[str]:
    """A whole number below a million in words, each in any of its forms."""
    said: list[str] = []
    for scale in (1000, 100):
        count, n = divmod(n, scale)
        if scale == 100 and count and count * 100 in words.values.values():
            said.append(draw.draw(names(words.values, count * 100)))
        elif count:
            one = count == 1 and not words.trailing_digit
            forms = names(words.scales, scale)
            if one and not said:  # first they would count what follows: "thousands in thirty"
                forms = forms.filter(lambda name: name not in words.scales_first)
            said += ([] if one else say(draw, words, count)) + [draw.draw(forms)]
        if words.trailing_digit and said and 0 < n < scale // 10 and said[-1] != "零":
            said.append("零")
    if n in words.values.values() and (n or not said):
        said.append(draw.draw(names(words.values, n)))
    elif n:
        tens, unit = divmod(n, 10)
        ten = [draw.draw(names(words.values, tens * 10))] if not words.trailing_digit else []
        if words.trailing_digit:
            ten = [
                *([] if tens == 1 else say(draw, words, tens)),
                draw.draw(names(words.scales, 10)),
            ]
        said += ten + ([draw.draw(names(words.values, unit))] if unit else [])
    return said


@each_language
@some
@given(n=st.integers(1, 99_999), draw=st.data())
def test_an_amount_in_words_is_read_back(code: str, n: int, draw: DataObject) -> None:
    words = words_of(code)
    text = " ".join(say(draw, words, n))
    currency = words.currency_words[0]
    found = numbers(code).amounts(f"{text} {currency}")
    assert [a.value for a in found] == [n], text
    assert found[0].money


@each_language
@some
@given(hour=st.integers(1, 12), minute=st.sampled_from([20, 25]), draw=st.data())
def test_a_time_in_words_is_read_back(code: str, hour: int, minute: int, draw: DataObject) -> None:
    words = words_of(code)
    spoken = Spoken(words)
    template = draw.draw(st.sampled_from([t for t in words.clock if "<late>" not in t]))
    shift = words.clock[template]
    slots = {
        "<hour>": spoken.hours,
        "<of>": spoken.hours_of,
        "<half>": spoken.half_hours,
        "<cardinal>": spoken.cardinals,
    }
    text = template
    for slot, table in slots.items():
        if slot in text:
            text = text.replace(slot, draw.draw(names(table, hour)))
    text = re.sub("<mm?>", draw.draw(names(spoken.cardinals, minute)), text)
    minutes = {"m": minute, "-m": -minute, "m-60": minute - 60}.get(str(shift), shift)
    at = hour * 60 + int(minutes)
    found = numbers(code).clocks(shadow(code, text).text)
    assert len(found) == 1, text
    assert found[0].minutes & {at % DAY, (at + DAY // 2) % DAY}, (text, found)


@each_language
@some
@given(on=st.dates(date(2026, 1, 1), date(2026, 12, 31)), draw=st.data())
def test_a_date_in_words_is_read_back(code: str, on: date, draw: DataObject) -> None:
    words = words_of(code)
    form = draw.draw(st.sampled_from(words.dates))
    if len(words.months) == 12:
        month = words.months[on.month - 1]
        day = draw.draw(names(words.ordinals, on.day))
    else:
        month, day = ("".join(say(draw, words, n)) for n in (on.month, on.day))
    text = form.replace("<day>", day).replace("<month>", month)
    found = dates(code).find(shadow(code, text).text)
    assert [(d.month, d.day) for d in found] == [(on.month, on.day)], text
    assert found[0].near(on + timedelta(days=40)) == on


@each_language
@some
@given(digits=st.lists(st.integers(0, 9), min_size=9, max_size=11), draw=st.data())
def test_a_telephone_number_in_digits_is_read_back(
    code: str, digits: list[int], draw: DataObject
) -> None:
    table = {n: v for n, v in words_of(code).values.items() if v == int(v) and " " not in n}
    text = " ".join(draw.draw(names(table, digit)) for digit in digits)
    assert [d for _, _, d in phones(numbers(code), text)] == ["".join(map(str, digits))], text


pieces = st.sampled_from([*"ab\u0447", r"\.", r"\s+", r"[\s-]+"])
phrases = st.lists(pieces, min_size=1, max_size=4).filter(lambda found: found[0][0] in "ab\u0447")


@settings(max_examples=500, deadline=None)
@given(
    bodies=st.lists(phrases.map("".join), min_size=1, max_size=6),
    text=st.text("aAb\u0447\u0427. -", max_size=12),
)
def test_alternatives_match_as_if_written_one_by_one(bodies: list[str], text: str) -> None:
    ordered = sorted(bodies, key=lambda body: (-len(body), body))
    shared, plain = either(ordered), "|".join(ordered)
    end = r"(?!\w)"  # a whole word, whichever of those that fit is the longest
    found, wanted = (
        {m.span() for at in range(len(text)) if (m := re.compile(regex, re.I).match(text, at))}
        for regex in (f"(?:{shared}){end}", f"(?:{plain}){end}")
    )
    assert found == wanted


listed = st.text("abA'\u0447\u0427-. 8", min_size=1, max_size=6).filter(str.strip).map(str.strip)


@settings(max_examples=500, deadline=None)
@given(words=st.lists(listed, min_size=1, max_size=4), data=st.data())
def test_a_text_that_lacks_a_lists_words_is_known_before_it_is_searched(
    words: list[str], data: DataObject
) -> None:
    around = st.text("abAB'\u0447\u0427-., 8\n", max_size=6)
    inside = data.draw(st.sampled_from([*words, *(word.upper() for word in words)]))
    text = data.draw(around) + inside + data.draw(around)
    lexicon = Lexicon(words)
    found = lexicon.regex.search(text) is not None
    assert lexicon.is_in(text) == found
    assert lexicon.may_be_in(text) or not found


@each_language
def test_nothing_stated_is_missed_by_looking_for_words_first(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = service_names(fact_sheet(code).prices)
    some = utterances(code, "tune")[::4]

    @one_call()
    def all_stated() -> list[list[Stated]]:
        book = Phrasebook.load(code)
        return [stated(code, u.text, book.read(u.text, ()), u.asked, services) for u in some]

    quick = all_stated()
    assert sum(map(len, quick)) > len(some) / 2
    monkeypatch.setattr(Lexicon, "may_be_in", lambda *_: True)
    assert all_stated() == quick
