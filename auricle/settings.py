"""The clinic's configuration, ``auricle.toml``: read, checked, and with helpful errors.

Relative paths in the file are relative to the file's own folder.
"""

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from auricle.errors import SettingsError
from auricle.strict import validate

FILE_NAME = "auricle.toml"
YAML = (".yaml", ".yml")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clinic(Section):
    """Who the calls belong to."""

    name: str = ""
    """As the administrators say it on the phone: it is looked for in greetings."""
    aliases: tuple[str, ...] = ()
    """Other names and short forms of the clinic."""
    administrators: tuple[str, ...] = ()
    """First names, as said on the phone."""
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("en",)
    """ISO 639-1 codes spoken on this clinic's calls; nothing else is ever detected."""
    timezone: str = "UTC"
    """Time zone of times without an offset, e.g. ``Europe/Warsaw``."""
    facts: Path | None = None
    """The fact sheet: opening hours, prices, doctors."""
    desks: Path = Path("desks.csv")
    """Which extension or agent id is whose, and since when. The dashboard writes it."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            near = difflib.get_close_matches(value, available_timezones(), n=1)
            hint = f", did you mean {near[0]!r}?" if near else ", e.g. 'Europe/London'"
            raise ValueError(f"{value!r} is not a time zone{hint}")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Columns(Section):
    """Which column of the manifest holds what. A column that doesn't exist stays empty."""

    call_id: str = "call_id"
    file: str = "file"
    start: str = "start"
    clinic: str = "clinic"
    administrator: str = "administrator"
    direction: str = "direction"
    caller: str = "caller"
    queue: str = "queue"
    wait: str = "wait"


class Ingest(Section):
    """Where calls come from."""

    recordings: tuple[Path, ...] = (Path("recordings"),)
    """Files and folders; folders are searched with all that is below them."""
    manifest: Path | None = None
    """A CSV file with a row a call."""
    columns: Columns = Columns()
    logs: tuple[Path, ...] = ()
    """The telephone system's logs, and folders with them; formats are recognised by content."""
    cdr_columns: str = ""
    """The pattern of ``cdr_custom.conf``, or column names with commas, where Asterisk's records
    have an order of their own."""
    extension_digits: Annotated[int, Field(ge=1, le=9)] = 5
    """Numbers of at most so many digits are the clinic's own extensions."""
    match_within_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """How far apart two systems' clocks may be, where calls are matched by number and time."""
    administrator_channel: Literal["auto", "left", "right"] = "auto"
    """Which channel of a stereo recording is the clinic's side, if the PBX always does the same."""
    tones: str = "europe"
    """Preferred set of ringback tones; all known sets are tried."""


class Transcribe(Section):
    """Speech recognition and diarization."""

    device: Literal["auto", "cuda", "cpu"] = "auto"
    compute_type: Literal["auto", "int8", "int8_float32", "float32", "float16", "int8_float16"] = (
        "auto"
    )
    model: str = "auto"
    """``auto``, a folder with a CTranslate2 Whisper model, or a name on the Hugging Face hub."""
    diarization: str = "auto"
    """``auto``, a folder with pyannote weights, or a pipeline on the Hugging Face hub."""
    min_role_confidence: Annotated[float, Field(ge=0.5, le=1)] = 0.7
    """Below this a speaker's role is ``unknown``."""
    batch_size: Annotated[int, Field(ge=1, le=64)] = 8
    server: str = ""
    """A server that speaks OpenAI's protocol and recognises instead of this machine, up to and
    with ``/v1``. Its key is in the environment, AURICLE_SERVER_KEY."""
    allow_remote: bool = False
    """The server may be beyond this machine and private networks: voices leave the clinic."""
    transcripts: Path | None = None
    """Transcripts that other programs made: a recording with one of its name isn't recognised."""

    @field_validator("server")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if value and not usable:
            raise ValueError(f"{value!r} is not an address such as 'http://127.0.0.1:8000/v1'")
        if value and (parts.username or parts.password or parts.query):
            raise ValueError("the key belongs in the environment, AURICLE_SERVER_KEY")
        return value


class Score(Section):
    """How calls are judged."""

    rubric: str = "clinic-phone"
    """Id of a rubric, or a path to a YAML file."""
    abstain_below: Annotated[float, Field(ge=0, le=1)] = 0.5
    """A verdict less confident than this becomes ``abstain``."""


class StoreSettings(Section):
    path: Path = Path("auricle-data/auricle.duckdb")
    """The database. A folder ``media`` with playable copies lies beside it."""


class Dashboard(Section):
    host: str = "127.0.0.1"
    """127.0.0.1 keeps the dashboards on this machine."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8501


class Settings(Section):
    """All of ``auricle.toml``; every key has a default."""

    clinic: Clinic = Clinic()
    ingest: Ingest = Ingest()
    transcribe: Transcribe = Transcribe()
    score: Score = Score()
    store: StoreSettings = StoreSettings()
    dashboard: Dashboard = Dashboard()


def load_settings(path: Path | None = None) -> Settings:
    """Settings from ``path``, or from ``auricle.toml`` in the current folder, or the defaults.

    Raises SettingsError with the file, the key, what is wrong, and the nearest valid key.
    """
    if path is None:
        path = Path(FILE_NAME)
        if not path.is_file():
            return _absolute(Settings(), Path.cwd())
    if path.is_dir():
        path = path / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows' editors write the mark
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} can't be read: {error}.", "Create one with 'auricle init DIR'."
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.", "Correct that line.") from error
    settings = validate(Settings, data, str(path))
    return _absolute(settings, path.resolve().parent)


def _absolute(settings: Settings, folder: Path) -> Settings:
    def at(path: Path) -> Path:
        return folder / path.expanduser()

    def model(name: str) -> str:
        """A folder beside the file, or else a name on the hub."""
        return str(at(Path(name))) if name != "auto" and at(Path(name)).is_dir() else name

    clinic, ingest, rubric = settings.clinic, settings.ingest, settings.score.rubric
    return settings.model_copy(
        update={
            "clinic": clinic.model_copy(
                update={
                    "facts": at(clinic.facts) if clinic.facts else None,
                    "desks": at(clinic.desks),
                }
            ),
            "ingest": ingest.model_copy(
                update={
                    "recordings": tuple(at(path) for path in ingest.recordings),
                    "manifest": at(ingest.manifest) if ingest.manifest else None,
                    "logs": tuple(at(path) for path in ingest.logs),
                }
            ),
            "transcribe": settings.transcribe.model_copy(
                update={
                    "model": model(settings.transcribe.model),
                    "diarization": model(settings.transcribe.diarization),
                    "transcripts": at(settings.transcribe.transcripts)
                    if settings.transcribe.transcripts
                    else None,
                }
            ),
            "score": settings.score.model_copy(
                update={"rubric": str(at(Path(rubric))) if rubric.endswith(YAML) else rubric}
            ),
            "store": settings.store.model_copy(update={"path": at(settings.store.path)}),
        }
    )
