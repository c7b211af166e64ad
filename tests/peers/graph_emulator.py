"""An emulator of ours with the semantics of Meta's Graph API, written from its documentation: it is no server of Meta.

It remembers a page, its posts and comments, an Instagram account, conversations, a WhatsApp number, its approved texts and
media, tokens with an end, and what is left of a share of calls. It is asked over HTTP on loopback. What happens there waits
until `deliver` pushes it, signed, to the callback address that it challenged before, through the desk's own front door; what was
not taken is pushed again the next time. `stop` and `start` make an outage of theirs, `desk_is_down` one of ours.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from tests.peers.serving import Handler, Peer

SECRET, WORD = "a-secret-of-the-emulated-app", "a-word-for-the-challenge"
PAGE, ACCOUNT, NUMBER, BUSINESS, APP = "104870001", "17841400001", "106540001", "419561001", "77001"
DAY = timedelta(hours=24)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Graph(Peer):
    """`calls_used` is a percentage and grows by itself. What `silent_after_taking` counts is taken, and never answered."""

    tokens: set[str] = field(default_factory=lambda: {"a-page-token"})
    signed_in: dict[str, str] = field(default_factory=dict)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    chats: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mentions: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    texts: list[dict[str, Any]] = field(default_factory=list)
    private_replies: set[str] = field(default_factory=set)
    heard_at: dict[str, datetime] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    hooks: dict[str, str] = field(default_factory=dict)
    waiting: list[tuple[str, bytes]] = field(default_factory=list)
    pushing: bool = True
    desk_is_down: bool = False
    calls_used: int = 0
    silent_after_taking: int = 0

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self.posts[f"{PAGE}_500"] = self._node(f"{PAGE}_500", PAGE, "Glimo Care", "The new strap is here.")

    def handler(self) -> type[Handler]:
        from tests.peers import graph_server

        return graph_server.Handler

    # What people do there.

    def comment(self, who: str, words: str, *, post: str = f"{PAGE}_500", parent: str = "") -> str:
        """Somebody comments on the page; the page itself does when `who` is its number."""
        comment_id = f"{post.partition('_')[2]}_{next(self._numbers) + 9000}"
        made = self._node(comment_id, who, _shown(who), words) | {"post": post, "parent": parent or post}
        self.comments[comment_id] = made
        self._feed("add", made)
        return comment_id

    def edit_comment(self, comment_id: str, words: str) -> None:
        self.comments[comment_id]["message"] = words
        self._feed("edited", self.comments[comment_id])

    def remove_comment(self, comment_id: str) -> None:
        self._feed("remove", self.comments.pop(comment_id))

    def visitor_posts(self, who: str, words: str) -> str:
        post_id = f"{PAGE}_{next(self._numbers) + 600}"
        self.posts[post_id] = self._node(post_id, who, _shown(who), words)
        value = {"item": "post", "verb": "add", "post_id": post_id, "message": words, **self._from(who)}
        self._change("page", PAGE, "feed", value | {"created_time": int(now().timestamp())})
        return post_id

    def instagram_comment(self, who: str, words: str, *, media: str = "1790001", parent: str = "") -> str:
        comment_id = str(17850000 + next(self._numbers))
        made = self._node(comment_id, who, _shown(who), words) | {"media": media, "parent": parent}
        self.comments[comment_id] = made
        value = {"id": comment_id, "text": words, "media": {"id": media}, **self._from(who, "username")}
        self._change("instagram", ACCOUNT, "comments", value | ({"parent_id": parent} if parent else {}))
        return comment_id

    def instagram_mention(self, who: str, words: str) -> str:
        comment_id = str(17860000 + next(self._numbers))
        self.mentions[comment_id] = {"id": comment_id, "text": words, "username": _shown(who), "timestamp": _iso(now())}
        self._change("instagram", ACCOUNT, "mentions", {"media_id": "1790099", "comment_id": comment_id})
        return comment_id

    def write(self, who: str, words: str, *, at: str = "page") -> str:
        """A private message to the page or to the Instagram account."""
        mid = f"m_{next(self._numbers)}"
        self._chat(at, who, mid, words, by_us=False)
        self.heard_at[f"{at}:{who}"] = now()
        self._message(at, who, {"message": {"mid": mid, "text": words}})
        return mid

    def edit_message(self, who: str, mid: str, words: str, *, at: str = "page") -> None:
        self._message(at, who, {"message_edit": {"mid": mid, "text": words, "num_edit": 1}})

    def unsend(self, who: str, mid: str) -> None:
        self._message("instagram", who, {"message": {"mid": mid, "is_deleted": True}})

    def read_all(self, who: str) -> None:
        self._message("page", who, {"read": {"watermark": int(now().timestamp() * 1000) + 1000}})

    def colleague_writes(self, who: str, words: str) -> str:
        """In Meta's own app, beside the desk."""
        return self.echo("page", who, words)

    def whatsapp(self, who: str, kind: str, told: Any, **more: Any) -> str:
        wamid = f"wamid.{next(self._numbers)}"
        message = {"from": who, "id": wamid, "timestamp": str(int(now().timestamp())), "type": kind, kind: told, **more}
        self.heard_at[f"whatsapp:{who}"] = now()
        names = [{"profile": {"name": _shown(who)}, "wa_id": who}]
        self._whatsapp({"contacts": names, "messages": [message]})
        return wamid

    def status(self, wamid: str, state: str, **more: Any) -> None:
        found = next(each for each in self.sent if each["id"] == wamid)
        told = {"id": wamid, "status": state, "timestamp": str(int(now().timestamp())), "recipient_id": found["to"]}
        kept = {"biz_opaque_callback_data": found["biz_opaque_callback_data"]}
        self._whatsapp({"statuses": [{**told, **kept, **more}]})

    def close_windows(self) -> None:
        """More than a day passes without a word from anybody."""
        self.heard_at = {who: at - 2 * DAY for who, at in self.heard_at.items()}

    def revoke(self) -> None:
        self.tokens.clear()

    # Pushes.

    def subscribe(self, kind: str, callback: str) -> None:
        """As the dashboard does: the address must say the challenge back before anything is pushed there."""
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": WORD}
        answer = Client().get(callback, asked)
        assert (answer.status_code, answer.content) == (200, b"1158201444"), answer.content
        self.hooks[kind] = callback

    def push(self, kind: str, account: str, entry: dict[str, Any]) -> None:
        told = {"object": kind, "entry": [{"id": account, "time": int(now().timestamp()), **entry}]}
        if self.pushing and kind in self.hooks:
            self.waiting.append((kind, json.dumps(told).encode()))

    def deliver(self) -> int:
        """Push what happened, and again what was not taken before; returns how much is still left."""
        waiting, self.waiting = self.waiting, []
        for kind, body in waiting:
            signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            headers = {"X-Hub-Signature-256": f"sha256={signed}"}
            taken = not self.desk_is_down and self._pushed(self.hooks[kind], body, headers)
            self.waiting += [] if taken else [(kind, body)]
        return len(self.waiting)

    def _pushed(self, callback: str, body: bytes, headers: dict[str, str]) -> bool:
        answer = Client().post(callback, body, content_type="application/json", headers=headers)
        return answer.status_code == 200

    # What our own side does there, called by the server.

    def echo(self, at: str, who: str, words: str, metadata: str = "") -> str:
        mid = f"m_{next(self._numbers)}"
        self._chat(at, who, mid, words, by_us=True)
        message = {"mid": mid, "is_echo": True, "text": words, **({"metadata": metadata} if metadata else {})}
        self._message(at, who, {"message": message}, by_us=True)
        return mid

    def new_id(self) -> int:
        return next(self._numbers)

    def _chat(self, at: str, who: str, mid: str, words: str, *, by_us: bool) -> None:
        us = {"id": PAGE if at == "page" else ACCOUNT}
        them = {"id": who, "name": _shown(who)}
        told = {"id": mid, "message": words, "created_time": _iso(now())}
        ends = {"from": us, "to": {"data": [them]}} if by_us else {"from": them, "to": {"data": [us]}}
        self.chats.setdefault(f"{at}:{who}", []).insert(0, {**told, **ends})

    def _message(self, at: str, who: str, told: dict[str, Any], *, by_us: bool = False) -> None:
        us = PAGE if at == "page" else ACCOUNT
        ends = {"sender": {"id": us if by_us else who}, "recipient": {"id": who if by_us else us}}
        entry = {"messaging": [{**ends, "timestamp": int(now().timestamp() * 1000), **told}]}
        self.push("page" if at == "page" else "instagram", us, entry)

    def _whatsapp(self, told: dict[str, Any]) -> None:
        metadata = {"display_phone_number": "48225550100", "phone_number_id": NUMBER}
        value = {"messaging_product": "whatsapp", "metadata": metadata, **told}
        self.push("whatsapp_business_account", BUSINESS, {"changes": [{"field": "messages", "value": value}]})

    def _feed(self, verb: str, made: dict[str, Any]) -> None:
        value = {"item": "comment", "verb": verb, "comment_id": made["id"], "post_id": made["post"]}
        value |= {"parent_id": made["parent"], "created_time": int(made["at"].timestamp()), "from": made["from"]}
        self._change("page", PAGE, "feed", value | ({} if verb == "remove" else {"message": made["message"]}))

    def _change(self, kind: str, account: str, name: str, value: dict[str, Any]) -> None:
        self.push(kind, account, {"changes": [{"field": name, "value": value}]})

    def _node(self, node_id: str, who: str, name: str, words: str) -> dict[str, Any]:
        return {"id": node_id, "message": words, "at": now(), "from": {"id": who, "name": name}}

    def _from(self, who: str, shown: str = "name") -> dict[str, Any]:
        return {"from": {"id": who, shown: _shown(who)}}


def _shown(who: str) -> str:
    """A number names nobody; the last figure of it does, in these tests."""
    return {"1": "Pia", "2": "Rob", "3": "Barbara"}.get(who[-1], "Glimo Care")


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")
