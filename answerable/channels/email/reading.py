"""Bytes of a mail to values: what was said, or what a mail server reports about a reply of ours.

Steps: take the mail apart; see whether it is a report; read sender, text and thread; add the marks of machines.
Whatever a limit cuts is told in a note, and the raw bytes stay stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import Any

from answerable.channels.contract import Audience, Handle, Item, Mark, Raw, Said, Unreadable
from answerable.channels.email import automatic, quoting, threading
from answerable.channels.email.addresses import handles
from answerable.channels.email.bounces import receipts
from answerable.channels.email.content import content_of
from answerable.channels.email.headers import Headers, headers_at
from answerable.channels.email.mailbox import Mailbox, mailbox
from answerable.channels.email.parts import Dissection, Part
from answerable.channels.email.signing import LOOP_HEADER, genuine

MAIL_FIELDS = frozenset(
    {"from", "to", "cc", "subject", "date", "message-id", "received", "return-path", "content-type", "mime-version"}
    | {"sender", "reply-to", "delivered-to", "references", "in-reply-to"}
)
LONGEST_SUBJECT = 1_000
LONGEST_ID = 300

NOT_A_MAIL = "These bytes are not a mail: no header was found at their beginning. They are kept."


def read(raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
    box = mailbox(settings)
    dissection = Dissection(raw.body)
    mail = dissection.part()
    if not any(name in MAIL_FIELDS for name, _ in mail.headers.fields):
        raise Unreadable(NOT_A_MAIL)
    identity = _identity(raw.body, *dissection.top) if dissection.top else external_id(raw.body)
    said = _said(raw, mail, box, identity, dissection.notes)
    return receipts(mail, said) or [said]


def external_id(body: bytes) -> str:
    """Message-ID and what it names: date, sender and content, without the traces of transport.

    One mail in two mailboxes is one utterance; another content under the same Message-ID is another one. A mail
    without Message-ID is known by all its bytes.
    """
    return _identity(body, *headers_at(body, 0, len(body)))


def _identity(body: bytes, headers: Headers, start: int) -> str:
    own = threading.own_ids(headers)
    if not own:
        return f"digest:{_digest(body)}"
    content = body[start:].replace(b"\r\n", b"\n").rstrip()
    digest = _digest(headers.first("date").encode(), headers.first("from").encode("utf-8", "replace"), content)
    return f"{own[0][:LONGEST_ID]}#{digest}"


def _said(raw: Raw, mail: Part, box: Mailbox, identity: str, notes: list[str]) -> Said:
    headers, content = mail.headers, content_of(mail)
    subject = headers.text("subject")[:LONGEST_SUBJECT]
    author, strangeness = _author(headers, identity)
    posted_at, doubt = _posted_at(headers)
    text, quoted = quoting.split(content.text)
    to, cc = handles(headers.every("to")), handles(headers.every("cc"))
    reached = (*to, *cc, *_delivered_to(raw, headers))
    own = author.value == box.address
    by_us = own and bool(box.sent_folder) and raw.headers.get("folder", "") == box.sent_folder
    marks = automatic.marks(headers, subject) | _by_machine(raw, mail) | _loop(headers, box, own=own)
    html = content.html
    return Said(
        external_id=identity,
        author=author,
        audience=Audience.PRIVATE,
        text=text,
        posted_at=posted_at,
        subject=subject,
        html=html,
        quoted=quoted,
        thread_ids=threading.thread_ids(headers),
        own_ids=threading.own_ids(headers),
        to=to,
        cc=cc,
        reply_to=next(iter(handles(headers.every("reply-to"))), None),
        claims=threading.claims(headers, subject, reached, box),
        language=headers.first("content-language").partition(",")[0].strip()[:20],
        marks=marks,
        pieces=tuple(content.pieces),
        by_us=by_us,
        notes=(*notes, *content.notes, *strangeness, *doubt, *_cut(raw), *_forged(own=own, by_us=by_us, marks=marks)),
    )


def _delivered_to(raw: Raw, headers: Headers) -> tuple[Handle, ...]:
    """The address that the last server saw: with Bcc and forwarding it stands nowhere else."""
    names = ("delivered-to", "x-original-to", "envelope-to")
    return handles([raw.headers.get("rcpt_to", ""), *(value for name in names for value in headers.every(name))])


def _by_machine(raw: Raw, mail: Part) -> frozenset[Mark]:
    """An empty return path given to our own listener (RFC 5321, section 4.5.5), or a read receipt (RFC 8098)."""
    receipt = any(part.media_type == "message/disposition-notification" for part in mail.walk())
    return frozenset({Mark.AUTO_REPLY}) if receipt or raw.headers.get("mail_from") == "" else frozenset()


def _author(headers: Headers, identity: str) -> tuple[Handle, list[str]]:
    """The first address in From; else Sender, else the return path; else somebody new, never one shared nobody."""
    authors = handles(headers.every("from"))
    if len(authors) > 1:
        return authors[0], ["This mail names several authors; the first is taken as its author."]
    if authors:
        return authors[0], []
    for name in ("sender", "reply-to", "return-path"):
        if found := handles(headers.every(name)):
            shown = headers.text("from")[:200]
            author = found[0] if found[0].display or "@" in shown else replace(found[0], display=shown)
            return author, ["This mail has no usable From line; its author is taken from another line."]
    nobody = f"unknown-{_digest(identity.encode())[:12]}@unknown.invalid"
    return Handle("email", nobody, headers.text("from")[:200]), ["This mail does not say who wrote it."]


def _posted_at(headers: Headers) -> tuple[datetime | None, list[str]]:
    """The Date line in UTC, or None. A strange year is kept and told: the sender's clock is the sender's."""
    value = headers.first("date")
    try:
        date = parsedate_to_datetime(value[:100])
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None, ["The Date line of this mail cannot be read."] if value else []
    arrived = _arrived(headers)
    if arrived is not None and abs((date - arrived).days) > MOST_DAYS_APART:
        return date, [f"The sender's clock says {date:%Y-%m-%d}, far from the day on which this mail travelled."]
    if not FIRST_MAIL <= date.year <= LAST_YEAR:
        return date, [f"The sender's clock says {date:%Y-%m-%d}, which cannot be right."]
    return date, []


MOST_DAYS_APART = 30
FIRST_MAIL = 1971
LAST_YEAR = 2100


def _arrived(headers: Headers) -> datetime | None:
    """When the last server took the mail, by its own trace line: this room has no clock."""
    try:
        arrived = parsedate_to_datetime(headers.first("received").rpartition(";")[2].strip()[:100])
        return arrived.replace(tzinfo=UTC) if arrived.tzinfo is None else arrived.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _loop(headers: Headers, box: Mailbox, *, own: bool) -> frozenset[Mark]:
    """Our signature and our sender together: a copied signature alone silences nobody."""
    ours = own and genuine("loop", headers.first(LOOP_HEADER.lower()), box.key) is not None
    return frozenset({Mark.OWN_LOOP}) if ours else frozenset()


def _cut(raw: Raw) -> list[str]:
    return ["This mail is too large to fetch whole; only its header came."] if raw.headers.get("cut") else []


def _forged(*, own: bool, by_us: bool, marks: frozenset[Mark]) -> list[str]:
    if own and not by_us and Mark.OWN_LOOP not in marks:
        return [
            "This mail names our own address as its sender and was not found among our sent mail; it may be forged."
        ]
    return []


def _digest(*values: bytes) -> str:
    digest = blake2b(digest_size=16)
    for value in values:
        digest.update(len(value).to_bytes(8, "big"))
        digest.update(value)
    return digest.hexdigest()
