"""How often a verdict flips when only who speaks changes: names, gender forms, an accent.

    .venv/bin/python -m bench.fairness

The written calls for tuning are scored as they are and with words exchanged. A flip is a verdict
of met, partly or missed that becomes another of the three.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.gold.dialogues import LANGUAGES, Dialogue, Split, dialogues, fact_sheet
from bench.results import no_options
from rubrics.loader import load_rubric
from scoring.engine import score

JUDGED = ("met", "partly", "missed")
NAMES = {
    "en": "Anna-Oksana Priya-Dave Fiona-Xiomara Emma-Mohammed John-Jing Wendy-Ngozi Lucy-Radoslav "
    "Peter-Amina Tom-Aisha Sarah-Kwame Dom-Olena Leanne-Yusuf Bethan-Igor",
    "pl": "Anna-Oksana Ola-Nazar Kasia-Olena Marta-Dmytro Ewa-Ahmed Tomek-Wiktoria Adam-Svitlana "
    "Magda-Igor Beata-Julija Lech-Ihor Jan-Minh",
    "ru": "Анна-Гульнара Оксана-Тимур Ольга-Рустам Елена-Зарина Мария-Арам Денис-Айгуль "
    "Вера-Карен Вадим-Лейла Ирина-Ашот Наталья-Фарид",
    "uk": "Анна-Ельвіра Оксана-Айдер Ольга-Рустем Олена-Зарема Марія-Ахмед Андрій-Ґулі "
    "Ірина-Тимур Наталія-Карен Іван-Лейла",
    "zh": "王-阿 李-欧阳 张-艾 刘-古丽 陈-卓 小王-古丽 小李-卓玛 小张-巴特尔",
}
GENDER = {
    "en": "he-she him-her his-her Mr-Mrs sir-madam husband-wife son-daughter father-mother "
    "dad-mum man-woman boy-girl",
    "pl": "byłam-byłem chciałam-chciałem chciałabym-chciałbym mogłabym-mógłbym mogłam-mogłem "
    "zapisałam-zapisałem zadzwoniłam-zadzwoniłem czekałam-czekałem miałam-miałem "
    "powiedziałam-powiedziałem sprawdziłam-sprawdziłem musiałam-musiałem robiłam-robiłem "
    "myślałam-myślałem słyszałam-słyszałem zdenerwowana-zdenerwowany umówiona-umówiony "
    "zapisana-zapisany pewna-pewny sama-sam",
    "ru": "была-был хотела-хотел могла-мог записала-записал звонила-звонил ждала-ждал "
    "сказала-сказал поняла-понял думала-думал пришла-пришел слышала-слышал готова-готов "
    "рада-рад записана-записан должна-должен уверена-уверен сама-сам проверила-проверил",
    "uk": "була-був хотіла-хотів могла-міг записала-записав дзвонила-дзвонив чекала-чекав "
    "сказала-сказав зрозуміла-зрозумів думала-думав прийшла-прийшов чула-чув готова-готовий "
    "рада-радий записана-записаний повинна-повинен впевнена-впевнений сама-сам",
    "zh": "他-她 先生-女士 儿子-女儿 老公-老婆 爸-妈",
}
ACCENT = {
    "en": "the- a- an- that's-it's OK-okay yes-yeah going-goin something-some anything-any",
    "pl": "się-sie proszę-prosze dziękuję-dziekuje będę-bede mogę-moge są-som "
    "cześć-czesc dzień-dzien godzinę-godzine panią-pania też-tez już-juz",
    "ru": "что-шо пожалуйста-пожалуста здравствуйте-здрасьте сейчас-щас тысяча-тыща "
    "только-тока сколько-скока чего-чево его-ево вообще-ваще",
    "uk": "що-шо сьогодні-сьодні зараз-щас пожалуйста-пожалуста здравствуйте-здрастуйте "
    "тільки-тіки скільки-скіки якщо-якшо щоб-шоб",
    "zh": "您-你 吗-嘛 呢-呐 啊-呀 那-哪 的-地",
}
"""What recognisers write for some speakers; one way only."""


@dataclass(frozen=True)
class Change:
    """Words exchanged for others, in both directions or in one."""

    name: str
    pairs: dict[str, str]
    both: bool

    def words(self, language: str) -> dict[str, str]:
        found = dict(pair.split("-") for pair in self.pairs[language].split(" "))
        return found | {new: old for old, new in found.items()} if self.both else found


CHANGES = (
    Change("names", NAMES, True),
    Change("gender forms", GENDER, True),
    Change("accent", ACCENT, False),
)


@dataclass(frozen=True)
class Flips:
    verdicts: int
    """Met, partly or missed before and after."""
    flipped: tuple[str, ...]

    @property
    def rate(self) -> float:
        return len(self.flipped) / self.verdicts if self.verdicts else 0.0


def exchange(language: str, words: dict[str, str]) -> Callable[[str], str]:
    """A function that exchanges whole words (in Chinese: characters) of a text at once."""
    ordered = sorted(words, key=len, reverse=True)
    border = "" if language == "zh" else r"\b"
    place = re.compile(border + "(" + "|".join(map(re.escape, ordered)) + ")" + border, re.I)

    def other(match: re.Match[str]) -> str:
        old = match[0]
        new = words.get(old, words.get(old.lower(), old))
        return new.capitalize() if old[0].isupper() else new

    return lambda text: re.sub(r" {2,}", " ", place.sub(other, text))


def changed(one: Dialogue, change: Change) -> Dialogue:
    """The dialogue with its spoken words exchanged; the administrator's name too."""
    swap = exchange(one.language, change.words(one.language))
    lines = []
    for line in one.dialogue.splitlines():
        speaker, colon, words = line.partition(":")
        lines.append(f"{speaker}{colon} {swap(words).strip() or '...'}" if colon else line)
    name = swap(one.administrator)
    return one.model_copy(update={"dialogue": "\n".join(lines), "administrator": name})


def flips(language: str, change: Change, split: Split = "tune") -> Flips:
    """Over the written calls of a language."""
    verdicts, flipped = 0, []
    for one in dialogues(language, split):
        for name, before, after in compared(one, changed(one, change)):
            if before in JUDGED and after in JUDGED:
                verdicts += 1
                if before != after:
                    flipped.append(f"{language} {one.id} {name}: {before} -> {after}")
    return Flips(verdicts, tuple(flipped))


def compared(one: Dialogue, other: Dialogue) -> Iterator[tuple[str, str, str]]:
    rubric, facts = load_rubric(one.rubric), fact_sheet(one.language)
    before, after = (score(*call.call(), rubric, facts) for call in (one, other))
    for old, new in zip(before.criteria, after.criteria, strict=True):
        yield old.id, old.verdict, new.verdict


def main() -> None:
    no_options(__doc__)
    for change in CHANGES:
        found = {language: flips(language, change) for language in LANGUAGES}
        cells = [f"{f.rate:.1%} ({len(f.flipped)} of {f.verdicts})" for f in found.values()]
        print(f"| {change.name} | {' | '.join(cells)} |")
        for one in found.values():
            print(*(f"  {flip}" for flip in one.flipped), sep="\n")


if __name__ == "__main__":
    main()
