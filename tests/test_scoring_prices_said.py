"""Prices that are stated, beside times and in lists, and what only looks like them."""

import pytest

from rubrics.phrases import Phrasebook
from scoring.facts.stated import stated


def said(text: str, asked: str = "") -> list[object]:
    """Prices, from and to where they are no single amount, and times on the clock face."""
    reading = Phrasebook.load("en").read(text, ())
    return [
        f"{min(one.minutes) // 60 % 12}:{min(one.minutes) % 60:02}"
        if one.kind == "time"
        else one.low
        if one.low == one.high
        else (one.low, one.high)
        for one in stated("en", text, reading, asked)
        if one.kind in ("price", "time")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The course costs forty, ten till one on Mondays.", [40, "10:00", "1:00"]),
        ("It comes to $2,340.50 with the frames.", [2340.5]),
        ("That's sixty for one side and ninety for both.", [60, 90]),
        ("It's around two forty for the splint.", [240]),
        ("Come about two forty for the splint.", ["2:40"]),
        ("The insurer gives you around one twenty back.", [120]),
        ("It's ninety pounds the first time and one ten every visit after.", [90, 110]),
        ("It was fifty, it went to fifty-five in the new year.", [55]),
        ("It isn't much, thousand at most.", []),
        ("They're done in two payments of six hundred.", [600]),
        ("We do the long visit at ninety and the short one at fifty.", [90, 50]),
        ("He's in room ninety and she's in room fifty.", []),
        ("Saturday it's seventy-five and Sunday it's a hundred.", [75, 100]),
        ("Adults are thirty-five and children twenty-two.", [35, 22]),
        ("Adults are thirty, five to fifteen it's twenty-five and under-fives fifteen.",
         [30, 25, 15]),
        ("The frame's a hundred and twenty and the lens is two fifteen.", [120, 215]),
        ("The frame's a hundred and twenty and you're at two fifteen.", [120, "2:15"]),
        ("The upper one starts at two thousand, the lower one's from fifteen hundred.",
         [(2000, None), (1500, None)]),
        ("It should have been one oh four.", [104]),
        ("We have three twenty or four twenty.", ["3:20", "4:20"]),
        ("The lens is minus one fifty.", []),
        ("You'd be mad to say no, nobody's going to charge you two hundred.", []),
        ("If he wants both of the jabs they're forty each.", [40]),
        ("You pay sixty now and you pay the other forty after.", [60, 40]),
        ("It's thirty-five on weekdays and fifty at the weekend.", [35, 50]),
        ("It's ninety dollars for the first hour, sixty after.", [90, 60]),
        ("It's forty pounds if you come and fifty-five if you don't.", [40, 55]),
        ("It's crept up to sixty-six.", [66]),
        ("They're ten for a hundred, twenty for one ninety.", [100, 190]),
        ("It's the third, ten fifteen, fifty euro.", ["10:15", 50]),
        ("It'll be between seventy and ninety, he'll tell you.", [(70, 90)]),
        ("It starts at sixty and can go up to two fifty.", [(60, 250)]),
        ("The lining's forty-nine, the cover one nineteen.", [49, 119]),
        ("The scan takes thirty, then you wait.", []),
        ("The old price was thirty and the new one's thirty-three.", [33]),
        ("That'd be the eight twenty with Doctor Reed.", ["8:20"]),
        ("That'd be eight twenty with the lab.", [820]),
        ("We'd want sixty now, and the rest, a hundred, in May.", [60, 100]),
        ("The plan is seven ninety-nine a month.", [7.99]),
    ],
)  # fmt: skip
def test_what_is_stated(text: str, expected: list[object]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("How much is the spray?", "Nineteen ninety-five.", [19.95]),
        ("What year was that?", "Nineteen ninety-five.", []),
        ("How many visits would it be?", "Four to six, usually.", []),
        ("How many milligrams?", "Two fifty.", []),
        ("How long is he in?", "From four to six.", ["4:00", "6:00"]),
        ("What time do you start?", "Eight thirty for the children and nine for the rest.",
         ["8:30", "9:00"]),
        ("Which tooth was it?", "Thirty-six.", []),
        ("What would my copay be?", "Thirty for the doctor and sixty for a specialist.", [30, 60]),
    ],
)  # fmt: skip
def test_the_question_decides(asked: str, text: str, expected: list[object]) -> None:
    assert said(text, asked) == expected
