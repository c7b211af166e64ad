"""What a program says of a person is evidence of its own sort, with the name of its token."""

from __future__ import annotations

import pytest

from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations import linking
from answerable.conversations.models import Identity, Proof
from answerable.core.access import House
from answerable.core.models import Event
from answerable.inbox.tests.asking import Program, told
from answerable.intake import pipeline
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

HANDED = {"author": {"namespace": "shop", "value": "K-17", "display": "Pia"}, "text": "The lid is broken."}


@pytest.fixture
def door(cast: Cast) -> Source:
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("api", label="Shop", team=cast.front_line, values={}, by=by)


def test_whoever_is_handed_in_is_known_by_the_program_that_said_so(cast: Cast, door: Source) -> None:
    ada = Program(cast.ada)
    told(ada.post("messages", HANDED, key="one"), 202)
    while pipeline.open_waiting(door):
        pass
    found = Identity.objects.get(namespace="shop")
    assert found.evidence == "handed_in"
    assert [(each.evidence, each.words) for each in found.proofs.all()] == [("handed_in", "program")]
    assert Event.objects.filter(kind="message_handed_in").exists()


def test_who_writes_themselves_needs_no_program(cast: Cast) -> None:
    assert arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert Identity.objects.get(value="barbara@example.net").evidence == "wrote_from"
    assert not Proof.objects.exists()


def test_an_address_that_a_program_adds_is_weaker_than_a_colleague_s_word(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    ada, address = Program(cast.ada), f"contacts/{case.contact_id}/identities"
    given = {"namespace": "email", "value": "barbara@work.example", "words": "from the order"}
    assert told(ada.post(address, {**given, "value": " "}), 422)["field"] == "value"
    told(ada.post(address, given), 201)
    proof = Proof.objects.get(identity__value="barbara@work.example")
    assert (proof.evidence, proof.words) == ("handed_in", "program: from the order")
    linking.add(case.contact, "email", "b@home.example", words="She said so.", by=cast.ada)
    assert Proof.objects.get(identity__value="b@home.example").evidence == "agent_said"
    assert Event.objects.filter(kind="identity_added").count() == 2
