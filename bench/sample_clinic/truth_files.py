"""What is known about each call, written for comparison, and the PBX's export."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from dialogue import Dialogue
from timeline import Rendered, Span

SCHEMA = "auricle.truth/1"
PBX_COLUMNS = (
    "Unique ID",
    "Recording",
    "Call Date",
    "Site",
    "Agent",
    "Direction",
    "Caller ID",
    "Wait (s)",
)
SITE = "Riverside Dental"


def _seconds(spans: list[Span], kind: str) -> float:
    return round(sum(span.end_s - span.start_s for span in spans if span.kind == kind), 2)


def line_truth(rendered: Rendered) -> dict[str, Any]:
    """Waiting, ringing, music: how long, and when."""
    answers = [turn.start_s for turn in rendered.turns if turn.kind == "administrator"]
    answered = answers[0] if answers else None
    waiting = [span for span in rendered.segments if span.kind != "hold"]
    wait = None
    if waiting and answered is not None:
        wait = round(answered - waiting[0].start_s, 2)
    kinds = ("ring", "ivr", "queue", "hold")
    return {
        **{f"{kind}_s": _seconds(rendered.segments, kind) for kind in kinds},
        "wait_s": wait,
        "answered_at_s": None if answered is None else round(answered, 2),
        "segments": [
            {"kind": span.kind, "start_s": round(span.start_s, 2), "end_s": round(span.end_s, 2)}
            for span in rendered.segments
        ],
    }


def truth(call: Dialogue, rendered: Rendered) -> dict[str, Any]:
    """Everything known about one call, as the truth file holds it."""
    return {
        "schema": SCHEMA,
        "call_id": call.call_id,
        "file": f"recordings/{call.file_name}",
        "language": "en",
        "channels": call.channels,
        "administrator_channel": call.administrator_channel,
        "duration_s": round(rendered.duration_s, 3),
        "administrator": call.administrator,
        "call_type": call.call_type,
        "line": line_truth(rendered),
        "turns": [
            {
                "speaker": turn.kind,
                "role": turn.kind,
                "start_s": round(turn.start_s, 2),
                "end_s": round(turn.end_s, 2),
                "text": turn.text,
            }
            for turn in rendered.turns
        ],
        "verdicts": {
            name: {"verdict": verdict.verdict}
            | ({"quote": verdict.quote} if verdict.quote is not None else {})
            for name, verdict in call.verdicts.items()
        },
        "booked": call.booked,
        "outcome": call.outcome,
    }


def write_truth(path: Path, content: dict[str, Any]) -> None:
    """Write one truth file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def pbx_wait(call: Dialogue, content: dict[str, Any]) -> int | None:
    """The wait as the PBX logged it, in whole seconds; None where it didn't."""
    if call.pbx_wait_logged:
        return round(float(content["line"]["wait_s"]))
    return call.pbx_wait_s


def write_pbx(path: Path, rows: list[tuple[Dialogue, dict[str, Any]]]) -> None:
    """Write the export, in the order in which the calls came."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(PBX_COLUMNS)
        for call, content in sorted(rows, key=lambda row: row[0].start):
            wait = pbx_wait(call, content)
            writer.writerow(
                [
                    call.call_id,
                    call.file_name,
                    call.start.strftime("%Y-%m-%d %H:%M:%S"),
                    SITE,
                    call.administrator or "",
                    call.direction,
                    call.caller,
                    "" if wait is None else wait,
                ]
            )
