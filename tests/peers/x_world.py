"""What our emulator of X remembers: people, posts with their versions, messages, rules, tokens. No socket is here."""

from __future__ import annotations

import base64
import hashlib
import queue
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

CLIENT, SECRET, BEARER, CONSUMER = "the-client", "the-client-secret", "the-token-of-the-app", "the-consumer-secret"
LASTS = 7200
Post = dict[str, Any]


@dataclass
class World:
    """`limits` are calls left in a bucket. `silent_once` takes the next post and gives no answer."""

    posts: dict[str, Post] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    media: dict[str, dict[str, str]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=lambda: {"the-first-refresh-token"})
    access: dict[str, float] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    listeners: list[queue.Queue[dict[str, Any] | None]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    silent_once: bool = False
    is_searched_late: bool = False
    number: int = 1_990_000_000_000_000_000

    def person(self, name: str) -> str:
        """The number of an account; a follower count, that nobody may ask for, is with it."""
        known = next((each for each, told in self.people.items() if told["username"] == name), None)
        if known is None:
            known = self._next()
            self.people[known] = {"id": known, "username": name, "name": name.title()}
        return known

    def post(self, who: str, words: str, *, parent: str = "", quoting: str = "", media: tuple[str, ...] = ()) -> str:
        made = self._next()
        references = [
            {"type": kind, "id": each} for kind, each in (("replied_to", parent), ("quoted", quoting)) if each
        ]
        urls = [{"url": f"https://t.co/{each}", "expanded_url": f"https://x.com/care/status/{each}", "start": 0, "end": 1}
                for each in [quoting] if each]  # fmt: skip
        self.posts[made] = {
            "id": made,
            "text": words,
            "author_id": self.person(who),
            "created_at": _now(),
            "conversation_id": self.posts[parent]["conversation_id"] if parent in self.posts else made,
            "lang": "en",
            "referenced_posts": references,
            "entities": {"urls": urls},
            "attachments": {"media_keys": [f"3_{each}" for each in media]},
        }
        self.versions[made] = [made]
        for heard in self.listeners:
            if self._matches(self.posts[made]):
                heard.put(self.told([self.posts[made]], older=True) | {"data": _older(self.posts[made], [made])})
        return made

    def edit(self, post_id: str, words: str) -> str:
        """A version of its own, under a number of its own; the first stays as it was."""
        made = self._next()
        chain = self.versions[post_id]
        chain.append(made)
        self.versions[made] = chain
        self.posts[made] = {**self.posts[post_id], "id": made, "text": words, "created_at": _now()}
        return made

    def take_back(self, post_id: str) -> None:
        for each in self.versions.pop(post_id, []):
            self.posts.pop(each, None)

    def message(self, who: str, whom: str, words: str, media: str = "") -> str:
        sender, recipient = self.person(who), self.person(whom)
        told = {
            "id": self._next(),
            "event_type": "MessageCreate",
            "text": words,
            "sender_id": sender,
            "participant_ids": [sender, recipient],
            "dm_conversation_id": "-".join(sorted((sender, recipient), key=int)),
            "created_at": _now(),
            **({"attachments": {"media_keys": [f"3_{media}"]}} if media else {}),
        }
        self.messages.append(told)
        return str(told["id"])

    def said_by_care(self) -> list[Post]:
        return [each for each in self.posts.values() if each["author_id"] == self.person("care")]

    def named(self) -> list[Post]:
        """Posts of others that name the account, or answer what it said: X puts the name before an answer by itself."""
        care = self.person("care")
        ours = {each["id"] for each in self.said_by_care()}
        return [
            each
            for each in self.newest()
            if each["author_id"] != care
            and (
                "@care" in each["text"]
                or any(one["id"] in ours for one in each["referenced_posts"] if one["type"] == "replied_to")
            )
        ]

    def newest(self) -> list[Post]:
        """Each post once, in its newest version."""
        return [
            self.posts[chain[-1]]
            for first, chain in self.versions.items()
            if chain[0] == first and chain[-1] in self.posts
        ]

    def searched(self, query: str) -> list[Post]:
        """The few operators that the connector uses."""
        found = [] if self.is_searched_late else self.newest()
        for word, told in re.findall(r"(?<!-)(from|conversation_id|in_reply_to_tweet_id):(\S+)", query):
            found = [each for each in found if self._is(each, word, told)]
        for name in re.findall(r"-from:(\S+)", query):
            found = [each for each in found if self.people[each["author_id"]]["username"] != name]
        if "is:quote" in query:
            found = [each for each in found if any(one["type"] == "quoted" for one in each["referenced_posts"])]
        wanted = re.findall(r"^\((.+?)\)", query) + re.findall(r'(?<!:)"([^"]+)"', query)
        return [each for each in found if all(_plain(words) in _plain(each["text"]) for words in wanted)]

    def told(self, posts: list[Post], *, older: bool = False) -> dict[str, Any]:
        """Posts with what they refer to, as the expansions bring it."""
        shown = [self.shown(each) for each in posts]
        beside = {one["id"] for each in posts for one in each["referenced_posts"] if one["id"] in self.posts}
        beside |= {
            each for post in posts for each in self.versions[post["id"]] if each != post["id"] and each in self.posts
        }
        people = {self.posts[each]["author_id"] for each in beside} | {each["author_id"] for each in posts}
        keys = {key for each in posts for key in each["attachments"]["media_keys"]}
        includes = {
            "users": [self.people[each] for each in sorted(people)],
            "media": [{"media_key": key, "type": "photo", **self.media.get(key[2:], {})} for key in sorted(keys)],
            **({} if older else {"posts": [self.shown(self.posts[each]) for each in sorted(beside)]}),
        }
        return {"data": shown, "includes": includes}

    def shown(self, post: Post) -> Post:
        return {**post, "edit_history_post_ids": self.versions[post["id"]]}

    def keep_media(self, kind: str) -> str:
        made = self._next()
        self.media[made] = {"type": "photo", "url": f"https://pbs.example/{made}.png"}
        assert kind in ("tweet_image", "dm_image")
        return made

    def renew(self, form: dict[str, str]) -> dict[str, Any] | None:
        """A refresh token is good once; used twice, all of that sign-in ends."""
        if form.get("grant_type") == "authorization_code":
            challenge = self.codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if challenge != base64.urlsafe_b64encode(digest).decode().rstrip("="):
                return None
        elif form.get("refresh_token") not in self.refresh:
            return None
        self.refresh.clear()
        fresh, lasting = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.refresh.add(lasting)
        self.access[fresh] = time.time() + LASTS
        return {"token_type": "bearer", "expires_in": LASTS, "access_token": fresh, "refresh_token": lasting}

    def authorise(self, challenge: str) -> str:
        """The person lets the app in, in the browser."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = challenge
        return code

    def revoke(self) -> None:
        self.refresh.clear()
        self.access.clear()

    def admits(self, token: str, *, as_app: bool) -> bool:
        return token == BEARER if as_app else self.access.get(token, 0) > time.time()

    def _is(self, post: Post, word: str, told: str) -> bool:
        checks: dict[str, Callable[[], bool]] = {
            "from": lambda: self.people[post["author_id"]]["username"] == told,
            "conversation_id": lambda: post["conversation_id"] == told,
            "in_reply_to_tweet_id": lambda: {"type": "replied_to", "id": told} in post["referenced_posts"],
        }
        return checks[word]()

    def _matches(self, post: Post) -> bool:
        return any(post in self.searched(rule) for rule in self.rules.values())

    def _next(self) -> str:
        self.number += 1
        return str(self.number)


def _older(post: Post, chain: list[str]) -> Post:
    """The stream is described with the older names."""
    names = {"referenced_posts": "referenced_tweets"}
    return {names.get(name, name): each for name, each in post.items()} | {"edit_history_tweet_ids": chain}


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.lower()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
