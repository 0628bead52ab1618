"""Other programs' transcripts: every format gives the same call, and every mistake is told."""

import json
import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers_audio import hum, noise, write_wav
from helpers_clinic import ROOT
from hypothesis import given
from hypothesis import strategies as st

from auricle import pipeline
from auricle.commands.single import read_transcript
from auricle.errors import RecordingError, SettingsError
from auricle.models import Call, Recording
from auricle.settings import Clinic, Settings, Transcribe, load_settings
from auricle.store.access import as_owner
from auricle.store.reads import call_detail, rows
from transcribe.engine import Engine, make_plan
from transcribe.imported import (
    ASSUMED_CONFIDENCE,
    Imported,
    as_recognised,
    imported_digest,
    imported_for,
    read_imported,
    transcript_without_audio,
)
from transcribe.samples import RATE_HZ

GOLDEN = ROOT / "tests" / "golden" / "imported"
FILES = ("whisperx.json", "amazon.json", "deepgram.json", "webvtt.vtt", "srt.srt")
WORDY = FILES[:3]
SETTINGS = Settings(clinic=Clinic(name="Riverside Dental"))
SAID = [
    ("administrator", "Good morning, Riverside Dental, Anna speaking. How can I help you?"),
    ("patient", "Hello. I'd like to book an appointment, my tooth hurts."),
    ("administrator", "I'm sorry to hear that. Would Tuesday at ten suit you?"),
    ("patient", "Yes, thank you. Bye."),
]


def golden(name: str) -> Imported:
    return read_imported(GOLDEN / name)


@pytest.mark.parametrize("name", FILES)
def test_every_format_tells_the_same_call(name: str) -> None:
    transcript = transcript_without_audio(golden(name), "c", SETTINGS)
    assert [(turn.role, turn.text) for turn in transcript.turns] == SAID
    assert transcript.language == "en"
    assert [turn.start_s for turn in transcript.turns] == [0.5, 4.6, 8.7, 12.8]
    assert transcript.duration_s == pytest.approx(14.3, abs=0.03)
    made = transcript.provenance["imported"]
    assert made["format"] == name.split(".")[0]
    assert (made["file"], len(made["sha256"])) == (name, 64)
    assert made["language_told"] == (name in WORDY)


def test_what_is_not_told_is_filled_in_and_said_so() -> None:
    whisperx, vtt = golden("whisperx.json"), golden("webvtt.vtt")
    assert whisperx.provenance["words_without_times"] == 1
    assert whisperx.provenance["words_without_confidence"] == 1
    words = as_recognised(whisperx, ("en",)).words[0]
    [ten] = [i for i, word in enumerate(words) if word.text == "ten"]
    assert words[ten].confidence == ASSUMED_CONFIDENCE
    assert words[ten - 1].end_s == words[ten].start_s < words[ten].end_s == words[ten + 1].start_s
    assert vtt.provenance["words_without_times"] == vtt.provenance["words_without_confidence"] == 36
    first = vtt.passages[0].words
    assert (first[0].start_s, first[-1].end_s) == (0.5, 4.0)
    assert all(a.end_s == b.start_s for a, b in pairwise(first))


@pytest.mark.parametrize("name", FILES)
def test_score_takes_every_format(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "call.txt"  # the format is known by content
    shutil.copy(GOLDEN / name, copy)
    assert read_transcript(copy, SETTINGS).call_id == "call"
    assert len(read_transcript(copy, SETTINGS).turns) == 4


def test_without_speakers_nobody_has_a_role(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:04,000\nRiverside Dental, how can I help you?\n")
    [turn] = read_transcript(path, SETTINGS).turns
    assert (turn.role, turn.speaker) == ("unknown", "unknown")


def test_the_guards_hold_for_others_words_too(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text(
        "WEBVTT\n\n00:01.000 --> 00:03.000\nHello there.\n\n"
        "00:04.000 --> 00:06.000\nThanks for watching!\n"
    )
    transcript = read_transcript(path, SETTINGS)
    assert [turn.text for turn in transcript.turns] == ["Hello there."]
    assert transcript.provenance["dropped_words"] == {"phantom": 3}
    assert transcript.provenance["dropped_texts"] == ["Thanks for watching!"]


def call(layout: str, channels: int) -> Call:
    recording = Recording(sha256="x", path="x", channels=channels, sample_rate_hz=8000,
                          duration_s=15, layout=layout)  # fmt: skip
    return Call(call_id="c", recording=recording)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Nothing is loaded: imported words with speakers need no model."""
    return Engine(make_plan(Transcribe(device="cpu")), SETTINGS)


def test_the_engine_takes_them_as_words(engine: Engine) -> None:
    transcript = engine.transcribe(call("mono", 1), noise(15, -30)[None], golden("whisperx.json"))
    assert [(turn.role, turn.text) for turn in transcript.turns] == SAID
    assert "whisper" not in transcript.provenance["models"]
    assert transcript.provenance["imported"]["format"] == "whisperx"
    assert "load" not in engine.timings_s


def test_on_a_stereo_recording_the_louder_channel_speaks(engine: Engine) -> None:
    """Whatever speakers the file names."""
    samples = np.full((2, 15 * RATE_HZ), 0.001, np.float32)
    for lane, start_s, end_s in ((1, 0.5, 4.0), (0, 4.6, 8.1), (1, 8.7, 12.2), (0, 12.8, 14.3)):
        samples[lane, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = 0.1
    transcript = engine.transcribe(call("stereo", 2), samples, golden("srt.srt"))
    assert [(turn.role, turn.text) for turn in transcript.turns] == SAID
    assert [turn.speaker for turn in transcript.turns] == ["right", "left"] * 2


def test_channels_of_amazon_and_deepgram() -> None:
    item = {"type": "pronunciation", "start_time": "1", "end_time": "2",
            "alternatives": [{"content": "Hi", "confidence": "0.5"}]}  # fmt: skip
    lanes = [{"channel_label": f"ch_{n}", "items": [item]} for n in (0, 1)]
    word = {"word": "hi", "start": 1, "end": 2, "confidence": 0.5}
    for data in (
        {"results": {"channel_labels": {"channels": lanes}}},
        {"results": {"channels": [{"alternatives": [{"words": [word]}]}] * 2}},
    ):
        imported = parsed(data)
        assert [p.words[0].channel for p in imported.passages] == [0, 1]
        assert as_recognised(imported, ("en",)).speakers == ("channel_0", "channel_1")
        stereo = as_recognised(imported, ("en",), np.zeros((2, 3 * RATE_HZ), np.float32))
        assert [len(lane) for lane in stereo.words] == [1, 1]


def parsed(data: Any, name: str = "a.json") -> Imported:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        return read_imported(path)


@pytest.mark.parametrize(("data", "told"), [
    ({"segments": [{"start": 1, "end": "x", "words": []}]}, "segments.0.end"),
    ({"segments": [{"start": 2, "end": 1}]}, "before it starts"),
    ({"segments": [{"start": 0, "end": 1, "words": [{"word": "a", "start": -1}]}]},
     "segments.0.words.0.start"),
    ({"segments": [{"start": 0, "end": 1, "words": [{"word": "a", "score": 7}]}]},
     "segments.0.words.0"),
    ({"segments": "none"}, "segments"),
    ('{"segments": [{"start": NaN, "end": 1}]}', "segments.0.start"),
    ({"results": {"items": [{"type": "pronunciation", "alternatives": []}]}},
     "results.items.0.alternatives"),
    ({"results": {"items": [{"type": "pronunciation", "alternatives": [{"content": "a"}]}]}},
     "results.items.0: its times are missing"),
    ({"results": {"channels": [{"alternatives": []}]}}, "results.channels.0.alternatives"),
    ({"results": {"channels": [{"alternatives": [{"words": [{"word": "a"}]}]}]}},
     "words.0.start"),
    ({"something": "else"}, "not a transcript that Auricle knows"),
    ([], "not a transcript that Auricle knows"),
    ("{", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ("plain words", "not a transcript that Auricle knows"),
    ("", "not a transcript that Auricle knows"),
    ("WEBVTT\n\n00:01.000 --> soon\nhi\n", "line 3: '00:01.000 --> soon'"),
    ("WEBVTT\n\n00:03.000 --> 00:01.000\nhi\n", "line 3: the cue ends before"),
    ("1\n00:00:01,000 --> 00:00:02,000\nhi\n\nand so\non\n", "line 5: expected a cue"),
])  # fmt: skip
def test_mistakes_are_told_with_their_place(data: Any, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(data)
    assert told in caught.value.reason
    assert "a.json" in caught.value.reason
    assert caught.value.remedy


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_bytes(b"WEBVTT\xff\xfe")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_imported(tmp_path / "a.vtt")
    with pytest.raises(SettingsError, match="can't be read"):
        read_imported(tmp_path / "gone.vtt")


SOURCES = {name: (GOLDEN / name).read_text(encoding="utf-8") for name in FILES}


@given(data=st.data(), name=st.sampled_from(FILES))
def test_damaged_files_are_read_or_told(data: st.DataObject, name: str) -> None:
    """A piece of each file replaced by something else."""
    text = SOURCES[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 40, len(text))))
    put = data.draw(st.text(alphabet='0123456789-"{}[]:,.>< \naé字', max_size=12))
    try:
        imported = parsed(text[:start] + put + text[end:])
    except SettingsError as error:
        assert error.remedy
        return
    transcript = transcript_without_audio(imported, "c", SETTINGS)
    for turn in transcript.turns:
        assert 0 <= turn.start_s <= turn.end_s
        assert all(word.text for word in turn.words)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["segments", "results", "items", "channels", "words", "start", "end",
                         "word", "alternatives", "channel_labels"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(value=json_values)
def test_any_json_is_read_or_told(value: Any) -> None:
    try:
        parsed(value)
    except SettingsError as error:
        assert error.remedy


def test_chinese_subtitles_are_read_character_by_character() -> None:
    imported = parsed("1\n00:00:00,000 --> 00:00:04,000\n您好，我要预约\n", "a.srt")
    assert [w.text for w in imported.passages[0].words] == ["您", "好，", "我", "要", "预", "约"]
    [turn] = transcript_without_audio(
        imported, "c", Settings(clinic=Clinic(languages=("zh",)))
    ).turns
    assert turn.text == "您好，我要预约"


def test_the_transcript_of_a_recording_is_the_file_of_its_name(tmp_path: Path) -> None:
    recording = Path("recordings/call.v2.wav")
    assert imported_for(recording, None) is None
    with pytest.raises(SettingsError, match="there is no folder"):
        imported_digest(recording, tmp_path / "gone")
    assert imported_for(recording, tmp_path) is None
    assert imported_digest(recording, tmp_path) == ""
    shutil.copy(GOLDEN / "srt.srt", tmp_path / "call.v2.srt")
    found = imported_for(recording, tmp_path)
    assert found is not None and found.format == "srt"
    before = imported_digest(recording, tmp_path)
    assert before
    (tmp_path / "call.v2.srt").write_text("broken")
    assert imported_digest(recording, tmp_path) != before
    with pytest.raises(RecordingError, match=r"call.v2.srt is not a transcript"):
        imported_for(recording, tmp_path)
    shutil.copy(GOLDEN / "whisperx.json", tmp_path / "call.v2.json")
    with pytest.raises(RecordingError, match="two transcripts"):
        imported_for(recording, tmp_path)


def test_a_run_takes_them_and_recognises_nothing(tmp_path: Path) -> None:
    (tmp_path / "transcripts").mkdir()
    shutil.copy(GOLDEN / "whisperx.json", tmp_path / "transcripts" / "a.json")
    (tmp_path / "transcripts" / "b.json").write_text("{")
    (tmp_path / "recordings").mkdir()
    for name in ("a", "b"):
        write_wav(tmp_path / "recordings" / f"{name}.wav", hum(15, hz=200 + 20 * ord(name)))
    (tmp_path / "auricle.toml").write_text(
        "[clinic]\nname = 'Riverside Dental'\n"
        "[transcribe]\ndevice = 'cpu'\ntranscripts = 'transcripts'\n"
    )
    settings = load_settings(tmp_path)
    first = pipeline.run(settings)
    [failure] = first.errors
    assert "b.json is not JSON" in failure.reason
    assert first.run.done == 1
    assert "load" not in first.run.timings_s
    [said] = rows(as_owner(settings.store.path), "SELECT call_id FROM calls")
    detail = call_detail(as_owner(settings.store.path), said["call_id"])
    assert detail is not None and detail.transcript is not None
    assert [(turn.role, turn.text) for turn in detail.transcript.turns] == SAID
    assert detail.transcript.provenance["imported"]["file"] == "a.json"

    shutil.copy(GOLDEN / "srt.srt", tmp_path / "transcripts" / "b.srt")
    (tmp_path / "transcripts" / "b.json").unlink()
    second = pipeline.run(settings)
    assert (second.run.done, second.run.cached, second.errors) == (1, 1, [])
    (tmp_path / "transcripts" / "a.json").write_text(
        SOURCES["whisperx.json"].replace("tooth", "jaw")
    )
    third = pipeline.run(settings)
    assert (third.run.done, third.run.cached) == (1, 1)
    assert rows(
        as_owner(settings.store.path), "SELECT 1 FROM turns WHERE text LIKE '%my jaw hurts%'"
    )
