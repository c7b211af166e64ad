"""The web form. Its page (portal) hands in one JSON object; this reads it.

A form has no way back, so it declares no reply: the answer goes to the address that the person gave, from a mailbox.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.common.objects import named
from answerable.channels.contract import (
    Audience,
    Can,
    Family,
    Handle,
    Item,
    Piece,
    Raw,
    Said,
    Setting,
    Spec,
    Unreadable,
)
from answerable.core.text.base64 import decoded

SPEC = Spec(
    kind="form",
    label="Form",
    icon="form",
    family=Family.OURS,
    can=frozenset({Can.HEAR_PRIVATE}),
    settings=(
        Setting("title", "Title of the page", default="Tell us what happened"),
        Setting("products", "Products to choose from, separated by commas", required=False, default=""),
    ),
    max_attachment=10 * 1024 * 1024,
    docs="answerable/channels/form/README.md",
)


class FormConnector:
    """Reads a form that was handed in."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """One form is one private utterance of the person with this address. Raises `Unreadable`."""
        try:
            filled = json.loads(raw.body)
            return [_said(filled)]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unreadable("This is not a form of ours. Its bytes are kept.") from error


def _said(filled: Mapping[str, Any]) -> Said:
    address = named(filled["email"]).strip().lower()
    return Said(
        external_id=named(filled["key"]),
        author=Handle("email", address, str(filled.get("name") or "")),
        audience=Audience.PRIVATE,
        subject=str(filled.get("subject") or ""),
        text=str(filled["message"]),
        posted_at=None,
        language=str(filled.get("language") or ""),
        product=str(filled.get("product") or ""),
        claims=(f"invitation:{filled['invitation']}",) if filled.get("invitation") else (),
        pieces=tuple(_piece(file) for file in filled.get("files", ())),
    )


def _piece(file: Mapping[str, Any]) -> Piece:
    return Piece(str(file["name"]), str(file.get("type") or ""), decoded(str(file["base64"])))


connector = FormConnector()
