"""Finding recordings, knowing them by content, joining them with the manifest."""

import os
from pathlib import Path

import pytest
from helpers_audio import audio_of, hum, write_wav
from helpers_odd_files import IGNORED, UNREADABLE, USABLE
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Call, Conflict, Line, LineFact
from ingest.logs.manifest import Row
from ingest.places import Place, printable
from ingest.recordings import (
    Source,
    find_files,
    identify,
    join,
    make_call,
    recording_of,
    with_log,
)


def at(path: Path) -> Place:
    return Place(str(path))


def files_in(folder: Path, *names: str) -> list[Place]:
    """Recordings of different content."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(f"recording {number}".encode())
    return [at(folder / name) for name in names]


def row(file: str, line: int = 2, **said: str) -> Row:
    return Row(line=line, file=file, **said)


def test_folders_are_searched_with_all_below(tmp_path: Path) -> None:
    wanted = files_in(tmp_path, "2026/09/a.wav", "2026/b.OPUS", "c.gsm", "d.mp3")
    files_in(tmp_path, "notes.txt", ".hidden.wav", ".trash/e.wav", "2026/pbx.csv")
    found, failures = find_files([at(tmp_path), at(tmp_path / "2026")])
    assert found == sorted(wanted)
    assert failures == []


def test_a_file_named_directly_is_always_taken(tmp_path: Path) -> None:
    [path] = files_in(tmp_path, "call.bin")
    assert find_files([path]) == ([path], [])


@pytest.mark.parametrize("name", ["none", os.fsdecode(b"caf\xe9")])
def test_a_missing_place_is_a_failure(tmp_path: Path, name: str) -> None:
    found, [failure] = find_files([at(tmp_path / name)])
    assert found == []
    assert "no such file" in failure.reason
    assert failure.remedy


def test_the_same_content_twice_is_one_call(tmp_path: Path) -> None:
    first, other = files_in(tmp_path, "a.wav", "b.wav")
    copy = tmp_path / "copy.wav"
    copy.write_bytes(Path(first.address).read_bytes())
    sources, failures, _ = identify([(first, None), (other, None), (at(copy), None)], {})
    assert [source.place for source in sources] == [first, other]
    [notice] = failures
    assert (notice.path, notice.severity) == (str(copy), "notice")
    assert str(first) in notice.reason


def test_of_two_copies_the_one_in_the_manifest_is_kept(tmp_path: Path) -> None:
    [first] = files_in(tmp_path, "a.wav")
    copy = tmp_path / "b.wav"
    copy.write_bytes(Path(first.address).read_bytes())
    [source], _, _ = identify([(first, None), (at(copy), row("b.wav", call_id="17"))], {})
    assert (source.place, source.call_id) == (at(copy), "17")


def test_empty_files_are_not_copies_of_each_other(tmp_path: Path) -> None:
    paths = [at(tmp_path / "a.wav"), at(tmp_path / "b.wav")]
    for path in paths:
        Path(path.address).touch()
    sources, failures, _ = identify([(path, None) for path in paths], {})
    assert [source.place for source in sources] == paths
    assert failures == []


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    [path] = files_in(tmp_path, "a.wav")
    [source], _, learnt = identify([(path, None)], {})
    size, mtime_ns, sha256 = learnt[str(path)]
    remembered = {str(path): (size, mtime_ns, "remembered")}
    [again], _, nothing = identify([(path, None)], remembered)
    assert (again.sha256, nothing) == ("remembered", {})
    Path(path.address).write_bytes(b"longer than it was before")
    [changed], _, learnt = identify([(path, None)], remembered)
    assert changed.sha256 not in ("remembered", sha256, source.sha256)
    assert learnt[str(path)][2] == changed.sha256


def test_what_cannot_be_read_is_a_failure_and_the_rest_goes_on(tmp_path: Path) -> None:
    for odd in [*UNREADABLE, *IGNORED, *USABLE[:3]]:
        odd.make(tmp_path)
    found, none_missing = find_files([at(tmp_path)])
    pairs, none_lost = join(found, [], None)
    sources, failures, _ = identify(pairs, {})
    assert none_missing == none_lost == []
    assert {source.place.name for source in sources} == {odd.name for odd in USABLE[:3]}
    assert len(failures) == len(UNREADABLE)
    for odd in UNREADABLE:
        [failure] = [f for f in failures if f.path == str(tmp_path / odd.name)]
        assert odd.reason in failure.reason
        assert failure.remedy


@given(
    rows=st.lists(st.tuples(st.sampled_from(["", "7", "8"]), st.integers(0, 9)), max_size=8,
                  unique_by=lambda item: item[1]),
)  # fmt: skip
def test_every_recording_has_an_id_of_its_own(
    rows: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("ids")
    paths = files_in(folder, *(f"{number}.wav" for _, number in rows))
    pairs = [(p, row(p.name, call_id=c)) for p, (c, _) in zip(paths, rows, strict=True)]
    sources, failures, _ = identify(pairs, {})
    ids = [source.call_id for source in sources]
    assert len(ids) == len(set(ids)) == len(rows)
    assert all(ids)
    assert failures == []
    # The same files in another order get the same ids.
    assert identify(pairs[::-1], {})[0] == sources


def test_rows_find_their_files(tmp_path: Path) -> None:
    paths = files_in(tmp_path, "calls/a.wav", "calls/deep/b.wav", "c.wav", "d.wav")
    manifest = tmp_path / "pbx.csv"
    rows = [
        row("calls/a.wav", 2),
        row("b.wav", 3),
        row(str(tmp_path / "c.wav"), 4),
        row("gone.wav", 5),
        row("./calls/../calls/a.wav", 6),
    ]
    pairs, failures = join(paths, rows, at(manifest))
    lines = {path.name: found.line if found else None for path, found in pairs}
    assert lines == {"a.wav": 2, "b.wav": 3, "c.wav": 4, "d.wav": None}
    lost, twice = failures
    assert (lost.line, lost.severity, lost.path) == (5, "error", str(manifest))
    assert "gone.wav" in lost.reason
    assert (twice.line, twice.severity) == (6, "notice")
    assert "Line 2" in twice.reason


def test_a_row_may_name_a_file_outside_the_folders(tmp_path: Path) -> None:
    [path] = files_in(tmp_path, "elsewhere/a.wav")
    [(found, said)], failures = join([], [row("elsewhere/a.wav")], at(tmp_path / "pbx.csv"))
    assert found == path
    assert said is not None
    assert failures == []


@given(name=st.text(min_size=1, max_size=300))
def test_any_name_in_a_row_is_a_file_or_a_failure(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    manifest = tmp_path_factory.getbasetemp() / "pbx.csv"
    pairs, failures = join([], [row(name)], at(manifest))
    assert len(pairs) + len(failures) == 1


@pytest.mark.parametrize("name", ["x" * 5000 + ".wav", "a\0b.wav", "/dev/zero/x", "loop.wav/x"])
def test_impossible_names_are_failures(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    pairs, [failure] = join([at(tmp_path / "loop.wav")], [row(name)], at(tmp_path / "pbx.csv"))
    assert len(pairs) == 1
    assert failure.line == 2


def test_a_call_says_what_the_manifest_says(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", hum(1))
    logged = LineFact(value_s=12.0, source="pbx", precision_s=1)
    log = Call(call_id="", administrator="Anna", direction="outbound", caller="020", queue="desk",
               line=Line(wait_s=logged), duration_s=0, talk_s=0)  # fmt: skip
    heard = LineFact(value_s=9.0, source="audio", precision_s=0.5)
    source = Source(at(path), "abc", "17", log)
    recording = recording_of(source, audio_of(hum(1, 16_000)))
    call = make_call(source, recording, Line(ring_s=heard, wait_s=heard), "Riverside")
    assert call.line.wait_s == heard
    call = with_log(call, log)
    assert (call.call_id, call.clinic, call.administrator) == ("17", "Riverside", "Anna")
    assert (call.direction, call.caller, call.queue) == ("outbound", "020", "desk")
    assert call.recorded.duration_s == 1.0
    assert (call.line.ring_s, call.line.wait_s) == (heard, logged)
    assert call.conflicts == (
        Conflict(field="wait", kept="12.0 s", source="log", other="9.0 s", other_source="audio"),
    )


@pytest.mark.parametrize(
    ("duration_s", "talk_s", "field"),
    [(10, 8, None), (6, 4, "duration"), (30, 14, "talk"), (None, None, None), (30, 10, None)],
)
def test_a_recording_of_another_length_than_the_call_is_a_conflict(
    tmp_path: Path, duration_s: float | None, talk_s: float | None, field: str | None
) -> None:
    log = Call(call_id="", duration_s=duration_s, talk_s=talk_s)
    source = Source(at(tmp_path / "a.wav"), "abc", "17", log)
    recording = recording_of(source, audio_of(hum(10, 16_000)))
    call = with_log(make_call(source, recording, Line(), ""), log)
    assert [conflict.field for conflict in call.conflicts] == ([field] if field else [])


def test_a_call_without_a_row_belongs_to_the_clinic(tmp_path: Path) -> None:
    source = Source(at(tmp_path / "a.wav"), "abc", "abc", None)
    call = make_call(source, recording_of(source, audio_of(hum(1, 16_000))), Line(), "Riverside")
    assert with_log(call, None) == call
    assert (call.clinic, call.administrator, call.start) == ("Riverside", "", None)
    assert call.line.wait_s is None


@given(raw=st.binary(max_size=20))
def test_any_name_can_be_printed(raw: bytes) -> None:
    printable(Path(os.fsdecode(raw))).encode("utf-8")
