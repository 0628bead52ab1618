"""``auricle rubric diff``: what a changed rubric does to the calls there are."""

import os
import re
from importlib import resources
from pathlib import Path

import pytest
from made_up_clinic import build

from auricle import scorer
from auricle.commands.rubric import diff
from auricle.errors import StoreError

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


@pytest.fixture
def stricter(clinic: Path) -> Path:
    path = clinic / "stricter.yaml"
    path.write_text(TEXT.replace("at_most: 20", "at_most: 1").replace("at_most: 40", "at_most: 2"))
    return path


def test_processes_say_what_one_says(clinic, stricter, capsys, monkeypatch):
    diff("clinic-phone", str(stricter), clinic, each_call=True)
    alone = capsys.readouterr().out
    monkeypatch.setattr(scorer, "MANY", 2)
    monkeypatch.setattr(scorer, "IN_ONE_GO", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1})
    diff("clinic-phone", str(stricter), clinic, each_call=True)
    assert capsys.readouterr().out == alone


def test_a_stricter_rubric_names_calls_and_reasons(clinic, stricter, capsys):
    diff("clinic-phone", str(stricter), clinic, each_call=True)
    out = capsys.readouterr().out
    assert "wait_time: met -> missed: Waited" in out
    assert "0 of 6 calls move" not in out
    assert re.search(r"\(\d calls, change -\d+\.\d, 90 % -\d+\.\d to [+-]\d+\.\d\)", out)


def test_without_results_it_says_what_to_do(tmp_path):
    (tmp_path / "auricle.toml").write_text('[store]\npath = "none.duckdb"\n', "utf-8")
    with pytest.raises(StoreError, match=r"no results in .*none"):
        diff("clinic-phone", "complaint", tmp_path, each_call=False)
    assert not (tmp_path / "none.duckdb").exists()
