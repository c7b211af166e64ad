"""Sums: the four minimum criteria as GVP VI.B.2 words them, by examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from answerable.core.errors import Invalid
from answerable.safety import criteria
from answerable.safety.criteria import completed, enough_for_poland, proved, shown, validity
from answerable.safety.reports import (
    AgeGroup,
    Criterion,
    Minimum,
    Patient,
    Product,
    Qualification,
    Reaction,
    Reporter,
    Role,
    Sex,
    Span,
    Status,
)
from answerable.safety.tests.told import POST, pia, rob

PRESENT, ABSENT, UNCLEAR = Status.PRESENT, Status.ABSENT, Status.UNCLEAR


def test_four_of_four_make_a_valid_case() -> None:
    found = validity(pia())
    assert found.valid
    assert found.missing == ()


@pytest.mark.parametrize("minimum", list(Minimum))
@pytest.mark.parametrize("status", [ABSENT, UNCLEAR])
def test_three_of_four_are_followed_up_and_kept(minimum: Minimum, status: Status) -> None:
    report = replace(pia(), criteria={minimum: Criterion(status)})
    found = validity(report)
    assert found.missing == (minimum,)
    assert found.sentences() == (criteria.TO_ASK[minimum],)


PATIENTS = [
    (Patient(initials="P. S."), PRESENT),
    (Patient(record_number="17"), PRESENT),
    (Patient(born=date(1986, 5, 3)), PRESENT),
    (Patient(age="40"), PRESENT),
    (Patient(age_group=AgeGroup.ADULT), PRESENT),
    (Patient(sex=Sex.FEMALE), PRESENT),
    (Patient(), ABSENT),
    (Patient(weight_kg="60", history="asthma"), ABSENT),
    (Patient(sex=Sex.FEMALE, several=True), ABSENT),
]


@pytest.mark.parametrize(("patient", "status"), PATIENTS)
def test_one_trait_makes_a_patient_and_some_patients_are_none(patient: Patient, status: Status) -> None:
    assert shown(replace(pia(), patient=patient), Minimum.PATIENT) is status


REPORTERS = [
    ((Reporter(given_name="Pia"),), PRESENT),
    ((Reporter(email="pia@example.org"),), PRESENT),
    ((Reporter(telephone="+351 0"),), PRESENT),
    ((Reporter(email="pia@"),), UNCLEAR),
    ((Reporter(handle="@pia"),), UNCLEAR),
    ((Reporter(handle="@pia"), Reporter(family_name="Sousa")), PRESENT),
    ((Reporter(given_name="Pia", refuses_contact=True),), PRESENT),
    ((Reporter(Qualification.PHYSICIAN, country="PT"),), ABSENT),
    ((), ABSENT),
]


@pytest.mark.parametrize(("reporters", "status"), REPORTERS)
def test_a_handle_alone_is_for_a_person_to_decide(reporters: tuple[Reporter, ...], status: Status) -> None:
    assert shown(replace(pia(), reporters=reporters), Minimum.REPORTER) is status


PRODUCTS = [
    ((Product("Velorin"),), PRESENT),
    ((Product("Velorin", Role.INTERACTING),), PRESENT),
    ((Product("Velorin", Role.CONCOMITANT),), ABSENT),
    ((Product(" "),), UNCLEAR),
    ((), ABSENT),
]


@pytest.mark.parametrize(("products", "status"), PRODUCTS)
def test_a_product_must_be_suspected(products: tuple[Product, ...], status: Status) -> None:
    assert shown(replace(pia(), products=products), Minimum.PRODUCT) is status


def test_a_technical_complaint_without_harm_has_no_reaction() -> None:
    assert shown(rob(), Minimum.REACTION) is ABSENT
    assert not rob().is_serious
    assert pia().is_serious


def test_who_is_unknown_counts_as_a_consumer_in_the_country_of_receipt() -> None:
    """GVP VI.B.2: the qualification that is missing, and the country that is missing."""
    report = completed(replace(pia(), reporters=(Reporter(given_name="Pia"),)))
    assert report.reporters[0].qualification is Qualification.CONSUMER
    assert report.reporters[0].country == "PT"
    doctor = replace(pia(), reporters=(Reporter(Qualification.PHYSICIAN, country="PL"),))
    assert completed(doctor).reporters == doctor.reporters


def test_poland_asks_for_a_name_and_for_initials_sex_or_age() -> None:
    """Prawo farmaceutyczne art. 36e, read in a text page."""
    assert enough_for_poland(pia())
    assert not enough_for_poland(replace(pia(), patient=Patient(record_number="17")))
    assert not enough_for_poland(replace(pia(), reporters=(Reporter(handle="@pia"),)))


def test_the_words_that_show_it_must_stand_there() -> None:
    proved(pia(), {"1": POST})
    with pytest.raises(Invalid, match="“tonturas fortes” do not stand at"):
        proved(pia(), {"1": POST.upper()})
    with pytest.raises(Invalid, match="of the text 1"):
        proved(pia(), {})
    elsewhere = Reaction("x", spans=(Span("1", 5, 5, ""),))
    with pytest.raises(Invalid, match="Mark them again"):
        proved(replace(pia(), criteria={}, reactions=(elsewhere,)), {"1": POST})
