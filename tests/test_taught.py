"""Teaching roles: corrected calls help the next ones, the same calls teach the same."""

import json
import random
from pathlib import Path

import pytest
from helpers_clinic import auricle
from helpers_words import BOOK, conversation
from hypothesis import given
from hypothesis import strategies as st
from made_up_clinic import build

from auricle.corrections import Swap
from auricle.errors import SettingsError
from auricle.models import Call, Direction, Line, Recording, Role, Transcript, Turn
from auricle.store.access import as_owner
from auricle.store.corrections import correct
from auricle.store.reads import call_detail
from transcribe.roles import decide_roles
from transcribe.taught import Corrected, Taught, learn, load_teaching

HOUSE_WORDS = "fresh panoramic view"


def corrected(
    number: int, *, side: str = "left", layout: str = "stereo", direction: Direction = "inbound"
) -> Corrected:
    other = {"left": "right", "right": "left"}[side]
    said: list[tuple[str, Role, str]] = [
        (side, "administrator", f"There is {HOUSE_WORDS} number {number}"),
        (other, "patient", f"Fine, thing {number}"),
        (side, "administrator", f"So {HOUSE_WORDS} it is"),
    ]
    turns = tuple(
        Turn(speaker=speaker, role=role, role_confidence=1, start_s=i, end_s=i + 1, text=text,
             confidence=1)
        for i, (speaker, role, text) in enumerate(said)
    )  # fmt: skip
    recording = Recording(
        sha256=str(number), path="a.wav", channels=2, sample_rate_hz=8000, duration_s=9,
        layout="stereo" if layout == "stereo" else "mono",
    )  # fmt: skip
    call = Call(call_id=f"c{number}", recording=recording, clinic="Oak", direction=direction)
    transcript = Transcript(
        call_id=call.call_id, language="en", duration_s=9, line=Line(), turns=turns
    )
    return Corrected(call, transcript)


def margin(taught: Taught | None, *turns: tuple[str, str]) -> float:
    """How surely the first speaker is the administrator."""
    found = decide_roles(
        conversation(*turns),
        BOOK,
        {},
        outbound=False,
        administrator_speaker=None,
        min_confidence=0.5,
        taught=taught,
    )[turns[0][0]]
    return found.confidence if found.role == "administrator" else 1 - found.confidence


def test_a_clinics_own_words_tell_who_is_who() -> None:
    taught = learn([corrected(number) for number in range(5)]).clinics["Oak"]
    call = (("a", "Mhm yes"), ("b", f"Well {HOUSE_WORDS}"))
    assert margin(taught, *call) < margin(None, *call) - 0.1
    other = (("a", "Mhm yes"), ("b", "Well okay"))
    assert margin(taught, *other) == margin(None, *other)


def test_two_calls_teach_no_words() -> None:
    assert learn([corrected(1), corrected(2)]).clinics["Oak"].words == {}


def test_the_channel_is_learnt_by_direction_and_a_few_calls_say_little() -> None:
    call = (("left", "Mhm"), ("right", "Okay"))
    untaught = margin(None, *call)
    one = learn([corrected(1, side="right")]).clinics["Oak"]
    many = learn([corrected(n, side="right") for n in range(20)]).clinics["Oak"]
    out = learn([corrected(n, side="right", direction="outbound") for n in range(20)])
    assert margin(many, *call) < margin(one, *call) < untaught
    assert margin(many, *call) < 0.02
    assert margin(out.clinics["Oak"], *call) == untaught
    mono = learn([corrected(n, side="right", layout="mono") for n in range(20)]).clinics["Oak"]
    assert mono.sides == {}


@given(order=st.permutations(range(6)))
def test_the_same_calls_teach_the_same_in_any_order(order: list[int]) -> None:
    calls = [corrected(n, side=random.Random(n).choice(["left", "right"])) for n in range(6)]
    taught = learn([calls[n] for n in order])
    assert taught == learn(calls)
    assert taught.fingerprint == learn(calls).fingerprint != learn(calls[:5]).fingerprint


def test_swapped_calls_of_a_store_become_a_file(tmp_path: Path) -> None:
    store = build(tmp_path / "auricle-data", calls=2, sound=False)
    (tmp_path / "auricle.toml").write_text("", "utf-8")
    nothing = auricle("teach", cwd=tmp_path)
    assert nothing.returncode == 1 and "Nobody has corrected roles yet" in nothing.stderr
    assert not (tmp_path / "teaching.json").exists()
    access = as_owner(store.path)
    detail = call_detail(access, "call-1001")
    assert detail and detail.transcript and detail.machine_scorecard
    correct(access, detail.transcript, [Swap()], "", detail.machine_scorecard)
    done = auricle("teach", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clinics"][detail.call.clinic]["calls"] == ["call-1001"]
    first = (tmp_path / "teaching.json").read_bytes()
    assert auricle("teach", cwd=tmp_path).returncode == 0
    assert (tmp_path / "teaching.json").read_bytes() == first
    assert load_teaching(tmp_path / "teaching.json").clinics


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"clinics": 5}', "utf-8")
    with pytest.raises(SettingsError, match="auricle teach"):
        load_teaching(tmp_path / "t.json")
