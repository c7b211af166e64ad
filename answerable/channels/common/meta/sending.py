"""A private answer on Messenger and Instagram, and how long the network takes one.

Sources: Messenger Platform "Send API", "Private replies", "Message tags"; Instagram Platform "Send messages".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from answerable.channels.common.meta import graph
from answerable.channels.common.meta.messaging import PRIVATE, thread
from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Reply, Unsupported
from answerable.core.wire.calls import Answer, HttpCall

WINDOW = timedelta(hours=24)
BY_A_PERSON = timedelta(days=7)
AFTER_A_COMMENT = timedelta(days=7)


def check(reply: Reply, *, namespace: str, most: int, length: int) -> None:
    """Raises `Unsupported` for what cannot go out here."""
    if reply.audience is Audience.INTERNAL:
        raise Unsupported("A note is for staff and never leaves the desk.")
    if reply.audience is Audience.PRIVATE and (len(reply.to) != 1 or reply.cc):
        raise Unsupported("A private answer goes to one person here. Nothing was sent.")
    if reply.audience is Audience.PRIVATE and not _is_reachable(reply, namespace):
        raise Unsupported("The network does not name this person. Nothing was sent; answer in public.")
    if length > most:
        raise Unsupported(f"The network takes {most} characters. Nothing was sent; shorten the text.")


def private(
    reply: Reply, page: str, settings: Mapping[str, Any], message: Mapping[str, Any], *, said_at: str = "comment_id"
) -> HttpCall:
    """To a person who wrote to us in private, or below what they said in public: there the network finds the person."""
    to = {said_at: reply.in_reply_to} if _was_public(reply) else {"id": reply.to[0].value}
    words: dict[str, Any] = {
        "recipient": to,
        "message": message,
        "messaging_type": "RESPONSE",
    }
    if settings.get("human_agent") and answers_a_message(reply.in_reply_to):
        words |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return graph.call("POST", f"{graph.segment(page)}/messages", settings, body=canonical(words))


def closes_after(audience: Audience, in_reply_to: str, settings: Mapping[str, Any]) -> timedelta | None:
    """A message is answered for a day, by a person for seven where Meta lets us; a comment privately for seven days."""
    if audience is Audience.PUBLIC:
        return None
    if not answers_a_message(in_reply_to):
        return AFTER_A_COMMENT
    return BY_A_PERSON if settings.get("human_agent") else WINDOW


def answers_a_message(in_reply_to: str) -> bool:
    return in_reply_to.startswith(PRIVATE)


def own_id(reply: Reply) -> str:
    """The person's next message names nothing of ours but the conversation with them."""
    return thread(reply.to[0].value) if reply.audience is Audience.PRIVATE and reply.to else ""


def receipt(answer: Answer) -> str:
    """A comment has an `id`, a message a `message_id`."""
    told = graph.told(answer)
    return f"{PRIVATE}{graph.named(told, 'message_id')}" if "message_id" in told else graph.named(told)


def take_back(external_id: str, settings: Mapping[str, Any]) -> HttpCall:
    """Only comments can be taken away. Raises `Unsupported` for a message."""
    if answers_a_message(external_id):
        raise Unsupported("The network does not let us take a message back. It is still there.")
    return graph.call("DELETE", graph.segment(external_id), settings)


def taken_back(answer: Answer) -> None:
    if not graph.is_gone(answer):
        graph.told(answer)


def _is_reachable(reply: Reply, namespace: str) -> bool:
    """By number; below what somebody said in public the network finds them itself."""
    handle = reply.to[0]
    by_number = handle.value.isascii() and handle.value.isdecimal()
    return handle.namespace == namespace and (by_number or _was_public(reply))


def _was_public(reply: Reply) -> bool:
    return bool(reply.in_reply_to) and not answers_a_message(reply.in_reply_to)
