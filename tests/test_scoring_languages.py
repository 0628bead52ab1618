"""Five languages: spoken times, prices, days and phones, and phrases in their inflections."""

import subprocess
import sys

import pytest
from test_scoring_dialogue import verdict_of

from rubrics.language import languages
from rubrics.phrases import Phrasebook
from scoring.facts.claims import sentences
from scoring.facts.stated import stated


def said(code, text, asked=""):
    """Kind and value of everything stated, in order."""
    found = stated(code, text, Phrasebook.load(code).read(text, ()), asked)
    values = []
    for one in found:
        if one.kind == "time":
            values.append(min(m % 720 for m in one.minutes))
        elif one.kind == "price":
            values.append((one.low, one.high))
        else:
            values.append(one.digits or " ".join(one.days))
    return values


def test_five_languages():
    assert {"en", "pl", "ru", "uk", "zh"} <= set(languages())


def test_reading_words_imports_no_torch():
    """spaCy would: a second and 180 MB in every process that judges."""
    code = (
        "import sys\nfrom rubrics.language import vocabulary\n"
        "for code in ('en', 'zh'):\n    vocabulary(code)\n"
        "print('torch' in sys.modules)\nimport torch"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")


@pytest.mark.parametrize(
    ("code", "text", "minutes"),
    [
        ("en", "We open at half past eight.", 510),
        ("en", "We're here until, um, six.", 360),
        ("pl", "Otwieramy o wpół do ósmej.", 450),
        ("pl", "Za kwadrans ósma, zapraszam.", 465),
        ("ru", "Открываемся в половине девятого.", 510),
        ("ru", "Приходите без четверти девять.", 525),
        ("uk", "Відкриваємось о пів на дев'яту.", 510),
        ("uk", "Приходьте за чверть дев'ята.", 525),
        ("zh", "我们晚上八点半关门。", 510),
        ("zh", "差一刻九点过来。", 525),
    ],
)  # fmt: skip
def test_spoken_clock(code, text, minutes):
    assert said(code, text) == [minutes]


@pytest.mark.parametrize(
    ("code", "text", "price"),
    [
        ("en", "It's a hundred and sixty pounds.", 160),
        ("pl", "To będzie dwieście pięćdziesiąt złotych.", 250),
        ("ru", "Это две тысячи двести рублей.", 2200),
        ("uk", "Це п'ятсот гривень.", 500),
        ("zh", "一共一百二十块钱。", 120),
        ("zh", "要两千五。", 2500),
    ],
)  # fmt: skip
def test_spoken_price(code, text, price):
    assert said(code, text) == [(price, price)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("At eight, no, nine.", [540]),
        ("Are you open at eight?", []),
        ("If you come at eight.", []),
        ("You said it was eighty pounds.", []),
        ("That letter you wanted, forty pounds.", [(40, 40)]),
        ("The toothbrush is three ninety-nine.", [(3.99, 3.99)]),
        ("Your prescription's ready from two forty.", [160]),
        ("It went up from thirty to thirty-four.", [(34, 34)]),
        ("It was thirty pounds in my day.", []),
        ("Back in the day it was thirty pounds.", []),
        ("Last spring it was fifty-five, now it's sixty-two.", [(62, 62)]),
        ("The scan was fifty-five pounds and the X-ray is sixty-two pounds.", [(55, 55), (62, 62)]),
        ("Nobody gets seen for less than sixty pounds.", [(60, None)]),
        ("If she wants a scan as well it's another hundred pounds.", [(100, 100)]),
        ("You should never have been told eighty pounds.", []),
        ("Your crown costs sixty pounds, Monday the twenty-fourth.", [(60, 60), "monday"]),
        (
            "A private room's four hundred and fifty a night, but this is room four hundred.",
            [(450, 450)],
        ),
        ("She was six pounds eleven when she was born.", []),
        ("We had three hundred through here on a busy day.", []),
        ("The hoist takes up to a hundred and fifty kilos.", []),
        ("It's six hundred and twelve fifty.", [(612.5, 612.5)]),
        ("It's not sixty, it's sixteen.", [(16, 16)]),
        ("I couldn't do it any cheaper than eighty.", [(80, None)]),
        ("The certificate's a flat forty, and you live in flat forty.", [(40, 40)]),
        ("There's a six-pound charge.", [(6, 6)]),
        ("It's on the second floor and takes twenty minutes.", []),
        ("Ring oh two oh, seven nine four six, oh one double three.", ["02079460133"]),
    ],
)
def test_only_what_is_asserted(text, values):
    assert said("en", text) == values


@pytest.mark.parametrize(
    ("asked", "text", "values"),
    [
        ("How much is a plaster?", "Eight.", [(8, 8)]),
        ("How old is he?", "Eight.", []),
        ("Is it two hundred?", "Two twenty.", [(220, 220)]),
        ("When's the next one?", "Wednesday, ten to four.", ["wednesday", 230]),
        ("When are you open?", "Wednesday, ten to four.", ["wednesday", 600, 240]),
        ("How late are you open?", "Five. Fridays three.", [300, "friday", 180]),
        ("What times are left?", "Nine, ten fifteen, and four.", [540, 615, 240]),
        ("Is it still forty?", "No, it's gone to forty-five.", [(45, 45)]),
        ("What floor?", "Four, and five for the X-ray.", []),
        ("Can I come at four?", "Not four, no, five.", [300]),
    ],
)
def test_what_was_asked(asked, text, values):
    assert said("en", text, asked) == values


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("pl", "thanks", "Dziękuję bardzo"),
        ("pl", "goodbye", "do widzenia"),
        ("ru", "goodbye", "До свидания"),
        ("uk", "goodbye", "до побачення"),
        ("zh", "goodbye", "好的，再见。"),
    ],
)  # fmt: skip
def test_phrases(code, name, text):
    assert Phrasebook.load(code).find(name, text)


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("pl", "preparation", "Nie, nie, to jutro."),  # "je" is "them" and "eats", "nie" is neither
        ("pl", "suits_question", "Jest, jak jest."),
        ("pl", "booking_vague", "Kiedy pan przyjdzie?"),
        ("pl", "hold_announcement", "Wizyta trwa dziesięć minut."),
        ("pl", "token_sorry", "Trudno o takie recepty."),
    ],
)  # fmt: skip
def test_a_word_is_no_form_of_another(code, name, text):
    assert not Phrasebook.load(code).find(name, text)


@pytest.mark.parametrize(
    "text",
    ["Dzisiaj wszystko mamy zajęte.", "Na jutro wszystko zabukowane.", "Grafik pełny do piątku."],
)
def test_a_full_diary_offers_nothing(text):
    book = Phrasebook.load("pl")
    assert not book.find("booking_confirmed", text)
    offers, full = book.find("booking_offer", text), book.find("hours_statement", text)
    assert all(any(o.start < f.end and f.start < o.end for f in full) for o in offers)


def test_chinese_quotes_are_exact():
    text = "您好，我是小王。"
    (hit,) = Phrasebook.load("zh").find("greeting", text)
    assert text[hit.start : hit.end] == hit.text == "您好"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "I'm afraid we don't have anything free this week."),
        ("en", "We are fully booked until March."),
        ("pl", "Niestety nie mamy wolnych terminów w tym tygodniu."),
        ("ru", "К сожалению, свободных мест нет."),
        ("uk", "На жаль, вільних місць немає."),
        ("zh", "这周已经约满了。"),
    ],
)
def test_no_free_time_is_heard(code, text):
    assert Phrasebook.load(code).find("no_slot", text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Dr. Marsh is very gentle."),
        ("en", "You'll see Mrs. Okafor at St. Mary's at 9 a.m. with Prof. Lindqvist."),
        ("pl", "Przyjmuje dr. Nowak, ul. Długa 5, godz. 8."),
        ("ru", "Вас примет д-р. Белова, ул. Садовая."),
        ("uk", "Вас прийме д-р. Бойко, вул. Зелена."),
    ],
)  # fmt: skip
def test_an_abbreviation_ends_no_sentence(code, text):
    reading = Phrasebook.load(code).read(f"{text} {text}", ())
    assert [s.text for s in sentences(reading)] == [text, text]
    assert len({*reading.tokens.sentence}) == 2


def test_what_she_opens_with_is_no_farewell():
    said = """
    A: Добрий день, мене звати Ганна, чим можу допомогти?
    P: Скільки коштує огляд?
    A: Огляд коштує п'ятдесят гривень.
    P: Добре, я подумаю.
    A: До побачення.
    """
    options = {"language": "uk", "clinic": "Клініка Добра", "administrator": "Ганна"}
    assert verdict_of("polite_close", said, **options).verdict == "partly"
    # "Добрий" is no inflected "Добра": where a sentence begins, its capital says nothing
    assert verdict_of("greeting", said, **options).verdict == "partly"
