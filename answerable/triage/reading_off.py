"""Reading off the queue: a person finds nothing of what is asked, or takes the own last reading back.

Nothing there is a no to each detector that called; where there was a mere hint, the message is only read.
"""

from __future__ import annotations

from django.db.models import QuerySet

from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict
from answerable.core.moments import now
from answerable.triage import judging, queueing
from answerable.triage.models import ToRead, Verdict


def nothing(item: ToRead, *, by: Viewer) -> None:
    """Nothing of what is still asked is there. Raises `Conflict` where somebody answered meanwhile."""
    by.require(Right.REVIEW)
    waiting = _locked(item)
    newest = waiting.message.assessments.order_by("-pk").first()
    called = {*newest.over} if newest else set[str]()
    for detector in [each for each in waiting.asked if each in called - queueing.answered(waiting.message_id)]:
        judging.judge(waiting.message, detector, there=False, reason=Verdict.Reason.MEANING, by=by)
    if ToRead.objects.filter(pk=item.pk, done_at=None).exists():
        queueing.end(waiting, ToRead.End.NOTHING, by=by)


def take_back(item: ToRead, *, by: Viewer) -> None:
    """What this person last said of it does not stand: it waits again, and the verdicts of that reading end.

    Raises `Conflict` where somebody else read it, or where nothing was said.
    """
    by.require(Right.REVIEW)
    kept = ToRead.objects.select_for_update(of=("self",)).select_related("message__filing__case").get(pk=item.pk)
    if kept.done_at is not None and kept.user_id != by.user_id:
        raise Conflict("Somebody else read it last. Nothing was taken back.")
    ended = _own(kept, by).update(ended_at=now())
    if kept.done_at is None and not ended:
        raise Conflict("You have said nothing of it yet. Nothing was taken back.")
    ToRead.objects.filter(pk=kept.pk).update(done_at=None, end="", user=None)
    data = {"message": kept.message_id, "verdicts": ended}
    journal.write("reading_taken_back", by=by, **queueing.of_case(kept), data=data)


def _own(kept: ToRead, by: Viewer) -> QuerySet[Verdict]:
    """The verdicts that this person gave since it was shown to them, of what was asked."""
    theirs = Verdict.objects.filter(message_id=kept.message_id, user_id=by.user_id, ended_at=None)
    since = kept.shown_at if kept.shown_to_id == by.user_id else None
    return theirs.filter(detector__in=kept.asked, **({"at__gte": since} if since else {}))


def _locked(item: ToRead) -> ToRead:
    """The message first, as whoever judges it does."""
    Message.objects.select_for_update().get(pk=item.message_id)
    found = ToRead.objects.select_for_update(of=("self",)).select_related("message__filing__case")
    waiting = found.filter(pk=item.pk, done_at=None).first()
    if waiting is None:
        raise Conflict("Somebody read it meanwhile. Their answer stands, and nothing was changed.")
    return waiting
