"""Calling back: whoever calls because we called comes to the case of that call, and so to the one who holds it.

A call that only rings says nothing of its problem. It goes where the person is waited for: into the open case in which
we called them last; or, where nobody wrote down what was said, into the only case that they have open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from answerable.cases.models import Case, Filing
from answerable.channels.contract import Mark
from answerable.conversations.models import Message
from answerable.conversations.recording import Recorded
from answerable.core.moments import now

CALLED_WITHIN = timedelta(days=30)


def cases_of(recorded: Sequence[Recorded]) -> Mapping[int, int]:
    """By message, the case that a call to us belongs to; calls that belong to none are left out."""
    calls = [each for each in recorded if _is_a_call_to_us(each.message)]
    people = {each.message.pk: _person(each.message) for each in calls}
    if not calls:
        return {}
    called, open_ = _called(set(people.values())), _only_open(set(people.values()))
    found = {
        each.message.pk: called.get(people[each.message.pk])
        or (open_.get(people[each.message.pk]) if each.wordless else None)
        for each in calls
    }
    return {message: case for message, case in found.items() if case is not None}


def _called(people: set[int]) -> Mapping[int, int]:
    ours = Filing.objects.filter(
        case__contact__in=people,
        case__state=Case.State.OPEN,
        message__direction=Message.Direction.OUT,
        message__marks__contains=[Mark.CALL],
        message__received_at__gt=now() - CALLED_WITHIN,
    )
    return dict(ours.order_by("message_id").values_list("case__contact", "case"))


def _only_open(people: set[int]) -> Mapping[int, int]:
    found: dict[int, list[int]] = {}
    for person, case in Case.objects.filter(contact__in=people, state=Case.State.OPEN).values_list("contact", "pk"):
        found.setdefault(person, []).append(case)
    return {person: cases[0] for person, cases in found.items() if len(cases) == 1}


def _is_a_call_to_us(message: Message) -> bool:
    return message.direction == Message.Direction.IN and Mark.CALL in message.marks


def _person(message: Message) -> int:
    assert message.conversation is not None, "what was heard has a conversation"
    return message.conversation.contact_id
