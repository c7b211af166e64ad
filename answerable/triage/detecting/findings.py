"""What a detector says of a text: a score that is exactly the sum of its parts, and the words that each part stands on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp


class Status(StrEnum):
    """Is what the words name there (`PRESENT`), said not to be, feared or asked about, or about others altogether?"""

    PRESENT = "present"
    NEGATED = "negated"
    FEARED = "feared"
    OTHER = "others"


class Tier(StrEnum):
    """When a person looks: at once and first, at once, in a batch, or by a random sample. Never "not at all"."""

    URGENT = "urgent"
    REVIEW = "review"
    BATCH = "batch"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the text, where they stand in it, and which entry of the lexicon they are."""

    words: str
    start: int
    end: int
    entry: str
    sort: str
    status: Status


@dataclass(frozen=True, slots=True)
class Part:
    """What one sort of evidence adds to a score, in log-odds."""

    sort: str
    weight: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One detector's answer. `score` is in log-odds: `bias` and the weights of all parts, added.

    `over`: a person looks at once, because the words that were set by hand or what was learned say so.
    """

    detector: str
    bias: float
    parts: tuple[Part, ...]
    over: bool

    @property
    def score(self) -> float:
        return self.bias + sum(part.weight for part in self.parts)

    @property
    def probability(self) -> float:
        """The score by the logistic function. Weights set by hand make it an order, no measured chance."""
        return 1 / (1 + exp(-self.score))


@dataclass(frozen=True, slots=True)
class Reading:
    """What all detectors say of one text, and when a person looks. `why` says it in words for the log of decisions.

    `language` is None where no language is sure. `unread` says why the detectors could not do their work: then a person
    looks, whatever they say.
    """

    language: str | None
    findings: tuple[Finding, ...]
    tier: Tier
    why: str
    unread: str | None = None

    def of(self, detector: str) -> Finding:
        """The answer of one detector. Raises `KeyError` for a name that is none."""
        for finding in self.findings:
            if finding.detector == detector:
                return finding
        raise KeyError(detector)
