"""The owner's month as PDF and the week as HTML, from a real database."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import made_up_clinic
import pytest
from helpers_clinic import auricle
from pypdf import PdfReader

from auricle.pdf import pdf_of
from auricle.reports.monthly import first_and_last, monthly
from auricle.reports.weekly import last_week, weekly
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.renewing import renew

NAMES = {"Anna Kowalska": "Żaneta Wójcik", "Marta Lis": "Оксана Їжак", "Julia Brandt": "王小明"}
START = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)


def renew_all(connection: duckdb.DuckDBPyConnection) -> None:
    ids = [call_id for (call_id,) in connection.execute("SELECT call_id FROM calls").fetchall()]
    renew(connection, ids)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("reports")
    store = made_up_clinic.build(folder, calls=24, start=START)
    with store.importing() as connection:
        for old, new in NAMES.items():
            connection.execute(
                "UPDATE calls SET administrator = ? WHERE administrator = ?", [new, old]
            )
        renew_all(connection)
    (folder / "auricle.toml").write_text(
        "[clinic]\nname = 'Клініка Łódź 牙科'\n[store]\npath = 'auricle.duckdb'\n"
    )
    return store


def test_a_page_an_administrator_in_every_script(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "march.pdf"
    done = auricle("report", "monthly", "2026-03", "--out", out, cwd=store.path.parent)
    assert done.returncode == 0, done.stderr
    pages = [page.extract_text() for page in PdfReader(out).pages]
    assert "Клініка Łódź" in pages[0] and "牙科" in pages[0]
    for name in NAMES.values():
        [own] = [page for page in pages[1:] if page.startswith(name)]
        assert "by criterion" in own
    assert len(pages) == 1 + len(NAMES)


def test_a_month_without_calls_is_a_page_that_says_so(store: Store) -> None:
    [page] = PdfReader(io.BytesIO(pdf_of(monthly(as_owner(store.path), "C", "2020-01")))).pages
    assert "0calls" in page.extract_text().replace("\n", "").replace(" ", "")


def test_what_isnt_a_month_is_refused(store: Store) -> None:
    done = auricle("report", "monthly", "March", cwd=store.path.parent)
    assert done.returncode == 2 and "2026-03" in done.stderr
    assert first_and_last("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))


def test_the_week_as_html(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "week.html"
    done = auricle(
        "report", "weekly", "--monday", "2026-03-09", "--out", out, cwd=store.path.parent
    )
    assert done.returncode == 0, done.stderr
    html = out.read_text(encoding="utf-8")
    assert "the week before" in html and "<script" not in html and "http" not in html
    assert last_week(date(2026, 3, 15)) == date(2026, 3, 2)
    assert last_week(date(2026, 3, 16)) == date(2026, 3, 9)


def test_names_cant_smuggle_html_in(tmp_path: Path) -> None:
    store = made_up_clinic.build(tmp_path, calls=8, start=START)
    with store.importing() as connection:
        connection.execute("UPDATE calls SET administrator = '<script>x</script>'")
        renew_all(connection)
    access = as_owner(store.path)
    assert "<script" not in monthly(access, "<script>", "2026-03")
    assert "<script" not in weekly(access, "<script>", date(2026, 3, 9))


def test_mailing_to_nobody_says_what_to_set(store: Store) -> None:
    done = auricle("report", "weekly", "--send", cwd=store.path.parent)
    assert done.returncode == 2 and "[reports] to" in done.stderr
