"""What the window hands in, as values: something said, an address that was left, answers that were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common.objects import named
from answerable.channels.contract import Audience, Handle, Item, Piece, Reachable, Receipt, ReceiptState, Said
from answerable.core.text.base64 import decoded


def _said(told: Mapping[str, Any]) -> Sequence[Item]:
    chat, at = named(told["chat"]), _moment(told["at"])
    page = str(told.get("page") or "")
    return [
        Said(
            external_id=f"{chat}:{named(told['id'])}",
            author=_author(told),
            audience=Audience.PRIVATE,
            text=str(told["text"]),
            posted_at=at,
            thread_ids=(f"chat:{chat}",),
            own_ids=(f"said:{chat}:{named(told['id'])}",),
            language=str(told.get("language") or ""),
            pieces=tuple(_piece(file) for file in told.get("files", ())),
            notes=(f"Written on {page}",) if page else (),
        )
    ]


def _seen(told: Mapping[str, Any]) -> Sequence[Item]:
    lines = [str(int(line)) for line in told["lines"]]
    return [Receipt(f"seen:{told['chat']}:{line}", (f"line:{line}",), ReceiptState.SEEN) for line in lines]


def _left(told: Mapping[str, Any]) -> Sequence[Item]:
    at = Handle(str(told["namespace"]), str(told["value"]).strip().lower())
    if not at.namespace or not at.value:
        raise ValueError("no address")
    return [Reachable(f"address:{told['chat']}:{told['id']}", _author(told), at)]


READERS = {"said": _said, "seen": _seen, "address": _left}


def _author(told: Mapping[str, Any]) -> Handle:
    return Handle("webchat", named(told["chat"]), str(told.get("name") or ""))


def _moment(given: Any) -> datetime:
    at = datetime.fromisoformat(given)
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return at.astimezone(UTC)


def _piece(file: Mapping[str, Any]) -> Piece:
    return Piece(str(file["name"]), str(file.get("type") or ""), decoded(str(file["base64"])))
