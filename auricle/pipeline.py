"""The stages in order: find, decode, line, transcribe, score, store. Does only what is new.

A stage's result is stored with a fingerprint of all that it depends on. A run compares
fingerprints first, so that a second run does nothing and an interrupted one goes on where it was.
"""

import os
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from auricle import __version__
from auricle.checks import check_values
from auricle.errors import AuricleError, ManifestError, PlaceError, RecordingError
from auricle.messages import N_
from auricle.models import Call, Failure, Run, Scorecard, Transcript
from auricle.scorer import Scorer, digest, load_scorer, version_of
from auricle.settings import Settings, is_remote
from auricle.store import Fingerprints, Store, Waveform, modes
from auricle.store.mystery import uploads
from auricle.underway import Underway
from auricle.waves import brought, settle, strangers
from ingest.audio import decode
from ingest.line import VERSION as LINE_VERSION
from ingest.line import analyse, find_voices, loudness
from ingest.logs.importing import import_logs
from ingest.logs.linking import link
from ingest.logs.manifest import Row, read_manifest
from ingest.places import Place, Storage, printable, unusable
from ingest.playback import write_playback
from ingest.recordings import (
    KnownFiles,
    Source,
    find_files,
    identify,
    join,
    make_call,
    recording_of,
    with_log,
)
from ingest.spool import Spool
from scoring.facts.figures import with_figures
from transcribe.engine import Engine, Plan, make_plan
from transcribe.imported import imported_digest, imported_for
from transcribe.processes import Processes, make_engine

FETCHED_BYTES = 512 * 1024 * 1024
"""Remote recordings fetched before the first of them is listened to; the rest waits its turn."""
WAVEFORM_HZ = 25.0
"""Loudness values a second kept for drawing: one a pixel for a minute on a laptop."""

RESCORED = 50
"""Calls that are read, scored and written together: a transaction costs more than a call in it."""

Transcriber = Engine | Processes
"""What transcribes: in this process, or in processes of their own."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


@dataclass(frozen=True)
class Summary:
    """What a run did, for people."""

    run: Run
    failures: tuple[Failure, ...]
    left: int = 0
    """Remote recordings that are to be fetched by the next run."""
    waiting: int = 0
    """Recordings that may still be being written."""

    def after(self, earlier: "Summary") -> "Summary":
        """What this run and the one that it went on with did together."""
        run, other = self.run, earlier.run
        times = {
            name: run.timings_s.get(name, 0.0) + other.timings_s.get(name, 0.0)
            for name in {*run.timings_s, *other.timings_s}
        }
        together = run.model_copy(
            update={
                "done": run.done + other.done, "cached": max(0, run.cached - other.done),
                "audio_s": run.audio_s + other.audio_s, "timings_s": times,
            }
        )  # fmt: skip
        return Summary(together, self.failures, self.left, self.waiting)

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

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.engine: Transcriber | None = None

    def get(self, load: Callable[[], Transcriber]) -> Transcriber:
        with self._lock:
            if self.engine is None:
                self.engine = load()
            return self.engine


@dataclass
class Means:
    """What several runs of one process share: loaded models, connections, and its wishes."""

    storage: Storage
    models: Models = field(default_factory=Models)
    settled: Callable[[Place, KnownFiles], bool] = lambda place, known: True
    """Whether a recording is whole; one that isn't waits for the next run."""
    stopping: Callable[[], bool] = lambda: False
    """Whether to end after the calls in progress."""
    hopeless: set[tuple[str, Fingerprints]] = field(default_factory=set)
    """Recordings, by SHA-256, that failed and would fail again."""


@dataclass(frozen=True)
class Job:
    """One recording and what must be done anew for it."""

    source: Source
    wanted: Fingerprints
    stored: Fingerprints | None

    @property
    def transcribed(self) -> bool:
        """Its transcript stands."""
        return self.stored is not None and self.stored.transcript == self.wanted.transcript

    @property
    def listening(self) -> str:
        """What listening to it is called: by the recording, and all that its transcript depends
        on."""
        return digest([self.source.sha256, self.wanted.transcript])


@dataclass(frozen=True)
class Outcome:
    """What was made of one recording. ``waveform`` and ``transcript`` are None when the stored ones
    stand."""

    call: Call
    waveform: Waveform | None
    transcript: Transcript | None
    scorecard: Scorecard
    notice: str = ""


@dataclass(frozen=True)
class Ended:
    """A job that is over: what was made, if it was, and what is to be reported."""

    job: Job
    outcome: Outcome | None
    trouble: list[Failure]
    for_good: bool = True
    """Without an outcome: it would fail again."""


def run(
    settings: Settings,
    addresses: Sequence[str | Path] | None = None,
    progress: Progress = lambda what, done, total: None,
    workers: int | None = None,
    means: Means | None = None,
) -> Summary:
    """Ingest, transcribe, score and store what is new at ``addresses`` (or the settings' places).

    A file that can't be used becomes a failure; the others go on. ``means``: shared with other runs
    of this process, with an engine for as many calls at a time as ``workers``. Raises AuricleError
    when nothing can start: bad settings, no models, no database.
    """
    means, shared = means or Means(Storage(settings.ingest.storage)), means is not None
    started = datetime.now(UTC)
    watch = Stopwatch()
    begin = time.perf_counter()
    check_values(settings)
    scorer = load_scorer(settings)
    store = Store(settings.store.path)
    scorer = replace(scorer, strangers=strangers(settings))
    run_id = f"{started:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    spool = Spool(store.path.parent / "spool")
    underway = Underway(store.path.parent / "underway")
    with watch.stage("find"):
        found = _find(settings, addresses, means.storage)
        sources, failures, left, waiting = _sources(
            settings, found, store, spool, means, run_id, progress
        )
    jobs, plan, cached = _jobs(settings, sources, store, scorer)
    spool.tidy([job.source.place for job in jobs] if found.whole and not left else None)
    jobs = [job for job in jobs if (job.source.sha256, job.wanted) not in means.hopeless]
    if addresses:
        underway.forgive([job.listening for job in jobs])
    report = Run(
        run_id=run_id, started=started, version=__version__, found=len(sources), cached=cached,
        failed=sum(f.severity == "error" and f.line is None for f in failures),
        device=f"{plan.device.name} {plan.device.compute_type}" if plan else "",
    )  # fmt: skip
    outdated = _reported_anew(settings, found, store, spool)
    keep_weighings(store, scorer)
    keep_modes(settings, scorer)
    worth_telling = not shared or bool(jobs or failures)  # a log's line more is no event
    with store.transaction():
        if worth_telling:
            store.save_run(report)
            for rubric in scorer.rubrics:
                store.save_rubric(version_of(rubric, started))
        store.forget_failures(outdated)
        store.save_failures(failures, run_id=run_id)
    before = dict(means.models.engine.timings_s) if means.models.engine else {}
    if jobs and plan:
        threads = workers or plan.device.threads
        if not shared:
            threads = min(threads, len(jobs))

        def engine() -> Transcriber:
            def load() -> Transcriber:
                progress("Loading models", 0, len(jobs))
                return make_engine(plan, settings, workers=threads)

            return means.models.get(load)

        stages = partial(
            _work, engine=engine, spool=spool, settings=settings, scorer=scorer, store=store,
            watch=watch,
        )  # fmt: skip

        def work(group: Sequence[Job], *, alone: bool) -> list[Ended]:
            known = _stored(store, group)
            ended: list[Ended] = []
            for job in group:
                if means.stopping():
                    break  # those that aren't begun are left to the next run
                listening = underway.listening(job.listening, alone=alone)
                made = partial(stages, job, known.get(job.source.sha256), listening)
                ended.append(_tried(job, made))
            return ended

        suspects = [j for j in jobs if not j.transcribed and underway.suspected(j.listening)]
        suspects.sort(key=lambda job: underway.ends(job.listening))
        finished = 0
        with closing(_as_they_end(work, jobs, suspects, threads)) as all_ended:
            try:
                for ended in all_ended:
                    if not ended:
                        continue
                    made = [one.outcome for one in ended if one.outcome is not None]
                    failures += [failure for one in ended for failure in one.trouble]
                    report = report.model_copy(
                        update={
                            "done": report.done + len(made),
                            "failed": report.failed + len(ended) - len(made),
                            "audio_s": report.audio_s + sum(map(_new_audio_s, made)),
                            "timings_s": _timings(watch, means.models.engine, before, begin),
                        }
                    )
                    with watch.stage("store"), store.transaction():
                        for one in ended:
                            _save(one, store, run_id)
                        store.save_run(report)
                    for one in ended:
                        if one.outcome is not None:
                            spool.drop(one.job.source.place)
                        elif one.for_good:
                            means.hopeless.add((one.job.source.sha256, one.job.wanted))
                        finished += 1
                        progress(one.job.source.place.name, finished, len(jobs))
            except BaseException:
                progress("Stopping once the calls in progress are done", report.done, len(jobs))
                raise
    timings_s = _timings(watch, means.models.engine, before, begin)
    report = report.model_copy(update={"finished": datetime.now(UTC), "timings_s": timings_s})
    if worth_telling:
        store.save_run(report)
        settle(settings)
    if not shared:
        means.storage.close()
    return Summary(report, tuple(dict.fromkeys(failures)), left, waiting)


@dataclass(frozen=True)
class Found:
    """What lies at the places that a run is for."""

    asked: list[Place]
    folders: list[Place]
    """Where recordings are looked for, and logs beside them."""
    logs: list[Place]
    """Where only logs are looked for."""
    files: list[Place]
    failures: list[Failure]
    all_asked: bool
    """Not only some places were asked for."""

    @property
    def whole(self) -> bool:
        """Nothing that isn't here can be anywhere."""
        return self.all_asked and not self.failures


def _find(settings: Settings, addresses: Sequence[str | Path] | None, storage: Storage) -> Found:
    places = [storage.place(address) for address in addresses or settings.ingest.recordings]
    if not addresses and uploads(settings.store.path).is_dir():
        places.append(storage.place(uploads(settings.store.path)))
    logs = [storage.place(address) for address in settings.ingest.logs]
    files, failures = find_files(places)
    return Found([*places, *logs], _folders(places), logs, files, failures, not addresses)


def _sources(
    settings: Settings, found: Found, store: Store, spool: Spool, means: Means, run_id: str,
    progress: Progress,
) -> tuple[list[Source], list[Failure], int, int]:  # fmt: skip
    """The recordings to process, all there is to report, how many are left to the next run, and how
    many are still being written."""
    logs = [*found.folders, *found.logs]
    misread = import_logs(store, logs, means.storage, settings, run_id, progress)
    manifest, rows, doubts = _rows(settings, means.storage, spool)
    paired, lost = join(found.files, rows, manifest, whole=found.whole)
    by_shoppers = brought(settings)  # which no log of the clinic's tells of
    ours = [(place, row) for place, row in paired if printable(place) not in by_shoppers]
    told, unfitting = link(store, ours, rows, settings, progress)
    seen = 0

    def on_file() -> None:
        nonlocal seen
        seen += 1
        progress("Reading files", seen, len(paired))

    calls = [(place, told.get(place) or by_shoppers.get(printable(place))) for place, _ in paired]
    private = [place for place, call in calls if call and call.direction == "internal"]
    calls = [(place, call) for place, call in calls if not call or call.direction != "internal"]
    known = store.known_files()
    still = [(place, call) for place, call in calls if means.settled(place, known)]
    affordable = _affordable(still, known, spool)
    sources, unreadable, learnt = identify(affordable, known, on_file, spool.local)
    store.remember_files(learnt)
    failures = [
        *found.failures,
        *misread,
        *doubts,
        *lost,
        *unfitting,
        *map(_not_listened_to, private),
        *unreadable,
    ]
    left, waiting = len(still) - len(affordable), len(calls) - len(still)
    return sources, list(dict.fromkeys(failures)), left, waiting


def _folders(places: list[Place]) -> list[Place]:
    """Those that can be searched. Why others can't is reported already."""
    folders = []
    for place in places:
        with suppress(PlaceError):
            if place.is_folder():
                folders.append(place)
    return folders


def _rows(
    settings: Settings, storage: Storage, spool: Spool
) -> tuple[Place | None, list[Row], list[Failure]]:
    """The manifest. While its server is away, what was read last stands."""
    address, columns, zone = settings.ingest.manifest, settings.ingest.columns, settings.clinic.zone
    if address is None:
        return None, [], []
    place, failures = storage.place(address), []
    try:
        path = spool.latest(place)
    except PlaceError as error:
        path, failures = spool.last(place), [unusable(error)]
    except OSError as error:
        raise ManifestError(
            N_("The manifest {address} can't be read: {error}.").format(
                address=address, error=error.strerror or error
            ),
            N_("Correct [ingest] manifest in auricle.toml."),
        ) from error
    if failures and not path.exists():
        return place, [], failures
    rows, doubts = read_manifest(path, columns, zone, called=address)
    return place, rows, failures + doubts


def _affordable(
    files: list[tuple[Place, Call | None]], known: KnownFiles, spool: Spool
) -> list[tuple[Place, Call | None]]:
    """As many recordings as may be fetched at once; those that needn't be, all."""
    chosen = []
    fetched_bytes = 0
    for place, call in files:
        if place.server is not None and place.listed is not None:
            version = (place.listed.size, place.listed.mtime_ns)
            if known.get(printable(place), ())[:2] != version and not spool.copy_of(place).exists():
                if fetched_bytes >= FETCHED_BYTES:
                    continue
                fetched_bytes += place.listed.size
        chosen.append((place, call))
    return chosen


def _not_listened_to(place: Place) -> Failure:
    return Failure(
        path=printable(place), stage="join", severity="notice",
        reason=N_("The call was between two of the clinic's own extensions."),
        remedy=N_("It isn't listened to: colleagues' talk is nobody's service."),
    )  # fmt: skip


def _reported_anew(settings: Settings, found: Found, store: Store, spool: Spool) -> list[str]:
    """Paths whose stored failures stand only if this run meets them again, or that are gone."""
    remote = [place for place in found.asked if place.server]
    again = {str(spool.folder), *map(printable, [*found.folders, *remote])}
    again |= {place.server.address for place in remote if place.server}
    if found.all_asked and settings.ingest.manifest:
        again.add(settings.ingest.manifest)
    there = {printable(place) for place in found.files}

    def gone(path: str) -> bool:
        if not is_remote(path):
            return not os.path.lexists(path)
        return found.whole and path not in there

    return [path for path in store.failed_paths() if path in again or gone(path)]


def _jobs(
    settings: Settings, sources: list[Source], store: Store, scorer: Scorer
) -> tuple[list[Job], Plan | None, int]:
    """What has to be done, with what, and how many recordings need nothing."""
    if not sources:
        return [], None, 0
    plan = make_plan(settings.transcribe)
    stored = store.fingerprints()
    jobs = []
    for source in sources:
        wanted = fingerprints(source, settings, plan, scorer)
        have = stored.get(source.sha256)
        if have != wanted:
            jobs.append(Job(source, wanted, have))
    return jobs, plan, len(sources) - len(jobs)


def fingerprints(source: Source, settings: Settings, plan: Plan, scorer: Scorer) -> Fingerprints:
    """Of all that a recording's results depend on, stage by stage."""
    log = source.log or Call(call_id="")
    transcript = digest(
        [
            source.sha256, LINE_VERSION, settings.ingest.tones, log.direction,
            settings.ingest.administrator_channel,
            dict(plan.identity), settings.transcribe.min_role_confidence,
            imported_digest(Path(source.place.name), settings.transcribe.transcripts),
            settings.clinic.model_dump(mode="json", exclude={"facts", "timezone", "desks"}),
        ]
    )  # fmt: skip
    call = digest(
        [
            transcript, source.call_id, printable(source.place), log.model_dump(mode="json"),
        ]
    )  # fmt: skip
    return Fingerprints(call, transcript, digest([transcript, call, scorer.fingerprint]))


def _as_they_end(
    work: Callable[..., list[Ended]], jobs: Sequence[Job], suspects: Sequence[Job], threads: int
) -> Generator[list[Ended]]:
    """What became of the jobs, group by group: of ``suspects`` after all others, each once the
    one before is dealt with.

    To close it leaves alone what isn't begun, and waits for what is.
    """
    others = [job for job in jobs if job not in suspects]
    for alone, chosen in ((False, others), *((True, [one]) for one in suspects)):
        with ThreadPoolExecutor(threads) as pool:
            futures = [pool.submit(work, group, alone=alone) for group in _groups(chosen)]
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                for future in futures:
                    future.cancel()


def _groups(jobs: Sequence[Job]) -> list[Sequence[Job]]:
    """Jobs that are done and stored together: one by one, but for those that only need scoring."""
    again = [job for job in jobs if job.transcribed]
    together = [again[at : at + RESCORED] for at in range(0, len(again), RESCORED)]
    return [*([job] for job in jobs if not job.transcribed), *together]


def _work(
    job: Job, stored: tuple[Call, Transcript] | None, listening: AbstractContextManager[None],
    engine: Callable[[], Transcriber], spool: Spool, settings: Settings, scorer: Scorer,
    store: Store, watch: Stopwatch,
) -> Outcome:  # fmt: skip
    """The stages for one recording, as far as they must be done anew.

    ``listening``: held while the recording is listened to.
    """
    if stored is not None:
        old, transcript = stored
        recording = old.recorded.model_copy(update={"path": printable(job.source.place)})
        call = make_call(job.source, recording, transcript.line, settings.clinic.name)
        call = with_log(call, job.source.log)
        transcript = transcript.model_copy(update={"call_id": call.call_id})
        new = old.call_id != call.call_id
        return Outcome(
            call, None, transcript if new else None, _scored(call, transcript, scorer, watch)
        )
    with listening:
        with watch.stage("fetch"):
            path = _fetched(job, spool)
        with watch.stage("decode"):
            audio = decode(path)
        with watch.stage("voice"):
            voices = find_voices(audio)
        with watch.stage("line"):
            line = analyse(audio, voices, settings.ingest.tones)
        with watch.stage("playback"):
            write_playback(audio, path, store.media / job.source.sha256)
            waveform = Waveform(WAVEFORM_HZ, loudness(audio.samples, WAVEFORM_HZ))
        call = make_call(job.source, recording_of(job.source, audio), line, settings.clinic.name)
        imported = imported_for(Path(job.source.place.name), settings.transcribe.transcripts)
        transcript = with_figures(engine().transcribe(call, audio.samples, imported))
    call = with_log(call.model_copy(update={"line": transcript.line}), job.source.log)
    scorecard = _scored(call, transcript, scorer, watch)
    return Outcome(call, waveform, transcript, scorecard, audio.notice)


def _fetched(job: Job, spool: Spool) -> Path:
    try:
        return spool.local(job.source.place)
    except OSError as error:
        raise RecordingError(
            N_("The file can't be read: {error}.").format(error=error.strerror),
            N_("Check that it still exists and that this user may read it."),
        ) from error


def _scored(call: Call, transcript: Transcript, scorer: Scorer, watch: Stopwatch) -> Scorecard:
    with watch.stage("score"):
        return scorer.score(call, transcript)


def rescore(settings: Settings, call: Call, transcript: Transcript) -> Scorecard:
    """The scorecard of a call by today's rubrics, for a transcript that a person has corrected.
    Raises SettingsError."""
    scorer = load_scorer(settings)
    keep_weighings(Store(settings.store.path), scorer)
    return scorer.score(call, transcript)


def keep_weighings(store: Store, scorer: Scorer) -> None:
    """How the rubrics make totals, so that the store can make them anew with people's verdicts."""
    for rubric in (scorer.rubric, *scorer.by_type.values()):
        store.save_weighings(rubric.id, rubric.version, rubric.weighings())


def keep_modes(settings: Settings, scorer: Scorer) -> None:
    """Which criteria the machine decides alone, by the settings and reviews of today."""
    path = settings.store.path
    for rubric in scorer.rubrics:
        modes.begin(path, rubric.id, [c.id for c in rubric.criteria()], settings.review)
    modes.demote(path, settings.review)
    modes.follow_modes(path)


def _stored(store: Store, jobs: Iterable[Job]) -> dict[str, tuple[Call, Transcript]]:
    """By SHA-256: calls and transcripts that stand."""
    return store.transcribed([job.source.sha256 for job in jobs if job.transcribed])


def _tried(job: Job, work: Callable[[], Outcome]) -> Ended:
    """What became of a job, and what is to be reported of it."""
    path = printable(job.source.place)
    try:
        outcome = work()
    except RecordingError as error:
        failure = Failure(path=path, stage="ingest", reason=error.reason, remedy=error.remedy)
        return Ended(job, None, [failure])
    except PlaceError as error:
        return Ended(job, None, [unusable(error)], for_good=False)
    except AuricleError:
        raise  # not this file's fault: a model is damaged, say
    except Exception as error:
        failure = Failure(
            path=path,
            stage="score" if job.transcribed else "transcribe",
            reason=N_("Unexpected error: {name}: {error}.").format(
                name=type(error).__name__, error=error
            ),
            remedy=N_("Please report it with this file; the other recordings are not affected."),
        )
        return Ended(job, None, [failure])
    if not outcome.notice:
        return Ended(job, outcome, [])
    notice = Failure(
        path=path, stage="ingest", severity="notice", reason=outcome.notice,
        remedy=N_("Compare with the PBX's own copy if the end of the call matters."),
    )  # fmt: skip
    return Ended(job, outcome, [notice])


def _new_audio_s(outcome: Outcome) -> float:
    return 0.0 if outcome.waveform is None else outcome.call.recorded.duration_s


def _save(ended: Ended, store: Store, run_id: str) -> None:
    outcome, job = ended.outcome, ended.job
    if outcome is not None:
        wanted, path = job.wanted, printable(job.source.place)
        store.save_call(outcome.call, outcome.waveform, fingerprint=wanted.call, run_id=run_id)
        if outcome.transcript is not None:
            store.save_transcript(
                outcome.transcript, path=path, fingerprint=wanted.transcript, run_id=run_id
            )
        store.save_scorecard(
            outcome.scorecard, path=path, fingerprint=wanted.scorecard, run_id=run_id
        )
    if ended.trouble:
        store.save_failures(ended.trouble, run_id=run_id)


def _timings(
    watch: Stopwatch, engine: Transcriber | None, before: dict[str, float], begin: float
) -> dict[str, float]:
    """Seconds of this run; an engine that others used before had spent some already."""
    used = engine.timings_s if engine else {}
    spent = {**watch.spent_s, **{name: s - before.get(name, 0) for name, s in used.items()}}
    spent["wall"] = time.perf_counter() - begin
    return {name: round(seconds, 3) for name, seconds in sorted(spent.items())}
