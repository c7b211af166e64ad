"""An answer as a post in the topic, or as a private message. Source: "Discourse API Documentation", createTopicPostPM."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Reply, Unsupported
from answerable.channels.discourse import posts
from answerable.channels.discourse.forum import call, has_key
from answerable.core.wire.calls import HttpCall

LONGEST = 32_000
LONGEST_TITLE, SHORTEST_TITLE = 255, 15
NAME = re.compile(r"[\w.-]{1,60}")


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """In the topic in which it was said; a private answer to a public post begins a private message with its author.

    Raises `Unsupported` for what a post cannot carry, and for a private answer that others would read.
    """
    _check(reply, settings)
    at = posts.place(reply.in_reply_to)
    if reply.audience is Audience.PRIVATE and (at is None or not at.private):
        return call("POST", "/posts.json", settings, body=canonical(_message(reply)))
    if at is None or at.private is not (reply.audience is Audience.PRIVATE):
        raise Unsupported("Nobody knows the topic in which this would be answered. Nothing was sent.")
    words = {"raw": reply.text, "topic_id": at.topic, "reply_to_post_number": at.number}
    return call("POST", "/posts.json", settings, body=canonical(words))


def _message(reply: Reply) -> dict[str, str]:
    subject = " ".join(reply.subject.split())[: LONGEST_TITLE - 40]
    title = " ".join(part for part in (subject, f"({reply.case_reference})" if reply.case_reference else "") if part)
    people = ",".join(handle.value for handle in (*reply.to, *reply.cc))
    return {
        "title": title if len(title) >= SHORTEST_TITLE else f"{title} {'.' * SHORTEST_TITLE}".strip(),
        "raw": reply.text,
        "target_recipients": people,
        "archetype": posts.PRIVATE,
    }


def _check(reply: Reply, settings: Mapping[str, Any]) -> None:
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    if reply.audience is Audience.PRIVATE and not reply.to:
        raise Unsupported("A private answer needs somebody to go to. Nothing was sent.")
    if not has_key(settings):
        raise Unsupported("Without a key of the forum nothing is sent from here. Enter one, or answer by hand.")
    if reply.enclosures:
        raise Unsupported("Files cannot be sent here yet. Nothing was sent; the text is kept.")
    if not all(NAME.fullmatch(handle.value) for handle in (*reply.to, *reply.cc)):
        raise Unsupported("One of the people has no name of this forum. Nothing was sent; the text is kept.")
    if len(reply.text) > LONGEST:
        raise Unsupported(f"A post has at most {LONGEST} characters. Nothing was sent; shorten the text.")
