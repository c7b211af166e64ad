"""Journeys over Discourse, against a stand-in of our own (`discourse.py`): no test here proves a real forum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from answerable.channels import connecting
from answerable.channels.contract import Audience
from answerable.channels.models import Allowance, Source
from answerable.conversations.models import Message
from answerable.intake import looking_again, surroundings
from answerable.intake.models import Envelope
from answerable.replies import answering, taking_back
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.discourse import CARE, KEY, SECRET, StandIn
from tests.peers.journeys import answer, connected, heard, is_paused, outage, resumed, words_heard
from tests.peers.serving import served

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture
def peer(settings: Any) -> Iterator[StandIn]:
    yield from served(StandIn(), settings)


def connect(cast: Cast, peer: StandIn, **values: str) -> Source:
    given = {"server": peer.address, "username": CARE, "api_key": KEY, "hook_secret": SECRET, **values}
    return connected("discourse", cast, given)


@pytest.fixture
def source(cast: Cast, peer: StandIn) -> Source:
    return connect(cast, peer)


def test_a_post_is_a_case_and_its_answer_stands_in_the_topic(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.begin("pia", "Glimo", "My Glimo beeps.")
    case = heard(source)

    reply = answer(case, cast, "Thank you. Since when?")

    said = peer.said_by_care()[0]
    assert (said["topic_id"], said["reply_to_post_number"]) == (post["topic_id"], 1)
    assert (reply.state, reply.external_id) == (Reply.State.SENT, f"{said['topic_id']}/2/{said['id']}")
    peer.post("pia", "Since Monday.", topic=post["topic_id"], answers=2)
    assert heard(source) == case
    assert Message.objects.filter(filing__case=case).count() == 3


def test_a_private_message_is_answered_in_private(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.begin("pia", "My bill", "It is about my bill.", to=[CARE])
    case = heard(source)
    assert case.last_audience == Audience.PRIVATE
    assert answer(case, cast, "We look at it.", audience="private").state == Reply.State.SENT
    assert peer.said_by_care()[0]["topic_id"] == post["topic_id"]


def test_a_private_answer_to_a_public_post_begins_a_private_message(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.begin("pia", "Glimo", "My Glimo beeps.")
    assert answer(heard(source), cast, "Your number, please.", audience="private").state == Reply.State.SENT
    topic = peer.said_by_care()[0]["topic_id"]
    assert topic != post["topic_id"]
    assert peer.private[topic] == [CARE, "pia"]


def test_the_same_post_pushed_and_asked_for_is_one_message(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.begin("pia", "Glimo", "My Glimo beeps.")
    body, headers = peer.push(post["id"])
    for _ in range(2):
        told = Client().post(f"/hooks/{source.slug}", body, "application/json", headers=headers)
        assert told.status_code == 200
    heard(source)
    assert Message.objects.count() == 1
    forged = Client().post(f"/hooks/{source.slug}", body + b" ", "application/json", headers=headers)
    assert forged.status_code == 401


def test_what_was_said_around_it_is_shown(cast: Cast, peer: StandIn, source: Source) -> None:
    connecting.change(
        source, label="Forum", team=cast.front_line, values={**source.values(), "words": "mine"}, by=cast.root
    )
    topic = peer.begin("otto", "Glimo", "Does anybody have a Glimo?")["topic_id"]
    peer.post("pia", "Mine beeps.", topic=topic, answers=1)
    heard(source)
    assert surroundings.fetch(Message.objects.get()) == 1
    assert Message.objects.get().overheard.get().text == "Does anybody have a Glimo?"


def test_edits_and_deletions_are_followed_pushed_or_asked_for(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.begin("pia", "Glimo", "My Glimo beeps.")["id"]
    case = heard(source)
    peer.edit(post, "My Glimo beeps at night.")
    assert looking_again.look_again(source) == 1
    heard(source)
    message = Message.objects.get()
    assert (message.text, message.revisions.get().text) == ("My Glimo beeps at night.", "My Glimo beeps.")

    peer.take_away(post)
    body, headers = peer.push(post)
    Client().post(f"/hooks/{source.slug}", body, "application/json", headers=headers)
    heard(source)
    assert Message.objects.get().withdrawn_at is not None
    assert happened(case, "message_withdrawn")


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: StandIn, source: Source) -> None:
    topic = peer.begin("pia", "Glimo", "Before.")["topic_id"]
    heard(source)
    with outage(peer, source):
        for number in range(130):
            peer.post(f"person{number}", f"Meanwhile {number}.", topic=topic)

    texts = words_heard()
    assert texts == ["Before.", *(f"Meanwhile {number}." for number in range(130))]
    assert Envelope.objects.count() == 131


def test_a_revoked_key_pauses_keeps_the_answer_and_fills_the_gap(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.begin("pia", "Glimo", "My Glimo beeps.")
    case = heard(source)
    peer.revoked = True
    reply = answer(case, cast, "Thank you. Since when?")
    assert reply.state == Reply.State.QUEUED
    assert is_paused(source)
    peer.begin("rob", "Glimo", "Mine leaks.")

    peer.revoked = False
    resumed(source, cast)
    assert Message.objects.filter(direction="in").count() == 2
    assert len(peer.said_by_care()) == 1


def test_asked_to_wait_it_waits(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.begin("pia", "Glimo", "My Glimo beeps.")
    case = heard(source)
    peer.busy = True
    reply = answer(case, cast, "Thank you. Since when?")
    assert reply.state == Reply.State.QUEUED
    assert reply.next_try_at is not None
    assert Allowance.objects.get().left == 0
    assert not peer.said_by_care()


def test_without_a_key_it_hears_nothing_private_and_answers_by_hand(cast: Cast, peer: StandIn) -> None:
    source = connect(cast, peer, api_key="")
    peer.begin("rob", "My bill", "It is about my bill.", to=[CARE])
    post = peer.begin("pia", "Glimo", "My Glimo beeps.")
    case = heard(source)
    assert Message.objects.get().text == "My Glimo beeps."
    reply = answering.answer(case, text="Thank you.", audience="public", key="k", by=cast.ada)
    assert (reply.state, reply.place) == (Reply.State.BY_HAND, f"{peer.address}/p/{post['id']}")


def test_an_answer_is_taken_back(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.begin("pia", "Glimo", "My Glimo beeps.")
    reply = answer(heard(source), cast, "Thank you. Since when?")
    taking_back.take_back(taking_back.ask(reply, because="Wrong topic.", by=cast.ada))
    reply.refresh_from_db()
    assert reply.state == Reply.State.TAKEN_BACK
    assert not peer.said_by_care()
