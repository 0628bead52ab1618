"""``auricle visits import``: bookings and visits from the clinic's own system."""

from pathlib import Path

from auricle.settings import load_settings
from auricle.store import Store
from auricle.store.visits import save_visits
from ingest.visits import read_visits


def import_visits(file: Path, config: Path | None) -> None:
    """Raises ManifestError for a table with wrong rows; then nothing is written."""
    settings = load_settings(config)
    visits = read_visits(file, settings.visits, settings.clinic.zone)
    done = save_visits(Store(settings.store.path), visits, file)
    print(
        f"{done.new} new, {done.known} known before. "
        f"{done.matched} of {len(visits)} belong to a call by number and time."
    )
