"""From a push or from a row of the list of messages to what was said, or to news of an answer of ours.

Sources: Twilio's pages “Twilio's request to your webhook URL”, “Track outbound message status”, “Messages resource”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from answerable.channels.common import objects, opting, twilio
from answerable.channels.contract import (
    Audience,
    Consented,
    Item,
    Piece,
    Raw,
    Receipt,
    ReceiptState,
    Said,
    Unreadable,
    Unsupported,
)

MOST_FILES = 10
STATES: Mapping[str, ReceiptState] = {
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.SEEN,
    "undelivered": ReceiptState.FAILED,
    "failed": ReceiptState.FAILED,
}
ON_ITS_WAY = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})
LASTING = frozenset({"21211", "21610", "21614", "30005", "30006"})
"""Codes that say something of the number, not of this one SMS."""


def item(raw: Raw) -> Item:
    if raw.body.lstrip()[:1] == b"{":
        return _of_row(_row(raw.body))
    told = twilio.form(raw.body)
    if "MessageStatus" in told:
        return receipt(told.get("MessageSid", ""), told["MessageStatus"], told.get("To", ""), told.get("ErrorCode", ""))
    pieces = tuple(_pieces(told))
    return said(told.get("MessageSid", ""), told, None, pieces, told.get("OptOutType", ""))


def said(sid: str, told: Mapping[str, str], at: datetime | None, pieces: tuple[Piece, ...], opted: str = "") -> Said:
    """One SMS to us. All between two numbers is one thread, because an SMS names none."""
    author, ours = (
        twilio.handle(told.get("From", ""), "sms_sender"),
        twilio.handle(told.get("To", ""), "sms_sender").value,
    )
    if not sid or "Body" not in told:
        raise Unreadable("This is no SMS as Twilio tells of it. Its bytes are kept.")
    if author.value.startswith("whatsapp:"):
        raise Unsupported("It is a WhatsApp message that comes over the address of an SMS source.")
    text = told["Body"].replace("\0", "")
    return Said(
        external_id=sid[:200],
        author=author,
        audience=Audience.PRIVATE,
        text=text,
        posted_at=at,
        thread_ids=(f"sms:{ours}:{author.value}"[:400],),
        own_ids=(sid[:200],),
        pieces=pieces,
        consents=_consents(text, opted),
        notes=_notes(opted),
    )


def receipt(sid: str, status: str, to: str, code: str) -> Receipt:
    """Raises `Unsupported` for a report that says nothing yet."""
    if not sid:
        raise Unreadable("This report names no SMS. Its bytes are kept.")
    if status in ON_ITS_WAY:
        raise Unsupported(f"The network reports “{status}”: the answer is on its way.")
    if status not in STATES:
        raise Unsupported("The network reports something about an answer that is not known here.")
    state = STATES[status]
    lasting = state is ReceiptState.FAILED and code in LASTING
    return Receipt(
        external_id=f"status:{sid}:{status}"[:200],
        reply_ids=(sid[:200],),
        state=state,
        recipient=twilio.handle(to, "sms_sender") if lasting else None,
        reason=twilio.why(code) if state is ReceiptState.FAILED else "",
    )


def is_over(status: str) -> bool:
    """Is this a state of an answer of ours after which no other comes?"""
    return status in STATES


def _of_row(row: Mapping[str, Any]) -> Item:
    sid, outgoing = objects.named(row["sid"]), str(row.get("direction") or "").startswith("outbound")
    if outgoing:
        return receipt(sid, str(row.get("status")), str(row.get("to") or ""), str(row.get("error_code") or ""))
    numbers = {name: objects.named_if_any(row.get(name.lower())) for name in ("From", "To")}
    told = {**numbers, "Body": str(row.get("body") or "")}
    count = str(row.get("num_media") or "0")
    files = min(int(count), MOST_FILES) if count.isascii() and count.isdecimal() and len(count) < 4 else 0
    pieces = tuple(Piece(_name(number, ""), "", reference=f"media:{sid}:{number}"[:400]) for number in range(files))
    return said(sid, told, twilio.moment(row.get("date_sent") or row.get("date_created")), pieces)


def _row(body: bytes) -> Mapping[str, Any]:
    value = objects.an_object(objects.parsed(body))
    if not value.get("sid"):
        raise Unreadable("This is no SMS as Twilio tells of it. Its bytes are kept.")
    return value


def _pieces(told: Mapping[str, str]) -> Iterator[Piece]:
    for number in range(MOST_FILES):
        if url := told.get(f"MediaUrl{number}", ""):
            declared = told.get(f"MediaContentType{number}", "").replace("\0", "")
            yield Piece(_name(number, declared), declared, reference=url.replace("\0", ""))


def _name(number: int, declared: str) -> str:
    """MMS carry no names. The ending is what the sender declares; what it is, is looked at when it is here."""
    ending = declared.partition("/")[2].partition(";")[0].strip()
    return f"mms-{number + 1}" + (f".{ending}" if ending.isalnum() else "")


def _consents(text: str, opted: str) -> tuple[Consented, ...]:
    if opted in {"STOP", "START"}:
        return (Consented(opting.WRITING, given=opted == "START", how=" ".join(text.split())[:60] or opted),)
    return opting.consents(text)


def _notes(opted: str) -> tuple[str, ...]:
    told = {
        "STOP": "The network took the number off its list and confirmed it; it carries no SMS of ours there any more.",
        "START": "The network put the number back on its list and confirmed it.",
        "HELP": "The network answered this word by itself.",
    }
    return (told[opted],) if opted in told else ()
