"""What mail servers report about a reply of ours: RFC 3464 reports, and the older ways to say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from answerable.channels.contract import Handle, Mark, Receipt, ReceiptState, Said
from answerable.channels.email.addresses import handles
from answerable.channels.email.automatic import from_a_daemon, no_return
from answerable.channels.email.content import words_in
from answerable.channels.email.headers import Headers, decoded, headers_at
from answerable.channels.email.parts import Part

MOST_RECIPIENTS = 100
LONGEST_REASON = 500
LONGEST_SEARCH = 50_000
LONGEST_REPORT = 256 * 1024

STATES = {
    "failed": ReceiptState.FAILED,
    "delayed": ReceiptState.DELAYED,
    "delivered": ReceiptState.DELIVERED,
    "relayed": ReceiptState.DELIVERED,
    "expanded": ReceiptState.DELIVERED,
}

SUBJECT = re.compile(
    r"undeliver|failure notice|returned mail|delivery (?:status|failure|failed|problem|delayed|incomplete|has failed)|mail delivery|"
    r"could not be delivered|message (?:not delivered|delayed)|warning: (?:could not|message)|"
    r"n[aã]o (?:foi )?entreg|falha na entrega|niedostarcz|nie dostarczono|zwrot|unzustellbar|zustellung|non remis|no entregad",
    re.IGNORECASE,
)
FAILED_WORDS = re.compile(
    r"could not be delivered|wasn't able to deliver|unable to deliver|undeliverable|did not reach|permanent (?:fatal )?error|"
    r"user unknown|no such user|mailbox (?:full|unavailable|not found)|address not found|does not exist|rejected|returned to sender",
    re.IGNORECASE,
)
DELAYED_WORDS = re.compile(
    r"delayed|will (?:be retried|keep trying|retry)|still (?:trying|being retried)|not yet been delivered|do not need to resend",
    re.IGNORECASE,
)
BLANK_LINES = re.compile(rb"\n(?:[ \t]{0,100}\r?\n)+")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
CODE = re.compile(r"\b([45][0-5]\d)[ -]")
RETURNED_ID = re.compile(r"^[> \t]{0,8}Message-ID:\s{0,3}(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
NAMED = re.compile(
    r"<([^<>\s@]{1,64}@[^<>\s@]{1,250})>:|^\s{0,8}([^<>\s@:]{1,64}@[^<>\s@:,]{1,250})[:.]?\s*$", re.MULTILINE
)


@dataclass(frozen=True)
class News:
    """One recipient's fate."""

    state: ReceiptState
    recipient: Handle | None
    reason: str


def receipts(mail: Part, said: Said) -> list[Receipt]:
    """One receipt for each recipient reported on; the first keeps the mail itself. Empty when the mail is no report."""
    news = list(islice(_reported(mail), MOST_RECIPIENTS)) or list(_told(mail, said))
    about = _returned_ids(mail, said)
    kept = replace(said, marks=said.marks | {Mark.BOUNCE, Mark.AUTO_REPLY})
    return [
        Receipt(
            external_id=said.external_id if number == 0 else f"{said.external_id}/{number}",
            reply_ids=about,
            state=one.state,
            recipient=one.recipient,
            reason=one.reason,
            said=kept if number == 0 else None,
        )
        for number, one in enumerate(news)
    ]


def _reported(mail: Part) -> Iterator[News]:
    """RFC 3464: groups of fields, one group for each recipient after the first, which is about the message."""
    for part in mail.walk():
        if part.media_type in ("message/delivery-status", "message/global-delivery-status"):
            for group in islice(_groups(part.body()[:LONGEST_REPORT]), MOST_RECIPIENTS):
                if state := STATES.get(group.first("action").strip().lower()):
                    yield News(state, _recipient(group), _reason(group))


def _groups(body: bytes) -> Iterator[Headers]:
    for block in BLANK_LINES.split(body.strip()):
        yield headers_at(block, 0, len(block))[0]


def _recipient(group: Headers) -> Handle | None:
    """The address that we wrote to, before any forwarding on the other side."""
    for name in ("original-recipient", "final-recipient"):
        if found := handles([group.first(name).rpartition(";")[2]]):
            return found[0]
    return None


def _reason(group: Headers) -> str:
    words = decoded(group.first("diagnostic-code").partition(";")[2]) or decoded(group.first("diagnostic-code"))
    return f"{group.first('status')} {words}".strip()[:LONGEST_REASON]


def _told(mail: Part, said: Said) -> Iterator[News]:
    """A report in prose: from a mail daemon or without return path, and about a delivery."""
    if not (from_a_daemon(said.author.value) or (no_return(mail.headers) and SUBJECT.search(said.subject))):
        return
    words = "\n".join(words_in(mail))[:LONGEST_SEARCH]
    if not (SUBJECT.search(said.subject) or FAILED_WORDS.search(words)):
        return
    status = STATUS.search(words) or CODE.search(words)
    lost = status is None or status[1].startswith("5")
    waiting = (
        (status is not None and status[1].startswith("4"))
        or DELAYED_WORDS.search(words)
        or DELAYED_WORDS.search(said.subject)
    )
    state = ReceiptState.DELAYED if waiting and not (lost and FAILED_WORDS.search(words)) else ReceiptState.FAILED
    yield News(state, _named(mail.headers, words), _sentence(words, status))


def _named(headers: Headers, words: str) -> Handle | None:
    if found := handles(headers.every("x-failed-recipients")):
        return found[0]
    named = NAMED.search(words)
    return next(iter(handles([named[1] or named[2]])), None) if named else None


def _sentence(words: str, status: re.Match[str] | None) -> str:
    """The line that names the code, else the first that says it failed."""
    found = status or FAILED_WORDS.search(words)
    if found is None:
        return ""
    start = words.rfind("\n", 0, found.start()) + 1
    end = words.find("\n", found.end())
    line = words[start : end if end >= 0 else len(words)].strip()
    return (line if not status or line.startswith(status[1]) else f"{status[1]} {line}")[:LONGEST_REASON]


def _returned_ids(mail: Part, said: Said) -> tuple[str, ...]:
    """The ids of the mail that was returned, then those that the report says it answers."""
    found = []
    for part in mail.walk():
        if part.media_type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            body = part.body()
            returned, _ = headers_at(body.lstrip(b"\r\n"), 0, len(body))
            found += RETURNED_ID.findall(f"Message-ID: {returned.first('message-id')}")
    for words in islice(words_in(mail), 10):
        found += RETURNED_ID.findall(words[:LONGEST_SEARCH])[:3]
    return tuple(dict.fromkeys([*found, *said.thread_ids]))
