"""The part of the contract for networks that are signed in to by browser (RFC 6749, 4.1, with RFC 7636), as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from answerable.core.wire.calls import Answer, HttpCall


@dataclass(frozen=True)
class Authorised:
    """What the network gave: values for secret settings of the source, by their names.

    `lasts` is for how many seconds the house may act with them before a person must sign in again; None where the
    network names no end, or where the house renews it by itself (`Renews`).
    """

    values: Mapping[str, str] = field(repr=False)
    lasts: int | None = None


@runtime_checkable
class Authorises(Protocol):
    """A network on whose own page a person lets the house in."""

    def authorise_at(self, redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
        """The address of that page. `challenge` is the S256 one; `state` comes back with the code."""

    def exchange(self, code: str, redirect: str, verifier: str, settings: Mapping[str, Any]) -> HttpCall:
        """Ask for the tokens behind the code."""

    def authorised(self, answer: Answer) -> Authorised:
        """What the answer gives. Raises `Reauthorise` where a person must begin anew, else `TryLater`."""
