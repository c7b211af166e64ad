"""A real Synapse on loopback, with accounts that people of the tests use. It federates with nobody."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import time
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.peers.programs import end, free_port, start

PYTHON = Path(__file__).resolve().parents[2] / ".peers/python/bin/python"
SECRET = "registers-people-of-the-tests"
# Written here as a whole: the file that Synapse makes has no line end, so that what is added to it is lost in a comment,
# and it listens beyond loopback. The log goes to the file of its process.
SETTINGS = """\
server_name: localhost
pid_file: {home}/homeserver.pid
listeners:
  - {{port: {port}, bind_addresses: [127.0.0.1], type: http, tls: false, resources: [{{names: [client], compress: false}}]}}
database: {{name: sqlite3, args: {{database: {home}/homeserver.db}}}}
media_store_path: {home}/media
signing_key_path: {home}/signing.key
registration_shared_secret: {secret}
macaroon_secret_key: of-one-test
form_secret: of-one-test
report_stats: false
trusted_key_servers: []
federation_domain_whitelist: []
url_preview_enabled: false
rc_message: {{per_second: 900, burst_count: 900}}
rc_login: {{address: {{per_second: 900, burst_count: 900}}, account: {{per_second: 900, burst_count: 900}}}}
rc_registration: {{per_second: 900, burst_count: 900}}
rc_joins: {{local: {{per_second: 900, burst_count: 900}}}}
rc_invites: {{per_room: {{per_second: 900, burst_count: 900}}, per_user: {{per_second: 900, burst_count: 900}}}}
rc_room_creation: {{per_second: 900, burst_count: 900}}
"""


@dataclass
class Synapse:
    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def configure(self) -> None:
        settings = SETTINGS.format(home=self.home, port=self.port, secret=SECRET)
        (self.home / "homeserver.yaml").write_text(settings, "utf-8")
        (self.home / "signing.key").write_text(f"ed25519 a_test {b64encode(os.urandom(32)).decode().rstrip('=')}\n")

    def start(self) -> None:
        self.process = start(self._program, port=self.port, log=self.home / "synapse.log", within=60)

    def stop(self) -> None:
        if self.process is not None:
            end(self.process)
            self.process = None

    def register(self, name: str) -> Person:
        """An account, by the shared secret as Synapse's own tool does it."""
        at = "/_synapse/admin/v1/register"
        nonce = httpx.get(self.address + at, timeout=20).json()["nonce"]
        words = f"{nonce}\0{name}\0a-long-password\0notadmin".encode()
        mac = hmac.new(SECRET.encode(), words, hashlib.sha1).hexdigest()
        told = {"nonce": nonce, "username": name, "password": "a-long-password", "admin": False, "mac": mac}
        made = httpx.post(self.address + at, json={**told, "displayname": name.title()}, timeout=20).json()
        return Person(self, made["user_id"], made["access_token"])

    @property
    def _program(self) -> list[str]:
        return [str(PYTHON), "-m", "synapse.app.homeserver", "-c", str(self.home / "homeserver.yaml")]


@dataclass
class Person:
    """Somebody with an account, or the account that answers."""

    server: Synapse
    user_id: str
    token: str
    sent: int = 0

    def make_room(self, **fields: Any) -> str:
        return str(self.call("POST", "/createRoom", fields)["room_id"])

    def say(self, room: str, words: str, **content: Any) -> str:
        return self.send(room, "m.room.message", {"msgtype": "m.text", "body": words, **content})

    def send(self, room: str, kind: str, content: dict[str, Any]) -> str:
        self.sent += 1
        path = f"/rooms/{quote(room)}/send/{kind}/{self.sent}-{time.monotonic_ns()}"
        return str(self.call("PUT", path, content)["event_id"])

    def edit(self, room: str, event: str, words: str) -> str:
        new = {"msgtype": "m.text", "body": words}
        return self.say(
            room, f"* {words}", **{"m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": event}}
        )

    def take_back(self, room: str, event: str) -> None:
        self.sent += 1
        self.call("PUT", f"/rooms/{quote(room)}/redact/{quote(event)}/{self.sent}-{time.monotonic_ns()}", {})

    def read_until(self, room: str, event: str) -> None:
        self.call("POST", f"/rooms/{quote(room)}/receipt/m.read/{quote(event)}", {})

    def join(self, room: str) -> None:
        self.call("POST", f"/join/{quote(room)}", {})

    def upload(self, name: str, media_type: str, body: bytes) -> str:
        at = f"{self.server.address}/_matrix/media/v3/upload?filename={quote(name)}"
        answer = httpx.post(at, content=body, headers={**self._signed, "Content-Type": media_type}, timeout=20)
        return str(answer.raise_for_status().json()["content_uri"])

    def download(self, content_uri: str) -> bytes:
        at = f"{self.server.address}/_matrix/client/v1/media/download/{content_uri.removeprefix('mxc://')}"
        return httpx.get(at, headers=self._signed, timeout=20).raise_for_status().content

    def messages(self, room: str) -> list[dict[str, Any]]:
        """What stands in a room, oldest first."""
        told = self.call("GET", f"/rooms/{quote(room)}/messages?dir=b&limit=200")
        return [each for each in told["chunk"][::-1] if each["type"] == "m.room.message"]

    def leave_device(self) -> None:
        """The token that it signs in with is worth nothing from now on."""
        self.call("POST", "/logout", {})

    def sign_in(self) -> str:
        name = {"type": "m.id.user", "user": self.user_id}
        at = f"{self.server.address}/_matrix/client/v3/login"
        told = {"type": "m.login.password", "identifier": name, "password": "a-long-password"}
        self.token = str(httpx.post(at, json=told, timeout=20).raise_for_status().json()["access_token"])
        return self.token

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        at = f"{self.server.address}/_matrix/client/v3{path}"
        return httpx.request(method, at, json=body, headers=self._signed, timeout=20).raise_for_status().json()

    @property
    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}
