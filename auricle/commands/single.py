"""``auricle transcribe`` and ``auricle score``: one file in, one object out, nothing stored."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from auricle.checks import check_values
from auricle.errors import RecordingError, SettingsError
from auricle.models import Call, Evidence, Recording, Scorecard, Transcript
from auricle.scorer import load_scorer
from auricle.settings import Settings, load_settings
from ingest.audio import decode
from ingest.line import analyse, find_voices
from ingest.places import Place
from ingest.recordings import identify, make_call, recording_of
from scoring.facts.figures import with_figures
from transcribe.engine import Engine, make_plan
from transcribe.imported import imported_for, read_imported, transcript_without_audio


class Listener:
    """Transcribes recordings one after the other; models are loaded by the first."""

    def __init__(self, settings: Settings) -> None:
        check_values(settings)
        self._settings = settings
        self._engine: Engine | None = None

    def listen(self, audio: Path) -> tuple[Call, Transcript]:
        """A recording's call and transcript. Raises RecordingError or ModelError."""
        settings = self._settings
        plan = make_plan(settings.transcribe)
        sources, failures, _ = identify([(Place(str(audio)), None)], {})
        if failures:
            raise RecordingError(f"{audio}: {failures[0].reason}", failures[0].remedy)
        try:
            decoded = decode(audio)
        except RecordingError as error:
            raise RecordingError(f"{audio}: {error.reason}", error.remedy) from error
        if decoded.notice:
            print(decoded.notice, file=sys.stderr)
        line = analyse(decoded, find_voices(decoded), settings.ingest.tones)
        call = make_call(sources[0], recording_of(sources[0], decoded), line, settings.clinic.name)
        self._engine = self._engine or Engine(plan, settings)
        imported = imported_for(audio, settings.transcribe.transcripts)
        return call, with_figures(self._engine.transcribe(call, decoded.samples, imported))


def transcribe(audio: Path, config: Path | None, *, as_json: bool) -> None:
    _, transcript = Listener(load_settings(config)).listen(audio)
    if as_json:
        print(transcript.model_dump_json(by_alias=True))
        return
    if not transcript.turns:
        print(transcript.provenance["reason"])
    for turn in transcript.turns:
        print(f"{_clock(turn.start_s)}  {turn.role:13}  {turn.text}")


def score(path: Path, rubric: str | None, config: Path | None, *, as_json: bool) -> None:
    settings = load_settings(config)
    if rubric:
        settings = settings.model_copy(
            update={"score": settings.score.model_copy(update={"rubric": rubric, "rubrics": {}})}
        )
    scorer = load_scorer(settings)
    transcript = read_transcript(path, settings)
    card = scorer.score(_call_of(transcript), transcript)
    print(card.model_dump_json(by_alias=True) if as_json else as_text(card, transcript))


def read_transcript(path: Path, settings: Settings) -> Transcript:
    """A transcript of Auricle's or another program's. Raises SettingsError naming the field."""
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise SettingsError(
            f"{path} can't be read: {error.strerror}.", "Check the path."
        ) from error
    except (ValueError, RecursionError):
        data = None  # another format
    if isinstance(data, dict) and ("schema" in data or "call_id" in data):
        try:
            return Transcript.model_validate(data)
        except ValidationError as error:
            problem = error.errors()[0]
            where = ".".join(str(part) for part in problem["loc"]) or "the file"
            raise SettingsError(
                f"{path} is not an auricle.transcript/1: {where}: {problem['msg']}.",
                "See docs/schemas/transcript.json for the format.",
            ) from error
    return transcript_without_audio(read_imported(path), path.stem, settings)


def as_text(card: Scorecard, transcript: Transcript) -> str:
    """A scorecard for a terminal, with each piece of proof once."""
    lines = [
        f"{card.rubric.id} {card.rubric.version}: "
        + ("not scored" if card.total is None
           else f"{card.total:.0f} ({card.low:.0f}-{card.high:.0f})")
    ]  # fmt: skip
    width = max(len(name) for name in ("manner", *(verdict.id for verdict in card.criteria)))
    for name, found in (("type", card.call_type), ("manner", card.manner)):
        if found is not None:
            lines.append(f"  {name:{width}} {found.kind:15} suggested, {found.confidence:.0%} sure")
    for verdict in card.criteria:
        lines.append(f"  {verdict.id:{width}} {verdict.verdict:15} {verdict.reason}")
        told = (_proof(proof, transcript) for proof in verdict.evidence if proof.quote)
        lines += [f"  {'':{width}} {line}" for line in dict.fromkeys(told)]
    return "\n".join(lines)


def _proof(proof: Evidence, transcript: Transcript) -> str:
    """Whose words prove it. An absence has the role that was searched; its quote is the chance."""
    at = _clock(proof.start_s) if proof.start_s is not None else ""
    if proof.kind != "absence":
        return f"{at:15} {proof.role or ''}: “{proof.quote}”"
    who = transcript.turns[proof.turn].role if proof.turn is not None else ""
    return f"{at:15} the chance: {who} “{proof.quote}”"


def _call_of(transcript: Transcript) -> Call:
    """The call of an imported transcript: nothing is known of its recording but the length."""
    recording = Recording(
        sha256="", path="", channels=1, sample_rate_hz=8000, duration_s=transcript.duration_s,
        layout="mono",
    )  # fmt: skip
    return Call(call_id=transcript.call_id, recording=recording, line=transcript.line)


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=int(seconds)))[2:] + f".{int(seconds * 10) % 10}"
