"""How often a mystery call is found among a clinic's own, on simulated logs whose truth is known.

    make bench-mystery    or    .venv/bin/python -m bench.mystery [--logs 40] [--seed 2]

Each log holds two weeks of one clinic: some 110 calls a day with the words of the written dialogues
in ``bench/gold`` (every tenth also asks what some script asks), and 60 planned calls in one of five
languages. Of these 4 % are never made and 4 % made on a line that isn't logged; 6 % are made, but
not reported. Clocks are wrong by up to 3 minutes, evenly; reported times are rounded to the minute.
Four shoppers call from two numbers, one of which every eighth other caller has, too (a shared
exchange); 8 % of the calls hide their number. Shoppers say 60-90 % of their script in their own
order, and of every word 12 % are misheard. Of all calls 15 % are not recorded.
"""

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from auricle.mystery.matching import Planned, match
from auricle.stats import wilson
from auricle.store.mystery_calls import Logged
from bench.gold.dialogues import dialogues
from bench.results import say, stamp, write_section
from rubrics.scenarios import ready_languages, ready_scenarios

DAYS, PLANNED, ORDINARY = 10, 60, 110
CLOCK_S = 180.0
SHARED, OWN = "+44 20 7946 0100", "+44 7700 900555"
SHOPPERS = {"a": (SHARED,), "b": (SHARED,), "c": (OWN, SHARED), "d": (OWN,)}


@cache
def others(language: str) -> tuple[str, ...]:
    """What patients say in written calls."""
    return tuple(
        " ".join(turn.text for turn in one.call()[1].turns if turn.role == "patient")
        for one in dialogues(language)
    )


def spoken(rng: random.Random, text: str, kept: float, language: str) -> str:
    """A text as a recogniser may write it when only a part of it was said."""
    units = list(text) if language == "zh" else text.split()
    found = []
    for unit in units:
        if rng.random() < kept:
            found.append(unit[::-1] if rng.random() < 0.12 and len(unit) > 1 else unit)
    return ("" if language == "zh" else " ").join(found)


def simulate(
    rng: random.Random, language: str
) -> tuple[list[Planned], list[Logged], dict[str, str]]:
    """Planned calls, the clinic's log, and which planned call each call of it is."""
    scripts = [one.words() for one in ready_scenarios(language).values()]
    day = datetime(2026, 9, 7)
    planned: list[Planned] = []
    logged: list[Logged] = []
    truth: dict[str, str] = {}

    def moment() -> datetime:
        return day + timedelta(
            days=rng.choice([d for d in range(14) if d % 7 < 5]), seconds=rng.uniform(8, 18) * 3600
        )

    for number in range(PLANNED):
        due, shopper = moment(), rng.choice(list(SHOPPERS))
        script = rng.choice(scripts)
        fate = rng.random()
        made, in_log, reported = fate >= 0.04, fate >= 0.08, rng.random() >= 0.06
        began = due + timedelta(seconds=rng.gauss(0, 600))
        length_s = rng.lognormvariate(4.9, 0.5)
        told = (began + timedelta(seconds=rng.uniform(-30, 30))).replace(second=0, microsecond=0)
        known = made and reported
        planned.append(
            Planned(f"t{number}", "C", SHOPPERS[shopper], told if known else due, known,
                    round(length_s * rng.uniform(0.7, 1.4) / 60) * 60 if known else None, script)
        )  # fmt: skip
        if made and in_log:
            words = " ".join(rng.sample(parts := script.split(), len(parts)))
            words = spoken(rng, script if rng.random() < 0.7 else words, rng.uniform(0.6, 0.9),
                           language)  # fmt: skip
            caller = "" if rng.random() < 0.08 else rng.choice(SHOPPERS[shopper])
            call_id = f"m{number}"
            truth[call_id] = f"t{number}"
            logged.append(_call(rng, call_id, caller, began, length_s, words, language))
    for number in range(DAYS * ORDINARY):
        words = spoken(rng, rng.choice(others(language)), 0.95, language)
        if rng.random() < 0.1:
            words += " " + spoken(rng, rng.choice(scripts), 0.4, language)
        caller = f"+44 7700 {rng.randrange(10**6):06d}"
        caller = "" if (c := rng.random()) < 0.08 else SHARED if c < 0.08 + 0.125 else caller
        began = moment()
        logged.append(
            _call(rng, f"o{number}", caller, began, rng.lognormvariate(4.9, 0.8), words, language)
        )
    return planned, logged, truth


def _call(
    rng: random.Random, call_id: str, caller: str, began: datetime, length_s: float, words: str,
    language: str,
) -> Logged:  # fmt: skip
    off = timedelta(seconds=rng.uniform(-CLOCK_S, CLOCK_S))
    recorded = rng.random() >= 0.15
    return Logged(call_id, "C", caller, began + off, length_s, words if recorded else "")


def measured(seed: int, logs: int, languages: Sequence[str]) -> dict[str, Counter[str]]:
    """Right, wrong and missed pairs by language."""
    found: dict[str, Counter[str]] = {}
    for language in languages:
        counts = found.setdefault(language, Counter())
        for number in range(logs):
            rng = random.Random(f"{seed}/{language}/{number}")
            planned, logged, truth = simulate(rng, language)
            matches = match(planned, logged)
            right = sum(truth.get(pair.call_id) == pair.task for pair in matches)
            counts.update(right=right, wrong=len(matches) - right, missed=len(truth) - right)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--dry", action="store_true", help="only print")
    asked = parser.parse_args()
    found = measured(asked.seed, asked.logs, ready_languages())
    total: Counter[str] = sum(found.values(), Counter())
    lines = [
        f"{stamp('make bench-mystery')}. {asked.logs} simulated logs a language, seed {asked.seed} "
        "(development used others): two weeks of 110 calls a day, 60 planned calls, clocks wrong "
        "by up to 3 minutes, shared and hidden numbers.",
        "", "| | precision | recall |", "|---|---|---|",
        _line("all", total), *(_line(language, counts) for language, counts in found.items()),
        "| wanted | >= 99 % | >= 97 % |",
    ]  # fmt: skip
    say("\n".join(lines) if asked.dry else write_section("Mystery calls", lines))


def _line(name: str, counts: Counter[str]) -> str:
    def share(part: int, whole: int) -> str:
        interval = wilson(part, whole)
        if interval is None:
            return "-"
        return f"{interval.value:.2%} of {whole:,} ({interval.low:.2%} to {interval.high:.2%})"

    right = counts["right"]
    return (
        f"| {name} | {share(right, right + counts['wrong'])} "
        f"| {share(right, right + counts['missed'])} |"
    )


if __name__ == "__main__":
    main()
