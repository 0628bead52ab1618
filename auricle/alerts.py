"""Telling somebody at once of calls they asked to be told of, by mail or by a webhook.

What is sent names the call, never what was said in it. Each alert is sent once: what was handed
over is kept, what failed is tried again by the next run, a few times.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from auricle import mail
from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.settings import AlertKind, Settings
from auricle.store import Store
from auricle.store.alerts import Alert, note, pending
from dashboards.language import ENGLISH, _, minute, speak

ATTEMPTS = 5
"""After so many runs it is given up."""
TIMEOUT_S = 15.0
SUBJECTS: dict[AlertKind, str] = {
    "critical": N_("A call failed a critical criterion"),
    "complaint": N_("A patient complained"),
    "not_offered": N_("No appointment was offered"),
}


def send_alerts(settings: Settings, store: Store, now: datetime) -> tuple[int, list[str]]:
    """How many were sent, and what went wrong, a line each. ``now``: with its time zone."""
    wishes = settings.alerts
    targets = [*wishes.to, *wishes.webhooks]
    if not wishes.kinds or not targets:
        return 0, []
    speak(settings.dashboard.language or ENGLISH)
    local = now.astimezone(settings.clinic.zone).replace(tzinfo=None)
    sent, problems = 0, []
    for alert in pending(
        store, wishes.kinds, targets, ATTEMPTS, timedelta(days=wishes.within_days), local
    ):
        try:
            _send(settings, alert)
        except (OSError, httpx.HTTPError, SettingsError) as error:
            reason = (str(error) or repr(error)).splitlines()[0]  # httpx adds a page to read
            note(store, alert, now.astimezone(UTC).replace(tzinfo=None), reason)
            problems.append(f"{alert.target}: {reason} (call {alert.call_id})")
        else:
            note(store, alert, now.astimezone(UTC).replace(tzinfo=None))
            sent += 1
    return sent, problems


def _send(settings: Settings, alert: Alert) -> None:
    link = f"{settings.alerts.address.rstrip('/')}/scorecard?call={alert.call_id}"
    if "://" in alert.target:
        told: dict[str, Any] = {
            "schema": "auricle.alert/1", "kind": alert.kind, "call_id": alert.call_id,
            "clinic": alert.clinic, "administrator": alert.administrator,
            "start_local": alert.start_local.isoformat(), "link": link,
        }  # fmt: skip
        # Should the answer get lost, the next attempt can be known for the same alert.
        key = hashlib.sha256(f"{alert.call_id}/{alert.kind}".encode()).hexdigest()[:32]
        answer = httpx.post(
            alert.target, json=told, headers={"Idempotency-Key": key}, timeout=TIMEOUT_S
        )
        answer.raise_for_status()
        return
    subject, at = _(SUBJECTS[alert.kind]), minute(alert.start_local)
    call = _(
        "Call {call}, {time}, {administrator}.",
        call=alert.call_id,
        time=at,
        administrator=alert.administrator or _("nobody's name is known"),
    )
    title = _("{subject} ({time})", subject=subject, time=at)
    said = _("{subject}.", subject=subject)
    mail.send(settings.mail, alert.target, title, f"{said}\n\n{call}\n{link}\n")
