"""Listening to what networks send as it happens: frames are read, what is for us is stored, and the cursor moves with it.

1. One process listens to a source: a lock of the database's says which, and falls with the process.
2. A batch of frames is one transaction: its items, what saved queries want of the rest and why, the cursor that passes
   it, and how many utterances concerned nobody.
   Killed anywhere, it is as if the last batch had never come, and the network is asked for it again.
3. The settings are read for each batch, so that words changed on the page hold for the next one.
4. A frame that nobody can read is kept for quarantine between readable ones; where all are so, it is the stream that is ill.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from django.db import connection, transaction

from answerable.channels import health, metering, renewing
from answerable.channels.contract import Candidate, ConnectorError, Raw, Reauthorise, TryLater, Unreadable, Unsupported
from answerable.channels.contract_streaming import Streams
from answerable.channels.models import Source
from answerable.channels.registry import connector, connectors
from answerable.core.access import House
from answerable.core.files import StoreFull
from answerable.core.moments import now
from answerable.core.wire.calls import ReceiveShort, StreamCall
from answerable.core.wire.failures import NoAnswer, SignInRefused
from answerable.core.wire.streaming import listen
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive
from answerable.intake.sifting import sift
from answerable.intake.watches import Duty
from answerable.listening import glimpsing

TELL_EVERY = 30.0
_LOCK = 6751


def duties() -> Iterator[Duty]:
    """A stream for each source that listens."""
    kinds = [kind for kind, each in connectors().items() if isinstance(each, Streams)]
    for source in Source.objects.filter(state=Source.State.ON, kind__in=kinds):
        speaker = connector(source.kind)
        assert isinstance(speaker, Streams)
        try:
            asks = speaker.stream({}, source.values())
        except ConnectorError:
            continue
        yield Duty(f"stream-{source.pk}", asks, Listening(source.pk, speaker).work)


class Listening:
    """One source being listened to."""

    def __init__(self, source_id: int, speaker: Streams) -> None:
        self._source_id, self._speaker = source_id, speaker
        self._told_at = float("-inf")
        self._broken = self._ill = False

    def work(self, stop: Event) -> None:
        """Until it is told to stop, the sign-in is refused, or another process listens to this source."""
        source = self._source()
        if not _is_ours_alone(source):
            return
        try:
            listen(
                self._call,
                self._take,
                stop,
                on_open=self._opened,
                on_trouble=self._trouble,
                allow_private=source.spec.in_house,
            )
        except (Reauthorise, SignInRefused) as refusal:
            self._refused(refusal)
        except Unsupported:
            return  # it was changed meanwhile, and no longer listens

    def _source(self) -> Source:
        return Source.objects.select_related("workspace").get(pk=self._source_id)

    def _call(self) -> StreamCall | ReceiveShort:
        source = self._source()
        try:
            metering.may_listen(source)
            return self._speaker.stream(source.stream_cursor, renewing.values(source))
        except TryLater as later:
            raise NoAnswer(later.sentence, after=later.after) from later

    def _opened(self) -> None:
        """A stream that opens and then brings what nobody can take is not well again."""
        if not self._ill:
            self._answered()

    def _take(self, frames: list[bytes]) -> None:
        source, self._ill = self._source(), True
        try:
            take(self._speaker, frames, source)
            metering.heard(source, self._speaker.stream(source.stream_cursor, source.values()), frames)
            self._ill = False
            metering.may_listen(source)
        except TryLater as later:
            raise NoAnswer(later.sentence, after=later.after) from later
        except (Unreadable, StoreFull) as trouble:
            raise NoAnswer(trouble.sentence) from trouble
        self._answered()

    def _answered(self) -> None:
        self._broken = False
        if time.monotonic() - self._told_at > TELL_EVERY:
            health.answered(self._source(), at=now(), in_stream=True)
            self._told_at = time.monotonic()

    def _trouble(self, failure: NoAnswer) -> None:
        """A connection that ends and is open again at once is the way of the net; the second failure is trouble.

        That a cap is reached is none: it stands on the page of the source as what it is.
        """
        if isinstance(failure.__cause__, metering.UsedUp):
            return
        if self._broken or self._ill:
            health.failed(self._source(), sentence=failure.sentence, at=now(), in_stream=True)
        self._broken = True
        self._told_at = float("-inf")

    def _refused(self, refusal: Reauthorise | SignInRefused) -> None:
        """A token may be withdrawn before its time: it is renewed once, and the next round listens with the new one."""
        source = self._source()
        try:
            if not renewing.renews(source):
                raise refusal
            renewing.renew(source, instead_of=source.values(), by=House(source.workspace_id, "intake"))
        except TryLater as later:
            health.failed(source, sentence=later.sentence, at=now(), in_stream=True)
        except (Reauthorise, SignInRefused) as lost:
            health.lost_authorisation(source, sentence=lost.sentence, at=now())


def take(speaker: Streams, frames: Sequence[bytes], source: Source) -> None:
    """Store what of a batch is for us and why, count the rest, move the cursor. Raises `Unreadable` where nothing can be read."""
    read = _read(speaker, frames, source)
    sifted = sift([each for each in read.items if isinstance(each, Candidate)], source)
    raws = [each if isinstance(each, Raw) else each.raw for each in read.items if sifted.is_kept(each)]
    at = now()
    with transaction.atomic():
        receive(
            source,
            _of_use(source, raws),
            at=at,
            stream_cursor=read.cursor,
            passed_by=read.passed_by + sifted.passed_by,
            heard=sifted.heard,
        )
        glimpsing.keep(source, sifted.posts, at=at)


@dataclass
class Read:
    """What a batch of frames brought, in its order."""

    cursor: Mapping[str, Any]
    items: list[Raw | Candidate] = field(default_factory=list)
    passed_by: int = 0
    unreadable: int = 0


def _read(speaker: Streams, frames: Sequence[bytes], source: Source) -> Read:
    read, values = Read(source.stream_cursor), source.values()
    for frame in frames:
        try:
            page = speaker.frame(frame, read.cursor, values)
        except Unreadable as unreadable:
            read.unreadable += 1
            if read.unreadable == len(frames):
                raise Unreadable(unreadable.sentence) from unreadable
            read.items.append(Raw(frame))
            continue
        read.items += (*page.candidates, *page.items)
        read.passed_by += page.passed_by
        read.cursor = page.cursor
    return read


def _of_use(source: Source, items: Sequence[Raw]) -> list[Raw]:
    """Without what is about things that we never had."""
    about = [item.about for item in items if item.about]
    known = {item.external_id for item in items if not item.about}
    if about:
        known |= set(Envelope.objects.filter(source=source, once__in=about).values_list("once", flat=True))
    return [item for item in items if not item.about or item.about in known]


def _is_ours_alone(source: Source) -> bool:
    """The lock belongs to this thread's connection, which it keeps; when that breaks, so does the next storing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, source.pk % 2**31])
        return bool(cursor.fetchone()[0])
