"""A stateful emulator of the API of Reclame Aqui for companies, on loopback: it remembers complaints and what is said below them.

It is ours, made after public programs that use the real one; it knows what the tests need. Ten calls a minute are not counted unless
`calls_left` is set. `stop` and `start` make an outage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

from tests.peers.serving import Handler, Peer

CLIENT = ("glimo", "a-client-of-the-emulator")
BASIC = "Basic Z2xpbW86YS1jbGllbnQtb2YtdGhlLWVtdWxhdG9y"


@dataclass
class Emulator(Peer):
    """`tokens` are those that it accepts; `evaluations` and `moderations` are what it was asked for."""

    complaints: dict[int, dict[str, Any]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    evaluations: list[int] = field(default_factory=list)
    moderations: list[tuple[int, str, str]] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    calls_left: int | None = None
    revoked: bool = False
    silent_once: bool = False
    number: int = 9000

    def handler(self) -> type[Handler]:
        return _Handler

    def complain(self, who: str, words: str) -> int:
        """Somebody complains about the company."""
        complaint = 4000 + len(self.complaints)
        customer = {
            "id": 500 + len(self.complaints),
            "name": who,
            "email": [f"{who.lower()}@example.net"],
            "cpf": ["0"],
        }
        self.complaints[complaint] = {
            "id": complaint,
            "complaint_title": words[:40],
            "creation_date": _now(),
            "interactions": [],
            "ra_status": {"id": 5, "name": "Não respondido"},
            "customer": customer,
            "rating": None,
        }
        self.say(complaint, 1, words)
        return complaint

    def say(self, complaint: int, sort: int, words: str, **more: Any) -> None:
        """Something is said below a complaint; of ours `responsible_id` names the colleague."""
        self.number += 1
        known = self.complaints[complaint]
        said = {
            "ticket_interaction_id": str(self.number),
            "ticket_interaction_type_id": sort,
            "message": words,
            "customer_id": str(known["customer"]["id"]),
            "responsible_id": None,
            "privacy": sort in (3, 6),
            "creation_date": _now(),
            "details": [],
        }
        known["interactions"].append({**said, **more})
        known["last_modification_date"] = _now()

    def rate(self, complaint: int, *, grade: int, solved: str) -> None:
        details = [{"ticket_detail_type_id": 4, "value": solved}, {"ticket_detail_type_id": 6, "value": str(grade)}]
        self.say(complaint, 11, "Obrigada.", details=details)
        self.complaints[complaint]["rating"] = str(grade)

    def take_away(self, complaint: int) -> None:
        self.complaints[complaint] |= {"ra_status": {"id": 12, "name": "Desativado"}, "last_modification_date": _now()}

    def answers(self, complaint: int) -> list[str]:
        said = self.complaints[complaint]["interactions"]
        return [each["message"] for each in said if each["responsible_id"]]


class _Handler(Handler):
    peer: Emulator

    def get(self) -> None:
        if not self._admitted():
            return
        asked, found = self.asked, sorted(self.peer.complaints.values(), key=lambda each: each["id"])
        if "id[eq]" in asked:
            found = [each for each in found if str(each["id"]) == asked["id[eq]"]]
        if since := asked.get("last_modification_date[gte]"):
            found = [each for each in found if each["last_modification_date"] >= since]
        size, number = int(asked.get("page[size]", 25)), int(asked.get("page[number]", 1))
        page = found[size * (number - 1) : size * number]
        self.answer(200, {"data": page, "meta": {"page": {"number": number, "size": size}, "total": len(found)}})

    def post(self) -> None:
        body = self.given()
        if self.place == "/auth/oauth/token":
            self._give_token()
        elif self._admitted():
            form = _form(self.headers["Content-Type"], body)
            complaint = self.peer.complaints.get(int(form["id"]))
            if complaint is None:
                self.answer(404, {"message": "Ticket não encontrado", "code": 4040, "success": False})
            else:
                self._take(self.place.removeprefix("/ticket/v1/tickets/"), complaint, form)

    def _take(self, path: str, complaint: dict[str, Any], form: dict[str, str]) -> None:
        peer, number = self.peer, int(complaint["id"])
        if path in ("message/public", "message/private"):
            sort = 2 if path == "message/public" else 3
            peer.emails.append(form.get("email", ""))
            peer.say(number, sort, form["message"], responsible_id=7, responsible_name="Ada", customer_id=None)
            if peer.silent_once:
                peer.silent_once = False
                self.connection.close()
                return
            self.answer(200, {"success": True, "message": "OK"})
        elif path == "evaluation":
            public = [each for each in complaint["interactions"] if not each["privacy"]]
            if complaint["rating"] or not public[-1]["responsible_id"]:
                self.answer(422, {"message": "A última interação não é da empresa", "code": 4220, "success": False})
            else:
                peer.evaluations.append(number)
                self.answer(200, {"success": True})
        else:
            peer.moderations.append((number, form["reason"], form["message"]))
            self.answer(200, {"success": True})

    def _give_token(self) -> None:
        if self.peer.revoked or self.headers.get("Authorization") != BASIC:
            self.answer(401, {"message": "Bad credentials", "code": 4010, "success": False})
            return
        token = f"token-{len(self.peer.tokens)}"
        self.peer.tokens.add(token)
        self.answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "rate_limit": 10})

    def _admitted(self) -> bool:
        if self.peer.revoked or self.bearer not in self.peer.tokens:
            self.answer(401, {"message": "Token inválido", "code": 4010, "success": False})
            return False
        if self.peer.calls_left is not None:
            self.peer.calls_left -= 1
            if self.peer.calls_left < 0:
                self.answer(429, {"message": "Rate limit", "code": 4290, "success": False})
                return False
        return True


def _form(media_type: str, body: bytes) -> dict[str, str]:
    mail = message_from_bytes(f"Content-Type: {media_type}\n\n".encode() + body)
    found = {}
    for part in mail.walk():
        value = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(value, bytes):
            found[str(part.get_param("name", header="Content-Disposition"))] = value.decode().replace("\r\n", "\n")
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
