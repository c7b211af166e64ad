"""The part of the contract for places where no program may post: a person posts the answer there, and says where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from answerable.channels.contract import Reply


@runtime_checkable
class AnswersByHand(Protocol):
    """A channel on which people post our answers in public. No such answer is ever called sent before somebody says so."""

    def where(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        """The web address at which a person posts it; empty where this source posts by itself, with `say`.

        Raises `Unsupported` for an answer that does not fit there.
        """
