"""Figures, their aims, and how they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Figure:
    """One measured value. `most` and `least` are its aim, if it has one; `note` says how it was come by.

    `why` is what is known of the reason, and told only when the aim is missed.
    """

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    note: str = ""
    why: str = ""

    @property
    def met(self) -> bool | None:
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    @property
    def aim(self) -> str:
        if self.most is not None:
            return f"at most {self.most:g}"
        return f"at least {self.least:g}" if self.least is not None else ""

    def __str__(self) -> str:
        verdict = {None: "", True: "met", False: "MISSED"}[self.met]
        line = f"{self.name:<63}{self.value:>8.1f} {self.unit:<6}{self.aim:<13}{verdict:<8}{self.note}".rstrip()
        return f"{line}\n{'':<8}why: {self.why}" if self.met is False and self.why else line


def high(values: Sequence[float], percent: int = 95) -> float:
    """The value that so many percent of the values do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def timed(name: str, milliseconds: Sequence[float], *, most: float, note: str = "", why: str = "") -> Figure:
    """Times as one figure: the 95th percentile, with the median beside it."""
    middle = f"median {median(milliseconds):.1f} ms of {len(milliseconds)}"
    return Figure(
        f"{name}, p95", high(milliseconds), "ms", most=most, note=f"{middle}{'; ' if note else ''}{note}", why=why
    )
