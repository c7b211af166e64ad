"""What is known of messages beside their words: the telephone call, what was said around them and before them, and what of
an answer sends the person elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db.models import QuerySet

from answerable.cases.models import Deflection
from answerable.channels.contract import Audience, Mark
from answerable.conversations.models import Message, Overheard, PhoneCall, Revision
from answerable.core import access
from answerable.core.access import Viewer

H = TypeVar("H", Deflection, Revision, Overheard)


@dataclass(frozen=True)
class Beside:
    """Of one message."""

    call: PhoneCall | None = None
    deflections: tuple[Deflection, ...] = ()
    revisions: tuple[Revision, ...] = ()
    overheard: tuple[Overheard, ...] = ()

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
    edited = [message.pk for message in messages if message.edited_at]
    public = [message.pk for message in messages if _is_heard_in_public(message)]
    calls = _calls(called, viewer) if called else {}
    deflections = _deflections(ours, viewer) if ours else {}
    revisions = _hanging_on(access.rows(Revision, viewer), edited, "written_at") if edited else {}
    overheard = _hanging_on(access.rows(Overheard, viewer), public, "posted_at") if public else {}
    return {
        pk: Beside(calls.get(pk), deflections.get(pk, ()), revisions.get(pk, ()), overheard.get(pk, ()))
        for pk in {*calls, *deflections, *revisions, *overheard}
    }


def _is_heard_in_public(message: Message) -> bool:
    return message.direction == Message.Direction.IN and message.audience == Audience.PUBLIC


def _hanging_on(rows: QuerySet[H], messages: Sequence[int], order: str) -> Mapping[int, tuple[H, ...]]:
    found: dict[int, list[H]] = {}
    for each in rows.filter(message_id__in=messages).order_by(order, "pk"):
        found.setdefault(each.message_id, []).append(each)
    return {message: tuple(hanging) for message, hanging in found.items()}


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _calls(messages: Sequence[int], viewer: Viewer) -> Mapping[int, PhoneCall]:
    return {call.message_id: call for call in access.rows(PhoneCall, viewer).filter(message_id__in=messages)}


def _deflections(messages: Sequence[int], viewer: Viewer) -> Mapping[int, tuple[Deflection, ...]]:
    return _hanging_on(access.rows(Deflection, viewer).select_related("user"), messages, "pk")
