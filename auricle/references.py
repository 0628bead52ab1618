"""What was truly said, read from the formats that references come in.

One recording may have several files (an RTTM beside a TSV, say): they are joined by its name, the
file name without its suffix. What a format doesn't hold isn't measured.
"""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from auricle.errors import SettingsError
from auricle.models import Role, Seconds
from auricle.strict import validate

FORMATS = ("*.json", "*.stm", "*.rttm", "*.tsv")
TSV_FILE = ("file", "path", "audio")
"""Names of the column that says which recording; the first row of a TSV names its columns."""


class TrueTurn(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Role
    start_s: Seconds
    end_s: Seconds
    text: str


class Truth(BaseModel):
    """What a careful human knows of one call: ``auricle.truth/1``."""

    model_config = ConfigDict(extra="ignore")
    call_id: str
    language: str
    channels: int
    line: dict[str, Any]
    turns: list[TrueTurn]
    verdicts: dict[str, dict[str, Any]]
    booked: bool | None


class Said(BaseModel):
    """Somebody's talk. ``text`` is empty where only the times are known."""

    model_config = ConfigDict(frozen=True)
    speaker: str = Field(min_length=1)
    start_s: Seconds
    end_s: Seconds
    text: str = ""

    @model_validator(mode="after")
    def _forwards(self) -> "Said":
        if self.end_s < self.start_s:
            raise ValueError(f"the end, {self.end_s} s, is before the start, {self.start_s} s")
        return self

    @property
    def role(self) -> Role | None:
        """Speakers may be called by their roles; other names tell no role."""
        return next((role for role in get_args(Role) if role == self.speaker), None)


@dataclass(frozen=True)
class Reference:
    """What is known of one recording. None: the references don't tell."""

    name: str
    language: str = ""
    """Empty: as the transcript says."""
    text: str | None = None
    """All words in order of time."""
    turns: tuple[Said, ...] | None = None
    """Who said what."""
    speech: tuple[Said, ...] | None = None
    """Who spoke when."""
    by_role: bool = False
    """Each side has a channel of its own and the turns tell roles."""
    truth: Truth | None = None


def read_references(folder: Path) -> list[Reference]:
    """All references of a folder, by name: truth files, STM, RTTM, TSV.

    Raises SettingsError naming file and line when there is none, or one is invalid, or two files
    tell the same of one recording.
    """
    found: dict[str, Reference] = {}
    for pattern in FORMATS:
        for file in sorted(folder.glob(pattern)):
            for reference in _READERS[pattern](file):
                known = found.get(reference.name)
                found[reference.name] = _joined(known, reference, file) if known else reference
    if not found:
        raise SettingsError(
            f"{folder} holds no references.",
            "Name a folder with truth files (*.json), *.stm, *.rttm or *.tsv.",
        )
    return [found[name] for name in sorted(found)]


def read_truths(folder: Path) -> list[Truth]:
    """All truth files of a folder. Raises SettingsError when there is none, or one is invalid."""
    truths = [r.truth for file in sorted(folder.glob("*.json")) for r in _truth(file) if r.truth]
    if not truths:
        raise SettingsError(f"{folder} holds no truth files.", "Name a folder with *.json files.")
    return truths


def reference_of(truth: Truth) -> Reference:
    """A truth file as a reference."""
    turns = tuple(
        Said(speaker=t.role, start_s=t.start_s, end_s=t.end_s, text=t.text) for t in truth.turns
    )
    return Reference(
        truth.call_id, truth.language, _text(turns), turns, turns, truth.channels == 2, truth
    )


def _joined(one: Reference, other: Reference, file: Path) -> Reference:
    fields = ("text", "turns", "speech", "truth")
    new = {f: getattr(other, f) for f in fields if getattr(other, f) is not None}
    # Who spoke when may be told twice: the words' own times are the coarser ones.
    if any(getattr(one, f) is not None for f in new if f != "speech"):
        raise SettingsError(
            f"{file}: another file tells of {one.name}, too.", "Remove one of the two."
        )
    return replace(one, **new)


def _truth(file: Path) -> list[Reference]:
    try:
        data = json.loads(_read(file))
    except ValueError as error:
        raise SettingsError(f"{file} is not JSON: {error}.", "Correct or remove it.") from error
    return [reference_of(validate(Truth, data, str(file)))]


def _stm(file: Path) -> list[Reference]:
    """NIST's STM: recording, channel, speaker, start, end, an optional label in <>, words."""
    found: dict[str, list[Said]] = {}
    for number, line in _lines(file, comment=";;"):
        cells = line.split(maxsplit=5)
        if len(cells) < 5:
            raise _unread(file, number, "recording, channel, speaker, start, end, words", line)
        rest = cells[5] if len(cells) > 5 else ""
        if rest.startswith("<"):
            rest = rest.partition(">")[2].strip()
        said = {"speaker": cells[2], "start_s": cells[3], "end_s": cells[4], "text": rest}
        found.setdefault(_name(cells[0]), []).append(_said(said, file, number))
    return [
        Reference(name, text=_text(turns), turns=tuple(turns), speech=tuple(turns))
        for name, turns in found.items()
    ]


def _rttm(file: Path) -> list[Reference]:
    """NIST's RTTM; only its SPEAKER lines: recording in field 2, start, length, speaker in 8."""
    found: dict[str, list[Said]] = {}
    for number, line in _lines(file, comment=";;"):
        cells = line.split()
        if cells[0] != "SPEAKER":
            continue
        try:
            start_s, length_s = float(cells[3]), float(cells[4])
            said = {"speaker": cells[7], "start_s": start_s, "end_s": start_s + length_s}
        except (IndexError, ValueError) as error:
            raise _unread(file, number, "SPEAKER recording channel start length <NA> <NA> "
                          "speaker", line) from error  # fmt: skip
        found.setdefault(_name(cells[1]), []).append(_said(said, file, number))
    return [Reference(name, speech=tuple(turns)) for name, turns in found.items()]


def _tsv(file: Path) -> list[Reference]:
    """Columns by name: ``file`` and ``text``, and ``language`` if you like."""
    lines = list(csv.reader(_read(file).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    path = next((name for name in TSV_FILE if name in header), None)
    if path is None or "text" not in header:
        raise SettingsError(
            f"{file}, line 1: the columns are {', '.join(header) or 'missing'}.",
            "The first line must name the columns 'file' and 'text', apart by a tab.",
        )
    found: dict[str, Reference] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cells):
            continue
        row = dict(zip(header, cells, strict=False))
        if len(cells) < len(header) or not row[path].strip():
            raise _unread(file, number, f"{len(header)} columns", "\t".join(cells))
        reference = Reference(
            _name(row[path].strip()), row.get("language", "").strip(), row["text"]
        )
        if reference.name in found:
            raise SettingsError(f"{file}, line {number}: {reference.name} is there twice.",
                                "Remove one of the two.")  # fmt: skip
        # An empty text says that nobody speaks.
        found[reference.name] = reference if row["text"].strip() else replace(reference, speech=())
    return list(found.values())


_READERS: dict[str, Callable[[Path], Iterable[Reference]]] = {
    "*.json": _truth, "*.stm": _stm, "*.rttm": _rttm, "*.tsv": _tsv,
}  # fmt: skip


def _name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).stem if "." in path else path


def _text(turns: Iterable[Said]) -> str:
    return " ".join(turn.text for turn in sorted(turns, key=lambda t: t.start_s))


def _said(data: dict[str, Any], file: Path, line: int) -> Said:
    return validate(Said, data, f"{file}, line {line}")


def _lines(file: Path, comment: str) -> list[tuple[int, str]]:
    numbered = enumerate(_read(file).splitlines(), start=1)
    return [(n, line) for n, line in numbered if line.strip() and not line.startswith(comment)]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} can't be read: {error}.", "Save it as UTF-8.") from error


def _unread(file: Path, line: int, wanted: str, found: str) -> SettingsError:
    return SettingsError(
        f"{file}, line {line}: expected {wanted}, found {found[:60]!r}.", "Correct that line."
    )
