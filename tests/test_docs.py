"""What the documentation derives from the code is up to date."""

import subprocess
import sys

from helpers_clinic import ROOT, environment


def test_the_command_reference_and_the_schemas_are_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "write_docs.py", "--check"],
        env=environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
