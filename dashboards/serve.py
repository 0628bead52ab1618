"""Starts the dashboards' server and waits for it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from importlib.resources import files
from pathlib import Path

from auricle.errors import AuricleError
from auricle.settings import Settings

SETTINGS_VARIABLE = "AURICLE_SETTINGS"
"""Gives ``auricle/commands/board/script.py`` the clinic's settings, as JSON."""

_PORTS_TRIED = 50
_START_S = 60.0


def serve(settings: Settings, *, open_browser: bool) -> int:
    """Serve the dashboards until Ctrl-C; returns the server's exit status.

    Takes the next free port when the configured one is in use, and prints the address once it
    answers.
    """
    host = settings.dashboard.host
    port = free_port(host, settings.dashboard.port)
    server = subprocess.Popen(
        command(host, port), env=environment(settings), stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://{'localhost' if host in ('0.0.0.0', '127.0.0.1') else host}:{port}"
        if wait_for(address, server):
            print(f"Dashboards: {address}  (Ctrl-C stops them)", flush=True)
            if open_browser:
                webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


def command(host: str, port: int) -> list[str]:
    """The command line of the server. Nothing is sent to anybody, nothing asks for an e-mail."""
    folder = Path(str(files("dashboards")))
    script = Path(str(files("auricle"))) / "commands" / "board" / "script.py"
    options = {
        "server.address": host,
        "server.port": port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.enableStaticServing": "true",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "theme.base": folder / "theme.toml",
        "global.developmentMode": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(script), *flags]


def environment(settings: Settings) -> dict[str, str]:
    """The server's environment: the settings, and where Auricle's own packages are."""
    home = str(Path(str(files("dashboards"))).parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        SETTINGS_VARIABLE: settings.model_dump_json(),
        "PYTHONPATH": os.pathsep.join(paths),
    }


def free_port(host: str, first: int) -> int:
    """The first port from ``first`` on that nobody listens on."""
    for port in range(first, min(first + _PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise AuricleError(
        f"No free port on {host} from {first} on.", "Set [dashboard] port in auricle.toml."
    )


def wait_for(address: str, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server answers at ``address``; False when it ended or took too long."""
    deadline = time.monotonic() + _START_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return True
        except OSError:
            time.sleep(0.1)
    return False
