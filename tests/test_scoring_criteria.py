"""Each criterion of the first rubric, as its description says."""

import pytest
from test_scoring_dialogue import scorecard, verdict_of, verdicts

from scoring.context import Context
from scoring.dialogue import dialogue

OPEN = "A: Good morning, Oakfield Dental, Anna speaking. How can I help?\n"


@pytest.mark.parametrize(
    ("wait_s", "expected"),
    [(8, "met"), (20, "met"), (21, "partly"), (40, "partly"), (52, "missed"), (None, "abstain")],
)
def test_wait_time(wait_s, expected):
    found = verdict_of("wait_time", OPEN, wait_s=wait_s)
    assert found.verdict == expected
    if wait_s == 52:
        assert found.reason == "Waited 52 s before a human answered (target 20 s)"
        assert found.evidence[0].kind == "measure"
        assert found.evidence[0].value == 52


def test_wait_time_outbound_or_nobody():
    assert verdict_of("wait_time", OPEN, direction="outbound").verdict == "not_applicable"
    recording = "I: All our lines are busy, please hold the line."
    assert set(verdicts(recording).values()) == {"not_applicable"}
    assert scorecard(recording).total is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Good morning, Oakfield Dental, Anna speaking.", "met"),
        ("Hello, this is Anna at Oak field dental.", "met"),
        ("Oakfield Dental, good morning.", "partly"),
        ("Hello, my name is Anna.", "partly"),
        ("Hello?", "missed"),
    ],
)
def test_greeting(line, expected):
    assert verdict_of("greeting", f"A: {line}\nP: Hello.").verdict == expected


@pytest.mark.parametrize(
    ("clinic", "said"),
    [
        ("Клиника «Ева»", "«Ева», здравствуйте."),
        ("Діагностичний центр Авіцена", "Авіцена, добрий день."),
        ("Лаборатория «Гемо»", "Это Гемо."),
        ("Fairhaven Breast and Women's Clinic", "Hello, Fairhaven."),
    ],
)
def test_a_clinic_has_the_name_people_call_it_by(clinic, said):
    language = "en" if said.isascii() else "uk" if "\u0456" in clinic else "ru"
    call, transcript = dialogue(f"A: {said}\nP: Hm.", clinic=clinic, language=language)
    assert Context(call, transcript).reading(0).find("clinic_name")


def test_greeting_counts_only_at_the_start():
    late = "A: Hello?\nP: Hi.\nA: Yes?\nP: Who is this?\nA: Oakfield Dental, Anna speaking."
    assert verdict_of("greeting", late).verdict == "missed"


def test_patience_counts_interruptions_but_not_listening():
    cut = "P: I wanted to ask you about my appointment because I\nA!: Just tell me your name now.\n"
    assert verdict_of("patience", OPEN + cut).verdict == "met"
    assert verdict_of("patience", OPEN + cut * 2).verdict == "partly"
    found = verdict_of("patience", OPEN + cut * 3)
    assert found.verdict == "missed"
    assert found.reason == "Interrupted the patient 3 times"
    listening = "P: I wanted to ask you about my appointment because I\nA!: Mm-hm, yes.\n"
    assert verdict_of("patience", OPEN + listening * 4).verdict == "met"


def test_overlaps_are_less_certain_in_mono():
    cut = "P: I wanted to ask you about my appointment because I\nA!: Just tell me your name now.\n"
    stereo = verdict_of("patience", OPEN + cut * 3, layout="stereo")
    mono = verdict_of("patience", OPEN + cut * 3, layout="mono")
    assert mono.confidence < stereo.confidence


def test_hold_must_be_announced_each_time():
    told = (
        "P: Can you check?\nA: Of course, one moment please, bear with me.\n[hold 20]\nA: Right.\n"
    )
    bare = "P: And the other?\nA: Hm, the other.\n[hold 20]\nA: Here I am.\n"
    assert verdict_of("hold_courtesy", OPEN + told).verdict == "met"
    assert verdict_of("hold_courtesy", OPEN + bare).verdict == "missed"
    both = verdict_of(
        "hold_courtesy", OPEN + told + "P: Thanks a lot for that, very kind.\n" + bare
    )
    assert both.verdict in ("met", "missed")
    short = "P: Can you check?\nA: Hm.\n[hold 4]\nA: Right.\n"
    assert verdict_of("hold_courtesy", OPEN + short).verdict == "not_applicable"


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ("I could do Tuesday at ten, would that suit you?", "met"),
        ("Would you like to book a visit?", "met"),
        ("Why don't we book you in?", "met"),
        ("You can call us back when you know your plans.", "partly"),
        ("Unfortunately I can't book you in on Tuesday.", "missed"),
        ("Right.", "missed"),
    ],
)
def test_booking_offered(offer, expected):
    text = OPEN + f"P: I'd like to come in, I have a toothache.\nA: {offer}\nP: Thanks."
    assert verdict_of("booking_offered", text).verdict == expected


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        ("Thank you for calling, have a lovely day. Goodbye.", "met"),
        ("Bye.", "partly"),
        ("Right.", "missed"),
        ("I have other calls waiting, bye.", "missed"),
    ],
)
def test_polite_close(close, expected):
    text = OPEN + f"P: Hi.\nA: Yes?\nP: Never mind.\nA: Okay then.\nP: Bye.\nA: {close}"
    assert verdict_of("polite_close", text).verdict == expected


def test_naming_a_thing_does_not_explain_it():
    told = "A: Oakfield Dental, Anna speaking.\nP: What is it?\nA: "
    named = verdict_of("clarity", told + "So that's a debridement.")
    described = verdict_of("clarity", told + "We clean under the gum, that's a debridement.")
    assert (named.verdict, described.verdict) == ("partly", "met")


def test_jargon_explained_or_known_is_no_jargon():
    three = "A: You need a bitewing, then an orthopantomogram, and an apicoectomy."
    assert verdict_of("clarity", OPEN + f"P: Yes?\n{three}").verdict == "missed"
    one = "A: The dentist takes a bitewing."
    assert verdict_of("clarity", OPEN + f"P: Yes?\n{one}").verdict == "partly"
    told = "A: The dentist takes a bitewing, which is a small X-ray of the side teeth."
    assert verdict_of("clarity", OPEN + f"P: Yes?\n{told}").verdict == "met"
    assert verdict_of("clarity", OPEN + f"P: Yes?\n{told}\nP: Oh.\n{one}").verdict == "met"
    assert verdict_of("clarity", OPEN + f"P: Yes?\n{one}\nP: Oh.\n{told}").verdict == "partly"
    known = "P: Do I need a bitewing?\nA: Yes, a bitewing."
    assert verdict_of("clarity", OPEN + known).verdict == "met"


@pytest.mark.parametrize(
    ("asks", "reply", "expected"),
    [
        ("How much is a check-up?", "It depends. Forty-five pounds, mostly.", "met"),
        ("How much is a check-up?", "It depends.", "missed"),
        ("Where do I park?", "I couldn't tell you. We close at five.", "missed"),
    ],
)
def test_a_number_answers_who_asks_for_one_whatever_else_is_said(asks, reply, expected):
    found = verdict_of("answers", f"{OPEN}P: {asks}\nA: {reply}\nP: Right.\nA: Goodbye.")
    assert found.verdict == expected


BOOKING = "P: I'd like to see a dentist.\nA: There's Tuesday at half past ten.\nP: Does it hurt?\n"


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        ("Half past ten, that's fine by my boss.", "met"),
        ("I start work at seven.", "missed"),
    ],
)
def test_a_time_that_both_name_is_agreed(patient, expected):
    call = f"{OPEN}{BOOKING}A: They numb it first.\nP: {patient}\nA: Goodbye."
    assert verdict_of("booking_won", call).verdict == expected


@pytest.mark.parametrize(
    ("before", "price", "expected"),
    [
        (
            "P: I'd like a check-up, my first.\nA: Lovely, one moment.\n",
            "It's sixty pounds.",
            "missed",
        ),
        (
            "P: I'd like a check-up, my first.\nA: Lovely, one moment.\n",
            "It's forty-five pounds.",
            "met",
        ),
        # of two services
        ("P: I'd like a check-up and an implant.\nA: Lovely.\n", "It's sixty pounds.", "abstain"),
        # perhaps what moving the visit costs
        ("P: I need to move my check-up.\nA: Lovely.\n", "It's sixty pounds.", "abstain"),
        ("P: A check-up, that's sixty pounds, right?\n", "Sixty, yes, that's correct.", "missed"),
        ("P: A check-up at ten, right?\n", "Ten, yes, that's correct.", "not_applicable"),
    ],
)
def test_a_price_said_alone_is_that_of_the_only_service_spoken_of(before, price, expected):
    assert verdict_of("prices", f"{OPEN}{before}A: {price}\nP: Right.").verdict == expected


@pytest.mark.parametrize(
    ("reply", "expected"), [("Nine till one.", "met"), ("Nine till four.", "missed")]
)
@pytest.mark.parametrize("asks", ["And you do Saturdays?", "You don't do Saturdays?"])
def test_who_asks_whether_they_do_a_day_asks_for_opening_hours(asks, reply, expected):
    found = verdict_of("opening_hours", f"{OPEN}P: {asks}\nA: {reply}\nP: Right.")
    assert found.verdict == expected


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("So you're booked in for Tuesday at half past ten with Doctor Lee.", "met"),
        ("You're booked in. I'll ring you back on Monday at four.", "missed"),
    ],
)
def test_the_time_of_a_call_back_confirms_no_booking(says, expected):
    taken = "P: I'd like to see a dentist.\nA: There's Tuesday at half past ten.\nP: Yes please.\n"
    assert verdict_of("booking_confirmed", f"{OPEN}{taken}A: {says}").verdict == expected


def test_a_part_of_the_number_said_again_takes_it() -> None:
    booked = f"{OPEN}P: I'd like to see a dentist.\nA: Tuesday at ten?\nP: Yes please.\n"
    given = "A: Your name?\nP: Ashby, oh one two six eight, four one five, eight oh seven.\n"
    assert verdict_of("contact_details", f"{booked}{given}A: Thanks.").verdict == "partly"
    again = f"{booked}{given}A: Eight oh seven, thanks."
    assert verdict_of("contact_details", again).verdict == "met"
