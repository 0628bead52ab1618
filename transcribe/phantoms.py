"""What recognisers invent in a language: phrases of ``rubrics/lang/<code>/phantom.txt``.

Whisper repeats its inventions letter by letter, so letters are compared, not meanings.
"""

import re
import unicodedata
from functools import cache
from importlib import resources

MOST_EXTRA = 1 / 3
MOST_EXTRA_CHARS = 12
"""A text that holds phantom phrases and hardly anything else was invented: so much else, in
letters, or as a share of the phrases' own."""
DESCRIBED = re.compile(r"\s*(\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|♪[^♪]*♪?|[\s.,!?…♪♫*-])+\s*")
"""Nothing but sounds described, as subtitles do: ``[music]``, ``(laughs)``, ``*silence*``."""
SPACELESS = frozenset({"zh"})


def is_phantom(text: str, language: str) -> bool:
    """Whether a whole recognised segment is a known invention."""
    if any(map(str.isalnum, text)) and DESCRIBED.fullmatch(text):
        return True
    pattern = _pattern(language)
    letters = _letters(text, language)
    if pattern is None or not letters:
        return False
    found = sum(len(hit[0]) for hit in pattern.finditer(letters))
    extra = len(letters) - found
    return bool(found) and extra <= min(MOST_EXTRA_CHARS, MOST_EXTRA * found)


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    """One expression for all phrases of a language, longer ones first; None without a list."""
    file = resources.files("rubrics") / "lang" / language / "phantom.txt"
    if not language.isalpha() or not file.is_file():
        return None
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    phrases = [line for line in lines if line and not line.startswith("#")]
    edge = "" if language in SPACELESS else r"\b"
    parts = []
    for phrase in sorted(phrases, key=len, reverse=True):
        letters = re.escape(_letters(phrase, language))
        parts.append(f"{edge}{letters}{edge}" + (".*" if phrase.endswith("...") else ""))
    return re.compile("|".join(parts))


def _letters(text: str, language: str) -> str:
    """Lower case, words apart by one blank (none where it is written without), no punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
    blank = "" if language in SPACELESS else " "
    return blank.join(re.findall(r"[^\W_]+", text))
