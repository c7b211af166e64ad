"""Sums: a report becomes a message that our rules let pass, and a report without codes becomes none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from answerable.core.errors import Invalid
from answerable.safety.e2b import reader, writer
from answerable.safety.e2b.checker import check
from answerable.safety.e2b.from_report import batch_of, mark
from answerable.safety.e2b.groups import Group, Null
from answerable.safety.reports import (
    AgeGroup,
    Outcome,
    Patient,
    Product,
    Qualification,
    Reaction,
    Report,
    Reporter,
    Role,
    Seriousness,
    Sex,
)
from answerable.safety.tests.told import DUMMY, SENDING, pia, rob
from answerable.safety.tests.whole import NOW, named


def message(report: Report) -> Group:
    return batch_of(report, SENDING).every("N.2.r")[0]


def test_a_serious_report_becomes_a_message_without_fault() -> None:
    whole = batch_of(pia(), SENDING)
    assert check(whole, at=NOW) == []
    assert reader.read(writer.write(whole)).batch == whole


def test_day_zero_is_the_first_receipt_by_the_wall_of_those_who_report() -> None:
    """Half past eleven at night in UTC is the next day in Lisbon, in summer."""
    said = message(pia())
    assert (said.text("C.1.4"), said.text("C.1.5"), said.text("C.1.2")) == (
        "20260702",
        "20260702",
        "20260703101500+0000",
    )
    assert message(replace(pia(), latest_at=pia().received_at)).text("C.1.4") == "20260702"


def test_names_stay_here_and_their_being_known_is_said() -> None:
    reporter = named(batch_of(pia(), SENDING), "C.2.r")
    assert reporter.elements == {"C.2.r.1.2": Null("MSK"), "C.2.r.3": "PT", "C.2.r.4": "5", "C.2.r.5": "1"}
    assert b"pia@example.org" not in writer.write(batch_of(pia(), SENDING))


def test_each_reaction_has_its_own_reasons() -> None:
    mild = Reaction("náusea", "por", term=DUMMY, outcome=Outcome.RECOVERED)
    first, second = message(replace(pia(), reactions=(*pia().reactions, mild))).every("E.i")
    assert [first.elements[f"E.i.3.2{letter}"] for letter in "abcdef"] == [Null("NI")] * 2 + ["true"] + [Null("NI")] * 3
    assert {second.elements[f"E.i.3.2{letter}"] for letter in "abcdef"} == {Null("NI")}
    assert (first.text("E.i.7"), second.text("E.i.7")) == ("2", "1")
    assert first.text("E.i.id") != second.text("E.i.id")


def test_a_death_is_fatal_and_says_that_of_an_autopsy_nothing_is_known() -> None:
    fatal = replace(pia().reactions[0], seriousness=(Seriousness.DEATH,), outcome=Outcome.FATAL)
    report = replace(pia(), reactions=(fatal,), patient=replace(pia().patient, died=date(2026, 7, 1)))
    assert check(batch_of(report, SENDING), at=NOW) == []
    assert message(report).elements["D.9.3"] == Null("UNK")


@pytest.mark.parametrize(
    ("serious", "said", "flag"), [(True, None, "true"), (False, None, "false"), (False, True, "true")]
)
def test_it_is_expedited_when_serious_or_when_a_rule_says_so(serious: bool, said: bool | None, flag: str) -> None:
    """For EudraVigilance cases of 90 days are expedited too (GVP VI.C.3): the rule that applies decides."""
    reaction = replace(pia().reactions[0], seriousness=(Seriousness.OTHER,) if serious else ())
    assert message(replace(pia(), reactions=(reaction,), expedited=said)).text("C.1.7") == flag


def test_without_codes_there_is_no_message() -> None:
    plain = replace(pia(), reactions=(replace(pia().reactions[0], term=None),))
    with pytest.raises(Invalid, match=r"1 of its reactions have no code of MedDRA. It was not changed"):
        batch_of(plain, SENDING)
    with pytest.raises(Invalid, match="hand it over as a draft"):
        batch_of(rob(), SENDING)


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    report = replace(pia(), patient=Patient(), reporters=(Reporter(),), products=(Product("Velorin"),), told="")
    said = message(report)
    assert (said.elements["D.1"], said.elements["D.7.2"]) == (Null("UNK"), Null("UNK"))
    assert "D.5" not in said.elements
    assert not said.every("H.5.r")
    assert [each.rule for each in check(batch_of(report, SENDING), at=NOW)] == ["ICH-PATIENT"]


def test_codes_of_lists_are_those_of_the_standard() -> None:
    patient = Patient(age_group=AgeGroup.ELDERLY, sex=Sex.MALE)
    report = replace(pia(), patient=patient, reporters=(Reporter(Qualification.PHYSICIAN),))
    said = message(replace(report, products=(*pia().products, Product("Glimo", Role.NOT_TAKEN))))
    assert (said.text("D.2.3"), said.text("D.5")) == ("6", "1")
    assert said.every("C.2.r")[0].text("C.2.r.4") == "1"
    assert [drug.text("G.k.1") for drug in said.every("G.k")] == ["1", "4"]
    assert said.every("G.k")[0].every("G.k.10.r")[0].text("G.k.10.r") == "2"


def test_a_device_says_what_failed() -> None:
    report = replace(pia(), products=(*pia().products, *rob().products))
    device = named(batch_of(report, SENDING), "FDA.G.k.12.r")
    assert device.text("FDA.G.k.12.r.1") == "true"
    assert device.every("FDA.G.k.12.r.3.r")[0].text("FDA.G.k.12.r.3.r") == "A0101"
    assert device.text("FDA.G.k.12.r.9") == "L9"


def test_a_mark_is_the_same_whenever_it_is_made() -> None:
    assert mark(pia(), "reaction", 0) == mark(pia(), "reaction", 0)
    assert mark(pia(), "reaction", 0) != mark(pia(), "product", 0)


def test_words_longer_than_their_element_stand_whole_in_the_account() -> None:
    long = replace(pia().reactions[0], words="a" * 300)
    said = message(replace(pia(), reactions=(long,), told="a" * 300))
    assert len(said.every("E.i")[0].text("E.i.1.1a")) == 250
    assert said.every("H.5.r")[0].text("H.5.r.1a") == "a" * 300


def test_a_trial_is_marked_as_one() -> None:
    trial = batch_of(pia(), replace(SENDING, trial=True))
    assert b'<processingCode code="T"/>' in writer.write(trial)
    assert b'<processingCode code="P"/>' in writer.write(batch_of(pia(), SENDING))


def test_a_batch_for_the_fda_says_what_its_package_asks_besides() -> None:
    fda = replace(SENDING, receiver="CDER", batch_receiver="ZZFDA")
    assert not check(batch_of(replace(pia(), country="US"), fda), at=NOW)
    mild = replace(pia(), reactions=(replace(pia().reactions[0], seriousness=()),))
    assert named(batch_of(mild, fda), "N.2.r").text("FDA.C.1.7.1") == "2"
    assert "FDA.C.1.12" not in message(pia()).elements
