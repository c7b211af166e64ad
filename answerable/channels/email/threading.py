"""Which thread a mail belongs to: ids that others gave, and marks of ours that it claims.

Ids come newest first, because people answer the last mail and lists of ancestors are cut from the other end.
A case number in a subject is anybody's to type: it is a weak claim and never a thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from answerable.channels.contract import Handle
from answerable.channels.email.headers import Headers
from answerable.channels.email.mailbox import Mailbox
from answerable.channels.email.signing import genuine

MOST_IDS = 50

MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
BARE_ID = re.compile(r"[^<>\s,;]{1,200}@[^<>\s,;]{1,250}")
CASE_ID = re.compile(r"<case-([^@<>\s]{1,80})@[^@<>\s]{1,250}>", re.IGNORECASE)
CASE_NUMBER = re.compile(r"(?<![\w-])(20\d\d-\d{4,8})(?![\w-])")


def own_ids(headers: Headers) -> tuple[str, ...]:
    """The mail's own Message-ID first, then what a provider says it was before it changed it."""
    names = ("message-id", "x-ms-exchange-message-id", "x-google-original-message-id", "x-original-message-id")
    return _unique(found for name in names for found in _ids(headers.first(name))[:1])


def thread_ids(headers: Headers) -> tuple[str, ...]:
    """In-Reply-To, then References from the last to the first (RFC 5322, section 3.6.4), ours set apart."""
    parents = [*_ids(headers.first("in-reply-to")), *reversed(_ids(headers.first("references")))]
    return _unique(parent for parent in parents if not CASE_ID.fullmatch(parent))[:MOST_IDS]


def claims(headers: Headers, subject: str, reached: Iterable[Handle], mailbox: Mailbox) -> tuple[str, ...]:
    """`case:` and `reply:` were signed by us; `subject:` is only what somebody wrote."""
    return _unique(
        [
            *_from_references(headers, mailbox),
            *_from_addresses(reached, mailbox),
            *(f"subject:{number}" for number in CASE_NUMBER.findall(subject)[:5]),
        ]
    )


def _from_references(headers: Headers, mailbox: Mailbox) -> list[str]:
    marks = CASE_ID.findall(f"{headers.first('in-reply-to')} {headers.first('references')}")
    return [f"case:{case}" for mark in marks[:MOST_IDS] if (case := genuine("case", mark, mailbox.key))]


def _from_addresses(reached: Iterable[Handle], mailbox: Mailbox) -> list[str]:
    marks = (handle.value.partition("@")[0].partition("+")[2] for handle in reached)
    return [f"reply:{case}" for mark in marks if mark and (case := genuine("reply", mark, mailbox.key))]


def _ids(value: str) -> list[str]:
    return MESSAGE_ID.findall(value) or [f"<{bare}>" for bare in BARE_ID.findall(value)]


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
