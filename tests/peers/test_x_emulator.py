"""Journeys over X's API v2, against an emulator of our own behind a proxy that reads X's published description.

No test here proves X itself. Where the description does not lie beside the project, the journeys run without the proxy, and
`test_a_proxy_stands_between` is skipped and says so.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels import calling, connecting, metering
from answerable.channels.contract import Audience
from answerable.channels.models import Allowance, Source, SourceNotice
from answerable.channels.x.connector import connector
from answerable.conversations.models import Message
from answerable.core import wire
from answerable.core.moments import now, told_at
from answerable.inbox import timeline
from answerable.intake import looking_again, polling, surroundings
from answerable.intake.models import Envelope
from answerable.replies import settling
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from answerable.testing.committing import _journal_closes_again, committed, committed_cast
from tests.contracts.described import published
from tests.peers.checking_proxy import between
from tests.peers.journeys import (
    PNG,
    answer,
    asked,
    connected,
    is_paused,
    looked_again,
    opened,
    outage,
    sent,
    taken_back,
    words_heard,
)
from tests.peers.serving import served
from tests.peers.x_emulator import CLIENT, CONSUMER, SECRET, Emulator, signed

__all__ = ["_journal_closes_again", "committed", "committed_cast"]

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
DESCRIPTION = published("x-v2.json")
OWN = {"address": "@care", "client_id": CLIENT, "client_secret": SECRET, "refresh_token": "the-first-refresh-token"}
OWN |= {"consumer_secret": CONSUMER}


@pytest.fixture
def peer(settings: Any) -> Iterator[Emulator]:
    emulator = Emulator()
    emulator.person("care")
    yield from served(emulator, settings)


@pytest.fixture
def address(peer: Emulator) -> Iterator[str]:
    """The token endpoint is in the vendor's prose and not in its description."""
    with between(peer.address, DESCRIPTION, unchecked=("/2/oauth2/",)) as proxy:
        yield proxy


def connect(cast: Cast, address: str, **more: str) -> Source:
    return connected("x", cast, {**OWN, "server": address, **more})


@pytest.fixture
def source(cast: Cast, address: str) -> Source:
    made = connect(cast, address, searches="glimo")
    polling.poll(made)
    return made


def heard(source: Source) -> Case:
    """One poll goes through all lanes and pages."""
    asked(source)
    return Case.objects.order_by("-id")[0]


def push(source: Source, told: dict[str, Any], *, secret: str = CONSUMER, signature: str = "") -> int:
    body = json.dumps(told).encode()
    headers = {"x-twitter-webhooks-signature": signature or signed(body, secret)}
    return Client().post(f"/hooks/{source.slug}", body, content_type="application/json", headers=headers).status_code


def mention(peer: Emulator, post_id: str, followers: int = 9) -> dict[str, Any]:
    """A post of the emulator in the older words in which X pushes it, with the count that it adds unasked."""
    post = peer.posts[post_id]
    who = peer.people[post["author_id"]]
    user = {"id_str": who["id"], "screen_name": who["username"], "name": who["name"], "followers_count": followers}
    parent = next((each["id"] for each in post["referenced_posts"] if each["type"] == "replied_to"), None)
    told = {"id_str": post_id, "text": post["text"], "user": user, "created_at": "Fri Jul 03 18:16:00 +0000 2026"}
    return {"for_user_id": peer.person("care"), "tweet_create_events": [{**told, "in_reply_to_status_id_str": parent}]}


@pytest.mark.skipif(
    DESCRIPTION is None, reason="The description x-v2.json does not lie in a folder shared/specs above the project."
)
def test_a_proxy_stands_between(cast: Cast, peer: Emulator, source: Source) -> None:
    assert source.settings["server"] != peer.address


def test_a_mention_is_a_case_and_its_answer_stands_in_the_thread(cast: Cast, peer: Emulator, source: Source) -> None:
    post = peer.post("pia", "@care My Glimo beeps &amp; beeps.")
    case = heard(source)
    assert Message.objects.get().text == "@care My Glimo beeps & beeps."

    reply = answer(case, cast, "Thank you. Since when?")

    assert reply.state == Reply.State.SENT
    said = peer.said_by_care()[0]
    assert (said["id"], said["referenced_posts"]) == (reply.external_id, [{"type": "replied_to", "id": post}])
    peer.post("pia", "Since Monday.", parent=said["id"])
    assert heard(source) == case
    assert Message.objects.filter(filing__case=case).count() == 3
    taken_back(reply, cast)
    assert not peer.said_by_care()


def test_a_post_heard_in_two_ways_is_one_message_and_a_quote_is_heard(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    own = peer.post("care", "Our new opening hours.")
    peer.post("pia", "@care My glimo beeps.")
    peer.post("rob", "Has anybody a glimo?")
    peer.post("tom", "They never answer.", quoting=own)
    heard(source)

    texts = set(words_heard())
    assert texts == {"@care My glimo beeps.", "Has anybody a glimo?", "They never answer."}
    assert Case.objects.count() == 3


def test_a_direct_message_is_answered_to_its_author_alone_and_what_was_read_is_known(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    peer.message("pia", "care", "It is about my bill.")
    case = heard(source)
    assert case.last_audience == Audience.PRIVATE

    reply = answer(case, cast, "We look at it.", audience="private")

    assert reply.state == Reply.State.SENT
    assert not peer.said_by_care()
    assert (peer.messages[-1]["text"], peer.messages[-1]["sender_id"]) == ("We look at it.", peer.person("care"))
    assert heard(source) == case
    assert Message.objects.count() == 2
    later = str(int(reply.message.received_at.timestamp() * 1000) + 60_000)
    read = {
        "created_timestamp": later,
        "sender_id": peer.person("pia"),
        "target": {"recipient_id": peer.person("care")},
    }
    assert push(source, {"for_user_id": peer.person("care"), "direct_message_mark_read_events": [read]}) == 200
    opened(source)
    reply.refresh_from_db()
    assert happened(case, "reply_seen")


def test_a_picture_goes_out_with_its_description(cast: Cast, peer: Emulator, source: Source) -> None:
    peer.post("pia", "@care What does it look like?")
    reply = answer(heard(source), cast, "Like this.", file=("glimo.png", PNG, "A Glimo on a table"))
    assert reply.state == Reply.State.SENT, reply.trouble
    (picture,) = peer.media
    assert peer.said_by_care()[0]["attachments"]["media_keys"] == [f"3_{picture}"]
    assert peer.media[picture]["alt_text"] == "A Glimo on a table"


def test_what_was_said_around_it_is_shown_and_is_no_message(cast: Cast, peer: Emulator, source: Source) -> None:
    first = peer.post("otto", "Does anybody know?")
    peer.post("tom", "Mine does not.", parent=first)
    peer.post("pia", "@care Mine beeps.", parent=first)
    case = heard(source)

    assert surroundings.fetch(Message.objects.get()) == 2

    shown = [entry for day in timeline.whole(case, cast.ada).days for entry in day.entries if entry.message]
    assert [each.text for each in shown[0].beside.overheard] == ["Does anybody know?", "Mine does not."]
    assert Message.objects.count() == 1


def test_an_edit_and_then_a_deletion_are_followed(cast: Cast, peer: Emulator, source: Source) -> None:
    post = peer.post("pia", "@care My Glimo beeps.")
    case = heard(source)
    assert looking_again.look_again(source) == 0

    peer.edit(post, "@care My Glimo beeps at night.")
    looked_again(source)
    message = Message.objects.get()
    assert (message.text, message.revisions.get().text) == ("@care My Glimo beeps at night.", "@care My Glimo beeps.")

    peer.take_back(post)
    looked_again(source)
    assert Message.objects.get().withdrawn_at is not None
    assert happened(case, "message_withdrawn")


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: Emulator, source: Source) -> None:
    peer.post("pia", "@care Before.")
    peer.message("pia", "care", "Before, in private.")
    heard(source)
    with outage(peer, source):
        for number in range(50):
            peer.post(f"person{number}", f"@care Meanwhile {number}.")
            peer.message(f"person{number}", "care", f"Meanwhile in private {number}.")

    assert Message.objects.filter(direction="in", audience="public").count() == 51
    assert Message.objects.filter(direction="in", audience="private").count() == 51
    assert Envelope.objects.count() == 102


def test_when_an_endpoint_is_used_up_the_others_go_on_and_answers_go(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    peer.post("pia", "@care Before.")
    case = heard(source)
    Allowance.objects.all().delete()
    peer.limits["GET /2/users/{}/mentions"] = 0
    polling.poll(source)
    assert Allowance.objects.get(bucket="GET /2/users/{}/mentions").left == 0
    asked = len(peer.calls)
    polling.poll(source)
    assert len(peer.calls) == asked

    assert answer(case, cast, "Thank you.").state == Reply.State.SENT

    Allowance.objects.all().delete()
    peer.limits.clear()
    peer.post("rob", "@care Meanwhile.")
    heard(source)
    assert Message.objects.filter(direction="in").count() == 2


def test_the_authorisation_is_renewed_by_itself_and_each_refresh_token_is_used_once(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    before = {name: source.values()[name] for name in ("access_token", "refresh_token")}
    peer.post("pia", "@care My Glimo beeps.")
    with told_at(now() + timedelta(hours=2)):
        heard(source)
    source.refresh_from_db()
    after = {name: source.values()[name] for name in before}
    assert source.state == Source.State.ON
    assert not set(before.values()) & set(after.values())
    assert peer.refresh == {after["refresh_token"]}
    peer.access.clear()
    peer.post("rob", "@care Mine, too.")
    heard(source)
    assert Source.objects.get(pk=source.pk).state == Source.State.ON
    assert Message.objects.filter(direction="in").count() == 2


def test_a_revoked_sign_in_pauses_the_source_and_a_new_one_fills_the_gap(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    peer.post("pia", "@care Before.")
    case = heard(source)
    peer.revoke()
    reply = answer(case, cast, "Thank you.")
    assert reply.state == Reply.State.QUEUED
    assert is_paused(source)
    assert SourceNotice.objects.filter(kind="authorisation_lost", user_id=cast.ben.user_id).exists()
    peer.post("rob", "@care Meanwhile.")

    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert challenge in connector.authorise_at("http://localhost/back", "s", challenge, source.values())
    asks = connector.exchange(peer.authorise(challenge), "http://localhost/back", verifier, source.values())
    given = connector.authorised(wire.run(asks))
    connecting.change(
        source, label="X", team=cast.front_line, values={**source.settings, **OWN, **given.values}, by=cast.root
    )
    heard(source)
    reply = sent(Reply.objects.get())

    assert reply.state == Reply.State.SENT
    assert Message.objects.filter(direction="in").count() == 2
    assert len(peer.said_by_care()) == 1


def test_an_answer_of_which_nobody_knows_is_found_again_and_never_said_twice(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    peer.post("pia", "@care My Glimo beeps.")
    case = heard(source)
    peer.silent_once, peer.is_searched_late = True, True
    reply = answer(case, cast, "Thank you. Since when?")
    assert reply.state == Reply.State.UNKNOWN

    settling.look_up(reply)
    reply.refresh_from_db()
    assert reply.state == Reply.State.UNKNOWN
    peer.is_searched_late = False
    settling.look_up(reply)
    reply.refresh_from_db()

    assert (reply.state, reply.external_id) == (Reply.State.SENT, peer.said_by_care()[0]["id"])
    assert len(peer.said_by_care()) == 1


def test_an_answer_of_which_nobody_knows_is_recognised_when_x_tells_of_our_own_posts(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    peer.post("pia", "@care My Glimo beeps.")
    case = heard(source)
    peer.silent_once = True
    reply = answer(case, cast, "Thank you. Since when?")
    heard(source)
    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.SENT, peer.said_by_care()[0]["id"])
    assert Message.objects.count() == 2


def test_pushes_are_believed_by_their_signature_and_change_nothing_twice(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    proof = Client().get(f"/hooks/{source.slug}", {"crc_token": "abc123"})
    assert json.loads(proof.content) == {"response_token": signed(b"abc123")}
    first = peer.post("pia", "@care My Glimo beeps.")
    second = peer.post("pia", "@care And it is warm.", parent=first)
    told = mention(peer, first)
    genuine = signed(json.dumps(told).encode())

    assert push(source, mention(peer, second)) == 200
    assert [push(source, told) for _ in range(2)] == [200, 200]
    assert push(source, mention(peer, first, followers=10)) == 200
    assert push(source, told, signature=genuine) == 200
    for forged in (
        {"secret": "guessed"},
        {"secret": ""},
        {"signature": "sha256="},
        {"signature": genuine[:-4] + "AAA="},
    ):
        assert push(source, told, **forged) == 401
    assert push(source, mention(peer, second), signature=genuine) == 401
    assert Client().get(f"/hooks/{source.slug}", {"crc_token": json.dumps(told)}).status_code == 401
    opened(source)
    heard(source)

    assert Message.objects.count() == 2
    assert Case.objects.count() == 1
    assert not [each for each in Envelope.objects.all() if b"followers" in each.bytes()]
    peer.take_back(first)
    gone = {"status": {"id": first, "user_id": peer.person("pia")}, "timestamp_ms": "1783102700000"}
    assert push(source, {"for_user_id": peer.person("care"), "tweet_delete_events": [gone]}) == 200
    opened(source)
    assert Message.objects.filter(withdrawn_at=None).count() == 1


def test_at_the_cap_listening_rests_and_answers_still_go(cast: Cast, peer: Emulator, source: Source) -> None:
    peer.post("pia", "@care My Glimo beeps.")
    case = heard(source)
    spent = metering.spent(source)
    assert spent > 0
    metering.cap(source, most=(spent + Decimal("0.05")).quantize(Decimal("0.01")), by=cast.root)
    asked = len(peer.calls)
    with pytest.raises(calling.UsedUp):
        calling.call(source, lambda values: connector.ask(source.cursor, values))
    polling.poll(source)
    assert len(peer.calls) == asked

    assert answer(case, cast, "Thank you.").state == Reply.State.SENT
    source.refresh_from_db()
    assert (source.state, source.failing_since) == (Source.State.ON, None)
