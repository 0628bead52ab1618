"""Measure scoring and write the section "Scoring" of ``bench/RESULTS.md``.

    make bench-scoring    or     .venv/bin/python -m bench.scoring [--calls 60] [--many 20000]

Calls of three minutes are put together from the turns of the written calls in ``bench/gold``. What
was embedded of one call is forgotten before the next, since real callers don't repeat each other.
"""

import argparse
import hashlib
import os
import random
import resource
import time
from collections.abc import Iterator
from importlib import resources

from auricle.models import Call, Scorecard, Transcript
from bench.gold.dialogues import LANGUAGES, dialogues, fact_sheet
from bench.results import say, stamp, write_section
from rubrics.loader import load_rubric, parse_rubric
from rubrics.schema import Rubric
from scoring import embedding
from scoring.dialogue import dialogue
from scoring.engine import score

LENGTH_S = 180.0
SHORT_S = 10.0
"""Memory doesn't depend on the length of calls, only on how many there are."""
RUBRICS = ("clinic-phone", "complaint")
WITH_MEANING = "`complaint` and a `meaning` test on all she says (wanted: 2)"
MEANING = """
      - id: meant
        title: Sympathy in any words
        description: She feels with the patient.
        points: 5
        critical: none
        rules:
          - {verdict: met, if: {meaning: {name: empathy}}, because: "{quote}"}
        otherwise_because: Nothing of the kind
"""
"""Of no rubric that comes along; sought in as many sentences as there may be."""
WARM_UP = 12
"""Calls before the clock starts: lists are compiled and words' lemmas learnt once a process."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=60, help="timed, for each language and rubric")
    parser.add_argument("--many", type=int, default=20_000, help="short ones, for memory")
    parser.add_argument("--only", default="", help="one language; nothing is written")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    command = f"python -m bench.scoring --calls {options.calls} --many {options.many}"
    languages = [options.only] if options.only else LANGUAGES
    rubrics = {f"`{name}`": (load_rubric(name), options.calls) for name in RUBRICS}
    rubrics[WITH_MEANING] = with_meaning(), max(options.calls // 4, 1)
    rows = []
    for language in languages:
        say(language)
        rows.append([rate(language, rubric, count) for rubric, count in rubrics.values()])
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
            f"Calls of {LENGTH_S:.0f} s a second; {options.calls} calls each (a quarter of them "
            "with embeddings) after warming up, with the clinic's fact sheet (wanted: 60).",
            "",
            "| | " + " | ".join(LANGUAGES) + " |",
            "|---|" + "---|" * len(LANGUAGES),
            *(
                f"| {rubric} | " + " | ".join(f"{row[at]:.3g}" for row in rows) + " |"
                for at, rubric in enumerate(rubrics)
            ),
            "",
            f"Peak memory over {options.many:,} calls of {SHORT_S:.0f} s in five languages, at "
            "every fifth of them: " + ", ".join(f"{size:.0f}" for size in sizes) + " MB.",
            "",
            "The same 100 calls scored twice: scorecards "
            + ("identical to the byte." if same else "that DIFFER."),
        ],
    )
    print(text)


def with_meaning() -> Rubric:
    """``complaint`` with one more criterion."""
    text = (resources.files("rubrics") / "complaint.yaml").read_text("utf-8")
    return parse_rubric(text.replace("id: complaint", "id: complaint-meant", 1) + MEANING, "bench")


def made_up(
    language: str, seed: int, until_s: float = LENGTH_S
) -> Iterator[tuple[Call, Transcript]]:
    """Endless calls of this length: turns of several written calls, one after the other."""
    dice = random.Random(seed)
    written = dialogues(language)
    number = 0
    while True:
        first = dice.choice(written)
        text, length_s = first.dialogue, 0.0
        while length_s < until_s:
            call, transcript = dialogue(
                text,
                clinic=first.clinic,
                administrator=first.administrator,
                language=language,
                start=first.start,
            )
            length_s = transcript.duration_s
            text += dice.choice(written).dialogue
        turns = tuple(turn for turn in transcript.turns if turn.end_s <= until_s)
        transcript = transcript.model_copy(update={"turns": turns, "duration_s": until_s})
        name = f"{language}-{number}"
        yield (
            call.model_copy(update={"call_id": name}),
            transcript.model_copy(update={"call_id": name}),
        )
        number += 1


def rate(language: str, rubric: Rubric, count: int) -> float:
    """Calls a second."""
    facts = fact_sheet(language)
    calls = made_up(language, seed=1)
    for _ in range(WARM_UP):
        score(*next(calls), rubric, facts)
    spent_s = 0.0
    for _ in range(count):
        call, transcript = next(calls)
        embedding.embed.cache_clear()
        begin = time.process_time()
        score(call, transcript, rubric, facts)
        spent_s += time.process_time() - begin
    return count / spent_s


def memory(count: int) -> list[float]:
    """Peak memory (MB) after each fifth of so many short calls."""
    rubric = load_rubric("clinic-phone")
    calls = [made_up(language, seed=2, until_s=SHORT_S) for language in LANGUAGES]
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
