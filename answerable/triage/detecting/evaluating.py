"""How well scores find what they should: the honest figures, beside reading everything, keywords and chance.

PR-AUC is average precision. The share to read for a recall is how much of the stream, in the order of the scores, a person
reads until that part of what is there was seen. At another prevalence each text without the event counts as often as makes
it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from answerable.core.text.training import chance, log_odds

RECALLS = (0.90, 0.95, 0.99)
BINS = 10


@dataclass(frozen=True)
class Scored:
    """A text's score (log-odds) and whether it is one."""

    score: float
    label: bool


@dataclass(frozen=True)
class Figures:
    """`called`: how many events score at or over the gate. `shares`: by recall. `brier` and `error` (expected calibration error) are None where scores are no chances."""

    name: str
    texts: int
    events: int
    called: int
    prevalence: float
    pr_auc: float
    shares: dict[float, float]
    brier: float | None = None
    error: float | None = None


def figures(
    name: str, scored: Sequence[Scored], *, prevalence: float | None = None, chances: bool = True, gate: float = 0.0
) -> Figures:
    """All figures of one order of reading, as the texts are or at another prevalence. Needs texts of both sorts."""
    events = sum(each.label for each in scored)
    there = events / len(scored)
    wanted = prevalence or there
    weight = events * (1 - wanted) / wanted / (len(scored) - events)
    shift = log_odds(wanted) - log_odds(there)
    chance_of = [(chance(each.score + shift), each.label) for each in scored] if chances else []
    return Figures(
        name,
        len(scored),
        events,
        sum(each.label and each.score >= gate for each in scored),
        wanted,
        _average_precision(scored, weight),
        {recall: _share(scored, weight, recall) for recall in RECALLS},
        _brier(chance_of, weight) if chances else None,
        _calibration(chance_of, weight) if chances else None,
    )


def _ranked(scored: Sequence[Scored], weight: float) -> Iterator[tuple[float, float]]:
    """Down the scores, texts of one score together: events seen and texts read so far, by weight."""
    ordered = sorted(scored, key=lambda each: -each.score)
    seen = read = 0.0
    for place, each in enumerate(ordered):
        seen += each.label
        read += 1.0 if each.label else weight
        if place + 1 == len(ordered) or ordered[place + 1].score != each.score:
            yield seen, read


def _average_precision(scored: Sequence[Scored], weight: float) -> float:
    before, area = 0.0, 0.0
    for seen, read in _ranked(scored, weight):
        area += (seen - before) * seen / read
        before = seen
    return area / before


def _share(scored: Sequence[Scored], weight: float, recall: float) -> float:
    """Within texts of one score the order is chance, so a part of them is read."""
    ranks = list(_ranked(scored, weight))
    wanted, whole = ceil(recall * ranks[-1][0]), ranks[-1][1]
    seen_before = read_before = 0.0
    for seen, read in ranks:
        if seen >= wanted:
            part = (wanted - seen_before) / (seen - seen_before)
            return (read_before + part * (read - read_before)) / whole
        seen_before, read_before = seen, read
    return 1.0


def _brier(chances: Sequence[tuple[float, bool]], weight: float) -> float:
    whole = sum(1.0 if label else weight for _, label in chances)
    return sum((1.0 if label else weight) * (share - label) ** 2 for share, label in chances) / whole


def _calibration(chances: Sequence[tuple[float, bool]], weight: float) -> float:
    bins: dict[int, list[tuple[float, float, float]]] = {}
    for share, label in chances:
        bins.setdefault(min(int(share * BINS), BINS - 1), []).append((1.0 if label else weight, share, float(label)))
    whole = sum(each for rows in bins.values() for each, _, _ in rows)
    return sum(abs(sum(much * (share - label) for much, share, label in rows)) for rows in bins.values()) / whole
