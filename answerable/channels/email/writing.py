"""A reply as one complete message (RFC 5322): the same reply is always the same bytes.

Identifying fields are written by us, one id on a line, because the standard library would fold long ids into
encoded words that no mail program can follow. Everything else is built by it, so that no value can add a header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Any

from answerable.channels.contract import Audience, Enclosure, Handle, Reply, Unsupported
from answerable.channels.email.addresses import sendable
from answerable.channels.email.headers import one_line
from answerable.channels.email.mailbox import MAX_ATTACHMENT, MAX_TEXT, Mailbox, mailbox
from answerable.channels.email.signing import LOOP_HEADER, case_id, digest, loop_mark, message_id, reply_address
from answerable.channels.email.threading import MESSAGE_ID
from answerable.core.wire.calls import SendMail

MOST_REFERENCES = 21
LONGEST_SUBJECT = 250
LONGEST_REFERENCE = 900

MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
ASCII_ID = re.compile(r"<[!-;=?-~]+>")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def say(reply: Reply, settings: Mapping[str, Any]) -> SendMail:
    """Raises `Unsupported` for what e-mail cannot carry."""
    box = mailbox(settings)
    _check(reply, box)
    message = _letter(reply, box)
    _address(message, reply, box)
    _mark(message, reply, box)
    _set_boundaries(message, digest("boundary", reply.key))
    return SendMail(
        server=box.smtp,
        sender=_plain(box.address),
        recipients=tuple(dict.fromkeys(_plain(handle.value) for handle in (*reply.to, *reply.cc))),
        body=_thread(reply, box) + message.as_bytes(policy=SMTP),
    )


def references(reply: Reply, box: Mailbox) -> tuple[str, ...]:
    """The first id of the thread, the case's own id, and the last twenty, oldest first: what a thread needs to hold."""
    known = [*reversed(reply.thread_ids), reply.in_reply_to]
    ids = list(dict.fromkeys(i for i in known if _is_id(i)))
    if _is_id(reply.in_reply_to):
        ids.remove(reply.in_reply_to)
        ids.append(reply.in_reply_to)
    kept = ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[-(MOST_REFERENCES - 1) :]]
    mark = case_id(reply.case_reference, box)
    return tuple([*kept[:-1], mark, *kept[-1:]] if mark else kept)


def _check(reply: Reply, box: Mailbox) -> None:
    if reply.audience is not Audience.PRIVATE:
        raise Unsupported("An e-mail is private; this answer was meant for another audience.")
    if not reply.to:
        raise Unsupported("This answer names nobody to send it to.")
    if len(reply.text) > MAX_TEXT:
        raise Unsupported(f"This answer is longer than {MAX_TEXT:,} characters; please shorten it or attach a file.")
    if sum(len(enclosure.body) for enclosure in reply.enclosures) > MAX_ATTACHMENT:
        raise Unsupported("The attached files are larger than 18 MB together; mail servers would refuse them.")
    if sendable(box.address) is None:
        raise Unsupported("The address of this mailbox is not one that mail can be sent from.")


def _letter(reply: Reply, box: Mailbox) -> EmailMessage:
    """Plain text first, the same words as HTML beside it, files last."""
    text = UNPRINTABLE.sub("", reply.text.replace("\r\n", "\n")).strip("\n") + "\n"
    if box.signature:
        text += f"\n-- \n{UNPRINTABLE.sub('', box.signature).strip()}\n"
    message = EmailMessage(policy=SMTP)
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(_html(text, reply.language), subtype="html", charset="utf-8", cte="quoted-printable")
    for enclosure in reply.enclosures:
        maintype, subtype = _media_type(enclosure)
        message.add_attachment(enclosure.body, maintype=maintype, subtype=subtype, filename=_file_name(enclosure))
        if enclosure.alt:
            *_, part = message.iter_attachments()
            part["Content-Description"] = one_line(UNPRINTABLE.sub(" ", enclosure.alt))
    return message


def _html(text: str, language: str) -> str:
    """`dir=auto` lets each paragraph run in the direction of its own script."""
    paragraphs = "\n".join(
        f'<p dir="auto">{escape(paragraph).replace(chr(10), "<br>")}</p>'
        for paragraph in re.split(r"\n{2,}", text.strip("\n"))
    )
    lang = f' lang="{escape(language)}"' if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language) else ""
    return f'<!DOCTYPE html>\n<html{lang}><head><meta charset="utf-8"></head><body>\n{paragraphs}\n</body></html>\n'


def _address(message: EmailMessage, reply: Reply, box: Mailbox) -> None:
    message["From"] = _person(Handle("email", box.address, box.display_name))
    message["To"] = [_person(handle) for handle in reply.to]
    if reply.cc:
        message["Cc"] = [_person(handle) for handle in reply.cc]
    if answer_to := _answer_to(reply, box):
        message["Reply-To"] = _person(Handle("email", answer_to, box.display_name))
    message["Subject"] = one_line(UNPRINTABLE.sub(" ", reply.subject))[:LONGEST_SUBJECT]
    if reply.at is not None:
        message["Date"] = format_datetime(reply.at.astimezone(UTC))
    if re.fullmatch(r"[A-Za-z-]{2,20}", reply.language):
        message["Content-Language"] = reply.language


def _answer_to(reply: Reply, box: Mailbox) -> str:
    """The signed address for answers, where it is wanted and still short enough to be an address."""
    if not (box.reply_token and case_id(reply.case_reference, box)):
        return ""
    return sendable(reply_address(reply.case_reference, box)) or ""


def _mark(message: EmailMessage, reply: Reply, box: Mailbox) -> None:
    """Our signature against loops on all we send; robots are asked to be still only when a robot speaks (RFC 3834)."""
    if box.key:
        message[LOOP_HEADER] = loop_mark(reply.key, box)
    if reply.automatic:
        message["Auto-Submitted"] = "auto-replied" if reply.in_reply_to else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"


def _thread(reply: Reply, box: Mailbox) -> bytes:
    lines = [f"Message-ID: {message_id(reply.key, box)}"]
    if _is_id(reply.in_reply_to):
        lines.append(f"In-Reply-To: {reply.in_reply_to}")
    if ids := references(reply, box):
        lines.append("References: " + "\r\n ".join(ids))
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _set_boundaries(message: EmailMessage, seed: str) -> None:
    """Boundaries from the reply's key instead of chance, so that a retry is the same mail to the last byte."""
    multiparts = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{seed}_{number}")


def _person(handle: Handle) -> Address:
    return Address(display_name=one_line(UNPRINTABLE.sub(" ", handle.display))[:100], addr_spec=_plain(handle.value))


def _plain(address: str) -> str:
    plain = sendable(address)
    if plain is None or plain.endswith(".invalid"):
        raise Unsupported("One of the addresses is not one that mail can be sent to.")
    return plain


def _media_type(enclosure: Enclosure) -> Sequence[str]:
    """A message or multipart type would ask its reader to open the bytes as mail; such files go as plain bytes."""
    declared = enclosure.media_type.strip().lower()
    if not MEDIA_TYPE.fullmatch(declared) or declared.startswith(("multipart/", "message/")):
        declared = "application/octet-stream"
    return declared.split("/", 1)


def _file_name(enclosure: Enclosure) -> str:
    name = one_line(UNPRINTABLE.sub("", enclosure.name)).replace("\\", "/").rpartition("/")[2]
    return name[-120:] or "attachment"


def _is_id(value: str) -> bool:
    return len(value) <= LONGEST_REFERENCE and bool(MESSAGE_ID.fullmatch(value) and ASCII_ID.fullmatch(value))
