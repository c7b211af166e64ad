"""One push as values: what people sent, what became of our answers, what a colleague sent from the telephone.

Source: WhatsApp Cloud API "Webhooks reference: messages, smb_message_echoes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from answerable.channels.common.meta.reading import each_read, loaded
from answerable.channels.contract import Item, Raw, Unreadable
from answerable.channels.whatsapp import messages, statuses

KIND = "whatsapp_business_account"
NOT_FOR_US = "It is news of the account, not of a message: a text that was approved, a figure, a setting."
Part = tuple[str, Mapping[str, Any], Mapping[str, str]]


def read(raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
    """Raises `Unreadable` for what is no delivery; a part of one that cannot be read is left out with its reason."""
    told, number = loaded(raw), str(settings.get("address") or "")
    return each_read(list(_parts(told, number)), _item, raw.body)


def addressees(body: bytes) -> tuple[str, ...]:
    """The numbers that a delivery is for: an app has one address for all of them."""
    try:
        changes = [change["value"] for change in _changes(loaded(Raw(body)))]
        return tuple(dict.fromkeys(named for each in changes if (named := _number(each))))
    except (Unreadable, KeyError, TypeError, AttributeError):
        return ()


def _parts(told: Mapping[str, Any], number: str) -> Iterator[Part]:
    for change in _changes(told):
        value = change.get("value")
        if not isinstance(value, dict):
            raise Unreadable("This is not a delivery of WhatsApp. Its bytes are kept.")
        if _number(value) not in ("", number):
            continue
        names = _names(value)
        found = [
            (kind, each, names) for kind in ("messages", "message_echoes", "statuses") for each in _list(value, kind)
        ]
        yield from found or [("news", value, names)]


def _changes(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = told.get("entry")
    if told.get("object") != KIND or not isinstance(entries, list):
        raise Unreadable("This is not a delivery of WhatsApp. Its bytes are kept.")
    found = [change for entry in entries if isinstance(entry, dict) for change in _list(entry, "changes")]
    if not all(isinstance(change, dict) for change in found):
        raise Unreadable("This is not a delivery of WhatsApp. Its bytes are kept.")
    return found


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name) or []
    if not isinstance(found, list):
        raise Unreadable("This is not a delivery of WhatsApp. Its bytes are kept.")
    return found


def _number(value: Any) -> str:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    return str(metadata.get("phone_number_id") or "") if isinstance(metadata, dict) else ""


def _names(value: Mapping[str, Any]) -> Mapping[str, str]:
    """What people call themselves, by their number there."""
    found = [each for each in _list(value, "contacts") if isinstance(each, dict)]
    profiles = {str(each.get("wa_id") or each.get("user_id") or ""): each.get("profile") for each in found}
    return {who: str(profile.get("name") or "") for who, profile in profiles.items() if isinstance(profile, dict)}


def _item(part: Part) -> Item | str:
    kind, told, names = part
    match kind:
        case "messages":
            return messages.message(told, names)
        case "message_echoes":
            return messages.echo(told)
        case "statuses":
            return statuses.status(told)
    return NOT_FOR_US
