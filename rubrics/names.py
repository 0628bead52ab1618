"""Find a clinic's or a person's name in recognised speech, which spells names as it likes."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

Slots = Mapping[str, Sequence[str]]
"""Slot name (``clinic``, ``administrator``) -> the spellings it may have."""

WORD = re.compile(r"[^\W_]+")
CHINESE = re.compile("[\u4e00-\u9fff]")
"""Written without blanks, so a name may stand anywhere."""
MIN_LETTERS = 3
SHORT = 5
"""Names of fewer letters are found only as they are spelt."""
MIN_RATIO = 0.82
"""Similar enough to be a misheard name: 'bright smile dentle' for 'Brightsmile Dental'."""


def find_names(text: str, slots: Slots) -> dict[tuple[int, int], str]:
    """Character span -> ``<slot>`` of every name found; spans don't overlap, longest first."""
    words = list(WORD.finditer(text))
    heard = [word[0].lower() for word in words]
    found: list[tuple[float, tuple[int, int], str]] = []
    for slot, names in slots.items():
        for name in names:
            target = squeeze(name)
            if CHINESE.match(name):
                found += [
                    (1.0 + len(name) / 1000, m.span(), f"<{slot}>")
                    for m in re.finditer(re.escape(name), text)
                ]
                continue
            if len(target) < MIN_LETTERS:
                continue
            size = len(WORD.findall(name))
            for i, first in enumerate(heard):
                for width in range(max(1, size - 1), min(size + 3, len(words) - i + 1)):
                    last = heard[i + width - 1]
                    if first[0] != target[0] and last[-1] != target[-1]:
                        continue  # misheard at both ends: another word
                    ratio = similarity("".join(heard[i : i + width]), target)
                    if ratio >= MIN_RATIO:
                        span = (words[i].start(), words[i + width - 1].end())
                        found.append((ratio + len(target) / 1000, span, f"<{slot}>"))
    taken: dict[tuple[int, int], str] = {}
    for _, span, slot in sorted(found, key=lambda f: (-f[0], f[1])):
        if all(span[1] <= start or end <= span[0] for start, end in taken):
            taken[span] = slot
    return taken


def squeeze(name: str) -> str:
    return "".join(WORD.findall(name.lower()))


def similarity(heard: str, target: str) -> float:
    """0..1; short names must be heard exactly, so that 'Anna' is not 'and a'."""
    if heard == target:
        return 1.0
    if len(target) < SHORT or abs(len(heard) - len(target)) > len(target) * 0.3:
        return 0.0
    matcher = SequenceMatcher(None, heard, target, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= MIN_RATIO else 0.0
