"""Phrase patterns: what they match, in what mood, and what they cost."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auricle.errors import SettingsError
from bench.gold.dialogues import dialogues
from rubrics.names import MIN_RATIO, Name, find_names, pairs_of, similarity
from rubrics.patterns import parse
from rubrics.phrases import Phrasebook, freeze

BOOK = Phrasebook.load("en")
SLOTS = {"clinic": ["Oakfield Dental"], "administrator": ["Anna"]}
LISTS = """
greeting greeting_help clinic_name self_introduction ivr hold_announcement hold_thanks pain distress
complaint acknowledgement token_sorry repeat_request dismissive booking_wish existing_booking
booking_offer booking_vague booking_confirmed hours_statement price_question hours_question
dont_know call_back_promise thanks goodbye wish_well rude_close jargon explanation asks_meaning
backchannel question_word negation not_negation conditional contrast quotation question_start
correction administrator_typical patient_typical
"""
EXPECTED_LISTS = LISTS.split()


def texts(name, text):
    return [hit.text for hit in BOOK.find(name, text, SLOTS)]


@pytest.mark.parametrize("name", EXPECTED_LISTS)
def test_every_list_compiles(name):
    assert all(BOOK.compile(line).variants for line in BOOK.lists[name])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("greeting", "GOOD MORNING"),
        ("self_introduction", "good morning, Priya speaking"),
        ("clinic_name", "Hello, Oakfield Dental"),
        ("clinic_name", "hello oak field dentle"),
        ("ivr", "Please hold the line, your call is important to us."),
        ("ivr", "Press one for appointments"),
        ("distress", "I've been really worried about it"),
        ("pain", "My tooth has been hurting since Sunday"),
        ("complaint", "This is completely unacceptable"),
        ("booking_offer", "Would you like to book an appointment?"),
        ("price_question", "how much does a crown cost"),
        ("hours_question", "what time do you close on saturdays"),
        ("goodbye", "okay bye-bye"),
    ],
)
def test_lists_find_what_people_say(name, text):
    assert texts(name, text), name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("self_introduction", "This is the reception speaking"),
        ("self_introduction", "Calling about Monday"),
        ("ivr", "I called you about my appointment"),
        ("booking_offer", "We're open on Saturday"),
        ("goodbye", "I'd like to buy a toothbrush"),
        ("rude_close", "Come by or call, whatever is easier"),
    ],
)
def test_lists_leave_the_rest_alone(name, text):
    assert not texts(name, text), name


def one(name, text):
    hits = BOOK.find(name, text, SLOTS)
    assert hits, (name, text)
    return hits[0]


def test_moods():
    assert one("distress", "I'm not worried at all").negated
    assert not one("distress", "I'm worried").negated
    assert not one("booking_offer", "Why don't we book you in?").negated
    assert one("booking_offer", "Unfortunately I can't book you in on Tuesday").negated
    assert not one("booking_offer", "No, but I can book you in on Tuesday").negated
    assert one("price_question", "how much is a check-up").question
    assert one("booking_offer", "Could I book you in on Tuesday?").question
    assert not one("booking_offer", "I can book you in on Tuesday, is that okay?").question
    assert one("acknowledgement", "I understand that, but we're full").contrasted
    assert one("booking_offer", "If I can book you in on Tuesday").conditional
    assert one("goodbye", "You said goodbye").quoted


def test_offsets_are_of_the_original_text():
    text = unicodedata.normalize("NFD", "Café Müller says: ") + "I\u2019m so sorry to hear that."
    for hit in BOOK.find("acknowledgement", text):
        assert text[hit.start : hit.end] == hit.text
        assert hit.text in "I\u2019m so sorry to hear that."


def test_matches_stay_inside_a_sentence():
    assert texts("hold_announcement", "I don't mind. Hold on, please.") == ["Hold on"]
    assert "sorry. To hear" not in " ".join(
        texts("acknowledgement", "Well, sorry. To hear is good.")
    )


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    for name in ("acknowledgement", "booking_offer", "ivr"):
        for hit in BOOK.find(name, text, SLOTS):
            assert 0 <= hit.start < hit.end <= len(text)
            assert text[hit.start : hit.end] == hit.text


def test_pattern_syntax():
    def split(text):
        return text.split()

    assert len(parse("a (b|c|d e)", split)) == 2
    assert len(parse("a (b|c)? d?", split)) == 1
    assert len(parse("a (b (c|d e))? f", split)) == 3
    for broken in ("a (b", "a b)", "b?", "...", "(a|b)?"):
        with pytest.raises(SettingsError):
            parse(broken, split)


def test_unknown_list_and_language_name_the_nearest():
    with pytest.raises(SettingsError, match="booking_offer"):
        BOOK.find("booking_ofer", "x")
    with pytest.raises(SettingsError, match="en"):
        Phrasebook.load("enn")


def test_names_are_found_as_they_are_heard():
    found = find_names(
        "hello oak field dentle how are you", freeze({"clinic": ["Oakfield Dental"]})
    )
    assert list(found.values()) == ["<clinic>"]
    assert not find_names("and a half", freeze({"administrator": ["Anna"]}))
    assert not find_names("the field is mental", freeze({"clinic": ["Oakfield Dental"]}))


EDITS = st.lists(st.tuples(st.integers(1, 8), st.sampled_from(["", "", "a", "f"])), max_size=2)


@settings(max_examples=500)
@given(st.text("abcdef", min_size=3, max_size=9), EDITS, st.booleans())
def test_no_name_that_is_alike_is_passed_over(spelt, edits, insert):
    name, heard = Name("administrator", spelt), spelt
    for at, letter in edits:
        heard = heard[:at] + letter + heard[at + (not insert) :]
    assume(name.shortest <= len(heard) <= name.longest and similarity(heard, spelt) >= MIN_RATIO)
    assert len(name.pairs & pairs_of(heard)) >= name.fewest_pairs
    assert find_names(heard.capitalize(), (("administrator", (spelt,)),)) or (
        heard[0] != spelt[0] and heard[-1] != spelt[-1]
    )


def test_a_clinic_is_found_in_other_cases_and_by_a_short_name_with_a_capital():
    assert find_names("tu Emil z Fali", freeze({"clinic": ["Fala"]})) == {(10, 14): "<clinic>"}
    assert find_names("na fali", freeze({"clinic": ["Fala"]})) == {}
    assert find_names("Anny tu nie ma", freeze({"administrator": ["Anna"]})) == {}
    assert find_names("Mir, hello", freeze({"clinic": ["Mir"]})) == {(0, 3): "<clinic>"}
    assert find_names("a mir", freeze({"clinic": ["Mir"]})) == {}


def test_but_inside_a_phrase_takes_it_back():
    hit = Phrasebook.load("uk").find("acknowledgement", "Розумію вас, але давайте по суті.")[0]
    assert hit.contrasted


def test_a_denial_written_as_it_is_denies_nothing_else():
    hits = Phrasebook.load("pl").find("impatience", "Nie mam czasu na takie dyskusje.")
    assert hits
    assert not hits[0].negated


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "immunogenic"), ("pl", "ekstrasystolię"), ("ru", "циклоплегией"), ("uk", "гемолізу")],
)
def test_technical_words_are_known_by_their_roots(language, word):
    assert Phrasebook.load(language).find("jargon", f"A {word}.")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "arrival registration Lowenthal gastroscopy NHS"),
        ("pl", "rejestracja konsultacji normalny cytologii PESEL"),
        ("ru", "регистрация консультации специальный флюорографию УЗИ"),
        ("uk", "реєстрація консультації спеціальний кардіограму УЗД"),
    ],
)
def test_everyday_words_are_not_technical_however_they_end(language, words):
    for word in words.split():
        assert not Phrasebook.load(language).find("jargon", f"It says {word} here.")


@pytest.mark.parametrize(
    ("language", "word"), [("en", "MDT"), ("en", "RBCs"), ("ru", "ЦДК"), ("uk", "ІРС")]
)
def test_unknown_abbreviations_are_technical(language, word):
    book = Phrasebook.load(language)
    assert book.find("jargon", f"It says {word} here.")
    assert not book.find("jargon", f"It says {word} here.".upper())


def test_importing_phrases_is_light():
    code = "import sys, rubrics.phrases, rubrics.loader; assert 'spacy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_chinese_text_is_searched_for_every_list_it_has_a_phrase_of() -> None:
    book = Phrasebook.load("zh")
    for one in dialogues("zh", "tune")[::6]:
        reading = book.read(one.dialogue, ())
        for name in book.lists:
            regex, _ = book.regex(name)
            found = [
                (start + match.start(), start + match.end())
                for start, end in reading.clause_spans
                for match in regex.finditer(reading.characters[start:end])
            ]
            assert [match[:2] for match in reading.everything.get(name, [])] == found


def test_a_chinese_match_over_two_sentences_hides_none_inside_the_second() -> None:
    hits = Phrasebook.load("zh").find("confirmation_question", "明天上午十点洗牙。您来得了吗？")
    assert [hit.text for hit in hits] == ["来得了吗"]


def test_what_only_looks_like_an_if_makes_nothing_hypothetical() -> None:
    book = Phrasebook.load("zh")
    (mainly,) = book.find("distress", "我主要是担心")
    (if_ever,) = book.find("distress", "要是担心")
    assert (mainly.conditional, if_ever.conditional) == (False, True)


def test_others_booked_up_is_no_booking() -> None:
    book = Phrasebook.load("zh")
    assert book.find("no_slot", "号都约好了") and not book.find("no_slot", "给您约好了")


def test_characters_that_recognisers_exchange_are_one() -> None:
    book = Phrasebook.load("zh")
    formal, plain = (book.find("call_back_promise", f"我给{who}回电话。") for who in "您你")
    assert [hit.pattern for hit in formal] == [hit.pattern for hit in plain] != []
    assert formal[0].text.count("您") == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Well , it's 8:30a.m. - isn't  it?! See www.oak.com/a, e.g. (Dr. Lee)"),
        ("pl", "Dzień dobry,  tu np. dr Lis: 12,50 zł/os."),
        ("ru", "Вед. науч. сотр. и вед. науч. сотр. Иванов, в т.ч. врачи."),
        ("uk", "Об\u2019єкт  №5, тел. 044-123-45-67."),
    ],
)
def test_texts_are_divided_as_spacy_does(language: str, text: str) -> None:
    words = Phrasebook.load(language).vocabulary
    whole = [(t.idx, t.text) for t in words.nlp.tokenizer(text) if not t.is_space]
    assert [(at, piece.raw) for at, piece in words.pieces(text)] == whole


@pytest.mark.parametrize("language", ["en", "pl", "ru", "uk"])
def test_a_mark_behind_a_word_is_divided_as_spacy_does(language: str) -> None:
    book = Phrasebook.load(language)
    words = book.vocabulary
    for word in sorted(book.spelling.known):
        for text in (word, *(word + mark for mark in ".,?!"), word.capitalize() + "."):
            whole = [(t.idx, t.text) for t in words.nlp.tokenizer(text) if not t.is_space]
            assert [(at, piece.raw) for at, piece in words.pieces(text)] == whole


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Saturday's are gone."),
        ("en", "There's nothing earlier on Monday."),
        ("pl", "Na dziś nie ma."),
        ("pl", "Jutro mam pełno."),
        ("pl", "Na dzisiaj nic już nie ma."),
        ("ru", "На завтра нет."),
        ("ru", "Запись уже кончилась."),
        ("ru", "Пораньше ничего."),
        ("uk", "На сьогодні нема."),
        ("uk", "Номерки вже закінчилися."),
    ],
)
def test_full_by_the_day(language: str, text: str) -> None:
    assert Phrasebook.load(language).read(text, ()).find("no_slot")
