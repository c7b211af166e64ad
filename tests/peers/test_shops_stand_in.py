"""Journeys over reviews of three shops, against stand-ins of our own (`shops.py`): no test here proves a shop itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answerable.channels.contract import Can
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.intake import looking_again
from answerable.replies import answering, checking, taking_back
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.journeys import answer, connected, heard, is_paused, looked_again, outage, resumed, words_heard
from tests.peers.serving import served
from tests.peers.shops import Shop

PROVES = ("appstore", "playstore", "googlereviews")
pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture(params=["playstore", "googlereviews", "appstore"])
def shop(request: Any, settings: Any) -> Iterator[Shop]:
    yield from served(Shop(request.param), settings)


@pytest.fixture
def source(cast: Cast, shop: Shop) -> Source:
    return connected(shop.kind, cast, shop.values)


def test_a_review_is_answered_and_a_second_answer_takes_its_place(cast: Cast, shop: Shop, source: Source) -> None:
    review = shop.write("Pia", "It stops at night.")
    case = heard(source)
    message = Message.objects.get()
    assert (message.subject, message.text) == ("★★☆☆☆", "It stops at night.")

    assert answer(case, cast, "Thank you. Since when?").state == Reply.State.SENT
    assert shop.reviews[review].answer == "Thank you. Since when?"
    found = checking.check(case, text="x", audience="public", conversation=answering.place(case, "public"))
    assert "replaces" in [each.code for each in found]
    assert answer(case, cast, "A new one comes.", key="k2").state == Reply.State.SENT
    assert shop.reviews[review].answer == "A new one comes."


def test_a_review_written_anew_and_then_taken_away_is_followed(cast: Cast, shop: Shop, source: Source) -> None:
    review = shop.write("Pia", "It stops at night.")
    case = heard(source)
    shop.write("Pia", "It works again.", stars=5)
    heard(source)
    message = Message.objects.get()
    assert (message.subject, message.revisions.get().text) == ("★★★★★", "It stops at night.")
    assert looking_again.look_again(source) == 0

    shop.remove(review)
    looked_again(source)
    assert happened(case, "message_withdrawn")


def test_an_answer_is_taken_back_where_the_shop_lets_us(cast: Cast, shop: Shop, source: Source) -> None:
    review = shop.write("Pia", "It stops at night.")
    reply = answer(heard(source), cast, "Thank you.")
    assert taking_back.possible(reply) is source.can(Can.TAKE_BACK)
    if taking_back.possible(reply):
        taking_back.take_back(taking_back.ask(reply, because="Wrong one.", by=cast.ada))
        assert shop.reviews[review].answer == ""


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, shop: Shop, source: Source) -> None:
    shop.write("Pia", "Before.")
    heard(source)
    with outage(shop, source):
        for number in range(70):
            shop.write(f"Person {number}", f"Meanwhile {number}.")

    texts = sorted(words_heard())
    assert texts == sorted(["Before.", *(f"Meanwhile {number}." for number in range(70))])


def test_a_revoked_authorisation_pauses_keeps_the_answer_and_fills_the_gap(
    cast: Cast, shop: Shop, source: Source
) -> None:
    review = shop.write("Pia", "It stops at night.")
    case = heard(source)
    shop.revoked = True
    reply = answer(case, cast, "Thank you.")
    assert reply.state == Reply.State.QUEUED
    assert is_paused(source)
    shop.write("Rob", "Mine leaks.")

    shop.revoked = False
    resumed(source, cast)
    assert Message.objects.filter(direction="in").count() == 2
    assert shop.reviews[review].answer == "Thank you."
