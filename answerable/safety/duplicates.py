"""Do two reports tell of the same thing? Same patient, same product, same event: a suggestion with its reasons, for a person.

One report is made for several sources on the same patient and event (21 CFR 803.22(a)), so that finding them is a duty. Nothing
is joined by itself, and what contradicts (another sex, another day of birth) rules two reports out, however alike they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from answerable.core.text.fold import fold
from answerable.safety.reports import Patient, Product, Reaction, Report, Reporter

NEAR_DAYS = 3
SHARED = 0.5


@dataclass(frozen=True)
class Likeness:
    """Why two reports may be one: what they share of the patient, the product and the event."""

    number: str
    patient: tuple[str, ...]
    product: tuple[str, ...]
    event: tuple[str, ...]

    @property
    def strength(self) -> int:
        return len(self.patient) + len(self.product) + len(self.event)


def find(report: Report, others: Iterable[Report]) -> list[Likeness]:
    """Those among others that may tell the same, the most alike first. All three must be shared, or it is none."""
    found = (likeness(report, other) for other in others if other.number != report.number)
    return sorted((each for each in found if each), key=lambda each: (-each.strength, each.number))


def likeness(one: Report, other: Report) -> Likeness | None:
    """What two reports share; None where one of the three is not shared, or where they contradict each other."""
    if _contradict(one.patient, other.patient):
        return None
    patient = (*_same_patient(one.patient, other.patient), *_same_reporter(one.reporters, other.reporters))
    product = _same_product(one.products, other.products)
    event = _same_event(one.reactions, other.reactions)
    return Likeness(other.number, patient, product, event) if patient and product and event else None


def _contradict(one: Patient, other: Patient) -> bool:
    pairs = (
        (one.sex, other.sex),
        (one.born, other.born),
        (one.died, other.died),
        (one.record_number, other.record_number),
    )
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def _same_patient(one: Patient, other: Patient) -> tuple[str, ...]:
    """Initials alone are shared by many: they count together with age, sex or age group."""
    found = []
    if one.record_number and one.record_number == other.record_number:
        found.append("record number")
    if one.born and one.born == other.born:
        found.append("day of birth")
    traits = ((one.age, other.age), (one.sex, other.sex), (one.age_group, other.age_group))
    same = any(mine and mine == theirs for mine, theirs in traits)
    if one.initials and _letters(one.initials) == _letters(other.initials) and same:
        found.append("initials with age or sex")
    return tuple(found)


def _same_reporter(ones: Iterable[Reporter], others: Iterable[Reporter]) -> tuple[str, ...]:
    """Who tells twice tells mostly of the same person."""
    mine, theirs = ({mark for each in side for mark in _marks(each)} for side in (ones, others))
    return ("reporter",) if mine & theirs else ()


def _marks(reporter: Reporter) -> list[str]:
    return [
        mark for mark in (fold(reporter.email), re.sub(r"\D", "", reporter.telephone), fold(reporter.handle)) if mark
    ]


def _same_product(ones: Iterable[Product], others: Iterable[Product]) -> tuple[str, ...]:
    found = set()
    for mine in ones:
        for theirs in others:
            if fold(mine.name) == fold(theirs.name) != "":
                found.add("product")
                found |= {"lot"} if mine.lot and mine.lot == theirs.lot else set()
            serials = [each.device.serial for each in (mine, theirs) if each.device]
            found |= {"serial number"} if len(serials) == 2 and serials[0] == serials[1] != "" else set()
    return tuple(sorted(found))


def _same_event(ones: Iterable[Reaction], others: Iterable[Reaction]) -> tuple[str, ...]:
    """The same code or mostly the same words; two days of onset that lie apart are two events."""
    found = set()
    for mine in ones:
        for theirs in others:
            if not _near(mine.onset, theirs.onset):
                continue
            if mine.term and theirs.term and mine.term.code == theirs.term.code:
                found.add("code")
            if _share(mine.words, theirs.words) >= SHARED:
                found.add("words")
            if found and mine.onset and mine.onset == theirs.onset:
                found.add("day")
    return tuple(sorted(found))


def _near(one: date | None, other: date | None) -> bool:
    return one is None or other is None or abs((one - other).days) <= NEAR_DAYS


def _share(one: str, other: str) -> float:
    mine, theirs = (set(re.findall(r"\w{3,}", fold(each))) for each in (one, other))
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _letters(initials: str) -> str:
    return "".join(re.findall(r"\w", fold(initials)))
