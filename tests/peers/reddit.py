"""A stand-in for Reddit, on loopback: tokens, an inbox, a community, messages, edits, deletions, counted calls.

It is ours and no Reddit; it knows what the tests need of it. `stop` and `start` make an outage.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.peers.serving import Handler, Peer

CARE, CLIENT, SECRET, REFRESH = "glimo_care", "a-client", "a-secret", "a-refresh-token"
PAGE = 100


@dataclass
class StandIn(Peer):
    """`revoked` refuses every token and gives no new one. Calls are counted down from `calls_left`."""

    things: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    revoked: bool = False
    calls_left: int = 600

    def handler(self) -> type[Handler]:
        return _Handler

    def submit(self, who: str, title: str, words: str = "") -> str:
        return self._add("t3", who, title=title, selftext=words)

    def comment(self, who: str, words: str, *, parent: str) -> str:
        above = self._of(parent)
        under = above["link_id"] if parent.startswith("t1_") else parent
        return self._add("t1", who, body=words, parent_id=parent, link_id=under, link_title="", told=above["author"])

    def message(self, who: str, words: str, *, to: str, parent: str | None = None) -> str:
        return self._add("t4", who, body=words, subject="A message", parent_id=parent, told=to)

    def edit(self, name: str, words: str) -> None:
        self._of(name).update(body=words, edited=self._of(name)["created_utc"] + 60)

    def delete(self, name: str) -> None:
        self._of(name).update(body="[deleted]", author="[deleted]")

    def said_by_care(self) -> list[dict[str, Any]]:
        return [each["data"] for each in self.things if each["data"]["author"] == CARE]

    def _add(self, kind: str, who: str, **words: Any) -> str:
        number = len(self.things) + 1
        name = f"{kind}_{number:x}"
        known = {"name": name, "author": who, "created_utc": 1_783_000_000.0 + number, "edited": False}
        self.things.append({"kind": kind, "data": {**known, "subreddit": "household", **words}})
        return name

    def _of(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(each["data"] for each in self.things if each["data"]["name"] == name)
        return found


class _Handler(Handler):
    peer: StandIn

    def get(self) -> None:
        if not self._admitted():
            return
        things = self.peer.things
        match self.parts:
            case ["message", "inbox"]:
                self._listing([each for each in things if each["data"].get("told") == CARE])
            case ["r", _, "comments"]:
                self._listing([each for each in things if each["kind"] == "t1"])
            case ["r", _, "new"]:
                self._listing([each for each in things if each["kind"] == "t3"])
            case ["api", "info"]:
                self._listing([each for each in things if each["data"]["name"] == self.asked["id"]])
            case ["comments", post]:
                under = [each for each in things if each["data"].get("link_id") == f"t3_{post}"]
                above = [each for each in things if each["data"]["name"] == f"t3_{post}"]
                self.answer(200, [_listed(above), _listed(under)])
            case _:
                self.answer(404, {"message": "Not Found", "error": 404})

    def post(self) -> None:
        words = dict(parse_qsl(self.given().decode()))
        if self.path == "/api/v1/access_token":
            self._renew(words)
        elif self._admitted():
            self._write(words)

    def _write(self, words: dict[str, str]) -> None:
        peer = self.peer
        match self.path:
            case "/api/comment" if words["thing_id"].startswith("t4_"):
                made = peer.message(CARE, words["text"], to="", parent=words["thing_id"])
            case "/api/comment":
                made = peer.comment(CARE, words["text"], parent=words["thing_id"])
            case "/api/compose":
                peer.message(CARE, words["text"], to=words["to"])
                return self.answer(200, {"json": {"errors": []}})
            case _:
                peer.delete(words["id"])
                return self.answer(200, {})
        thing = next(each for each in peer.things if each["data"]["name"] == made)
        return self.answer(200, {"json": {"errors": [], "data": {"things": [thing]}}})

    def _renew(self, words: dict[str, str]) -> None:
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.peer.revoked or self.headers.get("Authorization") != expected or words.get("refresh_token") != REFRESH:
            self.answer(400, {"error": "invalid_grant"})
            return
        token = f"token-{len(self.peer.tokens)}"
        self.peer.tokens.add(token)
        self.answer(200, {"access_token": token, "expires_in": 86400, "token_type": "bearer"})

    def _admitted(self) -> bool:
        if self.peer.revoked or self.bearer not in self.peer.tokens:
            self.answer(401, {"message": "Unauthorized", "error": 401})
            return False
        if not self.headers["User-Agent"].startswith("web:answerable:") or self.peer.calls_left <= 0:
            self.answer(429, {"message": "Too Many Requests", "error": 429})
            return False
        self.peer.calls_left -= 1
        return True

    def _listing(self, found: list[dict[str, Any]]) -> None:
        """The newest first; `after` goes on below a thing."""
        newest = sorted(found, key=lambda each: -each["data"]["created_utc"])
        names = [each["data"]["name"] for each in newest]
        begin = names.index(self.asked["after"]) + 1 if "after" in self.asked else 0
        self.answer(200, _listed(newest[begin : begin + PAGE]))

    def answer(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        left = self.peer.calls_left
        told = {"X-Ratelimit-Remaining": f"{left}.0", "X-Ratelimit-Used": str(600 - left), "X-Ratelimit-Reset": "300"}
        super().answer(status, value, {**told, **(headers or {})})


def _listed(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": found}}
