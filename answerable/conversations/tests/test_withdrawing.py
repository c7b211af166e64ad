"""A deletion on the network is followed, and leaves its trace."""

from __future__ import annotations

import json

import pytest

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core.models import Event
from answerable.intake.models import Envelope
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast

POST = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(json.dumps(POST).encode(), cast.square)
    assert made is not None
    return made


def gone(number: int) -> bytes:
    return json.dumps({"id": number, "gone": "2026-07-02T11:00:00+00:00"}).encode()


def test_what_its_author_took_back_is_marked_and_kept(cast: Cast, case: Case) -> None:
    arrive(gone(7), cast.square)
    message = Message.objects.get()
    assert message.withdrawn_at is not None
    assert message.text == "It beeps."
    assert happened(case, "message_withdrawn")


def test_the_same_news_twice_is_one_line(cast: Cast, case: Case) -> None:
    for again in (gone(7), gone(7) + b" "):
        arrive(again, cast.square)
    assert Event.objects.filter(kind="message_withdrawn").count() == 1


def test_news_about_something_we_never_had_changes_nothing(cast: Cast, case: Case) -> None:
    arrive(gone(8), cast.square)
    assert Message.objects.get().withdrawn_at is None
    assert set(Envelope.objects.values_list("state", flat=True)) == {"filed"}


def test_an_id_that_no_database_takes_is_no_poison(cast: Cast, case: Case) -> None:
    arrive(json.dumps({"id": "7\x00", "gone": "2026-07-02T11:00:00+00:00"}).encode(), cast.square)

    assert set(Envelope.objects.values_list("state", flat=True)) == {"filed", "quarantined"}
    assert Message.objects.get().withdrawn_at is None
