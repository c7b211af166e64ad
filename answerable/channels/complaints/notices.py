"""Notification mails of a site, read by templates that somebody wrote: plain words, and names in braces for what changes.

    Subject: New complaint {id}
    {author} wrote about {title}:
    {text}
    Answer at {link}

Blanks and line ends count as one blank; what no template fits is for people to look at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from answerable.channels.common.objects import plain
from answerable.channels.contract import Unreadable

NAMES = ("id", "author", "display", "text", "at", "title", "thread", "link", "product", "language", "rating")
PLACE = re.compile(r"\{(\w+)\}")
DOES_NOT_FIT = "The template in the settings does not fit this mail. Mend it there, then open this again."
STRANGE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
NO_MAIL = "This is no mail that can be read. Its bytes are kept."


def row(body: bytes, template: str) -> Mapping[str, str]:
    """What the mail says, by name. Raises `Unreadable` where the template does not fit.

    The words of the template are looked for one after the other, never twice: no mail can make that slow.
    """
    text, found = " ".join(_text(body).split()), dict[str, str]()
    first, *places = PLACE.split(" ".join(template.split()))
    at = _after(text, first, 0)
    for name, words in zip(places[::2], places[1::2], strict=True):
        ends = text.find(words, at) if words else len(text)
        if ends < 0:
            raise Unreadable(DOES_NOT_FIT)
        if name in NAMES and text[at:ends].strip():
            found.setdefault(name, text[at:ends].strip())
        at = ends + len(words)
    return found


def _after(text: str, words: str, start: int) -> int:
    at = text.find(words, start)
    if at < 0:
        raise Unreadable(DOES_NOT_FIT)
    return at + len(words)


def _text(body: bytes) -> str:
    """The subject and the words, as a template names them."""
    try:
        mail = message_from_bytes(body, policy=default)
        assert isinstance(mail, EmailMessage), "the policy makes these"
        part = mail.get_body(("plain", "html"))
        words = str(part.get_content()) if part is not None else ""
        is_html = part is not None and part.get_content_subtype() == "html"
        subject = str(mail["Subject"] or "")
    except STRANGE as error:
        raise Unreadable(NO_MAIL) from error
    if not subject and not words.strip():
        raise Unreadable(NO_MAIL)
    return plain(f"Subject: {subject}\n{re.sub('<[^<>]*>', ' ', words) if is_html else words}")
