"""The errors of a connector. Each carries the decision: for good, later, for whom. Imported from `contract`."""

from __future__ import annotations

from answerable.core.errors import HouseError


class ConnectorError(HouseError):
    """Base of the only errors that may leave a connector; each carries the decision."""


class Unsupported(ConnectorError):
    """Known, and not for us: kept and set aside with this reason."""


class Unreadable(ConnectorError):
    """Not understood: to quarantine, bytes kept."""


class Refused(ConnectorError):
    """The other side said no for good; the reason is theirs."""


class TryLater(ConnectorError):
    """The other side is not able now; try again `after` (seconds from now)."""

    def __init__(self, sentence: str, after: float = 60.0) -> None:
        super().__init__(sentence)
        self.after = after


class Reauthorise(ConnectorError):
    """The credentials are no longer accepted: the source pauses and its owner is told."""


class WindowClosed(ConnectorError):
    """The network no longer allows an answer here."""


class NotGenuine(ConnectorError):
    """The delivery does not prove that it comes from the network: refused, counted, not stored."""
