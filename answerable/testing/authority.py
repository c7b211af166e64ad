"""A small provider of tokens on loopback, as RFC 6749 sections 4.1 and 6, RFC 7636 and RFC 7662 describe one, for tests."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "the-desk", "client-secret-words"


@dataclass
class Authority:
    """Gives an access token for the one refresh token that it knows, and a new refresh token each time if `rotates`.

    `refuses` is said instead of giving one: a status with an error code of RFC 6749 section 5.2.
    """

    user: str = "care@example.org"
    lasts: int | str = 3600
    rotates: bool = False
    refuses: tuple[int, str] | None = None
    slow: float = 0.0
    refresh_token: str = "refresh-0"
    asked: list[dict[str, str]] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    port: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}/authorise"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def settings(self, **changes: Any) -> dict[str, Any]:
        """What a source needs to be authorised here."""
        given = {"oauth_client_id": CLIENT, "oauth_client_secret": SECRET, "oauth_refresh_token": self.refresh_token}
        return {
            "sign_in": "oauth",
            "oauth_endpoint": self.endpoint,
            "oauth_page": self.page,
            "oauth_scope": "mail",
            **given,
            **changes,
        }

    def withdraw(self) -> None:
        """Every access token ends before its time."""
        self.good.clear()

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        time.sleep(self.slow)
        if self.refuses:
            return self.refuses[0], {"error": self.refuses[1], "error_description": f"{self.user} changed a password"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        by_code = form.get("grant_type") == "authorization_code"
        good = self._exchanged(form) if by_code else form.get("refresh_token") == self.refresh_token
        if not good:
            return 400, {"error": "invalid_grant"}
        access = f"access-{len(self.asked)}"
        self.good.add(access)
        given = {"access_token": access, "token_type": "Bearer", "expires_in": self.lasts}
        if self.rotates or by_code:
            self.refresh_token = f"refresh-{len(self.asked)}"
            given["refresh_token"] = self.refresh_token
        return 200, given

    def agree(self, asked: dict[str, str]) -> str:
        """A person signs in and agrees: back to where the client is registered, with a code that serves once."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _exchanged(self, form: dict[str, str]) -> bool:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return False
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]

    def introspect(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """RFC 7662, section 2.2: a mail server asks whether a token is good, and whose it is."""
        if form.get("token") not in self.good:
            return 200, {"active": False}
        return 200, {"active": True, "username": self.user, "scope": "mail"}


@contextmanager
def authority(**changes: Any) -> Iterator[Authority]:
    """A provider that runs."""
    ours = Authority(**changes)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            self.send_response(302)
            self.send_header("Location", ours.agree(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            status, said = ours.introspect(form) if self.path == "/introspect" else ours.token(form)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Tests have their own output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ours.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield ours
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
