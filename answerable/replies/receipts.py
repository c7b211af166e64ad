"""News of our replies from the other side: delivered, seen, delayed, failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from answerable.cases.models import Case
from answerable.channels.contract import Receipt, ReceiptState
from answerable.channels.models import Source
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Identity, Reference
from answerable.core.access import Actor
from answerable.replies import outcomes
from answerable.replies.models import Reply

RANK = {
    "queued": 0,
    "sending": 0,
    "unknown": 0,
    "by_hand": 0,
    "sent": 1,
    "delivered": 2,
    "seen": 3,
    "failed": 4,
    "taken_back": 4,
}


@dataclass(frozen=True)
class Outcome:
    """The reply that a receipt is about, and its case."""

    reply: Reply
    case: Case


def take(receipt: Receipt, *, source: Source, at: datetime, by: Actor) -> Outcome | None:
    """Apply a receipt to its reply; None when we know no such reply. Twice, or late and lower, changes nothing.

    A failure flags the address, fails the reply and brings the case back. A delay only says so.
    """
    receipt = clean(receipt)
    reply = _find(receipt, source)
    if reply is None:
        return None
    if receipt.state == ReceiptState.FAILED:
        _failed(receipt, reply, source, at)
    elif receipt.state == ReceiptState.DELAYED:
        outcomes.tell("reply_delayed", reply, by=by)
    elif RANK[receipt.state] > RANK[reply.state]:
        Reply.objects.filter(pk=reply.pk).update(state=receipt.state, settled_at=at)
        outcomes.tell(f"reply_{receipt.state}", reply, by=by)
    return Outcome(reply, outcomes.case_of(reply))


def _find(receipt: Receipt, source: Source) -> Reply | None:
    named = Reference.objects.filter(
        workspace_id=source.workspace_id,
        namespace=source.kind,
        value__in=receipt.reply_ids,
        message__reply__isnull=False,
    )
    by_name = named.values_list("message__reply", flat=True)
    replies = Reply.objects.select_related("case", "conversation__source", "message")
    return replies.filter(pk__in=by_name).order_by("-id").first()


def _failed(receipt: Receipt, reply: Reply, source: Source, at: datetime) -> None:
    if receipt.recipient is not None:
        Identity.objects.filter(
            workspace_id=source.workspace_id, namespace=receipt.recipient.namespace, value=receipt.recipient.value
        ).update(unreachable_at=at, unreachable_because=receipt.reason[:500])
    if reply.state != Reply.State.FAILED:
        outcomes.fail(reply, words=receipt.reason or "The other side could not deliver it.", at=at)
