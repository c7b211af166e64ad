"""The screens of dictionaries, coding, exports and batches: what they say, and who may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.core.access import Viewer
from answerable.core.models import Event, Read, User
from answerable.safety import batching, reporting, taking_in
from answerable.safety.models import Authority, Batch, Dictionary, DictionaryTerm, Report
from answerable.safety.tests.dossier import LLT, loaded, make_officer, opened
from answerable.safety.tests.test_acknowledgements import ANSWER, GOOD
from answerable.testing.cast import Cast

EU = {"label": "Agency", "organisation": "Acme", "sender": "ACME", "receiver": "EVHUMAN"}


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return make_officer(cast)


@pytest.fixture
def report(cast: Cast) -> Report:
    return opened(cast)


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def page(client: Client, address: str, status: int = 200, **asked: Any) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def file(text: str | bytes, name: str = "llt.asc") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def test_a_dictionary_is_handed_in_watched_and_taken_out_of_use(officer: Viewer) -> None:
    desk = as_(officer)
    assert "None yet" in page(desk, "/settings/dictionaries")
    given = {"kind": "meddra", "release": "99.0", "language": "por", "file": file(LLT)}
    shown = desk.post("/settings/dictionaries", given, follow=True).content.decode()
    assert "this page looks again by itself" in shown
    made = Dictionary.objects.get()
    taking_in.take_in(made)
    assert "In use" in page(desk, f"/settings/dictionaries/{made.pk}")
    assert desk.post(f"/settings/dictionaries/{made.pk}/end").status_code == 303
    assert "Out of use" in page(desk, "/settings/dictionaries")


def test_a_file_that_is_not_taken_says_why_and_keeps_what_was_chosen(officer: Viewer) -> None:
    desk = as_(officer)
    answer = desk.post(
        "/settings/dictionaries", {"kind": "meddra", "release": "new", "language": "por", "file": file("x")}
    )
    assert answer.status_code == 422
    assert "Write the release as its maker does" in answer.content.decode()
    assert 'value="por"' in answer.content.decode()
    refused = loaded(officer, "nonsense")
    shown = page(desk, f"/settings/dictionaries/{refused.pk}")
    assert "Line 1" in shown
    assert "It is no term as in MedDRA" in shown


def test_dictionaries_and_authorities_are_not_for_everybody(cast: Cast, officer: Viewer) -> None:
    for viewer in (cast.ada, cast.ben, cast.mira):
        page(as_(viewer), "/settings/dictionaries", 403)
        page(as_(viewer), "/settings/authorities", 403)
    page(as_(cast.root), "/settings/dictionaries")
    page(as_(cast.root), "/settings/authorities", 403)
    assert page(as_(cast.otto), f"/settings/dictionaries/{loaded(officer).pk}", 404)


def test_words_without_a_code_are_coded_with_one_press_and_the_look_is_logged(report: Report, officer: Viewer) -> None:
    desk = as_(officer)
    assert "There is no dictionary for this yet" in page(desk, "/safety/coding")
    loaded(officer)
    shown = page(desk, "/safety/coding", at=f"{report.pk}.reaction.0")
    assert "tonturas fortes" in shown
    assert 'data-key="1"' in shown
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=officer.user_id).exists()
    term = DictionaryTerm.objects.get(words="Tontura inventada")
    given = {"expected": 1, "place": "reaction", "number": 0, "term": term.pk, "after": ""}
    after = desk.post(f"/safety/{report.pk}/codings", given, follow=True).content.decode()
    assert "Coded as “Tontura inventada” (10000000)." in after
    version = report.versions.latest("number")
    assert (version.number, reporting.values_of(version).is_coded) == (2, True)
    late = desk.post(f"/safety/{report.pk}/codings", given)
    assert (late.status_code, "Somebody else changed this report" in late.content.decode()) == (409, True)


def test_other_words_and_codes_are_searched_for(report: Report, officer: Viewer) -> None:
    loaded(officer)
    desk = as_(officer)
    assert "Ache made up" in page(desk, "/safety/coding", words="ache")
    assert "Ache made up" in page(desk, "/safety/coding", words="10000002")
    assert "No term shares a word" in page(desk, "/safety/coding", words="nothing")


def test_who_does_not_review_has_no_queue_and_exports_nothing(report: Report, cast: Cast) -> None:
    desk = as_(cast.ada)
    page(desk, "/safety/coding", 403)
    page(desk, f"/safety/{report.pk}/file", 403, **{"as": "pdf"})
    page(desk, "/safety/batches", 403)
    assert "A reviewer or a safety officer takes files" in page(desk, f"/safety/{report.pk}/exports")
    page(as_(cast.otto), f"/safety/{report.pk}/exports", 404)


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("json", "application/json", b'{"draft":true'),
        ("archive", "application/zip", b"PK"),
        ("complaint", "text/csv; charset=utf-8", b"field,value"),
    ],
)
def test_a_form_is_saved_never_shown(
    form: str, media_type: str, begins: bytes, report: Report, officer: Viewer
) -> None:
    answer = as_(officer).get(f"/safety/{report.pk}/file", {"as": form})
    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(kind="report_exported", data__form=form).exists()


def test_a_draft_says_that_it_is_one_and_leads_to_its_coding(report: Report, officer: Viewer) -> None:
    shown = page(as_(officer), f"/safety/{report.pk}/exports")
    assert "This report is a draft" in shown
    assert f"/safety/coding?at={report.pk}.reaction.0" in shown
    printed = page(as_(officer), f"/safety/{report.pk}/print")
    assert "Draft: not every reaction has a code" in printed
    assert "known to us, not told here" in printed
    assert "pia@example.org" not in printed


def test_a_coded_report_becomes_a_file_and_its_answer_comes_back(cast: Cast, officer: Viewer) -> None:
    report, desk = opened(cast, coded=True), as_(officer)
    assert "Say first who takes reports" in page(desk, "/safety/batches")
    assert desk.post("/settings/authorities", EU).status_code == 303
    authority = Authority.objects.get()
    made = desk.post("/safety/batches", {"report": report.pk, "authority": authority.pk}, follow=True).content.decode()
    batch = Batch.objects.get()
    assert "No finding" in made
    answer = desk.get(f"/safety/batches/{batch.pk}/file")
    assert answer.content.decode() == batch.document
    text = ANSWER.format(**GOOD).replace("PT-VELORIN-0001", report.number).replace('"1" root', f'"{batch.number}" root')
    shown = desk.post("/safety/answers", {"file": file(text, "ack.xml")}, follow=True).content.decode()
    assert "there as 4711" in shown
    assert desk.get(f"/safety/answers/{batch.acknowledgements.get().pk}/file").content.decode() == text
    assert "Taken" in page(desk, f"/safety/{report.pk}/exports")


def test_what_cannot_be_made_or_read_says_why_in_its_place(cast: Cast, report: Report, officer: Viewer) -> None:
    desk = as_(officer)
    authority = batching.know(**EU, trial=True, by=officer)
    for given, words in (
        ({"authority": authority.pk}, "Choose between 1 and 100 reports"),
        ({"report": report.pk, "authority": authority.pk}, "have no code of MedDRA"),
        ({"report": report.pk, "authority": 0}, "What was chosen is not there for you"),
    ):
        answer = desk.post("/safety/batches", given)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    for sent, words in (({}, "Choose a file first"), ({"file": file("thanks")}, "This is no XML")):
        answer = desk.post("/safety/answers", sent)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    wrong = desk.post("/settings/authorities", {**EU, "sender": ""})
    assert (wrong.status_code, 'value="Agency"' in wrong.content.decode()) == (422, True)
    assert desk.post(f"/settings/authorities/{authority.pk}/end").status_code == 303
