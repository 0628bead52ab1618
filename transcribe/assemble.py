"""From words with speakers to a Transcript: roles, the settled line, where it all came from."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from auricle import __version__
from auricle.errors import SettingsError
from auricle.models import Call, Role, Transcript, Turn
from auricle.settings import Clinic, Settings
from rubrics.phrases import Phrasebook
from transcribe.answer import announcements, recorded_voices, settle
from transcribe.recognise import Recognised
from transcribe.roles import decide_roles
from transcribe.taught import Taught
from transcribe.turns import NOBODY, RawTurn

CHANNEL_NAMES = ("left", "right")
IVR_CONFIDENCE = 0.95


def assemble(
    call: Call,
    raw: Sequence[RawTurn],
    heard: Recognised,
    settings: Settings,
    provenance: Mapping[str, JsonValue],
    taught: Taught | None = None,
    sounds: Mapping[str, float] | None = None,
) -> Transcript:
    """The transcript of turns in order of time.

    ``provenance``: what made the words; what was dropped of them is added. ``taught``: what the
    clinic's corrected calls say of roles; ``sounds``: what voices do, by speaker.
    """
    turns = _with_roles(call, raw, heard.language, settings, taught, sounds)
    return Transcript(
        call_id=call.call_id,
        language=heard.language,
        duration_s=call.recorded.duration_s,
        line=settle(call.line, turns, outbound=call.direction == "outbound"),
        turns=tuple(turns),
        provenance={
            "auricle": __version__,
            **provenance,
            "language_probability": heard.language_probability,
            "languages_considered": list(settings.clinic.languages),
            "languages_heard": dict(heard.languages),
            "dropped_words": dict(heard.dropped.words),
            "dropped_texts": list(heard.dropped.texts),
            "reason": "" if turns else _why_empty(call),
        },
    )


def phrasebook(language: str) -> Phrasebook | None:
    """The language's phrases; None where Auricle has none: roles then rest on other signs."""
    try:
        return Phrasebook.load(language)
    except SettingsError:
        return None


def names(clinic: Clinic) -> dict[str, tuple[str, ...]]:
    """Names to expect, by slot of the phrase lists."""
    return {
        "clinic": tuple(n for n in (clinic.name, *clinic.aliases) if n),
        "administrator": tuple(name for name in clinic.administrators if name),
    }


def _with_roles(
    call: Call, raw: Sequence[RawTurn], language: str, settings: Settings, taught: Taught | None,
    sounds: Mapping[str, float] | None,
) -> list[Turn]:  # fmt: skip
    book = phrasebook(language)
    slots = names(settings.clinic)
    recorded = announcements(raw, call.line, book, slots)
    voices = recorded_voices(raw, recorded, book, slots)
    recorded |= {i for i, turn in enumerate(raw) if turn.speaker in voices}
    convention = settings.ingest.administrator_channel
    stereo = call.recorded.layout == "stereo"
    guesses = decide_roles(
        [t for i, t in enumerate(raw) if i not in recorded and t.speaker != NOBODY],
        book,
        slots,
        outbound=call.direction == "outbound",
        administrator_speaker=convention if stereo and convention in CHANNEL_NAMES else None,
        min_confidence=settings.transcribe.min_role_confidence,
        taught=taught,
        sounds=sounds,
    )
    turns: list[Turn] = []
    for index, turn in enumerate(raw):
        role: Role = "ivr"
        confidence = IVR_CONFIDENCE
        if index not in recorded:
            guess = guesses.get(turn.speaker)
            role, confidence = (guess.role, guess.confidence) if guess else ("unknown", 0.5)
            # Right if both are: who has which role, and whose the words are; or if neither is.
            confidence = confidence * turn.sure + (1.0 - confidence) * (1.0 - turn.sure)
        turns.append(_turn(turn, role, confidence))
    return turns


def _turn(raw: RawTurn, role: Role, role_confidence: float) -> Turn:
    confidence = sum(word.confidence for word in raw.words) / len(raw.words)
    return Turn(
        speaker=raw.speaker,
        role=role,
        role_confidence=round(role_confidence, 3),
        start_s=raw.start_s,
        end_s=raw.end_s,
        text=raw.text,
        confidence=round(confidence, 4),
        words=raw.words,
        talk=raw.talk,
    )


def _why_empty(call: Call) -> str:
    kinds = {s.kind for s in call.line.segments}
    if "speech" not in kinds:
        return "No speech was found in the recording."
    return "Speech was found, but nothing in it could be recognised reliably."
