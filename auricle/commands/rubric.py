"""``auricle rubric list / show / check``."""

from rich.console import Console

from rubrics.loader import list_rubrics, load_rubric
from scoring.examples import try_examples


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


def check(rubric_id: str) -> int:
    """Load a rubric, which validates it, and try its examples. Returns the exit code."""
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
    return 1 if wrong else 0
