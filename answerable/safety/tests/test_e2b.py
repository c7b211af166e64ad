"""Sums: what is written can be read again, whole; and a file of strangers cannot hurt."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from answerable.core.errors import Invalid
from answerable.safety.e2b import reader, writer
from answerable.safety.e2b.checker import check, refused
from answerable.safety.e2b.elements import facts, homes
from answerable.safety.e2b.groups import Group, Null, batch
from answerable.safety.tests import whole

WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\x7f"), min_size=1).map(
    str.strip
)


def test_the_full_case_says_every_element_that_we_model() -> None:
    said = {element for way, _ in whole.full().walk() for element in way[-1].elements}
    assert set(facts()) <= said
    assert set(facts()) <= set(homes())


@pytest.mark.parametrize("case", [whole.minimal, whole.full])
def test_a_written_case_is_read_again_whole_and_passes(case: object) -> None:
    found = reader.read(writer.write(case()))  # type: ignore[operator]
    assert found.batch == case()  # type: ignore[operator]
    assert not found.unread
    assert not check(found.batch, at=whole.NOW)


def test_two_messages_two_drugs_and_two_reactions_keep_their_order_and_their_links() -> None:
    one = whole.minimal()
    message = one.every("N.2.r")[0]
    message.add("E.i", **{"E.i.id": "b", "E.i.2.1b": whole.DUMMY})
    drug = message.add("G.k", **{"G.k.id": "c", "G.k.1": "2", "G.k.2.2": "Glimo"})
    drug.add("G.k.9.i.2.r", **{"G.k.9.i.1": "b", "G.k.9.i.2.r.3": "Suspected"})
    drug.add("G.k.9.i.4", **{"G.k.9.i.1": "b", "G.k.9.i.4": "1"})
    one.groups["N.2.r"].append(whole.minimal().every("N.2.r")[0])
    assert reader.read(writer.write(one)).batch == one


@pytest.mark.parametrize("left", [{"G.k.4.r.2"}, {"G.k.4.r.4"}, {"G.k.4.r.6a"}, {"G.k.4.r.4", "G.k.4.r.6a"}])
def test_times_of_a_dose_are_read_again_whichever_of_them_are_known(left: set[str]) -> None:
    one = whole.minimal()
    dose = one.every("N.2.r")[0].every("G.k")[0].add("G.k.4.r", **dict.fromkeys(sorted(left), "20260701"))
    dose.elements["G.k.4.r.8"] = "a tablet at night"
    assert reader.read(writer.write(one)).batch == one


def test_a_middle_name_without_a_first_one_stays_a_middle_name() -> None:
    one = whole.edited(whole.minimal(), ["C.2.r.1.3=Maria"])
    assert reader.read(writer.write(one)).batch == one


@given(words=WORDS.filter(bool), flavor=st.sampled_from(["MSK", "UNK", "ASKU", "NASK"]))
@settings(max_examples=40, deadline=None)
def test_any_words_come_back_as_they_were(words: str, flavor: str) -> None:
    one = whole.edited(whole.minimal(), [f"H.1={words}", f"E.i.1.1a={words}"])
    one.every("N.2.r")[0].elements["D.1"] = Null(flavor)
    assert reader.read(writer.write(one)).batch == one


def test_what_no_element_holds_is_said_with_its_line() -> None:
    text = writer.write(whole.minimal()).replace(b"<statusCode", b'<priorityCode code="R"/>\n<statusCode', 1)
    found = reader.read(text)
    assert [(each.path.rsplit("/", 1)[1], each.text) for each in found.unread] == [("priorityCode", "R")]
    assert text.splitlines()[found.unread[0].line - 1].strip() == b'<priorityCode code="R"/>'


BOMB = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><MCCI_IN200100UV01 xmlns="urn:hl7-org:v3">&c;</MCCI_IN200100UV01>'
STRANGE = [
    (b"", "This is no XML"),
    (b"<a", "This is no XML"),
    (b"\xff\xfe\x00", "This is no XML"),
    (BOMB, "definitions of its own"),
    (b'<MCCI_IN200101UV01 xmlns="urn:hl7-org:v3"/>', "begins with MCCI_IN200101UV01"),
    (b"<" * 300, "This is no XML"),
    (b"<a>" * 5000 + b"</a>" * 5000, "This is no XML"),
    (b" " * (reader.MOST_BYTES + 1), "larger than 50 MB"),
]


@pytest.mark.parametrize(("data", "sentence"), STRANGE, ids=[f"{n} {s}" for n, (_, s) in enumerate(STRANGE)])
def test_what_cannot_be_read_is_said(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        reader.read(data)


@given(data=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_random_bytes_give_a_sentence_only(data: bytes) -> None:
    with pytest.raises(Invalid):
        reader.read(data)


def test_no_file_of_a_stranger_is_fetched() -> None:
    far = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><MCCI_IN200100UV01 xmlns="urn:hl7-org:v3"/>'
    with pytest.raises(Invalid, match="definitions of its own"):
        reader.read(far)


def test_an_empty_batch_is_refused_for_what_it_lacks() -> None:
    found = check(reader.read(writer.write(batch())).batch, at=whole.NOW)
    assert refused(found)
    assert {"N.1.1", "N.1.2", "N.1.3", "N.1.4", "N.1.5"} <= {each.element for each in found}


def test_the_line_of_a_finding_is_the_line_in_the_file() -> None:
    data = writer.write(whole.edited(whole.minimal(), ["D.5=3"]))
    found = next(each for each in check(reader.read(data).batch, at=whole.NOW) if each.element == "D.5")
    assert b"administrativeGenderCode" in data.splitlines()[found.line - 1]
    assert str(found) == (
        f"reject E2B-VALUE D.5 (sex of the patient) in N.2.r[1], line {found.line}: It says “3”; it may say 1, 2."
    )


def test_no_term_of_meddra_is_in_our_cases() -> None:
    """MedDRA is licensed: the codes here are dummies, and no word of it stands beside one."""
    for case in (whole.minimal(), whole.full()):
        codes = re.findall(rb'code="(\d{8})"', writer.write(case))
        assert set(codes) == {whole.DUMMY.encode()}


def test_the_order_of_a_file_is_the_order_of_the_picture() -> None:
    root = etree.fromstring(writer.write(whole.minimal()))
    assert [etree.QName(child).localname for child in root][-2:] == ["receiver", "sender"]


def test_a_group_says_what_it_holds() -> None:
    group = Group("E.i", {"E.i.7": "5"})
    group.put("E.i.4", "")
    group.put("E.i.5", None)
    assert group.elements == {"E.i.7": "5"}
    assert str(Null("NI")) == "(NI)"
