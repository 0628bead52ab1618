"""A quote is as short as it proves; words to be taken over are whole sentences."""

import re
from collections.abc import Sequence

from auricle.models import Evidence, Word

END = re.compile(
    r"(?<!\b[dD]r)(?<!\b[mM]r)(?<!\b[mM]s)(?<!\b[mM]rs)(?<!\b[sS]t)[.?!]+(?=\s|$)|[\u3002\uff01\uff1f]+"
)
"""Not after a title: 'with Dr. Patel'."""


def whole_sentences(said: Evidence, text: str, words: Sequence[Word]) -> Evidence:
    """The sentences of a turn that hold a quote, with the times of their words.

    ``text`` and ``words`` are the turn's. As it is where the quote isn't in the text.
    """
    at = text.find(said.quote or "")
    if not said.quote or at < 0:
        return said
    start = max((end.end() for end in END.finditer(text, 0, at)), default=0)
    after = END.search(text, at + len(said.quote) - 1)
    stop = after.end() if after else len(text)
    times, place = [], 0
    for word in words:
        found = text.find(word.text.strip(), place)
        if found < 0:
            break  # text and words disagree: nothing behind can be located
        place = found + len(word.text.strip())
        if start <= found < stop:
            times.append(word)
    within = {"start_s": times[0].start_s, "end_s": times[-1].end_s} if times else {}
    return said.model_copy(update={"quote": text[start:stop].strip(), **within})
