"""The part of the contract for channels that send without being asked, over a connection that stays open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from answerable.channels.contract import Page
from answerable.core.wire.calls import ReceiveShort, StreamCall


@runtime_checkable
class Streams(Protocol):
    """A channel that sends what happens as it happens.

    Its cursor is its own, beside that of `Polls`: both may move at the same time. A network that replays nothing after a
    break needs none, and is asked by `Polls` after what was missed.
    """

    def stream(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> StreamCall | ReceiveShort:
        """Where to listen from this cursor on. Raises `Unsupported` where this source does not listen."""

    def frame(self, frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        """What one frame brings and the cursor that passes it; `more` means nothing here.

        What is not for us gives no items and is counted in `Page.passed_by`, or is a candidate (`Page.candidates`) where
        saved queries may want it: the house asks them, and counts what it does not keep. An item with `Raw.about` is kept only where
        we have what it is about. Raises `Unreadable`, `TryLater` to begin again later, or `Reauthorise`.
        """
