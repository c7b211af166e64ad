"""How likely a count is, as a power of ten. Arithmetic; no library is needed for three sums.

A count is held against a Poisson law where it varies as chance alone would have it, and against a negative binomial law
where it varies more, as what people say to each other does.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log, log10

ENOUGH = 1e-9
"""A sum goes on until what is added is no more than this share of it."""
MOST_TERMS = 5_000
TEN = log(10)
Law = tuple[float, Callable[[int], float]]
"""The logarithm of the chance of a count, and how much of it each further one has."""


def above(count: int, mean: float, variance: float) -> float:
    """The odds of `count` or more: -3.0 is one in a thousand, 0.0 is nothing unusual."""
    if count <= mean or count <= 0:
        return 0.0
    if mean <= 0:
        return float("-inf")
    odds, ratio = (_poisson if variance <= mean * 1.000001 else _negative_binomial)(count, mean, variance)
    term = total = 1.0
    for step in range(MOST_TERMS):
        term *= ratio(count + step)
        total += term
        if term < total * ENOUGH:
            break
    return min(0.0, (odds + log(total)) / TEN)


def nothing(mean: float, variance: float) -> float:
    """The odds of hearing nothing at all."""
    if variance <= mean * 1.000001:
        return -mean / TEN
    return mean * mean / (variance - mean) * log10(mean / variance)


def share(hits: int, of: int, usual: float, certainty: float) -> float:
    """The odds of `hits` or more among `of`, where `usual` is the share known from `certainty` earlier ones."""
    if of <= 0 or hits <= of * usual:
        return 0.0
    for_it, against = usual * certainty, (1 - usual) * certainty
    known = lgamma(certainty) - lgamma(for_it) - lgamma(against)

    def one(count: int) -> float:
        ways = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
        drawn = lgamma(count + for_it) + lgamma(of - count + against) - lgamma(of + certainty)
        return ways + drawn + known

    logs = [one(count) for count in range(hits, of + 1)]
    most = max(logs)
    return min(0.0, (most + log(sum(exp(each - most) for each in logs))) / TEN)


def _poisson(count: int, mean: float, _variance: float) -> Law:
    return count * log(mean) - mean - lgamma(count + 1), lambda at: mean / (at + 1)


def _negative_binomial(count: int, mean: float, variance: float) -> Law:
    size, steady = mean * mean / (variance - mean), mean / variance
    odds = lgamma(count + size) - lgamma(count + 1) - lgamma(size) + size * log(steady) + count * log(1 - steady)
    return odds, lambda at: (at + size) / (at + 1) * (1 - steady)
