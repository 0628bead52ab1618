"""``auricle rubric list / show / check``."""

from rich.console import Console

from rubrics.loader import list_rubrics, load_rubric


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
            console.print(f"    {criterion.description}")
