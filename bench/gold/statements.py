"""How well statements of fact are found, to RESULTS.md: for tuning, and those left alone.

``python -m bench.gold.statements``
"""

import sys

from bench.gold.dialogues import LANGUAGES, Split
from bench.gold.measure import Claims, claims
from bench.results import no_options, stamp, write_section

SPLITS: tuple[tuple[Split, str], ...] = (("test", "left alone"), ("tune", "for tuning"))
WANTED = "| wanted | | >= 97 % | >= 92 % |"


def main() -> int:
    no_options(__doc__)
    lines = [
        f"{stamp('python -m bench.gold.statements')}. Times, prices, weekdays and telephone "
        "numbers in written utterances of administrators, traps among them. Number words and rules "
        "were written with those for tuning at hand; none of the others was looked at.",
    ]
    for split, what in SPLITS:
        lines += [
            "",
            f"Those {what}:",
            "",
            "| | stated | precision | recall |",
            "|---|---|---|---|",
        ]
        for language in LANGUAGES:
            found, _ = claims(language, split)
            lines += [row(language, sum(found.values(), Claims()))]
            lines += [row(f"{language}, {kind}", one) for kind, one in sorted(found.items())]
        lines.append(WANTED)
    print(write_section("Statements of fact", lines))
    return 0


def row(name: str, one: Claims) -> str:
    return f"| {name} | {one.right + one.missed} | {one.precision:.1%} | {one.recall:.1%} |"


if __name__ == "__main__":
    sys.exit(main())
