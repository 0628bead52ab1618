"""Ask a language model by OpenAI's protocol (``POST /v1/chat/completions``) about a call."""

import json
import os
from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from auricle import servers
from auricle.errors import ModelError
from auricle.models import Role
from auricle.settings import JudgeServer

KEY = "AURICLE_JUDGE_KEY"
"""Environment variable with the server's key."""
TIMEOUT = httpx.Timeout(120.0, connect=5.0)
TRIES = 3
INSTRUCTIONS = """You read a telephone call to a clinic and answer one question about it.
Each line is: number of the turn, who speaks, the words. Names are replaced by [name].
Answer only from the words. Say "holds": true only if words of the {role} prove it; then copy those
words exactly as they stand, without [name], into "quote", and give the number of their turn.
Otherwise say "holds": false, "turn": -1, "quote": ""."""


class Opinion(BaseModel):
    """One vote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holds: bool
    turn: int
    quote: str


SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "opinion",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {
                "holds": {"type": "boolean"},
                "turn": {"type": "integer"},
                "quote": {"type": "string"},
            },
            "required": ["holds", "turn", "quote"],
            "additionalProperties": False,
        },
    },
}

Line = tuple[Role, str]
"""Who speaks, and the words without names."""


class LanguageModel:
    """The server of the settings. ``ask`` may be called from several threads at once."""

    def __init__(self, settings: JudgeServer) -> None:
        """Sends nothing. Raises as ``servers.checked``."""
        address = servers.checked(
            settings.server,
            allow_remote=settings.allow_remote,
            setting="[score.judge] server",
            leaves="patients' words",
            instead="score without it",
        )
        self.settings = settings
        key = os.environ.get(KEY)
        self.client = httpx.Client(
            base_url=address.url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=TIMEOUT,
            follow_redirects=False,  # a private server must not pass the words on
            trust_env=address.beyond,  # nor a proxy, where none is needed
        )

    def ask(self, question: str, role: Role, lines: Sequence[Line]) -> list[Opinion]:
        """So many votes as the settings say; an answer in another form is no vote for yes.

        Raises ModelError when the server can't be used.
        """
        told = "\n".join(f"{i} {who}: {words}" for i, (who, words) in enumerate(lines))
        body = {
            "model": self.settings.model,
            "temperature": 0,
            "response_format": SCHEMA,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS.format(role=role)},
                {"role": "user", "content": f"{told}\n\nQuestion: {question}"},
            ],
        }
        return [read(self.post(body | {"seed": vote})) for vote in range(self.settings.votes)]

    def post(self, body: dict[str, Any]) -> str:
        trouble = ""
        for _ in range(TRIES):
            try:
                response = self.client.post("/chat/completions", json=body)
            except httpx.TransportError as error:
                trouble = str(error) or type(error).__name__
                continue
            if response.is_success:
                return response.text
            trouble = f"{response.status_code} {response.reason_phrase}"
            if response.is_client_error:
                break
        raise ModelError(
            f"The language model at {self.settings.server} can't be asked: {trouble}.",
            f"Check [score.judge] and the environment variable {KEY}, or remove [score.judge].",
        )


UNREADABLE = Opinion(holds=True, turn=-1, quote="")
"""Neither yes nor no: a yes without proof."""


def read(answer: str) -> Opinion:
    """The vote in a server's answer; models like to write something around the JSON."""
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
        return Opinion.model_validate_json(content[content.index("{") : content.rindex("}") + 1])
    except (ValueError, ValidationError, KeyError, IndexError, TypeError, AttributeError):
        return UNREADABLE
