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
SENDABLE = re.compile(
    r"(?!\.)[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}(?<!\.)@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.IGNORECASE
)


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
    if len(domain) < LONGEST and (domain.startswith("xn--") or ".xn--" in domain):
        try:
            domain = domain.encode("ascii").decode("idna")
        except (UnicodeError, ValueError):
            return f"{local}@{domain}"
    return f"{local}@{domain.rstrip('.')}" if local else domain


def sendable(address: str) -> str | None:
    """The address as it may stand in an SMTP envelope (RFC 5321), or None."""
    local, _, domain = address[: LONGEST + 1].rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except (UnicodeError, ValueError):
        return None
    return plain if SENDABLE.fullmatch(plain) and ".." not in plain and len(plain) <= LONGEST else None


def _mailboxes(value: str) -> Iterator[list[str]]:
    """The words and signs of each mailbox; a group's name and its colon are dropped, comments count as a name."""
    words: list[str] = []
    depth = 0
    for word in TOKEN.findall(value):
        if word in ("(", ")"):
            depth = max(0, depth + (1 if word == "(" else -1))
        elif depth:
            words.append(f"({word}")
        elif word in (",", ";"):
            yield words
            words = []
        elif word == ":" and not any("@" in earlier for earlier in words):
            words = []
        else:
            words.append(word)
    yield words


def _handle(words: list[str]) -> Handle | None:
    angled = [word[1:-1] for word in words if word.startswith("<") and "@" in word]
    bare = BARE.search(" ".join(word for word in words if not word.startswith(("(", '"'))))
    address = normal(angled[-1].rpartition(":")[2] if angled else bare[0] if bare else "")
    if "@" not in address or any(c.isspace() for c in address) or len(address) > LONGEST:
        return None
    name = decoded("".join(_word(word) for word in words if not word.startswith("<")))
    return Handle("email", address, "" if normal(name) == address else name[:200])


def _word(word: str) -> str:
    if word.startswith("("):
        return f" {word[1:]}"
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') and len(word) > 1 else word
