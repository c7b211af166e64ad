"""A file that somebody sent: its id gives an address, the address gives the file. Source: WhatsApp Cloud API "Media"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from answerable.channels.common import addresses
from answerable.channels.common.meta import graph
from answerable.channels.contract import Unsupported
from answerable.channels.whatsapp.messages import REFERENCE
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

# The token goes to these and nowhere else, wherever an address leads.
OWN = (".facebook.com", ".fbsbx.com", ".whatsapp.net")


def fetch(reference: str, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for an address that is not WhatsApp's own."""
    if reference.startswith(REFERENCE):
        asked = {"phone_number_id": str(settings.get("address") or "")}
        return graph.call("GET", graph.segment(reference.removeprefix(REFERENCE)), settings, asked=asked)
    found, home = urlsplit(reference), urlsplit(addresses.server(settings))
    is_own = found.scheme == "https" and str(found.hostname or "").endswith(OWN)
    if not is_own and (found.scheme, found.netloc) != (home.scheme, home.netloc):
        raise Unsupported("This file does not lie on WhatsApp's own servers.")
    secret = {"Authorization": f"Bearer {graph.token(settings)}"}
    return HttpCall("GET", reference, secret_headers=secret, repeatable=True)


def fetched(answer: Answer) -> bytes | str:
    """First where it lies, then the file."""
    if isinstance(answer, HttpAnswer) and answer.headers.get("content-type", "").startswith("application/json"):
        address = _address(answer)
        if address:
            return address
    if isinstance(answer, HttpAnswer) and answer.status >= 400:
        graph.told(answer, asking=True)
    return graph.file_of(answer)


def _address(answer: HttpAnswer) -> str:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    is_node = isinstance(told, dict) and told.get("messaging_product") == "whatsapp"
    return str(told.get("url") or "") if is_node else ""
