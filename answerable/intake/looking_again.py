"""Asking a network after what was said there: it does not tell everybody of each edit and deletion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, Q

from answerable.channels import calling, health
from answerable.channels.contract import ConnectorError, LooksAgain, Reauthorise, Unsupported
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.models import Message
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.intake.receiving import receive

AT_ONCE = 20


def look_again_everywhere() -> None:
    """At every source that is on and whose channel can be asked."""
    for source in Source.objects.select_related("workspace").filter(state=Source.State.ON):
        look_again(source)


def look_again(source: Source) -> int:
    """Ask after the messages that were not asked after for the longest time; returns how many changed."""
    speaker = connector(source.kind)
    if source.state != Source.State.ON or not isinstance(speaker, LooksAgain):
        return 0
    changed = 0
    try:
        for message in _due(source):
            changed += _look(speaker, message, source)
    except calling.UsedUp:
        return changed
    except Reauthorise as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
    except (ConnectorError, NoAnswer) as error:
        health.failed(source, sentence=error.sentence, at=now())
    return changed


def _due(source: Source) -> Iterable[Message]:
    since = now() - (source.spec.look_again_for or timedelta(0))
    standing = Message.objects.filter(conversation__source=source, direction=Message.Direction.IN, withdrawn_at=None)
    rested = Q(looked_at=None) | Q(looked_at__lt=now() - source.spec.look_again_every)
    return standing.filter(rested, received_at__gt=since).order_by(F("looked_at").asc(nulls_first=True), "id")[:AT_ONCE]


def _look(speaker: LooksAgain, message: Message, source: Source) -> int:
    named = message.references.order_by("id").first()
    if named is None:
        return 0
    try:
        answer = calling.call(source, lambda values: speaker.ask_again(named.value, values))
    except Unsupported:  # the network cannot be asked after this one
        Message.objects.filter(pk=message.pk).update(looked_at=now())
        return 0
    raw = speaker.again(answer, named.value)
    Message.objects.filter(pk=message.pk).update(looked_at=now())
    return len(receive(source, [raw], at=now())) if raw is not None else 0
