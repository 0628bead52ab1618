"""Write what the documentation derives from the code: JSON Schemas and the command reference.

python tools/write_docs.py [--check]    --check: write nothing, exit 1 if a file is out of date
"""

import json
import sys
from pathlib import Path

import typer
from typer.cli import get_docs_for_click

from auricle.cli import app
from auricle.models import Scorecard, Transcript

DOCS = Path(__file__).resolve().parents[1] / "docs"


def documents() -> dict[Path, str]:
    """Every derived file and its text."""
    found = {
        DOCS / "schemas" / f"{name}.json": json.dumps(
            model.model_json_schema(by_alias=True), indent=2, ensure_ascii=False
        )
        + "\n"
        for name, model in (("transcript", Transcript), ("scorecard", Scorecard))
    }
    command = typer.main.get_command(app)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command), name="auricle")
    found[DOCS / "cli.md"] = text.strip() + "\n"
    return found


def main() -> int:
    stale = [
        (path, text)
        for path, text in documents().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        if "--check" in sys.argv:
            print(f"{path} is out of date: run python tools/write_docs.py", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
