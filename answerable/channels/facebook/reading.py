"""One stored item as values: a push with its entries, or what a question brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.common.meta import hooks, messaging
from answerable.channels.common.meta.messaging import Place
from answerable.channels.common.meta.reading import name
from answerable.channels.contract import Item, Raw, Withdrawn
from answerable.channels.facebook import feed


def read(raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
    return hooks.read(raw, settings, "page", _item)


def _item(part: hooks.Part, page: str) -> Item | str:
    kind, told, at = part
    place = Place(feed.NAMESPACE, page)
    match kind:
        case "changes":
            return feed.change(told, page, at)
        case "message":
            return messaging.polled(told["node"], place)
        case "comment" | "post":
            return feed.node(told["node"], page, str(told.get("post") or ""))
        case "gone":
            return Withdrawn(name(told["node"]["id"]))
    return messaging.event(told, place)
