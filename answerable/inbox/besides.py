"""What is known of messages beside their words: the telephone call, and what of an answer sends the person elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from answerable.cases.models import Deflection
from answerable.channels.contract import Mark
from answerable.conversations.models import Message, PhoneCall
from answerable.core import access
from answerable.core.access import Viewer


@dataclass(frozen=True)
class Beside:
    """Of one message."""

    call: PhoneCall | None = None
    deflections: tuple[Deflection, ...] = ()

    @property
    def waited(self) -> timedelta | None:
        return _span(self.call.waited) if self.call else None

    @property
    def talked(self) -> timedelta | None:
        return _span(self.call.talked) if self.call else None


def of(messages: Sequence[Message], viewer: Viewer) -> Mapping[int, Beside]:
    """By message; nothing is asked for messages that cannot have it."""
    called = [message.pk for message in messages if Mark.CALL in message.marks]
    ours = [message.pk for message in messages if message.direction == Message.Direction.OUT and message.user_id]
    calls = _calls(called, viewer) if called else {}
    deflections = _deflections(ours, viewer) if ours else {}
    return {pk: Beside(calls.get(pk), deflections.get(pk, ())) for pk in {*calls, *deflections}}


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _calls(messages: Sequence[int], viewer: Viewer) -> Mapping[int, PhoneCall]:
    return {call.message_id: call for call in access.rows(PhoneCall, viewer).filter(message_id__in=messages)}


def _deflections(messages: Sequence[int], viewer: Viewer) -> Mapping[int, tuple[Deflection, ...]]:
    found: dict[int, tuple[Deflection, ...]] = {}
    rows = access.rows(Deflection, viewer).filter(message_id__in=messages).select_related("user").order_by("pk")
    for each in rows:
        found[each.message_id] = (*found.get(each.message_id, ()), each)
    return found
