"""Times and weekdays that are stated, and what only looks like them."""

import pytest

from rubrics.phrases import Phrasebook
from scoring.facts.stated import stated


def said(language: str, text: str) -> list[str]:
    """Times on the clock face and weekdays, in order."""
    reading = Phrasebook.load(language).read(text, ())
    found = stated(language, text, reading)
    return [
        " ".join(one.days) or f"{min(one.minutes) // 60 % 12}:{min(one.minutes) % 60:02}"
        for one in found
        if one.kind in ("time", "day")
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "We'll see her at six months and again at twelve.", []),
        ("en", "It's Saturday you're in, not Sunday.", ["saturday"]),
        ("en", "It's Tuesdays and, since Easter, Saturdays.", ["tuesday saturday"]),
        ("en", "It's four, four o'clock on the nose.", ["4:00"]),
        ("en", "I can't do four, half past four neither, but five is free.", ["5:00"]),
        ("en", "We did open at seven, not any more.", []),
        ("en", "It's a nine thirty slot, the last of three slots.", ["9:30"]),
        ("en", "Ten to nine on Friday, with Doctor Shah.", ["8:50", "friday"]),
        ("en", "Half three, ah no, that's been taken.", []),
        ("en", "We close at six, eight on a Thursday.", ["6:00", "8:00", "thursday"]),
        ("en", "Your ten thirty has been put back to eleven.", ["11:00"]),
        ("en", "It's between five and seven p.m., one at six.", ["5:00", "7:00", "6:00"]),
        ("en", "He does nights, ten till six.", ["10:00", "6:00"]),
        ("en", "It says two p.m. here but it should say three p.m.", ["3:00"]),
        ("en", "He was meant to be at two but it'll be three.", ["3:00"]),
        ("en", "Five to one's the only lunchtime one.", ["0:55"]),
        ("en", "There's a Tuesday, a Thursday or a Saturday.", ["tuesday thursday saturday"]),
        ("en", "That's ten to four, Tuesday.", ["3:50", "tuesday"]),
        ("en", "We're open ten to four Tuesday.", ["10:00", "4:00", "tuesday"]),
        ("en", "The physio would've been free at two, I'd have you in at nine.", ["9:00"]),
        ("en", "It would have been at two and it's at three.", ["3:00"]),
        ("en", "I was going to say half three, but it's four fifteen.", ["4:15"]),
        ("en", "There was a gap at nine forty and it's been filled.", []),
        ("en", "Someone else has taken the half ten, the ten to twelve is there.", ["11:50"]),
        ("en", "She's got Monday, ten to four, or Tuesday.", ["monday", "3:50", "tuesday"]),
        ("en", "Monday to Friday nine to five, Saturday ten to four.",
         ["monday tuesday wednesday thursday friday", "9:00", "5:00", "saturday", "10:00", "4:00"]),
        ("en", "Tuesday the nineteenth, ten to eleven, for bloods.", ["tuesday", "10:50"]),
        ("en", "Ten to twelve on Thursday the tenth.", ["11:50", "thursday"]),
        ("en", "I've a nine, a ten fifteen and a half two.", ["9:00", "10:15", "2:30"]),
        ("en", "You could do ten, ten thirty, eleven.", ["10:00", "10:30", "11:00"]),
        ("en", "She started it in nineteen thirty-one.", []),
        ("en", "If Monday is too soon for him I've Wednesday at four.", ["wednesday", "4:00"]),
        ("en", "If you think it's at four you're wrong.", []),
        ("en", "Just to say you're with us on Friday at ten past two.", ["friday", "2:10"]),
        ("en", "Say you came at ten past two.", []),
        ("en", "Every day but Sunday, at ten of eight.",
         ["monday tuesday wednesday thursday friday saturday", "7:50"]),
        ("en", "I said Tuesday, didn't I, but it's Wednesday.", ["wednesday"]),
        ("en", "We've been open since seven, and the nurse since two thousand and two.", ["7:00"]),
        ("en", "Two till four, six till eight in the evening.", ["2:00", "4:00", "6:00", "8:00"]),
        ("en", "Nothing to drink from midnight.", ["0:00"]),
        ("en", "Three p.m., and would you bring the letter?", ["3:00"]),
        ("en", "It's until six on weekdays, but Saturdays we close at one.",
         ["6:00", "monday tuesday wednesday thursday friday", "saturday", "1:00"]),
        ("en", "Eight on Monday, nine on Thursday.", ["8:00", "monday", "9:00", "thursday"]),
        ("en", "Mondays we shut at seven, Fridays four.", ["monday", "7:00", "friday", "4:00"]),
        ("en", "He's free at two with his mother or four with you.", ["2:00", "4:00"]),
        ("en", "It isn't free at nine, but ten's fine.", ["10:00"]),
        ("en", "The latest is seven.", ["7:00"]),
        ("en", "Fridays we're here till one, otherwise till three.", ["friday", "1:00", "3:00"]),
        ("en", "It's been moved back from three to half past.", ["3:30"]),
        ("en", "You're his three o'clock, so take a seat.", ["3:00"]),
        ("en", "He takes thirty in the morning and twenty at night.", []),
        ("en", "The message you left says two o'clock.", []),
        ("pl", "Sobota, Marian Sobota, tak się nazywa okulista.", []),
        ("pl", "Mam tylko trzynastą.", ["1:00"]),
        ("ru", "Два дня прививаем: вторник и пятница.", ["tuesday friday"]),
        ("ru", "За кинотеатром Полдень.", []),
        ("ru", "С двух попыток не взяли вену.", []),
        ("uk", "Ваша черга о три чверті на дев'яту.", ["8:45"]),
        ("uk", "У сім тридцять утра.", ["7:30"]),
        ("zh", "退号只能退到晚上十二点。", ["0:00"]),
        ("zh", "中午十一点五十休息。", ["11:50"]),
        ("zh", "两点半赶不到的话就没必要来了。", []),
        ("zh", "门禁密码二四一六。", []),
        ("zh", "给的时间是16：40。", ["4:40"]),
    ],
)  # fmt: skip
def test_what_is_stated(language: str, text: str, expected: list[str]) -> None:
    assert said(language, text) == expected
