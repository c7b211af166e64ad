"""A stand-in for a forum that runs Discourse, on loopback: topics, private messages, edits, deletions, signed pushes.

It is ours and no Discourse; it knows what the tests need of it. `stop` and `start` make an outage.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common.signatures import signature
from tests.peers.serving import Handler, Peer

KEY = "a-key-of-the-stand-in"
SECRET = "a-secret-of-its-webhook"
CARE = "glimo_care"
PAGE = 50
KEY_REFUSED = "You are not permitted to view the requested resource. The API username or key is invalid."


@dataclass
class StandIn(Peer):
    """`revoked` refuses the key, `busy` makes every call too many."""

    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    private: dict[int, list[str]] = field(default_factory=dict)
    revoked: bool = False
    busy: bool = False
    topics: int = 0

    def handler(self) -> type[Handler]:
        return _Handler

    def begin(self, who: str, title: str, words: str, *, to: list[str] | None = None) -> dict[str, Any]:
        """Somebody begins a topic; with `to` a private message."""
        self.topics += 1
        if to is not None:
            self.private[self.topics] = [who, *to]
        return self.post(who, words, topic=self.topics, title=title)

    def post(self, who: str, words: str, *, topic: int, title: str = "", answers: int | None = None) -> dict[str, Any]:
        there = [each for each in self.posts.values() if each["topic_id"] == topic]
        number = len(self.posts) + 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.posts[number] = {
            **dict.fromkeys(("deleted_at", "user_title", "flair_name", "edit_reason")),
            "id": number,
            "username": who,
            "name": who.title(),
            "cooked": f"<p>{words}</p>",
            "version": 1,
            "topic_id": topic,
            "topic_title": title or there[0]["topic_title"],
            "topic_slug": "t",
            "post_number": len(there) + 1,
            "reply_to_post_number": answers,
            "post_type": 1,
            "created_at": at,
            "updated_at": at,
            "user_deleted": False,
            "hidden": False,
        }
        return self.posts[number]

    def edit(self, number: int, words: str) -> None:
        post = self.posts[number]
        self.posts[number] = {
            **post,
            "cooked": f"<p>{words}</p>",
            "version": post["version"] + 1,
            "updated_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }

    def take_away(self, number: int) -> None:
        """As staff see it."""
        self.posts[number]["deleted_at"] = datetime.now(UTC).isoformat(timespec="milliseconds")

    def said_by_care(self) -> list[dict[str, Any]]:
        return [each for each in self.posts.values() if each["username"] == CARE and not each["deleted_at"]]

    def push(self, number: int) -> tuple[bytes, dict[str, str]]:
        """What the forum pushes about a post, and the headers of it."""
        post = self.posts[number]
        archetype = "private_message" if post["topic_id"] in self.private else "regular"
        body = json.dumps({"post": {**post, "topic_archetype": archetype}}).encode()
        return body, {"X-Discourse-Event-Signature": f"sha256={signature(SECRET, body)}"}


class _Handler(Handler):
    peer: StandIn

    def get(self) -> None:
        if not self._admitted():
            return
        match self._resource():
            case ["posts"]:
                self.answer(200, {"latest_posts": self._newest(private=False)})
            case ["private-posts"]:
                self.answer(200, {"private_posts": self._newest(private=True)})
            case ["posts", number] if int(number) in self.peer.posts:
                self.answer(200, self.peer.posts[int(number)])
            case ["t", "-", topic, _]:
                found = [each for each in self.peer.posts.values() if each["topic_id"] == int(topic)]
                self.answer(200, {"id": int(topic), "archetype": "regular", "post_stream": {"posts": found}})
            case _:
                self.answer(404, {"errors": ["The requested URL could not be found."], "error_type": "not_found"})

    def post(self) -> None:
        words = json.loads(self.given())
        if not self._admitted():
            return
        if len(words["raw"]) < 10:
            self.answer(422, {"action": "create_post", "errors": ["Body is too short"]})
        elif words.get("archetype") == "private_message":
            self.answer(
                200, self.peer.begin(CARE, words["title"], words["raw"], to=words["target_recipients"].split(","))
            )
        else:
            answers = words["reply_to_post_number"]
            self.answer(200, self.peer.post(CARE, words["raw"], topic=words["topic_id"], answers=answers))

    def delete(self) -> None:
        if self._admitted():
            self.peer.take_away(int(self._resource()[1]))
            self.answer(200, {})

    def _resource(self) -> list[str]:
        return self.place.strip("/").removesuffix(".json").split("/")

    def _newest(self, *, private: bool) -> list[dict[str, Any]]:
        """As Discourse: the newest first, at most fifty, with `before` those of lower ids."""
        before = int(self.asked.get("before", 1_000_000))
        there = [each for each in self.peer.posts.values() if not each["deleted_at"] and each["id"] < before]
        mine = [each for each in there if (CARE in self.peer.private.get(each["topic_id"], ())) is private]
        public = [each for each in mine if private or each["topic_id"] not in self.peer.private]
        return sorted(public, key=lambda each: -each["id"])[:PAGE]

    def _admitted(self) -> bool:
        if self.peer.busy:
            self.answer(429, {"errors": ["Too many requests"], "error_type": "rate_limit"}, {"Retry-After": "1"})
            return False
        public = self.command == "GET" and "Api-Key" not in self.headers and self.path.startswith("/posts")
        if not public and (self.peer.revoked or self.headers.get("Api-Key") != KEY):
            self.answer(403, {"errors": [KEY_REFUSED], "error_type": "invalid_access"})
            return False
        return True
