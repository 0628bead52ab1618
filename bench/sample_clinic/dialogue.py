"""The written calls: what a dialogue file holds, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

ADMINISTRATOR_VOICES = {"Anna": "anna", "Mark": "mark", "Colin": "colin", "Denise": "denise",
                        "Lucy": "lucy"}  # fmt: skip
LAYOUTS = ("stereo", "stereo_swapped", "mono", "fake_stereo")
CODECS = ("opus", "flac")
ROLES = {"a": "administrator", "p": "patient", "ivr": "ivr"}
LINE_SOUNDS = ("ring", "queue", "hold")


class DialogueError(ValueError):
    """A dialogue file that can't be turned into a call; the message says why."""


@dataclass(frozen=True)
class Line:
    """A sound of the line: ringing, queue music or hold music, `seconds` long."""

    kind: str
    seconds: float
    tone: str = "british"


@dataclass(frozen=True)
class Speech:
    """One turn. `gap_s` is the pause before it; below zero it starts too early."""

    role: str
    text: str
    gap_s: float | None = None


@dataclass(frozen=True)
class Verdict:
    """What a careful listener would say about one criterion."""

    verdict: str
    quote: str | None = None


@dataclass(frozen=True)
class Dialogue:
    """One written call with everything needed to make its recording and truth."""

    call_id: str
    administrator: str | None
    start: datetime
    direction: str
    caller: str
    call_type: str
    layout: str
    codec: str
    patient_voice: str
    patient_level_db: float
    crosstalk_db: float | None
    noise_snr_db: float | None
    clip: bool
    pbx_wait_s: int | None
    pbx_wait_logged: bool
    before: tuple[Line | Speech, ...]
    talk: tuple[Line | Speech, ...]
    booked: bool | None
    outcome: str
    verdicts: dict[str, Verdict]

    @property
    def administrator_channel(self) -> int | None:
        """The administrator's channel, or None where both parties share one."""
        return {"stereo": 0, "stereo_swapped": 1}.get(self.layout)

    @property
    def channels(self) -> int:
        """How many channels the recording has."""
        return 1 if self.layout == "mono" else 2

    @property
    def file_name(self) -> str:
        """The recording's name inside the recordings folder."""
        return f"{self.call_id}.{self.codec}"


def read_event(raw: dict[str, Any]) -> Line | Speech:
    """Read one entry of `before` or `talk`."""
    gap = raw.get("gap_s")
    for key, role in ROLES.items():
        if key in raw:
            return Speech(
                role, " ".join(str(raw[key]).split()), None if gap is None else float(gap)
            )
    for kind in LINE_SOUNDS:
        if kind in raw:
            return Line(kind, float(raw[kind]), str(raw.get("tone", "british")))
    raise DialogueError(f"an entry is neither speech nor a line sound: {raw}")


def _choice(value: str, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        raise DialogueError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}")
    return value


def load_dialogue(path: Path) -> Dialogue:
    """Read one dialogue file; raises DialogueError with the file's name."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        audio = raw["audio"]
        administrator = raw["administrator"]
        if administrator is not None:
            _choice(administrator, tuple(ADMINISTRATOR_VOICES), "administrator")
        start = raw["start"]
        return Dialogue(
            call_id=raw["id"],
            administrator=administrator,
            start=start if isinstance(start, datetime) else datetime.fromisoformat(start),
            direction=_choice(raw["direction"], ("inbound", "outbound"), "direction"),
            caller=raw["caller"],
            call_type=raw["call_type"],
            layout=_choice(audio["layout"], LAYOUTS, "layout"),
            codec=_choice(audio["codec"], CODECS, "codec"),
            patient_voice=raw["patient"]["voice"],
            patient_level_db=float(raw["patient"]["level_db"]),
            crosstalk_db=audio.get("crosstalk_db"),
            noise_snr_db=audio.get("noise_snr_db"),
            clip=bool(audio.get("clip", False)),
            pbx_wait_s=raw.get("pbx_wait_s"),
            pbx_wait_logged=bool(raw.get("pbx_wait_logged", False)),
            before=tuple(read_event(entry) for entry in raw.get("before", [])),
            talk=tuple(read_event(entry) for entry in raw["talk"]),
            booked=raw["booked"],
            outcome=raw["outcome"],
            verdicts={name: Verdict(**value) for name, value in raw["verdicts"].items()},
        )
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise DialogueError(f"{path.name}: {error}") from error


def load_dialogues(folder: Path) -> list[Dialogue]:
    """Read every dialogue in a folder, in the order of their names."""
    return [load_dialogue(path) for path in sorted(folder.glob("*.yaml"))]
