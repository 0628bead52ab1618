"""Kinds of sayings in Russian, and what sounds like them and means something else."""

import pytest

from rubrics.phrases import Phrasebook


def heard(name: str, text: str) -> bool:
    return any(
        not hit.negated and not hit.question for hit in Phrasebook.load("ru").find(name, text)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Сегодня всё занято, к сожалению.",
        "На завтра уже всё разобрали.",
        "Сегодня ничего свободного.",
        "К нему битком, не попасть.",
        "Талончики кончились ещё утром.",
        "Мест нет вплоть до марта.",
    ],
)
def test_a_full_diary_offers_nothing(text):
    assert heard("no_slot", text)
    assert not heard("booking_offer", text)
    assert not heard("booking_confirmed", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("booking_confirmed", "Записала вас к Белоус."),
        ("booking_confirmed", "Ждём вас завтра."),
        ("responsibility_taken", "Ошибка наша."),
        ("responsibility_taken", "Мы должны были вас предупредить."),
        ("blame", "Лена забыла, я вчера не работала."),
        ("delay_apology", "Спасибо, что вошли в положение."),
        ("delay_apology", "Мне так неудобно перед вами."),
        ("grievance", "Я три часа просидел с талоном."),
        ("grievance", "Ваша медсестра на него наорала."),
        ("symptom", "У меня бок тянет уже дней десять."),
        ("symptom", "Вечером всё расплывается."),
        ("wish_well", "Красивого вам выпускного."),
        ("call_back_promise", "Она вам сегодня после обеда сама наберёт."),
    ],
)
def test_heard(name, text):
    assert heard(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("booking_confirmed", "Записала ваш телефон."),
        ("booking_confirmed", "Ждём результат из лаборатории."),
        ("responsibility_taken", "Лена должна была вам позвонить."),
        ("responsibility_taken", "Вы должны были предупредить."),
        ("blame", "Вы ни в чём не виноваты."),
        ("acknowledgement", "Спасибо, что позвонили."),
        ("acknowledgement", "Каждый второй вторник у нас выездной приём."),
        ("acknowledgement", "Один приём, это две тысячи."),
        ("hours_question", "Вы с картами работаете."),
        ("complaint", "Можно перенести приём."),
        ("wish_well", "Пусть мама придёт с паспортом."),
        ("call_back_promise", "Перезвоните нам завтра."),
        ("impatience", "Повторяю: сегодня, тринадцать десять."),
    ],
)
def test_not_heard(name, text):
    assert not heard(name, text)
