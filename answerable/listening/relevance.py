"""Why an utterance is ours: it was said to us, or found by what we listen for. Pure: what decides is handed in.

What is said to us is always ours, and so is what somebody says who is known on a basis and speaks of one of our topics.
What only its words found may be set aside, with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """The reason for which a message is here."""

    PRIVATE = "private"
    MENTION = "mention"
    REPLY = "reply"
    PLACE = "place"
    QUERY = "query"
    KNOWN = "known"
    WORDS = "words"


BY_WORDS = frozenset({Why.QUERY, Why.WORDS})
MOST = 10
"""Reasons kept of one message. Busy queries match together, and ten say as much as a hundred."""

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Reason:
    """One reason. `version` is that of a saved query, `topic` and `basis` (an id) are for known people.

    `spans` are the places in the text that show it, `facts` what shows it beside the text (`from:kamil`).
    """

    why: Why
    version: int | None = None
    topic: str = ""
    basis: int | None = None
    spans: Spans = ()
    facts: tuple[str, ...] = ()

    @property
    def is_by_words(self) -> bool:
        """Nobody said it to us, and nobody whom we know said it: only its words found it."""
        return self.why in BY_WORDS


@dataclass(frozen=True)
class Circumstances:
    """What is known of an utterance beside its words. `is_place` is true where everything is said at a place of ours."""

    is_private: bool = False
    names_us: bool = False
    answers_us: bool = False
    is_place: bool = False


def to_us(told: Circumstances) -> Why | None:
    """Why it was said to us; None for what was only found."""
    if told.is_private:
        return Why.PRIVATE
    if told.answers_us:
        return Why.REPLY
    if told.names_us:
        return Why.MENTION
    return Why.PLACE if told.is_place else None
