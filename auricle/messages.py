"""Texts for people that are written here and translated elsewhere: by the pages that show them."""


def N_(text: str) -> str:
    """Marks an English text for ``tools/languages.py``, and leaves it as it is.

    What varies in it stands in braces and is filled in with ``format`` at once: what is kept
    (a verdict's reason, an error) is English, and ``dashboards.language.retold`` finds the text
    that it was made of.
    """
    return text
