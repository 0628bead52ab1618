"""``auricle report``: the month as PDF, the week as HTML or by mail."""

from datetime import date, datetime
from pathlib import Path

from auricle import mail
from auricle.errors import SettingsError
from auricle.pdf import pdf_of
from auricle.reports.monthly import monthly
from auricle.reports.weekly import last_week, weekly
from auricle.settings import load_settings
from auricle.store.access import as_owner
from dashboards.language import ENGLISH, _, day, speak


def month(which: str, out: Path | None, config: Path | None) -> None:
    """Write the PDF. Raises SettingsError for what isn't a month."""
    settings = load_settings(config)
    speak(settings.dashboard.language or ENGLISH)
    try:
        html = monthly(as_owner(settings.store.path), settings.clinic.name, which)
    except ValueError as error:
        raise SettingsError(f"{which!r} is not a month.", "Write it as 2026-03.") from error
    _write(out or Path(f"report-{which}.pdf"), pdf_of(html))


def week(monday: date | None, out: Path | None, config: Path | None, *, send: bool) -> None:
    """Write the digest, or mail it. Raises SettingsError when there is nobody to send it to, or
    the server doesn't take it."""
    settings = load_settings(config)
    speak(settings.dashboard.language or ENGLISH)
    monday = monday or last_week(datetime.now(settings.clinic.zone).date())
    html = weekly(as_owner(settings.store.path), settings.clinic.name, monday)
    if not send:
        _write(out or Path(f"week-{monday}.html"), html.encode())
        return
    if not settings.reports.to:
        raise SettingsError("The digest has nobody to go to.", "Name [reports] to in auricle.toml.")
    for address in settings.reports.to:
        try:
            mail.send(settings.mail, address, _("The week from {day}", day=day(monday)),
                      _("This message is best read as HTML."), html)  # fmt: skip
        except OSError as error:
            raise SettingsError(
                f"The digest for {address} was not taken: {error}.", "Check [mail]; send it again."
            ) from error
        print(f"Sent to {address}.")


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise SettingsError(
            f"{out} can't be written: {error.strerror}.", "Give another path to --out."
        ) from error
    print(f"Written to {out}.")
