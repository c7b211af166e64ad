"""What is known of a home server between two questions: the cursor of a source, as values.

"since" is the server's own token. "public" are the rooms that everybody may join or read, with the rule that says so; what is
not among them is private.
"invited" are invitations that wait for our word, "gaps" the stretches of rooms that wait to be fetched, and "ours" the newest
message of ours in each private room, until it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_OURS = 200


@dataclass(frozen=True)
class Gap:
    """A stretch of a room, from one token to another; an empty `start` is the beginning of the room.

    While it is not `heard`, what is read was said before anybody invited us.
    """

    room: str
    start: str
    end: str
    heard: bool


@dataclass(frozen=True)
class Invitation:
    room: str
    accept: bool


@dataclass
class Known:
    since: str = ""
    public: dict[str, set[str]] = field(default_factory=dict)
    invited: list[Invitation] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    ours: dict[str, str] = field(default_factory=dict)

    def cursor(self) -> dict[str, Any]:
        newest = dict(list(self.ours.items())[-MOST_OURS:])
        return {
            "since": self.since,
            "public": {room: sorted(rules) for room, rules in self.public.items() if rules},
            "invited": [asdict(each) for each in self.invited],
            "gaps": [asdict(each) for each in self.gaps],
            "ours": newest,
        }

    def is_public(self, room: str) -> bool:
        return bool(self.public.get(room))

    @property
    def waits(self) -> bool:
        return bool(self.invited or self.gaps)


def known(cursor: Mapping[str, Any]) -> Known:
    return Known(
        str(cursor.get("since") or ""),
        {room: set(rules) for room, rules in (cursor.get("public") or {}).items()},
        [Invitation(**each) for each in cursor.get("invited") or ()],
        [Gap(**each) for each in cursor.get("gaps") or ()],
        dict(cursor.get("ours") or {}),
    )
