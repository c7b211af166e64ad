"""Uploading the files of a reply, where its channel takes them apart from the words.

It happens before the point of no return and may be repeated: a file that no message refers to reaches nobody. So silence
in the middle of it is no unknown outcome, and the reply is simply tried again.
"""

from __future__ import annotations

from dataclasses import replace

from answerable.channels import calling, renewing
from answerable.channels.contract import Describes, Enclosure, Reply, TryLater, Unreadable, Uploads
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core.moments import now
from answerable.core.wire.failures import Guarded, NoAnswer
from answerable.replies import outcomes
from answerable.replies.models import Attempt


def uploaded(words: Reply, attempt: Attempt, source: Source) -> Reply:
    """The reply with the network's names for its files. Raises what the other side's answers mean."""
    speaker = connector(source.kind)
    if not isinstance(speaker, Uploads) or not words.enclosures:
        return words
    return replace(words, enclosures=tuple(_one(each, words, attempt, source, speaker) for each in words.enclosures))


def _one(file: Enclosure, words: Reply, attempt: Attempt, source: Source, speaker: Uploads) -> Enclosure:
    _still_ours(attempt)
    try:
        answer = calling.call(source, lambda values: speaker.upload(file, words, values), is_answer=True)
        return _described(replace(file, reference=speaker.uploaded(answer)), source)
    except NoAnswer as error:
        if isinstance(error, Guarded):
            raise
        raise TryLater(f"A file could not be uploaded: {error.sentence}") from error
    except Unreadable as error:
        raise TryLater(f"A file could not be uploaded: {error.sentence}") from error


def _described(file: Enclosure, source: Source) -> Enclosure:
    """Its description, where the network is told it apart."""
    speaker = connector(source.kind)
    if isinstance(speaker, Describes):
        call = speaker.describe(file, renewing.values(source))
        if call is not None:
            speaker.described(calling.call(source, call, is_answer=True))
    return file


def _still_ours(attempt: Attempt) -> None:
    """A file takes its time, so each one begins the attempt anew for those who look for dead workers."""
    if not Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.STARTED).update(started_at=now()):
        raise outcomes.Overtaken
