"""The first look at what a customer said: once, by whom, and never again."""

from __future__ import annotations

from django.test import Client

from answerable.cases import noting, seeing
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import Event, User
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def test_opening_a_case_is_the_first_look_at_its_messages_and_the_second_changes_nothing(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    noting.note(case, text="A note", key="n", by=cast.ben)
    assert not Message.objects.filter(first_seen_at__isnull=False).exists()
    as_(cast.ada).get(f"/cases/{case.pk}")
    message = Message.objects.get(direction="in")
    as_(cast.ben).get(f"/cases/{case.pk}")
    assert Message.objects.get(direction="in").first_seen_at == message.first_seen_at is not None
    assert Message.objects.get(direction="note").first_seen_at is None
    line = Event.objects.get(kind="messages_first_seen")
    assert (line.user_id, line.case_id, line.data) == (cast.ada.user_id, case.pk, {"messages": [message.pk]})


def test_nobody_of_another_workspace_is_the_first(cast: Cast) -> None:
    arrive(letter("Which batteries does it take?"), cast.mailbox)
    message = Message.objects.get()
    assert seeing.first_seen([message.pk], by=cast.otto) == 0
    message.refresh_from_db()
    assert message.first_seen_at is None
    assert not Event.objects.filter(kind="messages_first_seen").exists()
