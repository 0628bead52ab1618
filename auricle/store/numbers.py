"""Telephone numbers that are the same however they are written."""

import re


def number_key(column: str) -> str:
    """SQL: what two spellings of a number have in common, its last nine digits; empty when hidden.

    National numbers are at least that long, ITU-T E.164 leaves the prefix open. Reading logs joins
    calls by the same key.
    """
    return rf"right(regexp_replace({column}, '\D', '', 'g'), 9)"


def digits(number: str) -> str:
    """The same key of one number."""
    return re.sub(r"\D", "", number)[-9:]
