"""Lists, counts and search: for a viewer, in working order, each case once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q

from answerable.cases import closing, queries
from answerable.cases.models import Case
from answerable.cases.queries import Cursor
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    """Seven cases: the second and the fifth wait for the customer, the fourth has the oldest promise."""
    made = [_case(cast, number) for number in range(7)]
    for waiting in (made[1], made[4]):
        Case.objects.filter(pk=waiting.pk).update(waiting_since=now(), waiting_for="customer")
    Case.objects.filter(pk=made[3].pk).update(promised_at=now() - timedelta(days=1))
    return made


def _case(cast: Cast, number: int) -> Case:
    mail = letter(
        "Which batteries does it take?", message_id=f"<{number}@example.net>", sender=f"p{number}@example.net"
    )
    made = arrive(mail, cast.mailbox)
    assert made is not None
    return made


def walk(viewer: Viewer, key: str, rows: int) -> list[Case]:
    found, after = list[Case](), None
    while True:
        page = queries.page(viewer, key, after=after, rows=rows)
        found += page.cases
        if page.next is None:
            return found
        after = Cursor.parse(str(page.next))


@pytest.mark.parametrize("rows", [1, 2, 3, 50])
@pytest.mark.parametrize("who", ["ada", "root"])
def test_what_waits_for_us_comes_by_promise_then_what_waits_for_the_customer(
    cast: Cast, cases: list[Case], who: str, rows: int
) -> None:
    expected = [cases[number] for number in (3, 0, 2, 5, 6, 1, 4)]
    assert walk(getattr(cast, who), "next", rows) == expected


def test_closed_cases_come_newest_first(cast: Cast, cases: list[Case]) -> None:
    for case in (cases[2], cases[0], cases[5]):
        closing.close(case, disposition="withdrawn", by=cast.ada)
    assert walk(cast.ada, "closed", 2) == [cases[5], cases[0], cases[2]]


def test_views_hold_what_they_say_and_count_it(cast: Cast, cases: list[Case]) -> None:
    Case.objects.filter(pk=cases[0].pk).update(holder_user_id=cast.ada.user_id, holder_team=None)
    counted = {view.key: view.count for view in queries.views(cast.ada)}
    assert counted == {
        "next": 7,
        "mine": 1,
        "offered": 0,
        "followed": 0,
        f"queue-{cast.front_line.pk}": 6,
        "waiting": 2,
        "closed": 0,
    }
    for key, count in counted.items():
        assert len(walk(cast.ada, key, 3)) == count


@pytest.mark.parametrize("key", ["queue-²", "queue-", "queue-999999999999999999999999", "queue-x"])
def test_a_queue_that_is_none_is_empty(cast: Cast, cases: list[Case], key: str) -> None:
    assert queries.page(cast.root, key).cases == []


@pytest.mark.parametrize("text", ["", "x", "0~x~1", "0~2026-07-02T10:00:00~1", "0~2026-07-02T10:00:00+00:00~x"])
def test_a_cursor_that_is_none_of_ours_is_none(text: str) -> None:
    assert Cursor.parse(text) is None


def test_a_filter_narrows_whatever_the_view(cast: Cast, cases: list[Case]) -> None:
    assert list(queries.page(cast.ada, only=Q(contact_id=cases[4].contact_id)).cases) == [cases[4]]


def test_a_list_of_fifty_costs_as_many_questions_as_one_of_five(
    cast: Cast, cases: list[Case], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert [(str(case.contact), str(case.holder_team)) for case in queries.page(cast.ada).cases]


def test_search_finds_all_the_words_and_the_last_as_a_beginning(cast: Cast, cases: list[Case]) -> None:
    assert len(queries.search(cast.ada, "batteries tak")) == 7
    assert queries.search(cast.ada, "take batteries zebra") == []
    newest, *_ = queries.search(cast.ada, "batteries")
    assert newest.case == cases[6]
    older, *_ = queries.search(cast.ada, "batteries", before=newest.message.pk)
    assert older.case == cases[5]


@pytest.mark.parametrize("words", ["", "  ", "'", "& | ! :*", "a' | 'b", "\\", "(", "\x00"])
def test_search_takes_any_words(cast: Cast, cases: list[Case], words: str) -> None:
    assert queries.search(cast.ada, words) == []


def test_a_contact_with_several_cases_is_listed_once(cast: Cast) -> None:
    for number in (1, 2):
        arrive(letter("x", message_id=f"<{number}@example.net>"), cast.mailbox)
    assert queries.contacts(cast.ada).count() == 1
    assert queries.contacts(cast.otto).count() == 0
