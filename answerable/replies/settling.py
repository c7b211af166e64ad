"""Settling an unknown outcome: by looking the reply up on its channel, or by a person's word."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from answerable.channels import calling
from answerable.channels.contract import ConnectorError, LooksUp, TryLater
from answerable.channels.registry import connector
from answerable.core import jobs
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, HouseError
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.replies import outcomes
from answerable.replies.models import Attempt, Reply
from answerable.replies.sending import words_of

# Before the point of no return: whoever is only slow is stopped there.
INTERRUPTED_AFTER = timedelta(seconds=60)
# After it: longer than the wire waits for any answer (`core.wire.smtp`), so that nobody is at it any more.
SILENT_AFTER = timedelta(seconds=240)
# A slow network may still bring what left a moment ago; until then "it is not there" proves nothing.
ABSENT_AFTER = timedelta(seconds=60)
LOOK_AGAIN = timedelta(seconds=30)


def look_up(reply: Reply) -> Reply:
    """Ask the channel whether an unknown reply is there.

    A channel that does not answer now is asked again. One that cannot tell leaves it unknown, for a person.
    """
    source = reply.conversation.source
    speaker = connector(source.kind)
    if reply.state != Reply.State.UNKNOWN or not isinstance(speaker, LooksUp):
        return reply
    try:
        asked = calling.call(source, lambda values: speaker.look_up(words_of(reply), values), is_answer=True)
        found = speaker.found(asked)
    except (NoAnswer, TryLater) as error:
        return _look_again(reply, error.sentence)
    except (ConnectorError, HouseError) as error:
        return _note(reply, error.sentence)
    if found is None and not _is_quiet(reply):
        return _look_again(reply, "It is not there yet.")
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
    return [attempt.reply_id for attempt in _cut() if _interrupted(attempt)]


def _cut() -> QuerySet[Attempt]:
    at = now()
    late = Q(handed_over_at=None, started_at__lt=at - INTERRUPTED_AFTER) | Q(handed_over_at__lt=at - SILENT_AFTER)
    return Attempt.objects.filter(late, state=Attempt.State.STARTED, reply__state=Reply.State.SENDING)


@transaction.atomic
def _interrupted(found: Attempt) -> bool:
    """Under a lock, so that a slow worker cannot pass the point of no return in the same moment."""
    locked = Attempt.objects.select_related("reply__conversation__source", "reply__case").select_for_update(
        of=("self",)
    )
    attempt = locked.get(pk=found.pk)
    if (attempt.state, attempt.handed_over_at) != (found.state, found.handed_over_at):
        return False
    words = "The worker was stopped while it was sending."
    if attempt.handed_over_at is None:
        outcomes.later(attempt.reply, attempt, words=words)
    else:
        outcomes.unknown(attempt.reply, attempt, words=words)
    return True


def _is_quiet(reply: Reply) -> bool:
    handed_over = reply.attempts.order_by("-number").values_list("handed_over_at", flat=True).first()
    return handed_over is None or now() - handed_over > ABSENT_AFTER


def _look_again(reply: Reply, words: str) -> Reply:
    if now() - reply.created_at < outcomes.GIVE_UP_AFTER:
        jobs.later("replies.jobs.look_up", after=LOOK_AGAIN.total_seconds(), reply_id=reply.pk)
    return _note(reply, words)


def _note(reply: Reply, words: str) -> Reply:
    said = reply.attempts.order_by("-number").values_list("words", flat=True).first()
    Reply.objects.filter(pk=reply.pk, state=Reply.State.UNKNOWN).update(trouble=f"{said} Looking it up: {words}"[:2000])
    return reply
