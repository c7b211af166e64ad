"""Journeys over comments of YouTube, against a stand-in of our own (`youtube.py`): no test here proves YouTube itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.intake import looking_again, polling, surroundings
from answerable.replies import taking_back
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.journeys import answer, connected, heard, looked_again, outage, resumed, words_heard
from tests.peers.serving import served
from tests.peers.youtube import CHANNEL, StandIn

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture
def peer(settings: Any) -> Iterator[StandIn]:
    yield from served(StandIn(), settings)


@pytest.fixture
def source(cast: Cast, peer: StandIn) -> Source:
    values = {"channel": CHANNEL, "videos": "theirs", "words": "glimo", "server": peer.address, "sign_in": peer.address}
    values |= {"client_id": "a-client", "client_secret": "a-secret", "refresh_token": "a-refresh-token"}
    return connected("youtube", cast, values)


def test_a_comment_is_answered_and_the_thread_goes_on_below(cast: Cast, peer: StandIn, source: Source) -> None:
    thread = peer.comment("pia", "My Glimo beeps.")
    other = peer.comment("kamil", "Nice song.", video="theirs")
    peer.comment("rob", "My Glimo plays it.", thread=other, video="theirs")
    case = heard(source)
    assert Message.objects.count() == 2
    case = Case.objects.get(contact__name="@pia")

    reply = answer(case, cast, "Thank you. Since when?")

    assert (reply.state, reply.external_id) == (Reply.State.SENT, peer.said_by_us()[0]["id"])
    for number in range(3):
        peer.comment("pia", f"Since Monday {number}.", thread=thread)
    heard(source)
    heard(source)
    assert Message.objects.filter(filing__case=case, direction="in").count() == 4
    assert surroundings.fetch(Message.objects.get(text="My Glimo plays it.")) == 1


def test_an_edit_a_deletion_and_an_answer_taken_back(cast: Cast, peer: StandIn, source: Source) -> None:
    comment = peer.comment("pia", "My Glimo beeps.")
    case = heard(source)
    peer.edit(comment, "My Glimo beeps at night.")
    assert looking_again.look_again(source) == 1
    heard(source)
    assert Message.objects.get().text == "My Glimo beeps at night."
    reply = answer(case, cast, "Thank you.")
    taking_back.take_back(taking_back.ask(reply, because="Wrong one.", by=cast.ada))
    assert not peer.said_by_us()

    peer.remove(comment)
    looked_again(source)
    assert happened(case, "message_withdrawn")


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.comment("pia", "Before.")
    heard(source)
    with outage(peer, source):
        for number in range(230):
            peer.comment(f"person{number}", f"Meanwhile {number}.")

    texts = sorted(words_heard())
    assert texts == sorted(["Before.", *(f"Meanwhile {number}." for number in range(230))])


def test_a_revoked_authorisation_pauses_and_a_used_up_quota_waits(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.comment("pia", "My Glimo beeps.")
    case = heard(source)
    peer.quota = 10
    reply = answer(case, cast, "Thank you.")
    source.refresh_from_db()
    assert (reply.state, source.state) == (Reply.State.QUEUED, Source.State.ON)

    peer.revoked, peer.quota = True, 10_000
    polling.poll(source)
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED
    peer.comment("rob", "Mine leaks.")

    peer.revoked = False
    resumed(source, cast)
    assert Message.objects.filter(direction="in").count() == 2
    assert len(peer.said_by_us()) == 1
