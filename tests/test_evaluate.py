"""Measuring: a perfect transcript is perfect, and each kind of mistake is counted as what it is."""

from functools import reduce
from operator import add
from pathlib import Path

import pytest
from helpers_clinic import SAMPLE
from hypothesis import given
from hypothesis import strategies as st

from auricle.accuracy import errors, measure, normalised, segments, wordless
from auricle.errors import SettingsError
from auricle.evaluate import Heard, Score, interval, quote_stands, rate
from auricle.evaluate import score_call as score_heard
from auricle.models import (
    Evidence,
    Line,
    LineFact,
    RubricRef,
    Scorecard,
    Segment,
    Transcript,
    Turn,
    Verdict,
    Word,
)
from auricle.references import Reference, Said, Truth, read_references, read_truths, reference_of

TRUTHS = {truth.call_id: truth for truth in read_truths(SAMPLE / "truth")}
SWAPPED = {"administrator": "patient", "patient": "administrator"}


def heard(truth: Truth, *, swap: bool = False, wait_off_s: float = 0.0) -> Heard:
    """What a perfect machine would store, or one with a certain fault."""
    turns = []
    for turn in truth.turns:
        said = turn.text.split()
        step_s = (turn.end_s - turn.start_s) / len(said)
        words = tuple(
            Word(text=word, start_s=turn.start_s + i * step_s,
                 end_s=turn.start_s + (i + 1) * step_s, confidence=1)
            for i, word in enumerate(said)
        )  # fmt: skip
        role = SWAPPED.get(turn.role, turn.role) if swap else turn.role
        turns.append(
            Turn(speaker=role, role=role, role_confidence=1, start_s=turn.start_s,
                 end_s=turn.end_s, text=turn.text, confidence=1, words=words)
        )  # fmt: skip
    wait_s = truth.line["wait_s"]
    wait = None if wait_s is None else LineFact(value_s=wait_s + wait_off_s, source="audio")
    verdicts = tuple(
        Verdict(
            id=name, verdict=said["verdict"], points=None, max_points=1, confidence=1, reason=""
        )
        for name, said in truth.verdicts.items()
    )
    return Heard(
        layout="stereo" if truth.channels == 2 else "mono",
        transcript=Transcript(
            call_id=truth.call_id, language="en", duration_s=300, line=Line(wait_s=wait),
            turns=tuple(turns),
        ),
        scorecard=Scorecard(
            call_id=truth.call_id, rubric=RubricRef(id="r", version="1"), total=None, low=None,
            high=None, scored_share=1, criteria=verdicts,
        ),
    )  # fmt: skip


def score_call(truth: Truth, found: Heard) -> Score:
    return score_heard(reference_of(truth), found)


@pytest.mark.parametrize("call_id", TRUTHS)
def test_perfect_results_are_perfect(call_id: str) -> None:
    score = score_call(TRUTHS[call_id], heard(TRUTHS[call_id]))
    assert score.words > 20
    # Words said at once on one channel have no true order: a few count as wrong.
    assert score.word_errors <= (0 if TRUTHS[call_id].channels == 2 else 5)
    assert score.waits_right == score.waits
    assert score.right_role == score.placed
    assert (score.cp_errors, score.invented) == (0, 0)
    assert score.cp_words > 20
    assert (rate("der", score), rate("der_collar", score)) == pytest.approx((0, 0), abs=1e-6)
    assert score.verdicts_right == score.verdicts
    assert (score.abstained, score.applicability_wrong, score.quotes_wrong) == (0, 0, 0)


@pytest.mark.parametrize("call_id", ["rd-1001", "rd-1012"])
def test_swapped_roles_are_counted_by_words(call_id: str) -> None:
    truth = TRUTHS[call_id]
    score = score_call(truth, heard(truth, swap=True))
    assert score.role_accuracy < 0.1
    # On one channel words are compared whoever said them.
    assert (score.wer < 0.05) == (truth.channels == 1)


@pytest.mark.parametrize(("off_s", "right"), [(0.9, 1), (-0.9, 1), (1.2, 0)])
def test_a_wait_is_right_to_the_second(off_s: float, right: int) -> None:
    truth = TRUTHS["rd-1012"]
    assert score_call(truth, heard(truth, wait_off_s=off_s)).waits_right == right


def test_words_that_were_lost_count_as_errors() -> None:
    truth = TRUTHS["rd-1012"]
    whole = heard(truth)
    half = whole.transcript.model_copy(update={"turns": whole.transcript.turns[::2]})
    fewer = Heard(whole.layout, half, whole.scorecard)
    score = score_call(truth, fewer)
    assert score.word_errors > 0.2 * score.words


counted = st.builds(
    Score, words=st.integers(0, 99), word_errors=st.integers(0, 99), placed=st.integers(0, 99)
)


@given(scores=st.lists(counted, max_size=5))
def test_pooling_adds_counts(scores: list[Score]) -> None:
    total = reduce(add, scores, Score())
    assert total.words == sum(score.words for score in scores)
    assert total.wer == sum(s.word_errors for s in scores) / max(total.words, 1)


def test_a_quote_stands_only_where_it_was_said() -> None:
    transcript = heard(TRUTHS["rd-1001"]).transcript
    said = transcript.turns[0]
    quote = Evidence(kind="quote", role=said.role, turn=0, quote="Riverside Dental, Anna speaking")
    assert quote_stands(quote, transcript)
    for change in (
        {"role": "patient"}, {"turn": 1}, {"turn": 999}, {"turn": None}, {"quote": ""},
        {"quote": "Riverside Dental, Mark speaking"}, {"quote": "verside Dental"},
        {"quote": "Dental, Anna speak"},
    ):  # fmt: skip
        assert not quote_stands(quote.model_copy(update=change), transcript), change


def said(*turns: tuple[str, float, float, str]) -> tuple[Said, ...]:
    return tuple(Said(speaker=who, start_s=a, end_s=b, text=text) for who, a, b, text in turns)


def transcribed(
    *turns: tuple[str, float, float, str], duration_s: float = 60, language: str = "en"
) -> Transcript:
    """A transcript of (speaker, start, end, text); words share each turn's time evenly."""
    made = []
    for who, start_s, end_s, text in turns:
        step_s = (end_s - start_s) / len(text.split())
        words = tuple(
            Word(text=word, start_s=start_s + i * step_s, end_s=start_s + (i + 1) * step_s,
                 confidence=1)
            for i, word in enumerate(text.split())
        )  # fmt: skip
        role = who if who in ("administrator", "patient", "ivr") else "unknown"
        made.append(Turn(speaker=who, role=role, role_confidence=1, start_s=start_s, end_s=end_s,
                         text=text, confidence=1, words=words))  # fmt: skip
    return Transcript(call_id="c", language=language, duration_s=duration_s, line=Line(),
                      turns=tuple(made))  # fmt: skip


def reference(turns: tuple[Said, ...]) -> Reference:
    text = " ".join(t.text for t in turns)
    return Reference("c", "en", text=text, turns=turns, speech=turns)


TWO = said(("a", 0, 4, "one big red dog"), ("b", 5, 9, "two small blue cats"))


def test_a_call_counted_by_hand() -> None:
    """Speaker 2 says "green" for "blue", and one word too much in the pause of a minute."""
    found = measure(reference(TWO), transcribed(
        ("1", 0, 4, "one big red dog"), ("2", 5, 9, "two small green cats"), ("2", 30, 31, "hey"),
    ))  # fmt: skip
    assert (found["words"], found["word_errors"]) == (8, 2)
    assert (found["cp_words"], found["cp_errors"]) == (8, 2)
    assert (found["talk_s"], found["missed_s"], found["confused_s"]) == (8, 0, 0)
    assert found["false_alarm_s"] == pytest.approx(1)
    assert (found["collar_talk_s"], found["collar_errors_s"]) == pytest.approx((7, 1))
    assert found["invented"] == 1
    # 60 s less 0-4.5 and 4.5-9.5
    assert found["no_speech_s"] == pytest.approx(50.5)


def test_the_collar_is_a_quarter_of_a_second_on_either_side() -> None:
    late = said(("a", 0, 4, ""), ("b", 4, 8, ""))
    found = measure(Reference("c", speech=late), transcribed(
        ("1", 0, 4.2, "x"), ("2", 4.2, 8, "y"), duration_s=8
    ))  # fmt: skip
    assert found["confused_s"] == pytest.approx(0.2)
    assert found["collar_errors_s"] == pytest.approx(0)
    found = measure(Reference("c", speech=late), transcribed(
        ("1", 0, 4.45, "x"), ("2", 4.45, 8, "y"), duration_s=8
    ))  # fmt: skip
    assert found["collar_errors_s"] == pytest.approx(0.2)


def test_words_of_the_wrong_speaker_count_in_cpwer_only() -> None:
    found = measure(reference(TWO), transcribed(
        ("1", 0, 3, "one big red"), ("2", 3, 4, "dog"), ("2", 5, 9, "two small blue cats")
    ))  # fmt: skip
    assert found["word_errors"] == 0
    assert (found["cp_words"], found["cp_errors"]) == (8, 2)


lines = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["yes", "no sir", "red big dog", "blue"])),
    min_size=1, max_size=8,
)  # fmt: skip


@given(truth=lines, machine=lines)
def test_names_of_speakers_change_nothing(
    truth: list[tuple[str, str]], machine: list[tuple[str, str]]
) -> None:
    spoken = reference(said(*((who, i * 2.0, i * 2.0 + 1.5, t) for i, (who, t) in
                              enumerate(truth))))  # fmt: skip
    one = [(who, i * 2.0, i * 2.0 + 1.5, t) for i, (who, t) in enumerate(machine)]
    other = [({"a": "b", "b": "a"}[who], *rest) for who, *rest in one]
    assert measure(spoken, transcribed(*one)) == measure(spoken, transcribed(*other))


@given(truth=lines)
def test_what_was_said_is_right(truth: list[tuple[str, str]]) -> None:
    turns = [(who, i * 2.0, i * 2.0 + 1.5, text) for i, (who, text) in enumerate(truth)]
    found = Score(**measure(reference(said(*turns)), transcribed(*turns)))
    for name in ("wer", "cer", "cpwer", "der"):
        assert rate(name, found) == pytest.approx(0, abs=1e-9)
    assert found.invented == 0
    assert 0 < found.cp_words == found.words


def test_silence_with_words_and_without() -> None:
    nobody = Reference("c", "en", text="", speech=())
    invented = Score(**measure(nobody, transcribed(("1", 5, 7, "thanks for watching"))))
    assert (invented.invented, rate("invented_per_minute", invented)) == (3, 3)
    assert (invented.words, invented.word_errors, rate("wer", invented)) == (0, 3, None)
    silent = Score(**measure(nobody, transcribed()))
    assert (silent.invented, silent.word_errors, silent.no_speech_s) == (0, 0, 60)


def test_nothing_heard_is_all_lost() -> None:
    lost = Score(**measure(reference(TWO), transcribed()))
    assert (lost.wer, rate("cpwer", lost), rate("der", lost)) == (1, 1, 1)


def test_roles_are_measured_where_speakers_are_called_by_them() -> None:
    spoken = said(("administrator", 0, 4, "good day to you"), ("patient", 5, 6, "hello"))
    machine = transcribed(("patient", 0, 2, "good day"), ("administrator", 2, 4, "to you"),
                          ("unknown", 5, 6, "hello"))  # fmt: skip
    found = measure(reference(spoken), machine)
    assert (found["placed"], found["right_role"], found["unknown_role"]) == (5, 2, 1)
    assert measure(reference(TWO), machine)["placed"] == 0


@pytest.mark.parametrize(("language", "one", "other"), [
    ("en", "It's twenty-five pounds, uh, Mr Brown!", "it is 25 pounds mister brown"),
    ("en", "the colour", "the color"),
    ("pl", "Dzień dobry - słucham?", "dzień dobry słucham"),
    ("ru", "Всё ещё ждём.", "все еще ждем"),
    ("uk", "П'ять, п\u02bcять; п\u2019ять", "пять пять пять"),
    ("zh", "您好，请问您要预约吗？", "您好 请问您要预约吗"),
])  # fmt: skip
def test_what_sounds_the_same_is_written_the_same(language: str, one: str, other: str) -> None:
    assert normalised(one, language) == normalised(other, language)


def test_letters_that_matter_stay() -> None:
    assert normalised("łódź żółć", "pl") == "łódź żółć"
    assert normalised("мій їжак", "uk") == "мій їжак"
    assert errors("потрібен мій лікар", "потрібен мій лікарю", "uk") == (3, 1, 16, 1)


def test_chinese_is_counted_by_characters() -> None:
    assert errors("周三可以", "周四可以", "zh") == (4, 1, 4, 1)


def test_intervals_are_those_of_few_calls() -> None:
    calls = [Score(words=100, word_errors=n) for n in (5, 10, 15, 20)]
    found = interval("wer", calls)
    assert found is not None
    assert found == interval("wer", calls)
    assert (found.value, found.n) == (0.125, 4)
    assert 0.05 <= found.low < 0.125 < found.high <= 0.2
    same = interval("wer", calls[:1] * 4)
    assert same is not None
    assert (same.low, same.high) == (0.05, 0.05)
    assert interval("wer", calls[:1]) is None
    assert interval("der", calls) is None


STM = """;; a comment
call1 1 agent 0.0 2.5 <O> hello there
call1 1 caller 2.5 4 hi
call2 1 agent 0 1
"""
RTTM = """SPKR-INFO call1 1 <NA> <NA> <NA> unknown agent <NA>
SPEAKER call1 1 0.0 2.0 <NA> <NA> agent <NA> <NA>
SPEAKER call3 1 1.5 0.25 <NA> <NA> caller <NA> <NA>
"""
TSV = "file\ttext\tlanguage\nsub/call4.flac\tDzień dobry\tpl\nsilence.wav\t\tpl\n"


def test_all_formats_together(tmp_path: Path) -> None:
    (tmp_path / "a.stm").write_text(STM)
    (tmp_path / "b.rttm").write_text(RTTM)
    (tmp_path / "c.tsv").write_text(TSV, encoding="utf-8")
    found = {r.name: r for r in read_references(tmp_path)}
    assert list(found) == ["call1", "call2", "call3", "call4", "silence"]
    assert found["call1"].text == "hello there hi"
    assert found["call1"].turns == said(("agent", 0, 2.5, "hello there"), ("caller", 2.5, 4, "hi"))
    # An RTTM's times are finer than those of the words.
    assert found["call1"].speech == said(("agent", 0, 2, ""))
    assert found["call3"].speech == said(("caller", 1.5, 1.75, ""))
    assert found["call3"].text is None
    assert (found["call4"].language, found["call4"].speech) == ("pl", None)
    assert found["silence"].speech == ()


@pytest.mark.parametrize(("name", "text", "told"), [
    ("a.stm", "call1 1 agent 0.0", "a.stm, line 1: expected"),
    ("a.stm", ";;\ncall1 1 agent zero 2 hi", "a.stm, line 2: start_s"),
    ("a.stm", "call1 1 agent 3 2 hi", "before the start"),
    ("a.stm", "call1 1 agent nan 2 hi", "start_s"),
    ("a.rttm", "SPEAKER call1 1 0.0", "a.rttm, line 1: expected"),
    ("a.rttm", "SPEAKER call1 1 3.0 -1 <NA> <NA> x <NA> <NA>", "before the start"),
    ("a.tsv", "path only\n", "must name the columns"),
    ("a.tsv", "", "must name the columns"),
    ("a.tsv", "file\ttext\nx.wav\n", "a.tsv, line 2"),
    ("a.tsv", "file\ttext\nx.wav\ta\nx.mp3\tb\n", "line 3: x is there twice"),
    ("a.json", "{", "not JSON"),
    ("a.json", "[]", "a.json"),
    ("b.txt", "nothing of use", "holds no references"),
])  # fmt: skip
def test_mistakes_in_references_are_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(SettingsError, match=told):
        read_references(tmp_path)


def test_two_files_must_not_tell_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.stm").write_text(STM)
    (tmp_path / "c.tsv").write_text("file\ttext\ncall1.wav\thello\n")
    with pytest.raises(SettingsError, match=r"another file tells of call1"):
        read_references(tmp_path)


@given(text=st.text(alphabet="SPEAKR call1 0.\t\n<>;-nai", max_size=80),
       form=st.sampled_from(["stm", "rttm", "tsv", "json"]))  # fmt: skip
def test_any_file_is_read_or_told(tmp_path_factory, text: str, form: str) -> None:
    folder = tmp_path_factory.mktemp("references")
    (folder / f"a.{form}").write_text(text)
    try:
        found = read_references(folder)
    except SettingsError as error:
        assert error.remedy
    else:
        assert all(reference.name for reference in found)


def test_a_sound_without_a_word_is_talk_of_whoever_is_there() -> None:
    def turn(speaker: str, start_s: float, end_s: float) -> Turn:
        word = Word(text="yes", start_s=start_s, end_s=end_s, confidence=1)
        return Turn(speaker=speaker, role="unknown", role_confidence=0.5, start_s=start_s,
                    end_s=end_s, text="yes", confidence=1, words=(word,))  # fmt: skip

    def voice(start_s: float, end_s: float, channel: int = 0) -> Segment:
        return Segment(kind="speech", start_s=start_s, end_s=end_s, channel=channel)

    line = Line(segments=(voice(0.7, 2.3), voice(2.7, 4.0), voice(2.7, 4.0, 1), voice(9, 9.5)))
    # Of 2.7 to 4.0 the margins are no voice; where there is a word, its own time counts.
    sides = [turn("left", 1.0, 2.0), turn("right", 6.0, 7.0)]
    assert wordless(sides, line) == [(3.0, 3.7, "left"), (3.0, 3.7, "right")]
    one = [turn("speaker_0", 1.0, 2.0), turn("speaker_1", 4.1, 5.0)]
    assert {speaker for _, _, speaker in wordless(one, line)} == {"speaker_1"}
    assert wordless([], line) == []
    # Where the sound itself was asked, it alone tells.
    asked = [one[0].model_copy(update={"talk": ((1.0, 1.4), (3.0, 3.5))}), one[1]]
    assert wordless(asked, line) == []
    assert segments(asked) == [
        (1.0, 1.4, "speaker_0"), (3.0, 3.5, "speaker_0"), (4.1, 5.0, "speaker_1")
    ]  # fmt: skip
