"""Telling a person of the house something about a case: a notice that stays until it was seen."""

from __future__ import annotations

from answerable.cases.models import Case, Notice
from answerable.core import journal
from answerable.core.access import Actor
from answerable.core.models import User
from answerable.core.moments import now


def tell(user: User | int, kind: str, *, case: Case, by: Actor) -> Notice:
    """Leave a notice of this kind for one person. The same one again, while the first is unseen, stays one."""
    user_id = user if isinstance(user, int) else user.pk
    notice, fresh = Notice.objects.get_or_create(
        workspace_id=case.workspace_id, user_id=user_id, case=case, kind=kind, seen_at=None, defaults={"at": now()}
    )
    if fresh:
        data = {"notice": notice.pk, "what": kind, "to": user_id}
        journal.write("notice_left", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return notice
