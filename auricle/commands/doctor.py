"""``auricle doctor``: what will be used, what is missing, and how to mend it."""

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from auricle import __version__
from auricle.errors import AuricleError, PlaceError
from auricle.settings import load_settings
from ingest.places import Storage

LEAST_FREE_BYTES = 2 * 2**30
"""Models, results and playable copies of a day's calls."""
ENOUGH_CALLS, ALWAYS = 20, 0.95
"""So many stereo calls, and such a share of them, show which channel the telephone system puts the
clinic on."""


def doctor(config: Path | None, *, as_json: bool) -> int:
    """Exit code 0 when everything needed is there, 1 when not."""
    settings = load_settings(config)
    storage = Storage(settings.ingest.storage)
    checks: list[dict[str, str]] = []

    def check(name: str, find: Callable[[], str]) -> None:
        try:
            checks.append({"check": name, "state": "ok", "found": find(), "remedy": ""})
        except AuricleError as error:
            checks.append({"check": name, "state": "missing", "found": error.reason,
                           "remedy": error.remedy})  # fmt: skip

    def device() -> str:
        from transcribe.device import choose_device

        chosen = choose_device(settings.transcribe.device, settings.transcribe.compute_type)
        return f"{chosen.name}, {chosen.compute_type}, {chosen.threads} CPU threads"

    def speech_model() -> str:
        from transcribe.engine import make_plan
        from transcribe.models import whisper_folder

        plan = make_plan(settings.transcribe)
        model = plan.whisper
        if plan.server is not None:
            return model.name
        return f"{model.name} ({whisper_folder(model)})"

    def diarization() -> str:
        from transcribe.engine import make_plan
        from transcribe.models import check_diarization

        models = make_plan(settings.transcribe).diarization
        check_diarization(models)
        return models.name

    def rubric() -> str:
        from rubrics.loader import load_rubric

        found = load_rubric(settings.score.rubric)
        return f"{found.id} version {found.version}"

    def spoken() -> str:
        from auricle.checks import check_languages

        check_languages(settings)
        return ", ".join(settings.clinic.languages)

    def tones() -> str:
        from auricle.checks import check_tones

        check_tones(settings)
        return settings.ingest.tones

    def transcripts() -> str:
        from transcribe.imported import check_folder

        check_folder(settings.transcribe.transcripts)
        return str(settings.transcribe.transcripts or "none of other programs")

    def facts() -> str:
        from rubrics.facts import load_facts

        if settings.clinic.facts is None:
            return "none: what administrators say about hours and prices can't be checked"
        return load_facts(settings.clinic.facts).clinic

    def codecs() -> str:
        import av

        return f"FFmpeg in PyAV {av.__version__}, {len(av.codecs_available)} codecs"

    def place(address: str) -> Callable[[], str]:
        def find() -> str:
            from ingest.holds import holds

            try:
                return f"{address}: {holds(storage.place(address), settings)}"
            except PlaceError as error:
                raise AuricleError(f"{error.place}: {error.reason}", error.remedy) from error

        return find

    def channels() -> str:
        from auricle.store.access import as_owner
        from auricle.store.reads import administrator_sides

        told = settings.ingest.administrator_channel
        if not settings.store.path.exists():
            return f"administrator_channel = {told}"
        sides = administrator_sides(as_owner(settings.store.path))
        calls, (side, most) = sum(sides.values()), max(sides.items(), key=lambda item: item[1])
        seen = f"the administrator was on the {side} in {most} of {calls} stereo calls"
        usual = calls >= ENOUGH_CALLS and most >= ALWAYS * calls
        if usual and told not in (side, "auto"):
            raise AuricleError(f"{seen}, but administrator_channel is {told!r}.",
                               f'Set [ingest] administrator_channel = "{side}".')  # fmt: skip
        if usual and told == "auto":
            return f'{seen}: [ingest] administrator_channel = "{side}" settles doubtful ones'
        return f"administrator_channel = {told}" + (f"; {seen}" if calls else "")

    def disk() -> str:
        folder = settings.store.path.parent
        while not folder.exists():
            folder = folder.parent
        free = shutil.disk_usage(folder).free
        if free < LEAST_FREE_BYTES or not os.access(folder, os.W_OK):
            raise AuricleError(
                f"{folder} has {free / 2**30:.1f} GiB free"
                + ("" if os.access(folder, os.W_OK) else " and can't be written") + ".",
                "Free disk space, or set [store] path in auricle.toml to another disk.",
            )  # fmt: skip
        return f"{free / 2**30:.0f} GiB free in {folder}"

    checks.append({"check": "auricle", "state": "ok", "remedy": "",
                   "found": f"{__version__}, Python {platform.python_version()}, "
                            f"temporary files in {tempfile.gettempdir()}"})  # fmt: skip
    for name, find in (
        ("device", device), ("speech model", speech_model), ("diarization", diarization),
        ("channels", channels), ("codecs", codecs), ("languages", spoken), ("tones", tones),
        ("transcripts", transcripts),        ("rubric", rubric), ("fact sheet", facts),
        ("disk", disk),
    ):  # fmt: skip
        check(name, find)
    for key, addresses in (
        ("recordings", settings.ingest.recordings), ("logs", settings.ingest.logs),
        ("manifest", filter(None, [settings.ingest.manifest])),
    ):  # fmt: skip
        for address in addresses:
            check(key, place(address))
    if as_json:
        print(json.dumps({"schema": "auricle.doctor/1", "checks": checks}))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for item in checks:
            mark = "[green]ok[/]     " if item["state"] == "ok" else "[red]missing[/]"
            console.print(f"{mark}  {item['check']:13} {item['found']}")
            if item["remedy"]:
                console.print(f"         {'':13} {item['remedy']}")
    return 0 if all(item["state"] == "ok" for item in checks) else 1
