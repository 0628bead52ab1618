"""``auricle evaluate``: how right the stored results are, as a table or JSON."""

import json
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from auricle.evaluate import Score, evaluate, read_truths
from auricle.settings import load_settings


def run(truth: Path, config: Path | None, *, as_json: bool, store: Path | None = None) -> None:
    path = store or load_settings(config).store.path
    results = evaluate(path, read_truths(truth))
    if as_json:
        print(json.dumps(as_dict(results)))
        return
    show(results)


def as_dict(results: dict[str, tuple[str, Score]]) -> dict[str, Any]:
    return {
        "schema": "auricle.evaluation/1",
        "calls": {call_id: _plain(score) for call_id, (_, score) in results.items()},
        "groups": {name: _plain(score) for name, score in groups(results).items()},
        "confusion": [
            {"criterion": c, "human": h, "machine": m, "calls": n}
            for (c, h, m), n in sorted(groups(results)["all"].confusion.items())
        ],
    }


def groups(results: dict[str, tuple[str, Score]]) -> dict[str, Score]:
    """Counts added up: all calls, stereo, mono."""
    found = {"all": reduce(add, (score for _, score in results.values()), Score())}
    for layout in ("stereo", "mono"):
        found[layout] = reduce(add, (s for kind, s in results.values() if kind == layout), Score())
    return found


def show(results: dict[str, tuple[str, Score]]) -> None:
    table = Table(show_edge=False)
    table.add_column("")
    for name in ("words", "WER", "role accuracy", "wait within 1 s", "verdict agreement",
                 "abstained", "quotes wrong"):  # fmt: skip
        table.add_column(name, justify="right")
    rows = [*groups(results).items(), *((i, s) for i, (_, s) in results.items())]
    for name, score in rows:
        table.add_row(
            name,
            str(score.words),
            f"{score.wer:.1%}" if score.words else "-",
            f"{score.role_accuracy:.1%}" if score.placed else "-",
            f"{score.waits_right} of {score.waits}" if score.waits else "-",
            f"{score.verdicts_right} of {score.verdicts} ({score.agreement:.0%})"
            if score.verdicts else "-",
            str(score.abstained),
            f"{score.quotes_wrong} of {score.quotes}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    differing = [
        f"  {criterion}: human {human}, machine {machine} ({count})"
        for (criterion, human, machine), count in sorted(groups(results)["all"].confusion.items())
        if human != machine
    ]
    if differing:
        console.print("\nVerdicts that differ:\n" + "\n".join(differing), highlight=False)


def _plain(score: Score) -> dict[str, Any]:
    counts = {name: value for name, value in vars(score).items() if name != "confusion"}
    return {
        **counts,
        "wer": round(score.wer, 4),
        "role_accuracy": round(score.role_accuracy, 4),
        "wait_accuracy": round(score.wait_accuracy, 4),
        "agreement": round(score.agreement, 4),
    }
