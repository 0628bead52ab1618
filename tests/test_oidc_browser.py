"""Signing in with the clinic's own accounts, at a provider that speaks OpenID Connect."""

from collections.abc import Iterator
from pathlib import Path

import helpers_oidc
import made_up_clinic
import pytest
from helpers_browser import open_page, run_server, settled
from helpers_oidc import Provider
from playwright.sync_api import expect

from auricle.settings import Settings, SignIn, StoreSettings
from auricle.store import Store, people
from auricle.store.access import as_owner
from auricle.store.people import Person
from dashboards import serve


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = made_up_clinic.build(tmp_path_factory.mktemp("oidc"), calls=3, sound=False)
    for person in (
        Person("olga@clinic.example", "Olga", "owner", "", True, False),
        Person("julia@clinic.example", "Julia", "administrator", "Julia Brandt", True, False),
    ):
        people.add_person(as_owner(store.path), person)
    return store


@pytest.fixture(scope="module")
def served(
    clinic: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Provider]]:
    port = serve.free_port("127.0.0.1", 8710)
    address = f"http://localhost:{port}"
    with helpers_oidc.provider(f"{address}/oauth2callback") as provider:
        settings = Settings(
            store=StoreSettings(path=clinic.path),
            sign_in=SignIn(method="oidc", metadata_url=provider.metadata_url,
                           client_id=helpers_oidc.CLIENT, address=address),
        )  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AURICLE_OIDC_SECRET", helpers_oidc.SECRET)
            secrets = serve.write_secrets(settings, tmp_path_factory.mktemp("secrets"))
        for served_at in run_server(settings, port, "localhost", secrets):
            yield served_at, provider


def sign_in(page, served: tuple[str, Provider], email: str, *, verified: bool = True) -> None:
    address, provider = served
    provider.email, provider.verified = email, verified
    open_page(page, address)
    page.get_by_role("button", name="Sign in with your clinic's account").click()


def test_who_was_added_is_let_in_and_leaves_again(page, clinic: Store, served) -> None:
    sign_in(page, served, "olga@clinic.example")
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    expect(page.get_by_text("Signed in as olga@clinic.example (owner)")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    lines = people.audit(as_owner(clinic.path))
    assert ("olga@clinic.example", "sign in") in {(line.login, line.action) for line in lines}
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with your clinic's account")).to_be_visible()


def test_an_administrator_arrives_at_her_own_calls(page, served) -> None:
    sign_in(page, served, "julia@clinic.example")
    expect(page.get_by_role("heading", level=1, name="My calls")).to_be_visible()
    expect(page.get_by_role("link", name="Reviews")).to_have_count(0)


@pytest.mark.parametrize(
    ("email", "verified"), [("eve@elsewhere.example", True), ("olga@clinic.example", False)]
)
def test_anybody_else_sees_nothing(page, clinic: Store, served, email: str, verified: bool) -> None:
    sign_in(page, served, email, verified=verified)
    expect(page.get_by_text("You aren't among this clinic's people")).to_be_visible()
    lines = people.audit(as_owner(clinic.path))
    assert (email, "refused") in {(line.login, line.action) for line in lines}
    open_page(page, f"{served[0]}/calls")
    expect(page.get_by_text("You aren't among this clinic's people")).to_be_visible()
    expect(page.get_by_role("link", name="Calls")).to_have_count(0)


def test_the_secret_is_in_no_file_that_others_may_read(tmp_path: Path, monkeypatch) -> None:
    settings = Settings(
        store=StoreSettings(path=tmp_path / "auricle.duckdb"),
        sign_in=SignIn(method="oidc", metadata_url="https://x", client_id="c", address="https://y"),
    )
    monkeypatch.setenv("AURICLE_OIDC_SECRET", "s")
    file = serve.write_secrets(settings, tmp_path)
    assert file is not None and file.stat().st_mode & 0o077 == 0
    assert (tmp_path / "cookie-key").stat().st_mode & 0o077 == 0
