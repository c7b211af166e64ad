"""Watching each mailbox that is fetched: news comes in within a second, not at the next poll."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Event

from django.db import connections

from answerable.channels import health, renewing
from answerable.channels.contract import ConnectorError, Polls
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core.moments import now
from answerable.core.wire.calls import FetchMail
from answerable.core.wire.failures import NoAnswer, SignInRefused
from answerable.core.wire.watching import watch
from answerable.intake import polling
from answerable.intake.watches import Duty


def duties() -> Iterator[Duty]:
    """A watch for each source that asks a mail folder."""
    for source in Source.objects.filter(state=Source.State.ON):
        call = asks(source)
        if call is not None:
            in_house = source.spec.in_house
            work = partial(_work, source.pk, call, in_house)
            yield Duty(f"imap-{source.pk}", (call.server, call.folder), work)


def asks(source: Source) -> FetchMail | None:
    """The mail folder that this source would ask, if it is one that asks a mail folder and its token is good.

    A poll fetches the token; until then nobody knocks with an old one.
    """
    try:
        speaker = connector(source.kind)
        ready = isinstance(speaker, Polls) and renewing.is_ready(source)
        call = speaker.ask({}, source.values()) if isinstance(speaker, Polls) and ready else None
    except ConnectorError:
        return None
    return call if isinstance(call, FetchMail) else None


def _work(source_id: int, call: FetchMail, in_house: bool, stop: Event) -> None:
    def news() -> None:
        try:
            polling.poll(Source.objects.get(pk=source_id))
        finally:
            connections.close_all()

    def trouble(failure: NoAnswer) -> None:
        try:
            health.failed(Source.objects.get(pk=source_id), sentence=failure.sentence, at=now())
        finally:
            connections.close_all()

    try:
        watch(call.server, call.folder, news, stop, on_trouble=trouble, allow_private=in_house)
    except SignInRefused as failure:
        _refused(Source.objects.get(pk=source_id), failure)


def _refused(source: Source, failure: SignInRefused) -> None:
    """A token may be withdrawn before its time: the poll renews it once, and says so where that is refused too."""
    if renewing.renews(source):
        polling.poll(source)
    else:
        health.lost_authorisation(source, sentence=failure.sentence, at=now())
