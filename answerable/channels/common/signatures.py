"""Signatures by a shared secret (HMAC, RFC 2104): made and compared in one way for all channels."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable

Form = Callable[[bytes], str]


def hexadecimal(digest: bytes) -> str:
    return digest.hex()


def base64(digest: bytes) -> str:
    return b64encode(digest).decode()


def signature(key: str, signed: bytes, *, digest: str = "sha256", form: Form = hexadecimal) -> str:
    return form(hmac.new(key.encode(), signed, digest).digest())


def is_signed(given: str, key: str, signed: bytes, *, digest: str = "sha256", form: Form = hexadecimal) -> bool:
    """Is `given` the signature? Compared in constant time, whatever stands in it. An empty key signs nothing."""
    expected = signature(key, signed, digest=digest, form=form)
    return bool(key) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
