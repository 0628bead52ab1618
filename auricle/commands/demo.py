"""``auricle demo`` and ``auricle dashboard``."""

from pathlib import Path

from auricle.commands.run import show, with_progress
from auricle.desks import read_desks, write_desks
from auricle.errors import SettingsError
from auricle.settings import load_settings

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


def demo(data: Path, *, serve: bool) -> int:
    """Run the pipeline on the sample clinic into ``data``, then serve. Returns the exit code."""
    if not SAMPLE.is_dir():
        raise SettingsError(
            f"The sample clinic is not in {SAMPLE}.",
            "It comes with the repository: run the demo from a clone.",
        )
    settings = load_settings(SAMPLE)
    store = settings.store.model_copy(update={"path": data.absolute() / "auricle.duckdb"})
    # The dashboards write this file, and the sample stays as it is.
    desks = data.absolute() / "desks.csv"
    if not desks.exists():
        write_desks(desks, read_desks(settings.clinic.desks))
    clinic = settings.clinic.model_copy(update={"desks": desks})
    settings = settings.model_copy(update={"store": store, "clinic": clinic})
    summary = with_progress(settings)
    show(summary, settings)
    code = 1 if summary.errors else 0
    if not serve:
        return code
    from dashboards.serve import serve as serve_dashboards

    return serve_dashboards(settings, open_browser=True) or code


def dashboard(config: Path | None, *, open_browser: bool) -> int:
    """Start the dashboards; returns the exit code."""
    from dashboards.serve import serve as serve_dashboards

    return serve_dashboards(load_settings(config), open_browser=open_browser)
