"""A transcription server, here a local one made for the test: asked rightly, trusted little."""

import io
import json
import socket
import threading
import wave
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers_audio import noise

from auricle import servers
from auricle.errors import AuricleError, ModelError, RecordingError, SettingsError
from auricle.models import Call, Line, Recording, Segment
from auricle.settings import Clinic, Settings, Transcribe, load_settings
from transcribe.engine import Engine, make_plan
from transcribe.recognise import Recognised
from transcribe.remote import KEY, RemoteRecogniser, Server, find_server
from transcribe.samples import RATE_HZ

Reply = tuple[int, Any, dict[str, str]]


class Stub:
    """Answers as it is told; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[Message] = []
        self.replies: list[Reply] = []
        """Given first; then ``answer``."""
        self.answer: Callable[[dict[str, Any]], Any] = lambda form: HELLO
        self.url = ""

    def take(self, path: str, headers: Message, body: bytes) -> Reply:
        raw = b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body
        form: dict[str, Any] = {}
        for part in BytesParser().parsebytes(raw).get_payload():
            name = part.get_param("name", header="content-disposition")
            value = part.get_payload(decode=True)
            form.setdefault(name, []).append(value if name == "file" else value.decode())
        self.asked.append(form)
        self.paths.append(path)
        self.headers.append(headers)
        return self.replies.pop(0) if self.replies else (200, self.answer(form), {})


@pytest.fixture
def stub() -> Iterator[Stub]:
    made = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content, headers = made.take(self.path, self.headers, body)
            data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
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


HELLO = {
    "task": "transcribe", "language": "english", "duration": 2.0, "text": "Hello, there.",
    "segments": [{"id": 0, "start": 0.0, "end": 2.0, "text": " Hello, there.",
                  "avg_logprob": -0.1, "no_speech_prob": 0.01, "compression_ratio": 1.0}],
    "words": [{"word": "Hello", "start": 0.2, "end": 0.7},
              {"word": "there", "start": 0.8, "end": 1.5}],
}  # fmt: skip
SPEECH = (Segment(kind="speech", start_s=10, end_s=12, channel=0),)
SAMPLES = np.zeros((1, 60 * RATE_HZ), np.float32)


def heard(
    stub: Stub, speech: tuple[Segment, ...] = SPEECH, languages: tuple[str, ...] = ("en",),
    pauses: list[float] | None = None, samples: Any = SAMPLES,
) -> Recognised:  # fmt: skip
    waited: list[float] = [] if pauses is None else pauses
    recogniser = RemoteRecogniser(Server(stub.url, "tiny", False), sleep=waited.append)
    return recogniser.recognise(samples, speech, languages)


def test_voiced_stretches_go_out_and_words_come_back(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "secret")
    found = heard(stub)
    [words] = found.words
    # Punctuation stands in the segment's text only; the confidence is the segment's, exp(-0.1).
    assert [(w.text, w.start_s, w.end_s, w.confidence) for w in words] == [
        ("Hello,", 10.2, 10.7, 0.9048), ("there.", 10.8, 11.5, 0.9048),
    ]  # fmt: skip
    assert (found.language, found.dropped.words) == ("en", {})
    [form] = stub.asked
    assert stub.paths == ["/v1/audio/transcriptions"]
    assert stub.headers[0]["Authorization"] == "Bearer secret"
    assert {name: form[name] for name in form if name != "file"} == {
        "model": ["tiny"], "response_format": ["verbose_json"], "temperature": ["0"],
        "timestamp_granularities[]": ["word", "segment"], "language": ["en"],
    }  # fmt: skip
    with wave.open(io.BytesIO(form["file"][0])) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (RATE_HZ, 2 * RATE_HZ)


def test_without_a_key_none_is_sent(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    heard(stub)
    assert stub.headers[0]["Authorization"] is None


def test_words_within_segments_keep_their_probability(stub: Stub) -> None:
    inner = [{"word": " Hi", "start": 0.1, "end": 0.4, "probability": 0.3}]
    stub.answer = lambda form: {"segments": [{"start": 0, "end": 1, "text": "Hi", "words": inner}]}
    [[word]] = heard(stub).words
    assert (word.text, word.start_s, word.confidence) == ("Hi", 10.1, 0.3)


def test_silence_is_not_sent(stub: Stub) -> None:
    assert heard(stub, speech=()).words == ((),)
    assert stub.asked == []


def test_the_guards_hold(stub: Stub) -> None:
    silent = {**HELLO["segments"][0], "no_speech_prob": 0.9, "avg_logprob": -2.0}
    stub.answer = lambda form: {**HELLO, "segments": [silent]}
    found = heard(stub)
    assert found.words == ((),)
    assert found.dropped.words == {"no_speech": 2}


def test_the_language_is_voted_for_among_the_clinics(stub: Stub) -> None:
    """Packs told to be in another language are asked for again in the call's."""
    speech = tuple(Segment(kind="speech", start_s=s, end_s=s + 20, channel=0) for s in (0, 20, 40))
    names = iter(["polish", "pl", "german"])
    stub.answer = lambda form: {
        **HELLO, "language": (form.get("language") or [next(names)])[0]
    }  # fmt: skip
    found = heard(stub, speech, ("en", "pl"))
    assert (found.language, found.language_probability) == ("pl", 0.6667)
    assert [form.get("language") for form in stub.asked] == [None, None, None, ["pl"]]
    assert len(found.words[0]) == 6


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_that_passes_is_waited_for(stub: Stub, status: int) -> None:
    pauses: list[float] = []
    stub.replies = [(status, "busy", {}), (status, "busy", {"Retry-After": "9"})]
    assert len(heard(stub, pauses=pauses).words[0]) == 2
    assert pauses == [1, 9]


def test_no_server_asks_for_an_hour(stub: Stub) -> None:
    pauses: list[float] = []
    stub.replies = [(503, "", {"Retry-After": "3600"}), (503, "", {"Retry-After": "Fri, 1 Jan"})]
    heard(stub, pauses=pauses)
    assert pauses == [30, 2]


def test_a_server_that_stays_down_is_told(stub: Stub) -> None:
    pauses: list[float] = []
    stub.replies = [(502, "", {})] * 9
    with pytest.raises(ModelError, match=r"doesn't answer, 4 times: 502") as caught:
        heard(stub, pauses=pauses)
    assert pauses == [1, 2, 4]
    assert "Start it" in caught.value.remedy


def test_nobody_listening() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    recogniser = RemoteRecogniser(Server(url, "m", False), sleep=lambda _: None)
    with pytest.raises(ModelError, match="doesn't answer"):
        recogniser.recognise(SAMPLES, SPEECH, ("en",))


@pytest.mark.parametrize(("reply", "kind", "told"), [
    ((401, "no", {}), ModelError, KEY),
    ((404, "no", {}), ModelError, "/v1"),
    ((413, "too large", {}), RecordingError, "too large"),
    ((302, "", {"Location": "http://example.com/"}), ModelError, "302"),
    ((200, "not JSON", {}), ModelError, "another form"),
    ((200, {"segments": [{"start": 0, "end": -1, "text": "x"}]}, {}), ModelError, "segments.0"),
    ((200, {"segments": [{"start": 0, "end": 1, "text": "Hi"}]}, {}), ModelError,
     "no times of words"),
])  # fmt: skip
def test_refusals_are_told_at_once(stub: Stub, reply: Reply, kind: type, told: str) -> None:
    stub.replies = [reply]
    with pytest.raises(kind) as caught:
        heard(stub)
    assert told in str(caught.value)
    assert isinstance(caught.value, AuricleError) and caught.value.remedy
    assert len(stub.asked) == 1


def addresses(*found: str) -> Callable[..., list[Any]]:
    return lambda *_, **__: [(0, 0, 0, "", (address, 0)) for address in found]


@pytest.mark.parametrize(("found", "fine"), [
    (("127.0.0.1",), True), (("::1",), True), (("10.1.2.3",), True), (("192.168.0.9",), True),
    (("172.31.0.1",), True), (("fd00::1",), True), (("93.184.216.34",), False),
    (("172.32.0.1",), False), (("192.168.0.9", "8.8.8.8"), False), (("0.0.0.0",), False),
    (("2606:4700::1111",), False),
])  # fmt: skip
def test_voices_stay_in_the_clinic(
    found: tuple[str, ...], fine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers.socket, "getaddrinfo", addresses(*found))
    http = Transcribe(server="http://speech.local:8000/v1/")
    https = Transcribe(server="https://speech.local/v1", allow_remote=True, model="large")
    if fine:
        assert find_server(http) == Server("http://speech.local:8000/v1", "whisper-1", False)
        return
    with pytest.raises(SettingsError, match="leave the clinic"):
        find_server(http)
    with pytest.raises(SettingsError, match="without encryption"):
        find_server(http.model_copy(update={"allow_remote": True}))
    assert find_server(https) == Server("https://speech.local/v1", "large", True)


def test_an_unknown_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(servers.socket, "getaddrinfo", nowhere)
    with pytest.raises(ModelError, match="has no address"):
        find_server(Transcribe(server="http://gone.invalid/v1"))


@pytest.mark.parametrize(("address", "told"), [
    ("localhost:8000", "not an address"), ("ftp://x/v1", "not an address"),
    ("http://", "not an address"), ("http://x:port/v1", "not an address"),
    ("http://me:secret@x/v1", "AURICLE_SERVER_KEY"), ("http://x/v1?key=1", "AURICLE_SERVER_KEY"),
])  # fmt: skip
def test_addresses_are_checked_as_settings_are_read(
    address: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "auricle.toml").write_text(f"[transcribe]\nserver = '{address}'")
    with pytest.raises(SettingsError, match=told):
        load_settings(tmp_path)


def test_off_by_default() -> None:
    assert find_server(Transcribe()) is None


def test_the_engine_asks_the_server(stub: Stub) -> None:
    settings = Settings(
        clinic=Clinic(name="Riverside"), transcribe=Transcribe(device="cpu", server=stub.url)
    )
    plan = make_plan(settings.transcribe)
    assert plan.identity["whisper"] == f"whisper-1 at {stub.url}"
    recording = Recording(sha256="x", path="x", channels=2, sample_rate_hz=8000, duration_s=60,
                          layout="stereo")  # fmt: skip
    call = Call(call_id="c", recording=recording, line=Line(segments=SPEECH))
    transcript = Engine(plan, settings).transcribe(call, np.stack([noise(60, -30)] * 2))
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("left", "Hello, there.")]
    assert transcript.provenance["models"]["whisper"] == f"whisper-1 at {stub.url}"
    assert "hotwords" not in transcript.provenance
