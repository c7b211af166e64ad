"""Where something was said, in networks of rooms and chats, and how it stands in the ids that the house keeps.

A message is named by its room and itself, "room message". What we may be asked to answer bears before it whether everybody can
read that room, and behind it the thread: an answer must know both, and is given nothing but this id.
"""

from __future__ import annotations

from dataclasses import dataclass
from re import Pattern

PUBLIC, PRIVATE = "public", "private"


@dataclass(frozen=True)
class Place:
    """`thread` is empty outside of one, `audience` where nobody said it."""

    room: str
    message: str
    audience: str = ""
    thread: str = ""

    @property
    def name(self) -> str:
        return f"{self.room} {self.message}"

    @property
    def whole(self) -> str:
        return " ".join(part for part in (self.audience, self.room, self.message, self.thread) if part)


def read(external_id: str, room: Pattern[str], message: Pattern[str]) -> Place | None:
    """None for what is no name of a message: `room` and `message` say how these look on the network."""
    parts = external_id.split(" ")
    audience = parts.pop(0) if parts[0] in (PUBLIC, PRIVATE) else ""
    if len(parts) not in (2, 3) or not room.fullmatch(parts[0]) or not all(map(message.fullmatch, parts[1:])):
        return None
    return Place(parts[0], parts[1], audience, *parts[2:])
