"""Open or closed: what a case is when merges are made and taken back. The closure in force alone tells.

1. A closed case has one closure in force, an open one none. A merged one keeps the one that it had, and by it is closed
   again when it lives again.
2. Whatever would have opened it meanwhile opens it then: the customer wrote, or said that it is not solved, a promise was
   not kept, an answer did not arrive.
3. A case that only a merge opened is closed again by the same closure once that merge is undone, no other reason to be
   open came up, and it holds no word that it did not hold then. So it stays open for what other merges brought, and it
   does not matter which of them is undone first.
"""

from __future__ import annotations

from datetime import datetime

from answerable.cases import closing, custody, endings, moves, resolving
from answerable.cases.models import Asking, Case, Closure, Filing, Move, Promise, Transfer
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor
from answerable.core.models import Event

MERGED = "merged"


def open_for(move: Move, into: Case, *, by: Actor, at: datetime) -> None:
    """A closed case opens for the open one that was merged into it; what it held until then is kept with the move."""
    closure = endings.closure_of(into)
    assert closure is not None, "a closed case has a closure in force"
    held = into.filings.exclude(message__moves__move=move).order_by("message_id").values_list("message_id", flat=True)
    moves.remember(move, opened={"closure": closure.pk, "held": list(held)})
    closing.reopen(into, because=MERGED, by=by, at=at)


def open_again(case: Case, move: Move, *, by: Actor, at: datetime) -> None:
    """Open a case that lives again closed, if there was a reason since it was merged by this move.

    Without one it counts as resolved when the customer's yes came meanwhile.
    """
    because = _reason(case, move) or ("wrote_again" if _wrote(case, move) else "")
    if because and not case.is_open:
        closing.reopen(case, because=because, by=by, at=at)
    resolving.settle(case, by=by, at=at)


def close_again(case: Case, *, by: Actor, at: datetime) -> None:
    """Close a case that only a merge opened, if that is undone and nothing else keeps it open. An offer of it ends."""
    closure = case.closures.order_by("-pk").first()
    if not case.is_open or closure is None or closure.reopened_because != MERGED:
        return
    merge = Move.objects.filter(into_case=case, before__opened__closure=closure.pk).exclude(undone_at=None).first()
    if merge is None or _reason(case, merge) or _holds_more(case, merge):
        return
    custody.end_offer(case, Transfer.State.WITHDRAWN, because="case_closed", by=by, at=at)
    Closure.objects.filter(pk=closure.pk).update(reopened_at=None, reopened_because="")
    case.state, case.closed_at = Case.State.CLOSED, closure.at
    resolved_at = moves.moment(merge.before["into"]["resolved_at"])
    case.resolved_at = None if endings.unkept(case).exists() else resolved_at
    case.save(update_fields=["state", "closed_at", "resolved_at"])


def _reason(case: Case, move: Move) -> str:
    """Why a closed case would have been opened since this move, but for words of the customer."""
    if case.askings.filter(answered_at__gte=move.at, answer=Asking.Answer.NO).exists():
        return "not_solved"
    if case.promises.filter(broken_at__gte=move.at, state=Promise.State.BROKEN).exists():
        return "promise_broken"
    return "reply_failed" if _answer_failed(case, move) else ""


def _answer_failed(case: Case, move: Move) -> bool:
    """The line of it stands in the history of the case where the answer lay at that moment."""
    failed = Message.objects.filter(filing__case=case, reply__state="failed")
    replies = dict(failed.values_list("pk", "reply__pk"))
    ways = Move.objects.filter(messages__message__in=replies).values_list("from_case_id", "into_case_id")
    chains = [journal.chain_of(each) for each in {case.pk, *(pk for way in ways for pk in way)}] if replies else []
    lines = Event.objects.filter(chain__in=chains, kind="reply_failed", at__gte=move.at)
    return lines.filter(data__reply__in=list(replies.values())).exists()


def _wrote(case: Case, move: Move) -> bool:
    since = Filing.objects.filter(case=case, pk__gt=move.before["last_filing"]).select_related("message")
    return moves.speaks(since)


def _holds_more(case: Case, merge: Move) -> bool:
    others = case.filings.exclude(message__in=merge.before["opened"]["held"]).select_related("message")
    return moves.speaks(others)
