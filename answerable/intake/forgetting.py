"""Removing what a network no longer lets us hold: the words, the files and the bytes that brought them.

What stays is that it was said, by whom and when, that it was taken back, and whatever a person holds for safety records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from answerable.cases import repeats
from answerable.channels.contract import Spec
from answerable.channels.registry import connectors
from answerable.conversations import withdrawing
from answerable.conversations.models import Attachment, Message, Sound
from answerable.core import files, jobs
from answerable.core.access import House
from answerable.core.moments import now
from answerable.intake.models import Envelope
from answerable.replies.models import DraftFile

AT_ONCE = 200
# Somebody may be storing the same bytes in this moment; what is stored is touched, and then it is young again.
RESTS_FOR = timedelta(hours=1)


def forget_due() -> int:
    """Empty the messages whose time on their channel is over; returns how many."""
    return sum(forget(message) for message in _due())


@transaction.atomic
def forget(message: Message) -> bool:
    """Remove the words of one message everywhere in the house. False for one that is held or empty already."""
    repeats.forget_subject(message)
    names = {file for model in (Attachment, Sound) for file in _files(model, message)}
    if not withdrawing.empty(message, by=House(message.workspace_id, "intake")):
        transaction.set_rollback(True)
        return False
    repeats.renew(message)
    names |= set(_emptied_envelopes(message))
    for name in filter(None, names):
        jobs.later("intake.jobs.remove_file", after=RESTS_FOR.total_seconds() + 60, file=name)
    return True


def _files(model: type[Attachment | Sound], message: Message) -> Iterable[str]:
    return model.objects.filter(message=message).values_list("file", flat=True)


def remove_file(name: str) -> bool:
    """Remove a stored file that no row names any more. False while one does, or while it was stored again just now."""
    named = (model.objects.filter(file=name).exists() for model in (Attachment, Sound, DraftFile, Envelope))
    return not any(named) and files.remove(name, older_than=RESTS_FOR)


def _due() -> Iterable[Message]:
    rules = [rule for kind, each in connectors().items() for rule in _rules(kind, each.spec)]
    if not rules:
        return ()
    over = Q()
    for rule in rules:
        over |= rule
    return Message.objects.filter(over, emptied_at=None, kept_because="").order_by("id")[:AT_ONCE]


def _rules(kind: str, spec: Spec) -> Iterator[Q]:
    here = Q(conversation__source__kind=kind)
    if spec.forget_withdrawn is not None:
        yield here & Q(withdrawn_at__lt=now() - spec.forget_withdrawn)
    if spec.store_for is not None:
        yield here & Q(direction=Message.Direction.IN, received_at__lt=now() - spec.store_for)


def _emptied_envelopes(message: Message) -> Iterator[str]:
    """The bytes of an envelope go with the last message that it brought. Its digest, its size and its outcome stay."""
    for envelope in Envelope.objects.filter(sightings__message=message).distinct():
        if not envelope.sightings.filter(message__emptied_at=None).exists():
            yield envelope.file
            Envelope.objects.filter(pk=envelope.pk).update(body=b"", file="")
