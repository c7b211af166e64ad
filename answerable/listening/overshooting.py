"""A query that finds far more than was thought before it was kept: its holder hears of it, and the list of queries shows it.

1. Far is more than `TIMES` the estimate, and at least `MANY` posts, both on one day (UTC). Where nobody could know how much
   it would find, nothing is more than that.
2. A day on which the words were changed tells nothing of them: it counts what the words before found, too.
3. The holder is told; the lead of the team where the holder is no longer here. Once a day at most, and not again before it
   was seen. The database holds both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from answerable.core import access, attendance, journal
from answerable.core.access import House, Viewer
from answerable.core.moments import now
from answerable.listening.models import Found, Query, QueryNotice, QueryVersion

TIMES = 3
MANY = 50
KIND = "query_overshot"
PART = "listening"


def is_far(posts: int, per_day: float | None) -> bool:
    """Are so many posts of a day far more than the estimate? A question."""
    return per_day is not None and posts >= MANY and posts > TIMES * per_day


def far(version: QueryVersion, found: Iterable[Found]) -> Found | None:
    """The last of these days on which a query found far more than this version of it was thought to find. A question."""
    days = [each for each in found if _tells(version, each.day) and is_far(each.posts, version.per_day)]
    return max(days, key=lambda each: each.day, default=None)


def watch(*, at: datetime) -> list[QueryNotice]:
    """Look at what every query that is on found of late, and tell of those that overshoot. Safe to do twice."""
    told = (_tell(found, version, at) for found, version in _overshot(at.astimezone(UTC).date()))
    return [notice for notice in told if notice is not None]


def see(query: Query, *, by: Viewer) -> int:
    """The viewer looks at the query: what they were told about it is seen now. Returns how many notices."""
    seen = access.rows(QueryNotice, by).filter(query=query, seen_at=None).update(seen_at=now())
    if seen:
        journal.write("notice_seen", by=by, team_id=query.team_id, data={"query": query.pk, "count": seen})
    return seen


def notices(viewer: Viewer) -> QuerySet[QueryNotice]:
    """What the viewer was told about queries, the newest first."""
    return access.rows(QueryNotice, viewer).select_related("query").order_by("-at", "-pk")


def unseen(viewer: Viewer) -> QuerySet[QueryNotice]:
    return access.rows(QueryNotice, viewer).filter(seen_at=None)


def _overshot(today: date) -> Iterator[tuple[Found, QueryVersion]]:
    """Of yesterday, too: its last posts may have come after the last look."""
    many: dict[int, list[Found]] = {}
    looked = Found.objects.filter(day__in=[today - timedelta(days=1), today], posts__gte=MANY)
    for found in looked.filter(query__state=Query.State.ON).select_related("query__team"):
        many.setdefault(found.query_id, []).append(found)
    for version in QueryVersion.objects.filter(query__in=many, number=F("query__version")).order_by("query_id"):
        if (found_far := far(version, many[version.query_id])) is not None:
            yield found_far, version


def _tells(version: QueryVersion, day: date) -> bool:
    return version.number == 1 or version.at.astimezone(UTC).date() < day


def _tell(found: Found, version: QueryVersion, at: datetime) -> QueryNotice | None:
    """None where somebody was told of this day, or has not seen yet what they were told before."""
    query = found.query
    user_id = query.holder_id if attendance.is_here(query.holder_id, query.workspace_id, at) else query.team.lead_id
    if query.notices.filter(Q(day=found.day) | Q(user_id=user_id, seen_at=None)).exists():
        return None
    try:
        with transaction.atomic():
            return _kept(found, version, user_id, at)
    except IntegrityError:  # another process looked at the same moment
        return None


def _kept(found: Found, version: QueryVersion, user_id: int, at: datetime) -> QueryNotice:
    query, figures = found.query, {"posts": found.posts, "expected": version.per_day}
    notice = QueryNotice.objects.create(
        workspace_id=query.workspace_id, user_id=user_id, query=query, kind=KIND, day=found.day, at=at, **figures
    )
    data = {"query": query.pk, "version": version.number, **figures, "to": f"user:{user_id}"}
    journal.write(KIND, by=House(query.workspace_id, PART), team_id=query.team_id, data=data)
    return notice
