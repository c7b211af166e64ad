"""The mechanics that merge, split, refile and undo share: one at a time, messages with their reasons, true figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from answerable.cases import custody, endings, homes
from answerable.cases.automatic import speaks_for_itself
from answerable.cases.models import Case, Filing, Move, MovedMessage, Snooze, Transfer
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import NotAllowed
from answerable.core.models import Membership
from answerable.core.moments import now

Evidence = Sequence[Mapping[str, Any]]
STANDING = [
    "state",
    "merged_into",
    "holder_user",
    "holder_team",
    "closed_at",
    "resolved_at",
    "waiting_since",
    "waiting_for",
]
_ONE_AT_A_TIME = 1_672_003


def begin(*, by: Actor) -> datetime:
    """One move at a time in a workspace, until the transaction ends; then every way between cases holds still."""
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ONE_AT_A_TIME, by.workspace_id])
    return now()


def same_workspace(case: Case, *, by: Actor) -> None:
    """Raises `NotAllowed` for a case of somebody else's world."""
    if case.workspace_id != by.workspace_id:
        raise NotAllowed("This case belongs to another workspace. Nothing was changed.")


def record(
    sort: Move.Sort,
    from_case: Case,
    into: Case,
    filings: Sequence[Filing],
    *,
    reason: str,
    evidence: Evidence,
    by: Actor,
    at: datetime,
) -> Move:
    """Write the move down and carry its messages over."""
    threads = {each.message.conversation_id for each in filings if each.message.conversation_id is not None}
    homes.complete(threads)
    move = Move.objects.create(
        workspace_id=into.workspace_id,
        sort=sort,
        from_case=from_case,
        into_case=into,
        reason=reason,
        evidence=list(evidence),
        conversations=sorted(threads),
        before={"last_filing": Filing.objects.aggregate(last=Max("pk"))["last"] or 0},
        user_id=by.user_id if isinstance(by, Viewer) else None,
        at=at,
    )
    MovedMessage.objects.bulk_create(
        MovedMessage(move=move, message_id=each.message_id, why=each.why) for each in filings
    )
    why = {} if sort == Move.Sort.MERGE else {"why": Filing.Why.MOVED}
    Filing.objects.filter(pk__in=[each.pk for each in filings]).update(case=into, **why)
    return move


def remember(move: Move, **facts: Any) -> None:
    """Keep what was before with the move, so that it can be so again."""
    move.before = {**move.before, **facts}
    move.save(update_fields=["before"])


def filings_of(case: Case) -> list[Filing]:
    """All that lies in a case."""
    return list(case.filings.select_related("message").defer("message__search", "message__html").order_by("pk"))


def speaks(filings: Iterable[Filing]) -> bool:
    """Is a person's own word among these?"""
    return any(speaks_for_itself(each.message) for each in filings)


def as_it_was(case: Case) -> dict[str, Any]:
    """What a case loses when it is merged, and what the other may lose: values that a move can keep."""
    return {
        "state": case.state,
        "holder_user": case.holder_user_id,
        "closed_at": _plain(case.closed_at),
        "resolved_at": _plain(case.resolved_at),
        "promised_at": _plain(case.promised_at),
        "tags": case.tags,
    }


def lead_on(case: Case, to: Case, *, because: str, by: Actor, at: datetime) -> None:
    """The case ends here and goes on there: no holder, no alarm, no offer, and no closure either."""
    Snooze.objects.filter(case=case, woke_at=None).update(woke_at=at, woke_because=because)
    custody.end_offer(case, Transfer.State.WITHDRAWN, because=because, by=by, at=at)
    case.state, case.merged_into = Case.State.MERGED, to
    case.holder_user = case.holder_team = None
    case.closed_at = case.resolved_at = case.waiting_since = None
    case.waiting_for = Case.WaitingFor.US
    case.save(update_fields=STANDING)


def revive(case: Case, was: Mapping[str, Any]) -> None:
    """A case lives again, as it was before: with its holder, in the queue when they left or nobody knows.

    The closure that is in force alone says whether it is closed: a merged case keeps the one that it had.
    """
    closure = endings.closure_of(case)
    closed_at = closure.at if closure else None
    holder = was.get("holder_user")
    kept = holder if holder is not None and is_here(holder, case.workspace_id) else None
    case.merged_into = None
    case.state = Case.State.CLOSED if closed_at else Case.State.OPEN
    case.closed_at, case.resolved_at = closed_at, moment(was.get("resolved_at")) if closed_at else None
    case.holder_user_id, case.holder_team_id = kept, None if kept else case.team_id
    case.promised_at = moment(was.get("promised_at")) or case.promised_at
    case.save(update_fields=[*STANDING, "promised_at"])


def is_here(user_id: int, workspace_id: int) -> bool:
    """Does this person still work here?"""
    members = Membership.objects.filter(workspace_id=workspace_id, user_id=user_id, ended_at=None)
    return members.filter(user__is_active=True).exists()


def moment(text: object) -> datetime | None:
    """A moment as a move keeps it."""
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def tell(kind: str, move: Move, cases: Iterable[Case], *, by: Actor, at: datetime, **more: Any) -> None:
    """The same line on the chain of every case that it concerns, always in the same order."""
    data = {
        "move": move.pk,
        "sort": move.sort,
        "case": move.from_case_id,
        "number": move.from_case.number,
        "into": move.into_case_id,
        "into_number": move.into_case.number,
        **more,
    }
    for case in sorted({case.pk: case for case in cases}.values(), key=lambda each: each.pk):
        journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)


def _plain(at: datetime | None) -> str:
    return at.isoformat() if at else ""
