"""A trained head: what each word adds to the hand-set score of one detector in one language. All of it is one sum.

It is a file of JSON with the numbers of its buckets, its threshold, and how it came to be (`card`); it holds no words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any

from answerable.core.errors import Invalid
from answerable.core.text.phrases import Line
from answerable.triage.detecting.features import Origin, features
from answerable.triage.detecting.findings import Evidence, Finding, Part, Status

VERSION = 1


@dataclass(frozen=True)
class Head:
    """`bias` and `weights` (by bucket) in log-odds. A score at or over `threshold` calls a person at once."""

    detector: str
    language: str
    bias: float
    weights: Mapping[int, float]
    threshold: float
    card: Mapping[str, Any]

    def add_to(self, finding: Finding, told: Told) -> Finding:
        """The hand-set answer with a part for each word, and each sort of evidence, that something was learned about.

        It can call a person where the hand-set one did not, and never the other way round.
        """
        known, none = self.weights.get, repeat(0.0)
        sums = ((origin, sum(map(known, buckets, none))) for origin, buckets in told.buckets.items())
        learned = tuple(told.part(origin, weight) for origin, weight in sums if weight)
        whole = Finding(self.detector, finding.bias + self.bias, finding.parts + learned, over=False)
        return replace(whole, over=finding.over or whole.score >= self.threshold)


class Told:
    """A text as trained heads see it: its features, and what each of them is shown as. Made once for all heads."""

    def __init__(self, line: Line, found: Sequence[Evidence]) -> None:
        self.buckets: dict[Origin, list[int]] = {}
        for bucket, origin in features(line, found).items():
            self.buckets.setdefault(origin, []).append(bucket)
        self._found = found
        self._words = [_spoken(line, start, word) for start, word in line.words()]

    def part(self, origin: Origin, weight: float) -> Part:
        if isinstance(origin, str):
            return Part(origin, weight, tuple(each for each in self._found if each.sort == origin))
        return Part("word", weight, (self._words[origin],))


def _spoken(line: Line, start: int, word: str) -> Evidence:
    begin, end = line.at(start, start + 1 + len(word))
    return Evidence(line.text[begin:end], begin, end, word, "word", Status.PRESENT)


def told(heads: Iterable[Head]) -> dict[str, Any]:
    """Heads as plain values, to be kept."""
    return {"version": VERSION, "heads": [{**asdict(head), "weights": _rounded(head.weights)} for head in heads]}


def heads_of(values: Mapping[str, Any]) -> list[Head]:
    """Heads from the values that `told` made. Raises `KeyError` or `TypeError` for other ones."""
    return [_head(each) for each in values["heads"]]


def keep(heads: Iterable[Head], path: Path) -> None:
    """Write heads into a file."""
    path.write_text(json.dumps(told(heads), sort_keys=True), encoding="utf-8")


def load(path: Path) -> list[Head]:
    """The heads of a file. Raises `Invalid` where it holds none of this version."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["version"] != VERSION:
            raise Invalid(
                "%(path)s holds a model of version %(version)s. Train it anew.", path=path, version=values["version"]
            )
        return heads_of(values)
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise Invalid("%(path)s is no model that was trained here.", path=path) from error


def _head(values: Mapping[str, Any]) -> Head:
    return Head(**{**values, "weights": {int(bucket): float(weight) for bucket, weight in values["weights"].items()}})


def _rounded(weights: Mapping[int, float]) -> dict[int, float]:
    return {bucket: round(weight, 6) for bucket, weight in weights.items()}
