"""Sums: the rules that ship, and what is said about a rule that cannot be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from answerable.clocks import rulebook
from answerable.clocks.rulebook import FOLDER, LANGUAGES, Rule
from answerable.core.errors import Invalid

GOOD = """
[[rule]]
id = "x.y"
version = 1
valid_from = 2024-01-01
owner = "Somebody"
evidence = "R"
source = "Somewhere"
start = "captured_at"
length = 3
unit = "calendar_days"
[rule.title]
en = "X"
pt-br = "X"
pl = "X"
"""


def written(folder: Path, text: str) -> tuple[Rule, ...]:
    (folder / "some.toml").write_text(text)
    return rulebook.read(folder)


@pytest.mark.parametrize("rule", rulebook.read(FOLDER), ids=lambda rule: rule.id)
def test_every_rule_names_its_source_its_owner_and_its_start(rule: Rule) -> None:
    assert rule.source
    assert rule.owner
    assert rule.start in rule.may_start
    assert rule.warn_before
    assert all(rule.title[language] for language in LANGUAGES)


def test_the_rules_that_the_house_promises_are_there() -> None:
    wanted = """eu.mdr.87.3 eu.mdr.87.4 eu.mdr.87.5 eu.gvp6.serious eu.gvp6.non_serious us.314.80.serious_unexpected
        us.310.305.to_applicant us.314.81.field_alert us.803.30 us.803.50 us.803.53 us.803.56 us.4.102.device_led
        br.rdc406.urgent br.rdc406.serious br.rdc67.death br.rdc67.serious br.rdc67.complaint company.to_safety
        pl.pke.complaint br.sac.answer br.consumidor.answer us.fcc.informal"""
    assert set(wanted.split()) <= {rule.id for rule in rulebook.rules()}


def test_the_version_in_force_on_the_day_of_awareness_is_taken(tmp_path: Path) -> None:
    older = GOOD.replace("valid_from", "valid_to = 2023-12-31\nvalid_from").replace("2024-01-01", "2020-01-01")
    both = written(tmp_path, older + GOOD.replace("version = 1", "version = 2").replace("length = 3", "length = 2"))
    assert [each.version for each in both if each.in_force(date(2023, 12, 31))] == [1]
    assert [each.version for each in both if each.in_force(date(2024, 1, 1))] == [2]


def test_a_rule_that_is_not_in_force_yet_is_refused() -> None:
    with pytest.raises(Invalid, match=r"“pl\.pke\.complaint” is in force on 2024-11-09. No clock was started"):
        rulebook.rule("pl.pke.complaint", on=date(2024, 11, 9))
    with pytest.raises(Invalid, match="There is no version 9"):
        rulebook.version("pl.pke.complaint", 9)


WRONG = [
    (GOOD.replace('owner = "Somebody"', 'owner = "Somebody"\ncolour = 1'), "“colour”: there is no such field"),
    (GOOD.replace('owner = "Somebody"\n', ""), "“owner”: it is missing"),
    (GOOD.replace('"calendar_days"', '"weeks"'), "“unit”: its value is not one of those"),
    (GOOD.replace("length = 3", 'length = "3"'), "“length”: its value is not one of those"),
    (GOOD.replace("length = 3", "length = 0"), "“length”: it must be at least 1"),
    (GOOD.replace('"calendar_days"', '"working_days"'), "“holidays”: it is missing, though working days matter"),
    (GOOD.replace('"calendar_days"', '"calendar_days"\nholidays = ["ZZ"]'), "No holidays are known for “ZZ”"),
    (GOOD.replace("length = 3", 'length = 3\nwarn_before = ["soon"]'), "“warn_before”: its value is not one of those"),
    (GOOD.replace("length = 3", "length = 3\nvalid_to = 2023-01-01"), "“valid_to”: it lies before valid_from"),
    (GOOD + GOOD.replace("version = 1", "version = 2"), "two versions for the same day"),
    (GOOD + GOOD, "two versions for the same day"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_rule_that_cannot_be_read_says_where_and_why(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        written(tmp_path, text)
