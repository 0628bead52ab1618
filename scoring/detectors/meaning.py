"""``meaning``: a sentence is nearer to exemplars than to counter-examples, by its embedding.

Embeddings don't see negation, so a sentence with a denial in it never counts, and the schema keeps
this test from deciding a critical criterion alone. Only sentences that could matter are embedded.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from auricle.messages import N_
from auricle.models import Evidence
from rubrics.meanings import load_meanings
from rubrics.schema import Meaning
from scoring import embedding
from scoring.context import Context
from scoring.detectors.phrases import after, first_or_last
from scoring.detectors.registry import register
from scoring.evidence import shortened
from scoring.finding import Detector, Finding, Occasion

NO_EXAMPLES = N_("No examples of '{name}' in this language")
ALIKE = N_("means the same as examples of {name}")
LEAST, SUREST = 0.55, 0.75
"""Confidence at the margin, and the most there is: similar isn't the same."""
FULL = 0.04
"""Beyond the margin by so much, it is as sure as it gets."""
SHORTEST = 4
"""Words of a sentence that can mean something of its own."""
MOST_SENTENCES = 8
"""At about 50 ms each on one core, more would make scoring slow."""


@register("meaning")
def meaning(options: Meaning) -> Detector:
    """Holds when some sentence means it."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if not ctx.language or options.name not in load_meanings(ctx.language):
            return Finding(None, 0.0, why=NO_EXAMPLES.format(name=options.name))
        if not embedding.installed():
            if not options.required:
                return Finding(False, LEAST)
            return Finding(None, 0.0, why=N_("Needs the extra: pip install 'auricle[meaning]'"))
        like, unlike = exemplars(ctx.language, options.name)
        best, place, searched = -1.0, (0, 0, 0), 0
        for turn, start, end in candidates(options, ctx, occasions):
            vector = embedding.embed(ctx.turns[turn].text[start:end])
            nearer = float((like @ vector).max() - (unlike @ vector).max())
            searched += 1
            if nearer > best:
                best, place = nearer, (turn, start, end)
        if best < options.margin:
            note = N_("Compared {n} sentences with examples of {name}").format(
                n=searched, name=options.name
            )
            proof = Evidence(kind="absence", role=options.role, note=note)
            return Finding(False, LEAST, (proof,))
        quote = ctx.quote(*place, note=ALIKE.format(name=options.name))
        sure = min(SUREST, LEAST + (SUREST - LEAST) * (best - options.margin) / FULL)
        chance = Occasion(quote.start_s or 0.0, quote.end_s or 0.0, quote.turn, quote.quote or "")
        return Finding(
            True,
            min(sure, ctx.heard(*place)),
            (quote,),
            values={"quote": shortened(quote.quote or "")},
            occasions=(chance,),
        )

    return detect


def candidates(
    options: Meaning, ctx: Context, occasions: tuple[Occasion, ...]
) -> Iterator[tuple[int, int, int]]:
    """Turn and offsets of the sentences to compare: said at the right place, denying nothing."""
    turns = first_or_last(options.turns, ctx.turns_of(options.role))
    if options.after and occasions:
        turns = after(options, ctx, turns, occasions)
    count = 0
    for turn in turns:
        reading = ctx.reading(turn)
        small = reading.covered("backchannel")
        sentences: dict[int, list[int]] = {}
        for word, sentence in enumerate(reading.tokens.sentence):
            sentences.setdefault(sentence, []).append(word)
        for words in sentences.values():
            denied = reading.cue_words("negation") - reading.covered("not_negation")
            if len({*words} - small) < SHORTEST or denied & {*words}:
                continue
            if count == MOST_SENTENCES:
                return
            count += 1
            yield turn, *reading.offsets(words[0], words[-1] + 1)


@lru_cache(64)
def exemplars(code: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings of what means it and of what doesn't, a row each."""
    known = load_meanings(code)[name]
    like, unlike = (np.stack([*map(embedding.embed, side)]) for side in (known.like, known.unlike))
    return like, unlike
