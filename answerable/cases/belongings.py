"""What goes with a case when its messages go: promises, remedies, invitations, people on it and people who stand by it.

Each can be given back, because the ids of what went are kept with the move.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from answerable.cases.models import Case, Follower, Invitation, Party, Promise, Push, Remedy
from answerable.core import granting
from answerable.core.access import Actor
from answerable.core.models import Grant

Taken = dict[str, list[int]]
SORTS: Mapping[str, type[Model]] = {
    "promises": Promise,
    "remedies": Remedy,
    "invitations": Invitation,
    "pushes": Push,
    "parties": Party,
    "followers": Follower,
}
# Of these a case has each only once: who is there already stays where they are.
ONCE: Mapping[str, Callable[[Any], tuple[Any, ...]]] = {
    "parties": lambda row: (row.contact_id, row.role),
    "followers": lambda row: (row.user_id,),
}


def take(from_case: Case, into: Case, *, by: Actor) -> Taken:
    """Let everything that hangs on a case hang on the other; returns the ids of what went."""
    taken = {name: _movable(name, from_case, into) for name in SORTS}
    for name, ids in taken.items():
        _rows(name, ids).update(case=into)
    taken["opened_to"] = _open_to_followers(from_case, into, taken["followers"], by=by)
    return taken


def take_of_messages(messages: Collection[int], into: Case) -> Taken:
    """Let promises, with their remedies, follow the answers in which they were given."""
    promises = list(Promise.objects.filter(message__in=messages).exclude(case=into).values_list("pk", flat=True))
    remedies = list(Remedy.objects.filter(promise__in=promises).exclude(case=into).values_list("pk", flat=True))
    taken = {"promises": promises, "remedies": remedies}
    for name, ids in taken.items():
        _rows(name, ids).update(case=into)
    return taken


def give_back(taken: Mapping[str, list[int]], *, to: Case, here: Case, by: Actor) -> None:
    """Give back what went, as far as it is still `here`."""
    for name in SORTS.keys() & taken.keys():
        there = {_once(name, row) for row in _running(name, to)} if name in ONCE else set()
        rows = list(_rows(name, taken[name]).filter(case=here))
        ids = [row.pk for row in rows if name not in ONCE or _once(name, row) not in there]
        _rows(name, ids).update(case=to)
    for user_id in taken.get("opened_to", []):
        for grant in Grant.objects.filter(case_id=to.pk, user_id=user_id):
            granting.withdraw(here.pk, why=grant.why, user_id=user_id, by=by)


def _movable(name: str, from_case: Case, into: Case) -> list[int]:
    if name not in ONCE:
        return list(_all(name).filter(case=from_case).values_list("pk", flat=True))
    there = {_once(name, row) for row in _running(name, into)}
    return [row.pk for row in _running(name, from_case) if _once(name, row) not in there]


def _open_to_followers(from_case: Case, into: Case, followers: Collection[int], *, by: Actor) -> list[int]:
    """Who may see a case because they follow it may see the case in which it goes on."""
    people = Follower.objects.filter(pk__in=followers).values("user_id")
    grants = list(Grant.objects.filter(case_id=from_case.pk, user_id__in=people))
    known = set(Grant.objects.filter(case_id=into.pk).values_list("user_id", flat=True))
    opened = [grant for grant in grants if grant.user_id not in known]
    for grant in opened:
        granting.grant(into.pk, why=grant.why, user_id=grant.user_id, by=by)
    return [grant.user_id for grant in opened if grant.user_id is not None]


def _once(name: str, row: Any) -> tuple[Any, ...]:
    return ONCE[name](row)


def _running(name: str, case: Case) -> list[Any]:
    return list(_all(name).filter(Q(case=case, ended_at=None)))


def _rows(name: str, ids: Collection[int]) -> Any:
    return _all(name).filter(pk__in=ids)


def _all(name: str) -> Any:
    return SORTS[name]._default_manager.all()  # noqa: SLF001 - Django's name for the manager of any model


def brought(invitations: Collection[int], *, since: datetime) -> set[int]:
    """The conversations in which these invitations were claimed since then."""
    claimed = Invitation.objects.filter(pk__in=invitations, claimed_at__gte=since, message__conversation__isnull=False)
    return set(claimed.values_list("message__conversation_id", flat=True))
