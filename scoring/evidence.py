"""The evidence rule: a quote stands verbatim in the turn it names, under the right role."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from operator import itemgetter

from auricle.messages import NN_, P_
from auricle.models import Evidence, Role, Transcript, Turn
from rubrics.kept import kept
from rubrics.schema import Speaker

Spans = tuple[tuple[int, int], ...]

CHINESE = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
PIECE = re.compile(f"[{CHINESE}]|[^\\s{CHINESE}]+")
"""A word, or a Chinese character or punctuation mark."""
BY: dict[Role, str] = {
    "administrator": P_("the quote is by the administrator"),
    "patient": P_("the quote is by the patient"),
    "ivr": P_("the quote is by the ivr"),
    "unknown": P_("the quote is by the unknown"),
}
SHOWN = 8
"""Words of a quote in a reason or note."""


def word_spans(turn: Turn) -> Spans:
    """Character offsets of each word in the turn's text; stops at a word that isn't there."""
    spans: list[tuple[int, int]] = []
    said, at = turn.text, 0
    for word in turn.words:
        text = word.text.strip()
        start = said.find(text, at)
        if start < 0 or (start > at and not said[at:start].isspace()):
            break  # text and words disagree: nothing behind can be located
        at = start + len(text)
        spans.append((start, at))
    return tuple(spans)


def touched(spans: Spans, start: int, end: int) -> tuple[int, int]:
    """The first of the words that touch two offsets, and the one behind the last."""
    first = bisect_right(spans, start, key=itemgetter(1))
    return first, max(first, bisect_left(spans, end, key=itemgetter(0)))


def quote(
    said: Turn, turn: int, spans: Spans, start: int, end: int, note: str | None = None
) -> Evidence:
    """The words that touch offsets ``start`` to ``end``, whole, with the times of first and last.

    ``turn`` is the index of ``said``, ``spans`` its ``word_spans``. Without word times the turn's
    own times are given.
    """
    first, behind = touched(spans, start, end)
    if first < behind:
        text = said.text[spans[first][0] : spans[behind - 1][1]]
        start_s, end_s = said.words[first].start_s, said.words[behind - 1].end_s
    else:
        pieces = [m for m in PIECE.finditer(said.text) if m.start() < end and start < m.end()]
        if pieces:  # whole words, as above
            start, end = pieces[0].start(), pieces[-1].end()
        text, start_s, end_s = said.text[start:end], said.start_s, said.end_s
    return Evidence(
        kind="quote",
        role=said.role,
        turn=turn,
        start_s=start_s,
        end_s=end_s,
        quote=text,
        note=note,
    )


def problem(evidence: Evidence, transcript: Transcript, role: Role | None) -> str:
    """Why this evidence proves nothing; empty when it holds.

    ``role`` is the one the criterion is about, or None when either side may be quoted.
    """
    if evidence.kind != "quote":
        return ""
    if evidence.turn is None or not 0 <= evidence.turn < len(transcript.turns):
        return P_("the quote names no turn")
    turn = transcript.turns[evidence.turn]
    if evidence.role != turn.role or (role is not None and turn.role != role):
        return BY[turn.role]
    quoted = pieces(evidence.quote or "")
    spoken = pieces(" ".join(w.text for w in turn.words) or turn.text)
    if not quoted.strip() or quoted not in spoken:
        return P_("the quote is not in the words of that turn")
    return ""


@kept
def pieces(text: str) -> str:
    """Its words with blanks around each."""
    return f" {' '.join(PIECE.findall(unicodedata.normalize('NFC', text)))} "


def at(seconds: float) -> str:
    """A moment as the player shows it: ``1:05``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def not_heard(turns: int, role: Speaker, sought: str) -> str:
    """What was searched in vain, and in how many turns."""
    if role == "patient":
        text = NN_(
            "Not heard in {n} turn of the patient: {sought}",
            "Not heard in {n} turns of the patient: {sought}",
            turns,
        )
    else:
        text = NN_(
            "Not heard in {n} turn of the administrator: {sought}",
            "Not heard in {n} turns of the administrator: {sought}",
            turns,
        )
    return text.format(n=turns, sought=sought)


def shortened(text: str, words: int = SHOWN) -> str:
    """The first words of a quote, for a sentence."""
    parts = text.split()
    return " ".join(parts[:words]).rstrip(" ,.;:") + (" ..." if len(parts) > words else "")
