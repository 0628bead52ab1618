"""How well verdicts agree with the gold set, to RESULTS.md: for tuning, and those left alone.

``python -m bench.gold.verdicts``
"""

import sys
from collections.abc import Callable

from bench.fairness import CHANGES, flips
from bench.gold.dialogues import LANGUAGES, Split, dialogues
from bench.gold.kinds import agreeing
from bench.gold.measure import MISHEARD, Agreement, total
from bench.results import no_options, stamp, write_section
from rubrics.kinds import ScaleName

SPLITS: tuple[tuple[Split, str], ...] = (
    ("test", "Those left alone"),
    ("tune", "Those for tuning (optimistic: the lists were corrected with them)"),
)
Row = tuple[str, Callable[[Agreement, Agreement], str], str]
"""What a row shows, made of what was found in the words as written and as misheard; wanted."""
ROWS: tuple[Row, ...] = (
    ("verdicts where the criterion applies", lambda plain, _: str(plain.applicable), ""),
    ("exactly as gold", lambda plain, _: f"{plain.exact:.1%}", "85 %"),
    ("Cohen's kappa (with `not_applicable`)", lambda plain, _: f"{plain.kappa:.2f}", "0.70"),
    ("called missed, though met or partly", lambda plain, _: f"{plain.false_missed:.1%}",
     "at most 5 %"),
    ("abstained", lambda plain, _: f"{plain.abstained:.1%}", ""),
    ("a gold quote among the proof of a met", lambda plain, _: f"{plain.quoted:.1%}", "90 %"),
    ("10 % of the words misheard: kappa lost",
     lambda plain, noisy: f"{plain.kappa - noisy.kappa:.2f}", "at most 0.10"),
    ("10 % misheard: abstained", lambda _, noisy: f"{noisy.abstained:.1%}", "more"),
    ("10 % misheard: called missed wrongly", lambda _, noisy: f"{noisy.false_missed:.1%}", ""),
)  # fmt: skip
KINDS: tuple[tuple[ScaleName, str], ...] = (
    ("call_type", "type of call as gold"),
    ("manner", "patient's manner as gold"),
)


def main() -> int:
    no_options(__doc__)
    counts = {split: len(dialogues(LANGUAGES[0], split)) for split, _ in SPLITS}
    lines = [
        f"{stamp('python -m bench.gold.verdicts')}. Written calls ([what they are](gold/README.md))"
        f", {counts['tune']} a language to tune with, and {counts['test']} that nobody who writes "
        "lists has seen.",
    ]
    for split, what in SPLITS:
        plain, noisy = (
            [total(one, split, noise) for one in LANGUAGES] for noise in (0.0, MISHEARD)
        )
        lines += ["", f"{what}:", "", f"| | {' | '.join(LANGUAGES)} | wanted |"]
        lines += ["|---" * (len(LANGUAGES) + 2) + "|"]
        for name, cell, wanted in ROWS:
            cells = map(cell, plain, noisy)
            lines += [f"| {name} | {' | '.join(cells)} | {wanted} |"]
        for change in CHANGES:
            rates = (f"{flips(one, change, split).rate:.1%}" for one in LANGUAGES)
            lines += [f"| {change.name} exchanged: flips | {' | '.join(rates)} | at most 1 % |"]
        for scale, name in KINDS:
            cells = (f"{agreeing(one, split, scale):.0%}" for one in LANGUAGES)
            lines += [f"| {name} | {' | '.join(cells)} | |"]
    print(write_section("Verdicts on the gold set", lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
