"""What other servers say, made fit for logs and screens."""

from __future__ import annotations

AT_MOST = 200


def words(said: bytes | str, *secrets: str) -> str:
    """One short printable line of what a server said, without our secrets: some servers echo what they were sent."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    for secret in filter(None, secrets):
        text = text.replace(secret, "•••")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= AT_MOST else line[: AT_MOST - 1] + "…"
