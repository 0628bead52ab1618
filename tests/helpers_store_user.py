"""A process that uses a store as the pipeline or a dashboard does, for tests of several at once.

``python helpers_store_user.py write|read STORE CALLS``: write so many calls, telling on stderr
which is done; or read until they are all there. At the end print, as JSON, how long each use took.
"""

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from auricle.models import Call, Line, Recording, RubricRef, Scorecard, Transcript, Turn, Verdict
from auricle.store import Store, Waveform
from auricle.store.access import as_owner
from auricle.store.connection import open_between_reads
from auricle.store.figures import figures
from auricle.store.filters import CallFilter
from auricle.store.listing import calls
from auricle.store.reads import call_detail, choices

Timed = Callable[[Callable[[], Any]], Any]


def a_call(number: int) -> tuple[Call, Transcript, Scorecard]:
    call_id = f"call-{number}"
    recording = Recording(
        sha256=f"{number:064x}", path=f"/calls/{number}.wav", channels=1, sample_rate_hz=8000,
        duration_s=60, layout="mono",
    )  # fmt: skip
    turn = Turn(
        speaker="a", role="patient", role_confidence=0.9, start_s=1, end_s=2, text=f"I am {number}",
        confidence=0.9,
    )  # fmt: skip
    verdict = Verdict(
        id="greeting", verdict="met", points=5, max_points=5, confidence=0.9, reason="Greeted."
    )
    return (
        Call(call_id=call_id, recording=recording, administrator="Anna"),
        Transcript(
            call_id=call_id, language="en", duration_s=60, line=Line(), turns=(turn,) * 40
        ),
        Scorecard(
            call_id=call_id, rubric=RubricRef(id="r", version="1"), total=80, low=70, high=90,
            scored_share=1, criteria=(verdict,),
        ),
    )  # fmt: skip


def save(store: Store, number: int) -> None:
    call, transcript, scorecard = a_call(number)
    path = call.recording.path
    with store.transaction():
        waveform = Waveform(25.0, [[number % 256] * 1500])
        store.save_call(call, waveform, fingerprint="c", run_id="r")
        store.save_transcript(transcript, path=path, fingerprint="t", run_id="r")
        store.save_scorecard(scorecard, path=path, fingerprint="s", run_id="r")


def look(path: Path, timed: Timed) -> int:
    """What the pages of the dashboards read, in one go; how many calls there are."""
    with open_between_reads():
        return look_at_pages(path, timed)


def look_at_pages(path: Path, timed: Timed) -> int:
    page = timed(lambda: calls(as_owner(path), CallFilter(), limit=10))
    timed(lambda: figures(as_owner(path), CallFilter()))
    timed(lambda: choices(as_owner(path)))
    for row in page.rows[:3]:
        detail = timed(lambda row=row: call_detail(as_owner(path), row.call_id))
        # Whoever sees a call sees all of it: it was written in one transaction.
        assert detail.transcript is not None and detail.scorecard is not None
        assert detail.waveform is not None and len(detail.transcript.turns) == 40
    return page.found


def main(use: str, path: Path, count: int) -> None:
    took_s: list[float] = []

    def timed(work: Callable[[], Any]) -> Any:
        begin = time.monotonic()
        result = work()
        took_s.append(time.monotonic() - begin)
        return result

    with tempfile.TemporaryDirectory() as folder:  # what DuckDB does only once isn't waiting
        own = Store(Path(folder) / "own.duckdb")
        save(own, 0)
        look(own.path, timed)
    took_s.clear()
    if use == "write":
        store = Store(path)
        for number in range(count):
            timed(lambda number=number: save(store, number))
            print(number, file=sys.stderr, flush=True)
            # Between two calls the pipeline computes; far longer than this.
            hashlib.pbkdf2_hmac("sha256", b"speech", b"recognition", 100_000)
    else:
        while look(path, timed) < count:
            pass
    print(json.dumps(took_s))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
