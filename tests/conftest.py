"""What all tests share: a steady hypothesis, a plain terminal, the sample clinic processed once."""

import os
from pathlib import Path

import helpers_clinic
import pytest
from helpers_browser import browser, page  # noqa: F401
from hypothesis import settings

# Two busy cores make any deadline a coin toss, and `make test` must give everybody the same answer.
settings.register_profile("auricle", deadline=None, derandomize=True)
settings.load_profile("auricle")

# On a machine with a GPU nothing is fetched from the hub only to test; the wheels serve.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colours and no narrow lines, whatever terminal the tests are started from."""
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> helpers_clinic.SampleRun:
    """Four calls of the sample clinic, run once with the real models. To be read only."""
    return helpers_clinic.run_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def sample_copy(sample_run: helpers_clinic.SampleRun, tmp_path: Path) -> helpers_clinic.SampleRun:
    """The processed sample clinic, to be changed at will."""
    return helpers_clinic.copied(sample_run, tmp_path / "clinic")
