"""What a source says about itself: heard, failing, no longer authorised, silent. Each change is in the journal once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from answerable.channels import gaps, signing_in, telling
from answerable.channels.models import Gap, Source
from answerable.core import journal
from answerable.core.access import House


def heard(source: Source, *, at: datetime, in_stream: bool = False) -> None:
    """Something came in: not silent, not failing."""
    if _ends(source, in_stream):
        _recovered(source)
    _ends_gap(source, at)
    Source.objects.filter(pk=source.pk).update(heard_at=at, asked_at=at, silence_told_at=None)


def answered(source: Source, *, at: datetime, in_stream: bool = False) -> None:
    """The other side answered, with or without news."""
    if _ends(source, in_stream):
        _recovered(source)
    _ends_gap(source, at)
    Source.objects.filter(pk=source.pk).update(asked_at=at)


def failed(source: Source, *, sentence: str, at: datetime, in_stream: bool = False) -> None:
    """The other side did not answer or refused. The journal hears of the first failure of a row of them."""
    gaps.begin(source, Gap.Why.PEER, at=at)
    fresh = Source.objects.filter(pk=source.pk, failing_since=None).update(failing_since=at)
    Source.objects.filter(pk=source.pk).update(trouble=sentence, asked_at=at, failing_in_stream=in_stream)
    if fresh:
        _tell("source_failing", source, sentence=sentence)
    source.refresh_from_db(fields=["failing_since", "trouble"])


@transaction.atomic
def lost_authorisation(source: Source, *, sentence: str, at: datetime) -> None:
    """The credentials no longer work: pause, so that nobody goes on speaking into a dead token, and tell who can help.

    A source that waits for its first sign-in has lost nothing: it is paused, and nobody is called.
    """
    if signing_in.awaited(source):
        _wait_for_sign_in(source, sentence, at)
        return
    failed(source, sentence=sentence, at=at)
    gaps.begin(source, Gap.Why.AUTHORISATION, at=at)
    if Source.objects.filter(pk=source.pk, state=Source.State.ON).update(state=Source.State.PAUSED):
        _tell("source_paused", source, sentence=sentence)
    if Source.objects.filter(pk=source.pk, unauthorised_since=None).update(unauthorised_since=at):
        telling.tell(source, "authorisation_lost", by=House(source.workspace_id, "channels"))
    source.refresh_from_db(fields=["state", "unauthorised_since"])


def _wait_for_sign_in(source: Source, sentence: str, at: datetime) -> None:
    if Source.objects.filter(pk=source.pk, state=Source.State.ON).update(state=Source.State.PAUSED, trouble=sentence):
        _tell("source_paused", source, sentence=sentence)
    Source.objects.filter(pk=source.pk, unauthorised_since=None).update(unauthorised_since=at)
    source.refresh_from_db(fields=["state", "trouble", "unauthorised_since"])


def silent(source: Source, *, at: datetime) -> bool:
    """Has nothing been heard for longer than the source's own measure of silence?"""
    since = source.heard_at or source.created_at
    return bool(source.silence_hours) and at - since > timedelta(hours=source.silence_hours)


def tell_silence(*, at: datetime) -> list[int]:
    """Raise the alarm for each source that fell silent, once for each silence; returns their ids."""
    told = []
    for source in Source.objects.filter(state=Source.State.ON, silence_hours__gt=0, silence_told_at=None):
        if silent(source, at=at):
            Source.objects.filter(pk=source.pk).update(silence_told_at=at)
            _tell("source_silent", source, hours=str(source.silence_hours))
            told.append(source.pk)
    return told


def _ends(source: Source, in_stream: bool) -> bool:
    """Where a source both asks and listens, good news of the one says nothing about the other."""
    return source.failing_since is not None and source.failing_in_stream == in_stream


def _ends_gap(source: Source, at: datetime) -> None:
    """Nothing ends while it is paused, or while its other way of hearing still fails."""
    if source.failing_since is None and source.state == Source.State.ON and gaps.is_open(source):
        gaps.end(source, at=at)


def _recovered(source: Source) -> None:
    if Source.objects.filter(pk=source.pk).exclude(failing_since=None).update(failing_since=None, trouble=""):
        _tell("source_recovered", source)
    source.refresh_from_db(fields=["failing_since", "trouble"])


def _tell(kind: str, source: Source, **data: str) -> None:
    by = House(source.workspace_id, "channels")
    journal.write(kind, by=by, source_id=source.pk, team_id=source.team_id, data=data)
