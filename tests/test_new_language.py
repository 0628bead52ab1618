"""A sixth language by files alone: those of the documentation's page, in a folder of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "new-language.md"
FILE = re.compile(r"## `(cs/\w+\.yaml)`\n.*?```yaml\n(.*?)```", re.S)
RUBRIC = """
id: cesky
version: "1"
title: Česky
example_facts: {clinic: Zubní Dubová, prices: [{service: prohlídka, price: 800}]}
sections:
  - id: all
    title: Vše
    criteria:
      - id: greeting
        title: Pozdrav
        description: Pozdraví a představí se.
        points: 5
        rules:
          - verdict: met
            if: {all: [{phrases: {lists: [greeting]}}, {phrases: {lists: [self_introduction]}}]}
            because: "{quote}"
        otherwise_because: Nic
        examples:
          - {verdict: met, language: cs, dialogue: "A: Dobrý den, u telefonu Jana."}
          - {verdict: missed, language: cs, dialogue: "A: Prosím?"}
      - id: prices
        title: Ceny
        description: Správná cena.
        points: 5
        when: {phrases: {lists: [price_question], role: patient}}
        rules:
          - {verdict: missed, if: {facts: {topic: prices, outcome: wrong}}, because: "{said}"}
          - {verdict: met, if: {facts: {topic: prices, outcome: right}}, because: Správně}
        otherwise_because: Nic
        examples:
          - verdict: met
            language: cs
            dialogue: |
              P: Kolik stojí prohlídka?
              A: Prohlídka stojí osm set korun.
          - verdict: missed
            language: cs
            dialogue: |
              P: Kolik by stála prohlídka?
              A: Prohlídka stojí devět set korun.
          - {verdict: not_applicable, language: cs, dialogue: "P: Haló?\\nA: Dobrý den."}
      - id: empathy
        title: Pochopení
        description: Bere bolest vážně.
        points: 5
        when: {phrases: {lists: [pain], role: patient}}
        rules:
          - verdict: met
            if: {phrases: {lists: [acknowledgement], contrasted: false}}
            because: "{quote}"
        otherwise_because: Nic
        examples:
          - {verdict: met, language: cs, dialogue: "P: Bolí mě zub.\\nA: To mě moc mrzí."}
          - {verdict: missed, language: cs, dialogue: "P: Boli me zub.\\nA: Chápu, ale nemáme čas."}
      - id: close
        title: Rozloučení
        description: Rozloučí se a popřeje.
        points: 5
        rules: [{verdict: met, if: {phrases: {lists: [wish_well]}}, because: "{quote}"}]
        otherwise_because: Nic
        examples:
          - {verdict: abstain, language: cs, dialogue: "A: Na shledanou."}
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in FILE.findall(PAGE.read_text("utf-8")):
        path = tmp_path / "languages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "cesky.yaml").write_text(RUBRIC, "utf-8")
    return tmp_path


def auricle(folder, *arguments, languages=True):
    own = {"AURICLE_LANGUAGES": str(folder / "languages")} if languages else {}
    return subprocess.run(
        [sys.executable, "-m", "auricle.cli", *arguments],
        env={**os.environ, **own},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_rubric_in_czech_needs_files_alone(folder):
    done = auricle(folder, "rubric", "check", "cesky.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 criteria, 8 examples, 0 wrong" in done.stdout


def test_without_the_folder_nothing_is_claimed(folder):
    done = auricle(folder, "rubric", "check", "cesky.yaml", languages=False)
    assert done.returncode == 1
    assert "expected met, got abstain: No phrase lists for language 'cs'" in done.stdout


def test_a_czech_transcript_is_scored(folder):
    said = [("administrator", "Dobrý den, u telefonu Jana."), ("patient", "Kolik stojí prohlídka?")]
    turns = [
        {
            "speaker": role, "role": role, "role_confidence": 0.95, "start_s": 3.0 * at,
            "end_s": 3.0 * at + 2, "text": text, "confidence": 0.9,
        }
        for at, (role, text) in enumerate(said)
    ]  # fmt: skip
    transcript = {
        "schema": "auricle.transcript/1", "call_id": "c", "language": "cs", "duration_s": 9,
        "line": {}, "turns": turns,
    }  # fmt: skip
    (folder / "c.json").write_text(json.dumps(transcript), "utf-8")
    done = auricle(folder, "score", "c.json", "--rubric", "cesky.yaml", "--json")
    assert done.returncode == 0, done.stderr
    card = json.loads(done.stdout)
    assert card["criteria"][0]["verdict"] == "met"
    assert card["criteria"][0]["evidence"][0]["quote"] == "Dobrý den,"
