"""Journeys by SMS over Twilio's API, against a stand-in of our own (`twilio.py`): no test here proves Twilio itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from answerable.cases import assigning
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations import consenting
from answerable.conversations.models import Attachment, Consent, Identity, Message
from answerable.core.errors import HouseError
from answerable.core.moments import now
from answerable.intake import fetching, pipeline, polling, reconciling
from answerable.intake.models import Envelope
from answerable.replies import answering, sending, settling
from answerable.replies.models import Reply
from answerable.testing.cast import Cast
from tests.contracts.described import published
from tests.peers.checking_proxy import between
from tests.peers.journeys import PNG, connected, outage, words_heard
from tests.peers.serving import served
from tests.peers.twilio import ACCOUNT, CARE, TOKEN, Twilio, signature

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
PIA, ROB = "+48600100200", "+5511987654321"
# A file itself, without “.json”, is no part of the published description; nor is the store to which it points.
FILES = (f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM", "/store/")


@pytest.fixture
def peer(settings: Any) -> Iterator[Twilio]:
    yield from served(Twilio(), settings)


@pytest.fixture
def address(peer: Twilio) -> Iterator[str]:
    """Where the API is asked: through a proxy that holds each call against the published description."""
    with between(peer.address, published("twilio-2010-04-01.json"), unchecked=FILES) as where:
        yield where


@pytest.fixture
def source(cast: Cast, peer: Twilio, address: str, settings: Any) -> Source:
    values = {"address": CARE, "server": address, "account_sid": ACCOUNT, "auth_token": TOKEN}
    made = connected("sms", cast, values)
    peer.seen_as = address
    peer.push_to(f"{settings.ANSWERABLE_PUBLIC_URL}/hooks/{made.slug}", answered_with="<Response></Response>")
    polling.poll(made)
    return made


def heard(source: Source) -> Case:
    while pipeline.open_waiting(source):
        pass
    return Case.objects.order_by("-id")[0]


def answer(case: Case, cast: Cast, text: str, *, key: str = "k1") -> Reply:
    if case.holder_user_id is None:
        assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    reply = answering.answer(case, text=text, audience="private", key=key, by=cast.ada)
    sending.send(reply)
    reply.refresh_from_db()
    return reply


def test_an_sms_is_a_case_and_its_answer_goes_out_and_is_reported(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.text(PIA, "Mój Glimo piszczy 👍")
    case = heard(source)

    reply = answer(case, cast, "Dziękujemy. Od kiedy?")

    assert reply.state == Reply.State.SENT
    sent = peer.sent()[0]
    assert (sent["to"], sent["body"], sent["sid"]) == (PIA, "Dziękujemy. Od kiedy?", reply.external_id)
    for status in ("sent", "delivered"):
        peer.report(sent["sid"], status)
    assert heard(source) == case
    reply.refresh_from_db()
    assert reply.state == Reply.State.DELIVERED
    peer.text(PIA, "Od poniedziałku.")
    assert heard(source) == case
    assert Message.objects.filter(filing__case=case).count() == 3


def test_what_could_not_be_delivered_comes_back_with_its_reason(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.text(ROB, "Meu Glimo não liga.")
    case = heard(source)
    answer(case, cast, "Vamos verificar.")
    peer.report(peer.sent()[0]["sid"], "undelivered", code=30005)
    heard(source)
    reply = Reply.objects.get()
    assert reply.state == Reply.State.FAILED
    assert "does not exist any more" in reply.trouble
    assert Identity.objects.get(value=ROB).unreachable_at is not None


def test_the_pictures_of_an_mms_are_fetched_once_and_kept(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.text(PIA, "Look.", files={f"ME{1:032x}": ("image/jpeg", PNG)})
    heard(source)
    waiting = Attachment.objects.select_related("message__conversation__source").get()
    assert fetching.fetch(waiting)
    here = Attachment.objects.get()
    assert (here.name, here.media_type, here.declared_type) == ("mms-1.jpeg", "image/png", "image/jpeg")


def test_an_mms_that_was_only_asked_for_has_its_files_as_well(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.is_heard = False
    peer.text(PIA, "Look.", files={f"ME{1:032x}": ("image/png", PNG), f"ME{2:032x}": ("text/plain", b"words")})
    polling.poll(source)
    heard(source)
    for waiting in Attachment.objects.select_related("message__conversation__source"):
        assert fetching.fetch(waiting)
    assert sorted(Attachment.objects.values_list("media_type", flat=True)) == ["image/png", "text/plain"]


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.text(PIA, "Before.")
    reply = answer(heard(source), cast, "Thank you.")
    peer.is_heard = False
    with outage(peer, source):
        for number in range(70):
            peer.text(f"+4860020{number:04d}", f"Meanwhile {number}.")
        peer.report(reply.external_id, "delivered")
        peer.largest_page = 40

    assert sorted(words_heard()) == sorted(["Before.", *(f"Meanwhile {number}." for number in range(70))])
    assert Reply.objects.get().state == Reply.State.DELIVERED
    peer.largest_page = 1000
    counted = reconciling.reconcile(source, now().date())
    assert counted is not None
    assert (counted.says, counted.held) == (71, 71)


def test_the_roll_call_finds_what_neither_push_nor_question_brought(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.is_heard = False
    peer.text(PIA, "Nobody heard me.")
    counted = reconciling.reconcile(source, now().date())
    assert counted is not None
    assert (counted.says, counted.held) == (1, 1)
    heard(source)
    assert Message.objects.get().text == "Nobody heard me."


def test_an_answer_of_unknown_outcome_is_found_by_its_words(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.text(PIA, "My Glimo beeps.")
    peer.silent_once = True
    reply = answer(heard(source), cast, "Thank you.")
    assert reply.state == Reply.State.UNKNOWN

    settling.look_up(reply)

    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.SENT, peer.sent()[0]["sid"])
    assert len(peer.sent()) == 1


def test_stop_is_kept_as_consent_taken_back_and_no_answer_is_offered(cast: Cast, peer: Twilio, source: Source) -> None:
    peer.text(PIA, "My Glimo beeps.")
    case = heard(source)
    peer.text(PIA, "STOP", opted="STOP")
    assert heard(source) == case
    pia = Identity.objects.get(value=PIA)
    standing = consenting.standing(pia, Consent.To.WRITING)
    assert standing is not None
    assert (standing.given, standing.how) == (False, "STOP")
    with pytest.raises(HouseError) as refused:
        answer(case, cast, "Thank you.")
    assert "asked not to be written to" in refused.value.sentence
    assert not peer.sent()

    peer.text(PIA, "START", opted="START")
    heard(source)
    assert answer(case, cast, "Thank you.").state == Reply.State.SENT


def test_a_revoked_token_pauses_and_the_gap_is_filled_after(cast: Cast, peer: Twilio, source: Source) -> None:
    # Twilio's description names no refusals, so this one is asked without the proxy.
    Source.objects.update(settings={**source.settings, "server": peer.address})
    source.refresh_from_db()
    peer.text(PIA, "Before.")
    case = heard(source)
    peer.revoked, peer.is_heard = True, False
    reply = answer(case, cast, "Thank you.")
    assert reply.state == Reply.State.QUEUED
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED
    peer.text(ROB, "Meanwhile.")

    peer.revoked = False
    connecting.resume(source, by=cast.root)
    polling.poll(source)
    heard(source)
    sending.send(Reply.objects.select_related("conversation__source").get())

    assert Message.objects.filter(direction="in").count() == 2
    assert len(peer.sent()) == 1


def test_what_twilio_did_not_sign_is_not_stored(cast: Cast, peer: Twilio, source: Source) -> None:
    form = {"MessageSid": "SM1", "From": PIA, "To": CARE, "Body": "Hello"}
    for signed in ("", signature(peer.hook, form, token="guessed"), signature(f"{peer.hook}/", form)):
        headers = {"X-Twilio-Signature": signed}
        assert Client().post(f"/hooks/{source.slug}", form, headers=headers).status_code == 401
    assert not Envelope.objects.exists()
