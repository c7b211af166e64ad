"""Journeys over the Mastodon API, against a stand-in of our own (`mastodon.py`): no test here proves a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.channels.models import Allowance, Source
from answerable.conversations.models import Message
from answerable.core import files
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.inbox import timeline
from answerable.intake import looking_again, polling, surroundings
from answerable.intake.models import Envelope
from answerable.replies import sending, settling
from answerable.replies.models import Draft, Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.journeys import (
    PNG,
    answer,
    connected,
    heard,
    is_paused,
    looked_again,
    outage,
    resumed,
    sent,
    taken_back,
    words_heard,
)
from tests.peers.mastodon import HOST, TOKEN, StandIn
from tests.peers.serving import served

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture
def peer(settings: Any) -> Iterator[StandIn]:
    yield from served(StandIn(), settings)


@pytest.fixture
def source(cast: Cast, peer: StandIn) -> Source:
    values = {"address": f"@care@{HOST}", "server": peer.address, "access_token": TOKEN, "hashtags": "glimo"}
    return connected("mastodon", cast, values)


def test_a_mention_is_a_case_and_its_answer_stands_in_the_thread(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.post("pia", "@care My Glimo beeps.")
    case = heard(source)

    reply = answer(case, cast, "Thank you. Since when?")

    assert reply.state == Reply.State.SENT
    said = peer.said_by_care()[0]
    assert (said["id"], said["in_reply_to_id"], said["visibility"]) == (reply.external_id, post, "unlisted")
    assert "@pia@social.example Thank you. Since when?" in said["content"]
    peer.post("pia", "Since Monday.", parent=said["id"])
    assert heard(source) == case
    assert Message.objects.filter(filing__case=case).count() == 3


def test_a_direct_post_is_answered_to_its_author_alone(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care It is about my bill.", visibility="direct")
    case = heard(source)
    assert case.last_audience == Audience.PRIVATE

    reply = answer(case, cast, "We look at it.", audience="private")

    assert reply.state == Reply.State.SENT
    assert peer.said_by_care()[0]["visibility"] == "direct"


def test_the_same_answer_twice_is_one_post(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care My Glimo beeps.")
    reply = answer(heard(source), cast, "Thank you.")
    Reply.objects.update(state=Reply.State.QUEUED)
    reply.refresh_from_db()

    sending.send(reply)

    assert len(peer.said_by_care()) == 1


def test_a_post_heard_in_two_ways_is_one_message(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care My #glimo beeps.")
    peer.post("rob", "Has anybody a #glimo?")
    heard(source)

    assert Message.objects.count() == 2
    assert Case.objects.count() == 2


def test_what_was_said_around_it_is_shown_and_is_no_message(cast: Cast, peer: StandIn, source: Source) -> None:
    first = peer.post("otto", "Does anybody have a Glimo?")
    peer.post("pia", "@care Mine beeps.", parent=first)
    case = heard(source)

    assert surroundings.fetch(Message.objects.get()) == 1

    shown = [entry for day in timeline.whole(case, cast.ada).days for entry in day.entries if entry.message]
    assert [each.text for each in shown[0].beside.overheard] == ["Does anybody have a Glimo?"]
    assert Message.objects.count() == 1
    assert surroundings.fetch(Message.objects.get()) == 1
    assert Message.objects.get().overheard.count() == 1


def test_an_edit_and_then_a_deletion_are_followed(cast: Cast, peer: StandIn, source: Source) -> None:
    post = peer.post("pia", "@care My Glimo beeps.")
    case = heard(source)
    assert looking_again.look_again(source) == 0

    peer.edit(post, "@care My Glimo beeps at night.")
    looked_again(source)
    message = Message.objects.get()
    assert message.text == "@care My Glimo beeps at night."
    assert message.revisions.get().text == "@care My Glimo beeps."
    assert happened(case, "message_edited")

    peer.take_back(post)
    looked_again(source)
    assert Message.objects.get().withdrawn_at is not None
    assert happened(case, "message_withdrawn")
    assert looking_again.look_again(source) == 0


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care Before.")
    heard(source)
    with outage(peer, source):
        reply = answer(Case.objects.get(), cast, "Thank you.")
        for number in range(70):
            peer.post(f"person{number}", f"@care Meanwhile {number}.")

    sent(reply)

    assert words_heard() == ["@care Before.", *(f"@care Meanwhile {number}." for number in range(70))]
    assert Envelope.objects.count() == 71
    assert len(peer.said_by_care()) == 1


def test_a_revoked_token_pauses_keeps_drafts_and_fills_the_gap_after(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care Before.")
    case = heard(source)
    peer.revoked = True
    reply = answer(case, cast, "Thank you.")
    assert reply.state == Reply.State.QUEUED
    assert is_paused(source)
    assert Event.objects.filter(kind="source_paused").exists()
    peer.post("rob", "@care Meanwhile.")

    peer.revoked = False
    resumed(source, cast)

    assert Message.objects.filter(direction="in").count() == 2
    assert len(peer.said_by_care()) == 1
    assert not Draft.objects.exists()


def test_a_picture_goes_out_with_its_description_and_one_that_comes_is_kept(
    cast: Cast, peer: StandIn, source: Source
) -> None:
    post = peer.post("pia", "@care The lid is cracked.")
    peer.show(post, PNG, described="A lid")
    case = heard(source)
    assert files.fetch(Message.objects.get().attachments.get().file) == PNG

    reply = answer(case, cast, "Like this one?", file=("lid.png", PNG, "A pump with a cracked lid"))

    assert reply.state == Reply.State.SENT
    (media,) = peer.said_by_care()[0]["media_attachments"]
    assert media["description"] == "A pump with a cracked lid"


def test_an_answer_of_ours_is_taken_back(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care My Glimo beeps.")
    reply = answer(heard(source), cast, "Thank you.")

    assert taken_back(reply, cast)
    assert not peer.said_by_care()


def test_an_answer_of_which_nobody_knows_is_looked_up_under_what_it_answers(
    cast: Cast, peer: StandIn, source: Source
) -> None:
    peer.post("pia", "@care My Glimo beeps.")
    case = heard(source)
    peer.silent = True
    reply = answer(case, cast, "Thank you, @pia. See https://example.org/glimo <now>.")
    assert reply.state == Reply.State.UNKNOWN

    peer.silent = False
    settling.look_up(reply)

    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.SENT, peer.said_by_care()[0]["id"])


def test_when_calls_run_out_answers_still_go_and_the_rest_waits(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care Before.")
    case = heard(source)
    peer.calls_left = 11
    polling.poll(source)
    asked = peer.calls_left
    polling.poll(source)
    assert peer.calls_left == asked
    assert Allowance.objects.get().left == asked

    assert answer(case, cast, "Thank you.").state == Reply.State.SENT

    source.refresh_from_db()
    assert source.failing_since is None
    assert Allowance.objects.get().renews_at > now() + timedelta(minutes=4)
