"""An edit on the network is followed, whatever the order in which its news come."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from answerable.channels.contract import Audience, Edited, Handle, Said
from answerable.conversations import editing
from answerable.conversations.models import Message
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast

POST = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}
POSTED = datetime(2026, 7, 2, 10, tzinfo=UTC)


@pytest.fixture
def message(cast: Cast) -> Message:
    case = arrive(json.dumps(POST).encode(), cast.square)
    assert case is not None
    return Message.objects.get()


def edited(text: str, minutes: int, external_id: str = "7") -> Edited:
    said = Said(external_id, Handle("sandbox", "pia"), Audience.PUBLIC, text, POSTED)
    return Edited(external_id, said, POSTED + timedelta(minutes=minutes))


def test_the_new_words_are_shown_and_the_old_ones_kept(cast: Cast, message: Message) -> None:
    editing.edit(edited("The pump beeps at night.", 5), source=cast.square, at=now())

    message.refresh_from_db()
    assert (message.text, message.topics) == ("The pump beeps at night.", ["device_trouble"])
    assert message.edited_at == POSTED + timedelta(minutes=5)
    assert [each.text for each in message.revisions.all()] == ["It beeps."]
    assert happened(message.filing.case, "message_edited")


def test_an_edit_by_somebody_else_changes_nothing(cast: Cast, message: Message) -> None:
    said = Said("7", Handle("sandbox", "otto"), Audience.PUBLIC, "It never beeps.", POSTED)
    editing.edit(Edited("7", said, POSTED + timedelta(minutes=5)), source=cast.square, at=now())

    message.refresh_from_db()
    assert message.text == "It beeps."
    assert not message.revisions.exists()


def test_the_same_edit_twice_is_one(cast: Cast, message: Message) -> None:
    for _ in range(2):
        editing.edit(edited("It beeps at night.", 5), source=cast.square, at=now())

    assert message.revisions.count() == 1
    assert Event.objects.filter(kind="message_edited").count() == 1


def test_an_older_edit_that_comes_later_changes_no_words_and_is_kept(cast: Cast, message: Message) -> None:
    for text, minutes in (("It beeps all day.", 9), ("It beeps at night.", 5), ("It beeps at night.", 5)):
        editing.edit(edited(text, minutes), source=cast.square, at=now())

    message.refresh_from_db()
    assert message.text == "It beeps all day."
    assert sorted(each.text for each in message.revisions.all()) == ["It beeps at night.", "It beeps."]


def test_an_edit_of_what_we_never_had_changes_nothing(cast: Cast, message: Message) -> None:
    assert editing.edit(edited("Hello", 5, "8"), source=cast.square, at=now()) is None
    assert Message.objects.get().text == "It beeps."


def test_an_edit_of_an_emptied_message_brings_no_words_back(cast: Cast, message: Message) -> None:
    Message.objects.update(text="", emptied_at=now())

    editing.edit(edited("It beeps at night.", 5), source=cast.square, at=now())

    assert Message.objects.get().text == ""
