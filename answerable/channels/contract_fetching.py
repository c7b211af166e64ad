"""The part of the contract for files that a message only names: how each is fetched, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from answerable.channels.values import Raw
from answerable.core.wire.calls import Answer, Call, HttpCall


@runtime_checkable
class AsksForWords(Protocol):
    """A channel whose network pushes that something was said, and not what: `read` gives a `Hinted` for it."""

    def ask_words(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall: ...

    def words(self, answer: Answer, external_id: str) -> Raw | None:
        """An item that `read` turns into what was said; None where it is gone. Raises what the answer means."""


@runtime_checkable
class Fetches(Protocol):
    """A channel whose messages name files by reference (`Piece.reference`): an id, or an address on the other side."""

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> Call:
        """Ask for the file. A secret goes to the network's own hosts only. Raises `Unsupported`."""

    def fetched(self, answer: Answer) -> bytes | str:
        """The file; or the reference that is to be fetched instead, where the other side only says where it lies.

        Raises `Refused` where it will never be there, else what the answer means.
        """
