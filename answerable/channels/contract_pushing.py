"""The part of the contract for what a network expects of the address to which it pushes, beside that it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class PushAnswer:
    """What is answered to the network, status 200."""

    content_type: str
    text: str


@runtime_checkable
class Challenged(Protocol):
    """A channel whose network asks the address, by GET, to prove that it is ours before it pushes there."""

    def challenge(self, query: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        """The proof. An empty secret proves nothing, and no proof may serve as the signature of a push.

        Raises `NotGenuine` for what is no challenge of the network.
        """


@runtime_checkable
class Responds(Protocol):
    """A channel whose network acts on the answer to its push, as a telephone exchange does."""

    def response(self, body: bytes, headers: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        """The answer to a push that is genuine and stored. Never raises: bytes that mean nothing get the plainest answer."""


@runtime_checkable
class SharesHook(Protocol):
    """A channel whose network pushes to one address what is for several accounts of ours."""

    def addressees(self, body: bytes) -> tuple[str, ...]:
        """The addresses of the sources that a push is for; each source proves it with a secret of its own. Never raises."""


@runtime_checkable
class Winnows(Protocol):
    """A channel whose network pushes what this house may not keep: how many follow somebody, for all who are heard are equal."""

    def winnowed(self, body: bytes) -> bytes:
        """A genuine push without it, all else as it came. Never raises: bytes that are not understood stay as they are."""
