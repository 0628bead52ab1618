"""``python -m bench.gold check [LANGUAGE ...]``: are the gold files sound, and how many are there?"""

import argparse
import sys
from collections import Counter

from auricle.errors import SettingsError
from bench.gold.dialogues import (
    FOLDER,
    LANGUAGES,
    criteria,
    dialogues,
    fact_sheets,
    problems,
    utterances,
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.gold", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="verify the files")
    checking.add_argument("languages", nargs="*", default=LANGUAGES, metavar="LANGUAGE")
    arguments = parser.parse_args()
    return max(map(check, arguments.languages), default=0)


def check(language: str) -> int:
    """Print what is wrong and what there is. Returns the exit code."""
    paths = sorted((FOLDER / language).glob("*-[0-9][0-9].yaml"))
    if not paths:
        print(f"{language}: no dialogues yet")
        return 0
    wrong = [problem for path in paths for problem in problems(path)]
    try:
        fact_sheets(language)
        said = utterances(language)
    except (SettingsError, OSError) as error:
        wrong.append(f"{language}: {error}")
        said = []
    print(*wrong, sep="\n", end="\n" if wrong else "")
    if not wrong:
        table(language)
    kinds = Counter(k for u in said for c in u.claims for k in c.model_fields_set)
    empty = sum(not u.claims for u in said)
    counts = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
    print(
        f"{language}: {len(paths)} dialogues, {len(said)} utterances"
        f" ({empty} without a claim{', ' if counts else ''}{counts}), {len(wrong)} problems"
    )
    return 1 if wrong else 0


def table(language: str) -> None:
    """Verdicts per criterion: a criterion that is always met teaches nothing."""
    every = dialogues(language)
    for rubric, meanings in criteria().items():
        mine = [d for d in every if d.rubric == rubric]
        if not mine:
            continue
        print(f"{rubric}: {len(mine)} dialogues")
        for name in meanings:
            found = Counter(d.verdicts[name].verdict for d in mine)
            cells = "  ".join(
                f"{kind} {found[kind]:2}" for kind in ("met", "partly", "missed", "not_applicable")
            )
            print(f"  {name:22} {cells}")


if __name__ == "__main__":
    sys.exit(main())
