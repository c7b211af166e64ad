"""Opening an envelope again changes what was not understood, and never when we came to know of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from answerable.cases.models import Case
from answerable.channels.contract import Raw
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.errors import NotAllowed, NotThere
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline, replaying
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

POST = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}


@pytest.fixture
def quarantined(cast: Cast) -> Envelope:
    """Arrived an hour ago, and broke something that was mended since."""
    receive(cast.square, [Raw(body=json.dumps(POST).encode())], at=now() - timedelta(hours=1))
    Envelope.objects.update(tries=pipeline.MAX_TRIES)
    pipeline.open_waiting(cast.square)
    envelope = Envelope.objects.get()
    assert envelope.state == "quarantined"
    return envelope


def test_awareness_never_moves_later(cast: Cast, quarantined: Envelope) -> None:
    replaying.replay(quarantined.pk, by=cast.ben)
    message, case = Message.objects.get(), Case.objects.get()
    assert message.received_at == case.opened_at == quarantined.received_at
    assert case.promised_at == quarantined.received_at + timedelta(hours=cast.workspace.promise_hours)
    envelope = Envelope.objects.get()
    assert (envelope.state, envelope.received_at, envelope.reason) == ("filed", quarantined.received_at, "")
    event = Event.objects.get(kind="envelope_replayed")
    assert (event.user_id, event.data) == (cast.ben.user_id, {"envelope": envelope.pk, "outcome": "filed"})


def test_a_dry_run_tells_the_hops_and_changes_nothing(cast: Cast, quarantined: Envelope) -> None:
    lines = Event.objects.count()
    hops = replaying.replay(quarantined.pk, by=cast.ben, dry=True)
    assert [hop.name for hop in hops] == ["recorded", "filed", "done"]
    assert not Message.objects.exists()
    assert Envelope.objects.get().state == "quarantined"
    assert Event.objects.count() == lines


def test_what_was_filed_only_finds_what_is_there(cast: Cast) -> None:
    arrive(letter("Which batteries does it take?"), cast.mailbox)
    hops = replaying.replay(Envelope.objects.get().pk, by=House(cast.workspace.pk, "cli"))
    assert [hop.name for hop in hops] == ["known", "filed", "done"]
    assert (Message.objects.count(), Case.objects.count()) == (1, 1)


def test_a_person_makes_a_case_of_what_was_set_aside(cast: Cast) -> None:
    arrive(letter("I am away.", Auto_Submitted="auto-replied"), cast.mailbox)
    envelope = Envelope.objects.select_related("source__workspace").get()
    replaying.open_set_aside(envelope, by=cast.ben)
    assert Case.objects.get().opened_at == envelope.received_at
    assert Envelope.objects.get().state == "filed"
    assert Event.objects.filter(kind="envelope_opened_by_hand", user_id=cast.ben.user_id).exists()


def test_opening_again_needs_the_right_and_the_row(cast: Cast, quarantined: Envelope) -> None:
    with pytest.raises(NotAllowed):
        replaying.replay(quarantined.pk, by=cast.ada)
    with pytest.raises(NotAllowed):
        replaying.open_set_aside(quarantined, by=cast.ada)
    with pytest.raises(NotThere):
        replaying.replay(quarantined.pk, by=cast.otto)
    assert Envelope.objects.get().state == "quarantined"
