"""What must hold for a truth file by itself, and for the twenty of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

Truth = dict[str, Any]
Row = dict[str, str]

CRITERIA = (
    "wait_time",
    "greeting",
    "opening_hours",
    "prices",
    "empathy",
    "clarity",
    "patience",
    "hold_courtesy",
    "booking_offered",
    "polite_close",
)
VERDICTS = ("met", "partly", "missed", "not_applicable")
CALL_TYPES = (
    "booking",
    "price",
    "complaint",
    "information",
    "confirmation",
    "abandoned",
    "emergency",
)
OUTCOMES = ("booked", "not_booked", "no_slot", "not_an_opportunity")
INTERRUPTION_S = 0.3


def interruptions(truth: Truth) -> int:
    """How often the administrator starts while the patient still speaks."""
    turns = truth["turns"]
    return sum(
        after["role"] == "administrator"
        and before["role"] == "patient"
        and before["end_s"] - after["start_s"] >= INTERRUPTION_S
        for before, after in pairwise(turns)
    )


def _expected(truth: Truth, row: Row) -> dict[str, str]:
    """The verdicts that follow from times alone."""
    if truth["line"]["answered_at_s"] is None:
        return dict.fromkeys(CRITERIA, "not_applicable")
    counted = interruptions(truth)
    expected = {"patience": "met" if counted < 2 else "partly" if counted == 2 else "missed"}
    wait = truth["line"]["wait_s"]
    if wait is None and row["Wait (s)"]:
        wait = float(row["Wait (s)"])
    if row["Direction"] == "outbound" or wait is None:
        expected["wait_time"] = "not_applicable"
    else:
        expected["wait_time"] = "met" if wait <= 20 else "partly" if wait <= 40 else "missed"
    if truth["line"]["hold_s"] <= 5:
        expected["hold_courtesy"] = "not_applicable"
    return expected


def _verdict_problems(truth: Truth, row: Row) -> list[str]:
    problems = []
    verdicts = truth["verdicts"]
    if tuple(verdicts) != CRITERIA:
        problems.append(f"the verdicts are for {', '.join(verdicts)}")
    spoken = [turn["text"] for turn in truth["turns"] if turn["role"] == "administrator"]
    for name, given in verdicts.items():
        if given["verdict"] not in VERDICTS:
            problems.append(f"{name}: unknown verdict {given['verdict']}")
        quote = given.get("quote")
        if quote is not None and not any(quote in text for text in spoken):
            problems.append(f"{name}: nobody says {quote!r}")
        needs = given["verdict"] in ("met", "partly") and name not in ("wait_time", "patience")
        if needs and quote is None:
            problems.append(f"{name}: a quote is missing")
    for name, verdict in _expected(truth, row).items():
        if verdicts[name]["verdict"] != verdict:
            given_verdict = verdicts[name]["verdict"]
            problems.append(f"{name}: is {given_verdict}, the times say {verdict}")
    if truth["line"]["hold_s"] > 5 and verdicts["hold_courtesy"]["verdict"] == "not_applicable":
        problems.append("hold_courtesy: there is a hold to judge")
    return problems


def _time_problems(truth: Truth) -> list[str]:
    problems = []
    last = 0.0
    for span in truth["turns"] + truth["line"]["segments"]:
        if not 0 <= span["start_s"] < span["end_s"] <= truth["duration_s"]:
            problems.append(f"something at {span['start_s']} s is outside the file")
    for turn in truth["turns"]:
        if turn["start_s"] < last:
            problems.append(f"the turn at {turn['start_s']} s is out of order")
        last = turn["start_s"]
    for kind in ("ring", "ivr", "queue", "hold"):
        parts = [s for s in truth["line"]["segments"] if s["kind"] == kind]
        total = sum(part["end_s"] - part["start_s"] for part in parts)
        if abs(total - truth["line"][f"{kind}_s"]) > 0.05:
            problems.append(f"{kind}_s is not the sum of its segments")
    return problems


def truth_problems(truth: Truth, row: Row | None) -> list[str]:
    """What is wrong with one truth file, read beside its line of the PBX export."""
    if row is None:
        return ["is not in pbx.csv"]
    problems = _time_problems(truth) + _verdict_problems(truth, row)
    if truth["schema"] != "auricle.truth/1":
        problems.append(f"unknown schema {truth['schema']}")
    if truth["call_type"] not in CALL_TYPES or truth["outcome"] not in OUTCOMES:
        problems.append("unknown call type or outcome")
    if truth["booked"] != {"booked": True, "not_an_opportunity": None}.get(truth["outcome"], False):
        problems.append(f"booked is {truth['booked']}, the outcome {truth['outcome']}")
    if f"recordings/{row['Recording']}" != truth["file"]:
        problems.append("the PBX export names another file")
    wait = truth["line"]["wait_s"]
    if wait is not None and row["Wait (s)"] and abs(float(row["Wait (s)"]) - wait) > 1:
        problems.append(f"the PBX says {row['Wait (s)']} s of waiting, the audio {wait} s")
    if not 40 <= truth["duration_s"] <= 180:
        problems.append(f"lasts {truth['duration_s']} s")
    return problems


def set_problems(truths: list[Truth], rows: dict[str, Row]) -> list[str]:
    """Which kinds of call the sample has too few of."""

    def count(test: Callable[[Truth], bool]) -> int:
        return sum(test(truth) for truth in truths)

    def verdict(truth: Truth, criterion: str) -> str:
        return str(truth["verdicts"][criterion]["verdict"])

    wanted = {
        "calls": (len(truths), 20),
        "stereo calls": (count(lambda t: t["administrator_channel"] is not None), 8),
        "mono calls": (count(lambda t: t["channels"] == 1), 8),
        "swapped calls": (count(lambda t: t["administrator_channel"] == 1), 2),
        "false stereo": (
            count(lambda t: t["channels"] == 2 and t["administrator_channel"] is None),
            1,
        ),
        "FLAC files": (count(lambda t: t["file"].endswith(".flac")), 3),
        "bookings won": (count(lambda t: t["outcome"] == "booked"), 5),
        "bookings lost": (count(lambda t: t["outcome"] in ("not_booked", "no_slot")), 3),
        "calls with waiting in the audio": (count(lambda t: bool(t["line"]["wait_s"])), 7),
        "waits of 50 s": (count(lambda t: (t["line"]["wait_s"] or 0) >= 50), 1),
        "calls with a queue": (count(lambda t: t["line"]["queue_s"] > 0), 2),
        "holds of 30 s, announced": (
            count(lambda t: t["line"]["hold_s"] >= 30 and verdict(t, "hold_courtesy") == "met"),
            1,
        ),
        "holds of 30 s, unannounced": (
            count(lambda t: t["line"]["hold_s"] >= 30 and verdict(t, "hold_courtesy") == "missed"),
            1,
        ),
        "calls with 3 interruptions": (count(lambda t: interruptions(t) >= 3), 1),
        "complaints": (count(lambda t: t["call_type"] == "complaint"), 2),
        "abandoned calls": (count(lambda t: t["call_type"] == "abandoned"), 1),
        "outgoing calls": (sum(row["Direction"] == "outbound" for row in rows.values()), 1),
        "waits logged by the PBX": (sum(bool(row["Wait (s)"]) for row in rows.values()), 11),
    }
    problems = [
        f"only {have} {what}, {need} wanted" for what, (have, need) in wanted.items() if have < need
    ]
    for criterion in CRITERIA:
        tally = Counter(verdict(truth, criterion) for truth in truths)
        if tally["met"] < 2 or tally["missed"] + tally["partly"] < 2:
            problems.append(f"{criterion} is judged too much alike: {dict(tally)}")
    return problems
