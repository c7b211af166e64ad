"""The square's pushes: signed deliveries to the house's own webhook. What a push misses, the next poll brings."""

from __future__ import annotations

import logging

from answerable.channels.common.signatures import signature
from answerable.channels.models import Source
from answerable.channels.sandbox.models import Post
from answerable.channels.sandbox.server import canonical, stamped
from answerable.channels.sandbox.square import told
from answerable.core import wire
from answerable.core.jobs import task
from answerable.core.moments import now
from answerable.core.wire.calls import HttpCall
from answerable.core.wire.failures import NoAnswer

log = logging.getLogger(__name__)


@task(queue="replies")
def push(post_id: int) -> None:
    """Deliver one post to the webhook of its source, unless the source searches for other words."""
    made = Post.objects.get(pk=post_id)
    source = Source.objects.select_related("workspace").get(slug=made.square)
    values = source.values()
    if not Post.objects.filter(Post.holding(str(values.get("words") or "")), pk=post_id).exists():
        return
    body, stamp = canonical(told(made)), str(int(now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Square-Time": stamp,
        "X-Square-Signature": signature(values["token_key"], stamped(stamp, body)),
    }
    try:
        wire.run(HttpCall("POST", f"{values['house_url']}/hooks/{source.slug}", headers, body=body), allow_private=True)
    except NoAnswer as error:
        log.info("a push of the square found nobody: %s", error.sentence)
