"""Settling an unknown outcome: by looking the reply up on its channel, or by a person's word."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from answerable.channels.contract import ConnectorError, LooksUp
from answerable.channels.registry import connector
from answerable.core import wire
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, HouseError
from answerable.core.moments import now
from answerable.replies import outcomes
from answerable.replies.models import Attempt, Reply
from answerable.replies.sending import words_of

INTERRUPTED_AFTER = timedelta(seconds=60)


def look_up(reply: Reply) -> Reply:
    """Ask the channel whether an unknown reply is there. No certain answer leaves it unknown, for a person."""
    source = reply.conversation.source
    speaker = connector(source.kind)
    if reply.state != Reply.State.UNKNOWN or not isinstance(speaker, LooksUp):
        return reply
    try:
        call = speaker.look_up(words_of(reply), source.values())
        found = speaker.found(wire.run(call, allow_private=source.spec.in_house))
    except (ConnectorError, HouseError) as error:
        Reply.objects.filter(pk=reply.pk).update(trouble=f"{reply.trouble} Looking it up: {error.sentence}"[:2000])
        return reply
    return settle(reply, arrived=found is not None, external_id=found or "", by=House(reply.workspace_id, "replies"))


@transaction.atomic
def settle(reply: Reply, *, arrived: bool, by: Actor, external_id: str = "") -> Reply:
    """Say whether an unknown reply arrived. If not, it goes back into the outbox. Raises `Conflict` if it is not unknown."""
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    locked = Reply.objects.select_for_update(of=("self",)).filter(pk=reply.pk, state=Reply.State.UNKNOWN).first()
    if locked is None:
        raise Conflict("This answer is settled already. Nothing was changed.")
    attempt = locked.attempts.order_by("-number")[0]
    outcomes.tell("reply_settled", locked, by=by, arrived=arrived)
    if arrived:
        outcomes.sent(locked, attempt, external_id=external_id or locked.external_id or locked.key)
    else:
        outcomes.wait(locked, after=timedelta(0), words="")
    return locked


def find_interrupted() -> list[int]:
    """Attempts whose worker died: before the point of no return they are tried again, after it they are unknown."""
    cut = Attempt.objects.select_related("reply__conversation__source", "reply__case").filter(
        state=Attempt.State.STARTED, started_at__lt=now() - INTERRUPTED_AFTER, reply__state=Reply.State.SENDING
    )
    return [_interrupted(attempt) for attempt in cut]


def _interrupted(attempt: Attempt) -> int:
    words = "The worker was stopped while it was sending."
    if attempt.handed_over_at is None:
        outcomes.later(attempt.reply, attempt, words=words)
    else:
        outcomes.unknown(attempt.reply, attempt, words=words)
    return attempt.reply_id
