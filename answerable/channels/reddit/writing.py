"""An answer as a comment, or as a private message. Source: "Reddit API documentation", /api/comment and /api/compose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import Audience, Reply, Unsupported
from answerable.channels.reddit.api import call
from answerable.channels.reddit.things import named
from answerable.core.wire.calls import HttpCall

LONGEST = 10_000
LONGEST_SUBJECT = 100
PERSON = re.compile(r"[a-z0-9_-]{1,30}")


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Below what it answers; a private answer to a public comment is a message to its author.

    Raises `Unsupported` for what a comment cannot carry, and for a private answer that others would read.
    """
    _check(reply)
    _, answered = named(reply.in_reply_to)
    in_private = answered.startswith("t4_")
    if reply.audience is Audience.PRIVATE and not in_private:
        subject = " ".join(reply.subject.split())[:LONGEST_SUBJECT] or reply.case_reference or "…"
        words = {"to": reply.to[0].value, "subject": subject, "text": reply.text}
        return call("POST", "/api/compose", settings, form=words)
    if not answered or in_private is not (reply.audience is Audience.PRIVATE):
        raise Unsupported("Nobody knows the post under which this would be answered. Nothing was sent.")
    return call("POST", "/api/comment", settings, form={"thing_id": answered, "text": reply.text})


def _check(reply: Reply) -> None:
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    if reply.audience is Audience.PRIVATE and not reply.to:
        raise Unsupported("A private answer needs somebody to go to. Nothing was sent.")
    if reply.audience is Audience.PRIVATE and len({each.value for each in (*reply.to, *reply.cc)}) > 1:
        raise Unsupported("A private message goes to one person here. Nothing was sent.")
    if reply.enclosures:
        raise Unsupported("Files cannot be sent here. Nothing was sent; the text is kept.")
    if not all(PERSON.fullmatch(each.value) for each in (*reply.to, *reply.cc)):
        raise Unsupported("One of the people has no name of this network. Nothing was sent; the text is kept.")
    if len(reply.text) > LONGEST:
        raise Unsupported(f"A comment has at most {LONGEST} characters. Nothing was sent; shorten the text.")
