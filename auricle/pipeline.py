"""The stages in order: find, decode, line, transcribe, score, store. Does only what is new.

A stage's result is stored with a fingerprint of all that it depends on. A run compares
fingerprints first, so that a second run does nothing and an interrupted one goes on where it was.
"""

import hashlib
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from auricle import __version__
from auricle.errors import AuricleError, RecordingError
from auricle.models import Call, Failure, Run, Scorecard, Transcript
from auricle.settings import Settings
from auricle.store import Fingerprints, Store, Waveform
from ingest.audio import decode
from ingest.line import VERSION as LINE_VERSION
from ingest.line import analyse, find_voices, loudness
from ingest.logs.importing import import_logs
from ingest.logs.linking import link
from ingest.logs.manifest import Row, read_manifest
from ingest.places import printable
from ingest.playback import write_playback
from ingest.recordings import (
    Source,
    find_files,
    identify,
    join,
    make_call,
    recording_of,
    with_log,
)
from rubrics.facts import FactSheet, load_facts
from rubrics.loader import load_rubric
from rubrics.schema import Rubric
from scoring.engine import VERSION as SCORING_VERSION
from scoring.engine import score
from transcribe.engine import Engine, Plan, make_plan
from transcribe.imported import imported_digest, imported_for

WAVEFORM_HZ = 25.0
"""Loudness values a second kept for drawing: one a pixel for a minute on a laptop."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


@dataclass(frozen=True)
class Summary:
    """What a run did, for people."""

    run: Run
    failures: tuple[Failure, ...]

    @property
    def errors(self) -> list[Failure]:
        return [failure for failure in self.failures if failure.severity == "error"]


@dataclass
class Stopwatch:
    """Wall seconds per stage, added up over threads."""

    spent_s: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self.spent_s[name] = self.spent_s.get(name, 0.0) + time.perf_counter() - start


class Models:
    """The engine, loaded by the first recording that needs it: rescoring doesn't, nor bad files."""

    def __init__(self, load: Callable[[], Engine]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self.engine: Engine | None = None

    def get(self) -> Engine:
        with self._lock:
            if self.engine is None:
                self.engine = self._load()
            return self.engine


@dataclass(frozen=True)
class Judge:
    """What calls are judged by."""

    rubric: Rubric
    facts: FactSheet | None
    fingerprint: str


@dataclass(frozen=True)
class Job:
    """One recording and what must be done anew for it."""

    source: Source
    wanted: Fingerprints
    stored: Fingerprints | None


@dataclass(frozen=True)
class Outcome:
    """What became of one job. ``waveform`` and ``transcript`` are None when the stored stand."""

    job: Job
    call: Call
    waveform: Waveform | None
    transcript: Transcript | None
    scorecard: Scorecard
    notice: str = ""


def load_judge(settings: Settings) -> Judge:
    """The rubric and the fact sheet of the settings. Raises SettingsError."""
    rubric = load_rubric(settings.score.rubric)
    facts = load_facts(settings.clinic.facts) if settings.clinic.facts else None
    sheet: JsonValue = facts.model_dump(mode="json") if facts else None
    return Judge(
        rubric,
        facts,
        digest([SCORING_VERSION, rubric.fingerprint, sheet, settings.score.abstain_below]),
    )


def run(
    settings: Settings,
    places: list[Path] | None = None,
    progress: Progress = lambda what, done, total: None,
    workers: int | None = None,
) -> Summary:
    """Ingest, transcribe, score and store what is new in ``places`` (or the settings' folders).

    A file that can't be used becomes a failure; the others go on. Raises AuricleError when nothing
    can start: bad settings, no models, no database.
    """
    started = datetime.now(UTC)
    watch = Stopwatch()
    begin = time.perf_counter()
    judge = load_judge(settings)
    store = Store(settings.store.path)
    run_id = f"{started:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    with watch.stage("find"):
        sources, failures = _sources(settings, places, store, run_id, progress)
    jobs, plan, cached = _jobs(settings, sources, store, judge)
    report = Run(
        run_id=run_id, started=started, version=__version__, found=len(sources), cached=cached,
        failed=sum(f.severity == "error" for f in failures),
        device=f"{plan.device.name} {plan.device.compute_type}" if plan else "",
    )  # fmt: skip
    outdated = _reported_anew(settings, places, store)
    with store.transaction():
        store.save_run(report)
        store.forget_failures(outdated)
        store.save_failures(failures, run_id=run_id)
    if jobs and plan:
        threads = min(workers or plan.device.threads, len(jobs))

        def load() -> Engine:
            progress("Loading models", 0, len(jobs))
            return Engine(plan, settings, workers=threads)

        models = Models(load)
        with ThreadPoolExecutor(threads) as pool:
            futures = {
                pool.submit(_work, job, models, settings, judge, store, watch): job for job in jobs
            }
            try:
                for done, future in enumerate(as_completed(futures), start=1):
                    job = futures[future]
                    outcome, trouble = _outcome(future, job)
                    failures += trouble
                    report = report.model_copy(
                        update={
                            "done": report.done + (outcome is not None),
                            "failed": report.failed + (outcome is None),
                            "audio_s": report.audio_s + _new_audio_s(outcome),
                            "timings_s": _timings(watch, models.engine, begin),
                        }
                    )
                    with watch.stage("store"), store.transaction():
                        _save(outcome, trouble, store, run_id)
                        store.save_run(report)
                    progress(job.source.path.name, done, len(jobs))
            except BaseException:
                progress("Stopping once the calls in progress are done", report.done, len(jobs))
                for waiting in futures:
                    waiting.cancel()
                raise
    report = report.model_copy(
        update={"finished": datetime.now(UTC),
                "timings_s": report.timings_s or _timings(watch, None, begin)}
    )  # fmt: skip
    store.save_run(report)
    return Summary(report, tuple(failures))


def _sources(
    settings: Settings, places: list[Path] | None, store: Store, run_id: str, progress: Progress
) -> tuple[list[Source], list[Failure]]:
    files, failures = find_files(places or settings.ingest.recordings)
    folders = [place for place in places or settings.ingest.recordings if place.is_dir()]
    logs = [*folders, *settings.ingest.logs]
    misread = import_logs(store, logs, settings, run_id, progress)
    rows: list[Row] = []
    manifest = settings.ingest.manifest
    if manifest is not None:
        rows, doubts = read_manifest(manifest, settings.ingest.columns, settings.clinic.zone)
        failures += doubts
    paired, lost = join(files, rows, manifest, whole=not places)
    told, unfitting = link(store, paired, rows, settings, progress)
    seen = 0

    def on_file() -> None:
        nonlocal seen
        seen += 1
        progress("Reading files", seen, len(paired))

    known = [(path, told.get(path)) for path, _ in paired]
    private = [path for path, call in known if call and call.direction == "internal"]
    known = [(path, call) for path, call in known if not call or call.direction != "internal"]
    sources, unreadable, learnt = identify(known, store.known_files(), on_file)
    store.remember_files(learnt)
    return sources, [
        *failures,
        *misread,
        *lost,
        *unfitting,
        *map(_not_listened_to, private),
        *unreadable,
    ]


def _not_listened_to(path: Path) -> Failure:
    return Failure(
        path=printable(path), stage="join", severity="notice",
        reason="The call was between two of the clinic's own extensions.",
        remedy="It isn't listened to: colleagues' talk is nobody's service.",
    )  # fmt: skip


def _reported_anew(settings: Settings, places: list[Path] | None, store: Store) -> list[str]:
    """Paths whose stored failures stand only if this run meets them again, or that are gone."""
    again = {printable(place) for place in places or settings.ingest.recordings if place.is_dir()}
    if not places and settings.ingest.manifest:
        again.add(str(settings.ingest.manifest))
    return [path for path in store.failed_paths() if path in again or not os.path.lexists(path)]


def _jobs(
    settings: Settings, sources: list[Source], store: Store, judge: Judge
) -> tuple[list[Job], Plan | None, int]:
    """What has to be done, with what, and how many recordings need nothing."""
    if not sources:
        return [], None, 0
    plan = make_plan(settings.transcribe)
    stored = store.fingerprints()
    jobs = []
    for source in sources:
        wanted = fingerprints(source, settings, plan, judge)
        have = stored.get(source.sha256)
        if have != wanted:
            jobs.append(Job(source, wanted, have))
    return jobs, plan, len(sources) - len(jobs)


def fingerprints(source: Source, settings: Settings, plan: Plan, judge: Judge) -> Fingerprints:
    """Of all that a recording's results depend on, stage by stage."""
    log = source.log or Call(call_id="")
    transcript = digest(
        [
            source.sha256, LINE_VERSION, settings.ingest.tones, log.direction,
            settings.ingest.administrator_channel,
            dict(plan.identity), settings.transcribe.min_role_confidence,
            imported_digest(source.path, settings.transcribe.transcripts),
            settings.clinic.model_dump(mode="json", exclude={"facts", "timezone", "desks"}),
        ]
    )  # fmt: skip
    call = digest(
        [
            transcript, source.call_id, printable(source.path), log.model_dump(mode="json"),
        ]
    )  # fmt: skip
    return Fingerprints(call, transcript, digest([transcript, call, judge.fingerprint]))


def digest(parts: list[JsonValue]) -> str:
    """A short stable name for a list of plain values."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _work(
    job: Job, models: Models, settings: Settings, judge: Judge, store: Store, watch: Stopwatch
) -> Outcome:
    """The stages for one recording, as far as they must be done anew."""
    stored = None
    if job.stored is not None and job.stored.transcript == job.wanted.transcript:
        stored = _stored(store, job.source)
    if stored is not None:
        old, transcript = stored
        recording = old.recorded.model_copy(update={"path": printable(job.source.path)})
        call = make_call(job.source, recording, transcript.line, settings.clinic.name)
        call = with_log(call, job.source.log)
        transcript = transcript.model_copy(update={"call_id": call.call_id})
        new = old.call_id != call.call_id
        return Outcome(
            job, call, None, transcript if new else None, _scored(call, transcript, judge,
                                                                  settings, watch)
        )  # fmt: skip
    with watch.stage("decode"):
        audio = decode(job.source.path)
    with watch.stage("voice"):
        voices = find_voices(audio)
    with watch.stage("line"):
        line = analyse(audio, voices, settings.ingest.tones)
    with watch.stage("playback"):
        write_playback(audio, job.source.path, store.media / job.source.sha256)
        waveform = Waveform(WAVEFORM_HZ, loudness(audio.samples, WAVEFORM_HZ))
    call = make_call(job.source, recording_of(job.source, audio), line, settings.clinic.name)
    imported = imported_for(job.source.path, settings.transcribe.transcripts)
    transcript = models.get().transcribe(call, audio.samples, imported)
    call = with_log(call.model_copy(update={"line": transcript.line}), job.source.log)
    scorecard = _scored(call, transcript, judge, settings, watch)
    return Outcome(job, call, waveform, transcript, scorecard, audio.notice)


def _scored(
    call: Call, transcript: Transcript, judge: Judge, settings: Settings, watch: Stopwatch
) -> Scorecard:
    with watch.stage("score"):
        return score(
            call, transcript.model_copy(update={"line": call.line}), judge.rubric, judge.facts,
            abstain_below=settings.score.abstain_below,
        )  # fmt: skip


def _stored(store: Store, source: Source) -> tuple[Call, Transcript] | None:
    detail = store.detail_of(source.sha256)
    if detail is None or detail.transcript is None:
        return None
    return detail.call, detail.transcript


def _outcome(future: "Future[Outcome]", job: Job) -> tuple[Outcome | None, list[Failure]]:
    """What a worker made, or None, and what is to be reported of it."""
    path = printable(job.source.path)
    try:
        outcome = future.result()
    except RecordingError as error:
        return None, [Failure(path=path, stage="ingest", reason=error.reason, remedy=error.remedy)]
    except AuricleError:
        raise  # not this file's fault: a model is damaged, say
    except Exception as error:
        failure = Failure(
            path=path,
            stage="transcribe",
            reason=f"Unexpected error: {type(error).__name__}: {error}.",
            remedy="Please report it with this file; the other recordings are not affected.",
        )
        return None, [failure]
    if not outcome.notice:
        return outcome, []
    notice = Failure(
        path=path, stage="ingest", severity="notice", reason=outcome.notice,
        remedy="Compare with the PBX's own copy if the end of the call matters.",
    )  # fmt: skip
    return outcome, [notice]


def _new_audio_s(outcome: Outcome | None) -> float:
    if outcome is None or outcome.waveform is None:
        return 0.0
    return outcome.call.recorded.duration_s


def _save(outcome: Outcome | None, trouble: list[Failure], store: Store, run_id: str) -> None:
    if outcome is not None:
        wanted, path = outcome.job.wanted, printable(outcome.job.source.path)
        store.save_call(outcome.call, outcome.waveform, fingerprint=wanted.call, run_id=run_id)
        if outcome.transcript is not None:
            store.save_transcript(
                outcome.transcript, path=path, fingerprint=wanted.transcript, run_id=run_id
            )
        store.save_scorecard(
            outcome.scorecard, path=path, fingerprint=wanted.scorecard, run_id=run_id
        )
    if trouble:
        store.save_failures(trouble, run_id=run_id)


def _timings(watch: Stopwatch, engine: Engine | None, begin: float) -> dict[str, float]:
    spent = {**watch.spent_s, **(engine.timings_s if engine else {})}
    spent["wall"] = time.perf_counter() - begin
    return {name: round(seconds, 3) for name, seconds in sorted(spent.items())}
