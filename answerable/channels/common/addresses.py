"""Web addresses that a person typed, and tokens that a person copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Unsupported


def server(settings: Mapping[str, Any], name: str = "server") -> str:
    """The web address of a server, without a slash at its end. Raises `Unsupported` for what is none."""
    typed = str(settings.get(name) or "").strip().rstrip("/")
    if not typed.startswith(("https://", "http://")) or set(typed) & set(" \r\n\t\0?#{}"):
        raise Unsupported("The web address of the server does not begin with https://. Nothing was sent; mend it.")
    return typed


def token(settings: Mapping[str, Any], name: str = "access_token") -> str:
    """A token as it was meant: what is copied from a page brings line ends and blanks."""
    return "".join(str(settings.get(name) or "").split())
