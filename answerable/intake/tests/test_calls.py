"""A call is a contact, also one that was given up: from the push of a telephone system to the case."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from answerable.cases import closing
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.calls.connector import signature
from answerable.channels.models import Source
from answerable.conversations.models import Contact, Message, PhoneCall
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import replaying
from answerable.intake.models import Envelope
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast

KEY = "a-long-random-text"
WAITED = {
    "call": "C-1",
    "from": "600 100 214",
    "started": "2026-07-02T18:09:00+02:00",
    "waited": 1860,
    "abandoned": True,
}


@pytest.fixture
def line(cast: Cast) -> Source:
    values = {"country": "PL", "language": "en", "time_zone": "Europe/Warsaw", "signing_key": KEY}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("call", label="Hotline", team=cast.front_line, values=values, by=by)


def call(line: Source, **values: Any) -> Case:
    case = arrive(json.dumps({**WAITED, **values}).encode(), line)
    assert case is not None
    return case


def push(line: Source, body: bytes, *, key: str = KEY) -> int:
    stamp = str(int(now().timestamp()))
    headers = {"X-Call-Time": stamp, "X-Call-Signature": signature(key, stamp, body).decode()}
    return Client().post(f"/hooks/{line.slug}", body, content_type="application/json", headers=headers).status_code


def test_a_call_that_was_given_up_becomes_a_case(line: Source) -> None:
    case = call(line)
    message = case.filings.get().message
    assert (case.subject, case.contacts_count) == ("Called and gave up after 31 minutes of waiting.", 1)
    assert (message.direction, message.audience, case.channels) == ("in", "private", ["call"])
    assert sorted(message.marks) == ["abandoned_call", "call"]
    assert message.posted_at is not None
    assert message.posted_at.isoformat() == "2026-07-02T16:09:00+00:00"
    told = PhoneCall.objects.get(message=message)
    assert (told.waited, told.abandoned, told.started_at) == (1860, True, message.posted_at)
    assert happened(case, "case_opened")
    assert case.holder_team_id == line.team_id


def test_the_same_number_joins_its_case_and_raises_it(line: Source) -> None:
    case = call(line)
    assert call(line, call="C-2", **{"from": "+48600100214"}) == case
    case.refresh_from_db()
    assert case.contacts_count == 2
    assert Case.objects.count() == Contact.objects.count() == 1


def test_another_number_is_another_case(line: Source) -> None:
    assert call(line) != call(line, call="C-2", **{"from": "600100215"})


def test_a_call_after_the_end_opens_the_case_again(cast: Cast, line: Source) -> None:
    case = call(line)
    closing.close(case, disposition="no_word", by=cast.ada)
    assert call(line, call="C-2") == case
    case.refresh_from_db()
    assert case.is_open
    assert happened(case, "case_reopened")


def test_a_withheld_number_is_a_contact_and_joins_nobody(line: Source) -> None:
    cases = {call(line, call=f"W-{number}", **{"from": ""}).pk for number in range(2)}
    assert len(cases) == 2
    assert set(Case.objects.values_list("contacts_count", "contact__name")) == {(1, "Number withheld")}


def test_the_same_call_pushed_imported_and_replayed_is_one(cast: Cast, line: Source) -> None:
    case = call(line)
    table = b"call,from,started,waited\nC-1,600100214,2026-07-02 18:09,1860\n"
    assert arrive(table, line) == case
    for envelope in Envelope.objects.all():
        replaying.replay(envelope.pk, by=cast.root)
    case.refresh_from_db()
    assert (Message.objects.count(), PhoneCall.objects.count(), case.contacts_count) == (1, 1, 1)


def test_a_call_of_ours_is_kept_in_the_case_of_the_number_and_is_no_contact(line: Source) -> None:
    case = call(line)
    out = {"direction": "out", "from": "221002030", "to": "600100214", "agent": "Ada", "talked": 60, "abandoned": ""}
    assert call(line, call="C-9", **out) == case
    case.refresh_from_db()
    said = case.filings.latest("pk").message
    assert (said.direction, said.text) == ("out", "We called and spoke for 1 minute. Nobody wrote down what was said.")
    assert case.contacts_count == 1
    assert case.first_answer_at is None


def test_who_calls_back_the_number_that_called_opens_the_case_of_that_call(line: Source) -> None:
    out = {"direction": "out", "from": "221002030", "to": "600100214", "abandoned": "", "call": "C-0"}
    case = call(line, **out)
    assert case.contact.identities.get().value == "+48600100214"
    assert call(line) == case


def test_a_push_is_stored_only_with_its_signature(line: Source) -> None:
    body = json.dumps(WAITED).encode()
    assert push(line, body, key="another") == 401
    assert not Envelope.objects.exists()
    assert [push(line, body) for _ in range(2)] == [200, 200]
    assert Envelope.objects.get().source == line


def test_without_a_key_nothing_can_be_pushed(cast: Cast, line: Source) -> None:
    bare = connecting.connect("call", label="Bare", team=cast.front_line, values={}, by=House(cast.workspace.pk, "t"))
    assert push(bare, b"[]", key="") == 401


def test_what_can_be_read_is_filed_and_the_rest_waits_for_a_person(line: Source) -> None:
    table = b"call,from,started\n1,600100214,2026-07-02 18:09\n2,600100215,never\n3,600100216,2026-07-02 18:10\n"
    arrive(table, line)
    envelope = Envelope.objects.get()
    assert (envelope.state, envelope.bytes()) == (Envelope.State.QUARANTINED, table)
    assert envelope.reason.startswith("Of its parts 1 could not be read; the others are filed. (3) One of its times")
    assert Case.objects.count() == 2
    assert Event.objects.filter(kind="envelope_quarantined").count() == 1


def test_calls_between_colleagues_are_set_aside_with_the_reason(line: Source) -> None:
    inner = {**WAITED, "direction": "internal"}
    arrive(json.dumps(inner).encode(), line)
    assert Envelope.objects.get().state == Envelope.State.SET_ASIDE
    arrive(json.dumps([WAITED, inner]).encode(), line)
    mixed = Envelope.objects.latest("pk")
    assert (mixed.state, mixed.reason) == (Envelope.State.FILED, "(2) It is a call between colleagues.")
    assert Case.objects.count() == 1


def test_bytes_that_no_database_takes_are_kept_out_of_the_words(line: Source) -> None:
    case = call(line, summary="a\x00b", name="\x00", call="C\x00")
    assert case.filings.get().message.text == "a\ufffdb"
    assert Envelope.objects.get().state == Envelope.State.FILED
