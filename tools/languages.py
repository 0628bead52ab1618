"""Collect every text that people read, and bring each language's catalogue up to date with them.

python tools/languages.py [--check] [CODE ...]

Writes rubrics/lang/CODE/pages.po of every language that has one, and of each CODE named. New texts
stand there empty, to be translated; those that are gone are removed. --check: writes nothing, exits
with 1 if a catalogue is out of date, or has a text that isn't translated or has other placeholders.
"""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from auricle.strict import read_yaml
from dashboards.language import FILE, placeholders, usable
from dashboards.retelling import PART
from rubrics.language import languages
from rubrics.loader import list_rubrics, load_rubric
from rubrics.phrases import Phrasebook
from rubrics.schema import Test
from scoring.detectors.phrases import what

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ROOT / "rubrics" / "lang"
PYTHON = {"_": 1, "N_": 1, "P_": 1, "n_": 2, "NN_": 2}
"""Functions, and how many of their first arguments are texts."""
TRANSLATORS = re.compile(r"\s*# (Translators: .*)")
SCRIPT = {"t": None}
TOLD = frozenset({"title", "description", "because", "otherwise_because"})
"""Keys of rubrics and of kinds of calls that people read."""
CHANGING = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To'
    r"|Project-Id-Version|Generated-By):.*\n",
    re.MULTILINE,
)
"""Lines of a header that say nothing of the texts."""


def texts() -> Catalog:
    """Every text, with the files it comes from."""
    found = Catalog(fuzzy=False)
    for path in sorted(ROOT.glob("dashboards/**/*.py")):
        _python(found, path)
    for path in sorted(ROOT.glob("dashboards/components/*/*.js")):
        _script(found, path)
    for folder in ("auricle", "ingest", "rubrics", "scoring", "transcribe"):
        for path in sorted(ROOT.glob(f"{folder}/**/*.py")):
            _python(found, path)
    for path in sorted([*ROOT.glob("rubrics/*.yaml"), *ROOT.glob("rubrics/kinds/*.yaml")]):
        for text in told(read_yaml(path.read_text("utf-8"), str(path))):
            _add(found, text, path)
    for path, text in sought():
        _add(found, text, path)
    return found


def sought() -> Iterator[tuple[Path, str]]:
    """What the phrase lists that ready rubrics ask for say of themselves: verdicts name it where
    nothing was heard."""
    tests = [test for name in list_rubrics() for test in load_rubric(name).tests()]
    names = {name for test in tests for name in _lists(test)}
    for code in languages():
        book = Phrasebook.load(code)
        for name in sorted(filter(book.has, names)):
            yield LANGUAGES / code, what(code, name)


def _lists(test: Test) -> Iterator[str]:
    if test.phrases:
        yield from test.phrases.lists
    for child in test.children():
        yield from _lists(child)


def told(data: Any) -> Iterator[str]:
    """What people read of a rubric, in its order. Examples are calls, not texts."""
    if isinstance(data, list):
        for item in data:
            yield from told(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in TOLD and isinstance(value, str):
                yield value.strip()
            elif not str(key).startswith("example"):
                yield from told(value)


def _python(found: Catalog, path: Path) -> None:
    """Read as a tree: in tokens the calls inside f-strings don't show before Python 3.12."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    for call in _calls(ast.parse(source)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        said = [arg.value for arg in call.args[: PYTHON.get(name, 0)]
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]  # fmt: skip
        if said:
            above = TRANSLATORS.match(lines[call.lineno - 2]) if call.lineno > 1 else None
            text = said[0] if len(said) == 1 else tuple(said)
            about = [above[1]] if above else []
            _add(found, text, path, [*about, PART] if name == "P_" else about)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """In the order of the source."""
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _calls(child)


def _script(found: Catalog, path: Path) -> None:
    with path.open("rb") as file:
        for _line, text, comments, _context in extract(
            "javascript", file, SCRIPT, ["Translators:"], {"encoding": "utf-8"}
        ):
            _add(found, text, path, comments)


def _add(
    found: Catalog, text: str | tuple[str, ...], path: Path, comments: Iterable[str] = ()
) -> None:
    if isinstance(text, str) and re.fullmatch(r"\{\w+\}", text):
        return  # "{said}"
    found.add(text, locations=[(str(path.relative_to(ROOT)), 0)], auto_comments=[*comments])


def updated(path: Path, all_texts: Catalog) -> str:
    """A catalogue with exactly these texts, and the translations it has already."""
    code = path.parent.name
    old = path.read_bytes() if path.is_file() else b""
    catalogue = read_po(io.BytesIO(old), locale=code) if old else Catalog(locale=code, fuzzy=False)
    named = Locale(code).english_name
    catalogue.header_comment = f"# Texts of the pages and of the rubrics in {named}."
    catalogue.update(all_texts, no_fuzzy_matching=True)
    written = io.BytesIO()
    write_po(written, catalogue, width=100, ignore_obsolete=True, include_lineno=False)
    return CHANGING.sub("", written.getvalue().decode("utf-8"))


def lacking(catalogue: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, a line a text."""
    for message in catalogue:
        if message.id:
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            if not all(said):
                yield f"not translated: {_first(message)!r}"
            elif message.fuzzy:
                yield f"marked as fuzzy: {_first(message)!r}"
            elif not usable(message) or {*placeholders(_first(message))} - {
                *placeholders(said[-1])
            }:
                yield f"other placeholders: {_first(message)!r}"


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def main() -> int:
    codes = {arg for arg in sys.argv[1:] if arg != "--check"}
    paths = {*LANGUAGES.glob(f"*/{FILE}"), *(LANGUAGES / code / FILE for code in codes)}
    all_texts = texts()
    wrong = 0
    for path in sorted(paths):
        text = updated(path, all_texts)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            print(f"{path} is out of date: run python tools/languages.py", file=sys.stderr)
            wrong += 1
        for line in lacking(read_po(io.StringIO(text), locale=path.parent.name)):
            print(f"{path.relative_to(ROOT)}: {line}", file=sys.stderr)
            wrong += 1
    return 1 if wrong and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
