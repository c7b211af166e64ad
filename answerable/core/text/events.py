"""One server-sent event as values (HTML Standard, "Server-sent events", interpreting an event stream)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SentEvent:
    """`name` is "message" where the server gives none."""

    name: str
    data: str
    id: str = ""


def read(block: bytes) -> SentEvent:
    """Lines of `field: value`; a line that begins with a colon is a comment, several `data` lines are one text."""
    fields: dict[str, list[str]] = {}
    for line in block.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name, []).append(value.removeprefix(" "))
    last = {name: values[-1] for name, values in fields.items()}
    return SentEvent(last.get("event") or "message", "\n".join(fields.get("data", [])), last.get("id", ""))
