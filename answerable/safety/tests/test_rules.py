"""Sums: every rule is silent on a good case and speaks on one that breaks it, by one change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from answerable.safety.e2b import rules
from answerable.safety.e2b.checker import check, refused
from answerable.safety.e2b.elements import facts, homes
from answerable.safety.e2b.groups import Group
from answerable.safety.e2b.rules import Level, Rule
from answerable.safety.tests import whole

STUDY = [f"{each}=" for each in ("FDA.C.5.5a", "FDA.C.5.5b", "FDA.C.5.6.r")]
POST = ["N.1.4=ZZFDA", "N.2.r.3=CDER", "N.2.r.2=Glimo", *STUDY]
PRE = ["N.1.4=ZZFDA_PREMKT", "N.2.r.3=CDER_IND", "N.2.r.2=Glimo"]
BIO = [*PRE, "N.2.r.3=CDER_IND_EXEMPT_BA_BE"]
OPEN = ["C.1.3=1", "C.5.4="]

# By rule: what makes the full case one that the rule looks at, and the one change that breaks it. A rule that is not here
# asks for one element when another is there; taking the first away breaks it, on the route that the rule is for.
BREAKS: dict[str, tuple[Sequence[str], str]] = {
    "R0004": (POST, "N.1.4=EVHUMAN"),
    "R0005": (PRE, "N.1.4=EVHUMAN"),
    "R0006": (POST, "N.2.r.3=CBER"),
    "R0007": (PRE, "N.2.r.3=CDER"),
    "R0100": (POST, "N.2.r.2=Velorin"),
    "ICH-NUMBER": ((), "N.2.r.1=PT-GLIMO-2"),
    "ICH-MADE": ((), "N.2.r.4=20260702101501+0000"),
    "R0008": (PRE, "C.1.3=1"),
    "R0110": ([*PRE, *OPEN], "C.1.3=3"),
    "R0111": (BIO, "C.1.3=1"),
    "R0112": (PRE, "C.1.3=4"),
    "ICH-FORM": ((), "C.1.1=0001"),
    "ICH-WORLD": ((), "C.1.8.1=PT0001"),
    "ICH-DAYS": ((), "C.1.5=20260630"),
    "ICH-LATEST": ((), "C.1.5=20260703"),
    "ICH-DOCUMENTS": ((), "C.1.6.1=false"),
    "R0010": (POST, "C.1.6.1.r.2.packed=DF"),
    "R0011": ([*POST, "FDA.C.1.7.1=2"], "C.1.7=(NI)"),
    "R0012": (POST, "FDA.C.1.7.1=2"),
    "R0013": ([*POST, "C.1.7=false", "FDA.C.1.7.1=2"], "FDA.C.1.7.1=1"),
    "R0014": ([*POST, "FDA.C.1.12=false"], "FDA.C.1.7.1=4"),
    "R0015": ([*POST, "FDA.C.1.12=false", "C.1.7=false", "FDA.C.1.7.1=2"], "FDA.C.1.7.1=1"),
    "R0016": (PRE, "FDA.C.1.7.1=4"),
    "W0001": ([*PRE, "D.1=AGGREGATE"], "C.1.10.r="),
    "R0101": ([*POST, "C.1.11.1="], "C.1.11.1=1"),
    "R0021": ((), "C.2.r.5="),
    "R0102": (PRE, "C.5.4=4"),
    "R0103": ([*POST, *OPEN], "C.5.4=1"),
    "R0104": (POST, "C.5.4=4"),
    "R0113": ([*PRE, *OPEN], "C.5.4=1"),
    "W0002": ([*PRE, "D.1=AGGREGATE"], "C.5.4=2"),
    "R0107": (POST, "FDA.C.5.5a=012345"),
    "R0108": (POST, "FDA.C.5.5b=012345"),
    "R0109": (POST, "FDA.C.5.6.r=012345"),
    "R0025": (BIO, "FDA.C.5.5b="),
    "R0027": ([*POST, "E.i.2.1b=10067482", "D.1=(NA)"], "D.1=P. S."),
    "W0010": ([*PRE, "D.1=AGGREGATE"], "D.1=P. S."),
    "W0003": ([*POST, "D.1=(NA)", "FDA.D.11.r.1=(NA)"], "FDA.D.11.r.1=C41261"),
    "W0004": ([*POST, "D.1=(NA)", "FDA.D.12=(NA)"], "FDA.D.12=C41222"),
    "R0035": (["D.7.1.r.1a=", "D.7.1.r.1b="], "D.7.2="),
    "R0051": ((), "D.10.6="),
    "ICH-BORN": (["D.2.2.1a=", "D.2.2.1b="], "D.2.1=20260702"),
    "ICH-REACTION": (["E.i.2.1a="], "E.i.2.1b="),
    "ICH-LASTED": ((), "E.i.5=20260630"),
    "ICH-FATAL": ((), "E.i.3.2a=(NI)"),
    "ICH-DIED": ((), "E.i.7=1"),
    "ICH-RELEASE": ((), "H.3.r.1a=98.1"),
    "R0061": ((), "F.r.1="),
    "R0062": (["F.r.2.2a=", "F.r.2.2b="], "F.r.2.1="),
    "R0070": (PRE, "G.k.1=4"),
    "R0069": ((), "G.k.1=2"),
    "W0005": (POST, "G.k.1=2"),
    "R0072": ([*POST, "G.k.1=4"], "FDA.G.k.1.a="),
    "ICH-MEANT": ((), "G.k.9.i.1=0f5c1b1e-0000-4000-8000-00000000000f"),
    "R0114": ([*POST, "C.5.4=2"], "G.k.3.1=IND012345"),
    "ICH-TAKEN": ((), "G.k.4.r.5=2025"),
    "W0006": (BIO, "FDA.G.k.10a=3"),
    "R0092": ([*POST, "FDA.C.1.7.1=5"], "FDA.G.k.12.r.1=false"),
    "W0007": ([*POST, "FDA.C.1.7.1=4"], "FDA.G.k.12.r.11.r="),
    "W0008": ([*POST, "FDA.G.k.12.r.3.r=A0101"], "FDA.G.k.12.r.3.r=broken"),
    "ICH-STRESSED": (["E.i.3.1=3", *(f"E.i.3.2{letter}=(NI)" for letter in "bcdef")], "E.i.3.2a=(NI)"),
    "R0094": ([*POST, "FDA.G.k.12.r.5=(NI)", "FDA.G.k.12.r.6="], "FDA.G.k.12.r.4=(NI)"),
    "R0065": (["F.r.3.1=", "F.r.3.2="], "F.r.3.4="),
}


def broken(rule: Rule) -> tuple[Sequence[str], str]:
    """The preparation and the change for a rule that asks for one element."""
    if rule.id in BREAKS:
        return BREAKS[rule.id]
    route = {"post": POST, "pre": PRE, "fda": POST}.get(rule.only_for, ())
    return route, f"{rule.wanted[0].partition('=')[0]}="


def found(case: Group) -> set[str]:
    return {each.rule for each in check(case, at=whole.NOW)}


def speaks(rule: Rule, case: Group) -> bool:
    """Does this one rule find something?"""
    looked_at = (trail for trail, _ in case.walk() if trail[-1].name == rule.scope)
    return any(rule.concerns(trail) and rule.broken(trail) for trail in looked_at)


DOUBLED = {"ICH-TWICE", "ICH-FIRST", "ICH-REACTIONS", "ICH-DRUGS", "ICH-MESSAGE", "ICH-PATIENT"}


@pytest.mark.parametrize("rule", [each for each in rules.rules() if each.id not in DOUBLED], ids=lambda rule: rule.id)
def test_one_change_breaks_it_and_before_it_is_silent(rule: Rule) -> None:
    before, change = broken(rule)
    assert not speaks(rule, whole.edited(whole.full(), before))
    assert speaks(rule, whole.edited(whole.edited(whole.full(), before), [change]))


@pytest.mark.parametrize(
    ("rule", "group", "within"),
    [
        ("ICH-TWICE", "N.2.r", "N.1"),
        ("ICH-FIRST", "C.2.r", "N.2.r"),
        ("ICH-REACTIONS", "E.i", "N.2.r"),
        ("ICH-DRUGS", "G.k", "N.2.r"),
    ],
)
def test_what_must_be_single_may_not_be_there_twice(rule: str, group: str, within: str) -> None:
    case = whole.minimal()
    assert rule not in found(case)
    inside = whole.named(case, within)
    inside.groups[group] *= 2
    assert rule in found(case)


def test_a_batch_without_a_message_and_a_patient_without_a_trace_are_seen() -> None:
    case = whole.minimal()
    case.groups.clear()
    assert "ICH-MESSAGE" in found(case)
    nobody = whole.edited(whole.minimal(), ["D.1=(UNK)"])
    assert "ICH-PATIENT" not in found(nobody)
    assert "ICH-PATIENT" in found(whole.edited(nobody, ["D.5=(UNK)"]))


def test_every_rule_has_its_own_name_and_speaks_of_elements_that_there_are() -> None:
    names = [each.id for each in rules.rules()]
    assert len(names) == len(set(names))
    marks = {"E.i.id", "G.k.id"}
    known = set(homes()) | marks
    for rule in rules.rules():
        assert rule.place in known
        assert rule.scope in {*homes().values()}
        assert rule.says.endswith(".")


VALUES = [
    ("C.1.3=9", "E2B-VALUE", "it may say 1, 2, 3, 4"),
    ("C.1.7=yes", "E2B-VALUE", "true or false"),
    ("E.i.3.2b=false", "E2B-VALUE", "true, or no information"),
    ("E.i.3.2b=(UNK)", "E2B-NULL", "may: NI"),
    ("C.1.4=(UNK)", "E2B-NULL", "may: none"),
    ("D.1=" + "P" * 61, "E2B-LONG", "61 characters; the most is 60"),
    ("H.1=" + "a" * 100_001, "E2B-LONG", "the most is 100000"),
    ("C.2.r.3=Portugal", "E2B-VALUE", "two capital letters"),
    ("E.i.1.1b=pt", "E2B-VALUE", "three small letters"),
    ("E.i.2.1b=1000000", "E2B-VALUE", "eight digits"),
    ("D.3=heavy", "E2B-VALUE", "it must be a number"),
    ("C.1.2=20260702", "E2B-DATE", "not exact enough"),
    ("C.1.4=202607", "E2B-DATE", "not exact enough"),
    ("D.2.1=20260230", "E2B-DATE", "a whole date"),
    ("E.i.4=yesterday", "E2B-DATE", "a date as CCYY"),
    ("E.i.4=20261301", "E2B-DATE", "a date as CCYY"),
    ("C.1.5=20260722", "E2B-FUTURE", "has not come yet"),
    ("N.1.5=20260720140001+0100", "E2B-FUTURE", "has not come yet"),
    ("C.3.1=", "E2B-MISSING", "It must be said"),
]


@pytest.mark.parametrize(("edit", "rule", "words"), VALUES, ids=[edit[:24] for edit, _, _ in VALUES])
def test_what_an_element_may_not_hold_is_refused(edit: str, rule: str, words: str) -> None:
    case = whole.edited(whole.full(), [edit])
    seen = [each for each in check(case, at=whole.NOW) if each.rule == rule]
    assert [each.element for each in seen] == [edit.partition("=")[0]]
    assert words in seen[0].sentence


def test_a_time_of_this_very_moment_and_a_date_that_has_begun_somewhere_have_come() -> None:
    case = whole.edited(whole.full(), ["N.1.5=20260720130000+0100", "C.1.5=20260721"])
    assert "E2B-FUTURE" not in found(case)


@pytest.mark.parametrize("element", [each.number for each in facts().values() if each.required])
def test_what_must_be_said_is_missed(element: str) -> None:
    case = whole.edited(whole.full(), [f"{element}="])
    missed = [each.element for each in check(case, at=whole.NOW) if each.rule == "E2B-MISSING"]
    assert missed == [element]


def test_a_warning_alone_is_no_refusal() -> None:
    case = whole.edited(whole.full(), ["E.i.7=1"])
    findings = check(case, at=whole.NOW)
    assert {each.level for each in findings} == {Level.WARN}
    assert not refused(findings)


@pytest.mark.parametrize(
    "route", [[*POST, "C.1.11.1="], [*PRE, "C.1.11.1="]], ids=["after approval", "before approval"]
)
def test_the_full_case_passes_on_both_routes_of_fda(route: Sequence[str]) -> None:
    assert not refused(check(whole.edited(whole.full(), route), at=whole.NOW))
