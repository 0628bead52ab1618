"""``auricle rubric diff``: what a changed rubric does to the calls there are."""

from importlib import resources
from pathlib import Path

import pytest
from made_up_clinic import build

from auricle.commands.rubric import diff

TEXT = (resources.files("rubrics") / "clinic-phone.yaml").read_text("utf-8")


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    build(tmp_path / "data", calls=6)
    settings = tmp_path / "auricle.toml"
    settings.write_text('[store]\npath = "data/auricle.duckdb"\n', "utf-8")
    return tmp_path


def test_the_same_rubric_moves_nobody(clinic, capsys):
    diff("clinic-phone", "clinic-phone", clinic, each_call=True)
    out = capsys.readouterr().out
    assert "0 of 6 calls move" in out
    assert "->" in out


def test_a_stricter_rubric_names_calls_and_reasons(clinic, capsys):
    stricter = clinic / "stricter.yaml"
    stricter.write_text(
        TEXT.replace("at_most: 20", "at_most: 1").replace("at_most: 40", "at_most: 2")
    )
    diff("clinic-phone", str(stricter), clinic, each_call=True)
    out = capsys.readouterr().out
    assert "wait_time: met -> missed: Waited" in out
    assert "0 of 6 calls move" not in out
