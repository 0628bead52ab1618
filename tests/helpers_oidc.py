"""A small OpenID Connect provider on this machine: whoever is named signs in, without a question.

Only what the authorization code flow needs: metadata, authorization, token, keys. It checks what a
real one does: client, secret, address, code; and hands out a signed ID token.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "auricle", "a client's secret"


@dataclass
class Provider:
    """``email``: who signs in next."""

    address: str
    redirect: str
    email: str = ""
    verified: bool = True
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "test"}))
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def metadata_url(self) -> str:
        return f"{self.address}/.well-known/openid-configuration"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """The address that the browser is sent back to, with a code."""
        if asked["client_id"] != CLIENT or asked["redirect_uri"] != self.redirect:
            raise PermissionError("another client, or another address")
        code = secrets.token_urlsafe(16)
        self.codes[code] = {
            "email": self.email, "email_verified": self.verified, "sub": self.email,
            "nonce": asked.get("nonce", ""),
        }  # fmt: skip
        return f"{self.redirect}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str], authorization: str) -> dict[str, Any]:
        given = f"{asked.get('client_id', '')}:{asked.get('client_secret', '')}"
        if authorization.startswith("Basic "):
            given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if given.replace("+", " ").replace("%27", "'") != f"{CLIENT}:{SECRET}":
            raise PermissionError("another client's secret")
        claims = self.codes.pop(asked["code"])  # a code is good for one exchange
        now = int(time.time())
        claims |= {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300}
        signed = jwt.encode({"alg": "RS256", "kid": "test"}, claims, self.key)
        return {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer",
                "expires_in": 300, "id_token": signed}  # fmt: skip


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif parts.path == "/keys":
                self._json({"keys": [provider.key.as_dict(private=False)]})
            else:
                self._json(provider.metadata())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            self._json(provider.token(asked, self.headers.get("Authorization", "")))

        def _json(self, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def provider(redirect: str) -> Iterator[Provider]:
    """``redirect``: the address that people are sent back to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    found = Provider(f"http://127.0.0.1:{server.server_port}", redirect)
    server.RequestHandlerClass = _handler(found)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
