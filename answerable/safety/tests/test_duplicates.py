"""Sums: the same patient, product and event make a suggestion; one contradiction rules it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from answerable.safety.duplicates import find, likeness
from answerable.safety.reports import Device, Patient, Product, Reaction, Report, Reporter, Sex
from answerable.safety.tests.told import pia

ONSET = pia().reactions[0].onset


def again(**changes: Any) -> Report:
    """The same told a second time, in other words and by somebody else."""
    dizzy = Reaction("tonturas muito fortes", "por", onset=ONSET)
    usual = replace(pia(), number="PT-ACME-0002", reporters=(Reporter(handle="@doutor"),), reactions=(dizzy,))
    return replace(usual, **changes)


def test_the_same_told_twice_is_found_with_its_reasons() -> None:
    found = likeness(pia(), again())
    assert found is not None
    assert found.patient == ("initials with age or sex",)
    assert found.product == ("lot", "product")
    assert found.event == ("day", "words")


@pytest.mark.parametrize(
    "changes",
    [
        {"patient": Patient(initials="P. S.", age="40", sex=Sex.MALE)},
        {"patient": Patient(initials="P. S.")},
        {"patient": Patient(initials="R. S.", age="40", sex=Sex.FEMALE)},
        {"products": (Product("Glimo"),)},
        {"products": (Product(""),)},
        {"reactions": (Reaction("náusea"),)},
        {"reactions": (Reaction("tonturas fortes", onset=date(2026, 6, 1)),)},
        {"reactions": ()},
    ],
)
def test_one_of_the_three_is_not_enough_without_the_others(changes: dict[str, Any]) -> None:
    assert likeness(pia(), again(**changes)) is None


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"born": date(1986, 5, 3)}, {"born": date(1986, 5, 4)}),
        ({"died": date(2026, 7, 1)}, {"died": date(2026, 7, 2)}),
        ({"record_number": "17"}, {"record_number": "18"}),
    ],
)
def test_what_contradicts_rules_two_reports_out(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    one = replace(pia(), patient=replace(pia().patient, **mine))
    other = again(patient=replace(pia().patient, **theirs))
    assert likeness(one, other) is None
    assert likeness(one, again()) is not None


MARKS = [
    (Reporter(email="pia@example.org"), Reporter(email="PIA@example.org")),
    (Reporter(telephone="+351 21 000"), Reporter(telephone="+351 (21) 000")),
    (Reporter(handle="@pia"), Reporter(handle="@Pia")),
]


@pytest.mark.parametrize(("mine", "theirs"), MARKS)
def test_who_tells_twice_is_known_by_mail_telephone_or_handle(mine: Reporter, theirs: Reporter) -> None:
    one = replace(pia(), patient=Patient(), reporters=(mine,))
    assert likeness(one, again(patient=Patient(), reporters=(theirs,))) is not None
    assert likeness(one, again(patient=Patient())) is None


def test_days_of_onset_may_lie_three_days_apart() -> None:
    assert ONSET is not None
    for days, alike in ((3, True), (4, False)):
        moved = replace(pia().reactions[0], onset=ONSET + timedelta(days=days))
        assert (likeness(pia(), again(reactions=(moved,))) is not None) is alike


def test_a_serial_number_tells_one_device_from_another() -> None:
    one = replace(pia(), products=(Product("Glimo", device=Device(serial="9")),))
    found = likeness(one, again(products=(Product("glimo", device=Device(serial="9")),)))
    assert found is not None
    assert found.product == ("product", "serial number")


def test_the_most_alike_come_first_and_a_report_is_not_its_own_copy() -> None:
    weak = again(number="PT-ACME-0003", products=(Product("Velorin"),))
    assert [each.number for each in find(pia(), [weak, pia(), again(), again(number="X", reactions=())])] == [
        "PT-ACME-0002",
        "PT-ACME-0003",
    ]
