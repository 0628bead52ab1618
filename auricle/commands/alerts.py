"""``auricle alerts``: send what is due. ``auricle run`` and ``auricle watch`` do so too."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from auricle.alerts import send_alerts
from auricle.errors import SettingsError
from auricle.settings import Settings, load_settings
from auricle.store import Store


def alerts(config: Path | None) -> int:
    """Exit code 1 when some could not be sent. Raises SettingsError when none are wished for."""
    settings = load_settings(config)
    if not settings.alerts.kinds:
        raise SettingsError("No alerts are wished for.", "Name [alerts] kinds in auricle.toml.")
    return 0 if send_due(settings) else 1


def send_due(settings: Settings) -> bool:
    """Send, and say what went wrong; whether all went well."""
    if not settings.alerts.kinds:
        return True
    sent, problems = send_alerts(settings, Store(settings.store.path), datetime.now(UTC))
    if sent:
        print(f"{sent} alerts sent.", file=sys.stderr)
    for problem in problems:
        print(f"Alert not sent, tried again later: {problem}", file=sys.stderr)
    return not problems
