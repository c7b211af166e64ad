"""Two readings of the same judged messages side by side: what is in use now, and what would be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from answerable.core.shares import interval
from answerable.triage.detecting.evaluating import Scored, figures
from answerable.triage.detecting.heads import Head
from answerable.triage.detecting.learning import Labelled
from answerable.triage.detecting.names import Names
from answerable.triage.detecting.reading import read

FEWEST = 10
"""Events on what was kept back below which nothing is said to be better."""

Row = dict[str, Any]


def compare(judged: Sequence[Labelled], *, names: Names, before: Iterable[Head], after: Iterable[Head]) -> list[Row]:
    """For each head of `after`: how many events there are, and what either finds at once, calls wrongly and how it orders."""
    then, now = list(after), list(before)
    return [_row(head, [each for each in judged if head.detector in each.verdicts], names, now, then) for head in then]


def is_better(rows: Iterable[Row]) -> bool:
    """Enough was measured, no detector finds fewer events at once or orders worse, and one finds more or orders better."""
    all_rows = list(rows)
    measured = [row for row in all_rows if row["events"] >= FEWEST and row["others"]]
    if not measured or len(measured) < len(all_rows):
        return False
    worse = any(row["after"]["found"] < row["before"]["found"] or _gain(row) < 0 for row in measured)
    return not worse and any(row["after"]["found"] > row["before"]["found"] or _gain(row) > 0 for row in measured)


def _gain(row: Row) -> float:
    return float(row["after"]["order"]) - float(row["before"]["order"])


def _row(head: Head, judged: Sequence[Labelled], names: Names, now: list[Head], then: list[Head]) -> Row:
    mine = [each for each in judged if read(each.text, names=names).language == head.language]
    events = sum(each.verdicts[head.detector] for each in mine)
    return {
        "detector": head.detector,
        "language": head.language,
        "learned_from": head.card["texts"],
        "events": events,
        "others": len(mine) - events,
        "before": _side(head.detector, mine, events, names, now),
        "after": _side(head.detector, mine, events, names, then),
    }


def _side(detector: str, judged: Sequence[Labelled], events: int, names: Names, heads: list[Head]) -> Row:
    said = [(read(each.text, names=names, heads=heads).of(detector), each.verdicts[detector]) for each in judged]
    found = sum(finding.over and there for finding, there in said)
    scored = [Scored(finding.score, there) for finding, there in said]
    return {
        "found": found,
        "interval": interval(found, events) if events else None,
        "wrongly": sum(finding.over and not there for finding, there in said),
        "order": figures(detector, scored, chances=False).pr_auc if 0 < events < len(judged) else 0.0,
    }
