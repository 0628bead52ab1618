"""Measure scoring and write the section "Scoring" of ``bench/RESULTS.md``.

    make bench-scoring    or     .venv/bin/python -m bench.scoring [--calls 60] [--many 10000]

Calls of three minutes are put together from the turns of the written calls in ``bench/gold``. What
was read of one call is forgotten before the next, since real callers don't repeat each other.
"""

import argparse
import hashlib
import os
import random
import resource
import time
from collections.abc import Iterator

from auricle.models import Call, Scorecard, Transcript
from bench.gold.dialogues import LANGUAGES, dialogues, fact_sheet
from bench.results import say, stamp, write_section
from rubrics.loader import load_rubric
from rubrics.phrases import Phrasebook
from scoring.dialogue import dialogue
from scoring.engine import score
from scoring.facts.numbers import Numbers
from scoring.facts.phones import phones, spelt_out
from scoring.facts.stated import Finder
from scoring.facts.words import shadow

LENGTH_S = 180.0
RUBRICS = ("clinic-phone", "complaint")
WARM_UP = 12
"""Calls before the clock starts: lists are compiled and words' lemmas learnt once a process."""

OF_TEXTS = (
    *(Numbers.named, Numbers.clocks, Numbers.days, Numbers.amounts, phones, spelt_out, shadow),
    Finder.in_sentence,
)
"""What is kept of texts beside their readings."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=60, help="timed, for each language and rubric")
    parser.add_argument("--many", type=int, default=10_000, help="for memory")
    parser.add_argument("--only", default="", help="one language; nothing is written")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    command = f"python -m bench.scoring --calls {options.calls} --many {options.many}"
    languages = [options.only] if options.only else LANGUAGES
    rows = []
    for language in languages:
        say(language)
        rows.append([rate(language, rubric, options.calls) for rubric in RUBRICS])
        print(language, *(f"{found:.1f}" for found in rows[-1]), flush=True)
    if options.only:
        return
    say(f"{options.many} calls")
    sizes = memory(options.many)
    same = digest(100) == digest(100)
    text = write_section(
        "Scoring",
        [
            f"{stamp(command)}; CPU seconds of one core, on a machine with a load of "
            f"{load:.0f} (a busy neighbour on the same core slows it, too).",
            "",
            f"Calls of {LENGTH_S:.0f} s a second, without embeddings; {options.calls} calls each "
            "after warming up, with the clinic's fact sheet (wanted: 60).",
            "",
            "| | " + " | ".join(LANGUAGES) + " |",
            "|---|" + "---|" * len(LANGUAGES),
            *(
                f"| `{rubric}` | " + " | ".join(f"{row[at]:.0f}" for row in rows) + " |"
                for at, rubric in enumerate(RUBRICS)
            ),
            "",
            f"Peak memory over {options.many:,} calls in five languages, at every fifth of them: "
            + ", ".join(f"{size:.0f}" for size in sizes)
            + " MB.",
            "",
            "The same 100 calls scored twice: scorecards "
            + ("identical to the byte." if same else "that DIFFER."),
        ],
    )
    print(text)


def made_up(language: str, seed: int) -> Iterator[tuple[Call, Transcript]]:
    """Endless calls of about three minutes: turns of several written calls, one after the other."""
    dice = random.Random(seed)
    written = dialogues(language)
    number = 0
    while True:
        first = dice.choice(written)
        text, length_s = first.dialogue, 0.0
        while length_s < LENGTH_S:
            call, transcript = dialogue(
                text,
                clinic=first.clinic,
                administrator=first.administrator,
                language=language,
                start=first.start,
            )
            length_s = transcript.duration_s
            text += dice.choice(written).dialogue
        turns = tuple(turn for turn in transcript.turns if turn.end_s <= LENGTH_S)
        transcript = transcript.model_copy(update={"turns": turns, "duration_s": LENGTH_S})
        name = f"{language}-{number}"
        yield (
            call.model_copy(update={"call_id": name}),
            transcript.model_copy(update={"call_id": name}),
        )
        number += 1


def rate(language: str, rubric_id: str, count: int) -> float:
    """Calls a second."""
    rubric, facts = load_rubric(rubric_id), fact_sheet(language)
    calls = made_up(language, seed=1)
    for _ in range(WARM_UP):
        score(*next(calls), rubric, facts)
    book = Phrasebook.load(language)
    spent_s = 0.0
    for _ in range(count):
        call, transcript = next(calls)
        for kept in (book.read, *OF_TEXTS):
            kept.cache_clear()
        begin = time.process_time()
        score(call, transcript, rubric, facts)
        spent_s += time.process_time() - begin
    return count / spent_s


def memory(count: int) -> list[float]:
    """Peak memory (MB) after each fifth of so many calls."""
    rubric = load_rubric("clinic-phone")
    calls = [made_up(language, seed=2) for language in LANGUAGES]
    found = []
    for number in range(count):
        call, transcript = next(calls[number % len(calls)])
        score(call, transcript, rubric, fact_sheet(transcript.language))
        if (number + 1) % (count // 5) == 0:
            found.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return found


def digest(count: int) -> str:
    """Of the scorecards of so many calls, each language's in turn."""
    rubric = load_rubric("clinic-phone")
    seen = hashlib.sha256()
    for language in LANGUAGES:
        calls = made_up(language, seed=3)
        for _ in range(count // len(LANGUAGES)):
            card: Scorecard = score(*next(calls), rubric, fact_sheet(language))
            seen.update(card.model_dump_json(by_alias=True).encode())
    return seen.hexdigest()


if __name__ == "__main__":
    main()
