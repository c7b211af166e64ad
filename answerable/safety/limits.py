"""Which time limits of the law a report has: by what the product is, where it is sold, where it happened, and how serious it is.

Pure. What is not known counts as what makes the limit shorter: expectedness is not known here, so nothing is expected. What a
person must judge is left to a person: a threat to public health (2 days, 72 hours) and a remedial action (5 work days).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from answerable.clocks.rulebook import Awareness
from answerable.safety.criteria import validity
from answerable.safety.reports import Report, Seriousness, Situation, Sort

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "IS",
        "LI",
        "NO",
    ]
)  # with the countries of the EEA
COMPANY = "company.to_safety"
SUPPLEMENT = "us.803.56"
DETERIORATED = {Seriousness.DEATH, Seriousness.LIFE_THREATENING, Seriousness.DISABLING}

SERIOUS_EU = gettext_noop("The report is valid and serious, and the medicine is sold in the EU.")
NOT_SERIOUS_EU = gettext_noop("The report is valid and not serious, and it happened in the EU.")
SERIOUS_US = gettext_noop(
    "The report is valid and serious, and the product is sold in the USA. Whether it is expected is not known."
)
SERIOUS_BR = gettext_noop("It is serious and happened in Brazil.")
DEATH_EU = gettext_noop("It is death or a grave deterioration, and the device is sold in the EU.")
INCIDENT_EU = gettext_noop("It is serious, and the device is sold in the EU.")
INJURY_US = gettext_noop("It is serious, and the device is sold in the USA.")
FAILED_US = gettext_noop("The device may have malfunctioned, and it is sold in the USA.")
DEATH_BR = gettext_noop("It is death or a counterfeit, and it happened in Brazil.")
COMPLAINT_BR = gettext_noop("It is a technical complaint about a device, and it happened in Brazil.")
SUSPECTED = gettext_noop("It may be a report, and the safety unit has to hear of it.")


@dataclass(frozen=True)
class Kind:
    """What the law says a product is, and where it is sold. Empty where nobody said so."""

    medicine: bool = False
    device: bool = False
    combined: bool = False
    sold_in: Collection[str] = ()

    def is_sold_in(self, countries: Collection[str]) -> bool:
        return bool(set(self.sold_in) & set(countries))


@dataclass(frozen=True)
class Wanted:
    """One limit: its rule, the moment from which it runs, and why."""

    rule: str
    awareness: Awareness
    why: str


def wanted(report: Report, kinds: Collection[Kind], *, public: bool = False) -> list[Wanted]:
    """All limits of a report. `public`: it was said where everybody reads it, and its network says when."""
    found = [Wanted(COMPANY, Awareness.CAPTURED_AT, SUSPECTED)]
    for kind in kinds:
        found += _of_medicine(report, kind, public=public) if kind.medicine else ()
        found += _of_device(report, kind) if kind.device else ()
    return list(dict.fromkeys(found))


def countries_of(report: Report) -> set[str]:
    """Where it happened: where the reaction is said to be, else where the reporter is, else where it was received."""
    said = {each.country for each in report.reactions} or {each.country for each in report.reporters}
    return {each for each in said if each} or {report.country}


def _of_medicine(report: Report, kind: Kind, *, public: bool) -> Iterator[Wanted]:
    where, serious = countries_of(report), report.is_serious
    if "BR" in where and serious:
        yield Wanted("br.rdc406.serious", Awareness.CAPTURED_AT, SERIOUS_BR)
    if not report.reactions or not validity(report).valid:
        return
    if serious and (kind.is_sold_in(EU) or where & EU):
        yield from _from_post("eu.gvp6.serious", SERIOUS_EU, public=public)
    elif where & EU:
        yield from _from_post("eu.gvp6.non_serious", NOT_SERIOUS_EU, public=public)
    if serious and kind.is_sold_in({"US"}):
        rule = "us.4.102.drug_led" if kind.combined else "us.314.80.serious_unexpected"
        yield Wanted(rule, Awareness.CRITERIA_MET_AT, SERIOUS_US)


def _from_post(rule: str, why: str, *, public: bool) -> Iterator[Wanted]:
    """On public places the days run from the post, too: the conservative date stands beside the other one (VI.B.1.1.4)."""
    yield Wanted(rule, Awareness.CRITERIA_MET_AT, why)
    if public:
        yield Wanted(rule, Awareness.POSTED_AT, why)


def _of_device(report: Report, kind: Kind) -> Iterator[Wanted]:
    reasons = {reason for each in report.reactions for reason in each.seriousness}
    captured, where = Awareness.CAPTURED_AT, countries_of(report)
    complaint = report.sort is Sort.TECHNICAL_COMPLAINT
    if reasons and (kind.is_sold_in(EU) or where & EU):
        deteriorated = bool(reasons & DETERIORATED)
        yield Wanted(
            "eu.mdr.87.5" if deteriorated else "eu.mdr.87.3", captured, DEATH_EU if deteriorated else INCIDENT_EU
        )
    if kind.is_sold_in({"US"}) and (reasons or complaint):
        yield Wanted("us.803.50", captured, INJURY_US if reasons else FAILED_US)
        if kind.combined and reasons and validity(report).valid:
            yield Wanted("us.4.102.device_led", Awareness.CRITERIA_MET_AT, SERIOUS_US)
    if "BR" in where:
        yield from _of_device_in_brazil(report, reasons, complaint=complaint)


def _of_device_in_brazil(report: Report, reasons: set[Seriousness], *, complaint: bool) -> Iterator[Wanted]:
    if Seriousness.DEATH in reasons or Situation.COUNTERFEIT in report.situations:
        yield Wanted("br.rdc67.death", Awareness.CAPTURED_AT, DEATH_BR)
    elif reasons:
        yield Wanted("br.rdc67.serious", Awareness.CAPTURED_AT, SERIOUS_BR)
    if complaint:
        yield Wanted("br.rdc67.complaint", Awareness.CAPTURED_AT, COMPLAINT_BR)
