"""Where something was said, and how it stands in the ids that the house keeps.

An event is named by its room and itself, "!room $event". What we may be asked to answer bears before it whether everybody
can read that room, and behind it the thread: an answer must know both, and is given nothing but this id.
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC, PRIVATE = "public", "private"


@dataclass(frozen=True)
class Place:
    """`root` is the event that began the thread, empty outside of one. `audience` is empty where nobody said it."""

    room: str
    event: str
    audience: str = ""
    root: str = ""

    @property
    def name(self) -> str:
        return f"{self.room} {self.event}"

    @property
    def whole(self) -> str:
        return " ".join(part for part in (self.audience, self.room, self.event, self.root) if part)


def read(external_id: str) -> Place | None:
    """None for what is no name of an event."""
    parts = external_id.split(" ")
    audience = parts.pop(0) if parts[0] in (PUBLIC, PRIVATE) else ""
    room, event, root = (*parts, "", "", "")[:3]
    fits = len(parts) in (2, 3) and room.startswith("!") and event.startswith("$") and (not root or root[0] == "$")
    return Place(room, event, audience, root) if fits and external_id.isprintable() else None
