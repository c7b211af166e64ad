"""Sums: what an authority answers, and that a report counts as sent only when it was taken."""

from __future__ import annotations

import pytest

from answerable.core.errors import Invalid
from answerable.safety.e2b import acknowledgements
from answerable.safety.e2b.acknowledgements import Outcome

ANSWER = """<MCCI_IN200101UV01 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0">
  <id extension="77" root="2.16.840.1.113883.3.989.2.1.3.20"/><creationTime value="20260702"/>
  <MCCI_IN000002UV01>
    <id extension="{theirs}" root="2.16.840.1.113883.3.989.2.1.3.19"/>
    <acknowledgement typeCode="{message}">
      <targetMessage><id extension="PT-VELORIN-0001" root="2.16.840.1.113883.3.989.2.1.3.1"/></targetMessage>
      <acknowledgementDetail><text>{words}</text></acknowledgementDetail>
    </acknowledgement>
  </MCCI_IN000002UV01>
  <sender><device><id extension="AGENCY" root="2.16.840.1.113883.3.989.2.1.3.17"/></device></sender>
  <acknowledgement typeCode="{batch}">
    <targetBatch><id extension="1" root="2.16.840.1.113883.3.989.2.1.3.22"/></targetBatch>
  </acknowledgement>
</MCCI_IN200101UV01>"""
GOOD = {"batch": "AA", "message": "CA", "theirs": "4711", "words": "Loaded"}


def answered(**said: str) -> acknowledgements.Acknowledgement:
    return acknowledgements.read(ANSWER.format(**{**GOOD, **said}).encode())


def test_a_taken_report_has_their_number() -> None:
    found = answered()
    assert found.taken
    assert (found.batch, found.sender, found.made_at) == ("1", "AGENCY", "20260702")
    assert found.messages == (acknowledgements.OfMessage("PT-VELORIN-0001", "4711", Outcome.TAKEN, ("Loaded",)),)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"message": "CR"}, Outcome.REFUSED),
        ({"message": "CE"}, Outcome.REFUSED),
        ({"message": "XX"}, Outcome.UNKNOWN),
        ({"message": ""}, Outcome.UNKNOWN),
    ],
)
def test_everything_but_taken_is_not_taken(said: dict[str, str], outcome: Outcome) -> None:
    found = answered(**said)
    assert not found.taken
    assert found.messages[0].outcome is outcome


def test_a_batch_that_failed_takes_nothing_with_it() -> None:
    assert not answered(batch="AR").taken
    assert answered(batch="AE").outcome is Outcome.PARTLY


def test_each_reason_stands_alone() -> None:
    found = answered(message="CR", words="D.5 is wrong; C.1.7 is missing;")
    assert list(found.sentences()) == [
        "Batch 1 at AGENCY: taken.",
        "Report PT-VELORIN-0001: refused, there as 4711.",
        "  D.5 is wrong",
        "  C.1.7 is missing",
    ]


def test_an_answer_about_no_batch_is_refused() -> None:
    with pytest.raises(Invalid, match="does not say which batch"):
        acknowledgements.read(ANSWER.format(**GOOD).replace('3.22"', '3.99"').encode())
    with pytest.raises(Invalid, match="This is no XML"):
        acknowledgements.read(b"taken, thank you")
