"""Is a case valid? The four minimum criteria, each present, absent or unclear, and what to ask when one is missing.

GVP Module VI Rev 2, VI.B.2. Fewer than four is an incomplete case: it is kept and followed up, never discarded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from answerable.core.errors import Invalid
from answerable.safety.reports import (
    AgeGroup,
    Criterion,
    Minimum,
    Patient,
    Product,
    Qualification,
    Report,
    Reporter,
    Role,
    Sex,
    Span,
    Status,
)

TO_ASK: Mapping[Minimum, str] = {
    Minimum.REPORTER: "Ask who tells this and how we can reach that person.",
    Minimum.PATIENT: "Ask who was affected: initials, age or sex is enough.",
    Minimum.PRODUCT: "Ask which product it was.",
    Minimum.REACTION: "Ask what happened.",
}
SUSPECTED = {Role.SUSPECT, Role.INTERACTING, Role.NOT_TAKEN}


@dataclass(frozen=True)
class Validity:
    """The four answers, and what follows from them."""

    criteria: Mapping[Minimum, Criterion]

    @property
    def valid(self) -> bool:
        """All four are present. Unclear is not present."""
        return not self.missing

    @property
    def missing(self) -> tuple[Minimum, ...]:
        return tuple(each for each in Minimum if self.criteria[each].status is not Status.PRESENT)

    def sentences(self) -> tuple[str, ...]:
        """What to ask, in the order of the four."""
        return tuple(TO_ASK[each] for each in self.missing)


def validity(report: Report) -> Validity:
    """What a person decided; where nobody did, what the report itself shows."""
    return Validity({each: report.criteria.get(each) or Criterion(shown(report, each)) for each in Minimum})


def shown(report: Report, minimum: Minimum) -> Status:
    """What the values of a report show of one criterion."""
    if minimum is Minimum.REPORTER:
        return _best([_of_reporter(each) for each in report.reporters])
    if minimum is Minimum.PATIENT:
        return _of_patient(report.patient)
    if minimum is Minimum.PRODUCT:
        return _best([_of_product(each) for each in report.products])
    return Status.PRESENT if any(each.words.strip() for each in report.reactions) else Status.ABSENT


def completed(report: Report) -> Report:
    """The report with what the guidance puts in the place of what is not known: a consumer, in the country of receipt."""
    reporters = tuple(
        replace(
            each,
            qualification=each.qualification or Qualification.CONSUMER,
            country=each.country or report.country,
        )
        for each in report.reporters
    )
    return replace(report, reporters=reporters)


def enough_for_poland(report: Report) -> bool:
    """Prawo farmaceutyczne art. 36e (read in a text page): the patient by initials, sex or age, and who reports by name."""
    patient = report.patient
    named = any(each.family_name or each.given_name for each in report.reporters)
    return named and bool(patient.initials or patient.sex or patient.age or patient.age_group)


def proved(report: Report, texts: Mapping[str, str], *, besides: Collection[Span] = ()) -> None:
    """Raises `Invalid` when a span is not the words of its place: what shows a criterion must be what was written.

    `besides` were proved before.
    """
    for span in spans(report):
        if span not in besides and not span.stands_in(texts.get(span.text_id, "")):
            raise Invalid(
                "The words “%(words)s” do not stand at %(start)s to %(end)s of the text %(text)s. Nothing was changed. "
                "Mark them again.",
                "spans",
                words=span.words,
                start=span.start,
                end=span.end,
                text=span.text_id,
            )


def spans(report: Report) -> Iterator[Span]:
    """All words that the report names as showing something."""
    for criterion in report.criteria.values():
        yield from criterion.spans
    for reaction in report.reactions:
        yield from reaction.spans
    for product in report.products:
        yield from product.spans


def _best(found: list[Status]) -> Status:
    for status in (Status.PRESENT, Status.UNCLEAR):
        if status in found:
            return status
    return Status.ABSENT


def _of_reporter(reporter: Reporter) -> Status:
    """A name or a way to reach somebody shows that the person exists. A handle alone is for a person to decide."""
    if reporter.given_name or reporter.family_name or reporter.telephone or "@" in reporter.email.strip("@"):
        return Status.PRESENT
    known = reporter.handle or reporter.organisation or reporter.email
    return Status.UNCLEAR if known else Status.ABSENT


def _of_patient(patient: Patient) -> Status:
    """One of initials, record number, birth, age, age group or sex is enough; “some patients” is nobody."""
    if patient.several:
        return Status.ABSENT
    one = patient.initials or patient.record_number or patient.age or patient.born
    shown = one or patient.age_group is not AgeGroup.UNKNOWN or patient.sex is not Sex.UNKNOWN
    return Status.PRESENT if shown else Status.ABSENT


def _of_product(product: Product) -> Status:
    if product.role not in SUSPECTED:
        return Status.ABSENT
    return Status.PRESENT if product.name.strip() else Status.UNCLEAR
