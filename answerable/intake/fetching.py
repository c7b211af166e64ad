"""Fetching files that a message only names: a picture in an SMS, a voice note. Once fetched, each is a file like any other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from django.utils.translation import gettext_noop

from answerable.channels import calling, health
from answerable.channels.contract import ConnectorError, Reauthorise, TryLater, Unreadable
from answerable.channels.contract_fetching import Fetches
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations import attaching, voicing
from answerable.conversations.models import Attachment, Sound
from answerable.conversations.recording import Recorded
from answerable.core import jobs
from answerable.core.files import StoreFull
from answerable.core.moments import now
from answerable.core.wire.failures import Guarded, NoAnswer, TooLarge

LARGEST = 25 * 1024 * 1024
STEPS = 3
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
TRY_FOR = timedelta(days=3)
LATER = gettext_noop("This file could not be fetched yet. It is tried again by itself.")
TOO_LARGE = gettext_noop("This file is larger than 25 MB and was not fetched. It is still on the other side.")
NOT_GIVEN = gettext_noop("The other side does not give this file. The message that names it is complete otherwise.")
GIVEN_UP = gettext_noop("This file could not be fetched for three days. Ask the customer to send it again.")


class Later(Exception):
    """Not now; perhaps the next time. `after` is the least number of seconds, where it is known."""

    def __init__(self, after: float = 0) -> None:
        super().__init__(after)
        self.after = after


class Never(Exception):
    """The file will not come; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def fetch_for(recorded: Sequence[Recorded], *, source: Source) -> None:
    """Have the files fetched that these messages name, where the channel can fetch."""
    if isinstance(connector(source.kind), Fetches):
        fresh = [each.message.pk for each in recorded if each.fresh]
        named = Attachment.objects.filter(message_id__in=fresh, file="").exclude(reference="")
        for pk in named.values_list("pk", flat=True):
            jobs.later("intake.jobs.fetch_file", attachment_id=pk)


def fetch(attachment: Attachment) -> bool:
    """Fetch it once; false where it is not here yet. Trouble stands on the message until the file is there."""
    message = attachment.message
    if attachment.file or message.conversation is None:
        return bool(attachment.file)
    try:
        attaching.arrived(attachment, brought(attachment.reference, message.conversation.source))
        return True
    except Later as later:
        age = now() - message.received_at
        Attachment.objects.filter(pk=attachment.pk).update(trouble=LATER if age < TRY_FOR else GIVEN_UP)
        if age < TRY_FOR:
            jobs.later("intake.jobs.fetch_file", after=pause(age, later.after), attachment_id=attachment.pk)
    except Never as never:
        Attachment.objects.filter(pk=attachment.pk).update(trouble=never.sentence)
    return False


def fetch_sounds(sounds: Iterable[Sound]) -> None:
    """Have recordings fetched that may be kept; the others stay where they are."""
    for sound in sounds:
        if not sound.file and sound.reference and voicing.may_be_kept(sound):
            jobs.later("intake.jobs.fetch_sound", sound_id=sound.pk)


def fetch_sound(sound: Sound) -> bool:
    """Fetch a recording once; false where it is not here yet, or may not be kept after all."""
    if sound.file or not voicing.may_be_kept(sound):
        return bool(sound.file)
    try:
        voicing.arrived(sound, brought(sound.reference, sound.source))
        return True
    except Later as later:
        age = now() - sound.received_at
        Sound.objects.filter(pk=sound.pk).update(trouble=LATER if age < TRY_FOR else GIVEN_UP)
        if age < TRY_FOR:
            jobs.later("intake.jobs.fetch_sound", after=pause(age, later.after), sound_id=sound.pk)
    except Never as never:
        Sound.objects.filter(pk=sound.pk).update(trouble=never.sentence)
    return False


def pause(age: timedelta, asked: float) -> float:
    """Seconds until the next try: as long again as it has been waited for, or as long as the other side asks."""
    return max(asked, min(max(age, FIRST_PAUSE), LONGEST_PAUSE).total_seconds())


def brought(reference: str, source: Source) -> bytes:
    """The bytes behind a reference of a source, past the guard and within size and time. Raises `Later` or `Never`."""
    speaker = connector(source.kind)
    if not isinstance(speaker, Fetches):
        raise Never(NOT_GIVEN)
    if source.state != Source.State.ON:
        raise Later
    try:
        return _followed(speaker, reference, source)
    except Reauthorise as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
        raise Later from error
    except TooLarge as error:
        raise Never(TOO_LARGE) from error
    except Guarded as error:
        raise Never(NOT_GIVEN) from error
    except (NoAnswer, TryLater) as error:
        raise Later(error.after or 0) from error
    except StoreFull as error:
        raise Later from error
    except ConnectorError as error:
        raise Never(NOT_GIVEN) from error


def _followed(speaker: Fetches, reference: str, source: Source) -> bytes:
    """Some networks first say where a file lies; whoever points on and on is not followed."""
    for _ in range(STEPS):
        answer = calling.call(source, partial(speaker.fetch, reference), max_bytes=LARGEST)
        found = speaker.fetched(answer)
        if isinstance(found, bytes):
            return found
        reference = found
    raise Unreadable("The other side points from one place to the next and gives no file.")
