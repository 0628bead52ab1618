"""The clinic's configuration, ``auricle.toml``: read, checked, and with helpful errors.

Relative paths in the file are relative to the file's own folder.
"""

import difflib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from auricle.errors import SettingsError
from auricle.models import VisitStatus
from auricle.strict import validate

FILE_NAME = "auricle.toml"
YAML = (".yaml", ".yml")
REMOTE = ("sftp", "s3")
"""Beginnings of addresses of files that lie elsewhere."""
_SECRET = re.compile(r"(?i)key|secret|token|.*(password|passphrase|access_key|session_token)")
"""Names of options that nobody should find in a file."""


def is_remote(address: str) -> bool:
    """Whether it is an address, not a path on this machine."""
    return "://" in address


def check_address(address: str) -> str:
    """The address as it is. Raises ValueError for one that can't be read, or tells a password."""
    if not is_remote(address):
        return address
    scheme, _, rest = address.partition("://")
    if scheme not in REMOTE:
        raise ValueError(f"{address!r}: files are read from {' and '.join(REMOTE)}, not {scheme}")
    host = rest.partition("/")[0]
    if not host:
        raise ValueError(f"{address!r} names no {'bucket' if scheme == 's3' else 'server'}")
    if ":" in host.rpartition("@")[0]:
        raise ValueError(
            f"the address of {host.rpartition('@')[2]} holds a password; use an ssh key"
        )
    return address


def check_server(address: str, key: str) -> str:
    """The address of a server as it is. Raises ValueError for one that can't be one, or that holds
    what belongs in the environment variable ``key``."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"{address!r} is not an address such as 'http://127.0.0.1:8000/v1'")
    if parts.username or parts.password or parts.query:
        raise ValueError(f"the key belongs in the environment, {key}")
    return address


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
    answered: str = "answered"


class Ingest(Section):
    """Where calls come from."""

    recordings: tuple[str, ...] = ("recordings",)
    """Files and folders, here or elsewhere (``sftp://user@host/path``, ``s3://bucket/path``);
    folders are searched with all that is below them."""
    manifest: str | None = None
    """A CSV, XLSX or Parquet file with a row a call."""
    columns: Columns = Columns()
    logs: tuple[str, ...] = ()
    """The telephone system's logs, and folders with them; formats are recognised by content."""
    cdr_columns: str = ""
    """The pattern of ``cdr_custom.conf``, or column names with commas, where Asterisk's records
    have an order of their own."""
    extension_digits: Annotated[int, Field(ge=1, le=9)] = 5
    """Numbers of at most so many digits are the clinic's own extensions."""
    match_within_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """How far apart two systems' clocks may be, where calls are matched by number and time."""
    storage: dict[str, dict[str, Any]] = {}
    """Options for the places whose addresses begin so, handed to sshfs or s3fs as they are."""
    watch_every_s: Annotated[float, Field(gt=0, le=86_400)] = 15.0
    """How often ``auricle watch`` looks for what is new."""
    still_for_s: Annotated[float, Field(ge=0, le=3600)] = 10.0
    """``auricle watch`` waits until a recording hasn't changed for so long: it may be growing."""
    administrator_channel: Literal["auto", "left", "right"] = "auto"
    """Which channel of a stereo recording is the clinic's side, if the PBX always does the same."""
    tones: str = "europe"
    """Preferred set of ringback tones; all known sets are tried."""

    @field_validator("recordings", "logs", "manifest")
    @classmethod
    def _readable(cls, value: tuple[str, ...] | str | None) -> tuple[str, ...] | str | None:
        for address in value if isinstance(value, tuple) else [value] if value else []:
            check_address(address)
        return value

    @field_validator("storage")
    @classmethod
    def _no_secrets(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for address, options in value.items():
            check_address(address)
            for name, option in options.items():
                for told in (name, *(option if isinstance(option, dict) else ())):
                    if _SECRET.fullmatch(told):
                        raise ValueError(
                            f"{told!r} of {address} doesn't belong in a file that others read: "
                            "use an ssh key, or AWS's environment variables or profile"
                        )
            if not isinstance(options.get("known_hosts", ""), str):
                raise ValueError(f"'known_hosts' of {address} is the path of a file")
        return value


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
    taught: Path | None = None
    """What corrected calls have taught of roles, as ``auricle teach`` has learned it."""
    voice_prints: bool = False
    """Whether voices are compared with those of administrators who agreed to it and were enrolled
    with ``auricle voices enrol``: as a sign of roles, and to suggest whose a call was."""
    batch_size: Annotated[int, Field(ge=0, le=256)] = 0
    """Stretches of 30 s recognised at a time; 0: as many as fit into memory."""
    processes: Annotated[int, Field(ge=0, le=64)] = 0
    """Processes that transcribe; 0: one for each GPU, or for each socket of the CPU."""
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
        return check_server(value, "AURICLE_SERVER_KEY") if value else value


class JudgeServer(Section):
    """A language model that answers the questions of ``judge`` tests, where a rubric has any."""

    server: str
    """A server that speaks OpenAI's protocol, up to and with ``/v1``. Its key is in the
    environment, AURICLE_JUDGE_KEY."""
    model: str
    votes: Annotated[int, Field(ge=1, le=9)] = 3
    """Each question is asked so often; more than half must agree."""
    allow_remote: bool = False
    """The server may be beyond this machine and private networks: words leave the clinic."""

    @field_validator("server")
    @classmethod
    def _address(cls, value: str) -> str:
        return check_server(value, "AURICLE_JUDGE_KEY")


class Score(Section):
    """How calls are judged."""

    rubric: str = "clinic-phone"
    """Id of a rubric, or a path to a YAML file."""
    rubrics: dict[str, str] = {}
    """Type of call -> the rubric for it instead, e.g. ``{complaint = "complaint"}``. It is taken
    when the type is more likely than not."""
    calibration: Path | None = None
    """What confidences are worth, as ``auricle calibrate`` has learned it from reviews."""
    abstain_below: Annotated[float, Field(ge=0, le=1)] = 0.5
    """A verdict less confident than this becomes ``abstain``."""
    judge: JudgeServer | None = None
    """None: no language model has a say."""


class StoreSettings(Section):
    path: Path = Path("auricle-data/auricle.duckdb")
    """The database. A folder ``media`` with playable copies lies beside it."""


class Dashboard(Section):
    host: str = "127.0.0.1"
    """127.0.0.1 keeps the dashboards on this machine."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8501
    language: str = ""
    """ISO 639-1 code of the language of pages, reports and alerts. Empty: pages are in the
    browser's, the rest in English. Whoever looks at a page may choose another."""
    answer_within_s: Annotated[float, Field(gt=0, le=3600)] = 20.0
    """What "answered in time" means in figures. Rubrics have a target of their own."""
    answered_benchmark: Annotated[float, Field(gt=0, le=1)] = 0.8
    booked_benchmark: Annotated[float, Field(gt=0, le=1)] = 0.7
    """Lines beside the funnel: of the calls that come in, so many answered; of those that could end
    in a booking, so many booked."""
    sources: dict[str, str] = {}
    """What numbers that callers dial, and queues, are called where the funnel tells patients by
    where they come from, e.g. ``{"+44 20 7946 0001" = "Website"}``."""
    money: bool = False
    """Whether the funnel says what lost calls might have brought, by the price list."""


class VisitColumns(Section):
    """Which column of the table of visits holds what. A column that doesn't exist stays empty."""

    id: str = "id"
    phone: str = "phone"
    booked: str = "booked"
    """When the booking was made."""
    visit: str = "visit"
    """When the patient is to come."""
    status: str = "status"
    amount: str = "amount"


class Visits(Section):
    """The tables that ``auricle visits import`` reads."""

    columns: VisitColumns = VisitColumns()
    statuses: dict[VisitStatus, tuple[str, ...]] = {}
    """What the clinic's system calls each status, e.g. ``{treated = ["completed", "paid"]}``."""


class SignIn(Section):
    """How the dashboards know who looks."""

    method: Literal["single", "local", "oidc"] = "single"
    """``single``: nobody is asked, whoever sits at this machine is the owner. ``local``: login and
    password (``auricle people add``). ``oidc``: a service that speaks OpenID Connect."""
    metadata_url: str = ""
    """Of that service: ``https://.../.well-known/openid-configuration``."""
    client_id: str = ""
    """Its client's secret is in the environment, AURICLE_OIDC_SECRET."""
    address: str = ""
    """Where people open the dashboards, e.g. ``https://calls.clinic.example``; the service sends
    them back to ``/oauth2callback`` there."""

    @model_validator(mode="after")
    def _complete(self) -> "SignIn":
        if self.method == "oidc":
            for name in ("metadata_url", "client_id", "address"):
                if not getattr(self, name):
                    raise ValueError(f"method 'oidc' needs {name}")
        return self


Mode = Literal["human", "assisted", "automatic"]
"""Who decides a criterion: people alone; the machine suggests and a person decides; the machine."""


class Review(Section):
    """Which calls people look at, how long marks may be contested, and when the machine decides."""

    random_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Of each administrator's calls of a week, drawn for a review that nobody's eye has chosen; one
    at least, if the share isn't 0."""
    seed: str = "auricle"
    """Another one draws other calls."""
    unsure_below: Annotated[float, Field(ge=0, le=1)] = 0.6
    """A verdict less confident than this puts its call into the queue."""
    dispute_days: Annotated[int, Field(ge=0, le=365)] = 7
    """So long after a call was scored, or last reviewed, its administrator may contest it."""
    first_mode: Mode = "automatic"
    """Of criteria of which nobody has said yet who decides them."""
    automatic_reviews: Annotated[int, Field(ge=10)] = 30
    """So many blind reviews of a criterion are needed to let the machine decide it, or to take that
    from it."""
    automatic_agreement: Annotated[float, Field(gt=0, le=1)] = 0.8
    """Agreement of machine and people that ``automatic`` asks for: to be promoted the interval must
    lie above it; below it a criterion becomes ``assisted``."""


class Mail(Section):
    """The mail server. Its password is in the environment, AURICLE_MAIL_PASSWORD."""

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: str = "auricle@localhost"


AlertKind = Literal["critical", "complaint", "not_offered"]
"""``critical``: a critical criterion was failed; ``not_offered``: somebody who could have been
booked was offered no appointment."""


class Alerts(Section):
    """Calls that somebody wants to be told of at once. Off until kinds and addressees are named."""

    kinds: tuple[AlertKind, ...] = ()
    to: tuple[str, ...] = ()
    """E-mail addresses."""
    webhooks: tuple[str, ...] = ()
    """Addresses that a JSON object is posted to; no words of the call are in it."""
    within_days: Annotated[float, Field(gt=0)] = 7.0
    """Older calls alert nobody: turning alerts on doesn't send a year's."""
    address: str = "http://127.0.0.1:8501"
    """Where the dashboards are, for links."""

    @field_validator("webhooks")
    @classmethod
    def _http(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if urlsplit(address).scheme not in ("http", "https"):
                raise ValueError(f"{address!r} doesn't begin with https:// or http://")
        return value


class Reports(Section):
    to: tuple[str, ...] = ()
    """E-mail addresses that the weekly digest goes to."""


class Settings(Section):
    """All of ``auricle.toml``; every key has a default."""

    clinic: Clinic = Clinic()
    ingest: Ingest = Ingest()
    transcribe: Transcribe = Transcribe()
    score: Score = Score()
    store: StoreSettings = StoreSettings()
    dashboard: Dashboard = Dashboard()
    sign_in: SignIn = SignIn()
    review: Review = Review()
    visits: Visits = Visits()
    mail: Mail = Mail()
    alerts: Alerts = Alerts()
    reports: Reports = Reports()


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


def expect_clinic(path: Path | None, *instead: Path) -> None:
    """Raises SettingsError in a folder that is no clinic's: ``load_settings`` found no file, and
    nothing of ``instead``, by which a clinic without settings of its own is known, is here."""
    if path is None and not Path(FILE_NAME).is_file() and not any(p.exists() for p in instead):
        raise SettingsError(
            f"There is no {FILE_NAME} in {Path.cwd()}.",
            "Go to your clinic's folder, name it with '-c FOLDER', or begin with 'auricle init "
            "FOLDER'.",
        )


def _absolute(settings: Settings, folder: Path) -> Settings:
    def at(path: Path) -> Path:
        return folder / path.expanduser()

    def place(address: str) -> str:
        return address if is_remote(address) else str(at(Path(address)))

    def model(name: str) -> str:
        """A folder beside the file, or else a name on the hub."""
        return str(at(Path(name))) if name != "auto" and at(Path(name)).is_dir() else name

    def rubric(name: str) -> str:
        return str(at(Path(name))) if name.endswith(YAML) else name

    clinic, ingest, score = settings.clinic, settings.ingest, settings.score
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
                    "recordings": tuple(place(address) for address in ingest.recordings),
                    "manifest": place(ingest.manifest) if ingest.manifest else None,
                    "logs": tuple(place(address) for address in ingest.logs),
                }
            ),
            "transcribe": settings.transcribe.model_copy(
                update={
                    "model": model(settings.transcribe.model),
                    "diarization": model(settings.transcribe.diarization),
                    "taught": at(settings.transcribe.taught)
                    if settings.transcribe.taught
                    else None,
                    "transcripts": at(settings.transcribe.transcripts)
                    if settings.transcribe.transcripts
                    else None,
                }
            ),
            "score": score.model_copy(
                update={
                    "rubric": rubric(score.rubric),
                    "calibration": at(score.calibration) if score.calibration else None,
                    "rubrics": {kind: rubric(name) for kind, name in score.rubrics.items()},
                }
            ),
            "store": settings.store.model_copy(update={"path": at(settings.store.path)}),
        }
    )
