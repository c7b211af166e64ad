"""Telling a person of the house something about a case: a notice that stays until it was seen."""

from __future__ import annotations

from answerable.cases.models import Case, Notice
from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import User
from answerable.core.moments import now


def tell(user: User | int, kind: str, *, case: Case, by: Actor) -> Notice:
    """Leave a notice of this kind for one person. The same one again, while the first is unseen, stays one."""
    user_id = user if isinstance(user, int) else user.pk
    notice, fresh = Notice.objects.get_or_create(
        workspace_id=case.workspace_id, user_id=user_id, case=case, kind=kind, seen_at=None, defaults={"at": now()}
    )
    if fresh:
        data = {"notice": notice.pk, "what": kind, "to": f"user:{user_id}"}
        journal.write("notice_left", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return notice


def see(case: Case, *, by: Viewer) -> int:
    """The viewer looks at the case: what they were told about it is seen now. Returns how many notices."""
    seen = Notice.objects.filter(case=case, user_id=by.user_id, seen_at=None).update(seen_at=now())
    if seen:
        journal.write("notice_seen", by=by, case_id=case.pk, team_id=case.team_id, data={"count": seen})
    return seen
