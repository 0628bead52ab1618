"""``auricle evaluate``: how right results are, as a table or JSON."""

import json
import sys
from collections.abc import Callable
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from auricle.accuracy import COLLAR_S, CPWER_HINT
from auricle.errors import SettingsError
from auricle.evaluate import RATES, Heard, Score, evaluate, interval, rate, stored
from auricle.references import read_references
from auricle.settings import Settings, load_settings
from auricle.stats import LEVEL
from auricle.store.access import as_owner

TRANSCRIPTS = (".json", ".vtt", ".srt")
SHOWN = 20
"""Names of recordings without a result that are told."""
Results = dict[str, tuple[str, Score]]
PERCENT = {
    "WER": "wer", "CER": "cer", "cpWER": "cpwer", "DER": "der",
    f"DER, {COLLAR_S} s collar": "der_collar", "role accuracy": "role_accuracy",
}  # fmt: skip


def run(references: Path, config: Path | None, heard: Path | None, *, as_json: bool) -> int:
    """Exit code 0: all measured; 1: some references have no result (they are listed)."""
    settings = load_settings(config)
    truths = read_references(references)
    find = in_folder(heard, settings) if heard else stored(as_owner(settings.store.path))
    results = evaluate(truths, find)
    if not results:
        raise SettingsError(
            f"There is no result for {_listed([r.name for r in truths])}.",
            f"Recordings and transcripts in {heard} are found by these names." if heard
            else "Run 'auricle run' on it first, or name the folder it is in with --heard.",
        )  # fmt: skip
    if not sum(score.cp_words for _, score in results.values()) and any(r.turns for r in truths):
        print(CPWER_HINT, file=sys.stderr)
    if as_json:
        print(json.dumps(as_dict(results)))
    else:
        show(results)
    missing = [r.name for r in truths if r.name not in results]
    if missing:
        print(f"Not measured, there is no result for {_listed(missing)}.", file=sys.stderr)
    return 1 if missing else 0


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def in_folder(folder: Path, settings: Settings) -> Callable[[str], Heard | None]:
    """Results made now from the recordings in a folder, or read from the transcripts in it.

    Raises SettingsError when there is no such folder.
    """
    from auricle.commands.single import Listener, read_transcript
    from ingest.audio import SUFFIXES
    from ingest.places import Place

    if not folder.is_dir():
        raise SettingsError(f"There is no folder {folder}.", "Check the path.")
    below = sorted(Path(place.address) for place in Place(str(folder)).files())
    found = [path for path in below if path.suffix.lower() in SUFFIXES]
    if not found:
        found = [path for path in below if path.suffix.lower() in TRANSCRIPTS]
    files = {path.stem: path for path in found}
    if len(files) < len(found):
        twice = next(path for path in found if files[path.stem] != path)
        raise SettingsError(
            f"{folder} holds both {twice.name} and {files[twice.stem].name}.",
            "Leave one of the two, so that it is clear which is meant.",
        )
    listener = Listener(settings)

    def find(name: str) -> Heard | None:
        path = files.get(name)
        if path is None:
            return None
        if path.suffix.lower() not in SUFFIXES:
            return Heard("mono", read_transcript(path, settings))
        call, transcript = listener.listen(path)
        return Heard("stereo" if call.recorded.layout == "stereo" else "mono", transcript)

    return find


def as_dict(results: Results) -> dict[str, Any]:
    """``auricle.evaluation/2``: counts and rates per call, and pooled rates with intervals."""
    together = groups(results)
    return {
        "schema": "auricle.evaluation/2",
        "level": LEVEL,
        "calls": {call_id: _plain([score]) for call_id, (_, score) in results.items()},
        "groups": {name: _plain(scores) for name, scores in members(results).items()},
        "confusion": [
            {"criterion": c, "human": h, "machine": m, "calls": n}
            for (c, h, m), n in sorted(together["all"].confusion.items())
        ],
    }


def members(results: Results) -> dict[str, list[Score]]:
    """The calls of each group: all, stereo, mono."""
    found = {"all": [score for _, score in results.values()]}
    for layout in ("stereo", "mono"):
        found[layout] = [score for kind, score in results.values() if kind == layout]
    return found


def groups(results: Results) -> dict[str, Score]:
    """Counts added up, by group."""
    return {name: reduce(add, scores, Score()) for name, scores in members(results).items()}


def show(results: Results) -> None:
    """The tables of ``auricle evaluate``."""
    console = Console()
    together = members(results)
    rows = [*together.items(), *((name, [score]) for name, (_, score) in results.items())]
    rows = [(name, scores) for name, scores in rows if scores]
    console.print(_table(rows, "speech", ("words", *PERCENT, "invented a minute")))
    whole = groups(results)["all"]
    if whole.waits or whole.verdicts or whole.quotes:
        names = ("wait within 1 s", "verdict agreement", "abstained", "quotes wrong")
        console.print(_table(rows, "\nverdicts", names))
    console.print(
        f"\nIn brackets: {LEVEL:.0%} intervals over calls. Invented: words where nobody speaks, a "
        "minute of no speech.", highlight=False,
    )  # fmt: skip
    differing = [
        f"  {criterion}: human {human}, machine {machine} ({count})"
        for (criterion, human, machine), count in sorted(whole.confusion.items())
        if human != machine
    ]
    if differing:
        console.print("\nVerdicts that differ:\n" + "\n".join(differing), highlight=False)


def _table(rows: list[tuple[str, list[Score]]], title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", show_edge=False)
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    for name, scores in rows:
        table.add_row(name, *(_cell(column, scores) for column in columns))
    return table


def _cell(column: str, scores: list[Score]) -> str:
    total = reduce(add, scores, Score())
    if column in PERCENT:
        return _figure(PERCENT[column], scores, "{:.1%}", "{:.1f}", 100)
    if column == "invented a minute":
        return _figure("invented_per_minute", scores, "{:.2f}", "{:.2f}", 1)
    if column == "wait within 1 s":
        return f"{total.waits_right} of {total.waits}" if total.waits else "-"
    if column == "verdict agreement":
        if not total.verdicts:
            return "-"
        return f"{total.verdicts_right} of {total.verdicts} ({total.agreement:.0%})"
    if column == "quotes wrong":
        return f"{total.quotes_wrong} of {total.quotes}"
    return str(getattr(total, column))


def _figure(name: str, scores: list[Score], form: str, ends: str, scale: int) -> str:
    value = rate(name, reduce(add, scores, Score()))
    if value is None:
        return "-"
    around = interval(name, scores)
    if around is None:
        return form.format(value)
    low, high = (ends.format(scale * end) for end in (around.low, around.high))
    return f"{form.format(value)} ({low}-{high})"


def _plain(scores: list[Score]) -> dict[str, Any]:
    """Counts, rates (null where there was nothing to measure), and intervals of the pooled."""
    total = reduce(add, scores, Score())
    counts = {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in vars(total).items() if name != "confusion"
    }  # fmt: skip
    rates = {name: rate(name, total) for name in RATES}
    intervals = {name: interval(name, scores) for name in RATES}
    return {
        **counts,
        **{name: None if value is None else round(value, 4) for name, value in rates.items()},
        "intervals": {
            name: [round(found.low, 4), round(found.high, 4)]
            for name, found in intervals.items() if found
        },
    }  # fmt: skip
