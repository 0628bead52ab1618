"""How often the suggested type of call and manner are those of the written calls.

    .venv/bin/python -m bench.kinds [--split tune|test] [--wrong]

Prints a table: per scale and language the share that agrees, and what always suggesting the most
frequent kind would reach.
"""

import argparse
from collections import Counter

from bench.gold.dialogues import LANGUAGES, dialogues, fact_sheet
from scoring.context import Context
from scoring.detectors.kinds import suggest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", default="tune", choices=("tune", "test"))
    parser.add_argument("--wrong", action="store_true", help="list the calls that differ")
    options = parser.parse_args()
    for scale in ("call_type", "manner"):
        cells, frequent = [], []
        for language in LANGUAGES:
            calls = dialogues(language, options.split)
            right = 0
            for one in calls:
                found = suggest(Context(*one.call(), fact_sheet(language)), scale)
                wanted = getattr(one, scale)
                right += found is not None and found.kind == wanted
                if options.wrong and found and found.kind != wanted:
                    print(f"{language} {one.id}: {wanted}, not {found.kind} {found.confidence}")
            most = Counter(getattr(one, scale) for one in calls).most_common(1)[0][1]
            cells.append(f"{right / len(calls):.0%}")
            frequent.append(f"{most / len(calls):.0%}")
        print(f"| {scale} | {' | '.join(cells)} |")
        print(f"| always the most frequent | {' | '.join(frequent)} |")


if __name__ == "__main__":
    main()
