"""Programs load dictionaries, code, export, make files for authorities and read their answers back, within their rights."""

from __future__ import annotations

import base64

import pytest

from answerable.core.access import Viewer
from answerable.core.models import Read
from answerable.inbox.tests.asking import Program, told
from answerable.safety import taking_in
from answerable.safety.models import Dictionary, Report
from answerable.safety.tests.dossier import LLT, make_officer, opened
from answerable.safety.tests.test_acknowledgements import ANSWER, GOOD
from answerable.testing.cast import Cast

MEDDRA = {"kind": "meddra", "release": "99.0", "language": "por", "name": "llt.asc"}


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return make_officer(cast)


@pytest.fixture
def report(cast: Cast) -> Report:
    return opened(cast)


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_programs_load_a_dictionary_and_code_what_waits(report: Report, officer: Viewer) -> None:
    desk = Program(officer)
    made = told(desk.post("dictionaries", {**MEDDRA, "base64": packed(LLT)}), 202)
    taking_in.take_in(Dictionary.objects.get(pk=made["id"]))
    assert told(desk.get(f"dictionaries/{made['id']}"))["state"] == "ready"
    waiting = [each for each in told(desk.get("uncoded")) if each["report"] == report.pk]
    assert [(each["place"], each["words"]) for each in waiting] == [
        ("reaction", "tonturas fortes"),
        ("taken_for", "dor"),
    ]
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=officer.user_id).exists()
    (term,) = told(desk.get("dictionary-terms", words="tonturas"))
    given = {"version": 1, "place": "reaction", "number": 0, "term": term["id"]}
    assert told(desk.post(f"reports/{report.pk}/codings", given), 201) == {
        "report": report.pk,
        "version": 2,
        "coded": True,
    }
    assert told(desk.post(f"reports/{report.pk}/codings", given), 409)["error"].startswith("Somebody else changed")
    assert told(desk.send("DELETE", f"dictionaries/{made['id']}"))["state"] == "ended"
    assert told(desk.get("dictionary-terms", words="tonturas")) == []


def test_programs_make_a_file_and_bring_its_answer(cast: Cast, officer: Viewer) -> None:
    report, desk = opened(cast, coded=True), Program(officer)
    authority = told(
        desk.post("authorities", {"label": "Agency", "organisation": "A", "sender": "A", "receiver": "B"}), 201
    )
    assert told(desk.get("authorities")) == [authority]
    batch = told(desk.post("batches", {"reports": [report.pk], "authority": authority["id"]}), 201)
    assert told(desk.get("batches"))["items"] == [batch]
    assert desk.get(f"batches/{batch['id']}/file").content.startswith(b"<?xml")
    text = (
        ANSWER.format(**GOOD).replace("PT-VELORIN-0001", report.number).replace('"1" root', f'"{batch["number"]}" root')
    )
    answer = told(desk.post("acknowledgements", {"base64": packed(text)}), 201)
    assert (answer["batch"], answer["outcome"]) == (batch["id"], "taken")
    (member,) = told(desk.get(f"batches/{batch['id']}"))["members"]
    assert (member["outcome"], member["theirs"]) == ("taken", "4711")
    told(desk.post(f"authorities/{authority['id']}/end"))
    assert told(desk.get("authorities")) == []


def test_a_form_of_a_report_is_fetched_by_who_may(report: Report, officer: Viewer, cast: Cast) -> None:
    answer = Program(officer).get(f"reports/{report.pk}/file", form="pdf")
    assert answer.content.startswith(b"%PDF")
    assert Program(cast.ada).get(f"reports/{report.pk}/file", form="pdf").status_code == 403
    assert told(Program(officer, "see_reports").get("dictionaries")) == []
    assert Program(officer, "see_reports").get(f"reports/{report.pk}/file").status_code == 403


def test_what_is_not_base64_or_not_for_them_is_refused(officer: Viewer, cast: Cast) -> None:
    desk = Program(officer)
    assert told(desk.post("dictionaries", {**MEDDRA, "base64": "ç"}), 422)["field"] == "base64"
    assert told(desk.post("acknowledgements", {"base64": "ç"}), 422)["field"] == "base64"
    assert (
        "Only a safety officer"
        in told(Program(cast.ada).post("dictionaries", {**MEDDRA, "base64": packed(LLT)}), 403)["error"]
    )
