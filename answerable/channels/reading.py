"""Reading what came: the one door through which what a connector says enters the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.contract import Connector, Item, Raw, Unreadable
from answerable.core.text.keepable import clean


def read(speaker: Connector, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
    """What the connector makes of it, with texts that a database takes, however a network or a forger writes them.

    Raises `Unreadable` or `Unsupported`; also where something has no id, because all that have none would become one.
    """
    items = [clean(item) for item in speaker.read(raw, settings)]
    if not all(item.external_id.strip(" \ufffd") for item in items):
        raise Unreadable("Something in it has no id.")
    return items
