"""auricle.toml: every mistake names the file, the key, and what was probably meant."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.errors import SettingsError
from auricle.settings import FILE_NAME, Settings, load_settings


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / FILE_NAME
    path.write_text(text, encoding=encoding)
    return path


def refused(folder: Path, text: str) -> str:
    """The reason for which settings are refused; it always names the file."""
    path = written(folder, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert str(path) in caught.value.reason
    assert caught.value.remedy
    assert "\n" not in caught.value.reason
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("[clinc]", "clinc", "clinic"),
        ("[clinic]\nnmae = 'x'", "clinic.nmae", "name"),
        ("[clinic]\nadministrator = ['Anna']", "clinic.administrator", "administrators"),
        ("[ingest.columns]\nfiles = 'x'", "ingest.columns.files", "file"),
        ("[transcribe]\nmin_role_confidense = 0.8", "transcribe.min_role_confidense",
         "min_role_confidence"),
        ("[store]\npaht = 'x'", "store.paht", "path"),
    ],
)  # fmt: skip
def test_an_unknown_key_names_the_nearest(
    tmp_path: Path, text: str, key: str, nearest: str
) -> None:
    reason = refused(tmp_path, text)
    assert f"unknown key '{key}'" in reason
    assert f"Did you mean '{nearest}'?" in reason


def test_a_key_like_no_other_lists_the_valid_ones(tmp_path: Path) -> None:
    reason = refused(tmp_path, "[dashboard]\nxyzzy = 1")
    assert (
        "Valid: answer_within_s, answered_benchmark, booked_benchmark, host, language, money, "
        "port, sources." in reason
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[dashboard]\nport = 70000", "dashboard.port"),
        ("[clinic]\nlanguages = []", "clinic.languages"),
        ("[transcribe]\ndevice = 'gpu'", "transcribe.device"),
        ("[transcribe]\nmin_role_confidence = 0.2", "transcribe.min_role_confidence"),
        ("[score]\nabstain_below = 'high'", "score.abstain_below"),
        ("clinic = 'Riverside'", "clinic"),
    ],
)
def test_a_wrong_value_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    assert f": {key}: " in refused(tmp_path, text)


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 2" in refused(tmp_path, "[clinic]\nname = Riverside\n")


@given(raw=st.binary(max_size=60))
def test_no_bytes_are_more_than_a_settings_error(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / FILE_NAME
    path.write_bytes(raw)
    try:
        assert isinstance(load_settings(path), Settings)
    except SettingsError as error:
        assert str(path) in error.reason


def test_time_zones(tmp_path: Path) -> None:
    known = load_settings(written(tmp_path, "[clinic]\ntimezone = 'Europe/Warsaw'"))
    assert known.clinic.zone.key == "Europe/Warsaw"
    assert Settings().clinic.zone.key == "UTC"
    reason = refused(tmp_path, "[clinic]\ntimezone = 'Europe/Warszawa'")
    assert "clinic.timezone" in reason
    assert "did you mean 'Europe/Warsaw'? " in f"{reason} "
    assert "e.g. 'Europe/London'" in refused(tmp_path, "[clinic]\ntimezone = 'x'")


def test_relative_paths_are_relative_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clinic" / "whisper").mkdir(parents=True)
    written(
        tmp_path / "clinic",
        """
        [clinic]
        facts = "facts.yaml"
        [ingest]
        recordings = ["calls", "/var/spool/calls"]
        manifest = "../pbx.csv"
        [transcribe]
        model = "whisper"
        [score]
        rubric = "our.yaml"
        [store]
        path = "data/a.duckdb"
        """,
    )
    monkeypatch.chdir(tmp_path)
    for given_path in (Path("clinic"), Path("clinic") / FILE_NAME):
        settings = load_settings(given_path)
        folder = tmp_path / "clinic"
        assert settings.clinic.facts == folder / "facts.yaml"
        assert settings.ingest.recordings == (str(folder / "calls"), "/var/spool/calls")
        assert settings.ingest.manifest == str(folder / "../pbx.csv")
        assert settings.transcribe.model == str(folder / "whisper")
        assert settings.score.rubric == str(folder / "our.yaml")
        assert settings.store.path == folder / "data/a.duckdb"


def test_names_are_not_paths(tmp_path: Path) -> None:
    text = "[transcribe]\nmodel = 'owner/model'\n[score]\nrubric = 'clinic-phone'"
    settings = load_settings(written(tmp_path, text))
    assert settings.transcribe.model == "owner/model"
    assert settings.score.rubric == "clinic-phone"


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    settings = load_settings(written(tmp_path, "[ingest]\nmanifest = '~/pbx.csv'"))
    assert settings.ingest.manifest == "/home/anna/pbx.csv"


def test_without_a_file_the_defaults_hold_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.clinic.desks == tmp_path / "desks.csv"
    assert settings.transcribe == Settings().transcribe
    assert settings.store.path == tmp_path / "auricle-data/auricle.duckdb"
    written(tmp_path, "[clinic]\nname = 'Here'")
    assert load_settings().clinic.name == "Here"


def test_a_file_asked_for_must_be_there(tmp_path: Path) -> None:
    for missing in (tmp_path, tmp_path / "other.toml"):
        with pytest.raises(SettingsError, match="can't be read") as caught:
            load_settings(missing)
        assert "auricle init" in caught.value.remedy


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    """Windows' editor puts a byte order mark in front."""
    path = written(tmp_path, "[clinic]\nname = 'Łódź Dental'", encoding="utf-8-sig")
    assert load_settings(path).clinic.name == "Łódź Dental"
