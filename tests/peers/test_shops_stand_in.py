"""Journeys over reviews of three shops, against stand-ins of our own (`shops.py`): no test here proves a shop itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.contract import Can
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.models import Event
from answerable.intake import looking_again, pipeline, polling
from answerable.replies import answering, checking, sending, taking_back
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.shops import Shop

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture(params=["playstore", "googlereviews", "appstore"])
def shop(request: Any, settings: Any) -> Iterator[Shop]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
    stand_in = Shop(request.param)
    stand_in.start()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def source(cast: Cast, shop: Shop) -> Source:
    by = House(cast.workspace.pk, "tests")
    return connecting.connect(shop.kind, label="Shop", team=cast.front_line, values=shop.values, by=by)


def heard(source: Source) -> Case:
    """Poll, open, and the newest case."""
    source.refresh_from_db()
    polling.poll(source)
    while pipeline.open_waiting(source):
        pass
    return Case.objects.order_by("-id")[0]


def answer(case: Case, cast: Cast, text: str, key: str = "k1") -> Reply:
    reply = answering.answer(case, text=text, audience="public", key=key, by=cast.ada)
    sending.send(reply)
    reply.refresh_from_db()
    return reply


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
    Message.objects.update(looked_at=None)
    assert looking_again.look_again(source) == 1
    heard(source)
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
    shop.stop()
    polling.poll(source)
    source.refresh_from_db()
    assert source.failing_since is not None
    for number in range(70):
        shop.write(f"Person {number}", f"Meanwhile {number}.")
    shop.start()

    heard(source)
    heard(source)

    texts = sorted(Message.objects.filter(direction="in").values_list("text", flat=True))
    assert texts == sorted(["Before.", *(f"Meanwhile {number}." for number in range(70))])
    kinds = ("source_failing", "source_recovered")
    assert list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True)) == list(kinds)


def test_a_revoked_authorisation_pauses_keeps_the_answer_and_fills_the_gap(
    cast: Cast, shop: Shop, source: Source
) -> None:
    review = shop.write("Pia", "It stops at night.")
    case = heard(source)
    shop.revoked = True
    reply = answer(case, cast, "Thank you.")
    source.refresh_from_db()
    assert (reply.state, source.state) == (Reply.State.QUEUED, Source.State.PAUSED)
    shop.write("Rob", "Mine leaks.")

    shop.revoked = False
    connecting.resume(source, by=cast.root)
    heard(source)
    sending.send(Reply.objects.select_related("conversation__source").get())
    assert Message.objects.filter(direction="in").count() == 2
    assert shop.reviews[review].answer == "Thank you."
