"""The only clock read in the house."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, UTC. Read once per operation and passed on."""
    return datetime.now(UTC)
