"""The rows that an open list asks for when it hears of a case."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from answerable.cases import assigning, closing, queries
from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.core.moments import now
from answerable.replies import answering
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
ROW = re.compile(r'id="case-(\d+)"[^>]*data-key="([^"]+)"')


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def make(cast: Cast, name: str, *, hours: int = 0) -> Case:
    sender = f"{name} <{name.lower()}@example.net>"
    body = letter(f"I am {name}.", subject=name, sender=sender, message_id=f"<{name}@x>")
    case = arrive(body, cast.mailbox, at=now() - timedelta(hours=hours))
    assert case is not None
    return case


def rows(client: Client, *cases: Case, **query: Any) -> list[int]:
    return [int(pk) for pk, _ in ROW.findall(page(client, *cases, **query))]


def page(client: Client, *cases: Case, **query: Any) -> str:
    answer = client.get("/rows", {"case": [case.pk for case in cases], **query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_the_asked_rows_come_in_the_order_of_the_list(cast: Cast) -> None:
    late, _other, early = make(cast, "Late"), make(cast, "Other", hours=1), make(cast, "Early", hours=5)
    text = page(as_(cast.ada), late, early)
    keys = [key for _, key in ROW.findall(text)]
    assert rows(as_(cast.ada), late, early) == [early.pk, late.pk]
    assert keys == sorted(keys)
    assert "data-group" in text


@pytest.mark.parametrize("view", ["next", "waiting", "closed"])
def test_the_keys_of_a_page_grow_downwards(cast: Cast, view: str) -> None:
    cases = [make(cast, f"P{number}", hours=number) for number in range(4)]
    for case in cases if view == "closed" else ():
        closing.close(case, disposition="solved", what_solved_it="x", by=cast.ada)
    for number, case in enumerate(cases if view == "waiting" else cases[:2] if view == "next" else ()):
        answering.answer(case, text="We look.", audience="private", key=f"k{number}", by=cast.ada)
    found = ROW.findall(as_(cast.ada).get("/", {"view": view}).content.decode())
    assert len(found) == 4
    assert [key for _, key in found] == sorted(key for _, key in found)


def test_a_row_that_left_the_list_does_not_come(cast: Cast) -> None:
    case, client = make(cast, "Pia"), as_(cast.ada)
    assert rows(client, case, view="mine") == []
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    assert rows(client, case, view="mine") == [case.pk]
    closing.close(case, disposition="solved", what_solved_it="x", by=cast.ada)
    assert rows(client, case) == []
    assert rows(client, case, view="closed") == [case.pk]


def test_nobody_gets_a_row_that_is_not_theirs(cast: Cast) -> None:
    case = make(cast, "Pia")
    assert rows(as_(cast.ada), case) == [case.pk]
    assert rows(as_(cast.mira), case) == []
    assert rows(as_(cast.otto), case) == []


def test_a_drawn_row_is_the_viewers_own(cast: Cast) -> None:
    case = make(cast, "Pia")
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    assert "face--you" in page(as_(cast.ada), case)
    assert "face--you" not in page(as_(cast.ben), case)
    User.objects.filter(pk=cast.ben.user_id).update(language="pl")
    assert 'title="' in page(as_(cast.ben), case)
    assert page(as_(cast.ben), case) != page(as_(cast.root), case)


def test_a_row_behind_the_end_of_the_page_stays_away(cast: Cast) -> None:
    first, second, third = (make(cast, name, hours=hours) for name, hours in (("A", 3), ("B", 2), ("C", 1)))
    second.refresh_from_db()
    end = queries.Cursor(waiting=False, promised_at=second.promised_at, id=second.pk)
    assert rows(as_(cast.ada), first, second, third, until=str(end)) == [first.pk, second.pk]
    assert rows(as_(cast.ada), first, second, third, after=str(end)) == [third.pk]


def test_a_closed_case_stays_on_its_page_of_the_closed(cast: Cast) -> None:
    cases = [make(cast, name) for name in "ABC"]
    for case in cases:
        closing.close(case, disposition="solved", what_solved_it="x", by=cast.ada)
    middle = Case.objects.get(pk=cases[1].pk)
    assert middle.closed_at
    end = queries.Cursor(waiting=False, promised_at=middle.closed_at, id=middle.pk)
    newest_first = [case.pk for case in reversed(cases)]
    assert rows(as_(cast.ada), *cases, view="closed", until=str(end)) == newest_first[:2]
    assert rows(as_(cast.ada), *cases, view="closed", after=str(end)) == newest_first[2:]


def test_counts_come_only_when_asked_for(cast: Cast) -> None:
    case, client = make(cast, "Pia"), as_(cast.ada)
    assert 'id="views"' not in page(client, case)
    assert 'id="views"' in page(client, counts="1")


@pytest.mark.parametrize("odd", [["x"], ["9" * 5000], ["-1"], ["²"], []])
def test_what_is_no_case_brings_no_row(cast: Cast, odd: list[str]) -> None:
    make(cast, "Pia")
    answer = as_(cast.ada).get("/rows", {"case": odd, "until": "x~y~z"})
    assert answer.status_code == 200
    assert not ROW.findall(answer.content.decode())


def test_a_list_of_somebody_else_is_empty_and_has_no_count(cast: Cast) -> None:
    case, queue = make(cast, "Pia"), f"queue-{cast.front_line.pk}"
    assert rows(as_(cast.ada), case, view=queue) == [case.pk]
    assert rows(as_(cast.mira), case, view=queue) == []
    assert as_(cast.mira).get("/rows", {"view": queue, "counts": "1"}).status_code == 404


def test_a_note_costs_few_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    case, client = make(cast, "Pia"), as_(cast.ada)
    page(client, case)
    with django_assert_max_num_queries(7):
        page(client, case)
