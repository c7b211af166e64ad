"""News of our replies from the other side: delivered, seen, delayed, failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from answerable.cases.models import Case
from answerable.channels.contract import Audience, Handle, Receipt, ReceiptState
from answerable.channels.models import Source
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Identity, Reference
from answerable.core.access import Actor
from answerable.replies import outcomes, recognising
from answerable.replies.models import Reply

RANK = {
    "taken": 0,
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
    found = _find(receipt, source) or _by_key(receipt, source, by)
    for reply in found:
        _apply(receipt, reply, source, at, by)
    return Outcome(found[0], outcomes.case_of(found[0])) if found else None


def _apply(receipt: Receipt, reply: Reply, source: Source, at: datetime, by: Actor) -> None:
    if receipt.state == ReceiptState.FAILED:
        _failed(receipt, reply, source, at)
    elif receipt.state == ReceiptState.DELAYED:
        outcomes.tell("reply_delayed", reply, by=by)
    elif RANK[receipt.state] > RANK[reply.state]:
        Reply.objects.filter(pk=reply.pk).update(state=receipt.state, settled_at=at)
        outcomes.tell(f"reply_{receipt.state}", reply, by=by)


def _find(receipt: Receipt, source: Source) -> Sequence[Reply]:
    """The reply that it names; where it names none, all to this person up to the moment that it names. Newest first."""
    if receipt.until is not None and receipt.recipient is not None and not receipt.reply_ids:
        return _up_to(receipt.until, receipt.recipient, receipt.state, source)
    named = Reference.objects.filter(
        workspace_id=source.workspace_id,
        namespace=source.kind,
        value__in=receipt.reply_ids,
        message__reply__isnull=False,
    )
    by_name = named.values_list("message__reply", flat=True)
    return list(_replies().filter(pk__in=by_name).order_by("-id")[:1])


def _by_key(receipt: Receipt, source: Source, by: Actor) -> Sequence[Reply]:
    """Of a reply whose answer is not here, the network says what it brought along and so that it arrived."""
    if not receipt.key or not receipt.reply_ids:
        return []
    found = recognising.by_key(receipt.key, receipt.reply_ids[0], source=source, by=by)
    return list(_replies().filter(pk=found.pk, state=Reply.State.SENT)) if found else []


def _up_to(until: datetime, person: Handle, state: ReceiptState, source: Source) -> Sequence[Reply]:
    lower = [name for name, rank in RANK.items() if RANK["sent"] <= rank < RANK.get(state, 0)]
    found = _replies().filter(conversation__source=source, state__in=lower, created_at__lte=until)
    named = [{"namespace": person.namespace, "value": person.value}]
    in_private = found.filter(message__audience=Audience.PRIVATE, message__recipients__to__contains=named)
    return list(in_private.order_by("-id"))


def _replies() -> QuerySet[Reply]:
    return Reply.objects.select_related("case", "conversation__source", "message")


def _failed(receipt: Receipt, reply: Reply, source: Source, at: datetime) -> None:
    if receipt.recipient is not None:
        Identity.objects.filter(
            workspace_id=source.workspace_id, namespace=receipt.recipient.namespace, value=receipt.recipient.value
        ).update(unreachable_at=at, unreachable_because=receipt.reason[:500])
    if RANK[reply.state] < RANK["failed"]:
        outcomes.fail(reply, words=receipt.reason or "The other side could not deliver it.", at=at)
