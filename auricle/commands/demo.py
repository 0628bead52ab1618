"""``auricle demo`` and ``auricle dashboard``."""

import csv
import hashlib
import json
from datetime import datetime
from pathlib import Path

from auricle.commands.run import show, with_progress
from auricle.desks import read_desks, write_desks
from auricle.errors import SettingsError
from auricle.mystery.campaign import load_campaign
from auricle.mystery.plan import plan
from auricle.settings import expect_clinic, load_settings
from auricle.store import Store, mystery
from auricle.store.access import as_owner

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
MYSTERY = SAMPLE / "mystery"


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
    ingest = settings.ingest.model_copy(
        update={
            "recordings": (*settings.ingest.recordings, str(MYSTERY / "recordings")),
            "logs": (*settings.ingest.logs, str(MYSTERY / "logs")),
        }
    )
    settings = settings.model_copy(update={"store": store, "clinic": clinic, "ingest": ingest})
    _bring_campaign(store.path)
    summary = with_progress(settings)
    show(summary, settings)
    print("The page Mystery has the report of the campaign's two waves.")
    code = 1 if summary.errors else 0
    if not serve:
        return code
    from dashboards.serve import serve as serve_dashboards

    return serve_dashboards(settings, open_browser=True) or code


def _bring_campaign(path: Path) -> None:
    """The sample's campaign of mystery calls, with all that its shoppers brought."""
    Store(path)
    campaign = load_campaign(MYSTERY / "campaign.yaml")
    if campaign.id in mystery.campaigns(as_owner(path)):
        return
    mystery.save_campaign(
        path, campaign.id, campaign.model_dump_json(by_alias=True), plan(campaign)
    )
    folder = mystery.uploads(path)
    folder.mkdir(exist_ok=True)
    with (MYSTERY / "debriefs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sha256, kept = "", folder / row["recording"]
            if row["recording"]:
                data = (MYSTERY / "uploads" / row["recording"]).read_bytes()
                kept.write_bytes(data)
                sha256 = hashlib.sha256(data).hexdigest()
            mystery.save_debrief(
                path,
                mystery.Debrief(
                    row["task"], datetime.fromisoformat(row["called"]), row["number"],
                    60 * float(row["minutes"]), json.loads(row["marks"]), row["remembered"],
                    sha256, str(kept) if sha256 else "",
                ),
            )  # fmt: skip


def dashboard(config: Path | None, *, open_browser: bool) -> int:
    """Start the dashboards; returns the exit code."""
    from dashboards.serve import serve as serve_dashboards

    settings = load_settings(config)
    expect_clinic(config, settings.store.path)
    return serve_dashboards(settings, open_browser=open_browser)
