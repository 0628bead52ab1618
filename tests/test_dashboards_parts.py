"""The dashboards' parts that need no browser: addresses, words, lanes, the server's command."""

import socket
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Call, Recording, Segment, Transcript, Turn
from auricle.store import Waveform
from auricle.store.filters import CallFilter
from auricle.store.reads import CallDetail
from dashboards import serve
from dashboards.components.call_player.payload import lanes
from dashboards.parts import wording
from dashboards.parts.addresses import UNNAMED, VERDICTS, call_address, filter_from, parameters_of
from dashboards.parts.criteria import criterion_title
from dashboards.parts.markup import link

names = st.none() | st.text(max_size=20).filter(lambda name: name != UNNAMED)
texts = st.none() | st.text(min_size=1, max_size=20).filter(lambda text: text != UNNAMED)
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
totals = st.none() | st.integers(0, 100).map(float)
filters = st.builds(
    CallFilter,
    clinic=names,
    administrator=names,
    since=days,
    until=days,
    criterion=texts,
    verdict=st.none() | st.sampled_from(VERDICTS),
    min_total=totals,
    max_total=totals,
    booking=st.sampled_from([None, "won", "lost"]),
    wait=st.sampled_from([None, "in_time", "late"]),
    critical=st.booleans(),
    text=texts,
)


@given(filters)
def test_an_address_gives_its_filter_back(chosen: CallFilter) -> None:
    assert filter_from(parameters_of(chosen)) == chosen


@given(st.dictionaries(st.sampled_from(["from", "verdict", "min", "booking"]), st.text()))
def test_a_broken_address_is_never_an_error(parameters: dict[str, str]) -> None:
    filter_from(parameters)


def test_links_hold_whatever_names_contain() -> None:
    address = call_address('a&b"c', 73.24)
    assert address == "scorecard?call=a%26b%22c&t=73.2"
    assert '"calls?q=%3Cb%3E&amp;x"' in link("calls?q=%3Cb%3E&x", "x")


def test_words() -> None:
    assert wording.clock(65.9) == "1:05"
    assert wording.clock(3725) == "1:02:05"
    assert wording.span(8.42) == "8.4\N{NO-BREAK SPACE}s"
    assert wording.span(59.99) == "60\N{NO-BREAK SPACE}s"
    assert wording.span(185) == "3\N{NO-BREAK SPACE}min 5\N{NO-BREAK SPACE}s"
    assert wording.listed([]) == ""
    assert wording.listed(["A"]) == "A"
    assert wording.listed(["A", "B", "C"]) == "A, B and C"
    assert wording.zone("Nowhere/Atlantis").key == "UTC"
    assert criterion_title("never_heard_of") == "Never heard of"


def turn(role: str, speaker: str, start_s: float, end_s: float) -> Turn:
    return Turn(
        speaker=speaker, role=role, role_confidence=0.9, start_s=start_s, end_s=end_s,
        text="words", confidence=0.9,
    )  # fmt: skip


def detail(made_up_call, turns: tuple[Turn, ...], waveform: Waveform) -> CallDetail:
    line = made_up_call.line.model_copy(
        update={"segments": (Segment(kind="ring", start_s=0, end_s=0.9),)}
    )
    transcript = Transcript(call_id="c", language="en", duration_s=4, line=line, turns=turns)
    return CallDetail(made_up_call, None, transcript, None, waveform, None)


@pytest.fixture
def call():
    recording = Recording(
        sha256="0" * 64, path="c.wav", channels=2, sample_rate_hz=8000, duration_s=4,
        layout="stereo",
    )  # fmt: skip
    return Call(call_id="c", recording=recording)


def test_a_channel_belongs_to_whoever_speaks_on_it(call) -> None:
    turns = (turn("patient", "left", 1, 2), turn("administrator", "right", 2, 3))
    wave = Waveform(1.0, [[255, 255, 0, 0], [0, 51, 255, 0]])
    found = {lane["role"]: lane["peaks"] for lane in lanes(detail(call, turns, wave))}
    assert found == {
        "administrator": [0.0, 0.2, 1.0, 0.0],
        "patient": [0.0, 1.0, 0.0, 0.0],
        "line": [1.0, 0.0, 0.0, 0.0],
    }


def test_in_mono_the_turns_cut_the_waveform_up(call) -> None:
    turns = (turn("administrator", "speaker_0", 1, 1.9), turn("unknown", "speaker_1", 2, 2.9))
    wave = Waveform(1.0, [[255, 255, 255, 255]])
    found = {lane["role"]: lane["peaks"] for lane in lanes(detail(call, turns, wave))}
    assert found == {
        "administrator": [0.0, 1.0, 0.0, 0.0],
        "patient": [0.0, 0.0, 0.0, 0.0],
        "unknown": [0.0, 0.0, 1.0, 0.0],
        "line": [1.0, 0.0, 0.0, 1.0],
    }


def test_channels_that_dont_tell_speakers_apart_are_treated_as_mono(call) -> None:
    turns = (turn("administrator", "left", 1, 1.9), turn("administrator", "right", 2, 2.9))
    wave = Waveform(1.0, [[255, 255, 0, 0], [0, 0, 255, 0]])
    found = {lane["role"]: lane["peaks"] for lane in lanes(detail(call, turns, wave))}
    assert found["administrator"] == [0.0, 1.0, 1.0, 0.0]


def test_no_waveform_gives_no_lanes(call) -> None:
    assert lanes(replace(detail(call, (), Waveform(1.0, [])), waveform=None)) == []


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve.free_port("127.0.0.1", port) > port


def test_the_server_is_told_where_the_store_is_and_tells_nobody_else(tmp_path: Path) -> None:
    assert serve.environment(tmp_path / "a.duckdb")[serve.STORE_VARIABLE].endswith("a.duckdb")
    assert "--browser.gatherUsageStats=false" in serve.command("127.0.0.1", 8501)
