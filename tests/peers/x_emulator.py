"""An emulator of X's API v2 on loopback: real HTTP, and a memory of what was said (`x_world.py`).

It is ours and no X. A checking proxy in front of it (`checking_proxy.py`) holds each request and answer against X's published
description. `stop` and `start` make an outage; what people say meanwhile is there afterwards.
"""

from __future__ import annotations

import json
import queue
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from answerable.channels.common.signatures import base64, signature
from tests.peers.serving import Handler, Peer
from tests.peers.x_world import BEARER, CLIENT, CONSUMER, SECRET, World

APP_ONLY = ("/2/tweets/search/stream",)
PER_QUARTER = 300
PROBLEMS = "https://api.x.com/2/problems/"


class Emulator(World, Peer):
    """The world, and the server that answers for it."""

    def handler(self) -> type[Handler]:
        return _Handler

    def stop(self) -> None:
        for each in self.listeners:
            each.put(None)
        self.listeners.clear()
        super().stop()


def signed(body: bytes, secret: str = CONSUMER) -> str:
    """As X signs what it pushes."""
    return "sha256=" + signature(secret, body, form=base64)


class _Handler(Handler):
    peer: Emulator
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        self.body, parts = self.given(), self.parts
        if parts == ["2", "oauth2", "token"]:
            self._token()
        elif self._admitted():
            self.peer.calls.append(f"{self.command} {self.place}")
            self._route(parts)

    get = post = delete = _serve

    def _route(self, parts: list[str]) -> None:
        {"GET": self._read, "POST": self._write, "DELETE": self._remove}[self.command](parts[1:])

    def _read(self, parts: list[str]) -> None:
        world, care = self.peer, self.peer.person("care")
        match parts:
            case ["users", "me"]:
                self.answer(200, {"data": world.people[care]})
            case ["users", number, "mentions"] if number == care:
                self._page(world.named())
            case ["users", number, "tweets"] if number == care:
                self._page(world.said_by_care())
            case ["tweets", "search", "recent"]:
                self._page(world.searched(self.asked["query"]))
            case ["tweets"]:
                self._some(self.asked["ids"].split(","))
            case ["dm_events"]:
                self._messages()
            case ["tweets", "search", "stream"]:
                self._stream()
            case _:
                self._missing()

    def _write(self, parts: list[str]) -> None:
        world, told = self.peer, json.loads(self.body)
        match parts:
            case ["tweets", "search", "stream", "rules"]:
                self._rules(told)
            case ["tweets"]:
                self._say(told)
            case ["dm_conversations", "with", number, "messages"] if number in world.people:
                self._tell(number, told)
            case ["media", "upload"]:
                assert b64decode(told["media"])
                self.answer(200, {"data": {"id": world.keep_media(told["media_category"])}})
            case ["media", "metadata"]:
                world.media[told["id"]]["alt_text"] = told["metadata"]["alt_text"]["text"]
                self.answer(200, {"data": {"id": told["id"], "associated_metadata": told["metadata"]}})
            case _:
                self._missing()

    def _remove(self, parts: list[str]) -> None:
        if len(parts) != 2 or parts[0] != "tweets" or parts[1] not in self.peer.posts:
            self._missing()
            return
        self.peer.take_back(parts[1])
        self.answer(200, {"data": {"deleted": True}})

    def _missing(self) -> None:
        self.answer(404, _problem("resource-not-found", "There is nothing.", resource_type="post"))

    def _page(self, posts: list[dict[str, Any]]) -> None:
        """Newest first, above `since_id`, a page at a time; the token says below which number the next one begins."""
        above, below = int(self.asked.get("since_id", 0)), int(self._after() or 10**20)
        chosen = sorted((each for each in posts if above < int(each["id"]) < below), key=lambda each: -int(each["id"]))
        most = int(self.asked.get("max_results", 10))
        page, more = chosen[:most], len(chosen) > most
        meta = {
            "result_count": len(page),
            **({"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]} if page else {}),
        }
        told = self.peer.told(page) if page else {}
        self.answer(200, {**told, "meta": {**meta, **({"next_token": _mark(page[-1]["id"])} if more else {})}})

    def _messages(self) -> None:
        below = int(self._after() or 10**20)
        chosen = sorted(
            (each for each in self.peer.messages if int(each["id"]) < below), key=lambda each: -int(each["id"])
        )
        most = int(self.asked.get("max_results", 100))
        page, people = chosen[:most], {one for each in chosen[:most] for one in each["participant_ids"]}
        more = {"next_token": _mark(page[-1]["id"])} if len(chosen) > most else {}
        includes = {"users": [self.peer.people[each] for each in sorted(people)]}
        told = {"data": page, "includes": includes} if page else {}
        self.answer(200, {**told, "meta": {"result_count": len(page), **more}})

    def _some(self, numbers: list[str]) -> None:
        there = [self.peer.posts[each] for each in numbers if each in self.peer.posts]
        missing = [
            _problem("resource-not-found", "It is not there.", resource_type="post", resource_id=each, value=each)
            for each in numbers
            if each not in self.peer.posts
        ]
        self.answer(200, {**(self.peer.told(there) if there else {}), **({"errors": missing} if missing else {})})

    def _say(self, told: dict[str, Any]) -> None:
        parent = told.get("reply", {}).get("in_reply_to_tweet_id", "")
        if any(each["text"] == told["text"] for each in self.peer.said_by_care()):
            self.answer(403, {"code": 187, "message": "You are not allowed to create a Post with duplicate content."})
        elif parent and parent not in self.peer.posts:
            self.answer(403, {"code": 385, "message": "You attempted to reply to a Post that is deleted."})
        else:
            media = tuple(told.get("media", {}).get("media_ids", ()))
            made = self.peer.post("care", told["text"], parent=parent, media=media)
            if self.peer.silent_once:
                self.peer.silent_once = False
                self.close_connection = True
                return
            self.answer(201, {"data": {"id": made, "text": told["text"], "edit_history_post_ids": [made]}})

    def _tell(self, number: str, told: dict[str, Any]) -> None:
        media = next((each["media_id"] for each in told.get("attachments", ())), "")
        made = self.peer.message("care", self.peer.people[number]["username"], told["text"], media)
        conversation = next(each["dm_conversation_id"] for each in self.peer.messages if each["id"] == made)
        self.answer(201, {"data": {"dm_event_id": made, "dm_conversation_id": conversation}})

    def _rules(self, told: dict[str, Any]) -> None:
        gone = set(told.get("delete", {}).get("values", ()))
        self.peer.rules = {number: rule for number, rule in self.peer.rules.items() if rule not in gone}
        for each in told.get("add", ()):
            self.peer.rules[self.peer._next()] = each["value"]
        known = [{"id": number, "value": rule} for number, rule in self.peer.rules.items()]
        self.answer(200, {"data": known, "meta": {"sent": "2026-07-03T18:16:00Z", "summary": {}}})

    def _stream(self) -> None:
        """Lines as they come; an empty one in between, as X sends it to say that it is there."""
        mine: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(b"\r\n")
        self.peer.listeners.append(mine)
        while True:
            try:
                told = mine.get(timeout=0.2)
            except queue.Empty:
                self.wfile.write(b"\r\n")
                continue
            if told is None:
                return
            post = told["data"]
            self.wfile.write(json.dumps({**told, "data": post}).encode() + b"\r\n")

    def _token(self) -> None:
        basic = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        form = {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}
        given = self.peer.renew(form) if self.headers.get("Authorization") == f"Basic {basic}" else None
        self.answer(*((200, given) if given else (400, {"error": "invalid_grant"})))

    def _admitted(self) -> bool:
        if not self.peer.admits(self.bearer, as_app=self.place.startswith(APP_ONLY)):
            self.answer(401, {"code": 32, "message": "Could not authenticate you."})
            return False
        self.bucket = f"{self.command} {re.sub(r'[0-9]{5,}', '{}', self.place)}"
        left = self.peer.limits.get(self.bucket, PER_QUARTER)
        self.peer.limits[self.bucket] = max(0, left - 1)
        if left <= 0:
            self.answer(429, {"code": 88, "message": "Rate limit exceeded"})
        return left > 0

    def _after(self) -> str:
        token = self.asked.get("pagination_token") or self.asked.get("next_token") or ""
        return token.rpartition("-")[2]

    def answer(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        told = {"Content-Type": "application/problem+json"} if status >= 400 and "title" in value else {}
        if hasattr(self, "bucket"):
            told["x-rate-limit-limit"] = str(PER_QUARTER)
            told["x-rate-limit-remaining"] = str(self.peer.limits[self.bucket])
            told["x-rate-limit-reset"] = str(int(time.time()) + 900)
        super().answer(status, value, {**told, **(headers or {})})


def _mark(number: str) -> str:
    return f"page-token-of-x-{number}"


def _problem(kind: str, detail: str, **more: str) -> dict[str, Any]:
    return {"type": PROBLEMS + kind, "title": "Problem", "detail": detail, **more}


__all__ = ["BEARER", "CLIENT", "CONSUMER", "SECRET", "Emulator", "signed"]
