"""The plain, frozen values that every part of Auricle exchanges.

Data flows one way: ``Recording -> Call -> Transcript -> Scorecard``. Times are seconds from the
start of the recording (``_s``), rates are hertz (``_hz``), probabilities lie in 0..1.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Role = Literal["administrator", "patient", "ivr", "unknown"]
"""Who speaks. ``unknown`` where we can't tell: a role is never guessed confidently."""

VerdictKind = Literal["met", "partly", "missed", "abstain", "not_applicable"]
"""Only met, partly and missed enter a score. ``abstain``: it applied, but the proof is too weak."""

SegmentKind = Literal[
    "ring", "busy", "reorder", "ivr", "queue", "hold", "music", "silence", "muted", "speech",
    "noise",
]  # fmt: skip
"""``reorder``: the network has no line free. ``muted``: a channel without even a room's noise."""
Source = Literal["pbx", "audio"]
Direction = Literal["inbound", "outbound", "internal"]
"""``internal``: between two of the clinic's own extensions; nobody's service."""

Outcome = Literal["answered", "abandoned", "unanswered", "busy", "failed"]
"""``abandoned``: the caller gave up in a queue or a menu; ``unanswered``: it rang and nobody came,
whoever gave up first."""

LogSource = Literal[
    "manifest", "queue_log", "asterisk_cdr", "3cx", "aircall", "twilio", "file_name"
]
Layout = Literal["mono", "stereo", "fake_stereo"]
"""``fake_stereo``: two channels that carry the same signal, to be treated as mono."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class Frozen(BaseModel):
    """Immutable and strict: an unknown field is an error, not a surprise later."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recording(Frozen):
    """One audio file, identified by what it contains, not by where it lies."""

    sha256: str
    """SHA-256 of the file's bytes, hexadecimal."""
    path: str
    channels: Annotated[int, Field(ge=1)]
    sample_rate_hz: Annotated[int, Field(gt=0)]
    duration_s: Seconds
    layout: Layout


class LineFact(Frozen):
    """A duration on the line, and how we know it."""

    value_s: Seconds
    source: Source
    precision_s: Seconds = 0.0
    """The true value is expected within plus or minus this."""
    confidence: Probability = 1.0


class Segment(Frozen):
    """What one stretch of the line carries."""

    kind: SegmentKind
    start_s: Seconds
    end_s: Seconds
    channel: int | None = None
    """Index of the channel, or None when it holds for the whole call."""
    confidence: Probability = 1.0


class EndedBy(Frozen):
    """Who hung up, and how we know it."""

    who: Literal["administrator", "patient"]
    source: Source
    confidence: Probability = 1.0


class Line(Frozen):
    """What happened on the line before and between the words."""

    ring_s: LineFact | None = None
    """Ringback heard by the caller."""
    ivr_s: LineFact | None = None
    """Recorded announcements before a human answered."""
    queue_s: LineFact | None = None
    """Music or silence in a queue before a human answered."""
    hold_s: LineFact | None = None
    """Time on hold after a human had answered."""
    wait_s: LineFact | None = None
    """From the first ring to a human. None: unknown, or nobody answered."""
    answered_at_s: Seconds | None = None
    """Where in the recording a human first answers. None: never, or not heard."""
    dead_air_s: LineFact | None = None
    """Silences longer than 3 s after the answer that aren't hold, together."""
    ended_by: EndedBy | None = None
    """None: can't be told."""
    segments: tuple[Segment, ...] = ()


class Conflict(Frozen):
    """Two sources that disagree on a call. What was kept, and what was not."""

    field: str
    kept: str
    source: str
    other: str
    other_source: str


class Call(Frozen):
    """One conversation (or the attempt at one) and what the clinic's logs say of it."""

    call_id: str
    recording: Recording | None = None
    """None: nobody answered, or nothing was recorded."""
    clinic: str = ""
    administrator: str = ""
    """Name as the clinic writes it; empty when not known."""
    agent: str = ""
    """Who answered as the telephone system names them: an extension, an id, a channel."""
    direction: Direction = "inbound"
    caller: str = ""
    callee: str = ""
    queue: str = ""
    outcome: Outcome | None = None
    """None: no log tells."""
    start: datetime | None = None
    duration_s: Seconds | None = None
    """From the first ring to the end, as the telephone system says; None: no log tells."""
    talk_s: Seconds | None = None
    """Of that, after a human answered."""
    line: Line = Line()
    conflicts: tuple[Conflict, ...] = ()
    log_key: str = ""
    """Where the telephone system's records of it are kept; empty when there are none."""

    @property
    def recorded(self) -> Recording:
        """The recording of a call that has one. Raises ValueError for others."""
        if self.recording is None:
            raise ValueError(f"The call {self.call_id} was not recorded.")
        return self.recording


VisitStatus = Literal["booked", "arrived", "treated", "cancelled", "no_show"]
"""``booked``: not yet due, or nothing was said of it; ``arrived``: came, and isn't treated yet."""


class Visit(Frozen):
    """One booking of the clinic's own system, and what became of it."""

    visit_id: str
    phone: str
    booked: datetime | None = None
    """When it was made; on the clinic's clock."""
    at: datetime | None = None
    """When the patient is to come."""
    status: VisitStatus
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """What was paid for it, in the clinic's currency."""
    line: int
    """Of the table it came from."""


class Word(Frozen):
    text: str
    start_s: Seconds
    end_s: Seconds
    confidence: Probability
    also: str | None = None
    """The other speaker of that moment, where two talk at once on one channel: whose word it is
    can't be told for sure."""


class Turn(Frozen):
    """One speaker's uninterrupted talk."""

    speaker: str
    """Label from diarization or channel, e.g. ``left``, ``speaker_0``."""
    role: Role
    role_confidence: Probability
    start_s: Seconds
    end_s: Seconds
    text: str
    """As spoken."""
    normalised: str = ""
    """With numbers, times and telephone numbers in figures; empty where that is ``text``."""
    confidence: Probability
    """Mean recognition confidence of the words."""
    words: tuple[Word, ...] = ()
    talk: tuple[tuple[Seconds, Seconds], ...] = ()
    """When the speaker is heard, (start_s, end_s): with sounds that are no words, without pauses.
    Empty where the sound wasn't asked."""


class Transcript(Frozen):
    """Who said what, when. ``auricle.transcript/1``."""

    schema_: Literal["auricle.transcript/1"] = Field("auricle.transcript/1", alias="schema")
    call_id: str
    language: str
    """ISO 639-1 code, or empty when nobody spoke."""
    duration_s: Seconds
    line: Line
    turns: tuple[Turn, ...]
    provenance: dict[str, JsonValue] = {}
    """Models with their checksums, settings, and what was dropped and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Evidence(Frozen):
    """The proof of a verdict: somebody's words, a measurement, or what was searched in vain."""

    kind: Literal["quote", "measure", "absence", "stretch"]
    """``stretch``: what a person points at, from ``start_s`` to ``end_s``."""
    role: Role | None = None
    turn: int | None = None
    """Index into ``Transcript.turns``."""
    start_s: Seconds | None = None
    end_s: Seconds | None = None
    quote: str | None = None
    """Verbatim words of that turn."""
    measure: str | None = None
    value: float | None = None
    unit: str | None = None
    source: str | None = None
    note: str | None = None
    """For people: what the evidence shows, or what was searched and where the chance arose."""


class Verdict(Frozen):
    """How one criterion of a rubric came out for one call."""

    id: str
    verdict: VerdictKind
    points: float | None
    """None unless the verdict is met, partly or missed."""
    max_points: float
    confidence: Probability
    reason: str
    evidence: tuple[Evidence, ...] = ()


class Suggestion(Frozen):
    """What kind of call it seems to be, in one respect. Nobody's marks depend on it alone."""

    kind: str
    confidence: Probability
    evidence: tuple[Evidence, ...] = ()
    """What was said that most speaks for it."""


class RubricRef(Frozen):
    id: str
    version: str


class RubricVersion(Frozen):
    """A rubric as it stood when calls were first scored by it, or when it was published."""

    rubric_id: str
    version: str
    fingerprint: str
    text: str
    """The YAML."""
    since: datetime
    published_by: str = ""
    """Empty: it was there when calls were scored."""


class Scorecard(Frozen):
    """How good a call was, criterion by criterion. ``auricle.scorecard/1``."""

    schema_: Literal["auricle.scorecard/1"] = Field("auricle.scorecard/1", alias="schema")
    call_id: str
    rubric: RubricRef
    total: Annotated[float, Field(ge=0, le=100)] | None
    """0-100 over the criteria that could be judged; None when none could."""
    low: float | None
    high: float | None
    """90 % interval of the total."""
    scored_share: Probability
    """Share of the applicable weight that was judged."""
    failed_critical: tuple[str, ...] = ()
    criteria: tuple[Verdict, ...]
    call_type: Suggestion | None = None
    """new_patient, existing, price, booking, rescheduling, complaint, survey, other or
    not_a_conversation; None: no phrase lists for the language."""
    manner: Suggestion | None = None
    """The patient's, from words and turns: calm, demanding, anxious, apathetic or negative."""
    provenance: dict[str, JsonValue] = {}

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Failure(Frozen):
    """A file that could not be processed, why, and what to do about it."""

    path: str
    stage: Literal["ingest", "join", "transcribe", "score"]
    """``join``: sources that don't fit together; said anew by every run."""
    severity: Literal["error", "notice"] = "error"
    """``notice``: nothing is lost (a duplicate, say), but somebody may wonder."""
    reason: str
    remedy: str
    line: int | None = None
    """Line number inside the file, for tables and logs."""


class Run(Frozen):
    """One invocation of the pipeline."""

    run_id: str
    started: datetime
    finished: datetime | None = None
    """None while it runs, or when it was killed."""
    version: str
    device: str = ""
    found: int = 0
    done: int = 0
    cached: int = 0
    failed: int = 0
    """Files. Lines of logs and tables that can't be used are among the failures alone."""
    audio_s: float = 0.0
    timings_s: dict[str, float] = {}
    """Wall seconds per stage (``load``, ``decode``, ``line``, ``recognise``, ``diarize``, ...)."""
