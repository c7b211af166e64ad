"""The part of the contract for files of any size: how one is cut into raw items, so that never more than one is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

from answerable.channels.contract import LeftOut, Raw


@runtime_checkable
class Slices(Protocol):
    """A channel that takes files in which many people said something, one item after the other."""

    def slices(self, lines: Iterable[bytes], settings: Mapping[str, Any]) -> Iterator[Raw | LeftOut]:
        """The items of a file, given line by line. Each has an id by which the same one again is known.

        What cannot be read is left out, with its number and why, and stops no other. Raises `Unreadable` at the beginning
        where nothing in the file can be.
        """
