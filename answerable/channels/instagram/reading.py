"""One stored item as values: a push with its entries, or what a question brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.common.meta import hooks, messaging
from answerable.channels.common.meta.messaging import Place
from answerable.channels.common.meta.reading import name
from answerable.channels.contract import Item, Raw, Withdrawn
from answerable.channels.instagram import comments


def read(raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
    return hooks.read(raw, settings, "instagram", _item)


def _item(part: hooks.Part, account: str) -> Item | str:
    kind, told, at = part
    place = Place(comments.NAMESPACE, account)
    match kind:
        case "changes":
            return comments.change(told, account, at)
        case "message":
            return messaging.polled(told["node"], place)
        case "comment":
            return comments.comment(told["node"], account, str(told.get("media") or ""))
        case "mention":
            return comments.mentioned(told["node"], name(told["reference"]))
        case "gone":
            return Withdrawn(name(told["node"]["id"]))
    return messaging.event(told, place)
