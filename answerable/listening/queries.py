"""Questions about saved queries, always for a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.listening import overshooting
from answerable.listening.estimating import spelling_of
from answerable.listening.lexing import Misread
from answerable.listening.models import Choices, Found, Query, QueryVersion
from answerable.listening.parsing import parse
from answerable.listening.spelling import Spelling

SHOWN = 200
WEEK = 7


@dataclass(frozen=True)
class Row:
    """A query in the list. `per_day` is what it found a day in the last week, `expected` what was thought before.

    `far` is the last day of the week on which it found far more than that.
    """

    query: Query
    text: str
    expected: float | None
    per_day: float
    last_at: datetime | None
    far: Found | None
    trouble: Misread | None


def count(viewer: Viewer) -> int:
    return access.rows(Query, viewer).count()


def listed(viewer: Viewer, *, words: str = "") -> list[Row]:
    """The queries, those that are on first, by name; where there are many, those with all the words."""
    found = access.rows(Query, viewer).select_related("team", "holder").order_by("-state", "name")
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(versions__text__icontains=word)).distinct()
    return described(viewer, list(found[:SHOWN]))


def described(viewer: Viewer, queries: Sequence[Query]) -> list[Row]:
    """Each query with its words and what it found."""
    own = {each.pk: each.version for each in queries}
    versions = {
        each.query_id: each
        for each in access.rows(QueryVersion, viewer).filter(query__in=own)
        if each.number == own[each.query_id]
    }
    since, spelling = now().date() - timedelta(days=WEEK), spelling_of(viewer)
    counted = Found.objects.filter(query__in=own).values("query_id").annotate(last=Max("last_at"))
    week: dict[int, list[Found]] = {pk: [] for pk in own}
    for found in Found.objects.filter(query__in=own, day__gt=since):
        week[found.query_id].append(found)
    last = {each["query_id"]: each["last"] for each in counted}
    return [
        Row(
            query=each,
            text=versions[each.pk].text,
            expected=versions[each.pk].per_day,
            per_day=sum(found.posts for found in week[each.pk]) / WEEK,
            last_at=last.get(each.pk),
            far=overshooting.far(versions[each.pk], week[each.pk]),
            trouble=_trouble(versions[each.pk].text, spelling),
        )
        for each in queries
    ]


def choices(viewer: Viewer) -> Choices:
    return access.rows(Choices, viewer).first() or Choices(workspace_id=viewer.workspace_id)


def _trouble(text: str, spelling: Spelling) -> Misread | None:
    """Why today's reading refuses what an earlier one took."""
    try:
        parse(text, spelling)
    except Misread as misread:
        return misread
    return None
