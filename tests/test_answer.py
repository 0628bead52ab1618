"""When a human answered: recorded voices set apart, the wait, the queue, the hold."""

from itertools import pairwise

import pytest
from helpers_words import BOOK, NAMES, conversation, raw, turn
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import EndedBy, Line, LineFact, Role, Segment, SegmentKind, Turn
from transcribe.answer import announcements, recorded_voices, settle
from transcribe.turns import NOBODY, RawTurn

GREETING = "Riverside Dental, Anna speaking. How can I help you?"
BUSY = "All our lines are busy, please hold the line."
RECORDED = "This call may be recorded for training purposes."


def line(*segments: tuple[SegmentKind, float, float]) -> Line:
    return Line(segments=tuple(Segment(kind=k, start_s=a, end_s=b) for k, a, b in segments))


def kinds(settled: Line) -> list[tuple[str, float, float]]:
    return [(s.kind, s.start_s, s.end_s) for s in settled.segments]


def recorded(turns: list[RawTurn], on: Line, book=BOOK) -> set[int]:
    return announcements(turns, on, book, NAMES)


def test_a_recorded_voice_before_the_answer_is_set_apart() -> None:
    turns = conversation(
        ("a", "Welcome to Riverside Dental."),
        ("a", RECORDED),
        ("a", "For appointments, press one."),
        ("a", GREETING),
        ("b", "Hello, I'd like to book a check-up."),
    )
    assert recorded(turns, Line()) == {0, 1, 2}


def test_what_is_said_before_the_ringing_ends_is_recorded() -> None:
    turns = [raw("a", "Welcome to us.", 1), raw("b", GREETING, 12)]
    assert recorded(turns, line(("ring", 4, 10))) == {0}
    assert recorded(turns, line(("ring", 4, 10)), book=None) == {0}
    assert recorded(turns, Line(), book=None) == set()


def test_people_are_not_a_recording() -> None:
    turns = conversation(
        ("a", GREETING), ("b", "Hello, how much is a check-up?"), ("a", "It is forty five pounds.")
    )
    assert recorded(turns, Line()) == set()


def test_asking_to_hold_the_line_in_a_conversation_is_no_recording() -> None:
    turns = conversation(
        ("a", GREETING), ("b", "Do you have anything today?"), ("a", "Please hold the line.")
    )
    assert recorded(turns, Line()) == set()


def test_several_sentences_of_a_turn_are_several_without_a_sign() -> None:
    turns = conversation(
        ("a", "Yes."),
        ("b", "It was last week. I came in. Nobody was there. Then it rained."),
        ("a", "Please hold the line."),
    )
    assert recorded(turns, Line()) == set()


def test_an_announcement_amid_hold_music_is_recorded() -> None:
    turns = [raw("a", GREETING, 0), raw("b", "How much is it?", 5), raw("a", BUSY, 40)]
    music = line(("music", 20, 39), ("music", 44, 60))
    assert recorded(turns, music) == {2}
    assert recorded(turns, line(("music", 20, 39))) == set()


def test_much_later_than_the_opening_nothing_is_an_opening() -> None:
    turns = [raw("a", RECORDED, 200)]
    assert recorded(turns, Line()) == set()


def test_a_queue_may_be_longer_than_any_opening() -> None:
    turns = [raw("a", BUSY, at) for at in range(5, 900, 60)]
    assert recorded(turns, Line()) == set(range(len(turns)))
    answered = [*turns, raw("a", GREETING, 910), raw("a", "Please hold the line.", 914)]
    assert recorded(answered, Line()) == set(range(len(turns)))


def test_who_speaks_after_the_tone_leaves_a_message() -> None:
    message = ("Good evening, I stayed on the line for ten minutes.", "Please ring me back.")
    asked = conversation(
        ("a", "We are closed now."), ("a", "Please leave a message after the tone."),
        ("a", "To speak to reception, press one."),
    )  # fmt: skip
    left = conversation(*(("a", text) for text in message), start_s=asked[-1].end_s + 1.5)
    assert recorded([*asked, *left], Line()) == {0, 1, 2}


PROMPTS = (
    "Press one to mute or unmute yourself.", "You are now muted.", "Please try again.",
    "Your call is important to us.", "Old messages.", "After the tone, say your name.",
    "Thank you.", "The conference is now being recorded.",
)  # fmt: skip


def voices(turns: list[RawTurn], known: set[int] | None = None, book=BOOK) -> set[str]:
    return recorded_voices(turns, known or set(), book, NAMES)


def test_a_voice_that_says_what_only_recordings_say_is_one_wherever_it_is() -> None:
    line_of_prompts = conversation(*(("a", text) for text in PROMPTS), start_s=400)
    assert voices(line_of_prompts) == {"a"}
    assert voices(line_of_prompts, book=None) == set()
    among_people = [*conversation(("b", GREETING), ("c", "How much is it?")), *line_of_prompts]
    assert voices(among_people) == {"a"}


@pytest.mark.parametrize(
    "said",
    [
        # One side of a call: the other one's channel wasn't recorded.
        (GREETING, "Please hold the line.", "Thank you for holding.", "Nine o'clock on Monday.",
         "Please hold the line.", "Please hold the line.", "You're welcome, goodbye."),
        # A message.
        ("Hello, I'd like to book a check-up.", "My tooth hurts.", "I stayed on the line.",
         "It said press one for appointments.", "Your call is important, it said!",
         "How much is it?", "My name is Peter Holland."),
        ("Mhm.", "Okay.", "That's right."),
    ],
)  # fmt: skip
def test_a_person_whom_nobody_answers_is_no_recording(said) -> None:
    assert voices(conversation(*(("a", text) for text in said))) == set()


def test_words_nobody_told_apart_are_nobodys_recording() -> None:
    assert voices(conversation(*((NOBODY, text) for text in PROMPTS))) == set()


def test_the_very_words_of_an_announcement_are_the_announcement_again() -> None:
    turns = [raw("a", "Thank you for waiting!", 5), raw("a", BUSY, 9),
             raw("b", "Thank you for waiting.", 400)]  # fmt: skip
    assert voices(turns, {0, 1}) == voices(turns, {0, 1}, book=None) == {"b"}
    assert voices([*turns, raw("b", GREETING, 404)], {0, 1}) == set()


def test_the_wait_runs_from_the_first_ring() -> None:
    settled = settle(
        line(("ring", 0.4, 8.4), ("speech", 9, 20)),
        [turn("administrator", 9, 12), turn("patient", 13, 20)],
        outbound=False,
    )
    assert settled.answered_at_s == 9
    assert settled.wait_s is not None
    assert (settled.wait_s.value_s, settled.wait_s.source) == (8.6, "audio")
    assert settled.queue_s is settled.hold_s is settled.ivr_s is None


def test_ringing_announcement_queue_and_hold() -> None:
    settled = settle(
        line(("ring", 1, 4), ("music", 12, 30), ("music", 60, 75), ("silence", 80, 84)),
        [turn("ivr", 5, 11), turn("administrator", 32, 40), turn("patient", 41, 59),
         turn("administrator", 76, 80)],
        outbound=False,
    )  # fmt: skip
    assert kinds(settled) == [
        ("ring", 1, 4), ("ivr", 5, 11), ("queue", 12, 30), ("hold", 60, 75), ("silence", 80, 84),
    ]  # fmt: skip
    assert [fact and fact.value_s for fact in (settled.ivr_s, settled.queue_s, settled.hold_s)] == [
        6, 18, 15,
    ]  # fmt: skip
    assert settled.wait_s is not None
    assert settled.wait_s.value_s == 31


def test_a_hold_with_announcements_is_one_hold() -> None:
    settled = settle(
        line(("music", 20, 30), ("music", 36, 50)),
        [turn("administrator", 1, 19), turn("ivr", 31, 35), turn("administrator", 51, 60)],
        outbound=False,
    )
    assert kinds(settled) == [("hold", 20, 50)]
    assert settled.hold_s is not None
    assert settled.hold_s.value_s == 30
    assert settled.wait_s is None


def test_the_pbx_knows_better() -> None:
    pbx = LineFact(value_s=44, source="pbx", precision_s=1)
    on = line(("ring", 0, 8)).model_copy(update={"wait_s": pbx})
    assert settle(on, [turn("administrator", 9, 12)], outbound=False).wait_s == pbx
    assert settle(on, [], outbound=False).wait_s == pbx


def test_nobody_answered() -> None:
    settled = settle(line(("ring", 12, 40)), [turn("ivr", 1, 11)], outbound=False)
    assert settled.answered_at_s is None
    assert settled.wait_s is None
    assert settled.ivr_s is not None
    assert settled.ivr_s.value_s == 10


def test_a_patient_talking_to_himself_is_no_answer() -> None:
    assert settle(line(("ring", 0, 9)), [turn("patient", 2, 4)], outbound=False).wait_s is None


def test_an_unknown_voice_answers_when_no_administrator_is_known() -> None:
    turns = [turn("unknown", 9, 12), turn("unknown", 13, 15)]
    assert settle(line(("ring", 0, 8)), turns, outbound=False).answered_at_s == 9


def test_outbound_calls_have_no_wait() -> None:
    turns = [turn("patient", 9, 10), turn("administrator", 11, 15)]
    settled = settle(line(("ring", 0, 8)), turns, outbound=True)
    assert settled.answered_at_s == 9
    assert settled.wait_s is None


SIDES: dict[Role, str] = {"administrator": "left", "patient": "right"}


def spoken(role: Role, start_s: float, end_s: float) -> Turn:
    """A turn on its channel of a stereo recording: the administrator's is the left."""
    return turn(role, start_s, end_s).model_copy(update={"speaker": SIDES[role]})


def side(kind: SegmentKind, start_s: float, end_s: float, channel: int | None) -> Segment:
    return Segment(kind=kind, start_s=start_s, end_s=end_s, channel=channel)


TALK = [spoken("administrator", 1, 4), spoken("patient", 5, 9), spoken("administrator", 10, 13)]
AFTER = [spoken("administrator", 30, 34), spoken("patient", 35, 38)]


def test_her_muted_line_between_two_of_her_turns_is_a_hold() -> None:
    on = Line(segments=(side("muted", 13.2, 29.9, 0), side("silence", 13.2, 29.9, None)))
    settled = settle(on, [*TALK, *AFTER], outbound=False)
    assert kinds(settled) == [("hold", 13.2, 29.9)]
    assert settled.hold_s is not None
    assert settled.hold_s.value_s == pytest.approx(16.7)
    music = settle(line(("music", 13.2, 29.9)), [*TALK, *AFTER], outbound=False)
    assert music.hold_s is not None
    assert settled.hold_s.confidence < music.hold_s.confidence
    assert settled.dead_air_s is None


def test_thanks_as_the_hold_begins_changes_nothing() -> None:
    on = Line(segments=(side("muted", 13.2, 29.9, 0),))
    settled = settle(on, [*TALK, spoken("patient", 14, 14.6), *AFTER], outbound=False)
    assert kinds(settled) == [("hold", 13.2, 29.9)]


@pytest.mark.parametrize(
    ("muted", "turns"),
    [
        ((13.2, 29.9, 1), [*TALK, *AFTER]),  # it is the patient who has muted the telephone
        ((13.2, 29.9, 0), [*TALK, spoken("patient", 18, 24), *AFTER]),  # the patient tells a story
        ((13.2, 29.9, 0), TALK),  # she never comes back
        ((13.2, 22.0, 0), [*TALK, *AFTER]),  # she is back, but says nothing yet
    ],
)
def test_a_quiet_channel_alone_is_no_hold(muted, turns) -> None:
    settled = settle(Line(segments=(side("muted", *muted),)), turns, outbound=False)
    assert settled.hold_s is None
    assert settled.segments == ()


def test_silence_that_is_no_hold_is_dead_air() -> None:
    on = line(("silence", 0, 0.9), ("silence", 13.2, 29.9), ("silence", 38.5, 60))
    settled = settle(on, [*TALK, *AFTER], outbound=False)
    assert settled.dead_air_s is not None
    assert settled.dead_air_s.value_s == pytest.approx(16.7)
    assert settled.dead_air_s.source == "audio"
    assert settle(on, [], outbound=False).dead_air_s is None


@pytest.mark.parametrize("kind", ["busy", "reorder"])
@pytest.mark.parametrize(("channel", "who"), [(0, "administrator"), (1, "patient")])
def test_the_exchange_plays_its_tone_for_the_side_that_is_gone(kind, channel, who) -> None:
    on = Line(segments=(side(kind, 14, 20, channel),))
    settled = settle(on, TALK, outbound=False)
    assert settled.ended_by is not None
    assert (settled.ended_by.who, settled.ended_by.source) == (who, "audio")
    assert 0.5 < settled.ended_by.confidence < 1


def test_the_channel_that_goes_dead_first_hung_up() -> None:
    on = Line(segments=(side("muted", 14, 17, 1), side("speech", 1, 17, 0)))
    settled = settle(on, TALK, outbound=False)
    assert settled.ended_by is not None
    assert settled.ended_by.who == "patient"


@pytest.mark.parametrize(
    "segments",
    [
        (),
        (side("busy", 14, 20, None),),  # on both channels, or mono
        (side("busy", 2, 6, 1),),  # before the talk
        (side("muted", 14, 17, 0), side("muted", 14.1, 17, 1)),  # both at once: the recorder's end
        (side("muted", 14, 17, 0), side("speech", 15, 25, 1)),  # not the end
    ],
)
def test_who_hung_up_is_never_guessed(segments) -> None:
    assert settle(Line(segments=segments), TALK, outbound=False).ended_by is None


def test_who_hung_up_needs_roles_and_the_log_knows_better() -> None:
    on = Line(segments=(side("busy", 14, 20, 0),))
    unsure = [t.model_copy(update={"role": "unknown"}) for t in TALK]
    assert settle(on, unsure, outbound=False).ended_by is None
    assert settle(on, [], outbound=False).ended_by is None
    log = EndedBy(who="patient", source="pbx")
    logged = on.model_copy(update={"ended_by": log})
    assert settle(logged, TALK, outbound=False).ended_by == log


def test_ringing_in_a_transfer_makes_no_recording_of_the_talk_before() -> None:
    turns = [
        raw("a", GREETING, 9), raw("a", "How much is a check-up?", 14),
        raw("a", "I will put you through.", 17), raw("a", "Accounts, good morning.", 40),
    ]  # fmt: skip
    assert recorded(turns, line(("ring", 0, 8), ("ring", 20, 38))) == set()


@st.composite
def lines_and_turns(draw: st.DrawFn):
    """Stretches one after the other, some of them spoken."""
    segments, turns, now_s = [], [], 0.0
    for kind in draw(st.lists(st.sampled_from(
        ["ring", "music", "silence", "muted", "busy", "ivr", "administrator", "patient",
         "unknown"]), max_size=12)
    ):  # fmt: skip
        length_s = draw(st.sampled_from([0.5, 3.5, 10.0]))
        if kind in ("ring", "music", "silence", "muted", "busy"):
            segments.append((kind, now_s, now_s + length_s))
        else:
            turns.append(turn(kind, now_s, now_s + length_s))
        now_s += length_s
    return line(*segments), turns


@given(made=lines_and_turns(), outbound=st.booleans())
def test_settling_any_line(made, outbound: bool) -> None:
    on, turns = made
    settled = settle(on, turns, outbound=outbound)
    found = settled.segments
    assert all(a.start_s <= b.start_s for a, b in pairwise(found))
    assert not {"music", "muted"} & {s.kind for s in found}
    for kind in ("ring", "busy"):
        assert [s for s in found if s.kind == kind] == [s for s in on.segments if s.kind == kind]
    answer_s = settled.answered_at_s if settled.answered_at_s is not None else float("inf")
    assert all(s.start_s < answer_s for s in found if s.kind in ("queue", "ivr"))
    assert all(s.start_s >= answer_s for s in found if s.kind == "hold")
    for kind, fact in (
        ("queue", settled.queue_s),
        ("hold", settled.hold_s),
        ("ivr", settled.ivr_s),
    ):
        seconds = sum(s.end_s - s.start_s for s in found if s.kind == kind)
        assert (fact.value_s if fact else 0) == pytest.approx(seconds, abs=0.01)
    if settled.wait_s is not None:
        assert not outbound
        assert settled.wait_s.value_s <= answer_s
