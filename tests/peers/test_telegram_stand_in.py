"""Journeys over Telegram's Bot API, against a stand-in of our own (`telegram.py`): no test here proves the real one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client

from answerable.cases import inviting
from answerable.channels import connecting, queries
from answerable.channels.contract import Audience
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import files
from answerable.intake import polling
from answerable.intake.models import Envelope
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.journeys import (
    PNG,
    answer,
    connected,
    heard,
    is_paused,
    opened,
    outage,
    resumed,
    sent,
    taken_back,
    words_heard,
)
from tests.peers.serving import served
from tests.peers.telegram import GROUP, TOKEN, StandIn

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
PIA, ROB = 501, 502
NAMED = {"entities": [{"type": "mention", "offset": 0, "length": 13}]}


@pytest.fixture
def peer(settings: Any) -> Iterator[StandIn]:
    yield from served(StandIn(), settings)


@pytest.fixture
def source(cast: Cast, peer: StandIn) -> Source:
    return connect(cast, peer)


def connect(cast: Cast, peer: StandIn, **values: str) -> Source:
    told = {"address": "@GlimoCareBot", "bot_token": TOKEN, "server": peer.address, **values}
    return connected("telegram", cast, told)


def test_a_private_message_is_a_case_and_its_answer_stands_in_the_chat(
    cast: Cast, peer: StandIn, source: Source
) -> None:
    first = peer.say(PIA, "My Glimo beeps.")
    case = heard(source)
    assert case.last_audience == Audience.PRIVATE

    reply = answer(case, cast, "Thank you. Since when?", audience="private")

    assert reply.state == Reply.State.SENT
    said = peer.said_by_bot()[0]
    assert (said["chat"]["id"], said["text"]) == (PIA, "Thank you. Since when?")
    assert said["reply_to_message"]["message_id"] == first["message_id"]
    assert reply.external_id == f"{PIA} {said['message_id']}"
    peer.say(PIA, "Since Monday.")
    assert heard(source) == case
    assert Message.objects.filter(filing__case=case).count() == 3


def test_in_a_group_it_hears_what_names_it_and_answers_there(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.say(ROB, "Lovely weather.", chat=GROUP)
    peer.say(PIA, "@GlimoCareBot mine beeps.", chat=GROUP, **NAMED)
    case = heard(source)
    assert Message.objects.count() == 1
    assert case.last_audience == Audience.PUBLIC

    answer(case, cast, "Since when?")

    said = peer.said_by_bot()[0]
    assert said["chat"] == GROUP
    peer.say(PIA, "Since Monday.", chat=GROUP, reply_to_message=said)
    assert heard(source) == case
    assert Envelope.objects.filter(state=Envelope.State.SET_ASIDE).count() == 1


def test_a_private_answer_to_a_group_reaches_only_who_wrote_to_the_bot_before(
    cast: Cast, peer: StandIn, source: Source
) -> None:
    peer.say(PIA, "@GlimoCareBot mine beeps.", chat=GROUP, **NAMED)
    case = heard(source)

    refused = answer(case, cast, "Your bill is 7.", audience="private")
    assert refused.state == Reply.State.FAILED
    assert "can't initiate" in refused.trouble

    peer.say(PIA, "/start")
    reply = answer(case, cast, "Your bill is 7.", audience="private", key="k2")
    assert reply.state == Reply.State.SENT
    assert [each["chat"]["id"] for each in peer.said_by_bot()] == [PIA]


def test_a_link_with_the_code_of_an_invitation_leads_into_the_private_chat_of_the_same_case(
    cast: Cast, peer: StandIn, source: Source
) -> None:
    peer.say(PIA, "@GlimoCareBot mine beeps.", chat=GROUP, **NAMED)
    case = heard(source)
    answer(case, cast, "Write to us alone, please.")
    talk = Message.objects.order_by("id")[0].conversation
    assert talk is not None
    invited = inviting.invite(case, conversation=talk, by=cast.ada)

    peer.say(PIA, f"/start {invited.code}")
    heard(source)
    peer.say(PIA, "My bill is 7.")

    assert heard(source) == case
    assert [each.audience for each in Message.objects.filter(filing__case=case, direction="in").order_by("id")] == [
        "public",
        "private",
        "private",
    ]


def test_files_come_and_go(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.files["large"] = PNG
    sizes = [{"file_id": "small", "width": 90}, {"file_id": "large", "width": 900}]
    peer.say(PIA, "The lid is cracked.", photo=sizes)
    case = heard(source)
    message = Message.objects.get()
    assert message.text == "The lid is cracked."
    assert files.fetch(message.attachments.get().file) == PNG

    reply = answer(case, cast, "Like this one?", audience="private", file=("lid.png", PNG, "A lid"))

    assert reply.state == Reply.State.SENT
    said = peer.said_by_bot()[0]
    assert said["caption"] == "Like this one?\n\nA lid"
    assert peer.files[said["photo"][0]["file_id"]] == PNG


def test_an_answer_of_ours_is_taken_back(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.say(PIA, "My Glimo beeps.")
    reply = answer(heard(source), cast, "Thank you.", audience="private")

    assert taken_back(reply, cast)
    assert not peer.said_by_bot()


def test_an_edit_is_followed(peer: StandIn, source: Source) -> None:
    said = peer.say(PIA, "My Glimo beeps.")
    case = heard(source)

    peer.edit(said, "My Glimo beeps at night.")
    heard(source)

    message = Message.objects.get()
    assert message.text == "My Glimo beeps at night."
    assert [each.text for each in message.revisions.all()] == ["My Glimo beeps."]
    assert happened(case, "message_edited")


def test_pushed_news_are_taken_once_and_only_from_telegram(cast: Cast, peer: StandIn, client: Client) -> None:
    source = connect(cast, peer, arrival="pushed")
    polling.poll(source)
    polling.poll(source)
    assert peer.hook["url"].endswith(f"/hooks/{source.slug}")
    assert peer.asked == ["setWebhook"]

    def push(body: bytes, headers: Mapping[str, str]) -> int:
        return client.post(f"/hooks/{source.slug}", body, "application/json", headers=dict(headers)).status_code

    peer.say(PIA, "My Glimo beeps.")
    update = peer.updates[0]
    peer.push_all(push)
    peer.updates.append(update)
    peer.push_all(push)
    opened(source)
    assert Message.objects.get().text == "My Glimo beeps."
    assert push(b"{}", {"X-Telegram-Bot-Api-Secret-Token": "guessed"}) == 401

    values = {"address": "@GlimoCareBot", "bot_token": TOKEN, "server": peer.address, "arrival": "asked"}
    connecting.change(source, label="Telegram", team=cast.front_line, values=values, by=cast.root)
    source.refresh_from_db()
    peer.say(PIA, "Since Monday.")
    heard(source)
    assert peer.hook == {}
    assert Message.objects.count() == 2


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.say(PIA, "Before.")
    case = heard(source)
    with outage(peer, source):
        reply = answer(case, cast, "Thank you.", audience="private")
        for number in range(230):
            peer.say(6000 + number, f"Meanwhile {number}.")

    sent(reply)

    assert words_heard() == ["Before.", *(f"Meanwhile {number}." for number in range(230))]
    assert [each["text"] for each in peer.said_by_bot()] == ["Thank you."]


def test_an_answer_of_which_nobody_knows_is_not_sent_again(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.say(PIA, "My Glimo beeps.")
    case = heard(source)
    peer.forgetful = True

    reply = answer(case, cast, "Thank you.", audience="private")

    assert reply.state == Reply.State.UNKNOWN
    assert sent(reply).state == Reply.State.UNKNOWN
    assert len(peer.said_by_bot()) == 1


def test_a_revoked_token_pauses_the_source_tells_its_lead_and_loses_nothing(
    cast: Cast, peer: StandIn, source: Source
) -> None:
    peer.say(PIA, "Before.")
    case = heard(source)
    peer.revoked = True
    reply = answer(case, cast, "Thank you.", audience="private")
    assert reply.state == Reply.State.QUEUED
    assert is_paused(source)
    assert queries.unseen(cast.ben).count() == 1
    peer.say(PIA, "Meanwhile.")

    peer.revoked = False
    resumed(source, cast)

    assert sent(reply).state == Reply.State.SENT
    assert words_heard() == ["Before.", "Meanwhile."]


def test_when_telegram_asks_to_wait_the_answer_waits(cast: Cast, peer: StandIn, source: Source) -> None:
    peer.say(PIA, "My Glimo beeps.")
    case = heard(source)
    peer.calls_left = 0

    reply = answer(case, cast, "Thank you.", audience="private")

    assert reply.state == Reply.State.QUEUED
    assert "asks us to wait" in reply.trouble
    assert not peer.said_by_bot()
