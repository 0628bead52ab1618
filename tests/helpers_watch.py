"""``auricle`` with an engine that hears the same in every call: for tests of whole processes.

``python helpers_watch.py HEARD watch -c CLINIC``: the command line; each call that is listened to
becomes a line of the file HEARD.
"""

import sys
from pathlib import Path

from helpers_fake_engine import FakeEngine

from auricle import cli, pipeline
from auricle.models import Call, Transcript

HEARD = Path(sys.argv[1])


class Listener(FakeEngine):
    def transcribe(self, call: Call, samples: object, imported: object = None) -> Transcript:
        with HEARD.open("a") as file:
            file.write(f"{call.recorded.sha256}\n")
        return super().transcribe(call, samples, imported)


if __name__ == "__main__":
    pipeline.make_engine = Listener
    sys.argv[:2] = ["auricle"]
    cli.entry()
