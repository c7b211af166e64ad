"""Keeping recordings of telephone calls: each at its call, and only where the caller agreed to be recorded.

A recording may be told of before its call is. Then it waits, without its bytes, until the call is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from answerable.channels import contract
from answerable.channels.contract import Mark
from answerable.channels.models import Source
from answerable.conversations import attaching
from answerable.conversations.cleaning import clean, plausible
from answerable.conversations.models import Consent, Message, PhoneCall, Reference, Sound
from answerable.core import files

NEAR = timedelta(minutes=2)
MOST_WAITING = 1000
PLAYABLE = frozenset(
    {"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/mpeg", "audio/mp3", "audio/ogg"}
)


def take(told: contract.Sound, *, source: Source, at: datetime) -> Sound:
    """Keep what is told of a recording, once; told again, it brings what was not known before."""
    told = clean(told)
    sound, _ = Sound.objects.get_or_create(
        source=source,
        once=told.external_id[:400],
        defaults={
            "name": attaching.safe_name(told.piece.name),
            "reference": told.piece.reference[:2000],
            "calls": [call[:400] for call in told.call_ids[:10]],
            "numbers": [number[:60] for number in told.numbers[:10]],
            "made_at": plausible(told.at),
            "received_at": at,
        },
    )
    sound.reference = sound.reference or told.piece.reference[:2000]
    sound.words, sound.seconds = told.words or sound.words, told.seconds or sound.seconds
    sound.message = sound.message or _call_of(told, sound)
    sound.save(update_fields=["reference", "words", "seconds", "message"])
    return sound


def join(messages: Iterable[Message], *, source: Source) -> list[Sound]:
    """Give recordings that wait for their call to these calls of the source; returns those that found it."""
    calls = [message for message in messages if Mark.CALL in message.marks]
    waiting = list(Sound.objects.filter(source=source, message=None).order_by("-pk")[:MOST_WAITING]) if calls else []
    found = []
    for call in PhoneCall.objects.filter(message__in=calls).select_related("message") if waiting else ():
        for sound in waiting:
            if sound.message is None and _fits(sound, call):
                sound.message = call.message
                sound.save(update_fields=["message"])
                found.append(sound)
    return found


def may_be_kept(sound: Sound) -> bool:
    """Did the caller agree to be recorded in this call? What was said last in it counts."""
    said = Consent.objects.filter(message=sound.message_id, to=Consent.To.RECORDING)
    newest = said.order_by("-at", "-pk").first() if sound.message_id else None
    return newest is not None and newest.given


def arrived(sound: Sound, body: bytes) -> None:
    """The bytes are here. Raises `files.StoreFull`; nothing is changed then."""
    here = {"media_type": attaching.type_of(body), "size": len(body), "file": files.keep(body), "trouble": ""}
    Sound.objects.filter(pk=sound.pk, file="").update(**here)


def may_be_played(sound: Sound) -> bool:
    """Is it sound by its own bytes?"""
    return bool(sound.file) and sound.media_type in PLAYABLE


def _call_of(told: contract.Sound, sound: Sound) -> Message | None:
    named = Reference.objects.filter(
        workspace_id=sound.source.workspace_id,
        namespace=sound.source.kind,
        value__in=told.call_ids,
        message__call__isnull=False,
    )
    by_id = named.select_related("message").order_by("-id").first() if told.call_ids else None
    if by_id is not None:
        return by_id.message
    calls = PhoneCall.objects.filter(message__conversation__source=sound.source).select_related("message")
    if sound.made_at is not None:
        calls = calls.filter(started_at__range=(sound.made_at - NEAR, sound.made_at + NEAR))
    else:
        calls = calls.filter(recording__endswith=sound.name)
    fitting = [call for call in calls[:200] if _fits(sound, call)]
    return min(fitting, key=lambda call: _distance(sound, call)).message if fitting else None


def _fits(sound: Sound, call: PhoneCall) -> bool:
    """The call names the file; or one of its numbers and its moment are in the name of the file."""
    if call.recording and call.recording.replace("\\", "/").rpartition("/")[2] == sound.name:
        return True
    if sound.calls and call.message.references.filter(value__in=sound.calls).exists():
        return True
    return _distance(sound, call) <= NEAR and bool(set(sound.numbers) & _numbers(call))


def _distance(sound: Sound, call: PhoneCall) -> timedelta:
    return abs(sound.made_at - call.started_at) if sound.made_at else timedelta.max


def _numbers(call: PhoneCall) -> set[str]:
    """Of the people who take part; our own line is in every call."""
    talk = call.message.conversation
    return set(talk.people.values_list("value", flat=True)) if talk else set()
