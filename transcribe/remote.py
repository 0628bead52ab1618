"""Recognition by a server that speaks OpenAI's protocol (``POST /v1/audio/transcriptions``).

The same seam as the local recogniser: voiced stretches in, words out. Only they are sent, as packs
of at most 30 s without any name; nothing is sent anywhere before the address was checked.
"""

import io
import math
import os
import time
import wave
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
from pydantic import ValidationError

from auricle import servers
from auricle.errors import ModelError, RecordingError
from auricle.messages import N_
from auricle.models import Probability, Segment, Word
from auricle.settings import Transcribe
from transcribe.guards import Dropped, Guards
from transcribe.import_formats import Lenient, Span
from transcribe.recognise import Recognised, clip, language_packs, pack, place, whole_words
from transcribe.samples import RATE_HZ, Samples

KEY = "AURICLE_SERVER_KEY"
"""Environment variable with the server's key; a key has no place in a file that is shared."""
DEFAULT_MODEL = "whisper-1"
TIMEOUT = httpx.Timeout(120.0, connect=5.0)
"""30 s of sound on a busy CPU server may take a minute."""
PAUSES_S = (1.0, 2.0, 4.0)
"""Before each further try."""
LONGEST_PAUSE_S = 30.0
"""A server may ask for a pause (Retry-After), but not for any."""
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
REFUSED = {
    401: f"Set the environment variable {KEY} to its key.",
    403: f"Set the environment variable {KEY} to a key that may transcribe.",
    404: "Check [transcribe] server (it ends in /v1, as a rule) and model.",
    405: "Check [transcribe] server (it ends in /v1, as a rule).",
}
NAMES = {
    "english": "en", "polish": "pl", "russian": "ru", "ukrainian": "uk", "chinese": "zh",
    "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "czech": "cs", "slovak": "sk", "dutch": "nl", "turkish": "tr", "romanian": "ro",
}  # fmt: skip
"""OpenAI names languages in English, others give their codes."""


@dataclass(frozen=True)
class Server:
    url: str
    """Up to and with ``/v1``."""
    model: str
    beyond: bool
    """It is not on this machine or a private network."""


def find_server(settings: Transcribe) -> Server | None:
    """The server of the settings, or None. Sends nothing. Raises as ``servers.checked``."""
    if not settings.server:
        return None
    address = servers.checked(
        settings.server,
        allow_remote=settings.allow_remote,
        setting="[transcribe] server",
        leaves="patients' voices",
        instead="recognise on this machine",
    )
    model = DEFAULT_MODEL if settings.model == "auto" else settings.model
    return Server(address.url, model, address.beyond)


class SentWord(Span):
    word: str
    probability: Probability | None = None


class SentSegment(Span):
    text: str
    avg_logprob: float | None = None
    no_speech_prob: Probability = 0.0
    words: list[SentWord] | None = None


class Answer(Lenient):
    """``verbose_json``. Words are beside the segments (OpenAI) or in them (others)."""

    language: str | None = None
    segments: tuple[SentSegment, ...] = ()
    words: list[SentWord] | None = None


class RemoteRecogniser:
    """A transcription server. ``recognise`` may be called from several threads at once."""

    def __init__(self, server: Server, sleep: Callable[[float], None] = time.sleep) -> None:
        self._server, self._sleep = server, sleep
        key = os.environ.get(KEY)
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=TIMEOUT,
            follow_redirects=False,  # a private server must not pass the sound on
            trust_env=server.beyond,  # nor a proxy, where none is needed
        )

    def recognise(
        self, samples: Samples, speech: tuple[Segment, ...], languages: tuple[str, ...]
    ) -> Recognised:
        """As ``Recogniser.recognise``.

        Raises ModelError when the server can't be used, RecordingError when it refuses this sound.
        """
        packs = pack(speech, in_turn=True)  # all in one language: a request names one
        words: list[list[Word]] = [[] for _ in samples]
        if not packs:
            return Recognised(tuple(map(tuple, words)), "", 0.0, Dropped())
        clips = [clip(samples, stretches) for stretches in packs]
        language, probability, known = self._language(clips, languages)
        guards = Guards(language)
        dropped = Dropped()
        for index, stretches in enumerate(packs):
            answer = known.get(index) or self._ask(clips[index], language)
            for segment in _segments(answer):
                kept, lost = guards.filter(segment)
                dropped = dropped + lost
                for word in whole_words(kept):
                    channel, placed = place(word, 0.0, stretches)
                    words[channel].append(placed)
        ordered = tuple(tuple(sorted(lane, key=lambda w: (w.start_s, w.end_s))) for lane in words)
        return Recognised(ordered, language, probability, dropped)

    def _language(
        self, clips: Sequence[Samples], languages: tuple[str, ...]
    ) -> tuple[str, float, dict[int, Answer]]:
        """The language most packs are in, its share of them, and the answers that stand."""
        if len(languages) == 1:
            return languages[0], 1.0, {}
        answers = {index: self._ask(clips[index], "") for index in language_packs(len(clips))}
        named = {i: _code(answer.language or "") for i, answer in answers.items()}
        votes = Counter(code for code in named.values() if code in languages)
        if not votes:
            return languages[0], 0.0, {}
        language, count = votes.most_common(1)[0]
        stand = {i: answer for i, answer in answers.items() if named[i] == language}
        return language, round(count / len(answers), 4), stand

    def _ask(self, sound: Samples, language: str) -> Answer:
        form: dict[str, Any] = {
            "model": self._server.model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            "temperature": "0",
        }
        if language:
            form["language"] = language
        response = self._post(form, _wav(sound))
        try:
            answer = Answer.model_validate_json(response.content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the answer"
            raise ModelError(
                f"The transcription server {self._server.url} answers in another form: {where}: "
                f"{first['msg']}.",
                "It must give verbose_json; see [transcribe] server.",
            ) from error
        if answer.words is None and any(s.words is None and s.text.strip()
                                        for s in answer.segments):  # fmt: skip
            raise ModelError(
                f"The transcription server {self._server.url} gives no times of words.",
                "Use one that knows timestamp_granularities, or another model.",
            )
        return answer

    def _post(self, form: dict[str, Any], sound: bytes) -> httpx.Response:
        trouble = ""
        for pause_s in (*PAUSES_S, None):
            asked_s = 0.0
            try:
                response = self._client.post(
                    f"{self._server.url}/audio/transcriptions",
                    data=form,
                    files={"file": ("sound.wav", sound, "audio/wav")},
                )
            except httpx.TransportError as error:
                trouble = str(error) or type(error).__name__
            else:
                if response.is_success:
                    return response
                trouble = f"{response.status_code} {response.reason_phrase}"
                if response.status_code not in AGAIN:
                    raise self._refusal(response, trouble)
                asked_s = _retry_after(response)
            if pause_s is not None:
                self._sleep(min(max(pause_s, asked_s), LONGEST_PAUSE_S))
        raise ModelError(
            f"The transcription server {self._server.url} doesn't answer, "
            f"{len(PAUSES_S) + 1} times: {trouble}.",
            "Start it, or remove [transcribe] server. The next run goes on from here.",
        )

    def _refusal(self, response: httpx.Response, trouble: str) -> ModelError | RecordingError:
        reason = f"The transcription server {self._server.url} refuses: {trouble}"
        if response.status_code in REFUSED or not response.is_client_error:
            remedy = REFUSED.get(response.status_code, "Check [transcribe] server.")
            return ModelError(f"{reason}.", remedy)
        said = " ".join(response.text.split())[:200]
        return RecordingError(
            N_("{reason}: {said}.").format(reason=reason, said=said),
            N_("Look into the server's log."),
        )


def _segments(answer: Answer) -> list[SimpleNamespace]:
    """Segments as faster-whisper gives them, each with its words."""
    lanes: list[list[SentWord]] = [list(segment.words or ()) for segment in answer.segments]
    if answer.words is not None and not any(lanes):
        if not answer.segments and answer.words:
            return [_segment("", None, 0.0, answer.words)]
        starts = [segment.start for segment in answer.segments]
        for word in answer.words:
            at = bisect_right(starts, (word.start + word.end) / 2) - 1
            lanes[max(at, 0)].append(word)
    return [
        _segment(segment.text, segment.avg_logprob, segment.no_speech_prob, words)
        for segment, words in zip(answer.segments, lanes, strict=True)
    ]


@dataclass(frozen=True)
class HeardWord:
    """As faster-whisper's ``Word``."""

    word: str
    start: float
    end: float
    probability: float


def _segment(
    text: str, log_probability: float | None, no_speech: float, words: Sequence[SentWord]
) -> SimpleNamespace:
    written = text.split()
    # OpenAI's words come without punctuation, which stands in the segment's text.
    same = len(written) == len(words)
    # Without a probability a word gets its segment's mean over tokens.
    mean = math.exp(min(log_probability, 0.0)) if log_probability is not None else 0.5
    heard = [
        HeardWord(
            " " + (written[i] if same else word.word.strip()), word.start, word.end,
            mean if word.probability is None else word.probability,
        )
        for i, word in enumerate(words)
    ]  # fmt: skip
    return SimpleNamespace(
        text=text or " ".join(w.word.strip() for w in words),
        words=heard,
        avg_logprob=0.0 if log_probability is None else log_probability,
        no_speech_prob=no_speech,
    )


def _code(language: str) -> str:
    low = language.strip().lower()
    return NAMES.get(low, low.split("-")[0])


def _retry_after(response: httpx.Response) -> float:
    try:
        return float(response.headers.get("Retry-After", 0))
    except ValueError:
        return 0.0  # a date


def _wav(sound: Samples) -> bytes:
    """16-bit PCM."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()
