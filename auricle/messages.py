"""Texts for people that are written here and translated elsewhere: by the pages that show them.

What varies in a text stands in braces and is filled in with ``format`` at once: what is kept (a
verdict's reason, an error) is English, and ``dashboards.retelling.retold`` finds the text that it
was made of, by what stands around the braces.
"""


def N_(text: str) -> str:
    """Marks an English text for ``tools/languages.py``, and leaves it as it is."""
    return text


def P_(text: str) -> str:
    """The same for a part of a text, which is looked for inside others only."""
    return text


def NN_(one: str, many: str, n: int) -> str:
    """The same for a text with a number ``{n}``: the one that goes with it, still to be filled in.

    Other languages have more forms than these two.
    """
    return one if n == 1 else many


def percent(share: float) -> str:
    """``45%``"""
    return P_("{n}%").format(n=f"{share:.0%}"[:-1])
