"""Is a visit agreed? A time must have been named, and taken by the other side."""

import pytest

from rubrics.schema import Agreed
from scoring.appointments import followed, visit_agreed
from scoring.context import Context
from scoring.dialogue import dialogue
from scoring.facts.report import with_dates


def agreed(text: str, language: str = "en") -> str | None:
    """The words by which it was agreed; None: it wasn't."""
    call, transcript = dialogue(text, language=language)
    found = followed(Context(call, transcript), Agreed()).agreed
    return found and transcript.turns[found.turn].text[slice(*found.words)]


HELLO = "A: Oakfield Dental, Anna speaking.\nP: I'd like to see a dentist.\n"
BEFORE = {
    "en": HELLO,
    "pl": "A: Rejestracja, słucham.\nP: Chciałabym na wizytę.\n",
    "ru": "A: Слушаю вас.\nP: Мне бы к врачу.\n",
    "uk": "A: Слухаю вас.\nP: Мені б до лікаря.\n",
    "zh": "A: 您好。\nP: 我想看牙。\n",
}


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "A: Bethan's got Monday, quarter past five?\nP: Yes.\nA: Good."),
        ("en", "A: I can do Thursday at half past one.\nP: Half past one. Right.\nA: Good."),
        ("en", "A: What day suits you?\nP: Could I come Monday at three?\nA: At three, fine."),
        ("pl", "A: Doktor Bielecka, środa, osiemnasta. Bierze pani?\nP: Biorę.\nA: Dobrze."),
        ("ru", "A: Без двадцати два. Доползёте?\nP: Доползу, сын отвезёт.\nA: Фамилию назовите."),
        ("uk", "A: Завтра о десятій двадцять. Встигнете?\nP: Так, беремо.\nA: Добре."),
        ("zh", "A: 哪天方便？\nP: 明天下午四点半行吗？\nA: 行。"),
    ],
)
def test_a_time_named_and_taken(language: str, text: str) -> None:
    assert agreed(BEFORE[language] + text, language)


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "A: I can do Thursday at half past one.\nP: I'll think about it.\nA: Fine, bye."),
        ("en", "A: Fridays we close at three.\nP: Lovely, thank you.\nA: Bye."),
        ("en", "A: I'll find out and ring you back.\nP: After three?\nA: At three, fine."),
        ("en", "P: We work until ten at night.\nA: Ten at night, you poor soul.\nP: Yes."),
        ("ru", "P: Я сначала с доктором поговорю.\nA: Договорились, до свидания."),
        ("uk", "P: Ну добре.\nA: Чекаємо на вас."),
        ("zh", "A: 明天六点五十来看看？\nP: 明天不行，我再比两家，定了打给你。\nA: 好呀。"),
    ],
)
def test_no_time_or_not_taken(language: str, text: str) -> None:
    assert agreed(BEFORE[language] + text, language) is None


def test_what_was_taken_may_be_refused_until_she_has_put_it_down() -> None:
    taken = HELLO + "A: Would Monday at three suit you?\nP: Yes, please.\n"
    refused = "P: Actually, I'll think about it.\nA: Goodbye."
    assert agreed(taken + "A: That's forty pounds.\n" + refused) is None
    assert agreed(taken + "A: You're booked for Monday at three.\n" + refused)


def test_a_time_that_was_refused_may_be_offered_again() -> None:
    refused = HELLO + "A: I have Monday at three.\nP: I can't make it.\n"
    assert agreed(refused + "A: Right.\nP: Okay.\nA: Bye.") is None
    assert agreed(refused + "A: Shall I book you in?\nP: Yes, please.\nA: Bye.")


@pytest.mark.parametrize(
    "language, text, means, not_it",
    [
        (
            "en",
            "A: I can do Friday at ten past two.\nP: Earlier?\nA: Half past eight on Monday.\n"
            "P: Half past eight, fine.\nA: Done.",
            "Monday at half past eight",
            "Friday at ten past two",
        ),
        (
            "pl",
            "A: Mam piątek, jedenasta dwadzieścia.\nP: A wcześniej?\n"
            "A: O dziewiątej pięćdziesiąt.\nP: To dziewiąta pięćdziesiąt.\nA: Dobrze.",
            "dziewiąta pięćdziesiąt",
            "jedenasta dwadzieścia",
        ),
        (
            "ru",
            "A: Четверг, шестнадцатое, десять двадцать, подойдёт?\nP: Подойдёт.\nA: Хорошо.",
            "шестнадцатого",
            "семнадцатого",
        ),
        (
            "uk",
            "A: На понеділок можу, на восьму двадцять.\nP: Хай понеділок, о восьмій двадцять.\n"
            "A: Гаразд.\nP: А за перенос платити?\nA: Ні, у вас же завтра на п'яту вечора.\n"
            "P: Ясно.\nA: Усе, чекаємо.",
            "понеділок, о восьмій двадцять",
            "на п'яту вечора",
        ),
    ],
)
def test_which_time_was_agreed(language: str, text: str, means: str, not_it: str) -> None:
    call, transcript = dialogue(
        f"{BEFORE[language]}{text}\nA: {means}.\nA: {not_it}.", language=language
    )
    ctx = Context(call, transcript)
    visit = visit_agreed(ctx)
    assert visit
    *_, right, wrong = range(len(transcript.turns))
    assert all(visit.means(one) for one in with_dates(ctx, right, questions=False))
    assert visit.excludes(with_dates(ctx, wrong, questions=False))


@pytest.mark.parametrize(
    "text",
    [
        "A: I could do tomorrow at half eleven.\nP: Half eleven I'm up on a roof.\nA: Right.",
        "A: Monday, maybe.\nP: I'll see.\nA: What number are you on?\nP: Yes, the same.\nA: Bye.",
    ],
)
def test_a_time_said_again_or_a_yes_to_something_else_takes_nothing(text: str) -> None:
    assert agreed(BEFORE["en"] + text) is None


def test_a_promise_to_call_does_not_hide_an_offer_behind_it() -> None:
    text = (
        "A: I'll ask and ring you. Could you do tomorrow at seven forty?\nP: Yes, please.\nA: Ok."
    )
    assert agreed(BEFORE["en"] + text)
