"""Marks of ours that travel in a mail and come back: signed, so that nobody else can make one.

A mark says which case its carrier claims. It proves that we made it, not who sends it back: mails are forwarded.
An empty key signs nothing and accepts nothing.
"""

from __future__ import annotations

import re
from base64 import b32encode
from hashlib import blake2b, sha256
from hmac import compare_digest
from hmac import new as hmac

from answerable.channels.email.mailbox import Mailbox

LOOP_HEADER = "X-Answerable-Loop"

# Lower-case letters and digits only: mail servers are free to change the case of an address.
SIGNED = re.compile(r"([a-z0-9-]{1,40})\.([a-z2-7]{16})")
REFERENCE = re.compile(r"[A-Za-z0-9-]{1,40}")


def signed(purpose: str, value: str, key: bytes) -> str:
    return f"{value.lower()}.{_mac(purpose, value.lower(), key)}"


def genuine(purpose: str, mark: str, key: bytes) -> str | None:
    """The value inside a mark of ours, or None. Compared in constant time, so that guessing teaches nothing."""
    found = SIGNED.fullmatch(mark.strip().lower())
    if not found or not key:
        return None
    return found[1] if compare_digest(found[2], _mac(purpose, found[1], key)) else None


def case_id(reference: str, mailbox: Mailbox) -> str:
    """A Message-ID that no mail has, the same for every mail of a case: it survives where servers rewrite the real one."""
    if not mailbox.key or not REFERENCE.fullmatch(reference):
        return ""
    return f"<case-{signed('case', reference, mailbox.key)}@{mailbox.domain}>"


def reply_address(reference: str, mailbox: Mailbox) -> str:
    local, _, domain = mailbox.address.rpartition("@")
    return f"{local}+{signed('reply', reference, mailbox.key)}@{domain}"


def message_id(key: str, mailbox: Mailbox) -> str:
    """The same reply always has the same Message-ID, so that a second copy is known for what it is."""
    return f"<{digest(mailbox.address, key)}.reply@{mailbox.domain}>"


def loop_mark(key: str, mailbox: Mailbox) -> str:
    return signed("loop", digest(mailbox.address, key), mailbox.key)


def digest(*values: str) -> str:
    return blake2b("\0".join(values).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _mac(purpose: str, value: str, key: bytes) -> str:
    return b32encode(hmac(key, f"{purpose}\0{value}".encode(), sha256).digest()[:10]).decode().lower()
