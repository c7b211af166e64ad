"""Telling a person of the house something about a case: a notice that stays until it was seen."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.cases.models import Case, Notice
from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Event, User
from answerable.core.moments import now


def tell(user: User | int, kind: str, *, case: Case, by: Actor) -> Notice:
    """Leave a notice of this kind for one person. The same one again, while the first is unseen, stays one."""
    user_id = user if isinstance(user, int) else user.pk
    notice, fresh = Notice.objects.get_or_create(
        workspace_id=case.workspace_id, user_id=user_id, case=case, kind=kind, seen_at=None, defaults={"at": now()}
    )
    if fresh:
        journal.write_all([_line(notice, by)])
    return notice


def tell_all(news: Sequence[tuple[int, str, Case]], *, by: Actor) -> None:
    """The same for many at once: whom, what kind, and about which case, all of one workspace, in four statements."""
    at, wanted = now(), {(user_id, kind, case.pk): case for user_id, kind, case in news}
    unseen = Notice.objects.filter(case__in={case.pk for case in wanted.values()}, seen_at=None)
    for known in unseen.values_list("user_id", "kind", "case_id"):
        wanted.pop(known, None)
    fresh = Notice.objects.bulk_create(
        Notice(workspace_id=by.workspace_id, user_id=user_id, case=case, kind=kind, at=at)
        for (user_id, kind, _), case in sorted(wanted.items(), key=lambda each: each[0][2])
    )
    journal.write_all([_line(each, by) for each in fresh])


def _line(notice: Notice, by: Actor) -> Event:
    data = {"notice": notice.pk, "what": notice.kind, "to": f"user:{notice.user_id}"}
    return journal.line("notice_left", by=by, case_id=notice.case_id, team_id=notice.case.team_id, data=data)


def see(case: Case, *, by: Viewer) -> int:
    """The viewer looks at the case: what they were told about it is seen now. Returns how many notices."""
    seen = Notice.objects.filter(case=case, user_id=by.user_id, seen_at=None).update(seen_at=now())
    if seen:
        journal.write("notice_seen", by=by, case_id=case.pk, team_id=case.team_id, data={"count": seen})
    return seen
