"""Questions about coding: which words of which reports have no term of the workspace's dictionaries yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet

from answerable.core import access
from answerable.core.access import Viewer
from answerable.safety import reporting
from answerable.safety.models import Decision, Dictionary, Version
from answerable.safety.reports import Report as Values

DRAFT = '{"draft":true'
"""How the neutral document of a version begins whose reactions are not all coded: its keys are sorted."""


class Place(StrEnum):
    """What a term is chosen for."""

    REACTION = "reaction"
    TAKEN_FOR = "taken_for"
    PROBLEM = "problem"


KINDS = {
    Place.REACTION: Dictionary.Kind.MEDDRA,
    Place.TAKEN_FOR: Dictionary.Kind.MEDDRA,
    Place.PROBLEM: Dictionary.Kind.IMDRF,
}


@dataclass(frozen=True)
class Wanted:
    """Words of a report that have no term yet: the `number`-th reaction or product of a version."""

    version: Version
    place: Place
    number: int
    words: str
    language: str = ""
    translation: str = ""

    @property
    def kind(self) -> str:
        return KINDS[self.place]

    @property
    def key(self) -> str:
        """Names it in an address: "12.reaction.0"."""
        return f"{self.version.report_id}.{self.place}.{self.number}"


def queue(viewer: Viewer) -> QuerySet[Version]:
    """The latest versions that are drafts for want of a term, the oldest day zero first; not those that need none,
    because somebody signed that they are not reportable.
    """
    later = Version.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    closed = Decision.objects.filter(version=OuterRef("pk"), outcome=Decision.Outcome.NOT_REPORTABLE)
    drafts = access.rows(Version, viewer).filter(document__startswith=DRAFT)
    found = drafts.filter(~Exists(later), ~Exists(closed)).select_related("report__message")
    return found.order_by("report__received_at", "pk")


def everything(version: Version) -> Iterator[Wanted]:
    """Each place of a version that may have a term, coded or not."""
    values = reporting.values_of(version)
    for number, each in enumerate(values.reactions):
        yield Wanted(version, Place.REACTION, number, each.words, each.language, each.translation)
    for number, product in enumerate(values.products):
        if product.taken_for:
            yield Wanted(version, Place.TAKEN_FOR, number, product.taken_for, values.told_language)
        if product.device:
            told = values.narrative or values.told
            yield Wanted(version, Place.PROBLEM, number, f"{product.name}: {told}", values.told_language)


def wanted(version: Version) -> Iterator[Wanted]:
    """What of a version has no term yet."""
    values = reporting.values_of(version)
    return (each for each in everything(version) if not _is_coded(values, each))


def _is_coded(values: Values, place: Wanted) -> bool:
    if place.place is Place.REACTION:
        return values.reactions[place.number].term is not None
    product = values.products[place.number]
    if place.place is Place.TAKEN_FOR:
        return product.term_taken_for is not None
    return bool(product.device and product.device.problems)
