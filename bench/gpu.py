"""How fast a batch of mono calls goes on this machine's GPU; ``make bench-gpu`` writes it to
``bench/RESULTS.md``. Without a GPU it says so and changes nothing.

    python -m bench.gpu [--calls 64]

Three-minute calls put together from the sample clinic's mono ones are transcribed with speakers and
roles, as ``auricle run`` does, with the models of the settings ``auto``.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from auricle.commands.demo import SAMPLE
from auricle.models import Transcript
from bench.results import stamp, write_section
from bench.speech import MONO, Bench, heard_by, percent, sample_set, score
from ingest.audio import RATE_HZ, decode
from ingest.playback import write_samples

CALL_S = 180
PARTS = ("rd-1007.opus", "rd-1019.opus", "rd-1011.opus")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure transcription on a GPU.")
    parser.add_argument("--calls", type=int, default=64)
    options = parser.parse_args()
    import ctranslate2

    if not ctranslate2.get_cuda_device_count():
        sys.exit("There is no GPU here: nothing was measured, and bench/RESULTS.md is as it was.")
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = np.concatenate(
            [decode(SAMPLE / "recordings" / part).samples[:1] for part in PARTS], axis=1
        )
        files = []
        for number in range(options.calls):  # each begins elsewhere: no two calls are the same
            shifted = np.roll(whole, -number * 7 * RATE_HZ, axis=1)[:, : CALL_S * RATE_HZ]
            files.append(folder / f"call-{number}.ogg")
            write_samples(shifted, files[-1])
        bench = Bench(folder, Path(sys.executable), cores, math.inf)
        found = heard_by("auricle", f"{options.calls} calls", files, bench)
        right = sample_set("sample clinic, mono", MONO)
        calls = heard_by("auricle", right.name, right.files, bench)["calls"]
        scores = [score(right, call, Transcript.model_validate(heard["transcript"]))
                  for call, heard in calls.items()]  # fmt: skip
    models = next(iter(calls.values()))["transcript"]["provenance"]["models"]
    faster = options.calls * CALL_S / found["wall_s"]
    lines = [
        f"{stamp('make bench-gpu')}, {device()}; {json.dumps(models)}.", "",
        f"{options.calls} mono calls of {CALL_S / 60:.0f} minutes with speakers: "
        f"{found['wall_s']:.0f} s, {faster:.0f} x real time (wanted >= 120), loading "
        f"{found['load_s']:.0f} s, {found['peak_mb']:.0f} MB of the machine's own memory. "
        f"{len(calls)} sample calls: WER {percent('wer', scores)}, DER {percent('der', scores)}.",
    ]  # fmt: skip
    print(write_section("GPU", lines))


def device() -> str:
    """The GPU's name, memory and driver, as its driver says."""
    query = ("nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
    return subprocess.run(query, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
