"""Journeys over Reclame Aqui, against a stateful emulator of our own (`reclame_aqui.py`): no test here proves the site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answerable.cases import closing
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Identity, Message
from answerable.core.errors import Conflict, Invalid
from answerable.intake import polling
from answerable.intake.models import Envelope
from answerable.replies import closing_there, settling
from answerable.replies.models import ClosureRequest, Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.journeys import answer, connected, heard, sent
from tests.peers.reclame_aqui import CLIENT, Emulator
from tests.peers.serving import served

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture
def peer(settings: Any) -> Iterator[Emulator]:
    yield from served(Emulator(), settings)


@pytest.fixture
def source(cast: Cast, peer: Emulator) -> Source:
    values = {"client_id": CLIENT[0], "client_secret": CLIENT[1], "user": "ada@example.org", "server": peer.address}
    return connected("reclameaqui", cast, values)


def test_a_complaint_is_a_case_its_answer_stands_below_it_and_what_follows_joins(
    cast: Cast, peer: Emulator, source: Source
) -> None:
    complaint = peer.complain("Joana", "O aparelho apita a noite toda.")
    case = heard(source)
    reply = answer(case, cast, "Olá Joana, desde quando?")
    assert reply.state == Reply.State.SENT
    assert peer.answers(complaint) == ["Olá Joana, desde quando?"]
    peer.say(complaint, 99, "Desde segunda.")
    assert heard(source) == case
    said = Message.objects.filter(filing__case=case).order_by("pk")
    assert [(each.direction, each.text) for each in said] == [
        ("in", "O aparelho apita a noite toda."),
        ("out", "Olá Joana, desde quando?"),
        ("in", "Desde segunda."),
    ]
    assert Identity.objects.get(value="joana@example.net").contact_id == case.contact_id


def test_a_private_answer_goes_to_her_alone(cast: Cast, peer: Emulator, source: Source) -> None:
    complaint = peer.complain("Joana", "Apita.")
    peer.say(complaint, 6, "Meu pedido é o da semana passada.")
    reply = answer(heard(source), cast, "Vamos ver o pedido.", audience="private")
    assert reply.state == Reply.State.SENT
    assert peer.complaints[complaint]["interactions"][-1]["privacy"] is True
    assert peer.emails == ["ada@example.org"]


def test_a_rating_is_her_word_with_facts_beside_it(cast: Cast, peer: Emulator, source: Source) -> None:
    complaint = peer.complain("Joana", "Apita.")
    case = heard(source)
    peer.rate(complaint, grade=3, solved="Não")
    assert heard(source) == case
    rating = Message.objects.filter(filing__case=case).latest("pk")
    assert rating.text == "Obrigada."
    assert rating.notes == ["Solved, by the customer’s word: Não", "Rating, of 10: 3"]


def test_what_is_taken_away_is_withdrawn(peer: Emulator, source: Source) -> None:
    complaint = peer.complain("Joana", "Apita.")
    case = heard(source)
    peer.take_away(complaint)
    heard(source)
    assert Message.objects.get().withdrawn_at is not None
    assert happened(case, "message_withdrawn")


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, peer: Emulator, source: Source) -> None:
    peer.complain("Joana", "Antes.")
    case = heard(source)
    peer.stop()
    polling.poll(source)
    reply = answer(case, cast, "Vamos ver.")
    assert reply.state == Reply.State.QUEUED
    source.refresh_from_db()
    assert source.failing_since is not None
    for number in range(120):
        peer.complain(f"Pessoa{number}", f"Durante {number}.")
    peer.start()
    sent(reply)
    for _ in range(2):
        heard(source)
    assert Source.objects.get(pk=source.pk).failing_since is None
    assert Message.objects.filter(direction="in").count() == 121
    assert Envelope.objects.filter(once__startswith="said:").count() == 122  # with our own answer, which is known
    assert Message.objects.filter(direction="out").count() == 1


def test_an_answer_whose_fate_is_unknown_is_found_by_its_words(cast: Cast, peer: Emulator, source: Source) -> None:
    complaint = peer.complain("Joana", "Apita.")
    case, peer.silent_once = heard(source), True
    reply = answer(case, cast, "Vamos ver.")
    assert reply.state == Reply.State.UNKNOWN
    settling.look_up(reply)
    reply.refresh_from_db()
    assert reply.state == Reply.State.SENT
    assert peer.answers(complaint) == ["Vamos ver."]


def test_a_client_that_is_no_longer_accepted_pauses_the_source(cast: Cast, peer: Emulator, source: Source) -> None:
    peer.complain("Joana", "Apita.")
    case = heard(source)
    peer.revoked = True
    polling.poll(source)
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED
    assert source.unauthorised_since is not None
    peer.revoked = False
    connecting.resume(source, by=cast.root)
    peer.complain("Rui", "Também.")
    assert heard(source) != case


def test_the_site_is_asked_to_close_what_is_solved_once(cast: Cast, peer: Emulator, source: Source) -> None:
    complaint = peer.complain("Joana", "Apita.")
    case = heard(source)
    answer(case, cast, "Trocamos o aparelho.")
    place = closing_there.place(case, None)
    assert "solved" not in [each.code for each in closing_there.grounds(case, place)]
    with pytest.raises(Invalid):
        closing_there.ask(case, place, ground="solved", words="", by=cast.ada)
    case.refresh_from_db()
    closing.close(case, disposition="solved", what_solved_it="A new device.", by=cast.ada)
    asked = closing_there.ask(case, place, ground="solved", words="", by=cast.ada)
    closing_there.carry_out(asked)
    asked.refresh_from_db()
    assert peer.evaluations == [complaint]
    assert asked.taken_at is not None
    with pytest.raises(Conflict):
        closing_there.ask(case, place, ground="solved", words="", by=cast.ada)
    assert happened(case, "closure_requested")
    assert happened(case, "closure_request_taken")


def test_a_refused_request_says_why_and_may_be_made_again(cast: Cast, peer: Emulator, source: Source) -> None:
    peer.complain("Joana", "Apita.")
    case = heard(source)
    closing.close(case, disposition="solved", what_solved_it="A new device.", by=cast.root)
    place = closing_there.place(case, None)
    asked = closing_there.ask(case, place, ground="solved", words="", by=cast.root)
    closing_there.carry_out(asked)
    asked.refresh_from_db()
    assert asked.taken_at is None
    assert "A última interação não é da empresa" in asked.trouble
    assert closing_there.ask(case, place, ground="solved", words="", by=cast.root).ended_at is None


def test_the_moderators_are_asked_with_a_ground_and_the_reason(cast: Cast, peer: Emulator, source: Source) -> None:
    complaint = peer.complain("Joana", "Apita.")
    case = heard(source)
    place = closing_there.place(case, None)
    with pytest.raises(Invalid):
        closing_there.ask(case, place, ground="4", words=" ", by=cast.root)
    closing_there.carry_out(closing_there.ask(case, place, ground="4", words="Veja 3999.", by=cast.root))
    assert peer.moderations == [(complaint, "4", "Veja 3999.")]
    assert ClosureRequest.objects.get().taken_at is not None


def test_when_the_calls_are_used_up_the_source_waits_and_loses_nothing(peer: Emulator, source: Source) -> None:
    peer.complain("Joana", "Apita.")
    heard(source)
    peer.calls_left = 0
    peer.complain("Rui", "Também.")
    polling.poll(source)
    source.refresh_from_db()
    assert source.state == Source.State.ON
    peer.calls_left = None
    source.allowances.all().delete()
    heard(source)
    assert Case.objects.count() == 2
