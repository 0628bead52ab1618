"""Texts are found again in the reader's language: those of pages, and those kept in English."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from helpers_logs import START, Logs, cdr, queue
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.models import Scorecard
from bench.gold.dialogues import LANGUAGES, dialogues, fact_sheet
from dashboards import language, retelling
from dashboards.language import NBSP, _, n_
from dashboards.parts import wording
from dashboards.retelling import retold
from rubrics.loader import load_rubric
from scoring.engine import score
from scoring.measures import MEASURES, NAMES
from tools.languages import FILE, lacking, texts, updated
from tools.languages import LANGUAGES as SHIPPED

ROOT = Path(__file__).parents[1]
FEW = {
    "Saved": "Zapisano",
    "{n} % of calls": "{n} % rozmów",
    "{first} and {last}": "{first} i {last}",
    "“{words}”": "„{words}”",
    "Seen {n} times": "Widziano {razy}",
    "Open": "Otwarte {",
}
KEPT = {
    "Waited {value} s": "Czekano {value} s",
    "Said thanks": "Podziękowano",
    "{doubt} (else: {reason})": "{doubt} (inaczej: {reason})",
    "Not sure enough ({share}): why": "Za mało pewne ({share}): dlaczego",
    "Thanked with {quote}": "Podziękowano słowami {quote}",
    "Not heard in {name}: {sought}": "Nie padło w {name}: {sought}",
    "a time": "godziny",
    "a day": "dnia",
}
PARTS = {
    "{n}%": "{n} %",
    "the sheet says {fact}": "w arkuszu jest {fact}",
    "{day} closed": "{day} zamknięte",
    "Monday": "poniedziałek",
    "{fact} since {date}": "{fact} od {date}",
}
COUNTED = {("{n} turn of hers", "{n} turns of hers"): ("{n} jej kwestia", "{n} jej kwestie",
                                                       "{n} jej kwestii")}  # fmt: skip


@pytest.fixture
def polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages in Polish with these few texts."""
    made = Catalog(locale="pl", fuzzy=False)
    for found, place in ((FEW, "dashboards/app.py"), (KEPT, "scoring/a.py")):
        for text, told in found.items():
            made.add(text, told, locations=[(place, 0)])
    for text, told in PARTS.items():
        made.add(text, told, locations=[("scoring/a.py", 0)], auto_comments=[retelling.PART])
    for counted, forms in COUNTED.items():
        made.add(counted, forms, locations=[("scoring/a.py", 0)])
    made.add(("{n} call", "{n} calls"), ("{n} rozmowa", "{n} rozmowy", "{n} rozmów"),
             locations=[("dashboards/app.py", 0)])  # fmt: skip
    yield from speaking("pl", made, tmp_path, monkeypatch)


def speaking(
    code: str, made: Catalog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """With this catalogue as the language's, in a clinic's own folder."""
    (folder / code).mkdir()
    (folder / code / "language.yaml").write_text(f"name: {code}\n", "utf-8")
    with (folder / code / FILE).open("wb") as file:
        write_po(file, made)
    monkeypatch.setenv("AURICLE_LANGUAGES", str(folder))
    forget()
    language.speak(code)
    yield
    monkeypatch.undo()
    language.speak("en")
    forget()


def forget() -> None:
    language.catalogue.cache_clear()
    retelling._retold.cache_clear()
    retelling._stored.cache_clear()


@pytest.mark.usefixtures("polish")
class TestPolish:
    def test_pages(self) -> None:
        assert _("Saved") == "Zapisano"
        assert _("{n} % of calls", n=3) == "3 % rozmów"
        assert _("Not known here") == "Not known here"

    def test_a_translation_that_can_t_be_filled_in_stays_english(self) -> None:
        assert _("Seen {n} times", n=3) == "Seen 3 times"
        assert _("Open") == "Open"

    def test_counts(self) -> None:
        said = [n_("{n} call", "{n} calls", n) for n in (1, 2, 5, 22, 1200)]
        assert [one.replace(NBSP, " ") for one in said] == [
            "1 rozmowa", "2 rozmowy", "5 rozmów", "22 rozmowy", "1 200 rozmów",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("kept", "told"),
        [
            ("Said thanks", "Podziękowano"),
            ("Waited 12.5 s", "Czekano 12,5 s"),
            ("Not sure enough (45%): why (else: Said thanks)",
             "Za mało pewne (45 %): dlaczego (inaczej: Podziękowano)"),
            ("5 turns of hers", "5 jej kwestii"),
            ("1 turn of hers", "1 jej kwestia"),
            ("Thanked with Saved", "Podziękowano słowami Saved"),
            ("Thanked with “Saved”", "Podziękowano słowami „Saved”"),
            ("Thanked with “a”, “b”", "Podziękowano słowami “a”, “b”"),
            ("Thanked with 2.5", "Podziękowano słowami 2.5"),
            ("Not heard in Saved: Said thanks; a time and a day",
             "Nie padło w Saved: Podziękowano; godziny i dnia"),
            ("The sheet says Monday closed", "W arkuszu jest poniedziałek zamknięte"),
            ("the clinic's own words", "the clinic's own words"),
            ("We were closed", "We were closed"),
            ("", ""),
        ],
    )  # fmt: skip
    def test_kept(self, kept: str, told: str) -> None:
        assert retold(kept) == told

    def test_dates(self) -> None:
        assert "2026" in retold("The sheet says Main Street since 2026-03-12")
        assert "03-12" not in retold("The sheet says Main Street since 2026-03-12")

    def test_only_texts_that_are_kept_are_searched(self) -> None:
        assert retold("5 % of calls") == "5 % of calls"

    def test_nearest(self) -> None:
        assert language.nearest("pl-PL") == "pl"
        assert language.nearest("xx") == language.nearest("tlh-Latn-x") == "en"
        assert language.nearest("") == "en"


def test_english() -> None:
    language.speak("en")
    assert retold("Waited 12.5 s") == "Waited 12.5 s"
    assert n_("{n} call", "{n} calls", 1) == f"1{NBSP}call"
    assert _("Saved {n}", n=2) == "Saved 2"


def test_nearest_of_the_shipped() -> None:
    for code, region in (("ru", "RU"), ("pl", "PL"), ("uk", "UA"), ("zh", "CN"), ("en", "US")):
        assert language.nearest(f"{code}-{region}") == (code if code in language.known() else "en")


CATALOGUES = sorted(SHIPPED.glob(f"*/{FILE}"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_catalogues_hold(path: Path) -> None:
    """What is there is no guess, and has the text's placeholders and the language's forms."""
    catalogue = read_po(io.BytesIO(path.read_bytes()), locale=path.parent.name)
    for message in catalogue:
        if message.id and isinstance(message.id, tuple | list):
            assert len(message.string) == catalogue.num_plurals, message.id
    wrong = [line for line in lacking(catalogue) if not line.startswith("not translated")]
    assert not wrong


def test_catalogues_are_complete() -> None:
    """Every text, in every language that has a catalogue."""
    run = subprocess.run(
        [sys.executable, "tools/languages.py", "--check"], cwd=ROOT, text=True, capture_output=True
    )
    assert run.returncode == 0, run.stderr[-2000:]


def test_a_new_catalogue_has_every_text(tmp_path: Path) -> None:
    (tmp_path / "cs").mkdir()
    all_texts = texts()
    made = read_po(io.StringIO(updated(tmp_path / "cs" / FILE, all_texts)), locale="cs")
    assert {str(m.id) for m in made if m.id} == {str(m.id) for m in all_texts if m.id}
    assert made.num_plurals == 3


def test_every_measure_has_a_name() -> None:
    assert {*MEASURES} == {*NAMES}
    assert {*MEASURES} <= {*wording._MEASURES}
    for name, said in NAMES.items():
        assert said == name.removesuffix("_s").replace("_", " ")


@pytest.fixture
def marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages in a language in which every text is a mark, with what stands in its placeholders."""
    made = Catalog(locale="cs", fuzzy=False)
    for message in texts():
        if message.id:
            one = message.id if isinstance(message.id, str) else message.id[-1]
            names = "".join(f"{{{name}}}" for name in dict.fromkeys(language.placeholders(one)))
            said = f"§{names}"
            made.add(message.id, said if isinstance(message.id, str) else (said, said, said),
                     locations=message.locations, auto_comments=message.auto_comments)  # fmt: skip
    yield from speaking("cs", made, tmp_path, monkeypatch)


@cache
def scored() -> tuple[Scorecard, ...]:
    """Of every dialogue for tuning, in all languages, with a fact sheet and without."""
    found = []
    for code in LANGUAGES:
        for number, gold in enumerate(dialogues(code, "tune")):
            call, transcript = gold.call()
            facts = fact_sheet(code) if number % 7 else None
            found.append(score(call, transcript, load_rubric(gold.rubric), facts))
    return tuple(found)


def kept(card: Scorecard) -> Iterator[str]:
    """Every text of a scorecard that scoring wrote."""
    for verdict in card.criteria:
        yield verdict.reason
        for proof in verdict.evidence:
            yield proof.note or ""
            yield proof.unit if proof.unit and proof.unit != "s" else ""


def golden() -> Iterator[Scorecard]:
    for path in sorted((ROOT / "tests" / "golden").rglob("*.json")):
        held = json.loads(path.read_text("utf-8"))
        if isinstance(held, dict) and "criteria" in held:
            yield Scorecard.model_validate(held)


@pytest.fixture(scope="module")
def written() -> frozenset[str]:
    cards = [*scored(), *golden()]
    return frozenset(text for card in cards for text in kept(card) if text)


@pytest.mark.usefixtures("marked")
def test_what_scoring_writes_is_found(written: frozenset[str]) -> None:
    assert len(written) > 1000
    assert [text for text in sorted(written) if not retold(text).startswith("§")] == []
    for text in written:
        if text.startswith(("Not heard in", "Not sure enough")) and "“" not in text:
            said = retold(text)
            assert not any(letter.isascii() and letter.isalpha() for letter in said), (text, said)


@pytest.mark.usefixtures("marked")
def test_what_is_said_of_logs_is_found(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    once, hour = cdr(), timedelta(hours=1)
    logs.write(
        "Master.csv", once, once, "torn", once.replace(str(START), "soon"),
        cdr(start=START + hour, billsec=900), cdr(start=START + hour * 2, duration=700),
        cdr(start=START - hour * 5, uniqueid=""),
    )  # fmt: skip
    logs.write(
        "queue_log", queue(0, "ENTERQUEUE"), "torn", "soon|1|600|NONE|ENTERQUEUE",
        queue(-60, "ABANDON"),
    )  # fmt: skip
    told = {text for failure in logs.read() for text in (failure.reason, failure.remedy)}
    assert len(told) == 15
    assert [text for text in sorted(told) if not retold(text).startswith("§")] == []


@pytest.mark.usefixtures("marked")
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_a_filled_text_is_told_as_if_it_were_filled_there(data: st.DataObject) -> None:
    """Of every text with placeholders, filled with words that are in no text.

    Values that are texts themselves, or that hold what stands between two placeholders, may be
    divided otherwise; so values are made of letters that no text has.
    """
    letters = st.text("жщюяфы", min_size=1, max_size=8)
    for found in retelling._stored("cs"):
        for text in () if found.part else found.ids:
            names = tuple(dict.fromkeys(language.placeholders(text)))
            if retelling.FORMS.keys().isdisjoint(names):  # numbers are told in the language's way
                values = {name: data.draw(letters) for name in names}
                assert retold(text.format(**values)) == "§" + "".join(values.values())
