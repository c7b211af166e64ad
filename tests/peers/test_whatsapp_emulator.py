"""Journeys on WhatsApp, against an emulator of our own (`graph_emulator.py`): none proves Meta's servers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Attachment, Identity, Message
from answerable.core import files
from answerable.core.models import Event
from answerable.inbox import composing
from answerable.replies import answering, fetching_texts
from answerable.replies.models import NetworkText, Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.graph_emulator import APP, BUSINESS, NUMBER, SECRET, WORD, Graph
from tests.peers.journeys import answer, connected, opened, sent
from tests.peers.serving import served

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
PIA, BRAZIL = "48600100201", "551188880001"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")
WORDS = {"en": "Hello {{1}}, we have an answer about {{2}}.", "pt_BR": "Olá {{1}}, temos uma resposta sobre {{2}}."}


@pytest.fixture
def graph(settings: Any) -> Iterator[Graph]:
    emulator = Graph(tokens={"a-system-token"})
    emulator.texts = [
        {"name": "we_answered", "language": language, "status": "APPROVED", "category": "UTILITY", "id": language}
        | {"components": [{"type": "BODY", "text": text}]}
        for language, text in WORDS.items()
    ]
    yield from served(emulator, settings)


@pytest.fixture
def source(cast: Cast, graph: Graph) -> Source:
    values = {"address": NUMBER, "account": BUSINESS, "app_id": APP, "app_secret": SECRET, "verify_token": WORD}
    values |= {"server": graph.address, "system_token": "a-system-token"}
    made = connected("whatsapp", cast, values)
    graph.subscribe("whatsapp_business_account", f"/hooks/{made.slug}")
    return made


def heard(graph: Graph, source: Source) -> Case:
    graph.deliver()
    opened(source)
    return Case.objects.order_by("-id")[0]


def a_day_passes(graph: Graph) -> None:
    graph.close_windows()
    for message in Message.objects.all():
        message.received_at -= timedelta(hours=30)
        message.save(update_fields=["received_at"])


def test_a_message_is_answered_and_its_statuses_are_followed(cast: Cast, graph: Graph, source: Source) -> None:
    graph.whatsapp(PIA, "text", {"body": "My Glimo beeps."})
    case = heard(graph, source)

    reply = answer(case, cast, "Thank you. Since when?", audience="private")

    assert reply.state == Reply.State.SENT
    assert (graph.sent[0]["to"], graph.sent[0]["text"]["body"]) == (PIA, "Thank you. Since when?")
    for state, becomes in (("sent", "sent"), ("read", "seen"), ("delivered", "seen")):
        graph.status(reply.external_id, state)
        heard(graph, source)
        reply.refresh_from_db()
        assert reply.state == becomes
    graph.whatsapp(PIA, "text", {"body": "Since Monday."}, context={"id": reply.external_id, "from": "48225550100"})
    assert heard(graph, source) == case
    assert (Case.objects.count(), Message.objects.count()) == (1, 3)


def test_one_person_by_two_forms_of_a_number_is_one(cast: Cast, graph: Graph, source: Source) -> None:
    graph.whatsapp(BRAZIL, "text", {"body": "Oi"})
    heard(graph, source)

    assert Identity.objects.filter(namespace="phone").values_list("value", flat=True).get() == "+5511988880001"


def test_a_failure_told_later_brings_the_case_back(cast: Cast, graph: Graph, source: Source) -> None:
    graph.whatsapp(PIA, "text", {"body": "My Glimo beeps."})
    case = heard(graph, source)
    reply = answer(case, cast, "Thank you.", audience="private")

    error = {"code": 131026, "title": "Message undeliverable", "error_data": {"details": "Not on WhatsApp any more."}}
    graph.status(reply.external_id, "failed", errors=[error])
    heard(graph, source)

    reply.refresh_from_db()
    assert (reply.state, reply.trouble) == (Reply.State.FAILED, "Not on WhatsApp any more. (131026)")
    assert happened(case, "reply_failed")
    assert Identity.objects.get(namespace="phone").unreachable_at is not None


def test_files_come_in_and_go_out(cast: Cast, graph: Graph, source: Source) -> None:
    graph.media["449001"] = ("image/png", PNG)
    graph.whatsapp(PIA, "image", {"id": "449001", "mime_type": "image/png", "sha256": "x", "caption": "Here it leaks."})
    case = heard(graph, source)
    came = Attachment.objects.get()
    assert files.fetch(came.file) == PNG

    reply = answer(case, cast, "Press here.", audience="private", file=("where.png", PNG, "Where to press"))

    assert reply.state == Reply.State.SENT
    assert graph.sent[0]["image"]["caption"] == "Press here."
    assert graph.media[graph.sent[0]["image"]["id"]] == ("image/png", PNG)


def test_an_answer_of_unknown_outcome_is_settled_by_its_status(cast: Cast, graph: Graph, source: Source) -> None:
    graph.whatsapp(PIA, "text", {"body": "My Glimo beeps."})
    case = heard(graph, source)
    graph.silent_after_taking = 1
    reply = answer(case, cast, "Thank you.", audience="private")
    assert reply.state == Reply.State.UNKNOWN

    graph.status(graph.sent[0]["id"], "delivered")
    heard(graph, source)

    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.DELIVERED, graph.sent[0]["id"])
    assert len(graph.sent) == 1


def test_outside_the_window_an_approved_text_goes_out_in_the_customer_s_language(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.whatsapp(PIA, "text", {"body": "My Glimo beeps."})
    case = heard(graph, source)
    Case.objects.update(language="pt")
    case.refresh_from_db()
    assert fetching_texts.fetch(source, by=cast.root) == 2
    assert Event.objects.filter(kind="network_texts_fetched").count() == 1
    a_day_passes(graph)

    composer = composing.of(case, cast.ada, given={"text": "Hello again.", "audience": "private"})
    assert [each.code for each in composer.concerns] == ["window"]
    assert [each.language for each in composer.approved] == ["pt_BR", "en"]
    with pytest.raises(answering.Blocked):
        answer(case, cast, "Hello again.", audience="private")
    with pytest.raises(answering.Blocked) as still_open:
        answer(case, cast, composer.approved[0].text, audience="private")
    assert [each.code for each in still_open.value.concerns] == ["open_place"]

    reply = answer(case, cast, "Olá Pia, temos uma resposta sobre o seu Glimo.", audience="private", key="k2")

    assert reply.state == Reply.State.SENT
    told = graph.sent[0]["template"]
    assert (told["name"], told["language"]["code"]) == ("we_answered", "pt_BR")
    assert [each["text"] for each in told["components"][0]["parameters"]] == ["Pia", "o seu Glimo"]
    graph.whatsapp(PIA, "text", {"body": "Tell me."})
    assert heard(graph, source) == case
    assert answer(case, cast, "Press here.", audience="private", key="k3").state == Reply.State.SENT
    assert graph.sent[1]["type"] == "text"


def test_a_text_that_is_approved_no_more_is_offered_no_more(cast: Cast, graph: Graph, source: Source) -> None:
    fetching_texts.fetch(source, by=cast.root)
    graph.texts[0]["status"] = "PAUSED"

    fetching_texts.fetch_everywhere()
    fetching_texts.fetch_everywhere()

    assert [each.language for each in NetworkText.objects.filter(ended_at=None)] == ["pt_BR"]
    assert Event.objects.filter(kind="network_texts_fetched").count() == 2


def test_when_the_window_closes_while_an_answer_waits_it_fails_honestly(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.whatsapp(PIA, "text", {"body": "My Glimo beeps."})
    case = heard(graph, source)
    graph.close_windows()

    reply = answer(case, cast, "Thank you.", audience="private")

    assert reply.state == Reply.State.FAILED
    assert "Re-engagement message" in reply.trouble


def test_after_an_outage_of_ours_nothing_is_missed_and_nothing_doubled(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.desk_is_down = True
    for number in range(30):
        graph.whatsapp(PIA, "text", {"body": f"Meanwhile {number}."})
    assert graph.deliver() == 30
    graph.desk_is_down = False

    heard(graph, source)
    heard(graph, source)

    texts = [each.text for each in Message.objects.order_by("id")]
    assert texts == [f"Meanwhile {number}." for number in range(30)]
    assert Case.objects.count() == 1


def test_an_ended_token_pauses_and_a_new_one_sends_what_waited(cast: Cast, graph: Graph, source: Source) -> None:
    graph.whatsapp(PIA, "text", {"body": "My Glimo beeps."})
    case = heard(graph, source)
    graph.revoke()
    reply = answer(case, cast, "Thank you.", audience="private")
    source.refresh_from_db()
    assert (reply.state, source.state) == (Reply.State.QUEUED, Source.State.PAUSED)
    graph.whatsapp(PIA, "text", {"body": "Hello?"})
    heard(graph, source)
    graph.tokens.add("a-new-token")

    values = {**source.settings, "address": NUMBER, "system_token": "a-new-token"}
    connecting.change(source, label="WhatsApp", team=cast.front_line, values=values, by=cast.root)

    assert sent(reply).state == Reply.State.SENT
    assert Message.objects.filter(direction="in").count() == 2
