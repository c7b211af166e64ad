"""Rows that travel together arrive as each of them would have arrived alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import DataError, IntegrityError

from answerable.conversations.models import Contact, Conversation, Message
from answerable.core import inserting
from answerable.core.models import Event
from answerable.testing.cast import Cast

AT = datetime(2026, 7, 2, 10, 30, 0, 123456, tzinfo=UTC)


def message(cast: Cast, conversation: Conversation, number: int, **facts: Any) -> Message:
    given = {"once": f"test:{number}", "direction": "in", "audience": "private", "text": "It beeps.", "received_at": AT}
    return Message(workspace=cast.workspace, conversation=conversation, **{**given, **facts})


def conversation(cast: Cast) -> Conversation:
    contact = Contact(workspace=cast.workspace, name="Józef “{x}” \\ '); --", created_at=AT)
    begun = Conversation(workspace=cast.workspace, source=cast.mailbox, contact=contact, started_at=AT)
    inserting.insert([contact])
    inserting.insert([begun])
    return begun


def test_every_sort_of_value_comes_back_as_it_went(cast: Cast) -> None:
    begun = conversation(cast)
    went = message(
        cast, begun, 1, text='{"a": [1]} \n 你好 😀', marks=["auto_reply"], notes=["a,b", 'say "no"', "NULL", "{}"],
        recipients={"to": [{"value": "x", "n": [1.5, None, True]}]},
    )  # fmt: skip
    inserting.insert([went])

    came = Message.objects.get(pk=went.pk)
    for field in ("text", "marks", "notes", "recipients", "received_at", "posted_at", "conversation_id", "user_id"):
        assert getattr(came, field) == getattr(went, field), field
    assert Contact.objects.get().name == "Józef “{x}” \\ '); --"


def test_keys_are_given_in_the_order_of_the_rows(cast: Cast) -> None:
    begun = conversation(cast)
    rows = [message(cast, begun, number) for number in range(300)]
    inserting.insert(rows)

    assert [each.pk for each in rows] == sorted(each.pk for each in rows)
    assert Message.objects.in_bulk([rows[7].pk])[rows[7].pk].once == "test:7"


def test_words_become_what_is_searched(cast: Cast) -> None:
    inserting.insert([message(cast, conversation(cast), 1, search="it beeps loudly")])

    assert Message.objects.filter(search=SearchQuery("loudly", config="simple")).count() == 1


def test_once_leaves_out_what_is_there(cast: Cast) -> None:
    begun = conversation(cast)
    inserting.insert([message(cast, begun, 1)])
    inserting.insert([message(cast, begun, 1, text="Again"), message(cast, begun, 2)], once=True)

    assert list(Message.objects.order_by("once").values_list("text", flat=True)) == ["It beeps."] * 2


def test_the_database_s_rules_hold(cast: Cast) -> None:
    begun = conversation(cast)
    with pytest.raises(IntegrityError):
        inserting.insert([message(cast, begun, 1, direction="note")])


def test_what_is_too_long_is_refused_and_not_cut(cast: Cast) -> None:
    with pytest.raises(DataError):
        inserting.insert([message(cast, conversation(cast), 1, once="x" * 501)])


def test_only_the_named_fields_are_changed(cast: Cast) -> None:
    begun = conversation(cast)
    rows = [message(cast, begun, number) for number in range(2)]
    inserting.insert(rows)
    for row in rows:
        row.text, row.marks, row.subject = f"Number {row.once}", ["auto_reply"], "not written"
    inserting.change(rows, ["text", "marks"])

    came = Message.objects.order_by("id").values_list("text", "marks", "subject")
    assert list(came) == [(f"Number test:{number}", ["auto_reply"], "") for number in range(2)]


@pytest.mark.usefixtures("cast")
def test_nothing_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        inserting.insert([])
        inserting.change([], ["data"])
        inserting.insert(list[Event](), once=True)
