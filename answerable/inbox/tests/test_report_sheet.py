"""A report as the flat sheet of a form: written, read back the same, laid over another, and compared in words."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from answerable.core.errors import Invalid
from answerable.inbox import report_history, report_sheet
from answerable.inbox.report_shapes import CODED, DEVICE, EVENT, LISTS, PATIENT, Shape
from answerable.inbox.report_sheet import Reading
from answerable.safety.reports import (
    Device,
    Minimum,
    Patient,
    Product,
    Reaction,
    Report,
    Reporter,
    Seriousness,
    Status,
)
from answerable.safety.tests.told import POST, pia, rob

ZONE = "Europe/Warsaw"
READING = Reading(pia(), {"1": POST}, ZONE)


@pytest.mark.parametrize("told", [pia(), rob()])
def test_what_was_written_reads_back_the_same(told: Report) -> None:
    texts = {span.text_id: POST for criterion in told.criteria.values() for span in criterion.spans}
    assert report_sheet.read(report_sheet.written(told, ZONE), Reading(told, {**texts, "1": POST}, ZONE)) == told


@pytest.mark.parametrize(
    ("row", "shapes"),
    [
        (Report, EVENT),
        (Patient, PATIENT),
        (Device, DEVICE),
        (Reporter, LISTS["reporters"][1]),
        (Reaction, LISTS["reactions"][1]),
        (Product, LISTS["products"][1]),
    ],
)
def test_every_part_of_a_report_has_a_field(row: type, shapes: tuple[Shape, ...]) -> None:
    assert {each.name for each in fields(row)} - {each.name for each in shapes} <= CODED
    assert {each.name for each in shapes} <= {each.name for each in fields(row)}


def changed(**sheet: str) -> Report:
    named = {name.replace("__", "."): text for name, text in sheet.items()}
    return report_sheet.read({**report_sheet.written(pia(), ZONE), **named}, READING)


def test_a_field_changes_what_it_names_and_nothing_else() -> None:
    assert changed(patient__age="41") == replace(pia(), patient=replace(pia().patient, age="41"))
    serious = changed(reactions__0__seriousness="other death")
    assert serious.reactions[0].seriousness == (Seriousness.DEATH, Seriousness.OTHER)
    assert serious.reactions[0].term == pia().reactions[0].term
    assert changed(products__0__device__serial="SN").products[0].device == Device(serial="SN")
    assert changed(reactions__0__onset="2026-07-01").reactions[0].onset == date(2026, 7, 1)
    assert changed(country="pl").country == "PL"


def test_an_entry_is_added_and_taken_out() -> None:
    assert [each.words for each in changed(reactions__1__words="fell").reactions] == ["tonturas fortes", "fell"]
    assert changed(reporters__0__gone="1").reporters == ()
    assert changed(**report_sheet.blank("products", 1, ZONE)).products == pia().products


def test_words_are_found_where_they_were_marked_or_where_they_stand_first() -> None:
    found = changed(criteria__product__shown_by="Velorin").criteria[Minimum.PRODUCT]
    assert (found.status, found.spans[0].start) == (Status.PRESENT, POST.index("Velorin"))
    place = POST.rindex("Pia")
    marked = changed(criteria__patient__shown_by="Pia", criteria__patient__at=f"1:{place}")
    assert marked.criteria[Minimum.PATIENT].spans[0].start == place
    assert Minimum.REACTION not in changed(criteria__reaction="", criteria__reaction__marks="").criteria


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        ({"patient__born": "yesterday"}, "patient.born"),
        ({"received_at": ""}, "received_at"),
        ({"patient__sex": "x"}, "patient.sex"),
        ({"criteria__patient": "perhaps"}, "criteria.patient"),
        ({"criteria__patient__shown_by": "never said"}, "criteria.patient.shown_by"),
        ({"criteria__patient__marks": "7:0:3"}, "criteria.patient.marks"),
        ({"criteria__patient__marks": "x"}, "criteria.patient.marks"),
        ({"reactions__0__words": ""}, "reactions.0.words"),
    ],
)
def test_what_cannot_be_read_names_its_field(sheet: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid, match="Nothing was kept") as wrong:
        changed(**sheet)
    assert wrong.value.field == field


def test_two_changes_are_laid_over_each_other_and_only_what_both_changed_is_asked() -> None:
    base = {"a": "1", "b": "1", "c": "1"}
    sheet, both = report_sheet.merged(base, {"a": "2", "b": "1", "c": "2"}, {"a": "1", "b": "3", "c": "3"})
    assert (sheet, both) == ({"a": "2", "b": "3", "c": "3"}, ["c"])


def test_a_change_is_said_in_the_words_of_the_form() -> None:
    later = changed(
        patient__sex="male", reactions__0__seriousness="", products__0__device__udi="U", criteria__patient="absent"
    )
    told = {each.label: (each.before, each.after) for each in report_history.changes(pia(), later, ZONE)}
    assert told == {
        "Patient, Sex": ("Female", "Male"),
        "Reaction 1, Serious because of": ("Hospital stay, or a longer one", ""),
        "Product 1, UDI": ("", "U"),
        "Criterion: Patient": ("", "Absent"),
    }
