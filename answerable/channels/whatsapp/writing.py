"""An answer on WhatsApp: a text, a file with its caption, or outside the window a text that WhatsApp approved.

Source: WhatsApp Cloud API "Messages", "Media", "Template messages".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import graph
from answerable.channels.common.multipart import File, media_type, multipart
from answerable.channels.common.objects import canonical, objects
from answerable.channels.contract import Audience, Enclosure, Measured, Reply, Unreadable, Unsupported
from answerable.channels.whatsapp.messages import thread
from answerable.channels.whatsapp.numbers import NAMESPACE, is_number
from answerable.channels.whatsapp.statuses import KEY
from answerable.core.wire.calls import Answer, HttpCall

LONGEST, LONGEST_CAPTION = 4096, 1024
MEGABYTE = 1024 * 1024
LARGEST = 16 * MEGABYTE
# Others go as documents.
SHOWN: Mapping[str, tuple[str, int]] = {
    "image/jpeg": ("image", 5 * MEGABYTE),
    "image/png": ("image", 5 * MEGABYTE),
    "video/mp4": ("video", LARGEST),
    "video/3gpp": ("video", LARGEST),
}


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what WhatsApp cannot carry."""
    _check(reply, settings)
    words = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": reply.to[0].value.removeprefix("+"),
        "biz_opaque_callback_data": f"{KEY}{reply.key}"[:512],
        **_content(reply),
    }
    return graph.call("POST", f"{_number(settings)}/messages", settings, body=canonical(words))


def measured(reply: Reply, settings: Mapping[str, Any]) -> Measured:
    most = LONGEST_CAPTION if reply.enclosures else LONGEST
    return Measured(len(reply.text), most, reply.text)


def receipt(answer: Answer) -> str:
    told = graph.told(answer)
    found = objects(told.get("messages"))
    if not found:
        raise Unreadable("WhatsApp took the answer without naming it.")
    return graph.named(found[0])


def own_id(reply: Reply) -> str:
    """The person's next message names nothing of ours but the conversation with them."""
    return thread(reply.to[0].value) if reply.audience is Audience.PRIVATE and reply.to else ""


def upload(enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what no answer could carry: then nothing is uploaded."""
    _check(reply, settings)
    _fits(enclosure)
    file = File("file", enclosure.name, enclosure.media_type, enclosure.body)
    fields = {"messaging_product": "whatsapp", "type": media_type(enclosure.media_type)}
    kind, body = multipart(fields, [file])
    return graph.call("POST", f"{_number(settings)}/media", settings, body=body, content=kind)


def uploaded(answer: Answer) -> str:
    return graph.named(graph.told(answer))


def _number(settings: Mapping[str, Any]) -> str:
    return graph.segment(str(settings.get("address") or ""))


def _content(reply: Reply) -> Mapping[str, Any]:
    if reply.approved is not None:
        said = [{"type": "text", "text": value} for value in reply.approved.values]
        parts = [{"type": "body", "parameters": said}] if said else []
        named = {"name": reply.approved.name, "language": {"policy": "deterministic", "code": reply.approved.language}}
        return {"type": "template", "template": {**named, **({"components": parts} if parts else {})}}
    if reply.enclosures:
        return _file(reply, reply.enclosures[0])
    return {"type": "text", "text": {"body": reply.text, "preview_url": False}}


def _file(reply: Reply, enclosure: Enclosure) -> Mapping[str, Any]:
    kind = _fits(enclosure)
    if not enclosure.reference:
        raise Unsupported("The file did not reach WhatsApp. Nothing was sent; the text is kept.")
    caption = {"caption": reply.text} if reply.text else {}
    shown = {"filename": " ".join(enclosure.name.split())} if kind == "document" else {}
    return {"type": kind, kind: {"id": enclosure.reference, **caption, **shown}}


def _fits(enclosure: Enclosure) -> str:
    """What it is to WhatsApp. Raises `Unsupported` for one that is too large for that."""
    kind, most = SHOWN.get(enclosure.media_type, ("document", LARGEST))
    if len(enclosure.body) > most:
        raise Unsupported(f"WhatsApp takes {most // MEGABYTE} MB here. Nothing was sent; the text is kept.")
    return kind


def _check(reply: Reply, settings: Mapping[str, Any]) -> None:
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    if reply.audience is Audience.PUBLIC:
        raise Unsupported("Nothing is public on WhatsApp. Nothing was sent; answer in private.")
    if len(reply.to) != 1 or reply.cc:
        raise Unsupported("A private answer goes to one person here. Nothing was sent.")
    if reply.to[0].namespace != NAMESPACE or not is_number(reply.to[0].value):
        raise Unsupported("This person has no number that WhatsApp tells us. Nothing was sent; the text is kept.")
    if len(reply.enclosures) > 1 or (reply.enclosures and reply.approved):
        raise Unsupported("One message carries one file here. Nothing was sent; send the others by themselves.")
    counted = measured(reply, settings)
    if counted.length > (counted.most or 0):
        raise Unsupported(f"WhatsApp takes {counted.most} characters. Nothing was sent; shorten the text.")
