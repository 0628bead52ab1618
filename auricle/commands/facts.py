"""``auricle facts template / import``: the fact sheet as a workbook, and back."""

from importlib.resources import as_file, files
from pathlib import Path

import yaml

from auricle.errors import SettingsError
from rubrics.facts import FactSheet, load_facts
from rubrics.workbook import plain, read_workbook, write_workbook

DIVIDER = "---\n"


def template(file: Path) -> None:
    """Write a workbook to fill in. Raises SettingsError rather than overwrite one."""
    write_workbook(_example(), file)
    print(f"Wrote {file}. Fill it in, then: auricle facts import {file}")


def _example() -> FactSheet:
    """The made-up clinic that ``auricle init`` and the template begin with."""
    with as_file(files("auricle").joinpath("templates", "facts.yaml")) as example:
        return load_facts(example)


def import_workbook(file: Path, to: Path) -> None:
    """Add a workbook to a fact sheet as its newest version; it takes the place of the example.

    Raises SettingsError for a workbook that can't be read, a version without a date of its own, or
    a fact sheet that can't be written.
    """
    sheet = read_workbook(file)
    text = yaml.safe_dump(plain(sheet), allow_unicode=True, sort_keys=False)
    now = load_facts(to) if to.exists() else None
    if now and now != _example():  # what is made up was never true
        taken = {now.valid_from, *(old.valid_from for old in now.earlier)}
        if None in taken or sheet.valid_from is None:
            raise SettingsError(
                f"{to} has a version already, and one of the two has no date.",
                "Give both their valid_from, on the sheet 'clinic' and in the file.",
            )
        if sheet.valid_from in taken:
            raise SettingsError(
                f"{to} has a version of {sheet.valid_from} already.",
                "Give this one its own valid_from, or remove the old one from the file.",
            )
        text = f"{to.read_text('utf-8').rstrip()}\n{DIVIDER}{text}"
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(
            f"{to} can't be written: {error.strerror}.", "Choose another place with --to."
        ) from error
    since = f", valid from {sheet.valid_from}" if sheet.valid_from else ""
    print(
        f"{to}: {len(sheet.prices)} prices, {len(sheet.doctors)} doctors, "
        f"{len(sheet.rules)} rules, {len(sheet.special_days)} special days{since}"
    )
