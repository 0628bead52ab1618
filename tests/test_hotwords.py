"""Names that Whisper is told to expect: which, how, and what they change, with the real model."""

from datetime import date
from types import SimpleNamespace

from helpers_audio import sample_call
from helpers_clinic import SAMPLE

from auricle.models import Segment
from auricle.settings import Clinic, load_settings
from rubrics.facts import Doctor, FactSheet, Price, load_facts
from transcribe.decoder import PROMPT_TOKENS, prompt_of
from transcribe.device import choose_device
from transcribe.hotwords import hotwords
from transcribe.lanes import Lanes
from transcribe.models import find_whisper
from transcribe.recognise import Recogniser
from transcribe.samples import RATE_HZ

CLINIC = Clinic(name="Riverside Dental", aliases=("Riverside",), administrators=("Anna",))
SHEET = FactSheet(
    clinic="Riverside Dental",
    address="14 Mill Lane",
    prices=(
        Price(service="check-up", names=("exam",), price=45),
        Price(service="crown", names=("Check-up",), price=550),
    ),
    doctors=(Doctor(name="Doctor Okafor", names=("Okafor",)),),
)


def test_the_surest_to_be_said_come_first_and_none_twice() -> None:
    assert hotwords(CLINIC, None) == ("Riverside Dental", "Riverside", "Anna")
    assert hotwords(CLINIC, SHEET) == (
        "Riverside Dental", "Riverside", "Anna", "Doctor Okafor", "Okafor", "14 Mill Lane",
        "check-up", "crown", "exam",
    )  # fmt: skip
    assert hotwords(Clinic(), None) == ()


def test_new_prices_are_no_new_names() -> None:
    dearer = SHEET.model_copy(
        update={
            "valid_from": date(2027, 1, 1),
            "prices": tuple(p.model_copy(update={"price": 99.0}) for p in SHEET.prices),
        }
    )
    assert hotwords(CLINIC, dearer) == hotwords(CLINIC, SHEET)


def test_as_many_are_told_as_there_is_room_for() -> None:
    def tokens(text: str) -> list[int]:
        return [ord(character) for character in text]

    tokenizer = SimpleNamespace(encode=tokens)
    text = "".join(map(chr, prompt_of(tokenizer, ("clinic", *"abcd"))))
    assert text == " Clinic, a, b, c. D."
    assert prompt_of(tokenizer, ()) == []
    many = "".join(map(chr, prompt_of(tokenizer, [f"name{n:03}" for n in range(40)])))
    assert PROMPT_TOKENS - 40 < len(many) <= PROMPT_TOKENS
    assert many.endswith("."), "no name is told by half"


def recogniser(names: tuple[str, ...]) -> Recogniser:
    return Recogniser(
        find_whisper("auto", "cpu"), choose_device("cpu", "auto"),
        batch_size=0, lanes=Lanes(2), hotwords=names,
    )  # fmt: skip


def test_a_name_that_was_misheard_comes_out_right() -> None:
    clinic = load_settings(SAMPLE / "auricle.toml").clinic
    assert clinic.facts is not None
    named = recogniser(hotwords(clinic, load_facts(clinic.facts)))
    samples = sample_call("rd-1007").samples[:, : 28 * RATE_HZ]
    said = (Segment(kind="speech", start_s=0, end_s=28, channel=0),)

    def text(whose: Recogniser, languages: tuple[str, ...]) -> str:
        return " ".join(word.text for word in whose.recognise(samples, said, languages).words[0])

    assert "Riverside Dental" not in text(recogniser(()), ("en",))
    assert "Riverside Dental" in text(named, ("en",))
    assert "Riverside Dental" not in text(named, ("pl", "en")), "names are of the first language"
