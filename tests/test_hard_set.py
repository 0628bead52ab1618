"""The hard test set: files that decode, references that fit them, and faults that are there."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from auricle.references import Reference, read_references
from bench import hard_set
from bench.hard_set import LINE_HZ, SPEECH_DBM0, Clip, Scene, conversation, make
from bench.line_maker import at_level, rms_of
from ingest.audio import SUFFIXES, Audio, decode

KINDS = ("plain", "mulaw", "gsm", "opus", "loss", "noise-5db", "noise0db", "noise5db", "noise10db",
         "noise15db", "noise20db", "echo", "clipped", "overlap", "similar", "long")  # fmt: skip
NOBODY = ("silence", "idle", "ringing", "music", "noise", "hum")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small set: calls of 20 s, lines with nobody of 5 s."""
    folder = tmp_path_factory.mktemp("hard")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hard_set, "CALL_S", 20.0)
        names = make(folder, seed=1, each=1, minutes=0.5, nobody_s=5.0)
    assert len(names) == len(set(names)) == 2 * len(KINDS) + len(NOBODY)
    return folder


@pytest.fixture(scope="module")
def references(made: Path) -> dict[str, Reference]:
    return {reference.name: reference for reference in read_references(made / "references")}


def heard(made: Path, name: str) -> Audio:
    [path] = (made / "audio").glob(f"{name}.*")
    assert path.suffix in SUFFIXES
    return decode(path)


def test_every_recording_has_its_reference(made: Path, references: dict[str, Reference]) -> None:
    wanted = {f"{kind}-1-{layout}" for kind in KINDS for layout in ("stereo", "mono")}
    assert set(references) == wanted | {f"nobody-{kind}" for kind in NOBODY}
    assert {path.stem for path in (made / "audio").iterdir()} == set(references)


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_said_to_speak_is_heard(
    kind: str, made: Path, references: dict[str, Reference]
) -> None:
    """On the speaker's own channel of the stereo file, at the time of the reference."""
    reference = references[f"{kind}-1-stereo"]
    audio = heard(made, reference.name)
    assert audio.channels == 2
    assert reference.turns and reference.speech and reference.text
    assert {turn.role for turn in reference.turns} == {"administrator", "patient"}
    length_s = audio.samples.shape[1] / 16_000
    for turn, when in zip(reference.turns, reference.speech, strict=True):
        assert 0 <= turn.start_s < turn.end_s <= length_s
        assert (turn.speaker, turn.start_s) == (when.speaker, when.start_s)
        assert when.end_s == pytest.approx(turn.end_s)
        span = slice(round(turn.start_s * 16_000), round(turn.end_s * 16_000))
        own = audio.samples[0 if turn.role == "administrator" else 1, span]
        assert np.sqrt(np.mean(own.astype(float) ** 2)) > rms_of(SPEECH_DBM0) / 4
    mono = heard(made, f"{kind}-1-mono")
    assert mono.channels == 1
    assert mono.samples.shape[1] / 16_000 == pytest.approx(length_s, abs=0.1)


def test_codecs_are_in_the_files(made: Path) -> None:
    assert heard(made, "mulaw-1-mono").format.endswith("pcm_mulaw")
    assert "gsm" in heard(made, "gsm-1-mono").format
    assert "opus" in heard(made, "opus-1-mono").format


def test_turns_overlap_only_where_they_should(references: dict[str, Reference]) -> None:
    def overlaps(kind: str) -> int:
        turns = references[f"{kind}-1-mono"].turns or ()
        return sum(b.start_s < a.end_s for a, b in pairwise(turns))

    assert overlaps("plain") == 0
    assert overlaps("overlap") > 0


def test_nobody_speaks_where_nobody_should(references: dict[str, Reference], made: Path) -> None:
    for kind in NOBODY:
        assert references[f"nobody-{kind}"].speech == ()
        assert heard(made, f"nobody-{kind}").samples.shape[1] / 16_000 == pytest.approx(5, abs=0.05)
    assert not heard(made, "nobody-silence").samples.any()


def people(*names: tuple[str, str]) -> list[Clip]:
    rng = np.random.default_rng(0)
    return [Clip(role, person, "hello", at_level(rng.standard_normal(LINE_HZ), SPEECH_DBM0))
            for role, person in names]  # fmt: skip


def test_similar_voices_are_of_one_kind() -> None:
    stock = people(("administrator", "Anna"), ("patient", "denise"), ("patient", "gordon"))
    for similar, person in ((True, "denise"), (False, "gordon")):
        marked = [c if c.person != person else Clip(c.role, person, "it is me", c.sound)
                  for c in stock]  # fmt: skip
        scene = conversation(np.random.default_rng(1), marked, 10, similar=similar)
        assert {t.text for t in scene.turns if t.role == "patient"} == {"it is me"}


def test_faults_are_what_they_say() -> None:
    rng = np.random.default_rng(3)
    tone = np.full(60 * LINE_HZ, 0.5)
    lost = hard_set.losing_packets(tone, rng) == 0
    assert 0.04 < lost.mean() < 0.11
    assert not np.any(np.diff(np.flatnonzero(np.diff(lost.astype(int)))) % 160)
    speech = at_level(rng.standard_normal(LINE_HZ), SPEECH_DBM0)
    echoed = hard_set.with_echo(Scene((speech, np.zeros(LINE_HZ)), ()), rng).lanes[1]
    assert 960 <= np.flatnonzero(echoed)[0] <= 2000
    assert 0.1 <= echoed.std() / speech.std() <= 0.26
    cut = np.abs(hard_set.clipped(speech))
    assert cut.max() == pytest.approx(0.9)
    assert 0.01 < (cut > 0.899).mean() < 0.1


def test_one_seed_gives_one_set() -> None:
    stock = people(("administrator", "Anna"), ("patient", "gordon"))
    one, same, other = (conversation(np.random.default_rng(seed), stock, 20) for seed in (1, 1, 2))
    assert one.turns == same.turns != other.turns
    assert np.array_equal(one.lanes[0], same.lanes[0])
