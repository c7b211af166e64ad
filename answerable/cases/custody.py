"""Where a case changes hands, and nowhere else: compare-and-set on the holder, and an open offer ends with it.

Whoever changes custody locks the case first and its offer second, so that nobody waits for another in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from answerable.cases.models import Case, Transfer
from answerable.core import attendance, granting, journal
from answerable.core.access import Actor, House, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership
from answerable.core.moments import now

OFFERED = "offered"
"""Why a case is open to those to whom it is offered (`Grant.why`)."""


def holder_mark(case: Case) -> str:
    """The holder as a short mark ("user:7", "team:2") that a page carries and gives back."""
    if case.holder_user_id is not None:
        return f"user:{case.holder_user_id}"
    return f"team:{case.holder_team_id}"


def lock(case: Case, *, expected: str = "") -> Case:
    """Hold the row of the case until the transaction ends and read it again.

    Raises `Conflict` when it is not open any more or when somebody else than `expected` holds it.
    """
    fresh = Case.objects.select_for_update().get(pk=case.pk)
    if not fresh.is_open or (expected and holder_mark(fresh) != read(expected)):
        raise too_late(fresh)
    return fresh


def hand(case: Case, *, expected: str, user_id: int | None, team_id: int, kind: str, by: Actor) -> Case:
    """Put the case into other hands, if its holder is still the one that was on the screen; an open offer ends.

    Without a person it lies in the queue of the team. Raises `Conflict`, naming the holder of now.
    """
    if not move(case, expected=expected, user_id=user_id, team_id=team_id, kind=kind, by=by):
        raise too_late(case)
    return case


def move(case: Case, *, expected: str, user_id: int | None, team_id: int, kind: str, by: Actor) -> bool:
    """Like `hand`; False when somebody else holds the case now, or it is not open."""
    if not _move(case, expected=expected, user_id=user_id, team_id=team_id):
        return False
    end_offer(case, Transfer.State.WITHDRAWN, because=kind, by=by)
    data = {"from": expected, "to": holder_mark(case)}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return True


def accepted(case: Case, transfer: Transfer, *, user_id: int | None, by: Actor) -> None:
    """The holder and the team of a case whose offer was accepted; the caller holds its row."""
    if not _move(case, expected=holder_mark(case), user_id=user_id, team_id=transfer.to_team_id):
        raise too_late(case)


def end_offer(
    case: Case,
    state: Transfer.State,
    *,
    because: str,
    by: Actor,
    reason: str = "",
    at: datetime | None = None,
    offer: Transfer | None = None,
) -> Transfer | None:
    """End the open offer of a case, or this `offer`, in this way; None when it is not open. What it opened is closed again.

    Declined and returned count as bounces of the case.
    """
    at = at or now()
    offer = offer or Transfer.objects.filter(case_id=case.pk, state=Transfer.State.OFFERED).first()
    if offer is None or not _ended(offer, state, reason=reason, by=by, at=at):
        return None
    _close(offer, by=by)
    if state in {Transfer.State.DECLINED, Transfer.State.RETURNED}:
        Case.objects.filter(pk=case.pk).update(bounces_count=F("bounces_count") + 1)
        case.refresh_from_db(fields=["bounces_count"])
    data = {"transfer": offer.pk, "from": giver_mark(offer), "to": receiver_mark(offer), "because": because}
    journal.write(f"transfer_{state}", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    return offer


def back_to_queue(case: Case, *, because: str, by: Actor, at: datetime | None = None) -> bool:
    """Return a case from a person to the queue of its team; an open offer stays open. False when no person holds it."""
    before = holder_mark(case)
    moved = Case.objects.filter(
        pk=case.pk, state=Case.State.OPEN, holder_user_id=case.holder_user_id, holder_user__isnull=False
    ).update(holder_user=None, holder_team_id=F("team_id"))
    case.refresh_from_db(fields=["holder_user", "holder_team", "team", "state"])
    if moved:
        data = {"from": before, "to": holder_mark(case), "because": because}
        journal.write("case_returned", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    return bool(moved)


def from_those_not_here(cases: Iterable[Case], *, at: datetime) -> int:
    """Return to the queues what is held by people who left or are away; returns how many cases."""
    held = {case.pk: case for case in cases if case.is_open and case.holder_user_id is not None}.values()
    if not held:
        return 0
    members = attendance.here(at).filter(user_id__in={case.holder_user_id for case in held})
    there = set(members.values_list("workspace_id", "user_id"))
    gone = [case for case in held if (case.workspace_id, case.holder_user_id) not in there]
    return sum(
        back_to_queue(case, because="not_here", by=House(case.workspace_id, "custody"), at=at)
        for case in sorted(gone, key=lambda each: each.pk)
    )


def giver_mark(transfer: Transfer) -> str:
    return f"user:{transfer.from_user_id}" if transfer.from_user_id else f"team:{transfer.from_team_id}"


def receiver_mark(transfer: Transfer) -> str:
    return f"user:{transfer.to_user_id}" if transfer.to_user_id else f"team:{transfer.to_team_id}"


def too_late(case: Case) -> Conflict:
    """Why a change of custody came too late, by name."""
    if not case.is_open:
        return Conflict("The case was closed meanwhile. Nothing was changed.")
    holder = case.holder_user or case.holder_team
    return Conflict(
        "%(holder)s holds the case now. Nothing was changed. Talk to them, or leave a note.", holder=str(holder)
    )


def sees(member: Membership, team_id: int) -> bool:
    """Are the cases of this team theirs to see?"""
    return member.sees_all or member.teams.filter(pk=team_id).exists()


def opened_to(transfer: Transfer) -> dict[str, int | None]:
    """Whom an offer opens the case to."""
    if transfer.to_user_id:
        return {"user_id": transfer.to_user_id}
    return {"team_id": transfer.to_team_id}


def _ended(offer: Transfer, state: Transfer.State, *, reason: str, by: Actor, at: datetime) -> bool:
    """Whoever comes first ends it; the row is not read again, because nobody else changes it any more."""
    how = {
        "state": state,
        "decided_at": at,
        "decided_by_id": by.user_id if isinstance(by, Viewer) else None,
        "reason": reason,
    }
    if not Transfer.objects.filter(pk=offer.pk, state=Transfer.State.OFFERED).update(**how):
        return False
    for name, value in how.items():
        setattr(offer, name, value)
    return True


def _close(transfer: Transfer, *, by: Actor) -> None:
    granting.withdraw(transfer.case_id, why=OFFERED, by=by, **opened_to(transfer))


def read(expected: str) -> str:
    """A mark as it must be. Raises `Invalid` for what is none."""
    sort, _, key = expected.partition(":")
    if not (key.isascii() and key.isdecimal() and len(key) <= 18) or sort not in {"user", "team"}:
        raise Invalid("The page did not say who held the case. Nothing was changed. Load the page again.", "expected")
    return expected


def _move(case: Case, *, expected: str, user_id: int | None, team_id: int) -> bool:
    sort, _, key = read(expected).partition(":")
    same = Q(holder_user_id=key, holder_team=None) if sort == "user" else Q(holder_team_id=key, holder_user=None)
    moved = Case.objects.filter(same, pk=case.pk, state=Case.State.OPEN).update(
        holder_user_id=user_id, holder_team_id=None if user_id else team_id, team_id=team_id
    )
    case.refresh_from_db()
    return bool(moved)
