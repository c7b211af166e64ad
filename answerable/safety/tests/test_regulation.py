"""Every number of the law that this house counts by, with its source, how well we know it, and a date reckoned by hand.

The rules live in `answerable/clocks/rules`; how long records are kept is tried in `test_retention`. V was read in the official
text, S in a secondary source, R is recalled and must be checked before it is relied on.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from answerable.clocks import rulebook
from answerable.clocks.reckoning import Roll, Unit, due
from answerable.clocks.rulebook import Awareness

LISBON, WARSAW, NEW_YORK, SAO_PAULO = "Europe/Lisbon", "Europe/Warsaw", "America/New_York", "America/Sao_Paulo"


class Row(NamedTuple):
    """One number: whose it is, by which source, and both dates of a start on a local day at nine in the morning."""

    rule: str
    source: str
    evidence: str
    length: int
    unit: Unit
    start: str
    zone: str
    strict: str
    legal: str


DAYS, WORK, HOURS = Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.HOURS
ROWS = [
    # Medicines in the EU. Day zero counts on a Sunday and on a holiday (1 May), and the last day does not move.
    Row("eu.gvp6.serious", "VI.C.3 and VI.App.3.2", "V", 15, DAYS, "2026-05-01", WARSAW, "2026-05-16", "2026-05-16"),
    Row("eu.gvp6.serious", "art. 107(3)", "V", 15, DAYS, "2026-05-03", WARSAW, "2026-05-18", "2026-05-18"),
    Row("eu.gvp6.non_serious", "VI.C.3", "V", 90, DAYS, "2026-07-01", LISBON, "2026-09-29", "2026-09-29"),
    # Medicines in the USA.
    Row("us.314.80.serious_unexpected", "314.80(c)(1), 600.80", "R", 15, DAYS, "2026-06-26", NEW_YORK, "2026-07-11", "2026-07-11"),
    Row("us.310.305.serious_unexpected", "310.305(c)", "R", 15, DAYS, "2026-06-26", NEW_YORK, "2026-07-11", "2026-07-11"),
    Row("us.310.305.to_applicant", "310.305(c)(3), 314.80(c)(1)(iii)", "R", 5, DAYS, "2026-06-26", NEW_YORK, "2026-07-01", "2026-07-01"),
    Row("us.314.81.field_alert", "314.81(b)(1)", "R", 3, WORK, "2026-07-02", NEW_YORK, "2026-07-08", "2026-07-08"),
    Row("us.4.102.drug_led", "4.102", "V", 15, DAYS, "2026-06-26", NEW_YORK, "2026-07-11", "2026-07-11"),
    Row("us.4.102.device_led", "4.102", "V", 30, DAYS, "2026-06-26", NEW_YORK, "2026-07-26", "2026-07-26"),
    # Devices in the USA: the day after awareness is day 1; work days without federal holidays (3 July 2026 is one).
    Row("us.803.50", "803.50(a)", "V", 30, DAYS, "2026-06-26", NEW_YORK, "2026-07-26", "2026-07-26"),
    Row("us.803.53", "803.53", "V", 5, WORK, "2026-06-29", NEW_YORK, "2026-07-07", "2026-07-07"),
    Row("us.803.30", "803.30", "V", 10, WORK, "2026-06-29", NEW_YORK, "2026-07-14", "2026-07-14"),
    Row("us.803.40", "803.40", "V", 30, DAYS, "2026-06-26", NEW_YORK, "2026-07-26", "2026-07-26"),
    Row("us.803.56", "803.56", "V", 30, DAYS, "2026-06-26", NEW_YORK, "2026-07-26", "2026-07-26"),
    # Devices in the EU: a last day on a weekend moves, and a period of two days or more holds two working days.
    Row("eu.mdr.87.4", "art. 87(4)", "V", 2, DAYS, "2026-07-02", WARSAW, "2026-07-04", "2026-07-06"),
    Row("eu.mdr.87.4", "art. 87(4)", "V", 2, DAYS, "2026-07-03", WARSAW, "2026-07-05", "2026-07-07"),
    Row("eu.mdr.87.5", "art. 87(5)", "V", 10, DAYS, "2026-07-01", WARSAW, "2026-07-11", "2026-07-13"),
    Row("eu.mdr.87.3", "art. 87(3)", "V", 15, DAYS, "2026-07-02", WARSAW, "2026-07-17", "2026-07-17"),
    # Printed by MDCG 2023-3 Rev 2: 1 July 2022 gives 16 July, a death learned on 2 July gives 12 July. 16 July 2022 is a
    # Saturday, so that the printed date is the strict one and the legal one lies after it.
    Row("eu.mdr.87.3", "art. 87(3)", "V", 15, DAYS, "2022-07-01", WARSAW, "2022-07-16", "2022-07-18"),
    Row("eu.mdr.87.5", "art. 87(5)", "V", 10, DAYS, "2022-07-02", WARSAW, "2022-07-12", "2022-07-12"),
    # Brazil.
    Row("br.rdc406.serious", "RDC 406/2020", "S", 15, DAYS, "2026-07-01", SAO_PAULO, "2026-07-16", "2026-07-16"),
    Row("br.rdc406.urgent", "RDC 406/2020", "S", 72, HOURS, "2026-07-03", SAO_PAULO, "2026-07-06", "2026-07-06"),
    Row("br.rdc67.death", "RDC 67/2009", "S", 72, HOURS, "2026-07-03", SAO_PAULO, "2026-07-06", "2026-07-06"),
    Row("br.rdc67.serious", "RDC 67/2009, art. 8", "R", 10, DAYS, "2026-07-01", SAO_PAULO, "2026-07-11", "2026-07-11"),
    Row("br.rdc67.complaint", "RDC 67/2009, art. 8", "R", 30, DAYS, "2026-07-01", SAO_PAULO, "2026-07-31", "2026-07-31"),
    # Inside the company: 24 hours, or until the end of the next working day.
    Row("company.to_safety", "ABPI", "S", 24, HOURS, "2026-07-03", WARSAW, "2026-07-04", "2026-07-06"),
    # Telecoms.
    Row("pl.pke.complaint", "Prawo komunikacji elektronicznej", "R", 30, DAYS, "2026-07-01", WARSAW, "2026-07-31", "2026-07-31"),
    Row("br.sac.answer", "11.034/2022", "R", 7, DAYS, "2026-07-01", SAO_PAULO, "2026-07-08", "2026-07-08"),
    Row("br.consumidor.answer", "consumidor.gov.br", "R", 10, DAYS, "2026-07-01", SAO_PAULO, "2026-07-11", "2026-07-11"),
    Row("us.fcc.informal", "47 CFR 1.717", "R", 30, DAYS, "2026-07-01", NEW_YORK, "2026-07-31", "2026-07-31"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule} from {row.start}")
def test_a_number_of_the_law_has_its_source_and_its_dates(row: Row) -> None:
    at = datetime.fromisoformat(f"{row.start}T09:00").replace(tzinfo=ZoneInfo(row.zone)).astimezone(UTC)
    rule = rulebook.rule(row.rule, on=at.date())
    assert row.source in rule.source
    assert (rule.evidence, rule.length, rule.unit) == (row.evidence, row.length, row.unit)
    found = due(at, rule.limit("PL" if rule.id == "company.to_safety" else ""), zone=row.zone)
    assert (found.strict_day.isoformat(), found.legal_day.isoformat()) == (row.strict, row.legal)


def test_every_rule_of_the_house_is_tried_here() -> None:
    assert {row.rule for row in ROWS} == {rule.id for rule in rulebook.rules()}


FOLLOWED = [
    "eu.gvp6.serious",
    "eu.gvp6.non_serious",
    "us.314.80.serious_unexpected",
    "us.310.305.serious_unexpected",
    "us.803.56",
]


def test_significant_follow_up_starts_a_new_limit_where_the_rule_says_so() -> None:
    """GVP VI.B.3 (recalled), 21 CFR 314.80(c)(1), 803.56."""
    assert {rule.id for rule in rulebook.rules() if rule.follows_up} == set(FOLLOWED)


@pytest.mark.parametrize(
    "rule", [rule for rule in rulebook.rules() if rule.pack != "telecoms"], ids=lambda rule: rule.id
)
def test_on_a_channel_of_our_own_each_limit_can_run_from_when_the_post_was_made(rule: rulebook.Rule) -> None:
    """GVP VI.B.1.1.4 (recalled): how often one reads must allow reporting in time counted from the post."""
    assert {Awareness.POSTED_AT, Awareness.CAPTURED_AT, Awareness.FIRST_SEEN_AT} <= set(rule.may_start)


def test_medicines_never_roll_and_fda_s_draft_is_off_by_itself() -> None:
    """GVP VI.B.7: calendar days, also on weekends and holidays. FDA's draft of 2001 (recalled) is a switch."""
    packs = {"eu_medicines", "us_medicines", "us_devices", "br_anvisa", "telecoms"}
    assert {rule.roll_forward for rule in rulebook.rules() if rule.pack in packs} == {Roll.NONE}
    switched = {rule.id for rule in rulebook.rules() if rule.may_roll is not Roll.NONE}
    assert switched == {"us.314.80.serious_unexpected", "us.310.305.serious_unexpected"}
    at = datetime(2026, 6, 26, 13, 0, tzinfo=UTC)
    rule = rulebook.rule("us.314.80.serious_unexpected", on=at.date())
    rolled = due(at, rule.limit(roll=str(rule.may_roll)), zone=NEW_YORK)
    assert (rolled.strict_day.isoformat(), rolled.legal_day.isoformat()) == ("2026-07-11", "2026-07-13")


def test_the_earliest_of_several_limits_leads() -> None:
    """MDR art. 87 with MDCG 2023-3 Rev 2: an incident known on 1 July, the death learned on 2 July 2022."""
    starts = {"eu.mdr.87.3": datetime(2022, 7, 1, 9, tzinfo=UTC), "eu.mdr.87.5": datetime(2022, 7, 2, 9, tzinfo=UTC)}
    ends = {
        name: due(at, rulebook.rule(name, on=at.date()).limit(), zone=WARSAW).strict_at for name, at in starts.items()
    }
    assert min(ends, key=lambda name: ends[name]) == "eu.mdr.87.5"
