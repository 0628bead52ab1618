"""Write ``rubrics/lang/<code>/everyday.txt``: common words that look technical.

    pip install wordfreq==3.1.1
    python tools/write_everyday.py en pl ru uk

A long word with a medical beginning, ending or part (``language.yaml``) is technical, unless
everybody knows it: 'arrival' and 'operation' end as 'epigastric' and 'temporisation' might. Common
is what occurs at least four times in ten million words (Zipf frequency 2.6). Run again when the
beginnings, endings or parts of a language change.
"""

import sys
import textwrap
from importlib import resources
from pathlib import Path

from rubrics.language import LONG_WORD, normalise, vocabulary

COMMON = 4e-7
"""Share of all words from which on a word is an everyday one."""
HEAD = """# Common words that look technical: not less frequent than {common:g}, by wordfreq 3.1.1
# (Robyn Speer, github.com/rspeer/wordfreq). Chosen from its data, so CC BY-SA 4.0 as they are.
# Made by: python tools/write_everyday.py {code}
"""


def everyday(code: str) -> list[str]:
    """The common words of a language, in dictionary form too, that are shaped as technical ones."""
    from wordfreq import get_frequency_dict

    known = vocabulary(code)
    common = (word for word, share in get_frequency_dict(code).items() if share >= COMMON)
    long = {normalise(word) for word in common if word.isalpha() and len(word) >= LONG_WORD}
    forms = {form for word in long for form in known.forms(word) if len(form) >= LONG_WORD}
    rules = known.roots + known.endings
    return sorted(form for form in forms if any(rule.search(form) for _, rule in rules))


def main() -> None:
    for code in sys.argv[1:]:
        folder = Path(str(resources.files("rubrics") / "lang" / code))
        words = textwrap.fill(" ".join(everyday(code)), 98, break_on_hyphens=False)
        head = HEAD.format(common=COMMON, code=code)
        (folder / "everyday.txt").write_text(f"{head}{words}\n", "utf-8")


if __name__ == "__main__":
    main()
