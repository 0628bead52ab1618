"""``auricle run``: the pipeline with progress on the terminal and a summary at the end."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from auricle.checks import check_languages
from auricle.commands.alerts import send_due
from auricle.errors import SettingsError
from auricle.models import Failure
from auricle.pipeline import Means, Summary
from auricle.pipeline import run as run_pipeline
from auricle.settings import Settings, check_address, expect_clinic, load_settings
from auricle.stats import Interval, mean_interval_of
from auricle.store.access import Access, as_owner
from auricle.store.alone import alone
from auricle.store.figures import Figures, Group, figures
from auricle.store.filters import CallFilter
from auricle.store.funnel import FunnelCounts, funnel
from auricle.store.standings import TOTAL, standings
from ingest.places import Storage

SHOWN_FAILURES = 20


def run(config: Path | None, places: list[str] | None, workers: int | None) -> int:
    """Exit code 0: all done; 1: some files failed."""
    settings = load_settings(config)
    if not places:
        expect_clinic(config, *map(Path, settings.ingest.recordings))
    for place in places or ():
        try:
            check_address(place)
        except ValueError as error:
            raise SettingsError(f"{error}.", "Correct the address.") from error
    tell_unscored(settings)
    summary = with_progress(settings, places, workers)
    show(summary, settings)
    send_due(settings)
    return 1 if summary.errors else 0


def tell_unscored(settings: Settings) -> None:
    """Say which of the clinic's languages nobody's words are judged in."""
    try:
        check_languages(settings)
    except SettingsError as error:
        print(f"warning: {error.reason}\n  {error.remedy}", file=sys.stderr)


def with_progress(
    settings: Settings, places: Sequence[str | Path] | None = None, workers: int | None = None
) -> Summary:
    """Run the pipeline; bars on a terminal, a line a call where there is none.

    What is fetched from elsewhere comes in portions, each a run of its own; the summary is of all.
    """
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with (
        alone(settings.store.path, "auricle run"),
        Progress(*columns, console=console, disable=not console.is_terminal) as bars,
    ):
        task = bars.add_task("Reading files", total=None)

        def progress(what: str, done: int, total: int) -> None:
            bars.update(task, description=what, completed=done, total=total)
            if not console.is_terminal and what != "Reading files":
                print(f"[{done}/{total}] {what}", file=sys.stderr, flush=True)

        summary = run_pipeline(settings, places, progress, workers)
        if summary.left:
            means = Means(Storage(settings.ingest.storage))
            while summary.left:
                means.storage.look_again()
                more = run_pipeline(settings, places, progress, workers, means)
                summary = more.after(summary)
        return summary


def show(summary: Summary, settings: Settings) -> None:
    """What the Overview shows of administrators, and what failed and how to mend it."""
    console, access = Console(), as_owner(settings.store.path)
    run, chosen = summary.run, CallFilter(target_s=settings.dashboard.answer_within_s)
    found = figures(access, chosen)
    console.print(_administrators(access, chosen, found))
    console.print()
    came = found.total
    if came.counted:
        console.print(
            f"{came.counted:,} calls came in: {came.answered:,} answered, {came.missed:,} missed, "
            f"{came.busy:,} busy or failed.",
            highlight=False,
        )
    wall_s = run.timings_s.get("wall", 0.0)
    speed = f", {run.audio_s / wall_s:.0f} times real time" if run.audio_s and wall_s else ""
    device = f" on {run.device}" if run.device else ""
    lines = sum(failure.line is not None for failure in summary.errors)
    unusable = f" Lines of logs or tables that can't be used: {lines}." if lines else ""
    console.print(
        f"{run.found} recordings: {run.done} processed, {run.cached} unchanged, "
        f"{run.failed} failed.{unusable} {wall_s:.0f} s{device}{speed}.",
        highlight=False,
    )
    _show_failures(console, summary.errors, "Failed")
    notices = [failure for failure in summary.failures if failure.severity == "notice"]
    _show_failures(console, notices, "Worth knowing")
    if not run.found and not came.counted:
        console.print("No recordings were found. Name files or folders: auricle run PATH")
    else:
        console.print(f"Results are in {settings.store.path}", highlight=False, soft_wrap=True)


def _administrators(access: Access, chosen: CallFilter, found: Figures) -> Table:
    """Answered calls by administrator, scores as if all had taken the same mix of calls; then the
    plain mean of all calls."""
    table = Table(title="Answered calls by administrator", title_justify="left", show_edge=False)
    table.add_column("name")
    in_time = f"answered within {chosen.target_s:g} s"
    for heading in ("calls", "scored", "score", "90 % interval", in_time, "booked"):
        table.add_column(heading, justify="right")
    way, compared = funnel(access, chosen), standings(access, chosen, TOTAL).get(TOTAL)
    scores = {one.administrator: one.interval for one in compared.standings} if compared else {}
    booked = {counts.key: counts for counts in way.administrators}
    for one in sorted(found.administrators, key=lambda group: (group.key == "", group.key)):
        name = one.key or "Not named"
        table.add_row(*_row(name, one.calls, one, scores.get(one.key), booked.get(one.key)))
    table.add_section()
    mean = mean_interval_of(found.total.scored, found.total.mean_total, found.total.sd_total)
    answered = sum(one.calls for one in found.administrators)
    table.add_row(*_row("All", answered, found.total, mean, way.total))
    return table


def _row(
    name: str, calls: int, group: Group, score: Interval | None, counts: FunnelCounts | None
) -> tuple[str, ...]:
    chances = counts.opportunities if counts else 0
    return (
        name, f"{calls:,}", f"{group.scored:,}",
        f"{score.value:.0f}" if score else "-",
        f"{max(score.low, 0):.0f}-{min(score.high, 100):.0f}" if score
        else "" if group.key == "" else "too few calls",
        f"{group.in_time} of {group.waits}" if group.waits else "-",
        f"{counts.booked} of {chances}" if counts and chances else "-",
    )  # fmt: skip


def _show_failures(console: Console, failures: list[Failure], title: str) -> None:
    if not failures:
        return
    console.print(f"\n[bold]{title}[/]")
    for failure in failures[:SHOWN_FAILURES]:
        where = f"{failure.path}:{failure.line}" if failure.line else failure.path
        console.print(f"  {where}\n    {failure.reason} {failure.remedy}", highlight=False,
                      soft_wrap=True, markup=False)  # fmt: skip
    if len(failures) > SHOWN_FAILURES:
        console.print(f"  ... and {len(failures) - SHOWN_FAILURES} more: 'auricle export failures'")
