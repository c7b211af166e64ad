"""The page and the API of an answer that somebody posts by hand."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.core.models import User
from answerable.inbox.tests.asking import Program, told
from answerable.replies import answering
from answerable.replies.models import Reply
from answerable.replies.tests.test_posting import PLACE, STANDS_AT, case, forum
from answerable.testing.cast import Cast

__all__ = ["case", "forum"]


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.ada.user_id))
    return client


@pytest.fixture
def reply(cast: Cast, case: Case) -> Reply:
    return answering.answer(case, text="Thank you. Since when?", audience="public", key="k", by=cast.ada)


def page(client: Client, case: Case) -> str:
    return client.get(f"/cases/{case.pk}").content.decode()


def test_the_composer_offers_it_and_says_who_posts_it(ada: Client, case: Case) -> None:
    shown = page(ada, case)
    assert "You will post it there yourself, by hand." in shown
    sent = ada.post(f"/cases/{case.pk}/replies", {"text": "Since when?", "audience": "public", "key": "k"}, follow=True)
    assert "The answer waits until somebody posts it by hand." in sent.content.decode()


def test_the_case_shows_text_and_place_and_asks_where_it_stands(ada: Client, case: Case, reply: Reply) -> None:
    shown = page(ada, case)
    assert "Ada wrote it; now somebody posts it by hand" in shown
    assert f'<a class="button button--small" href="{PLACE}" target="_blank" rel="noopener noreferrer">' in shown
    assert f'<label for="by-hand-{reply.pk}">' in shown
    assert f'<label for="stands-at-{reply.pk}">' in shown


def test_where_it_stands_is_a_link_from_then_on(ada: Client, case: Case, reply: Reply) -> None:
    assert ada.post(f"/replies/{reply.pk}/posting", {"address": "there"}).status_code == 422
    assert ada.post(f"/replies/{reply.pk}/posting", {"address": STANDS_AT}).status_code == 303
    shown = page(ada, case)
    assert f'<a href="{STANDS_AT}" target="_blank" rel="noopener noreferrer">Where it stands</a>' in shown
    assert "Posted by hand" in shown
    assert "Ada posted an answer by hand." in shown
    assert "It is posted" not in shown.replace("Kept: it is posted.", "")


def test_taken_back_it_is_in_the_composer_again(ada: Client, case: Case, reply: Reply) -> None:
    assert ada.post(f"/replies/{reply.pk}/posting/end").status_code == 303
    shown = page(ada, case)
    assert "Taken back; it was never posted" in shown
    assert ">Thank you. Since when?</textarea>" in shown


def test_programs_say_the_same(cast: Cast, case: Case, reply: Reply) -> None:
    program = Program(cast.ada)
    waiting = told(program.get(f"replies/{reply.pk}"))
    assert (waiting["state"], waiting["place"]) == ("by_hand", PLACE)
    told(program.put(f"replies/{reply.pk}/posting", {"address": "there"}), 422)
    posted = told(program.put(f"replies/{reply.pk}/posting", {"address": STANDS_AT}))
    assert (posted["state"], posted["external_id"]) == ("sent", STANDS_AT)
    told(program.send("DELETE", f"replies/{reply.pk}/posting"), 409)


def test_programs_take_back(cast: Cast, case: Case, reply: Reply) -> None:
    assert told(Program(cast.ada).send("DELETE", f"replies/{reply.pk}/posting"))["state"] == "taken_back"
