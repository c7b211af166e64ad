"""A stand-in for Twilio, on loopback: it remembers messages, their files, calls and recordings, and signs what it pushes.

It is ours and no Twilio: it knows what the tests need of it. `stop` and `start` make an outage of the API; with
`is_heard` false pushes are lost, as while our own house is down. What happened meanwhile is in its lists afterwards.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.test import Client

from answerable.channels.common.sms import parted
from tests.peers.serving import Handler, Peer

ACCOUNT = "AC" + "0a1b2c3d" * 4
TOKEN = "a-token-of-the-stand-in"
CARE = "+48221234567"
FORM = "application/x-www-form-urlencoded"
FINAL = frozenset({"delivered", "undelivered", "failed"})


@dataclass
class Twilio(Peer):
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
    number: int = 0

    def push_to(self, hook: str, *, answered_with: str = "<Response") -> None:
        """From now on what happens is pushed to this address of the house, which answers with what is to be done."""
        self.hook = hook

        def push(form: str, signed: str) -> str:
            headers = {"X-Twilio-Signature": signed}
            answer = Client().post(urlsplit(hook).path, form, content_type=FORM, headers=headers)
            assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
            assert answered_with in answer.content.decode()
            return answer.content.decode()

        self.push = push

    def handler(self) -> type[Handler]:
        return _Handler

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


class _Handler(Handler):
    peer: Twilio

    def get(self) -> None:
        if self.place.startswith("/store/"):
            assert self.headers.get("Authorization") is None, "whoever sends the auth token to the store gives it away"
            return self._file(self.place.removeprefix("/store/"))
        if not self._admitted():
            return None
        match self.parts[3:]:
            case ["Messages.json"]:
                return self.answer(200, listed(self.peer, "messages", self.asked, self.path))
            case ["Calls.json"]:
                return self.answer(200, listed(self.peer, "calls", self.asked, self.path))
            case ["Calls", name] if name.removesuffix(".json") in self.peer.calls:
                return self.answer(200, self.peer.calls[name.removesuffix(".json")])
            case ["Recordings", name] if name in self.peer.files:
                return self._file(name)
            case ["Messages", name, "Media.json"]:
                return self.answer(200, _media(self.peer, name))
            case ["Messages", sid, "Media", name] if f"{sid}/{name}" in self.peer.files:
                return self.answer(307, {}, {"Location": f"http://127.0.0.1:{self.peer.port}/store/{sid}/{name}"})
            case ["Messages", name] if name.removesuffix(".json") in self.peer.messages:
                return self.answer(200, self.peer.messages[name.removesuffix(".json")])
        return self.answer(404, _error(20404, "The requested resource was not found", 404))

    def post(self) -> None:
        form = dict(parse_qsl(self.given().decode()))
        if not self._admitted():
            return
        if form["To"] in self.peer.stopped:
            self.answer(400, _error(21610, "Attempt to send to unsubscribed recipient", 400))
            return
        sid = self.peer.sid("SM")
        made = _message(sid, form["From"], form["To"], form["Body"], "outbound-api", "queued", 0)
        self.peer.messages[sid] = made
        self.peer.callbacks[sid] = form["StatusCallback"]
        if self.peer.silent_once:
            self.peer.silent_once = False
            self.close_connection = True
            return
        self.answer(201, made)

    def _admitted(self) -> bool:
        expected = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if not self.peer.revoked and self.headers.get("Authorization") == expected:
            return True
        self.answer(401, _error(20003, "Authenticate", 401))
        return False

    def _file(self, name: str) -> None:
        kind, body = self.peer.files[name]
        self.send(200, body, {"Content-Type": kind})


def listed(peer: Twilio, name: str, asked: Mapping[str, str], path: str) -> dict[str, Any]:
    """Newest first, a page at a time, as the API lists them."""
    kept, moment = (peer.messages, "date_sent") if name == "messages" else (peer.calls, "start_time")
    rows = [row for row in reversed(kept.values()) if _fits(row, asked, moment)]
    size, page = min(int(asked["PageSize"]), peer.largest_page), int(asked.get("Page", 0))
    chosen = rows[page * size : (page + 1) * size]
    bare = {name: words for name, words in asked.items() if name != "Page"}
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


def _fits(row: Mapping[str, Any], asked: Mapping[str, str], moment: str) -> bool:
    at = datetime.strptime(row[moment], "%a, %d %b %Y %H:%M:%S %z")
    question = "DateSent" if moment == "date_sent" else "StartTime"
    since, day = asked.get(f"{question}>"), asked.get(question)
    return (
        all(row[name.lower()] == asked[name] for name in ("To", "From") if name in asked)
        and (since is None or at >= datetime.fromisoformat(since))
        and (day is None or at.date().isoformat() == day)
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
