"""Which channels a group of the kit is about."""

from __future__ import annotations

from typing import cast

from answerable.channels.contract import Can, Connector, LooksUp, Polls, Speaks, Verifies
from answerable.channels.registry import connectors


def everyone() -> list[str]:
    return sorted(connectors())


def listeners() -> list[str]:
    return [kind for kind, connector in sorted(connectors().items()) if isinstance(connector, Verifies)]


def pollers() -> list[str]:
    return [kind for kind, connector in sorted(connectors().items()) if isinstance(connector, Polls)]


def kinds_of(part: type) -> list[str]:
    """The channels that offer this part of the contract."""
    return [kind for kind, connector in sorted(connectors().items()) if isinstance(connector, part)]


def speakers(*can: Can) -> list[str]:
    """The channels on which we answer and that can do all of this."""
    return [
        kind
        for kind, connector in sorted(connectors().items())
        if isinstance(connector, Speaks) and connector.spec.can >= set(can)
    ]


def connector(kind: str) -> Connector:
    return connectors()[kind]


def speaker(kind: str) -> Speaks:
    return cast("Speaks", connectors()[kind])


def poller(kind: str) -> Polls:
    return cast("Polls", connectors()[kind])


def verifier(kind: str) -> Verifies:
    return cast("Verifies", connectors()[kind])


def searcher(kind: str) -> LooksUp:
    return cast("LooksUp", connectors()[kind])
