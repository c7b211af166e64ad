"""A safety system on loopback that drops, delays, doubles and lies, by a seed; it remembers what it really did.

It speaks the interface of `answerable.safety.systems.api`. `lines` is what it holds, `log` what happened to each key in order.
"""

from __future__ import annotations

import random
import socket
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from tests.peers.serving import Handler, Peer

KEY = "a-key-of-the-safety-system"
PAGE = 500
ODDS = {
    "fine": 56,
    "later": 12,
    "cut_before": 8,
    "cut_after": 8,
    "busy": 4,
    "broke_after": 3,
    "doubles": 3,
    "other_contents": 2,
    "only_says_so": 2,
    "loses": 1,
    "hides": 1,
}
"""How often, of a hundred, it behaves so at the first try of a key. `later` holds it and acknowledges at the second question."""
SLOW = 2
STRANGERS = 5


class SafetySystem(Peer):
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: dict[str, list[dict[str, Any]]] = {}
        self.log: dict[str, list[str]] = defaultdict(list)
        self.did: dict[str, str] = {}
        self.asked: dict[str, int] = defaultdict(int)
        self.slow = SLOW

    def handler(self) -> type[Handler]:
        return Asked

    def manner(self, key: str) -> str:
        """How it treats a key at its first try; a later one is treated well."""
        if key in self.did:
            return "fine"
        names = list(ODDS)
        self.did[key] = "slow" if self.slow else self.random.choices(names, [ODDS[name] for name in names])[0]
        self.slow = max(0, self.slow - 1)
        return self.did[key]

    def keep(self, key: str, number: str, digest: str) -> None:
        """Once under its key, as the interface says."""
        if key not in self.lines:
            at = datetime.now(UTC).isoformat()
            self.lines[key] = [{"key": key, "number": number, "digest": digest, "received_at": at}]

    def go_wrong(self) -> None:
        """What it does while nobody asks: it loses some, and holds what nobody sent."""
        for key, how in self.did.items():
            if how == "loses":
                self.lines.pop(key, None)
        for number in range(STRANGERS):
            self.keep(f"stranger.{number}", f"XX-ELSE-{number}", "0" * 64)

    def numbers(self, *manners: str) -> set[str]:
        return {key.rpartition(".")[0] for key, how in self.did.items() if how in manners}


class Asked(Handler):
    peer: SafetySystem

    def put(self) -> None:
        key, body = self.parts[-1], self.given()
        number, digest = self.headers["Report-Number"], self.headers["Report-Digest"].removeprefix("sha256=")
        assert body, "a report is never empty"
        how = self.peer.manner(key)
        self.peer.log[key].append(f"put:{how}")
        if how == "busy":
            return self.answer(self.peer.random.choice((429, 503)), {"error": "busy"})
        if how == "cut_before":
            return self._cut()
        if how != "only_says_so":
            self.peer.keep(key, number, "f" * 64 if how == "other_contents" else digest)
        if how == "doubles":
            self.peer.lines[key] = self.peer.lines[key] * 2
        if how in ("cut_after", "hides"):
            return self._cut()
        if how == "slow":
            time.sleep(1.5)
        if how == "broke_after":
            return self.answer(500, {"error": "broke"})
        said = "held" if how == "later" else "taken"
        return self.answer(201, {"key": key, "number": number, "digest": digest, "said": said, "theirs": f"N-{number}"})

    def get(self) -> None:
        if self.parts[-1] == "reports":
            return self._list()
        key = self.parts[-1]
        self.peer.asked[key] += 1
        held = self.peer.lines.get(key)
        if held is None or (self.peer.did.get(key) == "hides" and self.peer.asked[key] == 1):
            self.peer.log[key].append("get:absent")
            return self.answer(404, {"error": "not there"})
        self.peer.log[key].append("get:there")
        said = "held" if self.peer.did.get(key) == "later" and self.peer.asked[key] < 2 else "taken"
        return self.answer(200, {**held[0], "said": said, "theirs": f"N-{held[0]['number']}"})

    def _list(self) -> None:
        lines = [each for held in self.peer.lines.values() for each in held]
        after = int(self.asked.get("after", 0))
        more = str(after + PAGE) if len(lines) > after + PAGE else ""
        self.answer(200, {"items": lines[after : after + PAGE], "next": more})

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
