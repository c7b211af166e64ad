"""What the listener holds open: one thread a duty, kept equal to what is wanted."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event

import pytest

from answerable.channels.models import Source
from answerable.intake.watches import Duty, Watches

WITHIN = 5.0


class Work:
    """Holds on until it is told to stop, or ends at once with `trouble`."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble, self.began, self.ended = trouble, Event(), Event()

    def __call__(self, stop: Event) -> None:
        self.began.set()
        if self.trouble:
            raise self.trouble
        stop.wait(WITHIN)
        self.ended.set()


def watching(*duties: Duty) -> Iterator[Duty]:
    yield from duties


def test_a_duty_begins_once_and_ends_when_nobody_wants_it_any_more() -> None:
    work, wanted = Work(), list[Duty]()
    wanted.append(Duty("one", "as before", work))
    watches = Watches(lambda: watching(*wanted))

    watches.refresh()
    assert work.began.wait(WITHIN)
    work.began.clear()
    watches.refresh()
    assert not work.began.is_set()

    wanted.clear()
    watches.refresh()
    assert work.ended.wait(WITHIN)


def test_a_duty_that_asks_something_else_begins_anew() -> None:
    before, after, wanted = Work(), Work(), list[Duty]()
    wanted.append(Duty("one", "as before", before))
    watches = Watches(lambda: watching(*wanted))
    watches.refresh()

    wanted[:] = [Duty("one", "something else", after)]
    watches.refresh()

    assert before.ended.wait(WITHIN)
    assert after.began.wait(WITHIN)
    watches.close()


def test_a_source_that_is_gone_ends_its_watch_with_a_line_and_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    gone = Work(Source.DoesNotExist())
    with caplog.at_level(logging.WARNING):
        watches = Watches(lambda: watching(Duty("stream-7", "as before", gone)))
        watches.refresh()
        watches.close()
    assert "stream-7 stops: its source is no longer there." in caplog.text
