"""How what was set aside is shown: its words with the reason marked, the signs in sentences, what a sample says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.intake import queries, sampling
from answerable.intake.models import Opinion, Sample, Weighed
from answerable.listening.setting_aside import Sort
from answerable.listening.sign_names import SIGNS, SORTS

Piece = tuple[str, bool]
"""A part of a text, and whether it is marked."""


@dataclass(frozen=True)
class Shown:
    """One row for the screen. `words` is empty where they are gone."""

    row: Weighed
    pieces: list[Piece]
    signs: list[str]
    queries: list[str]
    copies: int
    case: Case | None
    says: str


def shown(rows: Sequence[Weighed], viewer: Viewer) -> list[Shown]:
    told, texts = queries.about(rows, viewer), queries.texts(rows, viewer)
    return [
        Shown(
            row=row,
            pieces=pieces(texts.get(row.pk, ""), _spans(row)),
            signs=[sentence(row, each) for each in row.evidence],
            queries=sorted({told.queries[version] for version in row.versions if version in told.queries}),
            copies=told.copies.get(row.pk, 0),
            case=told.cases.get(row.pk),
            says=row.opinion.says if hasattr(row, "opinion") else "",
        )
        for row in rows
    ]


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    """A text cut where marks begin and end; marks that overlap are one."""
    cut, at = list[Piece](), 0
    for start, end in sorted(spans):
        if end > max(at, start):
            cut += [(text[at:start], False)] if start > at else []
            cut.append((text[max(at, start) : end], True))
            at = end
    return [each for each in (*cut, (text[at:], False)) if each[0]]


def sentence(row: Weighed, sign: dict[str, Any]) -> str:
    """A sign in words, with what it weighs. A word of another meaning is its own name."""
    name = SIGNS.get(sign["name"])
    return f"{_(name) if name else '“' + sign['name'] + '”'} ({sign['weight']:+.1f})"


def names() -> dict[str, str]:
    """What each sort is called, and what else a person may say."""
    return {Opinion.OURS: _("Ours, to be read"), **sorts(), Opinion.UNSURE: _("Not sure")}


def sorts() -> dict[str, str]:
    return {str(sort): _(SORTS[sort]) for sort in Sort}


@dataclass(frozen=True)
class Measured:
    """A sample and what it says; no figures while some of it is unread."""

    sample: Sample
    figures: sampling.Figures | None
    left: int


def measured(viewer: Viewer) -> list[Measured]:
    return [measure(each) for each in queries.samples(viewer)]


def measure(sample: Sample) -> Measured:
    return Measured(sample, sampling.figures(sample), len(sampling.unread(sample)))


def _spans(row: Weighed) -> list[tuple[int, int]]:
    return [(start, end) for sign in row.evidence for start, end in sign["spans"]]
