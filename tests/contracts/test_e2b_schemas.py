"""Our E2B(R3) messages against HL7's schemas; FDA's sample messages and acknowledgements read, written, checked by us.

That a message fits the schemas proves nothing about the report (a test here shows it), so the rules are held beside them.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from answerable.safety.e2b import acknowledgements, checker, reader, rules, writer
from answerable.safety.e2b.elements import facts
from answerable.safety.e2b.from_report import batch_of_all
from answerable.safety.tests import told, whole

ROOT = Path(__file__).resolve().parents[2]
PLACES = (each / "shared/data/e2b-r3" for each in (ROOT, *ROOT.parents))
DATA = next((each for each in PLACES if each.is_dir()), None)
if DATA is None:
    pytest.skip("no folder shared/data/e2b-r3 lies beside the project", allow_module_level=True)

NOW = datetime(2026, 11, 30, tzinfo=UTC)
SAMPLES = sorted((DATA / "instances").glob("*.xml"))
# FDA's own samples break these. Each was read in the file: they are faults of the samples, and named here one by one.
FAULTS = {
    "FAERS2022Scenario1": {"ICH-NUMBER", "ICH-LATEST"},
    "FAERS2022Scenario2": {"ICH-NUMBER", "ICH-LATEST"},
    "FAERS2022Scenario3": {"ICH-NUMBER", "ICH-LATEST"},
    "FAERS2022Scenario4": {"ICH-NUMBER", "ICH-LATEST"},
    "FAERS2022Scenario5-1": {"ICH-NUMBER", "ICH-LATEST", "W0006"},
    "FAERS2022Scenario5-2": {"ICH-NUMBER", "ICH-LATEST", "W0006"},
    # Two products carry the same identifier, so that the second has no role.
    "FAERS2022Scenario5-3": {"ICH-NUMBER", "ICH-LATEST", "ICH-DRUGS", "E2B-MISSING"},
    # The country of a reaction is written in small letters.
    "FAERS2022Scenario6": {"ICH-LATEST", "ICH-DIED", "E2B-VALUE"},
    "FAERS2022Scenario7": {"ICH-NUMBER", "ICH-LATEST"},
    "FAERS2022Scenario8": {"ICH-NUMBER"},
}
# What we do not model: a country beside a dose, onsets of earlier reactions, the link between two products.
NOT_MODELLED = ("country", "low", "sequenceNumber")
# ICH allows more characters than FDA's table where an international number is meant.
LONGER = {"D.8.r.2b", "D.10.8.r.2b", "G.k.2.1.1b", "G.k.4.r.9.2b", "G.k.4.r.10.2b", "G.k.4.r.11.2b", "G.k.9.i.1"}
# Asked for in each occurrence of its group; the table says that the group may be missing.
OF_ITS_GROUP = {"C.1.6.1.r.1", "C.1.9.1.r.1", "C.1.9.1.r.2"}


@cache
def schema(name: str = "MCCI_IN200100UV01") -> etree.XMLSchema:
    assert DATA is not None
    return etree.XMLSchema(etree.parse(DATA / f"multicacheschemas/{name}.xsd"))


@pytest.mark.parametrize("case", [whole.minimal, whole.full], ids=["minimal", "full"])
def test_our_cases_fit_the_schema(case: object) -> None:
    written = etree.fromstring(writer.write(case()))  # type: ignore[operator]
    schema().assertValid(written)


@pytest.mark.parametrize("receiver", ["EVHUMAN", "ZZFDA"])
def test_a_file_with_several_reports_fits_the_schema(receiver: str) -> None:
    sending = replace(told.SENDING, receiver="CDER", batch_receiver=receiver)
    reports = [told.pia(), replace(told.pia(), number="PT-ACME-0002", country="US")]
    schema().assertValid(etree.fromstring(writer.write(batch_of_all(reports, sending))))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_whole_and_written_again_without_loss(path: Path) -> None:
    found = reader.read(path.read_bytes())
    assert all(each.path.endswith(NOT_MODELLED) for each in found.unread)
    written = writer.write(found.batch)
    again = reader.read(written)
    assert (again.batch, again.unread) == (found.batch, [])
    schema().assertValid(etree.fromstring(written, etree.XMLParser(huge_tree=True)))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_passes_our_rules_but_for_its_own_faults(path: Path) -> None:
    findings = checker.check(reader.read(path.read_bytes()).batch, at=NOW)
    assert {each.rule for each in findings} == FAULTS[path.stem]


def test_the_schema_lets_pass_what_is_no_report_at_all_and_our_rules_do_not() -> None:
    """Without narrative, reactions, drugs, reporter, sender and dates, and with a nonsense code."""
    edits = ["H.1=", "C.1.3=", "C.1.7=", "C.1.8.1=", "C.1.4=", "C.3.1=", "C.3.2="]
    case = whole.edited(whole.minimal(), edits)
    message = case.every("N.2.r")[0]
    for group in ("E.i", "G.k", "C.2.r"):
        message.groups.pop(group)
    written = writer.write(case)
    assert schema().validate(etree.fromstring(written))
    missed = {each.element for each in checker.check(reader.read(written).batch, at=NOW)}
    assert {"H.1", "C.1.3", "C.1.7", "C.1.8.1", "C.1.4", "C.3.1", "E.i.2.1b", "G.k.2.2", "C.2.r.5"} <= missed


def test_our_table_of_elements_is_that_of_the_standard() -> None:
    """Lengths, what must be said and which reasons may stand for a value, element by element."""
    differing = {}
    for number, most, must, nulls in official():
        fact = facts().get(number)
        if fact is None:
            continue
        same = (not most.isdecimal() or int(most) == fact.most or number in LONGER, nulls == fact.nulls)
        if not all(same) or (must == "Required") != (fact.required and number not in OF_ITS_GROUP):
            differing[number] = (most, must, nulls)
    assert not differing
    # Identifiers of products as ISO will number them: their list is not there yet, and the place is that of the other number.
    absent = {number for number, *_ in official()} - set(facts())
    assert absent == {
        "D.8.r.3a",
        "D.8.r.3b",
        "D.10.8.r.3a",
        "D.10.8.r.3b",
        "G.k.2.1.2a",
        "G.k.2.1.2b",
        "FDA.G.k.12.r.7",
    }


def test_every_refusal_of_fda_is_one_of_ours_or_is_named() -> None:
    """What is not a rule here: three that another one says, three that need FDA's own registers, one for a route by post."""
    assert DATA is not None
    with (DATA / "refs/rejection_warning_rules.csv").open(encoding="utf-8-sig", newline="") as rows:
        theirs = {row[5].strip() for row in csv.reader(rows) if row[5].strip()[1:].isdecimal()}
    ours = {each.id for each in rules.rules()}
    said_by_another = {"R0066", "R0068", "R0071", "R0095", "R0096"}
    needs_registers_of_fda = {"R0105", "R0106", "W0009", "W0012"}
    assert theirs - ours == said_by_another | needs_registers_of_fda
    assert {each for each in ours if each[1:].isdecimal()} <= theirs


def official() -> list[tuple[str, str, str, frozenset[str]]]:
    """Number, most characters, conformance and reasons of each element, from the table beside the project."""
    assert DATA is not None
    flavors = ("NI", "MSK", "UNK", "NA", "ASKU", "NASK", "NINF", "PINF", "OTH")
    with (DATA / "refs/icsr_data_elements.csv").open(encoding="utf-8-sig", newline="") as rows:
        table = [row for row in list(csv.reader(rows))[2:] if row[2].strip() not in {"", "(Header)"}]
    return [
        (
            row[2].strip(),
            row[4].strip(),
            row[7].strip(),
            frozenset(name for name, cell in zip(flavors, row[20:29], strict=True) if cell.strip().lower() == "yes"),
        )
        for row in table
    ]


@pytest.mark.parametrize(("name", "taken"), [("R3ack-positive.ack", True), ("R3ack-negative.ack", False)])
def test_the_answers_of_fda_are_read(name: str, taken: bool) -> None:
    assert DATA is not None
    found = acknowledgements.read((DATA / "instances" / name).read_bytes())
    assert found.taken is taken
    assert found.sender == "ZZFDA"
    assert all(each.number and each.theirs and each.reasons for each in found.messages)
