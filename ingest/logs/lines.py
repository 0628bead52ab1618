"""Reading a log that may be growing: only its new lines, in whatever encoding they are."""

import hashlib
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

BLOCK_BYTES = 8 * 1024 * 1024
"""Read at once: large enough for DuckDB to work on in bulk, small enough to bound memory."""
HEAD_BYTES = 4096
"""The beginning that tells one log from another, whatever it is called today."""
LONGEST_LINE = 64 * 1024
"""Characters. No switch writes longer records: a file without line ends isn't a log."""


Read = TypeVar("Read")


@dataclass(frozen=True)
class Block:
    """Consecutive lines of a log."""

    lines: pa.Table
    """Columns ``line`` (number in the file, the first is 1) and ``text`` (without its line end)."""
    end_byte: int
    """Where the next block begins."""
    end_line: int
    """Number of the last line."""
    odd_line: int | None
    """The first line that wasn't UTF-8 and was read as Windows-1252, if there was one."""
    odd_lines: int
    unfinished: bool
    """The last line has no line end yet; ``end_byte`` lies before it."""


def blocks(file: BinaryIO, first_byte: int, lines_before: int) -> Iterator[Block]:
    """The lines of ``file`` from ``first_byte`` on, of which ``lines_before`` precede.

    A last line without a line end comes too, marked ``unfinished``: it may be a table's last row
    or half of a record still being written, and only its reader can tell.
    """
    file.seek(first_byte)
    at, number, rest = first_byte, lines_before, b""
    for read in itertools.chain(iter(lambda: file.read(BLOCK_BYTES), b""), [None]):
        raw = rest + (read or b"")
        cut = raw.rfind(b"\n") + 1
        if read is None:
            cut = len(raw)
        whole, rest = raw[:cut], raw[cut:]
        if not whole:
            continue
        unfinished = not whole.endswith(b"\n")
        texts, odd = _texts(whole if unfinished else whole[:-1])
        numbers = pa.array(range(number + 1, number + 1 + len(texts)), pa.int64())
        done = len(whole) if not unfinished else whole.rfind(b"\n") + 1
        at, number = at + done, number + len(texts)
        yield Block(
            lines=pa.table({"line": numbers, "text": texts}),
            end_byte=at,
            end_line=number - unfinished,
            odd_line=number - len(texts) + 1 + odd[0] if odd else None,
            odd_lines=len(odd),
            unfinished=unfinished,
        )


def ahead(read: Iterator[Read]) -> Iterator[Read]:
    """The same, each read on another core while the one before is worked on."""
    with ThreadPoolExecutor(1) as pool:
        upcoming = pool.submit(next, read, None)
        while (block := upcoming.result()) is not None:
            upcoming = pool.submit(next, read, None)
            yield block


def _texts(raw: bytes) -> tuple[pa.Array, list[int]]:
    """The lines of some bytes, and the indices of those that weren't UTF-8.

    A log that several programs write to mixes encodings, so each line is decoded by itself.
    """
    raw = raw.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
    odd: list[int] = []
    try:
        texts = pc.split_pattern(pa.scalar(raw.decode(), pa.large_string()), "\n").values
    except UnicodeDecodeError:
        lines = []
        for index, line in enumerate(raw.split(b"\n")):
            try:
                lines.append(line.decode())
            except UnicodeDecodeError:
                lines.append(line.decode("cp1252", "replace"))
                odd.append(index)
        texts = pa.array(lines, pa.large_string())
    if b"\r" in raw:
        texts = pc.replace_substring_regex(texts, "\r$", "")
    if pc.max(pc.binary_length(texts)).as_py() > LONGEST_LINE:
        texts = pc.utf8_slice_codeunits(texts, 0, LONGEST_LINE)
    return texts.cast(pa.string()), odd


def head(file: BinaryIO, size: int = HEAD_BYTES) -> bytes:
    """The first bytes of a file, ``size`` at most."""
    file.seek(0)
    return file.read(size)


def fingerprint(beginning: bytes) -> str:
    return hashlib.sha256(beginning).hexdigest()
