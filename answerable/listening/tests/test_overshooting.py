"""Whoever holds a query hears when it finds far more than was thought, once a day, and not again before they looked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from answerable.core import access
from answerable.core.models import Event, Membership
from answerable.core.moments import now, told_at
from answerable.listening import counting, glimpsing, overshooting, queries, retiring
from answerable.listening.models import Query, QueryNotice
from answerable.listening.posts import Post
from answerable.listening.tests.saved import change, save, version
from answerable.testing.cast import Cast

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with told_at(NOON):
        yield


def expected(cast: Cast, each_day: int) -> Query:
    """A query that is thought to find so many a day."""
    said = ["velorin"] * each_day + ["so tired"] * (100 - each_day)
    glimpsing.keep(cast.square, [Post(each) for each in said], at=now() - timedelta(days=1))
    return save(cast, "velorin")


def find(query: Query, posts: int, *, number: int = 1, at: datetime | None = None) -> None:
    counting.count([version(query, number)] * posts, at=at or now())


@pytest.mark.parametrize(
    ("posts", "per_day", "far"),
    [(60, 20.0, False), (61, 20.0, True), (49, 1.0, False), (50, 0.0, True), (9_999, None, False)],
)
def test_far_is_three_times_as_many_and_at_least_fifty(posts: int, per_day: float | None, far: bool) -> None:
    assert overshooting.is_far(posts, per_day) is far


def test_its_holder_is_told_once_a_day_and_not_again_before_they_looked(cast: Cast) -> None:
    query = expected(cast, 20)
    find(query, 60)
    assert overshooting.watch(at=now()) == []
    find(query, 30)
    (notice,) = overshooting.watch(at=now())
    assert (notice.user_id, notice.posts, notice.expected) == (cast.ben.user_id, 90, 20.0)
    line = Event.objects.get(kind="query_overshot")
    told = {"query": query.pk, "version": 1, "posts": 90, "expected": 20.0, "to": f"user:{cast.ben.user_id}"}
    assert (line.data, line.team_id) == (told, cast.front_line.pk)

    find(query, 90, at=now() + timedelta(days=1))
    assert overshooting.watch(at=now() + timedelta(days=1)) == []
    assert overshooting.see(query, by=cast.ben) == 1
    assert overshooting.see(query, by=cast.ben) == 0
    assert Event.objects.get(kind="notice_seen").data == {"query": query.pk, "count": 1}
    assert overshooting.watch(at=now()) == []
    assert len(overshooting.watch(at=now() + timedelta(days=1))) == 1


def test_what_came_after_the_last_look_of_a_day_is_told_of_on_the_next(cast: Cast) -> None:
    query = expected(cast, 10)
    find(query, 50)
    assert [each.day for each in overshooting.watch(at=now() + timedelta(days=1))] == [NOON.date()]
    assert overshooting.watch(at=now() + timedelta(days=2)) == []


def test_the_lead_is_told_where_the_holder_is_gone(cast: Cast) -> None:
    query = expected(cast, 0)
    Query.objects.update(holder=cast.ada.user_id)
    Membership.objects.filter(user=cast.ada.user_id).update(ended_at=now())
    find(query, 50)
    assert [each.user_id for each in overshooting.watch(at=now())] == [cast.ben.user_id]


def test_nobody_is_told_of_what_nobody_estimated_what_is_off_or_what_other_words_found(cast: Cast) -> None:
    unknown = save(cast, "glimo", name="Unknown")
    off, changed = expected(cast, 10), change(cast, save(cast, "pulsa", name="Changed"), "pulsa pen")
    for query, number in ((unknown, 1), (off, 1), (changed, 1)):
        find(query, 500, number=number)
    retiring.retire(off, by=cast.ben)
    assert overshooting.watch(at=now()) == []
    find(changed, 50, number=2, at=now() + timedelta(days=1))
    assert [each.query_id for each in overshooting.watch(at=now() + timedelta(days=1))] == [changed.pk]


def test_the_database_holds_once_a_day_and_one_unseen(cast: Cast) -> None:
    query = expected(cast, 0)
    find(query, 50)
    (notice,) = overshooting.watch(at=now())
    facts = {"workspace": cast.workspace, "query": query, "posts": 1, "expected": 0.0, "at": now()}
    for user, day in ((cast.ada, notice.day), (cast.ben, notice.day + timedelta(days=1))):
        with pytest.raises(IntegrityError), transaction.atomic():
            QueryNotice.objects.create(user_id=user.user_id, day=day, **facts)


def test_the_list_knows_the_last_day_and_no_other_person_or_workspace_sees_the_notice(cast: Cast) -> None:
    query = expected(cast, 0)
    find(query, 51)
    assert [each.far is not None and each.far.posts for each in queries.listed(cast.ada)] == [51]
    overshooting.watch(at=now())
    seen_by = [each.name for each in (cast.ada, cast.ben, cast.otto) if access.rows(QueryNotice, each).exists()]
    assert (seen_by, overshooting.unseen(cast.ben).count()) == (["Ben"], 1)
