"""An answer on Instagram: a comment below a comment, an answer to a mention, or a direct message.

Sources: Instagram Platform "Comment moderation", "Mentions", "Send messages"; IG Media "Comments" for what a comment may hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import graph, sending
from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Measured, Reply, Unsupported
from answerable.channels.instagram.comments import MENTION, NAMESPACE
from answerable.core.wire.calls import HttpCall

LONGEST_COMMENT, LONGEST_MESSAGE = 300, 1_000
MOST_HASHTAGS, MOST_LINKS = 4, 1
HASHTAG, LINK = re.compile(r"#\w+"), re.compile(r"https?://\S+|www\.\S+")


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what Instagram cannot carry."""
    counted = measured(reply, settings)
    if reply.audience is Audience.PRIVATE and reply.in_reply_to.startswith(MENTION):
        raise Unsupported("Who mentions us cannot be answered in private. Nothing was sent; answer in public.")
    sending.check(reply, namespace=NAMESPACE, most=counted.most or 0, length=counted.length)
    if reply.enclosures:
        raise Unsupported("Files cannot be sent here yet. Nothing was sent; the text is kept.")
    if reply.audience is Audience.PUBLIC:
        return _comment(reply, settings)
    return sending.private(reply, str(settings.get("page") or ""), settings, {"text": reply.text})


def measured(reply: Reply, settings: Mapping[str, Any]) -> Measured:
    """A comment is counted in characters, a message in bytes."""
    if reply.audience is Audience.PUBLIC:
        return Measured(len(reply.text), LONGEST_COMMENT, reply.text)
    return Measured(len(reply.text.encode("utf-8", "replace")), LONGEST_MESSAGE, reply.text)


def _comment(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    if not reply.in_reply_to or sending.answers_a_message(reply.in_reply_to):
        raise Unsupported(
            "Nothing was said in public here that could be answered. Nothing was sent; answer in private."
        )
    if len(HASHTAG.findall(reply.text)) > MOST_HASHTAGS or len(LINK.findall(reply.text)) > MOST_LINKS:
        raise Unsupported("A comment holds at most 4 hashtags and 1 link. Nothing was sent; take some out.")
    if reply.in_reply_to.startswith(MENTION):
        return _below_mention(reply, settings)
    body = canonical({"message": reply.text})
    return graph.call("POST", f"{graph.segment(reply.in_reply_to)}/replies", settings, body=body)


def _below_mention(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    media, _, comment = reply.in_reply_to.removeprefix(MENTION).partition(":")
    words = {"message": reply.text, "media_id": media, **({"comment_id": comment} if comment else {})}
    account = graph.segment(str(settings.get("address") or ""))
    return graph.call("POST", f"{account}/mentions", settings, body=canonical(words))
