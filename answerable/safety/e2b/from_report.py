"""A report as the elements of an E2B(R3) batch: one message, ready for `writer.write` and `checker.check`.

Words that are longer than their element stand there as far as they go, and whole in the account in their own language (H.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from answerable.core.errors import Invalid
from answerable.safety import criteria
from answerable.safety.e2b.groups import Group, Null, Value, batch
from answerable.safety.reports import (
    AgeGroup,
    Device,
    Outcome,
    Patient,
    Product,
    Qualification,
    Reaction,
    Report,
    Reporter,
    Role,
    Seriousness,
    Sex,
    Situation,
)

SERIOUS = dict(zip(Seriousness, "abcdef", strict=True))
OUTCOMES = {
    Outcome.UNKNOWN: "0",
    Outcome.RECOVERED: "1",
    Outcome.RECOVERING: "2",
    Outcome.NOT_RECOVERED: "3",
    Outcome.SEQUELAE: "4",
    Outcome.FATAL: "5",
}
QUALIFICATIONS = dict(zip(list(Qualification)[:5], "12345", strict=True))
ROLES = dict(zip(Role, "1234", strict=True))
SEXES = {Sex.MALE: "1", Sex.FEMALE: "2"}
AGE_GROUPS = dict(zip(list(AgeGroup)[:7], "0123456", strict=True))
SITUATIONS = {
    Situation.COUNTERFEIT: "1",
    Situation.OVERDOSE: "2",
    Situation.MEDICATION_ERROR: "7",
    Situation.MISUSE: "8",
    Situation.ABUSE: "9",
    Situation.OCCUPATIONAL: "10",
    Situation.OFF_LABEL: "11",
}


TO_FDA = "ZZFDA"


@dataclass(frozen=True)
class Sending:
    """Who sends to whom, and under which number: what the two have agreed."""

    organisation: str
    sender: str
    receiver: str
    batch_receiver: str
    batch: str
    at: datetime
    zone: str = "UTC"
    trial: bool = False

    def day(self, at: datetime) -> str:
        """The date on the wall where reports are made."""
        return _day(at.astimezone(ZoneInfo(self.zone)).date())


def batch_of(report: Report, sending: Sending) -> Group:
    """The batch with one message. Raises `Invalid` for a report whose reactions are not coded: that is a draft."""
    return batch_of_all([report], sending)


def batch_of_all(reports: Iterable[Report], sending: Sending) -> Group:
    """One batch with a message for each report. Raises `Invalid` for one that is a draft."""
    whole = batch()
    whole.elements |= {"N.1.1": "1", "N.1.2": sending.batch, "N.1.3": sending.sender}
    whole.elements |= {"N.1.4": sending.batch_receiver, "N.1.5": _second(sending.at)}
    for report in reports:
        _message(whole, report, sending)
    return whole


def _message(whole: Group, report: Report, sending: Sending) -> None:
    if not report.is_coded:
        count = sum(each.term is None for each in report.reactions)
        raise Invalid(
            "The report %(number)s cannot be sent as E2B(R3): %(count)s of its reactions have no code of MedDRA. It was not "
            "changed. Code them, or hand it over as a draft.",
            "term",
            number=report.number,
            count=count or "all",
        )
    message = whole.add("N.2.r", **_header(report, sending))
    message.put("processing", "T" if sending.trial else None)
    report = criteria.completed(report)
    for number, reporter in enumerate(report.reporters):
        _reporter(message.add("C.2.r"), reporter, first=number == 0)
    _patient(message, report.patient)
    for number, reaction in enumerate(report.reactions):
        _reaction(message.add("E.i"), reaction, mark(report, "reaction", number))
    for number, product in enumerate(report.products):
        _product(message.add("G.k"), product, report, number)
    if sending.batch_receiver == TO_FDA:
        _for_fda(message, report)
    if report.told:
        message.add("H.5.r", **{"H.5.r.1a": report.told, "H.5.r.1b": report.told_language})


def _for_fda(message: Group, report: Report) -> None:
    """What FDA’s regional package asks besides. Race and ethnicity are never asked for here, so they are unknown."""
    expedited = message.text("C.1.7") == "true"
    message.put("FDA.C.1.7.1", "1" if expedited else "2")
    message.put("FDA.C.1.12", _flag(any(each.device for each in report.products)))
    message.add("FDA.D.11.r", **{"FDA.D.11.r.1": Null("UNK")})
    message.put("FDA.D.12", Null("UNK"))


def mark(report: Report, what: str, number: int) -> str:
    """The mark of a reaction or a product inside its message: the same whenever the report is written."""
    return str(uuid5(NAMESPACE_URL, f"answerable:{report.number}:{what}:{number}"))


def _header(report: Report, sending: Sending) -> dict[str, Value]:
    made = _second(sending.at)
    serious = report.is_serious
    return {
        "N.2.r.1": report.number,
        "N.2.r.2": sending.sender,
        "N.2.r.3": sending.receiver,
        "N.2.r.4": made,
        "C.1.1": report.number,
        "C.1.2": made,
        "C.1.3": "1",
        "C.1.4": sending.day(report.received_at),
        "C.1.5": sending.day(report.latest_at),
        "C.1.6.1": "false",
        "C.1.7": _flag(serious if report.expedited is None else report.expedited),
        "C.1.8.1": report.number,
        "C.1.8.2": "2",
        "C.1.9.1": Null("NI"),
        "C.3.1": "1",
        "C.3.2": sending.organisation,
        "H.1": report.narrative,
    }


def _reporter(group: Group, reporter: Reporter, *, first: bool) -> None:
    """Names go masked: the other side needs to know that there is somebody, and we keep how to reach them."""
    group.put("C.2.r.1.2", Null("MSK") if reporter.given_name else None)
    group.put("C.2.r.1.4", Null("MSK") if reporter.family_name else None)
    group.put("C.2.r.2.1", reporter.organisation[:60])
    group.put("C.2.r.3", reporter.country)
    group.put("C.2.r.4", QUALIFICATIONS.get(reporter.qualification, Null("UNK")))
    group.put("C.2.r.5", "1" if first else None)


def _patient(message: Group, patient: Patient) -> None:
    message.put("D.1", patient.initials or Null("UNK"))
    message.put("D.1.1.1", Null("MSK") if patient.record_number else None)
    message.put("D.2.1", _day(patient.born))
    message.put("D.2.2a", patient.age)
    message.put("D.2.2b", patient.age_unit if patient.age else None)
    message.put("D.2.3", AGE_GROUPS.get(patient.age_group))
    message.put("D.3", patient.weight_kg)
    message.put("D.5", SEXES.get(patient.sex))
    message.put("D.7.2", patient.history or Null("UNK"))
    message.put("D.9.1", _day(patient.died))
    message.put("D.9.3", Null("UNK") if patient.died else None)


def _reaction(group: Group, reaction: Reaction, mark: str) -> None:
    group.put("E.i.id", mark)
    group.put("E.i.1.1a", reaction.words[:250])
    group.put("E.i.1.1b", reaction.language)
    group.put("E.i.1.2", reaction.translation[:250])
    if reaction.term:
        group.elements |= {"E.i.2.1a": reaction.term.release, "E.i.2.1b": reaction.term.code}
    for reason, letter in SERIOUS.items():
        group.put(f"E.i.3.2{letter}", "true" if reason in reaction.seriousness else Null("NI"))
    group.put("E.i.4", _day(reaction.onset))
    group.put("E.i.5", _day(reaction.ended))
    group.put("E.i.7", OUTCOMES[reaction.outcome])
    group.put("E.i.9", reaction.country)


def _product(group: Group, product: Product, report: Report, number: int) -> None:
    group.put("G.k.id", mark(report, "product", number))
    group.put("G.k.1", ROLES[product.role])
    group.put("G.k.2.2", product.name[:250])
    group.put("G.k.2.4", product.country)
    group.put("G.k.3.1", product.authorisation)
    group.put("G.k.3.2", product.country if product.authorisation else None)
    group.put("G.k.3.3", product.holder[:60])
    dose = Group("G.k.4.r")
    _dose(dose, product)
    if not dose.empty():
        group.groups["G.k.4.r"] = [dose]
    if product.taken_for or product.term_taken_for:
        why = group.add("G.k.7.r")
        why.put("G.k.7.r.1", product.taken_for[:250])
        if product.term_taken_for:
            why.elements |= {"G.k.7.r.2a": product.term_taken_for.release, "G.k.7.r.2b": product.term_taken_for.code}
    for situation in report.situations if product.role is Role.SUSPECT else ():
        if situation in SITUATIONS:
            group.add("G.k.10.r", **{"G.k.10.r": SITUATIONS[situation]})
    if product.device:
        _device(group.add("FDA.G.k.12.r"), product, product.device)


def _dose(group: Group, product: Product) -> None:
    group.put("G.k.4.r.1a", product.dose)
    group.put("G.k.4.r.1b", product.dose_unit if product.dose else None)
    group.put("G.k.4.r.4", _day(product.started))
    group.put("G.k.4.r.5", _day(product.stopped))
    group.put("G.k.4.r.7", product.lot)
    group.put("G.k.4.r.8", product.dose_words)
    group.put("G.k.4.r.9.1", product.form_words)
    group.put("G.k.4.r.10.1", product.route_words)


def _device(group: Group, product: Product, device: Device) -> None:
    """The device of a combination product, as the USA ask for it; other receivers do not look there."""
    group.put("FDA.G.k.12.r.1", None if device.failed is None else _flag(device.failed))
    for problem in device.problems:
        group.add("FDA.G.k.12.r.3.r", **{"FDA.G.k.12.r.3.r": problem})
    group.put("FDA.G.k.12.r.4", product.name[:80])
    group.put("FDA.G.k.12.r.5", device.common_name[:80])
    group.put("FDA.G.k.12.r.6", device.product_code)
    group.put("FDA.G.k.12.r.7.1a", device.maker[:100])
    group.put("FDA.G.k.12.r.7.1e", device.maker_country)
    group.put("FDA.G.k.12.r.9", product.lot)


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _second(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}+0000"


def _flag(value: bool) -> str:
    return "true" if value else "false"
