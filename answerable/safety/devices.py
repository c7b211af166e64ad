"""A report about a device as the USA ask for it: the blocks of form 3500A (21 CFR 803), and the complaint record (820.35).

The numbers of the blocks are those of form FDA 3500A as recalled; whoever keys a report into eSubmitter finds each value by
them. FDA's XML for devices (HL7 ICSR release 1) is another format than E2B(R3), and is not written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from answerable.safety.reports import Device, Product, Qualification, Report, Seriousness, Sex, Sort

SERIOUS = {
    Seriousness.DEATH: "death",
    Seriousness.LIFE_THREATENING: "life-threatening",
    Seriousness.HOSPITAL: "hospitalisation",
    Seriousness.DISABLING: "disability or permanent damage",
    Seriousness.ANOMALY: "congenital anomaly",
    Seriousness.OTHER: "other serious",
}
PROFESSIONALS = {Qualification.PHYSICIAN, Qualification.PHARMACIST, Qualification.PROFESSIONAL}
NEEDED = ("B1", "B3", "B5", "D1", "D2a", "D3", "D4 lot", "E1", "G4", "H1")
COMPLAINT = ("device", "received", "identifier", "complainant", "nature", "correction", "reply")


@dataclass(frozen=True)
class Record:
    """Values by their block or field; what is not known is not there. `missing` are those that the rule names."""

    values: Mapping[str, str]
    missing: tuple[str, ...]


def device_of(report: Report) -> tuple[Product, Device] | None:
    """The first product that is a device."""
    return next(((each, each.device) for each in report.products if each.device), None)


def data_set(report: Report, *, numbered: str = "", kind: str = "30-day") -> Record:
    """The blocks of form 3500A. `kind` is 30-day, 5-day or supplement; `numbered` the maker's number of the report."""
    product, device = device_of(report) or (Product(""), Device())
    values = {**_patient(report), **_event(report), **_device(product, device), **_reporter(report)}
    values |= {"G1": numbered, "G4": report.received_at.date().isoformat(), "G7": kind, "G9": report.number}
    values |= {"H1": _reportable(report, device), "H6": ", ".join(device.problems), "H7": ", ".join(device.remedies)}
    return _record(values, NEEDED)


def complaint(report: Report, *, correction: str = "", reply: str = "", no_investigation: str = "") -> Record:
    """The complaint record of 21 CFR 820.35(a); where nothing was investigated, `no_investigation` says why not."""
    product, device = device_of(report) or (next(iter(report.products), Product("")), Device())
    who = next(iter(report.reporters), None)
    reached = [who.given_name, who.family_name, who.organisation, who.email, who.telephone, who.handle] if who else []
    values = {
        "device": product.name,
        "received": report.received_at.date().isoformat(),
        "identifier": device.udi or device.serial or product.lot or device.catalogue,
        "complainant": ", ".join(filter(None, reached)),
        "nature": report.told or report.narrative,
        "correction": correction,
        "reply": reply,
        "no investigation because": no_investigation,
    }
    return _record(values, COMPLAINT)


def _record(values: Mapping[str, str], needed: tuple[str, ...]) -> Record:
    said = {name: value for name, value in values.items() if value}
    return Record(said, tuple(name for name in needed if name not in said))


def _patient(report: Report) -> dict[str, str]:
    patient = report.patient
    age = f"{patient.age} {patient.age_unit}" if patient.age else _day(patient.born)
    sex = str(patient.sex) if patient.sex is not Sex.UNKNOWN else ""
    return {"A1": patient.initials, "A2": age, "A3": sex, "A4": patient.weight_kg and f"{patient.weight_kg} kg"}


def _event(report: Report) -> dict[str, str]:
    failed = report.sort is Sort.TECHNICAL_COMPLAINT or any(
        each.device and each.device.failed for each in report.products
    )
    sorts = ["adverse event"] * bool(report.reactions) + ["product problem"] * failed
    reasons = sorted({reason for each in report.reactions for reason in each.seriousness}, key=list(Seriousness).index)
    onsets = [each.onset for each in report.reactions if each.onset]
    return {
        "B1": ", ".join(sorts),
        "B2": ", ".join(SERIOUS[reason] for reason in reasons),
        "B3": _day(min(onsets, default=None)) or ("unknown" if report.reactions or failed else ""),
        "B5": report.narrative or report.told,
        "B7": report.patient.history,
    }


def _device(product: Product, device: Device) -> dict[str, str]:
    kept = "" if device.kept_for_study is None else "yes" if device.kept_for_study else "no"
    return {
        "D1": product.name,
        "D2a": device.common_name,
        "D2b": device.product_code,
        "D3": ", ".join(filter(None, [device.maker, device.maker_country])),
        "D4 model": device.model,
        "D4 catalogue": device.catalogue,
        "D4 serial": device.serial,
        "D4 lot": product.lot,
        "D4 expires": _day(device.expires),
        "D4 UDI": device.udi,
        "D5": _handler(device.handled_by),
        "D9": kept,
    }


def _handler(who: Qualification) -> str:
    if who in PROFESSIONALS:
        return "health professional"
    return "lay user or patient" if who is Qualification.CONSUMER else ""


def _reporter(report: Report) -> dict[str, str]:
    who = next(iter(report.reporters), None)
    if who is None:
        return {}
    told = [f"{who.given_name} {who.family_name}".strip(), who.organisation, who.email, who.telephone, who.country]
    professional = "yes" if who.qualification in PROFESSIONALS else "no"
    return {"E1": ", ".join(filter(None, told)), "E2": professional, "E3": str(who.qualification)}


def _reportable(report: Report, device: Device) -> str:
    """Death, serious injury or malfunction, the gravest first (803.50)."""
    reasons = {reason for each in report.reactions for reason in each.seriousness}
    if Seriousness.DEATH in reasons:
        return "death"
    if reasons:
        return "serious injury"
    return "malfunction" if device.failed else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
