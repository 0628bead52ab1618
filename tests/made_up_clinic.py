"""A made-up clinic: a store with 40 calls of three administrators, for tests of the dashboards.

``python tests/made_up_clinic.py FOLDER`` builds it in a folder to look at. The same seed always
gives the same clinic. Audio is a hum where somebody speaks: enough to play and to seek in.
"""

import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow as pa

from auricle.models import (
    Call,
    Conflict,
    EndedBy,
    Evidence,
    Failure,
    Line,
    LineFact,
    Recording,
    Role,
    RubricRef,
    Run,
    Scorecard,
    Segment,
    Transcript,
    Turn,
    Verdict,
    VerdictKind,
    Word,
)
from auricle.store import Store, Waveform
from auricle.totals import Weighing

RATE_HZ = 8000
PEAKS_HZ = 20
CLINIC = "Riverside Dental"
HABITS = {"Anna Kowalska": 0.9, "Marta Lis": 0.82, "Julia Brandt": 0.45}
"""How likely each administrator does what a good call asks for."""

POINTS = {
    "wait_time": 10, "greeting": 10, "opening_hours": 10, "prices": 15, "empathy": 15,
    "clarity": 10, "patience": 10, "hold_courtesy": 5, "booking_offered": 10, "polite_close": 5,
    "booking_won": 0,
}  # fmt: skip
SCRIPT: list[tuple[Role, str, str | None, str | None]] = [
    ("administrator", "Good morning, Riverside Dental, {name} speaking, how can I help you?",
     "greeting", "Yes, dentist."),
    ("patient", "Hello, I have had a toothache since Sunday and I can hardly sleep.", None, None),
    ("administrator", "Oh, I am sorry to hear that, that sounds really painful.",
     "empathy", "Right. Have you been here before?"),
    ("patient", "Do you have anything this week? And how much is a check-up, please?", None, None),
    ("administrator", "A check-up with an x-ray is eighty five pounds.",
     "prices", "I think it is around a hundred, you will see when you come."),
    ("patient", "And are you open on Saturday by any chance?", None, None),
    ("administrator", "Yes, on Saturdays we are open from nine until two.",
     "opening_hours", "No idea, it is on the website."),
    ("administrator", "Would you like me to book you in for Thursday at half past ten?",
     "booking_offered", "So, just call us again when you know."),
    ("patient", "Let me think. Yes, that would be great, thank you.",
     "booked", "I will call back."),
    ("administrator", "Lovely, see you on Thursday then, and thank you for calling. Goodbye.",
     "polite_close", "Okay. Bye."),
]  # fmt: skip
REASONS = {"met": "Said clearly: “{}”.", "partly": "In part: “{}”.", "missed": "Instead: “{}”."}


@dataclass(frozen=True)
class MadeUp:
    """One call with all that the pipeline would have stored, and its sound (float, -1..1)."""

    call: Call
    transcript: Transcript
    scorecard: Scorecard
    samples: np.ndarray


START = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
DESKS = {"2001": "Anna Kowalska", "2002": "Marta Lis", "2003": "", "2004": ""}
"""Extensions of calls that only logs know, and who sits there as far as anybody has said."""


def build(
    folder: Path, calls: int = 40, seed: int = 7, start: datetime = START, logged: int = 0,
    sound: bool = True,
) -> Store:  # fmt: skip
    """The store of the made-up clinic in ``folder``. Every tenth call lacks its media file.

    ``sound`` False: no call has one. ``logged``: so many more calls that were not recorded, over
    eight weeks from ``start``.
    """
    rng = random.Random(seed)
    store = Store(folder / "auricle.duckdb")
    store.media.mkdir(parents=True, exist_ok=True)
    store.save_weighings("clinic-phone", "1.0.0", weighings())
    for number, made in enumerate(made_up(rng, calls, start)):
        recording = made.call.recording
        keys = {"path": recording.path, "fingerprint": "made-up", "run_id": "run-2"}
        store.save_call(made.call, peaks(made.samples), fingerprint="made-up", run_id="run-2")
        store.save_transcript(made.transcript, **keys)
        store.save_scorecard(made.scorecard, **keys)
        if sound and number % 10 != 9:
            write_opus(store.media / f"{recording.sha256}.ogg", made.samples)
    _history(store, calls)
    log(store, unrecorded(random.Random(seed), logged, start))
    return store


def weighings() -> tuple[Weighing, ...]:
    return tuple(
        Weighing(name, "all", points, 0.5, "criterion" if name == "prices" else "none")
        for name, points in POINTS.items()
    )


def log(store: Store, calls: Iterable[Mapping[str, Any]]) -> None:
    """Put calls among those that telephone systems' logs tell of; what isn't given is empty.

    ``start``: the clinic's clock, here UTC; the rest as in ``log_calls``.
    """
    rows = [
        {
            "call_key": f"log-{number}", "call_id": "", "clinic": CLINIC,
            "clinic_told": CLINIC, "agent": "",
            "administrator": "", "direction": "inbound", "caller": "", "callee": "", "queue": "",
            "outcome": "answered", "duration_s": None, "wait_s": None, "ended_by": "", **call,
            "start_utc": call["start"], "start_local": call["start"],
        }
        for number, call in enumerate(calls)
    ]  # fmt: skip
    if rows:
        with store.importing() as connection:
            connection.register("given", pa.Table.from_pylist(rows))
            connection.execute(
                """INSERT INTO log_calls BY NAME SELECT ['asterisk_cdr'] AS sources,
                   [] AS conflicts, * EXCLUDE (start) FROM given"""
            )


def unrecorded(rng: random.Random, calls: int, start: datetime) -> Iterator[dict[str, Any]]:
    """Calls on working days from 8 to 18, most of them on Monday mornings."""
    day = start.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    chances = {"answered": 70, "abandoned": 12, "unanswered": 7, "busy": 4, "": 1}
    for _ in range(calls):
        weekday = rng.choices(range(6), [30, 18, 16, 16, 14, 6])[0]
        hour = rng.choices(range(8, 18), [14, 16, 13, 10, 7, 6, 8, 9, 9, 8])[0]
        moment = day + timedelta(weeks=rng.randrange(8), hours=hour, minutes=rng.randrange(60))
        moment += timedelta(days=(weekday - day.weekday()) % 7, seconds=rng.randrange(60))
        number = f"+44 20 7946 {rng.randrange(1, 260):04d}" if rng.random() > 0.05 else "anonymous"
        if rng.random() < 0.06:
            yield {"start": moment, "direction": "outbound", "caller": "2001", "callee": number,
                   "agent": "2001", "administrator": DESKS["2001"], "duration_s": 60.0,
                   "wait_s": 9.0}  # fmt: skip
            continue
        outcome = rng.choices(list(chances), list(chances.values()))[0]
        waited_s = float(round(rng.lognormvariate(2.7 if weekday else 3.3, 0.8)))
        agent = rng.choice(list(DESKS)) if outcome == "answered" else ""
        answered = outcome == "answered"
        yield {
            "start": moment, "caller": number, "queue": rng.choice(["front-desk", "new-patients"]),
            "outcome": outcome, "agent": agent, "administrator": DESKS.get(agent, ""),
            "wait_s": waited_s if answered else None,
            "duration_s": None if outcome == "busy" else waited_s + 150 * answered,
        }  # fmt: skip


def made_up(rng: random.Random, calls: int, start: datetime = START) -> Iterator[MadeUp]:
    for number in range(calls):
        start += timedelta(hours=rng.choice([5, 20, 24, 26, 48]), minutes=rng.randrange(60))
        yield _one(rng, number, start)


def _one(rng: random.Random, number: int, start: datetime) -> MadeUp:
    name, habit = rng.choice(list(HABITS.items()))
    stereo = number % 2 == 0
    ring_s = round(rng.choice([4, 8, 12, 16, 31]) + rng.random(), 1)
    hold_s = 9.0 if number % 4 == 0 else 0.0
    now, turns, kept = ring_s, [], {}
    rang_s = min(ring_s, 8.0)  # beyond that the caller stands in a queue
    segments = [Segment(kind="ring", start_s=0, end_s=rang_s)]
    if ring_s > rang_s:
        segments.append(Segment(kind="queue", start_s=rang_s, end_s=ring_s))
    for index, (role, good, criterion, poor) in enumerate(SCRIPT):
        if index == 7 and hold_s:
            segments.append(Segment(kind="hold", start_s=now + 0.5, end_s=now + 0.5 + hold_s))
            now += hold_s + 1
        kind: VerdictKind = "met"
        if criterion and rng.random() > habit:
            kind = rng.choice(["missed", "missed", "partly"])
        text = (good if kind == "met" or not poor else poor).format(name=name.split()[0])
        turn = _turn(rng, role, text, now, stereo, unsure=number % 7 == 3 and index == 8)
        turns.append(turn)
        if criterion:
            kept[criterion] = (kind, index, turn)
        now = turn.end_s + rng.uniform(0.2, 0.8)
    duration_s = round(now + 1.0, 2)
    segments.append(Segment(kind="silence", start_s=now, end_s=duration_s))
    if stereo:
        segments += [
            Segment(kind="speech", start_s=turn.start_s, end_s=turn.end_s,
                    channel=0 if turn.speaker == "left" else 1)
            for turn in turns
        ]  # fmt: skip
    call_id = f"call-{1001 + number}"
    sha = sha256(call_id.encode()).hexdigest()
    line = Line(
        ring_s=LineFact(value_s=rang_s, source="audio", precision_s=0.1),
        queue_s=LineFact(value_s=ring_s - rang_s, source="audio", precision_s=0.5),
        dead_air_s=LineFact(value_s=3.5 if number % 4 == 1 else 0, source="audio"),
        ended_by=EndedBy(who="patient", source="pbx") if stereo else None,
        wait_s=LineFact(value_s=ring_s, source="pbx" if stereo else "audio", precision_s=0.5),
        hold_s=LineFact(value_s=hold_s, source="audio"),
        answered_at_s=ring_s,
        segments=tuple(segments),
    )
    call = Call(
        call_id=call_id,
        recording=Recording(
            sha256=sha, path=f"/recordings/{call_id}.wav", channels=2 if stereo else 1,
            sample_rate_hz=RATE_HZ, duration_s=duration_s, layout="stereo" if stereo else "mono",
        ),
        clinic=CLINIC, administrator=name, start=start, line=line,
        caller=f"+44 20 7946 {rng.randrange(1000):04d}",
        conflicts=(
            Conflict(field="wait", kept=f"{ring_s:g} s", source="log",
                     other=f"{ring_s - 3:g} s", other_source="audio"),
        ) if number % 6 == 0 else (),
    )  # fmt: skip
    transcript = Transcript(
        call_id=call_id, language="en", duration_s=duration_s, line=line, turns=tuple(turns)
    )
    samples = _sound(rng, turns, segments, duration_s, stereo)
    return MadeUp(call, transcript, _scorecard(rng, call_id, ring_s, hold_s, turns, kept), samples)


def _turn(
    rng: random.Random, role: Role, text: str, start_s: float, stereo: bool, unsure: bool
) -> Turn:
    words, now = [], start_s
    other = None if stereo else "speaker_1" if role == "administrator" else "speaker_0"
    for token in text.split():
        length_s = 0.14 + 0.045 * len(token)
        confidence = rng.choice([0.99, 0.97, 0.94, 0.91, 0.88, 0.45 if rng.random() < 0.3 else 0.9])
        words.append(Word(text=token, start_s=round(now, 2), end_s=round(now + length_s, 2),
                          confidence=confidence, also=other if token == "Yes," else None)
                     )  # fmt: skip
        now += length_s + 0.06
    channel = "left" if role == "administrator" else "right"
    return Turn(
        speaker=channel if stereo else "speaker_0" if role == "administrator" else "speaker_1",
        role="unknown" if unsure else role,
        role_confidence=0.55 if unsure else 0.97,
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        text=text,
        confidence=sum(word.confidence for word in words) / len(words),
        words=tuple(words),
    )


def _scorecard(
    rng: random.Random,
    call_id: str,
    ring_s: float,
    hold_s: float,
    turns: list[Turn],
    kept: dict[str, tuple[VerdictKind, int, Turn]],
) -> Scorecard:
    criteria = [_wait(ring_s), *(_quoted(name, kept) for name in list(POINTS)[1:5])]
    criteria.append(_plain("clarity", "abstain", "The line is too poor to judge the wording."))
    criteria.append(_share(rng))
    if hold_s:
        before = [turn for turn in turns if turn.end_s < turns[7].start_s][-1]
        note = f"Searched {before.start_s:.1f}-{turns[7].end_s:.1f} s for an announcement."
        absence = Evidence(kind="absence", role="administrator", start_s=before.end_s,
                           end_s=turns[7].start_s, note=note)  # fmt: skip
        reason = "The patient was put on hold without a word."
        criteria.append(_plain("hold_courtesy", "missed", reason, (absence,)))
    else:
        criteria.append(_plain("hold_courtesy", "not_applicable", "Nobody was put on hold."))
    criteria += [_quoted("booking_offered", kept), _quoted("polite_close", kept)]
    criteria.append(_booked(kept))
    judged = [item for item in criteria if item.points is not None]
    total = 100 * sum(v.points or 0 for v in judged) / sum(v.max_points for v in judged)
    applicable = sum(v.max_points for v in criteria if v.verdict != "not_applicable")
    return Scorecard(
        call_id=call_id,
        rubric=RubricRef(id="clinic-phone", version="1.0.0"),
        total=round(total, 1),
        low=max(0.0, round(total - rng.uniform(3, 9), 1)),
        high=min(100.0, round(total + rng.uniform(2, 6), 1)),
        scored_share=sum(v.max_points for v in judged) / applicable,
        failed_critical=("prices",) if kept["prices"][0] == "missed" else (),
        criteria=tuple(criteria),
    )


def _plain(
    name: str, kind: VerdictKind, reason: str, evidence: tuple[Evidence, ...] = ()
) -> Verdict:
    points = {"met": 1.0, "partly": 0.5, "missed": 0.0}.get(kind)
    return Verdict(
        id=name, verdict=kind, points=None if points is None else points * POINTS[name],
        max_points=POINTS[name], confidence=0.4 if kind == "abstain" else 0.9, reason=reason,
        evidence=evidence,
    )  # fmt: skip


def _quoted(name: str, kept: dict[str, tuple[VerdictKind, int, Turn]]) -> Verdict:
    kind, index, turn = kept[name]
    quote = " ".join(word.text for word in turn.words[:8])
    evidence = Evidence(kind="quote", role="administrator", turn=index, start_s=turn.start_s,
                        end_s=turn.words[:8][-1].end_s, quote=quote)  # fmt: skip
    return _plain(name, kind, REASONS[kind].format(quote), (evidence,))


def _wait(ring_s: float) -> Verdict:
    kind: VerdictKind = "met" if ring_s <= 20 else "missed"
    evidence = Evidence(kind="measure", start_s=0.0, end_s=ring_s, measure="wait", value=ring_s,
                        unit="s", source="audio", note="The target is 20 s.")  # fmt: skip
    return _plain("wait_time", kind, f"Answered after {ring_s:g} s.", (evidence,))


def _share(rng: random.Random) -> Verdict:
    evidence = Evidence(kind="measure", measure="talk share", value=rng.randrange(45, 70), unit="%",
                        source="audio")  # fmt: skip
    return _plain("patience", "met", "Let the patient finish; no interruptions.", (evidence,))


def _booked(kept: dict[str, tuple[VerdictKind, int, Turn]]) -> Verdict:
    won = kept["booked"][0] == "met" and kept["booking_offered"][0] != "missed"
    quote = " ".join(word.text for word in kept["booked"][2].words)
    turn = kept["booked"][2]
    evidence = Evidence(kind="quote", role=turn.role, turn=kept["booked"][1], start_s=turn.start_s,
                        end_s=turn.end_s, quote=quote)  # fmt: skip
    reason = "The patient agreed." if won else "The call ended without an appointment."
    return _plain("booking_won", "met" if won else "missed", reason, (evidence,))


def _sound(
    rng: random.Random, turns: list[Turn], segments: list[Segment], duration_s: float, stereo: bool
) -> np.ndarray:
    """Samples of shape (channels, samples)."""
    samples = np.zeros((2, round(duration_s * RATE_HZ)))
    for turn, (role, *_) in zip(turns, SCRIPT, strict=True):
        pitch_hz = 190 if role == "administrator" else 120
        for word in turn.words:
            span = slice(round(word.start_s * RATE_HZ), round(word.end_s * RATE_HZ))
            time_s = np.arange(span.stop - span.start) / RATE_HZ
            wave = sum(np.sin(2 * np.pi * pitch_hz * k * time_s) / k for k in (1, 2, 3))
            envelope = np.sin(np.pi * np.linspace(0, 1, len(time_s))) * rng.uniform(0.15, 0.4)
            samples[0 if role == "administrator" else 1, span] += wave * envelope
    for segment in segments:
        if segment.kind in ("ring", "hold"):
            span = slice(round(segment.start_s * RATE_HZ), round(segment.end_s * RATE_HZ))
            time_s = np.arange(span.stop - span.start) / RATE_HZ
            on = (time_s % 5 < 1) if segment.kind == "ring" else np.sin(time_s * 5) ** 2
            samples[:, span] += 0.2 * on * np.sin(2 * np.pi * 425 * time_s)
    samples += np.random.default_rng(rng.randrange(2**32)).normal(0, 0.004, samples.shape)
    return samples if stereo else samples.mean(axis=0, keepdims=True)


def peaks(samples: np.ndarray) -> Waveform:
    step = RATE_HZ // PEAKS_HZ
    whole = samples[:, : samples.shape[1] // step * step].reshape(len(samples), -1, step)
    loud = np.abs(whole).max(axis=2)
    return Waveform(PEAKS_HZ, (255 * loud / loud.max()).astype(int).tolist())


def write_opus(path: Path, samples: np.ndarray) -> None:
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ)
        stream.layout = "stereo" if len(samples) == 2 else "mono"
        interleaved = (samples.T.reshape(1, -1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=stream.layout.name)
        frame.sample_rate = RATE_HZ
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def _history(store: Store, calls: int) -> None:
    begin = datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
    timings = {"load": 6.1, "decode": 3.2, "line": 4.8, "recognise": 214.0, "diarize": 96.5,
               "score": 7.3}  # fmt: skip
    store.save_run(Run(run_id="run-1", started=begin - timedelta(days=7), version="0.1.0",
                       device="cpu", found=calls, done=11, failed=0, audio_s=410.0,
                       timings_s={"load": 6.0, "recognise": 51.0, "diarize": 22.0}))  # fmt: skip
    store.save_run(Run(run_id="run-2", started=begin, finished=begin + timedelta(seconds=334),
                       version="0.1.0", device="cpu", found=calls + 2, done=calls - 11, cached=11,
                       failed=2, audio_s=1510.0, timings_s=timings))  # fmt: skip
    store.save_failures(
        [
            Failure(path="/recordings/call-0999.wav", stage="ingest",
                    reason="The file is empty.", remedy="Export it again from the PBX."),
            Failure(path="/recordings/notes.wav", stage="ingest",
                    reason="This is text, not audio.", remedy="Remove it from the folder."),
            Failure(path="/recordings/copy of call-1003.wav", stage="ingest", severity="notice",
                    reason="The same recording as /recordings/call-1003.wav.",
                    remedy="Nothing is lost; remove one of the two."),
        ],
        run_id="run-2",
    )  # fmt: skip


if __name__ == "__main__":
    recently = datetime.now(UTC) - timedelta(days=56)
    print(build(Path(sys.argv[1]), start=recently, logged=900).path)
