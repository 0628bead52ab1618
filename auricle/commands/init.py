"""``auricle init``: a folder to start from."""

import shutil
from importlib.resources import files
from pathlib import Path

from auricle.errors import SettingsError
from auricle.settings import FILE_NAME


def init(directory: Path) -> None:
    """Write the three files into ``directory``. Raises SettingsError rather than overwrite one."""
    templates = files("auricle").joinpath("templates")
    targets = {
        FILE_NAME: templates.joinpath(FILE_NAME),
        "facts.yaml": templates.joinpath("facts.yaml"),
        "rubric.yaml": files("rubrics").joinpath("clinic-phone.yaml"),
    }
    for name in targets:
        if (directory / name).exists():
            raise SettingsError(
                f"{directory / name} exists already.", "Choose another folder, or move it away."
            )
    try:
        (directory / "recordings").mkdir(parents=True, exist_ok=True)
        for name, template in targets.items():
            with template.open("rb") as source, (directory / name).open("wb") as target:
                shutil.copyfileobj(source, target)
    except OSError as error:
        raise SettingsError(
            f"{directory} can't be written: {error.strerror}.", "Choose another folder."
        ) from error
    print(f"Wrote {', '.join(targets)} and an empty folder recordings to {directory}.")
    print(f"Next: edit {directory / FILE_NAME}, copy recordings into {directory / 'recordings'},")
    print(f"then: cd {directory} && auricle run && auricle dashboard")
