"""Sums: how long records are kept and when periodic reports are due, each number with its source."""

from __future__ import annotations

from datetime import date
from itertools import islice, pairwise

import pytest

from answerable.core.errors import Invalid
from answerable.safety import retention
from answerable.safety.periodic import Period, period_of, periods

DAY = date(2026, 7, 1)
KEPT = [
    ("eu.520_2012.product", {"authorisation_ended": DAY}, "520/2012, art. 12(2)", "V", date(2036, 7, 1)),
    ("eu.520_2012.system", {"system_ended": DAY}, "520/2012", "V", date(2031, 7, 1)),
    ("us.314.80.records", {"received": DAY}, "314.80(j), 310.305(f)", "R", date(2036, 7, 1)),
    ("us.211.198.complaint", {"expires": DAY, "received": date(2025, 1, 1)}, "211.198", "R", date(2027, 7, 1)),
    ("us.211.198.complaint", {"expires": date(2025, 1, 1), "received": DAY}, "211.198", "R", date(2027, 7, 1)),
    ("us.803.18.event_file", {"happened": DAY, "life_ended": date(2027, 1, 1)}, "803.18", "V", date(2028, 7, 1)),
    ("us.803.18.event_file", {"happened": DAY, "life_ended": date(2031, 1, 1)}, "803.18", "V", date(2031, 1, 1)),
    ("eu.mdr.10.8.device", {"last_device": DAY}, "art. 10(8)", "V", date(2036, 7, 1)),
    ("eu.mdr.10.8.implant", {"last_device": DAY}, "art. 10(8)", "V", date(2041, 7, 1)),
]


@pytest.mark.parametrize(("rule", "days", "source", "evidence", "until"), KEPT)
def test_each_rule_ends_on_its_day(rule: str, days: dict[str, date], source: str, evidence: str, until: date) -> None:
    found = retention.rule(rule)
    assert source in found.source
    assert found.evidence == evidence
    assert found.until(days) == until


def test_all_rules_are_tried_here() -> None:
    assert {rule for rule, *_ in KEPT} == set(retention.rules())


def test_while_a_product_is_authorised_there_is_no_end() -> None:
    assert retention.rule("eu.520_2012.product").until({"received": DAY}) is None
    assert retention.keep_until(["us.314.80.records", "eu.520_2012.product"], {"received": DAY}) is None


def test_of_several_rules_the_last_end_counts() -> None:
    days = {"received": DAY, "authorisation_ended": date(2030, 1, 1)}
    assert retention.keep_until(["us.314.80.records", "eu.520_2012.product"], days) == date(2040, 1, 1)
    with pytest.raises(Invalid, match=r"no rule “eu\.none”"):
        retention.keep_until(["eu.none"], days)


def test_a_leap_day_never_shortens() -> None:
    assert retention.years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert retention.years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_fda_gets_a_report_each_quarter_for_three_years_then_each_year() -> None:
    """21 CFR 314.80(c)(2), recalled: 30 days after a quarter, 60 days after a year."""
    found = list(islice(periods(date(2024, 1, 15)), 14))
    assert found[0] == Period(date(2024, 1, 15), date(2024, 4, 14), date(2024, 5, 14))
    assert found[11] == Period(date(2026, 10, 15), date(2027, 1, 14), date(2027, 2, 13))
    assert found[12] == Period(date(2027, 1, 15), date(2028, 1, 14), date(2028, 3, 14))
    assert found[13].first == date(2028, 1, 15)


def test_periods_lie_side_by_side_whatever_the_day_of_the_approval() -> None:
    for day in (date(2023, 11, 30), date(2024, 2, 29), date(2024, 12, 31)):
        found = list(islice(periods(day), 20))
        assert all((after.first - before.last).days == 1 for before, after in pairwise(found))


def test_a_report_falls_into_one_period() -> None:
    assert period_of(date(2024, 1, 15), date(2024, 4, 14)).due == date(2024, 5, 14)
    assert period_of(date(2024, 1, 15), date(2024, 4, 15)).due == date(2024, 8, 13)
    with pytest.raises(ValueError, match="before the approval"):
        period_of(date(2024, 1, 15), date(2024, 1, 14))
