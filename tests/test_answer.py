"""When a human answered: recorded voices set apart, the wait, the queue, the hold."""

from itertools import pairwise

import pytest
from helpers_words import BOOK, NAMES, conversation, raw, turn
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Line, LineFact, Segment, SegmentKind
from transcribe.answer import announcements, settle
from transcribe.turns import RawTurn

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


def test_an_announcement_amid_hold_music_is_recorded() -> None:
    turns = [raw("a", GREETING, 0), raw("b", "How much is it?", 5), raw("a", BUSY, 40)]
    music = line(("music", 20, 39), ("music", 44, 60))
    assert recorded(turns, music) == {2}
    assert recorded(turns, line(("music", 20, 39))) == set()


def test_much_later_than_the_opening_nothing_is_an_opening() -> None:
    turns = [raw("a", RECORDED, 200)]
    assert recorded(turns, Line()) == set()


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


@st.composite
def lines_and_turns(draw: st.DrawFn):
    """Stretches one after the other, some of them spoken."""
    segments, turns, now_s = [], [], 0.0
    for kind in draw(st.lists(st.sampled_from(
        ["ring", "music", "silence", "ivr", "administrator", "patient", "unknown"]), max_size=12)
    ):  # fmt: skip
        length_s = draw(st.sampled_from([0.5, 3.5, 10.0]))
        if kind in ("ring", "music", "silence"):
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
    assert "music" not in {s.kind for s in found}
    for kind in ("ring", "silence"):
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
