"""The part of the contract for complaint sites: asking the site to close a complaint, on a ground that its rules know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from answerable.core.wire.calls import Answer, Call


@dataclass(frozen=True)
class Ground:
    """One ground. `solved` is offered only for a case that was closed as solved; `needs_words` wants the reason in words."""

    code: str
    label: str
    solved: bool = False
    needs_words: bool = False


@runtime_checkable
class AsksClosure(Protocol):
    """A channel whose site closes complaints when it is asked to. Whether it does is the site's, or the person's, decision."""

    def grounds(self) -> Sequence[Ground]:
        """The grounds that the site's rules know."""

    def ask_closure(self, external_id: str, ground: str, words: str, settings: Mapping[str, Any]) -> Call:
        """Ask for it. `external_id` is the customer's newest utterance there. Raises `Unsupported`."""

    def closure_asked(self, answer: Answer) -> None:
        """Return if the site took the request. Raises what the answer means; asked already is fine."""
