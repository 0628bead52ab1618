"""``auricle rubric list / show / check / diff``."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from auricle.models import Scorecard
from auricle.scorer import Transcribed, load_scorer, score_by
from auricle.settings import load_settings
from auricle.stats import mean_interval
from auricle.store import Store
from auricle.store.access import Access, as_owner
from auricle.store.disputes import disputes
from auricle.store.reads import call_detail, reading, rows, transcribed
from rubrics.loader import list_rubrics, load_rubric
from rubrics.schema import Rubric
from scoring.examples import try_examples

READ = 200
"""Calls read at a time."""


def list_all() -> None:
    for rubric_id in list_rubrics():
        rubric = load_rubric(rubric_id)
        print(f"{rubric.id}  version {rubric.version}  {rubric.title}")


def show(rubric_id: str) -> None:
    rubric = load_rubric(rubric_id)
    console = Console(highlight=False)
    console.print(f"[bold]{rubric.title}[/] ({rubric.id}, version {rubric.version})")
    for section in rubric.sections:
        console.print(f"\n[bold]{section.title}[/]")
        for criterion in section.criteria:
            console.print(f"  {criterion.title} ({criterion.id}): {criterion.points:g} points")
            console.print(f"    {criterion.description}", markup=False)


def check(rubric_id: str, config: Path | None) -> int:
    """Load a rubric, which validates it, and try its examples, and the calls of whose marks people
    have said who is right. Returns the exit code."""
    rubric = load_rubric(rubric_id)
    tried = try_examples(rubric)
    for example in tried:
        if not example.right:
            print(
                f"{example.criterion}, example {example.number}: expected {example.expected}, "
                f"got {example.found}: {example.reason}"
            )
    wrong = sum(not example.right for example in tried)
    without = [c.id for c in rubric.criteria() if not c.examples]
    if without:
        print(f"Without examples: {', '.join(without)}")
    print(
        f"{rubric.id} {rubric.version}: {len(rubric.criteria())} criteria, {len(tried)} examples, "
        f"{wrong} wrong"
    )
    return 1 if wrong + _check_upheld(rubric, config) else 0


def _check_upheld(rubric: Rubric, config: Path | None) -> int:
    """How many upheld disputes the rubric would decide against the administrator again."""
    settings = load_settings(config)
    if not settings.store.path.is_file():
        return 0
    Store(settings.store.path)
    access, scorer = as_owner(settings.store.path), load_scorer(settings)
    upheld = [d for d in disputes(access) if d.outcome == "upheld" and d.rubric_id == rubric.id]
    wrong = 0
    for dispute in upheld:
        detail = call_detail(access, dispute.call_id)
        if detail is None or detail.transcript is None:
            continue
        card = scorer.score(detail.call, detail.transcript, rubric)
        found = next((v for v in card.criteria if v.id == dispute.criterion), None)
        if found is not None and found.verdict != dispute.settled_as:
            wrong += 1
            print(
                f"{dispute.criterion}, upheld dispute on call {dispute.call_id}: expected "
                f"{dispute.settled_as}, got {found.verdict}: {found.reason}"
            )
    if upheld:
        print(f"{len(upheld)} upheld disputes, {wrong} wrong")
    return wrong


def diff(old: str, new: str, config: Path | None, *, each_call: bool) -> None:
    """Rescore the stored transcripts under two rubrics and print what moves.

    Raises SettingsError for bad settings or rubrics, StoreError when nothing is stored.
    """
    settings = load_settings(config)
    path = settings.store.path
    rubrics = load_rubric(old), load_rubric(new)
    scorer = load_scorer(settings)
    access = as_owner(path)
    recordings = [
        row["sha256"]
        for row in rows(
            access,
            "SELECT sha256 FROM calls SEMI JOIN transcripts USING (call_id) ORDER BY call_id",
        )
    ]
    calls = _read(access, recordings)
    totals: dict[str, list[tuple[float, float]]] = defaultdict(list)
    moved, told = 0, []
    for call, cards in track(
        score_by(scorer, rubrics, calls, len(recordings)),
        description="Scoring",
        total=len(recordings),
        console=Console(stderr=True),
        transient=True,
    ):
        before, after = cards
        why = changes(before, after)
        moves = bool(why) or before.total != after.total
        moved += moves
        if each_call and moves:
            told.append(f"{call.call_id}  {shown(before.total)} -> {shown(after.total)}")
            told += [f"  {line}" for line in why]
        if before.total is not None and after.total is not None:
            totals[call.administrator or "?"].append((before.total, after.total))
    print(*told, sep="\n", end="\n" if told else "")
    for name, pairs in sorted(totals.items()):
        means = [sum(values) / len(pairs) for values in zip(*pairs, strict=True)]
        print(f"{name}: {means[0]:.1f} -> {means[1]:.1f} ({len(pairs)} calls{_change(pairs)})")
    print(f"{moved} of {len(recordings)} calls move, as judged by the program alone")


def _change(pairs: Sequence[tuple[float, float]]) -> str:
    """The mean change's 90 % interval: how much other calls would move."""
    interval = mean_interval(after - before for before, after in pairs)
    if interval is None or interval.low == interval.high:
        return ""
    return f", change {interval.value:+.1f}, 90 % {interval.low:+.1f} to {interval.high:+.1f}"


def _read(access: Access, recordings: Sequence[str]) -> Iterator[list[Transcribed]]:
    for at in range(0, len(recordings), READ):
        with reading(access) as connection:
            calls = [call for _, call in transcribed(connection, recordings[at : at + READ])]
        yield calls  # with the database closed: scoring them takes a while


def changes(before: Scorecard, after: Scorecard) -> list[str]:
    """A line for each criterion that came, went, or got another verdict."""
    old, new = ({v.id: v for v in card.criteria} for card in (before, after))
    found = [f"{name}: no longer asked" for name in old if name not in new]
    for name, verdict in new.items():
        was = old[name].verdict if name in old else "not asked"
        if was != verdict.verdict:
            found.append(f"{name}: {was} -> {verdict.verdict}: {verdict.reason}")
    return found


def shown(total: float | None) -> str:
    return "-" if total is None else f"{total:g}"
