"""Sums: which limits a report has, by product, country and seriousness (GVP VI, 21 CFR 314 and 803, MDR 87, RDC 406 and 67)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from answerable.safety.limits import COMPANY, Kind, wanted
from answerable.safety.reports import Patient, Report, Seriousness, Situation, Sort
from answerable.safety.tests.told import pia, rob

EVERYWHERE = ("PL", "PT", "US", "BR")
MEDICINE, DEVICE = Kind(medicine=True, sold_in=EVERYWHERE), Kind(device=True, sold_in=EVERYWHERE)
COMBINED = Kind(medicine=True, combined=True, sold_in=EVERYWHERE)
DEVICE_LED = Kind(device=True, combined=True, sold_in=EVERYWHERE)


def told(*reasons: Seriousness, country: str = "PT", **changes: object) -> Report:
    """Pia's reaction, as serious as the test says, in a country."""
    reaction = replace(pia().reactions[0], seriousness=reasons, country=country)
    return replace(pia(), reactions=(reaction,), situations=(), **changes)  # type: ignore[arg-type]


HOSPITAL, DEATH = Seriousness.HOSPITAL, Seriousness.DEATH
CASES = [
    (told(HOSPITAL), MEDICINE, {"eu.gvp6.serious", "us.314.80.serious_unexpected"}),
    (told(), MEDICINE, {"eu.gvp6.non_serious"}),
    (told(HOSPITAL, country="US"), MEDICINE, {"eu.gvp6.serious", "us.314.80.serious_unexpected"}),
    (told(country="US"), MEDICINE, set()),
    (told(HOSPITAL, country="BR"), Kind(medicine=True, sold_in=("BR",)), {"br.rdc406.serious"}),
    (told(country="BR"), Kind(medicine=True, sold_in=("BR",)), set()),
    (told(HOSPITAL), COMBINED, {"eu.gvp6.serious", "us.4.102.drug_led"}),
    (told(HOSPITAL, patient=Patient()), MEDICINE, set()),
    (told(DEATH), DEVICE, {"eu.mdr.87.5", "us.803.50"}),
    (told(HOSPITAL), DEVICE, {"eu.mdr.87.3", "us.803.50"}),
    (told(), DEVICE, set()),
    (told(HOSPITAL), DEVICE_LED, {"eu.mdr.87.3", "us.803.50", "us.4.102.device_led"}),
    (told(DEATH, country="BR"), Kind(device=True, sold_in=("BR",)), {"br.rdc67.death"}),
    (told(HOSPITAL, country="BR"), Kind(device=True, sold_in=("BR",)), {"br.rdc67.serious"}),
    (replace(rob(), country="BR"), Kind(device=True, sold_in=("BR",)), {"br.rdc67.complaint"}),
    (rob(), DEVICE, {"us.803.50"}),
    (replace(rob(), situations=(Situation.COUNTERFEIT,), country="BR"), Kind(device=True), {"br.rdc67.death", "br.rdc67.complaint"}),
]  # fmt: skip


@pytest.mark.parametrize(("report", "kind", "rules"), CASES)
def test_the_limits_of_a_report_follow_from_what_it_says(report: Report, kind: Kind, rules: Collection[str]) -> None:
    found = wanted(report, [kind])
    assert {each.rule for each in found} == {COMPANY, *rules}
    assert all(each.why for each in found)


def test_of_a_product_that_nobody_described_only_our_own_limit_runs() -> None:
    assert [each.rule for each in wanted(told(DEATH), [])] == [COMPANY]


def test_on_a_public_place_the_days_run_from_the_post_too() -> None:
    found = [each.awareness for each in wanted(told(HOSPITAL), [MEDICINE], public=True) if "gvp6" in each.rule]
    assert found == ["criteria_met_at", "posted_at"]


def test_a_technical_complaint_of_a_medicine_has_no_limit_of_harm() -> None:
    complaint = replace(told(HOSPITAL), sort=Sort.TECHNICAL_COMPLAINT, reactions=())
    assert [each.rule for each in wanted(complaint, [MEDICINE])] == [COMPANY]
