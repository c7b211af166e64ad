"""A message of WhatsApp as a value. Source: WhatsApp Cloud API "Webhooks reference: messages"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from answerable.channels.common import opting
from answerable.channels.common.meta.reading import moment, name, text
from answerable.channels.contract import Audience, Edited, Handle, Item, Piece, Said, Withdrawn
from answerable.channels.whatsapp.numbers import NAMESPACE, public

FILES = ("image", "video", "audio", "voice", "document", "sticker")
REFERENCE, THREAD = "media:", "private:"
REACTION = "It is a reaction to a message, without words."
SYSTEM = "It is news of the person's number, without words of theirs."
UNSUPPORTED = "[sent something that WhatsApp does not pass on to us; ask what it was]"
HIDDEN = "whatsapp"


def message(told: Mapping[str, Any], names: Mapping[str, str]) -> Item | str:
    """Words where it says nothing to us. Raises what `reading.FOREIGN` lists."""
    who = author(told, names)
    match text(told["type"]):
        case "reaction":
            return REACTION
        case "system":
            return SYSTEM
        case "revoke":
            return Withdrawn(name(told["revoke"]["original_message_id"]), moment(told.get("timestamp")))
        case "edit":
            original = name(told["edit"]["original_message_id"])
            said = _said({**told["edit"]["message"], "id": original}, who)
            return Edited(original, said, moment(told.get("timestamp")))
    return _said(told, who)


def echo(told: Mapping[str, Any]) -> Item | str:
    """What a colleague wrote in the WhatsApp Business app, on the same number."""
    to = Handle(NAMESPACE, public(name(told["to"])))
    if told["type"] == "revoke":
        return Withdrawn(name(told["revoke"]["original_message_id"]), moment(told.get("timestamp")))
    if told["type"] == "edit":
        return Edited(
            name(told["edit"]["original_message_id"]),
            _said({**told["edit"]["message"], "id": told["edit"]["original_message_id"]}, to, by_us=True),
            moment(told.get("timestamp")),
        )
    return _said({**told, "from": told["from"]}, to, by_us=True)


def author(told: Mapping[str, Any], names: Mapping[str, str]) -> Handle:
    """By number; who hides it is known by the name that WhatsApp gives them for us."""
    number = told.get("from")
    if number:
        return Handle(NAMESPACE, public(name(number)), names.get(str(number), ""))
    hidden = name(told["from_user_id"])
    return Handle(HIDDEN, hidden, names.get(hidden, ""))


def thread(person: str) -> str:
    """Under this name a conversation with somebody goes on."""
    return f"{THREAD}{person}"


def _said(told: Mapping[str, Any], other: Handle, *, by_us: bool = False) -> Said:
    external_id, answers = name(told["id"]), (told.get("context") or {}).get("id")
    words = "\n".join(line for line in _words(told) if line)
    ours = Handle(NAMESPACE, public(name(told["from"]))) if by_us and told.get("from") else other
    return Said(
        external_id=external_id,
        author=ours if by_us else other,
        audience=Audience.PRIVATE,
        text=words,
        posted_at=moment(told.get("timestamp")),
        thread_ids=tuple(str(each) for each in (answers, thread(other.value)) if each),
        own_ids=(external_id,),
        to=(other,) if by_us else (),
        pieces=tuple(_pieces(told)),
        by_us=by_us,
        notes=tuple(_notes(told)),
        consents=() if by_us else opting.consents(words),
    )


def _words(told: Mapping[str, Any]) -> Iterator[str]:
    kind = text(told["type"])
    match kind:
        case "text":
            yield text(told["text"]["body"])
        case "button":
            yield text(told["button"]["text"])
        case "interactive":
            yield from _chosen(told["interactive"])
        case "location":
            yield _place(told["location"])
        case "contacts":
            yield from (f"[contact] {_contact(each)}" for each in told["contacts"])
        case "order":
            yield from _order(told["order"])
        case _ if kind in FILES:
            yield text(told[kind].get("caption") or "", empty=True)
        case _:
            yield UNSUPPORTED


def _place(told: Mapping[str, Any]) -> str:
    shown = ", ".join(str(told[part]) for part in ("name", "address") if told.get(part))
    return " ".join(each for each in ("[location]", shown, f"{told['latitude']}, {told['longitude']}") if each)


def _chosen(told: Mapping[str, Any]) -> Iterator[str]:
    """A button or a line of a list that somebody chose, or a form that they filled in."""
    chosen = told.get("button_reply") or told.get("list_reply")
    if chosen:
        yield text(chosen["title"])
        yield str(chosen.get("description") or "")
        return
    form = told["nfm_reply"]
    yield text(form.get("body") or "[form]")
    yield str(form.get("response_json") or "")


def _contact(told: Mapping[str, Any]) -> str:
    numbers = ", ".join(str(each.get("phone") or each.get("wa_id")) for each in told.get("phones") or ())
    return f"{(told.get('name') or {}).get('formatted_name') or ''} {numbers}".strip()


def _order(told: Mapping[str, Any]) -> Iterator[str]:
    yield str(told.get("text") or "")
    for each in told.get("product_items") or ():
        yield f"[order] {each.get('quantity')} × {each.get('product_retailer_id')}"


def _pieces(told: Mapping[str, Any]) -> Iterator[Piece]:
    kind = str(told["type"])
    if kind in FILES:
        file = told[kind]
        shown = str(file.get("filename") or kind).replace("\0", "")
        declared = text(file.get("mime_type") or "application/octet-stream").partition(";")[0]
        yield Piece(shown[:200], declared.replace("\0", "")[:100], reference=f"{REFERENCE}{name(file['id'])}")


def _notes(told: Mapping[str, Any]) -> Iterator[str]:
    """What stands beside the words and is worth knowing."""
    context, referral = told.get("context") or {}, told.get("referral") or {}
    if context.get("forwarded") or context.get("frequently_forwarded"):
        yield "It was forwarded."
    if referral:
        yield f"They came by an advertisement: {referral.get('headline') or ''} {referral.get('source_url') or ''}".strip()
    for error in told.get("errors") or ():
        yield f"WhatsApp says: {error.get('title') or error.get('message') or ''} ({error.get('code')})"
