"""An answer as the parts of an SMS. Sources: SMPP v3.4, 4.4 (submit_sm), 5.2.17 (registered_delivery); 3GPP TS 23.040."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from answerable.channels.common.sms import PUBLIC_NUMBER, Parted, parted, septets, ucs2
from answerable.channels.contract import (
    Audience,
    Measured,
    Reauthorise,
    Refused,
    Reply,
    TryLater,
    Unreadable,
    Unsupported,
)
from answerable.core.text import smpp
from answerable.core.text.smpp import Short
from answerable.core.wire.calls import Answer, MessageCentre, ShortAnswer, SubmitShort

MOST_PARTS = 10
HAS_HEADER = 0x40
ALWAYS, ONLY_FAILURE = 1, 2
# SMPP v3.4, 5.1.3: command_status.
LATER = frozenset({0x08, 0x14, 0x58})
SIGN_IN = frozenset({0x04, 0x0D, 0x0E, 0x0F})
REASONS: Mapping[int, str] = {
    0x0A: "Our own number or name is not allowed there.",
    0x0B: "The number is none that can be reached.",
    0x33: "The number is none that can be reached.",
    0x45: "The centre could not take it.",
    0x67: "The centre does not know a part of the request.",
}


def say(reply: Reply, settings: Mapping[str, Any]) -> SubmitShort:
    """Of several parts only the last is reported on when it arrives, and each when it does not. Raises `Unsupported`."""
    cut = _checked(reply)
    source = str(settings.get("address") or "").strip()
    is_number = bool(PUBLIC_NUMBER.fullmatch(source))
    ton = smpp.INTERNATIONAL if is_number else smpp.UNKNOWN if source.isdecimal() else smpp.ALPHANUMERIC
    to, last = reply.to[0].value, len(cut.parts)
    in_payload = settings.get("long_messages") == "payload"
    texts = (reply.text,) if in_payload else cut.parts
    parts = []
    for number, text in enumerate(texts, start=1):
        header = b"" if len(texts) == 1 else bytes([5, 0, 3, _reference(reply), last, number])
        short = Short(
            source,
            to,
            esm_class=HAS_HEADER if header else 0,
            data_coding=0 if cut.is_gsm else 8,
            registered=ALWAYS if number == len(texts) else ONLY_FAILURE,
            body=header + _words(text, cut, settings),
            source_ton=ton,
        )
        parts.append(_body(short))
    return SubmitShort(centre(settings), tuple(parts))


def measured(reply: Reply, settings: Mapping[str, Any]) -> Measured:
    cut = parted(reply.text)
    most = MOST_PARTS * (153 if cut.is_gsm else 67)
    return Measured(cut.units, most, reply.text, len(cut.parts))


def ids(answer: Answer) -> tuple[str, ...]:
    """The ids of all parts. Raises what the answer means: a message of which only some parts went out was refused."""
    if not isinstance(answer, ShortAnswer):
        raise Unreadable("The centre answered with something else than SMPP.")
    if answer.status == 0 and answer.ids and all(answer.ids):
        return tuple(answer.ids)
    if answer.status in LATER and not answer.ids:
        raise TryLater("The centre for short messages takes no more for now.")
    if answer.status in SIGN_IN and not answer.ids:
        raise Reauthorise("The centre no longer accepts our system id. Ask the carrier.")
    if answer.status == 0:
        raise Unreadable("The centre took it and gave it no id.")
    taken = f" {len(answer.ids)} of its parts had gone out before." if answer.ids else ""
    words = REASONS.get(answer.status, "")
    raise Refused(f"The centre refused it (SMPP status {answer.status}). {words}{taken}".strip())


def centre(settings: Mapping[str, Any]) -> MessageCentre:
    """Raises `Unsupported` for a place that is none."""
    host = str(settings.get("host") or "").strip()
    if not host or set(host) & set(" /\r\n\t\0:@"):
        raise Unsupported("The name of the centre’s server is none. Nothing was sent; mend it in the settings.")
    return MessageCentre(
        host,
        int(settings.get("port") or 2775),
        str(settings.get("system_id") or "").strip(),
        str(settings.get("password") or ""),
        str(settings.get("system_type") or "").strip(),
        str(settings.get("security") or "tls"),
    )


def _checked(reply: Reply) -> Parted:
    if reply.audience is not Audience.PRIVATE:
        raise Unsupported("An SMS is read by one person alone. Nothing was sent; the text is kept.")
    if reply.enclosures:
        raise Unsupported("An SMS carries no files. Nothing was sent; the text is kept.")
    people = {handle.value for handle in (*reply.to, *reply.cc)}
    if len(people) != 1 or not PUBLIC_NUMBER.fullmatch(reply.to[0].value if reply.to else ""):
        raise Unsupported("An SMS goes to one number, with + and the code of its country. Nothing was sent.")
    counted = measured(reply, {})
    if counted.length > (counted.most or 0):
        raise Unsupported(f"An SMS goes out in {MOST_PARTS} parts at most. Nothing was sent; shorten the text.")
    return parted(reply.text)


def _words(text: str, cut: Parted, settings: Mapping[str, Any]) -> bytes:
    if not cut.is_gsm:
        return ucs2(text)
    return septets(text) if settings.get("alphabet") != "latin-1" else text.encode("latin-1", "replace")


def _body(short: Short) -> bytes:
    try:
        return smpp.submitted(short)
    except ValueError as error:
        raise Unsupported("Our own number or name is none that an SMS can carry. Mend it in the settings.") from error


def _reference(reply: Reply) -> int:
    """The same reply always has the same; two that are sent soon after each other hardly ever."""
    return hashlib.sha256(reply.key.encode("utf-8", "replace")).digest()[0]
