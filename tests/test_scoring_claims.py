"""Times, days, prices as people say them, and the statements made of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scoring_dialogue import SHEET

from rubrics.facts import WEEKDAYS
from rubrics.phrases import Phrasebook
from scoring.facts.hours import hours_finder
from scoring.facts.judge import judge_hours, judge_price
from scoring.facts.numbers import numbers
from scoring.facts.prices import price_finder, service_names

UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
UNITS = (UNITS + " fifteen sixteen seventeen eighteen nineteen").split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"
TENS = TENS.split()


def spoken(n: int) -> str:
    """A number below ten thousand in words."""
    if n < 20:
        return UNITS[n]
    if n < 100:
        return TENS[n // 10] + (f" {UNITS[n % 10]}" if n % 10 else "")
    if n < 1000:
        rest = f" and {spoken(n % 100)}" if n % 100 else ""
        return f"{UNITS[n // 100]} hundred{rest}"
    rest = n % 1000
    joined = f" {spoken(rest)}" if rest >= 100 else f" and {spoken(rest)}" if rest else ""
    return f"{spoken(n // 1000)} thousand{joined}"


def hours(text: str, asked: str = ""):
    reading = Phrasebook.load("en").read(text, ())
    return hours_finder("en").find(0, text, reading, asked, 0)


def prices(text: str, asked: str = ""):
    names = service_names(SHEET.prices)
    reading = Phrasebook.load("en").read(text, ())
    return price_finder("en").find(
        0, text, reading, asked, names.last(asked), names, told=bool(asked)
    )


CLOCK_FORMS = [
    lambda h, m: f"{h}:{m:02d}",
    lambda h, m: f"{h}.{m:02d}",
    lambda h, m: f"{UNITS[h]} {spoken(m)}" if m >= 10 else f"{UNITS[h]} o'clock" if not m else None,
    lambda h, m: f"half past {UNITS[h]}" if m == 30 else None,
    lambda h, m: f"quarter past {UNITS[h]}" if m == 15 else None,
    lambda h, m: f"a quarter to {UNITS[h % 12 + 1]}" if m == 45 else None,
    lambda h, m: f"{spoken(m)} past {UNITS[h]}" if m in (5, 10, 20, 25) else None,
    lambda h, m: f"twenty to {UNITS[h % 12 + 1]}" if m == 40 else None,
]


@settings(deadline=None)
@given(st.integers(1, 12), st.sampled_from(range(0, 60, 5)), st.sampled_from(CLOCK_FORMS))
def test_clock_round_trip(hour, minute, form):
    said = form(hour, minute)
    if said is None:
        return
    (clock,) = numbers("en").clocks(f"We open at {said} on Saturdays")
    at = hour % 12 * 60 + minute
    assert clock.minutes == {at, at + 720}
    for half, shift in (("am", 0), ("p.m.", 720), ("in the evening", 720)):
        (clock,) = numbers("en").clocks(f"We open at {said} {half}, you know")
        assert clock.minutes == {at + shift}


@settings(deadline=None)
@given(st.integers(0, 6), st.integers(0, 6))
def test_day_ranges_round_trip(first, last):
    text = f"{WEEKDAYS[first].title()} to {WEEKDAYS[last].title()}"
    (days,) = numbers("en").days(text)
    assert days.days[0] == WEEKDAYS[first]
    assert days.days[-1] == WEEKDAYS[last]
    assert len(days.days) == (last - first) % 7 + 1


@settings(deadline=None)
@given(st.integers(10, 9999), st.sampled_from(["£{}", "{} pounds", "words", "£{}.50"]))
def test_price_round_trip(amount, form):
    if form == "words":
        said, value = f"{spoken(amount)} pounds", amount
    else:
        said, value = form.format(amount), amount + (0.5 if form.endswith(".50") else 0)
    (claim,) = prices(f"A check-up is {said}.")
    assert (claim.low, claim.high) == (value, value)
    assert judge_price(claim, SHEET)[0] == ("right" if value == 45 else "wrong")


@settings(deadline=None)
@given(st.integers(1, 97), st.integers(1, 900), st.sampled_from(["words", "digits"]))
def test_price_ranges_round_trip(low, more, form):
    low, high = low * 10, low * 10 + more
    first, last = (spoken(low), spoken(high)) if form == "words" else (low, high)
    for text in (f"between {first} and {last} pounds", f"from {first} to {last} pounds"):
        (claim,) = prices(f"A filling is {text}.")
        assert (claim.low, claim.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("We're open Monday to Thursday 8 to 7, Saturday 9 to 1, closed on Sundays.", "rrr"),
        ("we are open monday to thursday eight till seven saturdays nine to one", "rr"),
        ("We're open from eight in the morning until seven on weekdays.", "w"),
        ("On Fridays we finish earlier, at four.", "r"),
        ("Monday to Thursday we close at seven. Friday at four.", "rr"),
        ("We open at half past eight.", "w"),
        ("We open at 8.", "r"),
        ("We're open until 8, sorry, until 7 on Tuesdays.", "r"),
        ("We're open on Saturdays, from nine until one. Not on Sundays.", "rr"),
        ("We don't open on Sundays.", "r"),
        ("We're open on Sundays too.", "w"),
        ("We are open until 7 so I can book you in at 6 on Friday.", "r"),
        ("Our hours are 8am-7pm Monday through Thursday.", "r"),
        ("I can do Tuesday at ten.", ""),
        ("Are you open at eight?", ""),
        ("You said you're open till nine on Sundays?", ""),
        ("If we were open on Sunday until nine.", ""),
        ("The doctor sees patients on Monday from ten.", ""),
        ("We're not open Sundays, so it sat in the box.", "r"),
        ("Friday at three.", ""),
        ("We have 3 dentists on the 2nd floor, open plan.", ""),
    ],
)
def test_hours_statements(text, outcomes):
    found = [judge_hours(claim, SHEET)[0][0] for claim in hours(text)]
    assert "".join(found) == outcomes


@pytest.mark.parametrize(
    ("asked", "text", "outcome"),
    [
        ("Are you open on Saturdays?", "9 to 1.", "r"),
        ("Are you open on Saturdays?", "Yes, we are.", "r"),
        ("Are you open on Sundays?", "No, sorry.", "r"),
        ("Are you open on Sundays?", "Yes, of course.", "w"),
        ("How late are you open today?", "Till seven.", "r"),
        ("What time do you close on Saturday?", "Two o'clock, at two.", "w"),
        (
            "What time are you there till?",
            "Today it's seven, but Friday it's four.",
            "r",
        ),
        ("What are your hours?", "8 to 7, but four on a Friday.", "r"),
        ("And on Saturdays?", "Saturdays, two.", "w"),
        ("When do you close?", "Seven, Fridays until four.", "r"),
    ],
)
def test_hours_answers(asked, text, outcome):
    found = [judge_hours(claim, SHEET)[0][0] for claim in hours(text, asked)]
    assert found and set(found) == {outcome}


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("A check-up is £45 and a filling is from 90 to 160 pounds.", "rr"),
        ("Fillings are from ninety to a hundred and sixty.", "r"),
        ("It's forty pounds, no sorry, forty five pounds for a check-up.", "r"),
        ("A check-up costs about 50 pounds.", "w"),
        ("A check-up costs around 43 pounds.", "r"),
        ("Fillings start from 90.", "r"),
        ("A filling is 90 pounds.", "w"),
        ("A filling is 90 pounds and up.", "r"),
        ("So you're down for a check-up this evening at seven ten.", ""),
        ("A check-up is 45 pounds, and she has the Monday at three forty.", "r"),
        ("A filling like that is 120 pounds.", "r"),
        ("Veneers are 400 pounds.", "u"),
        ("There's a 20 pound deposit for a check-up.", ""),
        ("The check-up takes 45 minutes.", ""),
        ("Is the check-up 45 pounds?", ""),
        ("Call us on 020 7946 0958.", ""),
        ("A check-up is 10 percent off.", ""),
    ],
)
def test_price_statements(text, outcomes):
    found = [judge_price(claim, SHEET)[0][0] for claim in prices(text)]
    assert "".join(found) == outcomes
