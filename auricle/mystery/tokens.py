"""A shopper's way to her own page: a secret in a link, known to us only by its hash."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auricle.store import mystery as store
from auricle.store.access import Access, Viewer, as_owner

TOKEN_BYTES = 24
"""192 bits: nobody guesses it, so a plain hash keeps it (no salt, nothing to slow down)."""


def issue(path: Path, campaign: str, shopper: str, days: int) -> str:
    """A new token that is good for so many days. It is shown once and kept nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    until = datetime.now(UTC) + timedelta(days=days)
    store.save_token(path, hashed(token), campaign, shopper, until)
    return token


def holder(path: Path, token: str, now: datetime | None = None) -> tuple[str, str] | None:
    """Campaign and shopper of a token that is good now; None for every other text."""
    return store.holder(as_owner(path), hashed(token), now or datetime.now(UTC))


def access_of(path: Path, campaign: str, shopper: str) -> Access:
    """The database as a shopper may see it: her own tasks of one campaign, nobody's calls."""
    return Access(path, Viewer(f"{campaign}/{shopper}", "shopper"))


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
