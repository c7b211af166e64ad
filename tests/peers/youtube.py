"""A stand-in for the comments of YouTube, on loopback: threads, answers, edits, deletions, a quota.

It is ours and no YouTube; it knows what the tests need of it. `stop` and `start` make an outage.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.peers.serving import Handler, Peer

CHANNEL = "UCglimo"
BEGAN = datetime(2026, 7, 2, 10, tzinfo=UTC)
PAGE = 100
COSTS = {"GET": 1, "POST": 50, "DELETE": 50}


@dataclass
class StandIn(Peer):
    """`revoked` refuses every token and renews none. Calls cost units of `quota`."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    revoked: bool = False
    quota: int = 10_000

    def handler(self) -> type[Handler]:
        return _Handler

    def comment(self, who: str, words: str, *, thread: str = "", video: str = "ours") -> str:
        number = len(self.comments) + 1
        made = f"{thread}.c{number}" if thread else f"Ug{number}"
        at = _stamp(number)
        part = {"textOriginal": words, "authorDisplayName": f"@{who}", "authorChannelId": {"value": f"UC{who}"}}
        self.comments.append({"id": made, "snippet": {**part, "videoId": video, "publishedAt": at, "updatedAt": at}})
        return made

    def edit(self, comment: str, words: str) -> None:
        part = self._of(comment)["snippet"]
        part |= {"textOriginal": words, "updatedAt": _stamp(len(self.comments) + 100)}

    def remove(self, comment: str) -> None:
        self.comments.remove(self._of(comment))

    def said_by_us(self) -> list[dict[str, Any]]:
        return [each for each in self.comments if each["snippet"]["authorChannelId"]["value"] == CHANNEL]

    def threads(self) -> list[dict[str, Any]]:
        """The newest first, by their first comment: an answer lifts no thread. A few answers come with each."""
        first = [each for each in self.comments if "." not in each["id"]]
        return [
            {"id": each["id"], "snippet": {"topLevelComment": each}, **self._answers(each["id"])}
            for each in first[::-1]
        ]

    def _answers(self, thread: str) -> dict[str, Any]:
        found = [each for each in self.comments if each["id"].startswith(f"{thread}.")]
        return {"replies": {"comments": found[:2]}} if found else {}

    def _of(self, comment: str) -> dict[str, Any]:
        return next(each for each in self.comments if each["id"] == comment)


class _Handler(Handler):
    peer: StandIn

    def get(self) -> None:
        asked = self.asked
        if not self._admitted():
            return
        if self.place.endswith("/comments") and "parentId" in asked:
            self._page([each for each in self.peer.comments if each["id"].startswith(f"{asked['parentId']}.")])
        elif self.place.endswith("/comments"):
            self._page([each for each in self.peer.comments if each["id"] == asked["id"]])
        elif "id" in asked:
            self._page([each for each in self.peer.threads() if each["id"] == asked["id"]])
        else:
            video = asked.get("videoId", "ours")
            found = [
                each
                for each in self.peer.threads()
                if each["snippet"]["topLevelComment"]["snippet"]["videoId"] == video
            ]
            self._page(found)

    def post(self) -> None:
        body = self.given()
        if self.path == "/token":
            self._renew()
        elif self._admitted():
            told = json.loads(body)["snippet"]
            made = self.peer.comment(CHANNEL.removeprefix("UC"), told["textOriginal"], thread=told["parentId"])
            self.answer(200, self.peer._of(made))

    def delete(self) -> None:
        if self._admitted():
            self.peer.remove(self.asked["id"])
            self.send(204, b"")

    def _page(self, found: list[dict[str, Any]]) -> None:
        begin = int(self.asked.get("pageToken", "0"))
        onward = {"nextPageToken": str(begin + PAGE)} if len(found) > begin + PAGE else {}
        self.answer(200, {"items": found[begin : begin + PAGE], **onward})

    def _renew(self) -> None:
        if self.peer.revoked:
            self.answer(400, {"error": "invalid_grant"})
            return
        token = f"token-{len(self.peer.tokens)}"
        self.peer.tokens.add(token)
        self.answer(200, {"access_token": token, "expires_in": 3600})

    def _admitted(self) -> bool:
        if self.peer.revoked or self.bearer not in self.peer.tokens:
            self.answer(401, _refusal(401, "authError"))
            return False
        if self.peer.quota < COSTS[self.command]:
            self.answer(403, _refusal(403, "quotaExceeded"))
            return False
        self.peer.quota -= COSTS[self.command]
        return True


def _stamp(minutes: int) -> str:
    return (BEGAN + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def _refusal(code: int, reason: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": reason, "errors": [{"reason": reason, "domain": "youtube"}]}}
