"""What is known of messages beside their words: the telephone call, what was said around them and before them, what of an
answer sends the person elsewhere, and why a rule joined it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from answerable.cases.models import Deflection, Filing
from answerable.cases.traits import Sort
from answerable.channels.contract import Audience, Mark
from answerable.conversations.models import Consent, Message, Overheard, PhoneCall, Revision, Sound
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.models import Event

SHARED: Mapping[str, Callable[[], str]] = {
    "contact": lambda: _("the same person"),
    Sort.ADDRESS: lambda: _("the same address"),
    Sort.PHONE: lambda: _("the same telephone"),
    Sort.NUMBER: lambda: _("the same number"),
    Sort.LOT: lambda: _("the same lot"),
    Sort.AMOUNT: lambda: _("the same amount"),
    Sort.NAME: lambda: _("the same name"),
    Sort.ALIKE: lambda: _("names that are alike"),
    Sort.WORD: lambda: _("rare words in common"),
    "product": lambda: _("the same product"),
    "soon": lambda: _("within days of each other"),
}

BY_RULE = (Filing.Why.SAME_PROBLEM, Filing.Why.CALLED_BACK)
H = TypeVar("H", Deflection, Revision, Overheard, Sound, Consent)


@dataclass(frozen=True)
class Beside:
    """Of one message. `joined` says in words on what evidence a rule put it here; None for what no rule joined."""

    call: PhoneCall | None = None
    sounds: tuple[Sound, ...] = ()
    consent: Consent | None = None
    may_listen: bool = False
    deflections: tuple[Deflection, ...] = ()
    revisions: tuple[Revision, ...] = ()
    overheard: tuple[Overheard, ...] = ()
    joined: tuple[str, ...] | None = None

    @property
    def told(self) -> str:
        """Changes when the telephone system tells more of a call."""
        call, heard = self.call, [f"{each.file[:6]}{len(each.words)}{len(each.trouble)}" for each in self.sounds]
        return f"{call.waited}{call.talked}{call.abandoned}{heard}{self.consent and self.consent.pk}" if call else ""

    @property
    def waited(self) -> timedelta | None:
        return _span(self.call.waited) if self.call else None

    @property
    def talked(self) -> timedelta | None:
        return _span(self.call.talked) if self.call else None


def of(messages: Sequence[Message], viewer: Viewer) -> Mapping[int, Beside]:
    """By message; nothing is asked for messages that cannot have it."""
    called = [message.pk for message in messages if Mark.CALL in message.marks]
    sounds, consents = _recordings(called, viewer) if called else ({}, {})
    ours = [message.pk for message in messages if message.direction == Message.Direction.OUT and message.user_id]
    edited = [message.pk for message in messages if message.edited_at]
    public = [message.pk for message in messages if _is_heard_in_public(message)]
    calls = _calls(called, viewer) if called else {}
    deflections = _deflections(ours, viewer) if ours else {}
    revisions = _hanging_on(access.rows(Revision, viewer), edited, "written_at") if edited else {}
    overheard = _hanging_on(access.rows(Overheard, viewer), public, "posted_at") if public else {}
    joined = _joined([message.pk for message in messages if message.direction == Message.Direction.IN], viewer)
    found = {*calls, *deflections, *revisions, *overheard, *joined}
    return {
        pk: Beside(
            call=calls.get(pk),
            sounds=sounds.get(pk, ()),
            consent=consents[pk][-1] if pk in consents else None,
            may_listen=viewer.may(Right.HEAR_RECORDINGS),
            deflections=deflections.get(pk, ()),
            revisions=revisions.get(pk, ()),
            overheard=overheard.get(pk, ()),
            joined=joined.get(pk),
        )
        for pk in found
    }


def _is_heard_in_public(message: Message) -> bool:
    return message.direction == Message.Direction.IN and message.audience == Audience.PUBLIC


def _hanging_on(rows: QuerySet[H], messages: Sequence[int], order: str) -> Mapping[int, tuple[H, ...]]:
    found: dict[int, list[H]] = {}
    for each in rows.filter(message_id__in=messages).order_by(order, "pk"):
        assert each.message_id is not None, "they were asked for by message"
        found.setdefault(each.message_id, []).append(each)
    return {message: tuple(hanging) for message, hanging in found.items()}


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _joined(heard: Sequence[int], viewer: Viewer) -> Mapping[int, tuple[str, ...]]:
    """The journal keeps which sorts of evidence it were, and no words of a person."""
    by_rule = access.rows(Message, viewer).filter(pk__in=heard, filing__why__in=BY_RULE)
    cases = dict(by_rule.values_list("pk", "filing__case_id")) if heard else {}
    if not cases:
        return {}
    chains = [journal.chain_of(pk) for pk in set(cases.values())]
    told = access.rows(Event, viewer).filter(chain__in=chains, kind="message_filed", data__message__in=list(cases))
    evidence = {event.data["message"]: event.data.get("evidence", ()) for event in told.order_by("pk")}
    return {pk: tuple(SHARED[sort]() for sort in evidence.get(pk, ()) if sort in SHARED) for pk in cases}


def _calls(messages: Sequence[int], viewer: Viewer) -> Mapping[int, PhoneCall]:
    return {call.message_id: call for call in access.rows(PhoneCall, viewer).filter(message_id__in=messages)}


def _recordings(
    called: Sequence[int], viewer: Viewer
) -> tuple[Mapping[int, tuple[Sound, ...]], Mapping[int, tuple[Consent, ...]]]:
    """The recordings of calls, and what the callers said of being recorded, oldest first."""
    said = access.rows(Consent, viewer).filter(to=Consent.To.RECORDING)
    return _hanging_on(access.rows(Sound, viewer), called, "received_at"), _hanging_on(said, called, "at")


def _deflections(messages: Sequence[int], viewer: Viewer) -> Mapping[int, tuple[Deflection, ...]]:
    return _hanging_on(access.rows(Deflection, viewer).select_related("user"), messages, "pk")
