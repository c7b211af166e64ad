"""From people's verdicts to heads, and how good they are on texts that they did not learn from.

A set is split by groups (a post, a thread, an author), never by sentence: sentences of one post know each other. No
recall is claimed on fewer than `ENOUGH` events: 133 of 140 found proves nine in ten, fewer prove less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from answerable.core.text.training import SEED, Example, logit, shuffled, train
from answerable.triage.detecting import reading
from answerable.triage.detecting.evaluating import Figures, Scored, figures
from answerable.triage.detecting.features import features
from answerable.triage.detecting.heads import Head
from answerable.triage.detecting.names import Names

FOLDS = 5
RECALL = 0.95
ENOUGH = 140
FEWEST = 20
RARE = 0.03
UNSURE = "no sure language"


@dataclass(frozen=True)
class Labelled:
    """A text with people's verdicts by detector. `group`: what must not be torn apart when the set is split. `kind`: what
    is hard about it.
    """

    text: str
    verdicts: dict[str, bool]
    group: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Lesson:
    """All examples of one detector in one language."""

    detector: str
    language: str
    examples: Sequence[Example]

    @property
    def events(self) -> int:
        return sum(example.label for example in self.examples)


def learn(labelled: Iterable[Labelled], *, names: Names) -> list[Head]:
    """A head for each detector and language that has at least `FEWEST` texts of either sort; in a fixed order."""
    return [_head(lesson) for lesson in lessons(labelled, names=names) if lesson.language != UNSURE]


def measure(labelled: Iterable[Labelled], *, names: Names) -> Iterator[tuple[Lesson, list[Figures]]]:
    """For each lesson the figures of heads that were learned without the text, beside keywords alone.

    As the set is, and as if `RARE` of the texts were events, which is nearer to a real stream.
    """
    for lesson in lessons(labelled, names=names):
        learned, keywords = _left_out(lesson), [Scored(each.start, each.label) for each in lesson.examples]
        yield (
            lesson,
            [
                figures(name, scored, prevalence=share, chances=name == "learned", gate=reading.weights().gate)
                for share in (None, RARE)
                for name, scored in (("learned", learned), ("keywords", keywords))
            ],
        )


def lessons(labelled: Iterable[Labelled], *, names: Names) -> list[Lesson]:
    """The examples, sorted by detector and language. A text in no sure language counts as `UNSURE`: it is measured and teaches nobody."""
    rows = sorted(_examples(labelled, names), key=lambda row: row[:2])
    found = [
        Lesson(detector, language, [row[2] for row in group])
        for (detector, language), group in groupby(rows, key=lambda row: row[:2])
    ]
    return [each for each in found if FEWEST <= each.events <= len(each.examples) - FEWEST]


def _examples(labelled: Iterable[Labelled], names: Names) -> Iterator[tuple[str, str, Example]]:
    for number, each in enumerate(labelled):
        seen = reading.look(each.text, names=names)
        buckets = list(features(seen.line, seen.found))
        for detector, verdict in each.verdicts.items():
            start = reading.by_hand(detector, seen).score
            yield detector, seen.language or UNSURE, Example(buckets, start, verdict, each.group or str(number))


def _head(lesson: Lesson) -> Head:
    bias, weights = train(lesson.examples)
    scores = sorted((each.score for each in _left_out(lesson) if each.label), reverse=True)
    threshold = scores[min(int(RECALL * len(scores)), len(scores) - 1)]
    card = {"texts": len(lesson.examples), "events": lesson.events, "seed": SEED, "recall_aimed_at": RECALL}
    return Head(lesson.detector, lesson.language, bias, weights, threshold, card)


def _left_out(lesson: Lesson) -> list[Scored]:
    """Each text scored by a head that learned from the other groups only."""
    groups = shuffled({each.group for each in lesson.examples}, seed=SEED)
    fold = {group: place % FOLDS for place, group in enumerate(groups)}
    scored = []
    for left in range(FOLDS):
        head = train([each for each in lesson.examples if fold[each.group] != left])
        scored += [Scored(logit(*head, each), each.label) for each in lesson.examples if fold[each.group] == left]
    return scored
