"""From a deliver_sm to an SMS, to a part of one, or to news of an answer of ours.

Sources: SMPP v3.4, 4.6 (deliver_sm), 5.2.12 (esm_class), appendix B (delivery receipt format); 3GPP TS 23.040, 9.2.3.24
(user data header).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answerable.channels.common import opting, sms
from answerable.channels.contract import (
    Audience,
    Handle,
    Item,
    Part,
    Raw,
    Receipt,
    ReceiptState,
    Said,
    Unreadable,
    Unsupported,
)
from answerable.core.text import smpp
from answerable.core.text.smpp import Short
from answerable.core.text.telephone import e164

RECEIPT, KINDS, HAS_HEADER = 0x04, 0x3C, 0x40
MISSING = "[…]"
STATES: Mapping[str, ReceiptState] = {
    "DELIVRD": ReceiptState.DELIVERED,
    "UNDELIV": ReceiptState.FAILED,
    "EXPIRED": ReceiptState.FAILED,
    "REJECTD": ReceiptState.FAILED,
    "DELETED": ReceiptState.FAILED,
}
WHY: Mapping[str, str] = {
    "UNDELIV": "The carrier could not deliver it.",
    "EXPIRED": "The phone was out of reach until the message ran out.",
    "REJECTD": "The carrier refused it.",
    "DELETED": "The carrier removed it before it was delivered.",
}
# SMPP v3.4, 5.2.28: message_state.
NUMBERS: Mapping[int, str] = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
FIELD = re.compile(r"(id|stat|err):\s*(\S+)", re.IGNORECASE)
CALLABLE = frozenset({0, 1, 3, 8})


@dataclass(frozen=True)
class Piece:
    """One part of an SMS: the words as bytes, and which it is of how many under one number."""

    words: bytes
    reference: int
    number: int
    of: int


def item(raw: Raw, settings: Mapping[str, Any]) -> Item:
    short = _short(raw.body)
    if short.esm_class & KINDS == RECEIPT:
        return _receipt(short, settings)
    if short.esm_class & KINDS:
        raise Unsupported("The centre reports something about a message that is not its end.")
    piece = _piece(short)
    if piece.of == 1:
        return _said(raw.external_id or _id(raw), short, _text(piece.words, short, settings), settings)
    group = f"{short.source}>{short.destination}:{piece.reference}:{piece.of}"
    return Part(raw.external_id or _id(raw), group[:200], piece.number, piece.of)


def joined(raws: Sequence[Raw | None], settings: Mapping[str, Any]) -> Said:
    """The parts together, in their order; None is one that never came. Pairs are joined before they are read."""
    there = [raw for raw in raws if raw is not None]
    shorts = [_short(raw.body) for raw in there]
    words: list[str] = []
    run = b""
    for raw in raws:
        if raw is None:
            words += [_text(run, shorts[0], settings), MISSING]
            run = b""
        else:
            run += _piece(_short(raw.body)).words
    words.append(_text(run, shorts[0], settings))
    return _said(there[0].external_id or _id(there[0]), shorts[0], "".join(words), settings)


def _short(body: bytes) -> Short:
    try:
        pdu = smpp.read(body)
        if pdu.command != smpp.DELIVER_SM:
            raise ValueError("it is something else")
        return smpp.delivered(pdu.body)
    except ValueError as error:
        raise Unreadable("This is no message of a centre for short messages. Its bytes are kept.") from error


def _piece(short: Short) -> Piece:
    """By the header in the words, by the options of SMPP, or whole."""
    if short.esm_class & HAS_HEADER and short.body:
        end = 1 + short.body[0]
        return _by_header(short.body[1:end], short.body[end:])
    told = [short.options.get(tag, b"") for tag in (smpp.SAR_REFERENCE, smpp.SAR_TOTAL, smpp.SAR_NUMBER)]
    if all(told):
        return _checked(short.body, *(int.from_bytes(each, "big") for each in told))
    return Piece(short.body, 0, 1, 1)


def _by_header(header: bytes, words: bytes) -> Piece:
    at = 0
    while at + 1 < len(header):
        sort, size = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + size]
        if sort == 0x00 and len(value) == 3:
            return _checked(words, value[0], value[1], value[2])
        if sort == 0x08 and len(value) == 4:
            return _checked(words, int.from_bytes(value[:2], "big"), value[2], value[3])
        at += 2 + size
    return Piece(words, 0, 1, 1)


def _checked(words: bytes, reference: int, of: int, number: int) -> Piece:
    """A number outside of its count is a mistake of the sender's; the words are kept as a whole message."""
    return Piece(words, reference, number, of) if 1 <= number <= of <= 255 and of > 1 else Piece(words, 0, 1, 1)


def _text(words: bytes, short: Short, settings: Mapping[str, Any]) -> str:
    """SMPP v3.4, 5.2.19: data_coding; the default alphabet is what the carrier says it is."""
    match short.data_coding & 0x0F if short.data_coding < 0xF0 else short.data_coding & 0x04:
        case 0:
            return sms.from_septets(words) if settings.get("alphabet") != "latin-1" else words.decode("latin-1")
        case 1:
            return words.decode("ascii", "replace")
        case 3:
            return words.decode("latin-1")
        case 8:
            return sms.from_ucs2(words)
    raise Unsupported("It is no text but data for a program on the phone.")


def _said(external_id: str, short: Short, text: str, settings: Mapping[str, Any]) -> Said:
    author = _handle(short.source, short.source_ton, settings)
    clean = text.replace("\0", "")
    return Said(
        external_id=external_id[:300],
        author=author,
        audience=Audience.PRIVATE,
        text=clean,
        posted_at=None,
        thread_ids=(f"sms:{settings.get('address')}:{author.value}"[:400],),
        own_ids=(external_id[:300],),
        consents=opting.consents(clean),
    )


def _receipt(short: Short, settings: Mapping[str, Any]) -> Receipt:
    told = {name.lower(): value for name, value in FIELD.findall(short.body.decode("latin-1"))}
    given = short.options.get(smpp.MESSAGE_ID, b"").rstrip(b"\0").decode("latin-1") or told.get("id", "")
    number = short.options.get(smpp.MESSAGE_STATE, b"")
    state = NUMBERS.get(number[0], "") if len(number) == 1 else told.get("stat", "")[:7].upper()
    if not given:
        raise Unreadable("This receipt names no message. Its bytes are kept.")
    if state not in STATES:
        raise Unsupported("The centre reports that the answer is on its way, or does not know more.")
    given = given.replace("\0", "")[:65]
    error = told.get("err", "").replace("\0", "")[:10]
    reason = f"{WHY[state]}{f' (error {error})' if error.strip('0') else ''}" if state in WHY else ""
    return Receipt(f"receipt:{given}:{state}", _spellings(given), STATES[state], reason=reason)


def _spellings(given: str) -> tuple[str, ...]:
    """Many centres give an id in figures of sixteen and report on it in figures of ten, or the other way round."""
    found = [given]
    if given.isascii() and given.isdecimal():
        found += [f"{int(given):x}", f"{int(given):X}", str(int(given))]
    if re.fullmatch(r"[0-9A-Fa-f]{1,32}", given):
        found.append(str(int(given, 16)))
    return tuple(dict.fromkeys(found))


def _handle(address: str, ton: int, settings: Mapping[str, Any]) -> Handle:
    """A number of the public network is one everywhere; a short code or a name is one of its own sort."""
    bare = address.replace("\0", "").strip()[:300]
    number = e164(f"+{bare.lstrip('+')}" if ton == smpp.INTERNATIONAL else bare, str(settings.get("country") or "US"))
    return Handle("phone", number) if number and len(bare) > 6 else Handle("sms_sender", bare or "unknown")


def _id(raw: Raw) -> str:
    return f"sms:{sms.digest(raw.body[16:])}"
