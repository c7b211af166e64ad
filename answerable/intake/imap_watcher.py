"""One watching thread for each source whose mail is fetched: news comes in within a second, not at the next poll."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event, Thread

from django.db import DatabaseError, InterfaceError, connections

from answerable.channels import health, renewing
from answerable.channels.contract import ConnectorError, Polls
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core.moments import now
from answerable.core.wire.calls import FetchMail, MailServer
from answerable.core.wire.failures import NoAnswer, SignInRefused
from answerable.core.wire.watching import watch
from answerable.intake import polling

log = logging.getLogger(__name__)

JOIN_WITHIN = 3.0


@dataclass
class Watch:
    """One folder being watched."""

    source_id: int
    server: MailServer
    folder: str
    in_house: bool
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.thread = Thread(target=self._run, name=f"imap-{self.source_id}", daemon=True)
        self.thread.start()

    def is_of(self, call: FetchMail) -> bool:
        return self.thread.is_alive() and (self.server, self.folder) == (call.server, call.folder)

    def _run(self) -> None:
        """A thread that ends is started again by the next `Watches.refresh`, so an outage of the database may end it."""
        try:
            watch(
                self.server,
                self.folder,
                self._news,
                self.stop,
                on_trouble=self._trouble,
                allow_private=self.in_house,
            )
        except SignInRefused as failure:
            self._refused(Source.objects.get(pk=self.source_id), failure)
        except (DatabaseError, InterfaceError) as error:
            log.warning(
                "Watching source %s stops until the database answers (%s).", self.source_id, type(error).__name__
            )
        finally:
            connections.close_all()

    def _refused(self, source: Source, failure: SignInRefused) -> None:
        """A token may be withdrawn before its time: the poll renews it once, and says so where that is refused too."""
        if renewing.renews(source):
            polling.poll(source)
        else:
            health.lost_authorisation(source, sentence=failure.sentence, at=now())

    def _news(self) -> None:
        try:
            polling.poll(Source.objects.get(pk=self.source_id))
        finally:
            connections.close_all()

    def _trouble(self, failure: NoAnswer) -> None:
        try:
            health.failed(Source.objects.get(pk=self.source_id), sentence=failure.sentence, at=now())
        finally:
            connections.close_all()


class Watches:
    """The folders being watched, kept equal to the sources that are switched on."""

    def __init__(self) -> None:
        self._running: dict[int, Watch] = {}

    def refresh(self) -> None:
        """Start what is new, end what is paused or gone, restart what was changed or has ended."""
        on = {source.pk: source for source in Source.objects.filter(state=Source.State.ON)}
        wanted = {key: call for key, source in on.items() if (call := asks(source))}
        for key, running in list(self._running.items()):
            if key not in wanted or not running.is_of(wanted[key]):
                running.stop.set()
                del self._running[key]
        for key in wanted.keys() - self._running.keys():
            call = wanted[key]
            self._running[key] = Watch(key, call.server, call.folder, on[key].spec.in_house)

    def close(self) -> None:
        for running in self._running.values():
            running.stop.set()
        for running in self._running.values():
            running.thread.join(JOIN_WITHIN)


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
