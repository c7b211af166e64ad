"""The only clock read in the house."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This moment, aware, UTC. Read once per operation and passed on."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def told_at(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment`: for a story of the past that is told into a fresh demo, and for its tests. Never for work."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
