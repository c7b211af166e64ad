"""The part of the contract for files that a message only names: how each is fetched, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from answerable.core.wire.calls import Answer, HttpCall


@runtime_checkable
class Fetches(Protocol):
    """A channel whose messages name files by reference (`Piece.reference`): an id, or an address on the other side."""

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        """Ask for the file. A secret goes to the network's own hosts only. Raises `Unsupported`."""

    def fetched(self, answer: Answer) -> bytes | str:
        """The file; or the reference that is to be fetched instead, where the other side only says where it lies.

        Raises `Refused` where it will never be there, else what the answer means.
        """
