"""Several processes weigh at once and agree on which post was the first: each has a connection of its own here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from answerable.channels.contract_streaming import Streams
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.intake import pipeline, streaming
from answerable.intake.models import Weighed
from answerable.testing.cast import Cast
from answerable.testing.committing import committed, committed_cast
from answerable.testing.everybody import listening, said

__all__ = ["committed", "committed_cast"]
FIRST = "The people at Glimo never answer their telephone and I have now called them nine times"
AT_ONCE = 4


def test_of_copies_that_are_opened_at_once_one_is_the_first(committed_cast: Cast) -> None:
    sources = []
    for number in range(AT_ONCE):
        source = listening(committed_cast, words="Glimo")
        Source.objects.filter(pk=source.pk).update(address=f"@care{number}.glimo.example")
        sources.append(source)
        speaker = connector(source.kind)
        assert isinstance(speaker, Streams)
        streaming.take(speaker, [said(number, FIRST, by=f"caller{number}")], source)
    gate = Barrier(AT_ONCE)

    def open_it(source: Source) -> None:
        gate.wait(timeout=10)
        try:
            while pipeline.open_waiting(source):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(open_it, sources))
    rows = Weighed.objects.order_by("pk")
    assert sorted(row.sort for row in rows) == ["", *["copy"] * (AT_ONCE - 1)]
    (first,) = (row for row in rows if row.sort == "")
    assert {row.first_id for row in rows if row.sort} == {first.pk}
