"""A language model's say: a server made for the test, asked for little and trusted less."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import ValidationError

from auricle.errors import ModelError, SettingsError
from auricle.scorer import load_scorer
from auricle.settings import JudgeServer, Score, Settings
from rubrics.loader import parse_rubric
from scoring.dialogue import dialogue
from scoring.engine import score
from scoring.opinions import KEY, LanguageModel, Opinion

SMALL = """
id: small
version: "1"
title: Small
sections:
  - id: all
    title: All
    criteria:
      - id: empathy
        title: Empathy
        description: Feels with the patient.
        points: 5
        rules:
          - verdict: met
            if: {judge: {question: Does she feel with the patient?}}
            because: "{quote}"
        otherwise_because: Nothing of the kind
"""
RUBRIC = parse_rubric(SMALL, "small.yaml")
CALL = """
A: Oakfield Dental, Anna speaking.
P: Hello, my name is Peter Novak, my tooth hurts.
A: You must be having a dreadful night.
"""
YES = {"holds": True, "turn": 2, "quote": "having a dreadful night"}
NO = {"holds": False, "turn": -1, "quote": ""}


class Stub:
    """Answers as it is told; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.votes: list[Any] = [YES]
        self.status = 200
        self.url = ""

    def reply(self) -> bytes:
        vote = self.votes[(len(self.asked) - 1) % len(self.votes)]
        content = vote if isinstance(vote, str) else json.dumps(vote)
        return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            made.keys.append(self.headers["Authorization"])
            data = made.reply()
            self.send_response(made.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        made.url = f"http://127.0.0.1:{server.server_port}/v1"
        yield made
        server.shutdown()
        thread.join()


def verdict(stub, **options):
    model = LanguageModel(JudgeServer(server=stub.url, model="small", **options))
    call, transcript = dialogue(CALL, administrator="Anna")
    return score(call, transcript, RUBRIC, ask=model.ask).criteria[0]


def test_a_yes_with_its_quote(stub, monkeypatch):
    monkeypatch.setenv(KEY, "secret")
    found = verdict(stub)
    assert (found.verdict, found.reason) == ("met", "having a dreadful night")
    assert (found.evidence[0].turn, found.evidence[0].role) == (2, "administrator")
    assert found.confidence <= 0.8
    assert len(stub.asked) == 3
    assert stub.keys == ["Bearer secret"] * 3


def test_what_criteria_ask_alike_is_asked_once_a_call():
    again = SMALL.split("criteria:\n")[1].replace("id: empathy", "id: again")
    rubric, asked = parse_rubric(SMALL + again, "small.yaml"), []

    def ask(question, role, lines):
        asked.append(question)
        return [Opinion(**YES)]

    first, second = (score(*dialogue(CALL), rubric, ask=ask).criteria for _ in range(2))
    assert [one.verdict for one in (*first, *second)] == ["met"] * 4
    assert len(asked) == 2


def test_what_is_asked(stub):
    verdict(stub)
    asked = stub.asked[0]
    assert asked["temperature"] == 0
    schema = asked["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    told = json.dumps(asked)
    assert "Does she feel with the patient?" in told
    assert not [name for name in ("Anna", "Oakfield", "Peter", "Novak", "call_id") if name in told]


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([YES, YES, NO], "met"),
        ([NO, NO, YES], "missed"),
        ([YES | {"quote": "I am so sorry for you"}], "abstain"),
        ([YES | {"turn": 1, "quote": "my tooth hurts"}], "abstain"),
        ([YES | {"turn": 99}], "abstain"),
        ([YES | {"quote": ""}], "abstain"),
        ([YES, NO, "I think so."], "abstain"),
        (["Sure! " + json.dumps(YES) + " Anything else?"], "met"),
        ([YES | {"mood": "sad"}], "abstain"),
        (["{}"], "abstain"),
    ],
)
def test_votes_and_quotes_that_do_not_stand(stub, votes, expected):
    stub.votes = votes
    assert verdict(stub).verdict == expected


def test_it_is_off_by_default(stub):
    call, transcript = dialogue(CALL)
    found = score(call, transcript, RUBRIC).criteria[0]
    assert (found.verdict, stub.asked) == ("abstain", [])
    assert load_scorer(Settings()).model is None


def test_a_server_that_cannot_be_used(stub):
    stub.status = 401
    with pytest.raises(ModelError, match=KEY):
        verdict(stub)
    assert len(stub.asked) == 1
    stub.status = 503
    with pytest.raises(ModelError, match="503"):
        verdict(stub)


def test_words_stay_in_the_clinic_unless_allowed():
    far = "https://8.8.8.8/v1"
    with pytest.raises(SettingsError, match="words would leave the clinic"):
        load_scorer(Settings(score=Score(judge=JudgeServer(server=far, model="m"))))
    with pytest.raises(SettingsError, match="without encryption"):
        LanguageModel(JudgeServer(server="http://8.8.8.8/v1", model="m", allow_remote=True))
    assert LanguageModel(JudgeServer(server=far, model="m", allow_remote=True))
    with pytest.raises(ValidationError, match=KEY):
        JudgeServer(server="http://me:secret@localhost/v1", model="m")


def test_another_model_makes_other_scorecards(stub):
    def fingerprint(model, rubric):
        judge = JudgeServer(server=stub.url, model=model)
        return load_scorer(Settings(score=Score(rubric=rubric, judge=judge))).fingerprint

    assert fingerprint("a", "clinic-phone") == fingerprint("b", "clinic-phone")


def test_it_never_decides_a_critical_criterion_alone():
    with pytest.raises(SettingsError, match="may not decide alone"):
        parse_rubric(SMALL.replace("points: 5", "points: 5\n        critical: call"), "small.yaml")
