"""Letting people in from the command line, and who is let in without being asked."""

from datetime import datetime
from pathlib import Path

import made_up_clinic
import pytest
from typer.testing import CliRunner, Result

from auricle.cli import app
from auricle.errors import SettingsError
from auricle.settings import Dashboard, Settings, SignIn, StoreSettings
from auricle.store import Store
from auricle.store.access import Viewer, as_owner
from auricle.store.people import sign_in
from dashboards.serve import check_sign_in, write_secrets

PASSWORD = "correct horse battery"


def test_people_are_let_in_listed_and_removed(tmp_path: Path) -> None:
    (tmp_path / "auricle.toml").write_text("")
    here = ["--config", str(tmp_path)]
    run = CliRunner().invoke
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    added = run(
        app,
        ["people", "add", "anna", "--role", "administrator", "--administrator", "Anna K", *here],
        input=typed,
    )  # fmt: skip
    assert added.exit_code == 0 and PASSWORD not in added.output
    run(app, ["people", "add", "ann@x.example", "--role", "analyst", "--elsewhere", *here])
    listed = run(app, ["people", "list", *here]).output
    assert "Anna K" in listed and "ann@x.example" in listed and "elsewhere" in listed
    path = tmp_path / "auricle-data" / "auricle.duckdb"
    who = sign_in(as_owner(path), "anna", PASSWORD)
    assert who == Viewer("anna", "administrator", "Anna K")
    assert run(app, ["people", "remove", "anna", *here]).exit_code == 0
    assert "no more" in run(app, ["people", "list", *here]).output
    told = run(app, ["audit", *here]).output
    for action in ("add person", "sign in", "remove person"):
        assert action in told
    refused = run(app, ["people", "add", "x", "--role", "boss", "--elsewhere", *here])
    assert isinstance(refused.exception, SettingsError)


def test_mistakes_are_told_before_a_password_is_typed(tmp_path: Path) -> None:
    made_up_clinic.log(
        Store(tmp_path / "auricle-data" / "auricle.duckdb"),
        [{"start": datetime(2026, 3, 2, 9), "administrator": "Julia Brandt", "agent": "1"}],
    )

    def add(*arguments: str, typed: str = "") -> Result:
        start = ["people", "add", "x", "--config", str(tmp_path)]
        return CliRunner().invoke(app, [*start, *arguments], input=typed)

    (tmp_path / "auricle.toml").write_text("")
    for wrong in (["--role", "boss"], ["--role", "administrator"],
                  ["--role", "owner", "--administrator", "Anna"]):  # fmt: skip
        refused = add(*wrong)
        assert isinstance(refused.exception, SettingsError)
        assert "Password" not in refused.output
    typed = f"short\n{PASSWORD}\n{PASSWORD}\n"
    added = add("--role", "administrator", "--administrator", "Julia Brand", typed=typed)
    assert added.exit_code == 0
    assert "no call is kept under 'Julia Brand'. Did you mean 'Julia Brandt'?" in added.output
    assert "Password, at least 12 characters" in added.output
    assert added.output.index("Error") < added.output.index("Repeat")  # asked for again at once
    right = add("--role", "administrator", "--administrator", "Julia Brandt", "--elsewhere")
    assert "warning" not in right.output


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_a_single_user_needs_no_password_on_their_own_machine(host: str) -> None:
    check_sign_in(Settings(dashboard=Dashboard(host=host)))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "clinic.example"])
def test_nobody_else_gets_in_unasked(host: str) -> None:
    open_to_others = Settings(dashboard=Dashboard(host=host))
    with pytest.raises(SettingsError, match="nobody is asked") as refused:
        check_sign_in(open_to_others)
    assert "sign_in" in refused.value.remedy
    check_sign_in(open_to_others.model_copy(update={"sign_in": SignIn(method="local")}))


def test_a_services_secret_is_in_nobodys_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="needs metadata_url"):
        SignIn(method="oidc")
    settings = Settings(
        store=StoreSettings(path=tmp_path / "data" / "a.duckdb"),
        sign_in=SignIn(
            method="oidc", metadata_url="https://id.example/x", client_id="auricle",
            address="https://calls.example/",
        ),
    )  # fmt: skip
    monkeypatch.delenv("AURICLE_OIDC_SECRET", raising=False)
    with pytest.raises(SettingsError, match="secret"):
        write_secrets(settings, tmp_path)
    monkeypatch.setenv("AURICLE_OIDC_SECRET", 'a "secret"')
    file = write_secrets(settings, tmp_path)
    assert file is not None and file.stat().st_mode & 0o077 == 0
    first = file.read_text()
    assert 'redirect_uri = "https://calls.example/oauth2callback"' in first
    assert write_secrets(settings, tmp_path) == file and file.read_text() == first
