"""`answerable safety`: faults of a message, answers of an authority, due dates; no database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.house import cli
from answerable.safety.e2b import reader, writer
from answerable.safety.neutral import HandOver
from answerable.safety.tests import whole
from answerable.safety.tests.test_acknowledgements import ANSWER, GOOD
from answerable.safety.tests.told import pia, rob

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3" elementFormDefault="qualified">
  <xs:element name="MCCI_IN200100UV01" type="xs:integer"/></xs:schema>"""


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_bytes(writer.write(whole.minimal()))
    return path


def test_a_good_message_ends_well(message: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["safety", "validate", str(message)]) == 0
    assert "1 message(s), 0 fault(s) that refuse, 0 warning(s)." in capsys.readouterr().out


def test_each_fault_has_rule_place_line_and_sentence(message: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message.write_bytes(writer.write(whole.edited(whole.minimal(), ["E.i.7=5"])))
    assert cli.main(["safety", "validate", str(message)]) == 1
    shown = capsys.readouterr().out
    assert "reject ICH-FATAL E.i.3.2a (whether the patient died of it) in N.2.r[1] E.i[1], line" in shown
    assert "The outcome is death, and death is not marked" in shown


def test_faults_come_as_json_too(message: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message.write_bytes(writer.write(whole.edited(whole.minimal(), ["D.5=3"])))
    assert cli.main(["safety", "validate", "--json", str(message)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["rule"], each["level"], each["element"]) for each in lines] == [("E2B-VALUE", "reject", "D.5")]


def test_the_schemas_of_the_user_are_asked(message: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["safety", "validate", str(message), "--schemas", str(tmp_path)]) == 2
    assert "There is no MCCI_IN200100UV01.xsd" in capsys.readouterr().out
    (tmp_path / "MCCI_IN200100UV01.xsd").write_text(SCHEMA)
    assert cli.main(["safety", "validate", str(message), "--schemas", str(tmp_path)]) == 1
    assert "reject SCHEMA XML in" in capsys.readouterr().out


def test_what_cannot_be_read_or_opened_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no.xml"
    assert cli.main(["safety", "validate", str(path)]) == 1
    assert "cannot be opened" in capsys.readouterr().err
    path.write_text("no")
    assert cli.main(["safety", "validate", str(path)]) == 2
    assert "This is no XML" in capsys.readouterr().out


@pytest.mark.parametrize(("code", "status"), [("CA", 0), ("CR", 1)])
def test_an_answer_is_told(tmp_path: Path, code: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answer.ack"
    path.write_text(ANSWER.format(**{**GOOD, "message": code}))
    assert cli.main(["safety", "acknowledged", str(path)]) == status
    assert "Report PT-VELORIN-0001: " in capsys.readouterr().out


def test_due_says_both_dates_and_the_reckoning(capsys: pytest.CaptureFixture[str]) -> None:
    """MDCG 2023-3 Rev 2 prints 16 July 2022 for this, a Saturday."""
    assert cli.main(["safety", "due", "--rule", "eu.mdr.87.3", "--from", "2022-07-01"]) == 0
    shown = capsys.readouterr().out
    assert "Strict:  Sat 2022-07-16" in shown
    assert "Legal:   Mon 2022-07-18" in shown


AGREED = [
    "--organisation",
    "Acme",
    "--sender",
    "ACME",
    "--receiver",
    "EVHUMAN",
    "--batch",
    "1",
    "--zone",
    "Europe/Lisbon",
]


def test_a_hand_over_becomes_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(HandOver(pia()).data())
    assert cli.main(["safety", "write", str(path), *AGREED]) == 0
    shown = capsys.readouterr()
    message = reader.read(shown.out.encode()).batch.every("N.2.r")[0]
    assert (message.text("C.1.1"), message.text("C.1.4"), shown.err) == ("PT-ACME-0001", "20260702", "")


def test_a_draft_becomes_none_and_a_fault_is_said_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(HandOver(rob()).data())
    assert cli.main(["safety", "write", str(path), *AGREED]) == 2
    assert "hand it over as a draft" in capsys.readouterr().out
    path.write_bytes(HandOver(pia()).data().replace(b"Velorin", b""))
    assert cli.main(["safety", "write", str(path), *AGREED]) == 1
    assert "E2B-MISSING G.k.2.2" in capsys.readouterr().err


def test_a_device_report_comes_block_by_block(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(HandOver(rob()).data())
    assert cli.main(["safety", "form", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "  H1: malfunction" in shown
    assert "  lacks: correction, reply" in shown


OURS = "number,digest,sent_at,due_at,acknowledged_at\n1,a,2026-07-01T08:00Z,2026-07-16T08:00Z,2026-07-01T09:00Z\n"


def test_both_sides_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(OURS)
    theirs.write_text("number,digest,received_at\n1,a,2026-07-01T10:00Z\n")
    assert cli.main(["safety", "reconcile", str(ours), str(theirs)]) == 0
    assert "1 sent, 1 acknowledged, 1 there: it balances." in capsys.readouterr().out
    theirs.write_text("number,digest,received_at\n1,b,2026-07-01T10:00Z\n")
    assert cli.main(["safety", "reconcile", str(ours), str(theirs)]) == 1
    assert "1: there with other contents (1 of 1, first b)" in capsys.readouterr().out
    theirs.write_bytes(b"\xff")
    assert cli.main(["safety", "reconcile", str(ours), str(theirs)]) == 2
    assert cli.main(["safety", "reconcile", str(ours), str(tmp_path / "none.csv")]) == 1
