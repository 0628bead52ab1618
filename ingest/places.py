"""Where recordings and logs lie: on this machine, on SFTP servers, in S3-compatible buckets.

A ``Place`` is a file or a folder, wherever it is; everything else asks it. Auricle only ever reads
there: nothing is written, renamed or deleted.
"""

import contextlib
import errno
import io
import os
import posixpath
import stat
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from auricle.errors import PlaceError
from auricle.messages import N_
from auricle.models import Failure
from auricle.settings import is_remote

CONNECT_WITHIN_S = 20
SILENT_FOR_S = 15
"""After so long without a word a server is asked for a sign of life, three times."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 15.0, 600.0
"""How long a server that couldn't be reached is left alone, doubled with each failure."""
KNOWN_HOSTS = (Path("~/.ssh/known_hosts").expanduser(), Path("/etc/ssh/ssh_known_hosts"))
"""As ssh's own."""
READ_BYTES = 64 * 1024
"""Fetched at least when a remote file is read: far more than a log's head, far less than a log."""


@dataclass(frozen=True)
class Stat:
    """A file's size and time: when both are as they were, it hasn't changed."""

    size: int
    """Bytes."""
    mtime_ns: int


@dataclass(frozen=True, order=True)
class Place:
    """A file or a folder: a path on this machine, or an address such as ``sftp://host/path``."""

    address: str
    server: "Server | None" = field(default=None, compare=False, repr=False)
    listed: Stat | None = field(default=None, compare=False, repr=False)
    """What a remote folder's listing said of it: asking again would be a journey for each file."""

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        return posixpath.basename(self.address) if self.server else Path(self.address).name

    @property
    def stem(self) -> str:
        return posixpath.splitext(self.name)[0]

    @property
    def suffix(self) -> str:
        return posixpath.splitext(self.name)[1]

    def stat(self) -> Stat:
        """Raises OSError if it isn't a file that can be read to its end; PlaceError."""
        if self.server:
            return self.listed or self.server.stat(self.address)
        found = os.stat(self.address)
        if not stat.S_ISREG(found.st_mode):  # reading a pipe or a device may never end
            raise OSError(errno.EINVAL, "it is not a file")
        return Stat(found.st_size, found.st_mtime_ns)

    def is_folder(self) -> bool:
        """Raises PlaceError."""
        return self.server.is_folder(self.address) if self.server else os.path.isdir(self.address)

    def exists(self) -> bool:
        """Raises PlaceError."""
        return self.server.exists(self.address) if self.server else os.path.exists(self.address)

    def files(self) -> Iterator["Place"]:
        """All files below a folder but hidden ones. Raises PlaceError."""
        if self.server:
            yield from self.server.files(self.address)
            return
        for root, folders, names in os.walk(self.address):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in names:
                if not name.startswith("."):
                    yield Place(os.path.join(root, name))

    def open(self) -> BinaryIO:
        """The file's bytes; of a remote one only what is read is fetched.

        Raises OSError, and PlaceError, also while reading."""
        return self.server.open(self.address) if self.server else open(self.address, "rb")

    def beside(self, name: str) -> "Place":
        """The file that is called so by a file in the same folder."""
        if self.server is None:
            return Place(os.path.join(os.path.dirname(self.address), name))
        scheme, _, rest = self.address.partition("://")
        host, _, path = rest.partition("/")
        there = posixpath.normpath(posixpath.join(posixpath.dirname("/" + path), name))
        return Place(f"{scheme}://{host}{there}", self.server)


class Storage:
    """Makes places of addresses, with one connection to each server for all of them."""

    def __init__(self, options: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._options = options or {}
        """By the beginning of the addresses that they are for."""
        self._servers: dict[tuple[str, str], Server] = {}

    def look_again(self) -> None:
        """What remote folders held is asked anew from here on."""
        for server in self._servers.values():
            server.listings.clear()

    def close(self) -> None:
        """End all connections."""
        for server in self._servers.values():
            server.close()

    @property
    def away(self) -> bool:
        """Whether a server couldn't be reached when it was last asked."""
        return any(server.away is not None for server in self._servers.values())

    def place(self, address: str | Path) -> Place:
        """The place with this address. Nothing is asked of a server yet."""
        text = str(address)
        if not is_remote(text):
            return Place(text)
        text = text.rstrip("/")
        scheme, _, rest = text.partition("://")
        fitting = [key for key in self._options if f"{text}/".startswith(f"{key.rstrip('/')}/")]
        best = max(fitting, key=len, default="")
        # Two buckets share nothing, nor do two users of one host.
        key = (f"{scheme}://{rest.partition('/')[0]}", best)
        if key not in self._servers:
            self._servers[key] = Server(key[0], self._options.get(best, {}))
        return Place(text, self._servers[key])


class Server:
    """An SFTP server or a bucket. Connected to when first asked; one that is away is left alone
    for a while, longer each time."""

    def __init__(self, address: str, options: Mapping[str, Any]) -> None:
        self.address, self._options = address, options
        self._scheme, _, self._host = address.partition("://")
        self.listings: dict[str, list[Place]] = {}
        """Remembered until ``Storage.look_again``: one round is one look."""
        self._filesystem: Any = None
        self.away: PlaceError | None = None
        self._failures, self._again_at = 0, 0.0
        self._lock = threading.RLock()

    def stat(self, address: str) -> Stat:
        with self.asked(address) as filesystem:
            return _stat(filesystem.info(self._path(address)))

    def is_folder(self, address: str) -> bool:
        try:
            with self.asked(address) as filesystem:
                return bool(filesystem.info(self._path(address))["type"] == "directory")
        except OSError:
            # A bucket has no folders: before the first file below it there is nothing to see.
            return self._scheme == "s3" and self.exists(self.address)

    def exists(self, address: str) -> bool:
        try:
            with self.asked(address) as filesystem:
                filesystem.info(self._path(address))
        except FileNotFoundError:
            return False
        except OSError as error:
            raise PlaceError(
                address, N_("It can't be read: {error}.").format(error=error.strerror),
                N_("Give the user of these credentials the right to list and to read there."),
            ) from error  # fmt: skip
        return True

    def files(self, address: str) -> list[Place]:
        if address not in self.listings:
            self.listings[address] = list(self._files(address))
        return self.listings[address]

    def _files(self, address: str) -> Iterator[Place]:
        if self._scheme == "s3":
            with self.asked(address) as filesystem:
                infos = list(filesystem.find(self._path(address), detail=True).values())
        else:
            infos = list(self._walk(address, self._path(address)))
        root = self._path(address)
        for info in infos:
            below = info["name"].removeprefix(root).lstrip("/")
            if below and not any(part.startswith(".") for part in below.split("/")):
                yield Place(f"{address}/{below}", self, _stat(info))

    def _walk(self, address: str, folder: str) -> Iterator[dict[str, Any]]:
        with self.asked(address) as filesystem:
            infos = filesystem.ls(folder, detail=True)
        for info in sorted(infos, key=lambda info: str(info["name"])):
            hidden = posixpath.basename(info["name"]).startswith(".")
            # What can't be opened below is passed over, as on this machine.
            with contextlib.suppress(OSError):
                if info["type"] == "directory" and not hidden:
                    yield from self._walk(address, info["name"])
                if info["type"] == "link" and not hidden:
                    with self.asked(address) as filesystem:
                        info = filesystem.info(info["name"])
            if info["type"] == "file":
                yield info

    def open(self, address: str) -> BinaryIO:
        with self.asked(address) as filesystem:
            more = {"cache_type": "none"} if self._scheme == "s3" else {}
            file = filesystem.open(self._path(address), "rb", **more)
        return io.BufferedReader(_RemoteFile(self, address, file), READ_BYTES)

    def _path(self, address: str) -> str:
        path = address.removeprefix(self.address)
        return self._host + path if self._scheme == "s3" else path or "/"

    @contextlib.contextmanager
    def asked(self, address: str) -> Iterator[Any]:
        """The server's file system. What it answers badly becomes an OSError about one file, or a
        PlaceError about all of it."""
        if self.away is not None and time.monotonic() < self._again_at:
            raise self.away
        try:
            yield self._connected()
        except PlaceError:
            raise
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, "there is no such file") from error
        except PermissionError as error:
            raise PermissionError(errno.EACCES, "it may not be read") from error
        except Exception as error:
            if _about_a_file(error):
                reason = getattr(error, "reason", "") or error
                raise OSError(errno.EIO, str(reason).rstrip(".")) from error
            raise self._lost(_unreachable(self, error)) from error
        else:
            self.away, self._failures = None, 0

    def close(self) -> None:
        with self._lock:
            filesystem, self._filesystem = self._filesystem, None
        if filesystem is not None and self._scheme == "sftp":
            filesystem.loop.call_soon_threadsafe(filesystem.client.close)

    def _connected(self) -> Any:
        with self._lock:
            if self._filesystem is None:
                try:
                    connect = _sftp if self._scheme == "sftp" else _s3
                    self._filesystem = connect(self._host, self._options)
                except Exception as error:
                    raise self._lost(_refused(self, error)) from error
            return self._filesystem

    def _lost(self, error: PlaceError) -> PlaceError:
        self.close()
        with self._lock:
            pause_s = min(FIRST_PAUSE_S * 2**self._failures, LONGEST_PAUSE_S)
            self._failures, self.away = min(self._failures + 1, 20), error
            self._again_at = time.monotonic() + pause_s
            return error


class _RemoteFile(io.RawIOBase):
    """A file of a server, its errors told as those of ``Server.asked``."""

    def __init__(self, server: Server, address: str, file: Any) -> None:
        self._server, self._address, self._file = server, address, file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._server.asked(self._address):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with self._server.asked(self._address):
            self._file.seek(offset, whence)
            return int(self._file.tell())

    def tell(self) -> int:
        with self._server.asked(self._address):
            return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            with contextlib.suppress(Exception):  # nothing was written that could be lost
                self._file.close()
        super().close()


def unusable(error: PlaceError) -> Failure:
    """What is reported of a place. It is the same for each of its files, and counts once."""
    return Failure(path=error.place, stage="ingest", reason=error.reason, remedy=error.remedy)


def printable(path: Path | Place | str) -> str:
    """A path as text, whatever bytes its name holds."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _stat(info: dict[str, Any]) -> Stat:
    changed = info.get("LastModified") or info.get("mtime") or datetime.fromtimestamp(0, UTC)
    return Stat(int(info["size"] or 0), round(changed.timestamp() * 1000) * 1_000_000)


def _sftp(host: str, options: Mapping[str, Any]) -> Any:
    from sshfs import SSHFileSystem

    user, _, machine = host.rpartition("@")
    name, _, port = machine.rpartition(":") if not machine.endswith("]") else (machine, "", "")
    given: dict[str, Any] = {
        # Left to itself sshfs accepts any host; recordings of patients come from known ones only.
        "known_hosts": [str(path) for path in KNOWN_HOSTS if path.is_file()] or b"",
        "connect_timeout": CONNECT_WITHIN_S,
        "login_timeout": CONNECT_WITHIN_S,
        "keepalive_interval": SILENT_FOR_S,
        "skip_instance_cache": True,
        **({"username": user} if user else {}),
        **({"port": int(port)} if name else {}),
        **options,
    }
    return SSHFileSystem((name or machine).strip("[]"), **given)


def _s3(bucket: str, options: Mapping[str, Any]) -> Any:
    from s3fs import S3FileSystem

    patience = {"connect_timeout": CONNECT_WITHIN_S, "read_timeout": 2 * CONNECT_WITHIN_S}
    given = dict(options)
    config = {**patience, **given.pop("config_kwargs", {})}
    return S3FileSystem(
        use_listings_cache=False, skip_instance_cache=True, config_kwargs=config, **given
    )


def _about_a_file(error: Exception) -> bool:
    """Whether only one file is concerned, not the connection."""
    if isinstance(error, (IsADirectoryError, NotADirectoryError)):
        return True
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return "SFTPError" in kinds and not kinds & {"SFTPConnectionLost", "SFTPNoConnection"}


_LATER = "Check the network and that the server runs; the next run goes on from here."


def _refused(server: Server, error: Exception) -> PlaceError:
    """Why there is no connection, and what to do about it."""
    scheme, name = server.address.split(":")[0], type(error).__name__
    if isinstance(error, ImportError):
        return PlaceError(
            server.address,
            N_("Reading from {scheme}:// needs a package that isn't installed.").format(
                scheme=scheme),
            N_("Install it: pip install 'auricle[{scheme}]'").format(scheme=scheme),
        )  # fmt: skip
    if name == "HostKeyNotVerifiable":
        return PlaceError(
            server.address, N_("The server's host key is not known here, or has changed."),
            N_("Compare its fingerprint with the server's own, then let this user's "
            "~/.ssh/known_hosts have it (connect once with ssh)."),
        )  # fmt: skip
    if isinstance(error, PermissionError):
        return PlaceError(
            server.address, N_("The server refuses this user: {error}.").format(error=error),
            N_("Give the server this user's public key, or name the right key and user in "
            "~/.ssh/config."),
        )  # fmt: skip
    if isinstance(error, (TypeError, ValueError)):
        return PlaceError(
            server.address,
            N_("The options of its storage can't be used: {error}.").format(error=error),
            N_("Correct {section} in auricle.toml.").format(
                section=f'[ingest.storage."{server.address}"]'),
        )  # fmt: skip
    return _unreachable(server, error)


def _unreachable(server: Server, error: Exception) -> PlaceError:
    if type(error).__name__ in ("NoCredentialsError", "ProfileNotFound"):
        return PlaceError(
            server.address, N_("There are no credentials for it: {error}.").format(error=error),
            N_("Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, for this user."),
        )  # fmt: skip
    said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return PlaceError(server.address, N_("It can't be reached: {said}.").format(said=said), _LATER)
