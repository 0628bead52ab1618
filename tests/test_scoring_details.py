"""Rules, doctors, the address, dates and holidays, compared with the sheet as of the call's day."""

from datetime import date, datetime
from typing import Any

import pytest

from rubrics.facts import FactSheet
from scoring.context import Context
from scoring.dialogue import dialogue
from scoring.facts.report import Report, report
from scoring.facts.topics import Topic

DAY = datetime(2026, 12, 1, 9)
BASE: dict[str, Any] = {
    "clinic": "Oakfield",
    "valid_from": "2026-01-01",
    "address": "12 Oak Street",
    "opening_hours": {"monday": "08:00-18:00", "thursday": "08:00-18:00"},
    "special_days": [{"day": "2026-12-24", "hours": "08:00-12:00", "names": ["Christmas Eve"]}],
    "prices": [{"service": "blood test", "price": 40}, {"service": "x-ray", "price": 20}],
    "doctors": [
        {"name": "Doctor Lee", "specialties": ["cardiologist"]},
        {"name": "Doctor Shah", "specialties": ["dermatologist"]},
    ],
    "rules": [
        {"about": "cover", "rule": "Bupa", "answer": "yes"},
        {"about": "cover", "rule": "NHS", "answer": "no"},
        {"about": "preparation", "rule": "fasting", "names": ["fast"], "answer": "yes",
         "for": "blood test"},
        {"about": "registration", "rule": "referral", "answer": "no"},
        {"about": "parking", "rule": "parking", "names": ["park"], "answer": "yes"},
    ],
}  # fmt: skip
LOCAL: dict[str, dict[str, Any]] = {
    "pl": {
        "address": "Lipowa 12",
        "doctors": [
            {"name": "doktor Hrycak", "specialties": ["kardiolog"]},
            {"name": "doktor Szulc", "specialties": ["dermatolog"]},
        ],
        "rules": [
            {"about": "cover", "rule": "NFZ", "answer": "yes"},
            {"about": "registration", "rule": "skierowanie", "answer": "no"},
            {"about": "preparation", "rule": "na czczo", "answer": "yes"},
            {"about": "parking", "rule": "parking", "answer": "yes"},
        ],
    },
    "ru": {
        "address": "Ленина 12",
        "doctors": [
            {"name": "доктор Ким", "specialties": ["кардиолог"]},
            {"name": "доктор Полищук", "specialties": ["дерматолог"]},
        ],
        "rules": [
            {"about": "cover", "rule": "ОМС", "answer": "yes"},
            {"about": "registration", "rule": "направление", "answer": "no"},
            {"about": "preparation", "rule": "натощак", "answer": "yes"},
            {"about": "parking", "rule": "парковка", "answer": "yes"},
        ],
    },
    "uk": {
        "address": "Шевченка 12",
        "doctors": [
            {"name": "лікар Гайдук", "specialties": ["кардіолог"]},
            {"name": "лікарка Субота", "specialties": ["дерматолог"]},
        ],
        "rules": [
            {"about": "cover", "rule": "НСЗУ", "answer": "yes"},
            {"about": "registration", "rule": "направлення", "answer": "no"},
            {"about": "preparation", "rule": "натще", "answer": "yes"},
            {"about": "parking", "rule": "парковка", "answer": "yes"},
        ],
    },
    "zh": {
        "address": "南京路12号",
        "doctors": [
            {"name": "林医生", "specialties": ["心内科"]},
            {"name": "周医生", "specialties": ["皮肤科"]},
        ],
        "rules": [
            {"about": "cover", "rule": "医保", "answer": "yes"},
            {"about": "registration", "rule": "转诊单", "answer": "no"},
            {"about": "preparation", "rule": "空腹", "answer": "yes"},
            {"about": "parking", "rule": "停车场", "answer": "yes"},
        ],
    },
}


def heard(lines: str, topic: Topic = "details", language: str = "en", **facts: Any) -> Report:
    sheet = FactSheet.model_validate(BASE | LOCAL.get(language, {}) | facts)
    call, transcript = dialogue(lines, language=language, start=DAY)
    return report(Context(call, transcript, sheet), topic)


def outcomes(lines: str, language: str = "en") -> list[str]:
    return [j.outcome for j in heard(lines, language=language).judged]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("P: Do you take Bupa?\nA: Yes, we do.", ["right"]),
        ("P: Do you take Bupa?\nA: No, we don't.", ["wrong"]),
        ("A: We do take NHS patients.", ["wrong"]),
        ("A: We don't take NHS patients.", ["right"]),
        ("P: Do you take Aviva?\nA: Yes, of course.", ["unknown"]),
        ("P: You take Bupa.\nA: One moment.", []),
        ("A: Do you have Bupa?", []),
        ("A: If we took NHS patients we'd be full.", []),
        ("A: You said we take NHS patients.", []),
        ("P: I need a blood test. Must I fast?\nA: No, you don't need to fast.", ["wrong"]),
        ("P: I need an x-ray. Must I fast?\nA: No, you don't need to fast.", []),
        ("A: Doctor Lee is our cardiologist.", ["right"]),
        ("A: Doctor Lee is our dermatologist.", ["wrong"]),
        ("A: Doctor Lee says you should see the dermatologist.", []),
        ("A: We're at twelve Oak Street.", ["right"]),
        ("A: We're at twenty-one Oak Street.", ["wrong"]),
        ("A: So that's Thursday the third of December.", ["right"]),
        ("A: So that's Tuesday the third of December.", ["wrong"]),
        ("A: Would Thursday the third suit you?", ["right"]),
        ("A: You're in on Wednesday the fifteenth.", ["wrong"]),
        ("A: Shall I put you in for Thursday, first thing?", []),
    ],
)
def test_english(lines: str, expected: list[str]) -> None:
    assert outcomes(f"P: Hello.\n{lines}") == expected


@pytest.mark.parametrize(
    ("language", "lines", "expected"),
    [
        ("pl", "P: Czy przyjmujecie na NFZ?\nA: Tak, przyjmujemy.", ["right"]),
        ("pl", "A: Skierowanie jest potrzebne.", ["wrong"]),
        ("pl", "A: Niestety, nie mamy parkingu.", ["wrong"]),
        ("pl", "A: Proszę przyjść na czczo.", ["right"]),
        ("pl", "A: Doktor Hrycak to nasz dermatolog.", ["wrong"]),
        ("pl", "A: Jesteśmy na Lipowej dwadzieścia.", ["wrong"]),
        ("pl", "A: Zapraszam we wtorek trzeciego grudnia.", ["wrong"]),
        ("ru", "P: Вы принимаете по ОМС?\nA: Да, принимаем.", ["right"]),
        ("ru", "A: Направление не нужно.", ["right"]),
        ("ru", "A: Парковки у нас нет.", ["wrong"]),
        ("ru", "A: Доктор Ким у нас дерматолог.", ["wrong"]),
        ("ru", "A: Мы на Ленина двенадцать.", ["right"]),
        ("ru", "A: Записала на четверг, третьего декабря.", ["right"]),
        ("uk", "P: Ви приймаєте за НСЗУ?\nA: Так, приймаємо.", ["right"]),
        ("uk", "A: Направлення потрібне.", ["wrong"]),
        ("uk", "A: Парковки у нас немає.", ["wrong"]),
        ("uk", "A: Лікар Гайдук наш дерматолог.", ["wrong"]),
        ("uk", "A: Чекаємо у вівторок, третього грудня.", ["wrong"]),
        ("zh", "P: 你们收医保吗？\nA: 收的，可以用医保。", ["right"]),
        ("zh", "A: 没有停车场。", ["wrong"]),
        ("zh", "A: 不用空腹。", ["wrong"]),
        ("zh", "A: 林医生是皮肤科的。", ["wrong"]),
        ("zh", "A: 我们在南京路二十号。", ["wrong"]),
        ("zh", "A: 给您约周二，十二月三号。", ["wrong"]),
        ("pl", "A: Może być w czwartek trzeciego?", ["right"]),
        ("pl", "A: Sobota, piętnastego, dobrze?", ["wrong"]),
        ("ru", "A: Четверг, третье, десять утра.", ["right"]),
        ("ru", "A: В четверг, в половине десятого.", []),
        ("uk", "A: Третього, у четвер, о десятій.", ["right"]),
        ("zh", "A: 这周四，三号，十点。", ["right"]),
        ("zh", "A: 周六十五号行吗？", ["wrong"]),
    ],
)
def test_every_language(language: str, lines: str, expected: list[str]) -> None:
    assert outcomes(lines, language) == expected


def test_an_older_version_says_so() -> None:
    older = {
        "valid_from": "2025-01-01",
        "rules": [{"about": "cover", "rule": "NHS", "answer": "yes"}],
    }
    earlier = (FactSheet.model_validate(BASE | older),)
    found = heard("A: We take NHS patients.", earlier=earlier)
    assert [j.outcome for j in found.judged] == ["outdated"]
    assert "since 2026-01-01" in found.judged[0].sheet


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ("A: On Christmas Eve we're open until twelve.", "right"),
        ("A: On Christmas Eve we're open until six.", "wrong"),
        ("A: On the 24th of December we close at noon.", "right"),
        ("A: On Thursday we're open until six.", "right"),
    ],
)
def test_hours_of_a_holiday(lines: str, outcome: str) -> None:
    found = heard(lines, "opening_hours")
    assert [j.outcome for j in found.judged] == [outcome]


def test_hours_on_a_day() -> None:
    sheet = FactSheet.model_validate(BASE)
    assert sheet.hours_on(date(2026, 12, 24)) == ((480, 720),)
    assert sheet.hours_on(date(2026, 12, 17)) == ((480, 1080),)
    assert sheet.hours_on(date(2026, 12, 20)) is None


@pytest.mark.parametrize(
    ("reply", "promised"),
    [("I don't know.", False), ("I'm not sure, I'll find out and call you back.", True)],
)
def test_a_question_put_off_is_recorded(reply: str, promised: bool) -> None:
    found = heard(f"P: Do you take Aviva?\nA: {reply}\nP: And can I park?\nA: Yes, you can park.")
    assert found.unanswered is not None
    assert found.deferrals
    assert found.promised is promised
    assert [j.outcome for j in found.judged] == ["right"]


FLOORS: dict[str, dict[str, Any]] = {
    "en": {"address": "12 Oak Street, ground floor", "parking": "free, behind the building"},
    "pl": {"address": "ulica Lipowa 12, pierwsze piętro", "parking": "bezpłatny, od podwórka"},
    "ru": {"address": "улица Садовая, дом 12, первый этаж", "parking": "бесплатно, за зданием"},
    "uk": {"address": "вулиця Садова, 12, перший поверх", "parking": "безкоштовна, у дворі"},
    "zh": {"address": "解放路12号，一层和二层", "parking": "地下二层，免费停两小时"},
}


@pytest.mark.parametrize(
    ("language", "lines", "expected"),
    [
        ("en", "A: We're on the ground floor.", ["right"]),
        ("en", "A: We're on the third floor.", ["wrong"]),
        ("en", "P: Can I park?\nA: It's free, round the back.", ["right"]),
        ("pl", "P: Które to piętro?\nA: Na pierwszym.", ["right"]),
        ("pl", "A: To jest na drugim piętrze.", ["wrong"]),
        ("pl", "A: Parking jest od podwórka.", ["right"]),
        ("ru", "A: Садовая, двенадцать.", ["right"]),
        ("ru", "A: Мы на пятом этаже.", ["wrong"]),
        ("ru", "P: А парковка есть?\nA: За зданием, бесплатно.", ["right"]),
        ("uk", "A: Садова, дванадцять.", ["right"]),
        ("uk", "A: Це другий поверх.", ["wrong"]),
        ("uk", "P: А стоянка є?\nA: У дворі, безкоштовна.", ["right"]),
        ("zh", "A: 我们在二楼。", ["right"]),
        ("zh", "A: 我们在五楼。", ["wrong"]),
        ("zh", "P: 车停哪儿？\nA: 地下二层，免费停两个小时。", ["right"]),
        ("zh", "A: 坐幺零三，解放路站下。", []),
    ],
)
def test_where_we_are(language: str, lines: str, expected: list[str]) -> None:
    found = heard(f"P: Hello.\n{lines}", language=language, rules=[], **FLOORS[language])
    assert [j.outcome for j in found.judged] == expected


GIVES = {
    "prices": [
        {"service": "ultrasound", "names": ["scan"], "price": 90},
        {"service": "x-ray", "price": 20},
    ],
    "doctors": [
        {"name": "Doctor Lee", "does": ["x-ray"]},
        {"name": "Doctor Shah", "does": ["ultrasound"]},
    ],
    "rules": [],
}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("A: So that's the scan, at ten, with Doctor Shah.", ["right"]),
        ("A: That's a scan with Doctor Lee.", ["wrong"]),
        ("A: Doctor Lee is in on Monday.", []),
        ("P: And who does the scan?\nA: Doctor Shah.", ["right"]),
        ("P: I need a scan.\nA: Yes?\nP: Who does it?\nA: Doctor Shah.", ["right"]),
        ("P: I need a scan.\nA: Yes?\nP: Who does it?\nA: Doctor Lee.", ["wrong"]),
        ("A: We do scans.", ["right"]),
        ("P: Do you do scans?\nA: Yes, of course.", ["right"]),
        ("A: We don't do scans on Sunday.", []),
        ("P: Do you take Bupa?\nA: Yes, of course.", []),
    ],
)
def test_who_does_what(lines: str, expected: list[str]) -> None:
    found = heard(f"P: Hello.\n{lines}", **GIVES)
    assert [j.outcome for j in found.judged] == expected


def test_last_year_s_parking_is_outdated_though_a_word_of_today_s_is_in_it() -> None:
    old = FactSheet.model_validate({**BASE, "parking": "Market Street, paid"})
    new = {**GIVES, "parking": "free for patients, behind the building", "earlier": (old,)}
    lines = "P: May I park near you?\nA: In Market Street, that's where our patients go."
    assert [j.outcome for j in heard(lines, **new).judged] == ["outdated"]


def test_what_no_sheet_tells_is_no_question_of_its() -> None:
    assert heard("P: Do you take Bupa?\nA: I don't know.", **GIVES).unanswered is None
    assert heard("P: Where can I park?\nA: I don't know.", **GIVES).unanswered is not None
