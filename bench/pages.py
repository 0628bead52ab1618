"""How fast the pages read a million calls that were never recorded.

``python -m bench.pages`` makes them up, in a folder that goes again, and prints the best of three.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from auricle.store import Store, agents, figures, line_figures, listing, reads
from auricle.store.access import as_owner
from auricle.store.filters import CallFilter

RUNS = 3

# One call every 30 s for a year: 86 % come in, of 150 000 numbers.
_CALLS = """
INSERT INTO log_calls BY NAME
SELECT concat('k', i) AS call_key, '' AS call_id, ['asterisk_cdr'] AS sources, 'Clinic' AS clinic,
       CASE WHEN outcome = 'answered' THEN concat('20', i % 8) ELSE '' END AS agent,
       CASE WHEN outcome = 'answered' AND i % 8 < 6 THEN concat('Person ', i % 8)
            ELSE '' END AS administrator,
       CASE WHEN i % 7 = 0 THEN 'outbound' ELSE 'inbound' END AS direction,
       CASE WHEN i % 7 = 0 THEN '2001' WHEN i % 31 = 0 THEN 'anonymous'
            ELSE printf('+44 20 %08d', (i * 7919) % 150000) END AS caller,
       CASE WHEN i % 7 = 0 THEN printf('020%08d', (i * 104729) % 150000)
            ELSE '442079460000' END AS callee,
       'desk' AS queue, outcome, start AS start_utc, start AS start_local,
       CAST((i * 31) % 200 AS DOUBLE) AS duration_s,
       CASE WHEN outcome = 'answered' THEN CAST((i * 13) % 90 AS DOUBLE) END AS wait_s,
       '' AS ended_by, [] AS conflicts
FROM (
    SELECT i, TIMESTAMP '2025-01-01 08:00:00' + to_seconds(i * 30) AS start,
           CASE WHEN (i * 17) % 100 < 72 THEN 'answered' WHEN (i * 17) % 100 < 84 THEN 'abandoned'
                WHEN (i * 17) % 100 < 94 THEN 'unanswered' WHEN (i * 17) % 100 < 98 THEN 'busy'
                ELSE '' END AS outcome
    FROM range(?) calls(i)
)
"""


def made_up(folder: Path, calls: int) -> Path:
    """A store with so many unrecorded calls in ``folder``; its path."""
    store = Store(folder / "auricle.duckdb")
    with store.importing() as connection:
        connection.execute(_CALLS, [calls])
    return store.path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    options = parser.parse_args()
    everything = CallFilter()
    with tempfile.TemporaryDirectory() as folder:
        access = as_owner(made_up(Path(folder), options.calls))
        uses: dict[str, Callable[[], object]] = {
            "Line: counts": lambda: line_figures.line_figures(access, everything),
            "Line: call back": lambda: line_figures.call_back(access, everything),
            "Overview": lambda: figures.figures(access, everything),
            "filters": lambda: reads.choices(access),
            "Calls: first page": lambda: listing.calls(access, everything),
            "Calls: missed": lambda: listing.calls(access, CallFilter(result="missed")),
            "Desks": lambda: agents.unknown_agents(access),
        }
        print(f"{options.calls:,} unrecorded calls")
        for name, use in uses.items():
            took = []
            for _ in range(RUNS):
                begin, worked = time.perf_counter(), time.process_time()
                use()
                took.append((time.perf_counter() - begin, time.process_time() - worked))
            wall_s, cpu_s = min(took)
            print(f"{name:20} {wall_s:.2f} s, {cpu_s:.2f} s of computing on all cores")


if __name__ == "__main__":
    main()
