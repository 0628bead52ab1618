"""Phrase patterns of languages written without blanks: one regular expression a list.

A text is a string of one character a token, so that offsets in it number its tokens. Names found in
the text stand in it as single characters of Unicode's private use area.
"""

import re
from collections.abc import Mapping, Sequence

from auricle.errors import SettingsError
from rubrics.patterns import TOKEN

NAMES = {"<clinic>": "\ue000", "<administrator>": "\ue001", "<name>": "\ue002"}
DEFAULT_GAP = 6
"""Characters that ``...`` may stand for: about three words."""

Members = Mapping[str, Sequence[str]]
"""Slot -> what may fill it."""


def text_of(words: Sequence[str]) -> str:
    """A text's tokens as one string, a character each."""
    return "".join(NAMES.get(word, word[0]) for word in words).lower()


def list_regex(lines: Sequence[str], members: Members) -> re.Pattern[str]:
    """All patterns of a list, longest first; group *n* is the *n*-th of ``ordered(lines)``."""
    found = [Parser(line, members).whole() for line in ordered(lines)]
    firsts = "".join(sorted({c for _, chars in found for c in chars}))
    return re.compile(f"(?=[{re.escape(firsts)}])(?:{'|'.join(f'({r})' for r, _ in found)})")


def ordered(lines: Sequence[str]) -> list[str]:
    return sorted(lines, key=lambda line: (-len(line), line))


class Parser:
    """One pattern line as a regular expression, with the characters it may begin with."""

    def __init__(self, line: str, members: Members) -> None:
        self.line, self.members = line, members
        self.tokens = TOKEN.findall(line)
        self.at = 0

    def whole(self) -> tuple[str, frozenset[str]]:
        regex, firsts, empty = self.choice()
        if self.at < len(self.tokens):
            raise SettingsError(f"Pattern '{self.line}': brackets don't match.", "Check them.")
        if empty:
            raise SettingsError(f"Pattern '{self.line}' could match nothing.", "Require a word.")
        return regex, firsts

    def choice(self) -> tuple[str, frozenset[str], bool]:
        parts = [self.sequence()]
        while self.at < len(self.tokens) and self.tokens[self.at] == "|":
            self.at += 1
            parts.append(self.sequence())
        regexes = sorted((regex for regex, _, _ in parts), key=len, reverse=True)
        firsts = frozenset().union(*(f for _, f, _ in parts))
        return "|".join(regexes), firsts, any(empty for _, _, empty in parts)

    def sequence(self) -> tuple[str, frozenset[str], bool]:
        regex, firsts, empty = "", frozenset[str](), True
        while self.at < len(self.tokens) and self.tokens[self.at][0] not in "|)":
            piece, begins, nothing = self.item()
            regex += piece
            if empty:
                firsts |= begins
            empty = empty and nothing
        return regex, firsts, empty

    def item(self) -> tuple[str, frozenset[str], bool]:
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":
            inner, firsts, empty = self.choice()
            closing = self.tokens[self.at] if self.at < len(self.tokens) else ""
            if closing[:1] != ")":
                raise SettingsError(f"Pattern '{self.line}': brackets don't match.", "Check them.")
            self.at += 1
            optional = closing == ")?"
            return f"(?:{inner}){'?' * optional}", firsts, empty or optional
        if token.startswith("..."):
            return f".{{0,{token[3:] or DEFAULT_GAP}}}?", frozenset(), True
        word = token.removesuffix("?").removeprefix("=").lower()
        forms = self.forms(word)
        regex = "|".join(map(re.escape, forms))
        optional = token.endswith("?")
        return f"(?:{regex}){'?' * optional}", frozenset(f[0] for f in forms), optional

    def forms(self, word: str) -> list[str]:
        if word in NAMES:
            alike = ("<administrator>", "<name>") if word == "<name>" else (word,)
            return [NAMES[name] for name in alike]
        if word.startswith("<"):
            return sorted(self.members.get(word[1:-1], ()), key=len, reverse=True) or ["\uffff"]
        return [word]
