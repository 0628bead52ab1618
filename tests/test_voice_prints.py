"""Voice prints: with consent, suggested and never assigned, forgotten without a trace."""

import json
import stat
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from helpers_clinic import auricle
from hypothesis import given
from hypothesis import strategies as st

from auricle.commands.demo import SAMPLE
from auricle.errors import SettingsError
from auricle.models import Call, Line, Recording, Transcript, Turn
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.reads import call_detail
from auricle.store.voices import SOUNDS_LIKE
from transcribe.networks import DIMENSION
from transcribe.voices import (
    APART,
    SUGGESTED,
    Print,
    forget,
    keep,
    likeness,
    prints_in,
    with_suggestion,
)

ANNAS, MARKS = ("rd-1001", "rd-1004", "rd-1007"), ("rd-1002",)


def unit(*values: float) -> np.ndarray:
    vector = np.zeros(DIMENSION, np.float32)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


def a_print(name: str, voice: np.ndarray) -> Print:
    return Print(
        administrator=name, consent=date(2026, 1, 2), model="m", calls=("a", "b", "c"),
        seconds=60, voice=tuple(map(float, voice)),
    )  # fmt: skip


def spoken(role: str = "administrator") -> Transcript:
    turn = Turn(speaker="left", role=role, role_confidence=0.9, start_s=0, end_s=5, text="Hi",
                confidence=1)  # fmt: skip
    return Transcript(call_id="c", language="en", duration_s=5, line=Line(), turns=(turn,))


@given(angle=st.floats(0, 3.1), other=st.floats(0, 3.1))
def test_only_a_clear_likeness_is_suggested(angle: float, other: float) -> None:
    prints = [a_print("Anna", unit(np.cos(angle), np.sin(angle))),
              a_print("Mark", unit(np.cos(other), 0, np.sin(other)))]  # fmt: skip
    like = likeness({"left": (unit(1), 20.0)}, prints)["left"]
    near, far = sorted([np.cos(angle), np.cos(other)], reverse=True)
    assert like.similarity == pytest.approx(near, abs=1e-3)
    assert 0 <= like.log_odds <= 3
    told = with_suggestion(spoken(), {"left": like}).provenance
    assert (SOUNDS_LIKE in told) == like.clear
    if like.clear:
        assert near >= SUGGESTED - 1e-3 and near - far >= APART - 1e-3
    assert SOUNDS_LIKE not in with_suggestion(spoken("patient"), {"left": like}).provenance


def test_a_print_is_for_this_user_alone_and_forgetting_deletes_it(tmp_path: Path) -> None:
    folder = tmp_path / "voices"
    for name in ("Anna Kowalska", "../Mark"):
        keep(a_print(name, unit(1)), folder)
    assert [one.administrator for one in prints_in(folder)] == ["../Mark", "Anna Kowalska"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert forget("Anna Kowalska", folder) and not forget("Anna Kowalska", folder)
    assert [one.administrator for one in prints_in(folder)] == ["../Mark"]
    assert len([*folder.iterdir()]) == 1
    next(folder.iterdir()).write_text("{}")
    with pytest.raises(SettingsError, match="enrol"):
        prints_in(folder)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Calls of the sample clinic with their true turns; nobody is said to have taken the last."""
    folder = tmp_path_factory.mktemp("clinic")
    store = Store(folder / "auricle-data" / "auricle.duckdb")
    for name in (*ANNAS, *MARKS):
        truth = json.loads((SAMPLE / "truth" / f"{name}.json").read_text("utf-8"))
        own = truth["administrator_channel"]
        sides = ("left", "right") if own == 0 else ("right", "left")
        turns = tuple(
            Turn(speaker=sides[t["role"] == "patient"], role=t["role"], role_confidence=1,
                 start_s=t["start_s"], end_s=t["end_s"], text=t["text"], confidence=1)
            for t in truth["turns"]
        )  # fmt: skip
        path = SAMPLE / truth["file"]
        recording = Recording(
            sha256=name, path=str(path), channels=truth["channels"], sample_rate_hz=8000,
            duration_s=300, layout="stereo" if own is not None else "mono",
        )  # fmt: skip
        call = Call(call_id=name, recording=recording, administrator=truth["administrator"])
        store.save_call(call, None, fingerprint="f", run_id="r")
        told = {SOUNDS_LIKE: {"administrator": "Anna", "similarity": 0.9, "confidence": 0.95}}
        transcript = Transcript(call_id=name, language="en", duration_s=300, line=Line(),
                                turns=turns, provenance=told)  # fmt: skip
        store.save_transcript(transcript, path=str(path), fingerprint="f", run_id="r")
    return folder


def test_enrolled_with_consent_and_forgotten(clinic: Path) -> None:
    refused = auricle("voices", "enrol", "Anna", "--consent", "2026-01-02", cwd=clinic)
    assert refused.returncode == 2 and "docs/privacy.md" in refused.stderr
    (clinic / "auricle.toml").write_text("[transcribe]\nvoice_prints = true\n", "utf-8")
    few = auricle("voices", "enrol", "Mark", "--consent", "2026-01-02", cwd=clinic)
    assert few.returncode == 2 and "3 calls and 30 s are needed" in few.stderr
    early = auricle("voices", "enrol", "Anna", "--consent", "soon", cwd=clinic)
    assert early.returncode == 2 and "is no date" in early.stderr
    done = auricle("voices", "enrol", "Anna", "--consent", "2026-01-02", cwd=clinic)
    assert done.returncode == 0, done.stderr
    [anna] = prints_in(clinic / "auricle-data" / "voices")
    assert (anna.administrator, anna.consent, anna.calls) == (
        "Anna", date(2026, 1, 2), tuple(sorted(ANNAS))
    )  # fmt: skip
    assert "Anna" in auricle("voices", "list", cwd=clinic).stdout
    gone = auricle("voices", "forget", "Anna", cwd=clinic)
    assert "4 transcripts named her" in gone.stdout
    assert not [*(clinic / "auricle-data" / "voices").iterdir()]
    detail = call_detail(as_owner(clinic / "auricle-data" / "auricle.duckdb"), ANNAS[0])
    assert detail and detail.transcript and SOUNDS_LIKE not in detail.transcript.provenance
    again = auricle("voices", "forget", "Anna", cwd=clinic)
    assert again.returncode == 2
