"""``auricle voices``: voice prints of administrators who agreed."""

from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from auricle.errors import SettingsError
from auricle.settings import Settings, load_settings
from auricle.store.access import as_owner
from auricle.store.reads import CallDetail, call_detail
from auricle.store.voices import calls_of, forget_voice, note_enrolment
from ingest.audio import decode
from transcribe.models import EMBEDDING_SHA256
from transcribe.voices import (
    SAME,
    Print,
    Voice,
    folder_of,
    forget,
    keep,
    mean,
    prints_in,
    voice_networks,
    voices_of,
)

CALLS, FEWEST_CALLS, FEWEST_S = 20, 3, 30.0
"""Calls that a print is made from at most and at least, and the least speech."""
SURE = 0.9


def enrol(administrator: str, consent: str, config: Path | None) -> None:
    """Make her print from calls that the telephone system says are hers.

    Calls whose voice isn't like the others' are left out: somebody else may have sat there. Raises
    SettingsError when prints are off, or too little of her is sure.
    """
    settings = load_settings(config)
    if not settings.transcribe.voice_prints:
        raise SettingsError(
            "Voice prints are off.",
            "Read docs/privacy.md first; then set [transcribe] voice_prints = true.",
        )
    agreed = _day(consent)
    access = as_owner(settings.store.path)
    ids = calls_of(access, administrator, CALLS)
    heard: dict[str, tuple[Voice, float]] = {}
    networks = voice_networks(1)
    for call_id in ids:
        detail = call_detail(access, call_id)
        path = _audio(detail) if detail else None
        if detail is None or detail.transcript is None or path is None:
            continue
        sure = [t for t in detail.transcript.turns
                if t.role == "administrator" and t.role_confidence >= SURE]  # fmt: skip
        hers = detail.transcript.model_copy(update={"turns": tuple(sure)})
        samples = decode(path).samples
        if detail.call.recorded.layout != "stereo":
            samples = samples[:1]
        found = voices_of(networks, hers, samples)
        if found:
            heard[call_id] = max(found.values(), key=lambda one: one[1])
    alike = _alike(heard)
    seconds = sum(heard[call_id][1] for call_id in alike)
    if len(alike) < FEWEST_CALLS or seconds < FEWEST_S:
        raise SettingsError(
            f"{administrator}: {len(alike)} of {len(ids)} calls, {seconds:.0f} s of speech, are "
            "surely hers and alike.",
            f"{FEWEST_CALLS} calls and {FEWEST_S:.0f} s are needed: correct roles on her calls, or "
            "wait for more.",
        )
    made = mean([heard[call_id] for call_id in alike])
    note_enrolment(access, administrator, agreed.isoformat())
    keep(
        Print(
            administrator=administrator, consent=agreed, model=EMBEDDING_SHA256,
            calls=tuple(sorted(alike)), seconds=round(seconds, 1),
            voice=tuple(round(float(x), 5) for x in made),
        ),
        folder_of(settings.store.path),
    )  # fmt: skip
    print(f"{administrator} is known by {len(alike)} calls, {seconds:.0f} s of speech.")
    if left := sorted(set(heard) - set(alike)):
        print(f"Left out, for the voice is another: {', '.join(left)}")


def list_all(config: Path | None) -> None:
    settings = load_settings(config)
    table = Table(show_edge=False)
    for heading in ("administrator", "agreed", "calls", "seconds"):
        table.add_column(heading)
    for one in prints_in(folder_of(settings.store.path)):
        table.add_row(
            one.administrator, one.consent.isoformat(), str(len(one.calls)), f"{one.seconds:.0f}"
        )
    Console().print(table)
    if not settings.transcribe.voice_prints:
        print("Voice prints are off: no call is compared with these.")


def forget_one(administrator: str, config: Path | None) -> None:
    """Delete her print, and what transcripts say of it. Raises SettingsError if there is none."""
    settings: Settings = load_settings(config)
    there = forget(administrator, folder_of(settings.store.path))
    named = forget_voice(as_owner(settings.store.path), administrator)
    if not there and not named:
        raise SettingsError(
            f"There is no voice print of {administrator}.", "See 'auricle voices list'."
        )
    print(f"{administrator} is forgotten; {named} transcripts named her by her voice.")


def _alike(heard: dict[str, tuple[Voice, float]]) -> list[str]:
    """The calls whose voice is like most others'."""
    return [
        call_id
        for call_id, (own, _) in heard.items()
        if 2 * sum(float(own @ other) >= SAME for other, _ in heard.values()) > len(heard)
    ]


def _audio(detail: CallDetail) -> Path | None:
    path = Path(detail.call.recorded.path)
    return path if path.is_file() else detail.media


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{text!r} is no date.", "Write it as 2026-11-30.") from error
    if day > date.today():
        raise SettingsError(f"{text} is still to come.", "Give the day when she agreed.")
    return day
