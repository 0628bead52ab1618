"""Files that Auricle learns from people's work, and that the settings then name."""

import json
from pathlib import Path

from auricle.errors import SettingsError


def write(target: Path, text: str) -> None:
    """Raises SettingsError when it can't be written."""
    try:
        target.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise SettingsError(
            f"{target} can't be written: {error.strerror}.", "Give another path to --out."
        ) from error


def tell(target: Path, setting: str, used: Path | None) -> None:
    """Where it is, and how to use it. ``setting``: as ``[score] calibration``."""
    print(f"Written to {target}.")
    if used != target:
        print(f"To use it: {setting} = {json.dumps(str(target))} in auricle.toml.")
