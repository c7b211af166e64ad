"""Journeys over Reddit, against a stand-in of our own (`reddit.py`): no test here proves Reddit itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answerable.channels.contract import Audience
from answerable.channels.models import Allowance, Source
from answerable.conversations.models import Message
from answerable.intake import looking_again, surroundings
from answerable.replies import taking_back
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.journeys import answer, connected, heard, is_paused, looked_again, outage, resumed, words_heard
from tests.peers.reddit import CARE, CLIENT, REFRESH, SECRET, StandIn
from tests.peers.serving import served

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture
def peer(settings: Any) -> Iterator[StandIn]:
    yield from served(StandIn(), settings)


@pytest.fixture
def source(cast: Cast, peer: StandIn) -> Source:
    values = {"username": CARE, "client_id": CLIENT, "client_secret": SECRET, "refresh_token": REFRESH}
    values |= {"server": peer.address, "sign_in": peer.address, "subreddits": "household", "words": "glimo"}
    return connected("reddit", cast, values)


def test_a_comment_is_a_case_and_its_answer_stands_below_it(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.submit("rob", "My cat")
    comment = peer.comment("pia", "My Glimo beeps.", parent=post)
    peer.comment("kamil", "Mine purrs.", parent=post)
    case = heard(source)
    assert Message.objects.count() == 1

    reply = answer(case, cast, "Thank you. Since when?")

    said = peer.said_by_care()[0]
    assert (reply.state, reply.external_id, said["parent_id"]) == (Reply.State.SENT, said["name"], comment)
    peer.comment("pia", "Since Monday.", parent=said["name"])
    assert heard(source) == case
    assert surroundings.fetch(Message.objects.order_by("id")[0]) >= 1


def test_a_private_message_is_answered_in_private(cast: Cast, peer: StandIn, source: Source) -> None:
    asked = peer.message("pia", "It is about my bill.", to=CARE)
    case = heard(source)
    assert case.last_audience == Audience.PRIVATE
    assert answer(case, cast, "We look at it.", audience="private").state == Reply.State.SENT
    assert peer.said_by_care()[0]["parent_id"] == asked


def test_an_edit_a_deletion_and_an_answer_taken_back(cast: Cast, peer: StandIn, source: Source) -> None:
    comment = peer.comment("pia", "My Glimo beeps.", parent=peer.submit("rob", "My cat"))
    case = heard(source)
    peer.edit(comment, "My Glimo beeps at night.")
    assert looking_again.look_again(source) == 1
    heard(source)
    assert Message.objects.get().text == "My Glimo beeps at night."
    peer.delete(comment)
    looked_again(source)
    assert happened(case, "message_withdrawn")

    reply = answer(case, cast, "Thank you.")
    taking_back.take_back(taking_back.ask(reply, because="It is gone.", by=cast.ada))
    assert not peer.said_by_care()


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.submit("rob", "My cat")
    peer.comment("pia", "Glimo before.", parent=post)
    heard(source)
    with outage(peer, source):
        for number in range(230):
            peer.comment(f"person{number}", f"Glimo {number}.", parent=post)

    texts = set(words_heard())
    assert texts == {"Glimo before.", *(f"Glimo {number}." for number in range(230))}
    assert Message.objects.count() == 231


def test_a_revoked_authorisation_pauses_and_the_gap_is_filled_after(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.message("pia", "Before.", to=CARE)
    case = heard(source)
    peer.revoked = True
    reply = answer(case, cast, "Thank you.", audience="private")
    assert reply.state == Reply.State.QUEUED
    assert is_paused(source)
    peer.message("rob", "Meanwhile.", to=CARE)

    peer.revoked = False
    resumed(source, cast)
    assert Message.objects.filter(direction="in").count() == 2
    assert len(peer.said_by_care()) == 1


def test_the_calls_that_are_left_are_kept_for_answers(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.message("pia", "Before.", to=CARE)
    case = heard(source)
    peer.calls_left = 30
    heard(source)
    left = Allowance.objects.get().left
    heard(source)
    assert Allowance.objects.get().left == left
    assert answer(case, cast, "Thank you.", audience="private").state == Reply.State.SENT
