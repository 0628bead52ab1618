"""What a place holds, in words: for people who have just written its address."""

from collections import Counter

from auricle.errors import PlaceError
from auricle.messages import N_
from auricle.models import LogSource
from auricle.settings import Settings
from ingest.audio import SUFFIXES
from ingest.logs.importing import candidates, recognised
from ingest.places import Place, printable

_FORMATS: dict[LogSource, str] = {
    "asterisk_cdr": "Asterisk CDR", "queue_log": "Asterisk queue_log", "3cx": "3CX",
    "twilio": "Twilio", "aircall": "Aircall",
}  # fmt: skip


def holds(place: Place, settings: Settings) -> str:
    """How many recordings, and which logs. Raises PlaceError when it can't be reached or read."""
    try:
        if not place.exists() and not place.is_folder():
            raise PlaceError(
                printable(place), N_("There is no such file or folder."),
                N_("Correct the path in auricle.toml."),
            )  # fmt: skip
        if not place.is_folder():
            return _FORMATS.get(recognised(place, settings) or "manifest", "a file")
        recordings = sum(file.suffix.lower() in SUFFIXES for file in place.files())
        logs = Counter(recognised(file, settings) for file in candidates(place))
    except (OSError, EOFError) as error:
        raise PlaceError(
            printable(place), N_("It can't be read: {error}.").format(error=error),
            N_("Give this user the right to list and to read there."),
        ) from error  # fmt: skip
    told = [f"{recordings} recordings"]
    told += [f"{logs[name]} logs ({words})" for name, words in _FORMATS.items() if logs[name]]
    return ", ".join(told)
