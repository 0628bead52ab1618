"""``bench/RESULTS.md``: one file, a section a benchmark, each written by its own."""

import argparse
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from auricle import __version__

RESULTS = Path(__file__).parent / "RESULTS.md"


def no_options(about: str | None) -> None:
    """For scripts that take nothing: ``--help`` prints what they do, anything else is refused."""
    argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()


def write_section(heading: str, lines: list[str]) -> str:
    """Put a section in its place, or at the end; the others stay. Returns its text."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    text = "\n".join([f"## {heading}", "", *lines]).rstrip() + "\n"
    place = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.M | re.S)
    if place.search(old):
        new = place.sub(lambda _: text + "\n", old)
    else:
        new = f"{old.rstrip()}\n\n{text}"
    RESULTS.write_text(new.rstrip() + "\n", encoding="utf-8")
    return text


def stamp(command: str) -> str:
    """What was measured when, and on what."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, Auricle {__version__}, {cores} CPU cores "
        f"({platform.machine()}), Python {platform.python_version()}"
    )


@dataclass(frozen=True)
class Timed:
    wall_s: float
    peak_mb: float
    output: str


def timed(*command: str) -> Timed:
    """Run a command; wall time and peak memory of it and its children. Raises when it fails."""
    script = (
        "import resource, subprocess, sys, time; t = time.perf_counter();"
        "p = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True);"
        "r = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
        "print(time.perf_counter() - t, r / 1024); print(p.stdout); sys.exit(p.returncode)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], stdout=subprocess.PIPE, text=True, check=True
    )
    first, _, rest = done.stdout.partition("\n")
    wall_s, peak_mb = (float(part) for part in first.split())
    return Timed(wall_s, peak_mb, rest)


def say(what: str) -> None:
    print(f"--- {what} ---", file=sys.stderr, flush=True)
