"""Real servers in this process: SFTP with a host key of its own, and an S3 that isn't Amazon's."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import boto3
from moto.server import ThreadedMotoServer

BUCKET = "calls"


@dataclass
class SftpServer:
    """A folder on 127.0.0.1, for one key. Counts what is read."""

    root: Path
    keys: Path
    port: int = 0
    read_bytes: int = 0
    opened: list[str] = field(default_factory=list)
    logins: int = 0
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None
    _acceptor: Any = None
    _thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"sftp://auricle@127.0.0.1:{self.port}"

    @property
    def options(self) -> dict[str, Any]:
        """As a clinic would write them under [ingest.storage]."""
        return {
            "known_hosts": str(self.keys / "known_hosts"),
            "client_keys": [str(self.keys / "user")],
        }

    def know(self, key: asyncssh.SSHKey) -> None:
        """Take a key for the server's."""
        public = key.export_public_key().decode().strip()
        (self.keys / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {public}\n")

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(30)

    async def _listen(self) -> None:
        outer = self

        class Login(asyncssh.SSHServer):
            def connection_made(self, connection: asyncssh.SSHServerConnection) -> None:
                outer.connections.append(connection)

            def auth_completed(self) -> None:
                outer.logins += 1

        class Files(asyncssh.SFTPServer):
            def __init__(self, chan: asyncssh.SSHServerChannel) -> None:
                super().__init__(chan, chroot=str(outer.root))

            def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
                outer.opened.append(path.decode())
                return super().open(path, pflags, attrs)

            def read(self, file: object, offset: int, size: int) -> Any:
                data = super().read(file, offset, size)
                outer.read_bytes += len(data)
                return data

        self._acceptor = await asyncssh.listen(
            "127.0.0.1", self.port, server_factory=Login, sftp_factory=Files,
            server_host_keys=[str(self.keys / "host")],
            authorized_client_keys=str(self.keys / "authorized"),
        )  # fmt: skip
        self.port = self._acceptor.get_port()

    def stop(self) -> None:
        """As when the power fails: all connections end."""
        assert self._loop is not None

        async def close() -> None:
            self._acceptor.close()
            for connection in self.connections:
                connection.abort()
                await connection.wait_closed()
            await self._acceptor.wait_closed()  # since Python 3.12 of its connections, too
            self.connections.clear()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        assert self._thread is not None
        self._thread.join(30)
        self._loop.close()
        self._loop = None


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """One that serves ``folder/remote``; its keys are in ``folder/keys``."""
    root, keys = folder / "remote", folder / "keys"
    root.mkdir()
    keys.mkdir()
    host, user = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    host.write_private_key(str(keys / "host"))
    host.write_public_key(str(keys / "host.pub"))
    user.write_private_key(str(keys / "user"))
    user.write_public_key(str(keys / "user.pub"))
    user.write_public_key(str(keys / "authorized"))
    server = SftpServer(root, keys)
    server.start()
    server.know(host)
    try:
        yield server
    finally:
        if server._loop is not None:
            server.stop()


@dataclass
class Bucket:
    """A bucket of an S3-compatible server."""

    endpoint: str
    client: Any

    @property
    def options(self) -> dict[str, Any]:
        return {"endpoint_url": self.endpoint}

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)


@contextmanager
def s3_server() -> Iterator[Bucket]:
    """With one empty bucket, ``s3://calls``. Credentials are to be in the environment."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    try:
        yield Bucket(endpoint, client)
    finally:
        client.close()
        server.stop()
