"""Guards against invented text: loops and phantoms go, people's own repetitions stay."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from helpers_audio import noise
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Word
from transcribe.audible import audible
from transcribe.guards import LOOP_REPEATS, Dropped, Guards, cut_loops
from transcribe.phantoms import is_phantom
from transcribe.recognise import Recognised
from transcribe.samples import RATE_HZ

GUARDS = Guards("en")


def segment(text: str, no_speech: float = 0.0, log_probability: float = -0.2) -> SimpleNamespace:
    """As faster-whisper gives it."""
    said = [SimpleNamespace(word=f" {word}") for word in text.split()]
    return SimpleNamespace(
        words=said, text=f" {text}", no_speech_prob=no_speech, avg_logprob=log_probability
    )


def kept(text: str, **heard: float) -> tuple[str, Dropped]:
    words, dropped = GUARDS.filter(segment(text, **heard))
    return "".join(word.word for word in words).strip(), dropped


def after_cut(text: str) -> str:
    words = text.split()
    return " ".join(words[i] for i in cut_loops(words))


@pytest.mark.parametrize("text", [
    "no no no", "yes yes yes it is", "very very very good", "bye bye bye", "",
    "it is fine it is fine it is fine", "seven seven seven zero",
])  # fmt: skip
def test_people_repeat_themselves(text: str) -> None:
    assert after_cut(text) == text


@pytest.mark.parametrize(("text", "left"), [
    ("no no no no", "no"),
    ("well " + "thank you " * 9 + "bye", "well thank you bye"),
    ("a b c d e f g h " * 4, "a b c d e f g h"),
    ("so so so so and so on and so on and so on and so on", "so and so on"),
])  # fmt: skip
def test_machines_loop(text: str, left: str) -> None:
    assert after_cut(text) == left


@given(words=st.lists(st.sampled_from("abc"), max_size=60))
def test_cutting_loops_only_takes_away(words: list[str]) -> None:
    left = cut_loops(words)
    assert left == sorted(set(left))
    assert all(0 <= index < len(words) for index in left)
    assert set(words) == {words[index] for index in left}


@given(words=st.lists(st.sampled_from("abcdefgh"), max_size=40))
def test_without_a_loop_nothing_is_cut(words: list[str]) -> None:
    text = "".join(words)
    if not re.search(rf"(.{{1,8}})\1{{{LOOP_REPEATS}}}", text):
        assert cut_loops(words) == list(range(len(words)))


@given(
    before=st.lists(st.sampled_from("xyz"), max_size=5),
    unit=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True),
    rounds=st.integers(LOOP_REPEATS + 1, 12),
)
def test_every_loop_is_cut_to_its_first_round(
    before: list[str], unit: list[str], rounds: int
) -> None:
    words = [*before, *(unit * rounds), "end"]
    assert [words[i] for i in cut_loops(words)] == [
        *(before[i] for i in cut_loops(before)), *unit, "end",
    ]  # fmt: skip


def test_punctuation_does_not_hide_a_loop() -> None:
    text, dropped = kept("Okay. Okay, okay! OKAY. okay then")
    assert text == "Okay. then"
    assert dropped.words == {"loop": 4}
    assert dropped.texts == ("Okay. Okay, okay! OKAY. okay then",)


@pytest.mark.parametrize("text", [
    "Thank you for watching!", "Subtitles by the Amara.org community", "Please subscribe.",
    "Thanks for watching. Bye.", "[BLANK_AUDIO]", "See you in the next video.",
])  # fmt: skip
def test_phantoms_are_dropped_and_counted(text: str) -> None:
    left, dropped = kept(text)
    assert left == ""
    assert dropped.words == {"phantom": len(text.split())}
    assert dropped.texts == (text,)


@pytest.mark.parametrize("text", [
    "Thank you for calling Riverside Dental.",
    "I was watching the video on your website and wanted to ask about the implants.",
    "Thank you very much. Bye.",
    "No, no, no, that is not what I was told on Monday.",
])  # fmt: skip
def test_what_people_say_is_not_a_phantom(text: str) -> None:
    assert kept(text) == (text, Dropped())


def test_silence_is_dropped_only_when_both_signs_agree() -> None:
    assert kept("you", no_speech=0.9, log_probability=-1.5)[1].words == {"no_speech": 1}
    assert kept("you", no_speech=0.9, log_probability=-0.3)[0] == "you"
    assert kept("you", no_speech=0.1, log_probability=-1.5)[0] == "you"


def test_a_language_without_lists_has_the_other_guards() -> None:
    guards = Guards("xx")
    words, dropped = guards.filter(segment("ano ano ano ano ano"))
    assert len(words) == 1
    assert dropped.words == {"loop": 4}
    assert guards.filter(segment("Thank you for watching!"))[1] == Dropped()


@given(text=st.lists(st.sampled_from(["okay.", "Okay", "no", "thank", "you", "…"]), max_size=20))
def test_every_word_is_kept_or_counted(text: list[str]) -> None:
    words, dropped = GUARDS.filter(segment(" ".join(text)))
    assert len(words) + sum(dropped.words.values()) == len(text)
    assert bool(dropped.words) == bool(dropped.texts)


def test_counts_add_up() -> None:
    one, other = Dropped({"loop": 2}, ("a",)), Dropped({"loop": 1, "phantom": 4}, ("b",))
    assert one + other == Dropped({"loop": 3, "phantom": 4}, ("a", "b"))


@pytest.mark.parametrize(("language", "text"), [
    ("pl", "Napisy stworzone przez społeczność Amara.org"), ("pl", "Dziękuję za uwagę!"),
    ("pl", "Dzięki za obejrzenie."), ("pl", "[Muzyka]"), ("pl", "Napisy: www.napisy.org"),
    ("ru", "Субтитры сделал DimaTorzok"), ("ru", "Субтитры создавал DimaTorzok"),
    ("ru", "Продолжение следует..."), ("ru", "ДИНАМИЧНАЯ МУЗЫКА"),
    ("ru", "Редактор субтитров А.Семкин Корректор А.Егорова"), ("ru", "Спасибо за просмотр!"),
    ("uk", "Дякую за перегляд!"), ("uk", "Субтитрувальниця Оля Шор"), ("uk", "*тиша*"),
    ("uk", "Продовження слідує..."), ("uk", "Редактор субтитрів А. Синецька"),
    ("zh", "字幕由Amara.org社区提供"), ("zh", "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目"),
    ("zh", "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目"), ("zh", "谢谢观看，下集再见。"),
    ("zh", "中文字幕志愿者 杨栋梁"), ("zh", "(音乐)"), ("en", "♪♪ [applause] ♪♪"),
])  # fmt: skip
def test_every_language_has_its_phantoms(language: str, text: str) -> None:
    words, dropped = Guards(language).filter(segment(text))
    assert words == []
    assert sum(dropped.words.values()) == len(text.split())
    assert set(dropped.words) == {"phantom"}


@pytest.mark.parametrize(("language", "text"), [
    ("pl", "Dziękuję."), ("pl", "Muzyka w poczekalni jest za głośna."), ("pl", "Do zobaczenia."),
    ("pl", "Dziękuję za uwagę, przekażę ją pani doktor i zadzwonimy."),
    ("ru", "Спасибо."), ("ru", "До свидания."), 
    ("ru", "Спасибо за внимание к моей просьбе, жду."), ("ru", "Корректор осанки есть?"),
    ("en", "www.riverside.org"),
    ("ru", "А продолжение лечения когда?"), ("uk", "Дякую."),
    ("uk", "Дякую за дзвінок, гарного дня!"),
    ("uk", "Далі буде рентген, потім прийом у лікаря."), ("zh", "谢谢。"),
    ("zh", "好的，谢谢您，再见。"),
    ("zh", "我想订阅你们的短信提醒。"), ("en", "See you next time."), ("en", "The music is nice."),
    ("en", "(Anna) speaking."),
])  # fmt: skip
def test_what_callers_say_stays(language: str, text: str) -> None:
    words, dropped = Guards(language).filter(segment(text))
    assert len(words) == len(text.split())
    assert dropped == Dropped()


@given(text=st.text(max_size=60), language=st.sampled_from(["en", "pl", "ru", "uk", "zh", "xx"]))
def test_any_text_is_judged(text: str, language: str) -> None:
    assert is_phantom(text, language) in (True, False)
    assert not is_phantom("", language)


def spoken(*spans: tuple[float, float]) -> Recognised:
    words = tuple(
        Word(text=f"w{i}", start_s=a, end_s=b, confidence=0.9) for i, (a, b) in enumerate(spans)
    )
    return Recognised((words,), "en", 1.0, Dropped(), tuple(f"s{i}" for i in range(len(spans))))


def sound(*loud: tuple[float, float, float]) -> np.ndarray:
    """Ten seconds of noise at -75 dB, louder from one second to another. Shape (1, samples)."""
    made = noise(10, -75)
    for start_s, end_s, level_db in loud:
        span = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
        made[span] = noise(end_s - start_s, level_db)[: len(made[span])]
    return made[None]


def test_words_where_nothing_is_heard_are_dropped_and_counted() -> None:
    heard = spoken((1, 1.4), (1.5, 2), (5, 5.5), (8, 8.3))
    found = audible(heard, sound((1, 2, -20), (8, 8.3, -45)))
    # A word 25 dB under the others is a quiet voice; at 5 s there is the line alone.
    assert [word.text for word in found.words[0]] == ["w0", "w1", "w3"]
    assert found.speakers == ("s0", "s1", "s3")
    assert found.dropped == Dropped({"no_sound": 1}, ("w2",))


def test_word_times_may_be_a_little_off() -> None:
    found = audible(spoken((0.6, 0.8), (2.2, 2.4)), sound((1, 2, -20)))
    assert len(found.words[0]) == 2


def test_in_dead_silence_nobody_speaks() -> None:
    found = audible(spoken((1, 2), (3, 4)), np.zeros((1, 10 * RATE_HZ), np.float32))
    assert found.words == ((),)
    assert found.dropped.words == {"no_sound": 2}
    assert found.speakers == ()


def test_a_quiet_recording_is_not_silence() -> None:
    found = audible(spoken((1, 2), (3, 4)), sound((1, 4, -60)))
    assert len(found.words[0]) == 2


@given(spans=st.lists(st.tuples(st.floats(0, 12), st.floats(0, 3)), max_size=12))
def test_every_word_is_heard_or_counted(spans: list[tuple[float, float]]) -> None:
    heard = spoken(*((a, a + length) for a, length in spans))
    found = audible(heard, QUIET)
    lost = found.dropped.words.get("no_sound", 0)
    assert len(found.words[0]) + lost == len(spans) == len(found.speakers) + lost


QUIET = sound((2, 3, -20), (6, 8, -30))
