"""The API as a channel. A program hands in one JSON object (POST /api/messages); this reads it.

It has no way back of its own, so it declares no reply: the answer goes where the author can be reached, from a
mailbox when the author's name is an e-mail address.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from answerable.channels.common.objects import named
from answerable.channels.contract import Audience, Can, Family, Handle, Item, Piece, Raw, Said, Spec, Unreadable
from answerable.core.text.base64 import decoded

SPEC = Spec(
    kind="api",
    label="API",
    icon="command",
    family=Family.PROGRAM,
    can=frozenset({Can.HEAR_PRIVATE, Can.HEAR_MENTIONS}),
    docs="answerable/channels/api/README.md",
)
HANDED_IN_BY = "handed-in-by"
"""The fact beside the bytes that names the token with which they came."""
AUDIENCES = {"private": Audience.PRIVATE, "public": Audience.PUBLIC}


class ApiConnector:
    """Reads what was handed in."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """One object is one utterance of its author. Raises `Unreadable`."""
        once = raw.external_id or hashlib.sha256(raw.body).hexdigest()
        try:
            return [_said(json.loads(raw.body), once, raw.headers.get(HANDED_IN_BY, ""))]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise Unreadable("This is not a message as /api/openapi.json describes it. Its bytes are kept.") from error


def _said(given: Mapping[str, Any], once: str, program: str) -> Said:
    thread = str(given.get("thread") or "")
    return Said(
        external_id=once,
        author=_author(given["author"]),
        audience=AUDIENCES[given.get("audience", "private")],
        subject=str(given.get("subject") or ""),
        text=str(given["text"]),
        posted_at=_moment(given.get("posted_at")),
        thread_ids=(f"thread:{thread}",) if thread else (),
        language=str(given.get("language") or ""),
        product=str(given.get("product") or ""),
        pieces=tuple(_piece(file) for file in given.get("attachments", ())),
        handed_in_by=program,
    )


def _author(given: Mapping[str, Any]) -> Handle:
    namespace, value = named(given["namespace"]), named(given["value"]).strip()
    same = value.lower() if namespace == "email" else value
    return Handle(namespace, same, str(given.get("display") or ""))


def _moment(given: str | None) -> datetime | None:
    if given is None:
        return None
    at = datetime.fromisoformat(given)
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return at.astimezone(UTC)


def _piece(file: Mapping[str, Any]) -> Piece:
    return Piece(str(file["name"]), str(file.get("type") or ""), decoded(str(file["base64"])))


connector = ApiConnector()
