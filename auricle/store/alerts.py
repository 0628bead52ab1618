"""Which calls somebody asked to be told of at once, and which of those were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auricle.settings import AlertKind
from auricle.store.access import as_owner
from auricle.store.reads import rows
from auricle.store.writes import Store


@dataclass(frozen=True)
class Alert:
    call_id: str
    kind: AlertKind
    target: str
    clinic: str
    administrator: str
    start_local: datetime
    attempts: int
    """That failed before."""


_KINDS = """
SELECT l.call_id, l.clinic, l.administrator, l.start_local, k.kind
FROM call_list l LEFT JOIN call_kinds USING (call_id),
     (VALUES ('critical'), ('complaint'), ('not_offered')) k(kind)
WHERE l.start_local >= $since AND list_contains($kinds, k.kind)
  AND CASE k.kind WHEN 'critical' THEN len(l.failed_critical) > 0
                  WHEN 'complaint' THEN call_type = 'complaint' AND call_type_confidence > 0.5
                  ELSE l.booking_offered = 'missed' END
"""

_PENDING = f"""
SELECT f.*, t.target, coalesce(a.attempts, 0) AS attempts
FROM ({_KINDS}) f CROSS JOIN (SELECT unnest($targets) AS target) t
LEFT JOIN alerts a ON a.call_id = f.call_id AND a.kind = f.kind AND a.target = t.target
WHERE a.sent_utc IS NULL AND coalesce(a.attempts, 0) < $attempts
ORDER BY f.start_local, f.call_id, f.kind, t.target
"""


def pending(
    store: Store,
    kinds: Sequence[AlertKind],
    targets: Sequence[str],
    attempts: int,
    within: timedelta,
    now_local: datetime,
) -> tuple[Alert, ...]:
    """Alerts that weren't sent, and didn't fail ``attempts`` times, of calls not older than
    ``within``; the oldest first."""
    values = {
        "kinds": list(kinds), "targets": list(targets), "attempts": attempts,
        "since": now_local - within,
    }  # fmt: skip
    return tuple(Alert(**row) for row in rows(as_owner(store.path), _PENDING, values))


def note(store: Store, alert: Alert, now_utc: datetime, error: str = "") -> None:
    """Keep that an alert was sent, or why it failed this time."""
    store.save_alert(
        {
            "call_id": alert.call_id, "kind": alert.kind, "target": alert.target,
            "attempts": alert.attempts + 1, "error": error,
            "sent_utc": None if error else now_utc.isoformat(),
        }
    )  # fmt: skip
