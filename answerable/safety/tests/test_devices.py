"""Sums: a device report and a complaint record hold what 21 CFR 803 and 820.35(a) name, and say what they lack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.safety.devices import complaint, data_set
from answerable.safety.reports import Patient, Product, Reaction, Report, Seriousness, Sex
from answerable.safety.tests.told import pia, rob


def test_a_malfunction_has_its_blocks() -> None:
    found = data_set(rob(), numbered="ACME-2026-1")
    assert not found.missing
    wanted = {
        "B1": "product problem",
        "B3": "unknown",
        "D1": "Glimo",
        "D2a": "glucose sensor",
        "D3": "Acme, PT",
        "D4 lot": "L9",
        "D4 serial": "SN-9",
        "D4 UDI": "(01)00000000000000(10)L9",
        "D5": "lay user or patient",
        "D9": "yes",
        "E1": "Rob Reis, +1 555 0100",
        "E2": "no",
        "G4": "2026-07-03",
        "G7": "30-day",
        "G9": "US-ACME-0002",
        "H1": "malfunction",
        "H6": "A0101",
        "H7": "replacement",
    }
    assert {name: found.values[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("reasons", "block"),
    [
        ((Seriousness.DEATH, Seriousness.HOSPITAL), "death"),
        ((Seriousness.HOSPITAL,), "serious injury"),
        ((), "malfunction"),
    ],
)
def test_the_gravest_says_what_is_reported(reasons: tuple[Seriousness, ...], block: str) -> None:
    """21 CFR 803.50: death, serious injury, malfunction."""
    report = replace(rob(), reactions=(Reaction("burn", seriousness=reasons),))
    assert data_set(report).values["H1"] == block
    assert data_set(report).values["B1"] == "adverse event, product problem"


def test_what_is_lacking_is_named() -> None:
    bare = replace(rob(), products=(), reporters=(), narrative="", patient=Patient(sex=Sex.FEMALE))
    found = data_set(bare)
    assert found.missing == ("B5", "D1", "D2a", "D3", "D4 lot", "E1", "H1")
    assert found.values["A3"] == "female"


def test_a_complaint_record_has_the_seven_fields_of_820_35() -> None:
    found = complaint(rob(), correction="sensor replaced", reply="letter of 4 July")
    assert not found.missing
    assert found.values["identifier"] == "(01)00000000000000(10)L9"
    assert found.values["complainant"] == "Rob, Reis, +1 555 0100"


def test_a_complaint_without_investigation_says_why() -> None:
    found = complaint(pia(), no_investigation="the lot was returned and studied before")
    assert found.missing == ("correction", "reply")
    assert found.values["no investigation because"].startswith("the lot")
    assert found.values["identifier"] == "L-17"


def test_a_report_without_anything_lacks_everything() -> None:
    nothing = Report("US-1", rob().sort, rob().received_at, rob().latest_at, "US", products=(Product(""),))
    assert complaint(nothing).missing == ("device", "identifier", "complainant", "nature", "correction", "reply")
