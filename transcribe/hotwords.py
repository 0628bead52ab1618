"""Names Whisper is told to expect: the clinic's own, its people's, its street's and its services'.

They steer what is heard, they are never put into a text afterwards. Only what is called by a name
is told, no price and no hour, so that a sheet with new prices hears the same.
"""

from auricle.settings import Clinic
from rubrics.facts import FactSheet
from transcribe.assemble import names


def hotwords(clinic: Clinic, sheet: FactSheet | None) -> tuple[str, ...]:
    """Names to expect on the clinic's calls, the surest to be said first, none twice.

    ``sheet``: the newest version of the clinic's fact sheet, if there is one.
    """
    found = [name for slot in names(clinic).values() for name in slot]
    if sheet is not None:
        found += [sheet.clinic, *sheet.aliases]
        found += [name for doctor in sheet.doctors for name in doctor.all_names()]
        found += [sheet.address] if sheet.address else []
        found += [price.service for price in sheet.prices]
        found += [name for price in sheet.prices for name in price.names]
    first: dict[str, str] = {}
    for name in found:
        first.setdefault(name.casefold(), name)
    return tuple(first.values())
