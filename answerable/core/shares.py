"""How sure a share is that was seen in so many looks: the exact interval (Clopper and Pearson 1934)."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log, log1p

SURE = 0.95

Rising = Callable[[float], float]


def interval(found: int, of: int, *, sure: float = SURE) -> tuple[float, float]:
    """The exact interval, at 95 %, of a share of which `found` in `of` were seen. Raises `ValueError` for none seen."""
    if not 0 <= found <= of or of == 0:
        raise ValueError("A share needs at least one thing that was looked at.")
    tail = (1 - sure) / 2
    low = 0.0 if found == 0 else _root(lambda share: 1 - _at_most(found - 1, of, share), tail)
    high = 1.0 if found == of else _root(lambda share: -_at_most(found, of, share), -tail)
    return low, high


def _at_most(found: int, of: int, share: float) -> float:
    """The chance of at most so many; by logarithms, because the ways to choose outgrow a float at a thousand."""
    hit, miss = log(share), log1p(-share)
    ways = (lgamma(of + 1) - lgamma(each + 1) - lgamma(of - each + 1) for each in range(found + 1))
    return sum(exp(way + each * hit + (of - each) * miss) for each, way in enumerate(ways))


def _root(rising: Rising, wanted: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return low
