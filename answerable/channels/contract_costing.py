"""The part of the contract for channels whose calls cost money: what a call costs, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from answerable.core.wire.calls import Answer, Call


@dataclass(frozen=True)
class Cost:
    """An amount in the currency that the declaration names, and what it is paid for in a word or two ("posts read")."""

    amount: Decimal
    currency: str
    what: str


@runtime_checkable
class Costs(Protocol):
    """A channel whose calls cost money. `Spec.currency` names the currency."""

    def cost(self, call: Call, settings: Mapping[str, Any], answer: Answer | None = None) -> Cost:
        """What a call costs: the most that it may, before there is an answer, then what it did. Never raises.

        A call that is free costs nothing; a price that is not known is the highest that it may be.
        """
