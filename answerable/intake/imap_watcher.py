"""One watching thread for each source whose mail is fetched: news comes in within a second, not at the next poll."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event, Thread

from django.db import DatabaseError, InterfaceError, connections

from answerable.channels import health
from answerable.channels.contract import ConnectorError
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
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.thread = Thread(target=self._run, name=f"imap-{self.source_id}", daemon=True)
        self.thread.start()

    def is_of(self, call: FetchMail) -> bool:
        return self.thread.is_alive() and (self.server, self.folder) == (call.server, call.folder)

    def _run(self) -> None:
        """A thread that ends is started again by the next `Watches.refresh`, so an outage of the database may end it."""
        try:
            watch(self.server, self.folder, self._news, self.stop, on_trouble=self._trouble)
        except SignInRefused as failure:
            source = Source.objects.get(pk=self.source_id)
            health.lost_authorisation(source, sentence=failure.sentence, at=now())
        except (DatabaseError, InterfaceError) as error:
            log.warning(
                "Watching source %s stops until the database answers (%s).", self.source_id, type(error).__name__
            )
        finally:
            connections.close_all()

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
        wanted = {source.pk: call for source in Source.objects.filter(state=Source.State.ON) if (call := asks(source))}
        for source_id, running in list(self._running.items()):
            if source_id not in wanted or not running.is_of(wanted[source_id]):
                running.stop.set()
                del self._running[source_id]
        for source_id, call in wanted.items():
            if source_id not in self._running:
                self._running[source_id] = Watch(source_id, call.server, call.folder)

    def close(self) -> None:
        for running in self._running.values():
            running.stop.set()
        for running in self._running.values():
            running.thread.join(JOIN_WITHIN)


def asks(source: Source) -> FetchMail | None:
    """The mail folder that this source would ask, if it is one that asks a mail folder."""
    try:
        ask = getattr(connector(source.kind), "ask", None)
        call = ask({}, source.values()) if ask is not None else None
    except ConnectorError:
        return None
    return call if isinstance(call, FetchMail) else None
