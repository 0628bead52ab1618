"""A process that reviews calls as an analyst does, for tests of several at once.

``python helpers_analyst.py STORE LOGIN ROUNDS CALL ...``: judge every call so many times.
"""

import hashlib
import sys
from pathlib import Path

from auricle.store.access import Access, Viewer
from auricle.store.reads import call_detail
from auricle.store.reviews import Judgement, submit


def main(path: Path, login: str, rounds: int, call_ids: list[str]) -> None:
    access = Access(path, Viewer(login, "analyst"))
    for number in range(rounds):
        for call_id in call_ids:
            submit(access, call_id, "queue", [Judgement("greeting", "missed", f"{login} {number}")])
            detail = call_detail(access, call_id)
            assert detail is not None and detail.scorecard is not None
            # Between two reviews people listen; far longer than this.
            hashlib.pbkdf2_hmac("sha256", b"listening", b"thinking", 200_000)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:])
