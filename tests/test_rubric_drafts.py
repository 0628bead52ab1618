"""Drafts of rubrics: changed in places, tried on a call, published, remembered."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.commands.board.publishing import publish_rubric, workbench
from auricle.errors import SettingsError
from auricle.scorer import version_of
from auricle.settings import Score, Settings, StoreSettings
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.versions import rubric_versions
from dashboards.parts.drafts import with_phrases, with_points
from rubrics.loader import load_rubric, parse_rubric
from scoring.dialogue import dialogue
from scoring.engine import score

TEXT = """\
# Ours.
id: ours
version: "1"
title: Ours
sections:
  - id: all
    title: All
    criteria:
      - id: close
        title: Close
        description: Says goodbye.
        points: 5     # not many
        rules: [{verdict: met, if: {phrases: {lists: [goodbye]}}, because: "{quote}"}]
        otherwise_because: No goodbye
        examples:
          - {verdict: met, dialogue: "A: Goodbye."}
      - id: thanks
        title: Thanks
        description: Thanks.
        points: 7
        rules: [{verdict: met, if: {phrases: {lists: [thanks]}}, because: "{quote}"}]
        otherwise_because: No thanks
"""


def points_of(text):
    return parse_rubric(text, "ours.yaml").max_points()


@given(st.floats(0, 1000).map(lambda x: float(f"{x:g}")))
def test_points_change_alone(points):
    changed = with_points(TEXT, "thanks", points)
    assert points_of(changed) == {"close": 5, "thanks": points}
    assert changed == TEXT.replace("points: 7", f"points: {points:g}")


def test_points_that_are_not_there():
    with pytest.raises(ValueError, match="no points of 'empathy'"):
        with_points(TEXT, "empathy", 3)


def test_phrases_are_added_to_the_rubrics_own():
    once = with_phrases(TEXT, "goodbye", "en", "marmalade skies\n")
    twice = with_phrases(once, "goodbye", "en", "so long my friend")
    thrice = with_phrases(twice, "goodbye", "pl", "zielone okna")
    rubric = parse_rubric(thrice, "ours.yaml")
    assert rubric.phrases["goodbye"]["en"].splitlines() == ["marmalade skies", "so long my friend"]
    assert "# not many" in thrice

    def verdict(words, text, language="en"):
        parsed = parse_rubric(text, "ours.yaml")
        return score(*dialogue(f"A: {words}", language=language), parsed).criteria[0].verdict

    assert verdict("Marmalade skies!", TEXT) == "missed"
    assert verdict("Marmalade skies!", once) == "met"
    assert verdict("Goodbye!", once) == "met"
    assert verdict("Zielone okna!", twice, "pl") == "missed"
    assert verdict("Zielone okna!", thrice, "pl") == "met"
    assert parse_rubric(once, "o").fingerprint != parse_rubric(TEXT, "o").fingerprint


def test_a_list_of_its_own_and_one_that_cannot_be_read():
    own = TEXT.replace("[goodbye]", "[our_way]") + "phrases: {our_way: {en: keep smiling}}\n"
    own = own.replace("A: Goodbye.", "A: Keep smiling.")
    assert score(*dialogue("A: Keep smiling!"), parse_rubric(own, "o")).criteria[0].verdict == "met"
    with pytest.raises(SettingsError, match="brackets"):
        parse_rubric(own.replace("keep smiling", "(keep smiling"), "o")
    with pytest.raises(SettingsError, match="No phrase lists for language 'xx'"):
        parse_rubric(own.replace("{en:", "{xx:"), "o")


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "ours.yaml").write_text(TEXT, "utf-8")
    return Settings(
        score=Score(rubric=str(tmp_path / "ours.yaml")),
        store=StoreSettings(path=tmp_path / "a.duckdb"),
    )


def test_publishing_writes_the_file_and_remembers_both_versions(settings, tmp_path):
    draft = with_points(TEXT, "close", 9).replace('version: "1"', 'version: "2"')
    published = publish_rubric(settings, draft, "Ola")
    assert published.version == "2"
    assert (tmp_path / "ours.yaml").read_text("utf-8") == draft
    assert load_rubric(settings.score.rubric).max_points()["close"] == 9
    known = rubric_versions(as_owner(settings.store.path), "ours")
    assert [(one.version, one.published_by) for one in known] == [("2", "Ola"), ("1", "")]
    assert [one.text for one in known] == [draft, TEXT]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text, "Raise 'version'"),
        (lambda text: text.replace('"1"', '"2"').replace("Goodbye.", "Hello."), "example 1"),
        (lambda text: text.replace('"1"', '"2"').replace("id: ours", "id: others"), "Copy it"),
        (lambda text: text.replace("points: 5", "point: 5"), "Did you mean 'points'"),
        (lambda text: text.replace("points: 5", "point: 5"), "close.point'"),
    ],
)
def test_a_draft_that_cannot_be_published_changes_nothing(settings, tmp_path, change, says):
    with pytest.raises(SettingsError) as caught:
        publish_rubric(settings, change(TEXT), "Ola")
    assert says in f"{caught.value.reason} {caught.value.remedy}"
    assert (tmp_path / "ours.yaml").read_text("utf-8") == TEXT


def test_what_comes_along_is_not_overwritten():
    settings = Settings()
    text = load_rubric("clinic-phone").text
    with pytest.raises(SettingsError, match="comes with Auricle"):
        publish_rubric(settings, text, "Ola")


def test_trying_saves_nothing(settings):
    call, transcript = dialogue("A: Thank you. Goodbye.")
    draft = parse_rubric(with_points(TEXT, "close", 95), "draft")
    card = workbench(settings).score(call, transcript, draft)
    assert card.criteria[0].max_points == 95
    assert not settings.store.path.exists()


def test_a_version_is_remembered_once(tmp_path):
    store = Store(tmp_path / "a.duckdb")
    rubric = parse_rubric(TEXT, "ours.yaml")
    for year in (2026, 2027):
        store.save_rubric(version_of(rubric, datetime(year, 1, 1, tzinfo=UTC)))
    [known] = rubric_versions(as_owner(store.path), "ours")
    assert known.since.year == 2026
