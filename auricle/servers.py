"""Servers that clinics may ask something: where they are, and whether that is allowed.

Nothing is sent anywhere before its address was checked here.
"""

import ipaddress
import socket
from dataclasses import dataclass

import httpx

from auricle.errors import ModelError, SettingsError


@dataclass(frozen=True)
class Address:
    url: str
    """Up to and with ``/v1``."""
    beyond: bool
    """It is not on this machine or a private network."""


def checked(server: str, *, allow_remote: bool, setting: str, leaves: str, instead: str) -> Address:
    """A server's address. Sends nothing.

    ``setting`` names where it stands in auricle.toml, ``leaves`` what would leave the clinic,
    ``instead`` what happens without it. Raises SettingsError for an address beyond this machine
    and private networks that isn't allowed, ModelError when its name has no address.
    """
    url = httpx.URL(server)
    beyond = not _private(url, setting, instead)
    if beyond and not allow_remote:
        raise SettingsError(
            f"{setting}: {url.host} is neither this machine nor on a private network: "
            f"{leaves} would leave the clinic.",
            "Use a server of your own, or set allow_remote = true and read docs/privacy.md first.",
        )
    if beyond and url.scheme != "https":
        raise SettingsError(
            f"{setting}: {url.host} is asked without encryption.",
            "Write https:// instead of http://.",
        )
    return Address(server.rstrip("/"), beyond)


def _private(url: httpx.URL, setting: str, instead: str) -> bool:
    """Whether every address of the host is this machine's or a private one (RFC 1918, 4193)."""
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ModelError(
            f"The server {url.host} has no address: {error}.",
            f"Correct {setting}, or remove it to {instead}.",
        ) from error
    addresses = [ipaddress.ip_address(str(item[4][0]).split("%")[0]) for item in found]
    return all(a.is_loopback or (a.is_private and not a.is_unspecified) for a in addresses)
