"""A small provider of tokens on loopback, as RFC 6749 section 6 and RFC 7662 describe one, for tests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

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

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def settings(self, **changes: Any) -> dict[str, Any]:
        """What a source needs to be authorised here."""
        given = {"oauth_client_id": CLIENT, "oauth_client_secret": SECRET, "oauth_refresh_token": self.refresh_token}
        return {"sign_in": "oauth", "oauth_endpoint": self.endpoint, "oauth_scope": "mail", **given, **changes}

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
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
            return 400, {"error": "invalid_grant"}
        access = f"access-{len(self.asked)}"
        self.good.add(access)
        given = {"access_token": access, "token_type": "Bearer", "expires_in": self.lasts}
        if self.rotates:
            self.refresh_token = f"refresh-{len(self.asked)}"
            given["refresh_token"] = self.refresh_token
        return 200, given

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
