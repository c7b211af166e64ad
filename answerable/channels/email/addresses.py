"""Addresses as people send them (RFC 5322, section 3.4): several, none, groups, comments, quoted names.

The last thing in angle brackets is the address; everything before it is a name and proves nothing, even when it
looks like another address. Reading is one pass, so no nesting can make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from answerable.channels.contract import Handle
from answerable.channels.email.headers import decoded

MOST_ADDRESSES = 500
LONGEST = 254

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\\.|[(),;:]|[^"<(),;:\\]+|.', re.DOTALL)
BARE = re.compile(r"[^\s<>()\[\],;:\"\\@]{1,64}@[^\s<>()\[\],;:\"\\@]{1,250}")
SENDABLE = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.IGNORECASE)


def handles(values: Iterable[str]) -> tuple[Handle, ...]:
    """Every address in these field values, once each, in order."""
    found: dict[str, Handle] = {}
    for value in values:
        for mailbox in _mailboxes(value):
            if (handle := _handle(mailbox)) and len(found) < MOST_ADDRESSES:
                found.setdefault(handle.value, handle)
    return tuple(found.values())


def normal(address: str) -> str:
    """How we compare: in lower case, the domain as people read it. Local parts differ by case nowhere in practice."""
    local, _, domain = address.strip().strip("<>").strip().lower().rpartition("@")
    if domain.startswith("xn--") or ".xn--" in domain:
        try:
            domain = domain.encode("ascii").decode("idna")
        except (UnicodeError, ValueError):
            return f"{local}@{domain}"
    return f"{local}@{domain.rstrip('.')}" if local else domain


def sendable(address: str) -> str | None:
    """The address as it may stand in an SMTP envelope (RFC 5321), or None."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except (UnicodeError, ValueError):
        return None
    return plain if SENDABLE.fullmatch(plain) and ".." not in plain and len(plain) <= LONGEST else None


def _mailboxes(value: str) -> Iterator[list[str]]:
    """The tokens of each mailbox; a group's name and its colon are dropped, comments count as a name."""
    tokens: list[str] = []
    depth = 0
    for match in TOKEN.finditer(value):
        token = match[0]
        if token in "()":
            depth = max(0, depth + (1 if token == "(" else -1))
        elif depth:
            tokens.append(f"({token}")
        elif token in ",;":
            yield tokens
            tokens = []
        elif token == ":" and not any("@" in earlier for earlier in tokens):
            tokens = []
        else:
            tokens.append(token)
    yield tokens


def _handle(tokens: list[str]) -> Handle | None:
    angled = [token[1:-1] for token in tokens if token.startswith("<") and "@" in token]
    bare = BARE.search(" ".join(token for token in tokens if not token.startswith(("(", '"'))))
    address = normal(angled[-1].rpartition(":")[2] if angled else bare[0] if bare else "")
    if "@" not in address or any(c.isspace() for c in address) or len(address) > LONGEST:
        return None
    name = decoded("".join(_word(token) for token in tokens if not token.startswith("<")))
    return Handle("email", address, "" if normal(name) == address else name[:200])


def _word(token: str) -> str:
    if token.startswith("("):
        return f" {token[1:]}"
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') and len(token) > 1 else token
