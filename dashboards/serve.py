"""Starts the dashboards' server and waits for it."""

import ipaddress
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import webbrowser
from importlib.resources import files
from pathlib import Path
from secrets import token_urlsafe

from auricle.errors import AuricleError, SettingsError
from auricle.settings import Settings
from auricle.strict import nearest
from rubrics.language import languages

SETTINGS_VARIABLE = "AURICLE_SETTINGS"
"""Gives ``auricle/commands/board/script.py`` the clinic's settings, as JSON."""

_PORTS_TRIED = 50
_START_S = 60.0


def serve(settings: Settings, *, open_browser: bool) -> int:
    """Serve the dashboards until Ctrl-C; returns the server's exit status.

    Takes the next free port when the configured one is in use, and prints the address once it
    answers. Raises SettingsError when nobody would be asked who they are, and others could look, or
    for a language that isn't known.
    """
    host = settings.dashboard.host
    check_sign_in(settings)
    check_language(settings)
    port = free_port(host, settings.dashboard.port)
    with tempfile.TemporaryDirectory(prefix="auricle-") as folder:
        secrets = write_secrets(settings, Path(folder))
        return _serve(settings, command(host, port, secrets), port, open_browser)


def _serve(settings: Settings, command: list[str], port: int, open_browser: bool) -> int:
    host = settings.dashboard.host
    server = subprocess.Popen(command, env=environment(settings), stdout=subprocess.DEVNULL)
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


def check_sign_in(settings: Settings) -> None:
    """Raises SettingsError when whoever reaches the dashboards would be the owner unasked."""
    host = settings.dashboard.host
    if settings.sign_in.method == "single" and not _own_machine(host):
        raise SettingsError(
            f"[dashboard] host {host!r} lets others reach the dashboards, and nobody is asked who "
            "they are.",
            "Set [sign_in] method = 'local' and add people with 'auricle people add', or keep "
            "host = '127.0.0.1'.",
        )


def check_language(settings: Settings) -> None:
    """Raises SettingsError for a language of the pages that has no folder."""
    code = settings.dashboard.language
    if code and code not in languages():
        raise SettingsError(
            f"[dashboard] language {code!r} isn't known.",
            f"{nearest(code, languages())} docs/new-language.md says how to add one.".strip(),
        )


def _own_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def write_secrets(settings: Settings, folder: Path) -> Path | None:
    """What Streamlit must know to sign people in elsewhere, in a file only this user may read.

    None when nobody signs in elsewhere. The key of its cookies is kept beside the database, so
    that a new start signs nobody out. Raises SettingsError without the client's secret.
    """
    if settings.sign_in.method != "oidc":
        return None
    secret = os.environ.get("AURICLE_OIDC_SECRET", "")
    if not secret:
        raise SettingsError(
            "The secret of the sign-in service's client isn't known.",
            "Set AURICLE_OIDC_SECRET in the environment.",
        )
    kept = settings.store.path.with_name("cookie-key")
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(token_urlsafe(32), encoding="utf-8")
    values = {
        "redirect_uri": f"{settings.sign_in.address.rstrip('/')}/oauth2callback",
        "cookie_secret": kept.read_text(encoding="utf-8"),
        "client_id": settings.sign_in.client_id,
        "client_secret": secret,
        "server_metadata_url": settings.sign_in.metadata_url,
    }
    file = folder / "secrets.toml"
    file.touch(mode=0o600)
    # A JSON string is a TOML string.
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    file.write_text("\n".join(["[auth]", *lines, ""]), encoding="utf-8")
    return file


def command(host: str, port: int, secrets: Path | None = None) -> list[str]:
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
        # All of the server's memory searched after each look would hold that look up by 0.1 s.
        "runner.postScriptGC": "false",
        # A click waits for the run that is under way. If it began a second run beside that one, the
        # first, when it ends, would forget the click: one looks for news every few seconds.
        "runner.fastReruns": "false",
    }
    if secrets is not None:
        options["secrets.files"] = secrets
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
