"""A stand-in for a server of the Mastodon API, on loopback: it remembers people, posts, threads, edits and deletions.

It is ours and no Mastodon: it federates nothing and knows what the tests need of it. `stop` and `start` make an outage;
what people post meanwhile is there afterwards, as on a server that only we could not reach.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import HTTP
from html import escape
from typing import Any

from tests.peers.mastodon_streaming import Stream
from tests.peers.serving import Handler, Peer

TOKEN = "a-token-of-the-stand-in"
HOST = "social.example"
MENTION = re.compile(r"(?<![=/\w])@(\w+)(?:@[\w.-]+)?")


@dataclass
class StandIn(Peer):
    """`calls_left` counts down and renews by itself; `revoked` refuses the token; `silent` takes posts and says nothing."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    silent: bool = False
    calls_left: int = 300
    revoked: bool = False
    number: int = 114_780_000_000_000_000
    stream: Stream | None = None

    def handler(self) -> type[Handler]:
        return _Handler

    def post(self, who: str, words: str, *, parent: str | None = None, visibility: str = "public") -> str:
        """Somebody posts; the account that is named hears of it."""
        self.number += 1
        post = _post(str(self.number), who, words, visibility, parent, self.posts)
        self.posts[post["id"]] = post
        answers_care = parent in self.posts and self.posts[parent or ""]["account"]["username"] == "care"
        if who != "care" and ("care" in MENTION.findall(words) or answers_care):
            self.number += 1
            told = {"id": str(self.number), "type": "mention", "created_at": post["created_at"]}
            told |= {"group_key": "", "account": post["account"], "status": post}
            self.notifications.append(told)
            self._tell("user:notification", "notification", told)
        self._tell("hashtag", "update", post)
        return str(post["id"])

    def edit(self, post_id: str, words: str) -> None:
        self.posts[post_id] |= {"content": f"<p>{escape(words, quote=False)}</p>", "edited_at": _now()}
        self._tell("hashtag", "status.update", self.posts[post_id])

    def show(self, post_id: str, picture: bytes, *, described: str) -> None:
        """A post has a picture, which lies at an address of its own."""
        self.pictures[post_id] = picture
        address = f"{self.address}/media/{post_id}.png"
        self.posts[post_id]["media_attachments"] = [{"type": "image", "url": address, "description": described}]

    def take_back(self, post_id: str) -> None:
        self._tell("hashtag", "delete", post_id, of=self.posts.pop(post_id))
        self.notifications = [each for each in self.notifications if each["status"]["id"] != post_id]

    def said_by_care(self) -> list[dict[str, Any]]:
        return [post for post in self.posts.values() if post["account"]["username"] == "care"]

    def _tell(self, stream: str, event: str, payload: Any, *, of: dict[str, Any] | None = None) -> None:
        """Of what is public, or goes to our account, the stream tells at once."""
        if self.stream is not None:
            self.stream.tell(stream, event, payload, of or payload)


class _Handler(Handler):
    peer: StandIn

    def get(self) -> None:
        asked = self.asked
        if self.place.startswith("/media/"):
            self.send(200, self.peer.pictures[self.place.removeprefix("/media/").removesuffix(".png")])
            return
        if not self._admitted():
            return
        match self.parts:
            case ["api", "v1", "notifications"]:
                self.answer(200, _page(self.peer.notifications, asked))
            case ["api", "v1", "timelines", "tag", tag]:
                public = [post for post in self.peer.posts.values() if post["visibility"] == "public"]
                self.answer(200, _page([post for post in public if f"#{tag}" in post["content"]], asked))
            case ["api", "v2", "search"]:
                words = asked["q"].lower()
                found = [post for post in self.peer.posts.values() if words in post["content"].lower()]
                self.answer(200, {"accounts": [], "hashtags": [], "statuses": _page(found, asked)})
            case ["api", "v1", "statuses", post_id] if post_id in self.peer.posts:
                self.answer(200, self.peer.posts[post_id])
            case ["api", "v1", "statuses", post_id, "context"] if post_id in self.peer.posts:
                self.answer(200, _context(self.peer.posts, post_id))
            case _:
                self.answer(404, {"error": "Record not found"})

    def delete(self) -> None:
        post_id = self.parts[-1]
        if self._admitted():
            found = self.peer.posts.pop(post_id, None)
            self.answer(200, {**found, "text": ""}) if found else self.answer(404, {"error": "Record not found"})

    def post(self) -> None:
        body = self.given()
        if not self._admitted():
            return
        if self.path == "/api/v2/media":
            self._keep_media(body)
        else:
            self._post(json.loads(body))

    def _keep_media(self, body: bytes) -> None:
        form = message_from_bytes(f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode() + body, policy=HTTP)
        parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
        made = {"id": str(len(self.peer.media) + 1), "type": "image", "url": f"{self.peer.address}/media/1.png"}
        described = bytes(parts["description"].get_payload(decode=True)).decode() if "description" in parts else None
        self.peer.media[made["id"]] = {**made, "description": described}
        self.answer(200, self.peer.media[made["id"]])

    def _post(self, words: dict[str, Any]) -> None:
        key, parent = self.headers.get("Idempotency-Key", ""), words.get("in_reply_to_id")
        if len(words["status"]) > 500:
            self.answer(422, {"error": "Validation failed: Text character limit of 500 exceeded"})
        elif parent and parent not in self.peer.posts:
            self.answer(404, {"error": "Record not found"})
        else:
            known = self.peer.keys.get(key)
            made = known or self.peer.post("care", words["status"], parent=parent, visibility=words["visibility"])
            self.peer.keys[key] = made
            named = words.get("media_ids") or ()
            self.peer.posts[made]["media_attachments"] = [self.peer.media[each] for each in named]
            if self.peer.silent:
                self.close_connection = True
            else:
                self.answer(200, self.peer.posts[made])

    def _admitted(self) -> bool:
        if self.peer.revoked or self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(401, {"error": "The access token was revoked"})
            return False
        if self.peer.calls_left <= 0:
            self.answer(429, {"error": "Too many requests"})
            return False
        self.peer.calls_left -= 1
        return True

    def answer(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        told = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": str(self.peer.calls_left)}
        told["X-RateLimit-Reset"] = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
        super().answer(status, value, {**told, **(headers or {})})


def _post(
    number: str, who: str, words: str, visibility: str, parent: str | None, posts: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "id": number,
        "created_at": _now(),
        "edited_at": None,
        "visibility": visibility,
        "language": "en",
        "in_reply_to_id": parent,
        "content": f"<p>{escape(words, quote=False)}</p>",
        "spoiler_text": "",
        "media_attachments": [],
        "account": {"id": who, "username": who, "acct": who, "display_name": who.title()},
        "uri": f"https://{HOST}/users/{who}/statuses/{number}",
    }


def _page(rows: list[dict[str, Any]], asked: dict[str, str]) -> list[dict[str, Any]]:
    """Newest first; with `min_id` those that come next above it, as Mastodon pages."""
    limit, above = int(asked["limit"]), int(asked.get("min_id", 0))
    ordered = sorted((row for row in rows if int(row["id"]) > above), key=lambda row: int(row["id"]))
    chosen = ordered[:limit] if above else ordered[-limit:]
    return chosen[::-1]


def _context(posts: dict[str, dict[str, Any]], post_id: str) -> dict[str, Any]:
    before, at = [], posts[post_id]["in_reply_to_id"]
    while at in posts:
        before.append(posts[at])
        at = posts[at]["in_reply_to_id"]
    after = [post for post in posts.values() if post["in_reply_to_id"] == post_id]
    return {"ancestors": before[::-1], "descendants": after}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
