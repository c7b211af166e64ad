"""The part of the contract for channels whose access ends by itself (RFC 6749): how it is renewed, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from answerable.core.wire.calls import Answer, HttpCall


@dataclass(frozen=True)
class Access:
    """What signs in for `lasts` seconds. `refresh` is a new refresh token where the other side replaced the old one."""

    token: str = field(repr=False)
    lasts: int
    refresh: str = field(default="", repr=False)


@runtime_checkable
class Renews(Protocol):
    """A channel whose access ends by itself and can be renewed without a person."""

    def renewal(self, settings: Mapping[str, Any]) -> HttpCall | None:
        """Ask for a new access token; None for a source that signs in otherwise. Raises `Reauthorise`."""

    def renewed(self, answer: Answer) -> Access:
        """The new access. Raises `Reauthorise` where only a person can help, else `TryLater`."""


@runtime_checkable
class EndsEarly(Protocol):
    """A channel whose answers tell that an access ended before its time, apart from all other refusals."""

    def ended_early(self, answer: Answer) -> bool:
        """Does it say so? Nothing was done then; the access is renewed and the question asked once more."""
