"""The dashboards' parts that need no browser: addresses, words, lanes, the server's command."""

import socket
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Call, Conflict, Line, LineFact, Recording, Segment, Transcript, Turn
from auricle.settings import Settings, StoreSettings
from auricle.store import Waveform
from auricle.store.filters import CallFilter
from auricle.store.line_figures import CallBack, Hour, LineCounts, MissedCaller
from auricle.store.reads import CallDetail
from auricle.store.voices import SOUNDS_LIKE
from auricle.tables import to_csv
from dashboards import serve
from dashboards.components.call_player.payload import lanes, line_rows
from dashboards.parts import call_back, wording
from dashboards.parts.addresses import UNNAMED, VERDICTS, call_address, filter_from, parameters_of
from dashboards.parts.call_header import header
from dashboards.parts.cards import service_level
from dashboards.parts.criteria import criterion_title
from dashboards.parts.heat import heat
from dashboards.parts.markup import link
from dashboards.parts.people import answerers
from dashboards.views.calls import marked

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
    booking=st.sampled_from([None, "won", "lost", "no_slot"]),
    direction=st.sampled_from([None, "inbound", "outbound"]),
    result=st.sampled_from([None, "answered", "missed", "short", "busy", "untold"]),
    recorded=st.none() | st.booleans(),
    wait=st.sampled_from([None, "in_time", "late"]),
    critical=st.booleans(),
    text=texts,
)


@given(filters)
def test_an_address_gives_its_filter_back(chosen: CallFilter) -> None:
    assert filter_from(parameters_of(chosen)) == chosen


@given(
    st.dictionaries(
        st.sampled_from(["from", "verdict", "min", "booking", "outcome", "recorded"]), st.text()
    )
)
def test_a_broken_address_is_never_an_error(parameters: dict[str, str]) -> None:
    filter_from(parameters)


def test_links_hold_whatever_names_contain() -> None:
    address = call_address('a&b"c', 73.24)
    assert address == "scorecard?call=a%26b%22c&t=73.2"
    assert '"calls?q=%3Cb%3E&amp;x"' in link("calls?q=%3Cb%3E&x", "x")


def test_what_was_measured_is_told_with_its_unit() -> None:
    assert wording.amount("words_per_minute", 140.0, "words/min") == "140 words/min"
    assert wording.amount("answered", 2.0, "of 3") == "2 of 3"
    assert wording.amount("talk_share", 0.6, "") == "60\N{NO-BREAK SPACE}%"
    assert wording.amount("interruptions", 2.0, "") == "2"
    assert wording.amount("talk_share", None, "") == wording.DASH


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
    heard = Transcript(call_id="c", language="en", duration_s=4, line=Line(), turns=turns)
    settled = made_up_call.model_copy(update={"line": line})
    return CallDetail(settled, None, heard, None, None, {}, {}, waveform, None)


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


def test_the_server_is_given_the_settings_and_tells_nobody_else(tmp_path: Path) -> None:
    settings = Settings(store=StoreSettings(path=tmp_path / "a.duckdb"))
    given = serve.environment(settings)[serve.SETTINGS_VARIABLE]
    assert Settings.model_validate_json(given) == settings
    assert "--browser.gatherUsageStats=false" in serve.command("127.0.0.1", 8501)


def test_the_lane_has_a_row_for_the_call_and_one_a_channel(call) -> None:
    turns = (turn("patient", "left", 1, 2), turn("administrator", "right", 2, 3))
    segments = (
        Segment(kind="ring", start_s=0, end_s=1),
        Segment(kind="speech", start_s=1, end_s=2, channel=0),
        Segment(kind="speech", start_s=2, end_s=3, channel=1),
    )
    shown = detail(call, turns, Waveform(1.0, [[1], [1]]))
    line = shown.call.line.model_copy(update={"segments": segments})
    shown = replace(shown, call=shown.call.model_copy(update={"line": line}))
    rows = [(row["label"], [item["kind"] for item in row["segments"]]) for row in line_rows(shown)]
    assert rows == [("Line", ["ring"]), ("Patient", ["speech"]), ("Administrator", ["speech"])]


def test_a_kind_of_segment_that_nobody_has_named_yet_has_a_name() -> None:
    assert wording.segment("ring") == "Ringing"
    assert wording.segment("call_waiting") == "Call waiting"


def test_facts_and_conflicts_say_where_they_come_from() -> None:
    fact = LineFact(value_s=12, source="pbx", precision_s=1, confidence=0.9)
    nbsp = wording.NBSP
    assert wording.known_from(fact) == f"telephone system, ±{nbsp}1{nbsp}s, 90{nbsp}% sure"
    conflict = Conflict(field="wait", kept="31 s", source="log", other="12 s", other_source="audio")
    told = f"wait 31 s (telephone system) {wording.DASH} 12 s (audio)"
    assert wording.disagreement(conflict) == told


def counts(**given: int) -> LineCounts:
    none = dict.fromkeys(("answered", "missed", "busy", "short", "untold", "waits", "in_time"), 0)
    return LineCounts(key=None, median_wait_s=None, **{**none, **given})


def test_whom_a_voice_is_like_is_said_only_where_nobody_knows(call) -> None:
    told = {SOUNDS_LIKE: {"administrator": "Anna <K>", "similarity": 0.9, "confidence": 0.95}}
    plain = detail(call, (turn("administrator", "left", 1, 2),), Waveform(1.0, []))
    assert plain.transcript is not None
    heard = replace(plain, transcript=plain.transcript.model_copy(update={"provenance": told}))
    assert "Sounds like" not in header(plain)
    for name in ("", "Marta"):
        shown = header(replace(heard, call=heard.call.model_copy(update={"administrator": name})))
        sure = wording.percent(0.95)
        assert (f"<dd>Anna &lt;K&gt; ({sure} sure)</dd>" in shown) == (not name)


def test_the_service_level_counts_missed_and_busy_calls() -> None:
    level = service_level(counts(answered=8, waits=8, in_time=6, missed=1, busy=1, short=5))
    assert level is not None
    assert (level.value, level.n) == (0.6, 10)
    assert service_level(counts()) is None


def test_unknown_waits_widen_the_service_level() -> None:
    known = service_level(counts(answered=80, waits=80, in_time=40, missed=20))
    partly = service_level(counts(answered=80, waits=40, in_time=20, missed=20))
    assert known is not None and partly is not None
    assert partly.value == known.value == 0.4
    assert (known.n, partly.n) == (100, 60)
    assert partly.low < known.low and known.high < partly.high
    assert service_level(counts(answered=80, missed=20)) is None


def test_what_was_searched_for_is_shown_among_whole_words() -> None:
    said = "word " * 40 + "filling" + " word" * 40
    before, after = marked(said, "filling").split("<mark>filling</mark>")
    assert {*before[1:].split(), *after[:-1].split()} == {"word"}
    assert before[0] == after[-1] == "…"
    assert marked("a filling?", "FILLING") == "a <mark>filling</mark>?"
    assert marked("好" * 80 + "补牙" + "好" * 99, "补牙").count("好") == 150


def test_only_who_has_the_page_of_desks_is_sent_there() -> None:
    nobodys = [LineCounts("", 12, 0, 0, 0, 0, 12, 6, 9.0)]
    sent = answerers(nobodys, CallFilter(), names_desks=True)
    told = answerers(nobodys, CallFilter(), names_desks=False)
    assert 'href="desks"' in sent
    assert 'href="desks"' not in told and "the owner can" in told


def test_the_patients_number_is_told_whoever_rang() -> None:
    assert wording.other_side("inbound", "0207", "100") == "0207"
    assert wording.other_side("outbound", "100", "0207") == "0207"
    assert wording.other_side("outbound", "0207", "") == "0207"  # of a table of calls


def test_a_share_of_few_calls_is_not_coloured() -> None:
    few, many = Hour(1, 9, 3, 3, 0, None), Hour(1, 10, 20, 5, 15, 8.0)
    shares = heat([few, many], "missed")
    assert shares.count("au-warm") == 1 and "25%" in shares
    assert shares.count("au-few") == 1 and "100%" not in shares.replace("--heat:100%", "")
    assert heat([few, many], "calls").count("au-warm") == 2
    assert heat([many], "wait").count("8s") == 1


NOON = datetime(2026, 3, 4, 12, 0)


def missed_caller(number: str, hours_ago: float) -> MissedCaller:
    last = NOON - timedelta(hours=hours_ago)
    return MissedCaller(number, last, last, attempts=2, waited_s=31.4, queue="desk")


def test_who_can_be_called_within_the_day_comes_first() -> None:
    found = CallBack((missed_caller("1", 2), missed_caller("2", 23), missed_caller("3", 25)),
                     0, 0, 0, hidden=4)  # fmt: skip
    today, late = call_back.ordered(found, NOON)
    assert [caller.caller for caller in today] == ["1", "2"]
    assert [caller.caller for caller in late] == ["3"]
    shown = call_back.table(found, NOON)
    assert shown.count("still today") == 2 and f"1{wording.NBSP}day ago" in shown
    assert f"4{wording.NBSP}missed calls with a hidden number" in shown
    assert f">31{wording.NBSP}s<" in shown  # as logs tell it, whichever measured it
    assert "30 days of the period" in shown


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_export() -> None:
    callers = tuple(missed_caller(str(number), number) for number in range(call_back.SHOWN + 5))
    found = CallBack(callers, 0, 0, 0, 0)
    shown = call_back.table(found, NOON)
    assert shown.count("tel:") == call_back.SHOWN and "files have them all" in shown
    assert len(call_back.rows(found, NOON)) == len(callers)


def test_the_export_is_a_table_and_never_a_formula() -> None:
    found = CallBack(
        (missed_caller("+44 20 7946 0001", 2), missed_caller("+A1+44", 30)), 0, 0, 0, 0
    )
    head, *lines = to_csv(call_back.COLUMNS, call_back.rows(found, NOON)).splitlines()
    assert head == "caller,last_attempt,attempts,waited_s,queue,days_ago,still_today"
    assert lines == [
        "+44 20 7946 0001,2026-03-04 10:00:00,2,31,desk,0,yes",
        "'+A1+44,2026-03-03 06:00:00,2,31,desk,1,no",
    ]
