"""A stand-in for Twilio, on loopback: it remembers messages, their files, calls and recordings, and signs what it pushes.

It is ours and no Twilio: it knows what the tests need of it. `stop` and `start` make an outage of the API; with
`is_heard` false pushes are lost, as while our own house is down. What happened meanwhile is in its lists afterwards.
"""

from __future__ import annotations

import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from answerable.channels.common.sms import parted

ACCOUNT = "AC" + "0a1b2c3d" * 4
TOKEN = "a-token-of-the-stand-in"
CARE = "+48221234567"
FINAL = frozenset({"delivered", "undelivered", "failed"})


@dataclass
class Twilio:
    """`push` takes the form and the signature to the house, which knows the API as `seen_as`. `stopped` said STOP."""

    push: Callable[[str, str], str] = lambda form, signature: ""
    hook: str = ""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    callbacks: dict[str, str] = field(default_factory=dict)
    revoked: bool = False
    is_heard: bool = True
    silent_once: bool = False
    largest_page: int = 1000
    seen_as: str = ""
    port: int = 0
    number: int = 0

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"peer": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def text(
        self, who: str, words: str, *, files: Mapping[str, tuple[str, bytes]] | None = None, opted: str = ""
    ) -> str:
        """Somebody sends an SMS, or an MMS with files, to our number."""
        sid = self.sid("MM" if files else "SM")
        self.messages[sid] = _message(sid, who, CARE, words, "inbound", "received", len(files or {}))
        form = {"MessageSid": sid, "From": who, "To": CARE, "Body": words, "SmsStatus": "received"}
        for place, (name, file) in enumerate((files or {}).items()):
            self.files[f"{sid}/{name}"] = file
            where = f"{self.seen_as}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media/{name}"
            form |= {f"MediaUrl{place}": where, f"MediaContentType{place}": file[0]}
        self.deliver({**form, "NumMedia": str(len(files or {})), **({"OptOutType": opted} if opted else {})})
        self.stopped |= {who} if opted == "STOP" else set()
        self.stopped -= {who} if opted == "START" else set()
        return sid

    def report(self, sid: str, status: str, *, code: int | None = None) -> None:
        """The carrier says what became of an SMS of ours."""
        self.messages[sid] |= {"status": status, "error_code": code, "date_updated": now_there()}
        sms = self.messages[sid]
        form = {"MessageSid": sid, "MessageStatus": status, "To": sms["to"], "From": sms["from"]}
        if sid in self.callbacks:
            self.deliver({**form, **({"ErrorCode": str(code)} if code else {})})

    def sent(self) -> list[dict[str, Any]]:
        return [each for each in self.messages.values() if each["direction"] != "inbound"]

    def sid(self, sort: str) -> str:
        self.number += 1
        return f"{sort}{self.number:032x}"

    def deliver(self, told: dict[str, str]) -> str:
        """Push a form to the house; returns what it answers."""
        if not self.is_heard:
            return ""
        form = {**told, "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"}
        return self.push(urlencode(form), signature(self.hook, form))


def signature(address: str, form: Mapping[str, str], *, token: str = TOKEN) -> str:
    signed = address + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.new(token.encode(), signed.encode(), "sha1").digest()).decode()


class _Handler(BaseHTTPRequestHandler):
    peer: Twilio

    def do_GET(self) -> None:
        path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path.startswith("/store/"):
            assert self.headers.get("Authorization") is None, "whoever sends the auth token to the store gives it away"
            return self._file(path.removeprefix("/store/"))
        if not self._admitted():
            return None
        match path.split("/")[4:]:
            case ["Messages.json"]:
                return self._answer(200, listed(self.peer, "messages", asked, self.path))
            case ["Calls.json"]:
                return self._answer(200, listed(self.peer, "calls", asked, self.path))
            case ["Calls", name] if name.removesuffix(".json") in self.peer.calls:
                return self._answer(200, self.peer.calls[name.removesuffix(".json")])
            case ["Recordings", name] if name in self.peer.files:
                return self._file(name)
            case ["Messages", name, "Media.json"]:
                return self._answer(200, _media(self.peer, name))
            case ["Messages", sid, "Media", name] if f"{sid}/{name}" in self.peer.files:
                return self._answer(307, {}, Location=f"http://127.0.0.1:{self.peer.port}/store/{sid}/{name}")
            case ["Messages", name] if name.removesuffix(".json") in self.peer.messages:
                return self._answer(200, self.peer.messages[name.removesuffix(".json")])
        return self._answer(404, _error(20404, "The requested resource was not found", 404))

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if not self._admitted():
            return
        if form["To"] in self.peer.stopped:
            self._answer(400, _error(21610, "Attempt to send to unsubscribed recipient", 400))
            return
        sid = self.peer.sid("SM")
        made = _message(sid, form["From"], form["To"], form["Body"], "outbound-api", "queued", 0)
        self.peer.messages[sid] = made
        self.peer.callbacks[sid] = form["StatusCallback"]
        if self.peer.silent_once:
            self.peer.silent_once = False
            self.close_connection = True
            return
        self._answer(201, made)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Nothing is written among the lines of the tests."""

    def _admitted(self) -> bool:
        expected = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if not self.peer.revoked and self.headers.get("Authorization") == expected:
            return True
        self._answer(401, _error(20003, "Authenticate", 401))
        return False

    def _file(self, name: str) -> None:
        kind, body = self.peer.files[name]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, status: int, value: Any, **headers: str) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, words in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, words)
        self.end_headers()
        self.wfile.write(body)


def listed(peer: Twilio, name: str, asked: Mapping[str, list[str]], path: str) -> dict[str, Any]:
    """Newest first, a page at a time, as the API lists them."""
    kept, moment = (peer.messages, "date_sent") if name == "messages" else (peer.calls, "start_time")
    rows = [row for row in reversed(kept.values()) if _fits(row, asked, moment)]
    size, page = min(int(asked["PageSize"][0]), peer.largest_page), int(asked.get("Page", ["0"])[0])
    chosen = rows[page * size : (page + 1) * size]
    bare = {name: words[0] for name, words in asked.items() if name != "Page"}
    where = urlsplit(path).path
    following = f"{where}?{urlencode({**bare, 'Page': page + 1})}" if len(rows) > (page + 1) * size else None
    return {
        name: chosen,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(chosen) - 1),
        "uri": path,
        "first_page_uri": f"{where}?{urlencode(bare)}",
        "previous_page_uri": None,
        "next_page_uri": following,
    }


def _fits(row: Mapping[str, Any], asked: Mapping[str, list[str]], moment: str) -> bool:
    at = datetime.strptime(row[moment], "%a, %d %b %Y %H:%M:%S %z")
    question = "DateSent" if moment == "date_sent" else "StartTime"
    since, day = asked.get(f"{question}>"), asked.get(question)
    return (
        all(row[name.lower()] == asked[name][0] for name in ("To", "From") if name in asked)
        and (since is None or at >= datetime.fromisoformat(since[0]))
        and (day is None or at.date().isoformat() == day[0])
    )


def _media(peer: Twilio, sid: str) -> dict[str, Any]:
    where = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media"
    names = [key.partition("/")[2] for key in peer.files if key.startswith(f"{sid}/")]
    rows = [
        {
            "sid": name,
            "account_sid": ACCOUNT,
            "parent_sid": sid,
            "content_type": peer.files[f"{sid}/{name}"][0],
            "date_created": now_there(),
            "date_updated": now_there(),
            "uri": f"{where}/{name}.json",
        }
        for name in names
    ]
    paged = {
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": 0,
        "uri": f"{where}.json",
        "first_page_uri": f"{where}.json",
    }
    return {"media_list": rows, **paged, "previous_page_uri": None, "next_page_uri": None}


def _message(sid: str, who: str, to: str, words: str, direction: str, status: str, files: int) -> dict[str, Any]:
    where = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
    at = now_there()
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "from": who,
        "to": to,
        "body": words,
        "direction": direction,
        "status": status,
        "num_segments": str(len(parted(words).parts)),
        "num_media": str(files),
        "date_created": at,
        "date_sent": at,
        "date_updated": at,
        "error_code": None,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "messaging_service_sid": None,
        "api_version": "2010-04-01",
        "uri": f"{where}.json",
        "subresource_uris": {"media": f"{where}/Media.json"},
    }


def _error(code: int, words: str, status: int) -> dict[str, Any]:
    return {"code": code, "message": words, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}


def now_there() -> str:
    return format_datetime(datetime.now(UTC))
