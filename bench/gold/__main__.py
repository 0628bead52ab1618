"""The gold set on the command line.

``python -m bench.gold``: how well rubrics and claims do, on those for tuning.
``python -m bench.gold --split test``: on those left alone until the end.
``python -m bench.gold check``: are the files sound, and how are the verdicts spread?
"""

import argparse
import sys
from collections import Counter

from auricle.errors import SettingsError
from bench.gold.dialogues import (
    LANGUAGES,
    Split,
    criteria,
    dialogue_files,
    dialogues,
    fact_sheet,
    problems,
    utterances,
)
from bench.gold.measure import (
    MISHEARD,
    Agreement,
    Claims,
    agreement,
    calls_per_second,
    claims,
    total,
)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.gold",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words = ["check", *LANGUAGES]
    parser.add_argument("what", nargs="*", metavar="check | LANGUAGE", help=", ".join(words))
    parser.add_argument("--split", choices=["tune", "test"], default="tune")
    parser.add_argument("--differences", "-d", action="store_true", help="print each (tune only)")
    parser.add_argument("--only", help="differences of this rubric or criterion only")
    arguments = parser.parse_args()
    if unknown := set(arguments.what) - set(words):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; valid: {', '.join(words)}")
    languages = [word for word in arguments.what if word in LANGUAGES] or LANGUAGES
    if "check" in arguments.what:
        return max(map(check, languages))
    if arguments.differences and arguments.split == "test":
        parser.error("the test calls stay unseen: no --differences with --split test")
    for language in languages:
        report(language, arguments.split, arguments.differences, arguments.only)
    return 0


def report(language: str, split: Split, differences: bool, only: str | None) -> None:
    """One language's figures."""
    found, wrong = agreement(language, split)
    if found:
        noisy = total(language, split, MISHEARD)
        if differences:
            for d in wrong:
                if only in (None, d.criterion, d.dialogue.rubric):
                    print(f"  {d.dialogue.id} {d.criterion}: gold {d.gold}, found {d.found}")
                    gold = [p.quote for p in d.dialogue.verdicts[d.criterion].places()]
                    print(f"      gold quotes {gold}; found {list(d.quotes)}; {d.reason}")
        for (rubric, criterion), one in found.items():
            print(f"  {rubric:22} {criterion:20} {one.applicable:3}  {line(one)}")
        everything = sum(found.values(), Agreement())
        print(f"{language} {split}: {everything.applicable} verdicts  {line(everything)}")
        print(
            f"{language} {split}, {MISHEARD:.0%} misheard: {line(noisy)}  "
            f"kappa falls by {everything.kappa - noisy.kappa:.3f}"
        )
        print(
            f"{language} {split}: {calls_per_second(language, split):.0f} calls of 3 min a second"
        )
    said, errors = claims(language, split)
    if differences and only in (None, "claims"):
        print(*(f"  {error}" for error in errors), sep="\n")
    for kind, counts in [*sorted(said.items()), ("all claims", sum(said.values(), Claims()))]:
        if said:
            print(
                f"{language} {split}: {kind:10} precision {counts.precision:.1%} "
                f"recall {counts.recall:.1%} ({counts.right + counts.missed})"
            )


def line(one: Agreement) -> str:
    return (
        f"exact {one.exact:6.1%}  kappa {one.kappa:5.2f}  false missed {one.false_missed:6.1%}  "
        f"abstained {one.abstained:5.1%}  quotes {one.quoted:6.1%} of {one.quotes}"
    )


def check(language: str) -> int:
    """Print what is wrong and what there is. Returns the exit code."""
    paths = dialogue_files(language)
    if not paths:
        print(f"{language}: no dialogues yet")
        return 0
    wrong = [problem for path in paths for problem in problems(path)]
    try:
        fact_sheet(language)
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
