"""An answer on a page: a comment below what was said in public, or a message to the person who said it.

Sources: Graph API "Object comments", Messenger Platform "Send API", "Private replies".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import graph, sending
from answerable.channels.common.meta.messaging import KEY
from answerable.channels.common.objects import canonical
from answerable.channels.contract import Audience, Measured, Reply, Unsupported
from answerable.channels.facebook.feed import NAMESPACE
from answerable.core.wire.calls import HttpCall

LONGEST_COMMENT, LONGEST_MESSAGE, LONGEST_METADATA = 8_000, 2_000, 1_000
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif"})


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what the page cannot carry."""
    counted = measured(reply, settings)
    sending.check(reply, namespace=NAMESPACE, most=counted.most or 0, length=counted.length)
    return _comment(reply, settings) if reply.audience is Audience.PUBLIC else _message(reply, settings)


def measured(reply: Reply, settings: Mapping[str, Any]) -> Measured:
    most = LONGEST_COMMENT if reply.audience is Audience.PUBLIC else LONGEST_MESSAGE
    return Measured(len(reply.text), most, reply.text)


def _comment(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    if not reply.in_reply_to or sending.answers_a_message(reply.in_reply_to):
        raise Unsupported(
            "Nothing was said in public here that could be answered. Nothing was sent; answer in private."
        )
    if reply.enclosures:
        raise Unsupported("Files cannot be sent below a comment yet. Nothing was sent; the text is kept.")
    body = canonical({"message": reply.text})
    return graph.call("POST", f"{graph.segment(reply.in_reply_to)}/comments", settings, body=body)


def _message(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    if reply.enclosures:
        raise Unsupported("Files cannot be sent here yet. Nothing was sent; the text is kept.")
    page = str(settings.get("address") or "")
    # Its echo brings this back, so that an answer of ours is known before the network answered us.
    words = {"text": reply.text, "metadata": f"{KEY}{reply.key}"[:LONGEST_METADATA]}
    said_at = "post_id" if reply.in_reply_to.startswith(f"{page}_") else "comment_id"
    return sending.private(reply, page, settings, words, said_at=said_at)
