"""``auricle teach``: who is who at a clinic, learned from calls whose roles people put right."""

import json
import sys
from pathlib import Path

from auricle.commands import learned
from auricle.settings import load_settings
from auricle.store.access import as_owner
from auricle.store.corrections import calls_with_corrected_roles
from auricle.store.reads import call_detail
from transcribe.taught import FEWEST_CALLS, Corrected, Teaching, learn

FILE_NAME = "teaching.json"


def teach(config: Path | None, out: Path | None, *, as_json: bool) -> int:
    """Learn, report and write the file. Returns 1 when no call's roles were corrected.

    Raises SettingsError.
    """
    settings = load_settings(config)
    access = as_owner(settings.store.path)
    details = (call_detail(access, call_id) for call_id in calls_with_corrected_roles(access))
    teaching = learn(
        [Corrected(one.call, one.transcript) for one in details if one and one.transcript]
    )
    target = out or settings.transcribe.taught or Path(FILE_NAME)
    if teaching.clinics:
        learned.write(target, teaching.model_dump_json(by_alias=True, indent=1))
    if as_json:
        told = teaching.model_dump(mode="json", by_alias=True)
        print(json.dumps(told, ensure_ascii=False))
        return 0 if teaching.clinics else 1
    _tell(teaching)
    if not teaching.clinics:
        print("Nobody has corrected roles yet; nothing was written.", file=sys.stderr)
        return 1
    learned.tell(target, "[transcribe] taught", settings.transcribe.taught)
    return 0


def _tell(teaching: Teaching) -> None:
    for clinic, taught in teaching.clinics.items():
        print(f"{clinic or 'no clinic named'}: {len(taught.calls)} corrected calls")
        for direction, (left, right) in sorted(taught.sides.items()):
            print(f"  {direction}: administrator on the left in {left}, on the right in {right}")
        for language, words in sorted(taught.words.items()):
            print(f"  {language}: {len(words)} words and pairs of words")
        if not taught.words:
            print(f"  no words: {FEWEST_CALLS} calls in a language are needed, with some in common")
