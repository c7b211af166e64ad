"""The journey on screen: drawn, in words, and as a file; for those who see the case."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from answerable.cases import assigning, closing, journeys, noting, promising
from answerable.cases.journey import Cause, Sort
from answerable.cases.models import Case
from answerable.core.access import House, Viewer
from answerable.core.models import Read, User
from answerable.core.moments import now
from answerable.inbox.views.journeys import harmless
from answerable.replies import answering
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox, at=now() - timedelta(days=3))
    assert made is not None
    assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)
    noting.note(made, text="I ask the lab.", key="n", by=cast.ada)
    return made


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def whole(case: Case, viewer: Viewer) -> None:
    """The invariant: no hour without somebody, none twice, and the causes are the whole."""
    found = journeys.told(case, viewer)
    assert sum((found.spent(cause) for cause in Cause), timedelta()) == found.total
    edges = [found.start, *(each.end for each in found.segments)]
    assert [each.start for each in found.segments] == edges[:-1]


def test_a_case_goes_from_the_queue_to_whoever_took_it(cast: Cast, case: Case) -> None:
    found = journeys.told(case, cast.ada)
    assert {each.holder for each in found.segments} >= {f"team:{cast.front_line.pk}"}
    assert [(hop.giver, hop.receiver) for hop in found.hops] == [
        (f"team:{cast.front_line.pk}", f"user:{cast.ada.user_id}")
    ]
    assert found.cracks[0].sort == Sort.UNANSWERED
    whole(case, cast.ada)


def test_an_answer_a_close_and_a_second_word_are_on_it(cast: Cast, case: Case) -> None:
    answering.answer(case, text="We send a new one.", audience="private", key="k", by=cast.ada)
    promising.promise(case, text="A new meter.", due_at=now() + timedelta(days=3), by=cast.ada)
    closing.close(case, disposition="solved", what_solved_it="x", by=cast.ada)
    closing.reopen(case, because="by_hand", by=House(cast.workspace.pk, "tests"))
    case.refresh_from_db()
    sorts = [mark.sort for mark in journeys.told(case, cast.ada).marks]
    assert sorts == [Sort.SPOKE, Sort.ANSWERED, Sort.PROMISED, Sort.CLOSED, Sort.REOPENED]
    whole(case, cast.ada)


def test_a_closed_case_ends_at_its_close(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    assert journeys.told(case, cast.ada).end == case.closed_at
    whole(case, cast.ada)


def test_the_page_draws_it_and_says_the_same_in_words(cast: Cast, case: Case) -> None:
    page = as_(cast.ada).get(f"/cases/{case.pk}/journey").content.decode()
    assert "The same in words" in page
    assert "The customer’s word lay unanswered" in page
    assert 'href="#m-0"' in page
    assert 'id="m-0"' in page
    assert f"/cases/{case.pk}/journey" in as_(cast.ada).get(f"/cases/{case.pk}").content.decode()
    assert Read.objects.filter(what="journey", row_id=case.pk).count() == 1


def test_it_is_taken_along_as_a_table_and_as_data(cast: Cast, case: Case) -> None:
    answer = as_(cast.ada).get(f"/cases/{case.pk}/journey.csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert lines[0]["what"] == "The customer spoke."
    assert datetime.fromisoformat(lines[0]["at"]).tzinfo is not None
    data = json.loads(as_(cast.ada).get(f"/cases/{case.pk}/journey.json").content)
    assert [row["what"] for row in data["rows"]] == [line["what"] for line in lines]
    assert Read.objects.filter(what="journey_export", row_id=case.pk).count() == 2


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("Ada") == "Ada"
    assert harmless(12) == 12


def test_a_name_that_is_a_formula_leaves_as_text(cast: Cast, case: Case) -> None:
    User.objects.filter(pk=cast.ada.user_id).update(name="=cmd()")
    text = as_(cast.ada).get(f"/cases/{case.pk}/journey.csv").content.decode()
    assert "'=cmd() held it." in text
    assert ",=cmd()" not in text


@pytest.mark.parametrize("page", ["journey", "journey.csv", "journey.json"])
def test_otto_sees_no_journey(cast: Cast, case: Case, page: str) -> None:
    assert as_(cast.otto).get(f"/cases/{case.pk}/{page}").status_code == 404
