"""The panel of a case, and what people do after a report was opened: later words, questions, links, second opinions."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.safety.models import FollowUp, Inquiry, Link, OpinionAsked, RegulatedProduct, Report
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user

SICK = "After the second dose of Velorin my mother got a rash and was taken to hospital. She is 72 years old."


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


@pytest.fixture
def case(cast: Cast) -> Case:
    """Rob writes, and later again; the sick mother has a report."""
    answer = {"message_id": "<two@example.net>", "In_Reply_To": "<one@example.net>"}
    found = arrive(letter(SICK, subject="Velorin", sender="Rob <rob@example.net>"), cast.mailbox)
    assert found is not None
    again = letter("She vomits, too. Lot: L-99B.", subject="Velorin", sender="Rob <rob@example.net>", **answer)
    arrive(again, cast.mailbox)
    return found


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Sol"), ["safety_officer"], [cast.front_line])


def test_the_panel_of_a_case_says_what_is_on_record(case: Case, cast: Cast) -> None:
    page = as_(cast.ada).get(f"/cases/{case.pk}").content.decode()
    report = Report.objects.get()
    assert report.number in page
    assert "Read by the machine from the words" in page
    assert "1 later message may say more about it" in page
    coach = join(cast.workspace, make_user("Kim"), ["coach"], [cast.front_line])
    assert report.number not in as_(coach).get(f"/cases/{case.pk}").content.decode()


def test_a_report_is_opened_by_hand_from_the_case(case: Case, cast: Cast) -> None:
    message = case.filings.earliest("pk").message
    given = {"sort": "technical_complaint", "message": message.pk, "because": "The box was open, she said."}
    answer = as_(cast.ada).post(f"/cases/{case.pk}/reports", given)
    report = Report.objects.get(sort="technical_complaint")
    assert (answer.status_code, answer["Location"]) == (303, f"/safety/{report.pk}")
    assert report.user_id == cast.ada.user_id
    assert as_(cast.ada).post(f"/cases/{case.pk}/reports", {**given, "because": ""}).status_code == 422
    assert as_(cast.ada).post(f"/cases/{case.pk}/reports", {**given, "message": "999999"}).status_code == 422


def test_later_words_are_shown_with_what_they_change_and_taken_in(case: Case, cast: Cast) -> None:
    row = FollowUp.objects.get()
    page = as_(cast.ada).get(f"/safety/{row.report_id}").content.decode()
    assert "She vomits, too." in page
    assert "L-99B" in page
    address = f"/report-follow-ups/{row.pk}"
    assert as_(cast.ada).post(address, {"do": "significant", "because": ""}).status_code == 422
    answer = as_(cast.ada).post(address, {"do": "significant", "because": "A second reaction."})
    assert answer.status_code == 303
    row.refresh_from_db()
    assert (row.state, row.significant) == ("taken", True)
    assert as_(cast.ada).post(address, {"do": "decline", "because": "x"}).status_code == 409


def test_questions_are_offered_kept_and_answered(case: Case, cast: Cast) -> None:
    report = Report.objects.get()
    page = as_(cast.ada).get(f"/safety/{report.pk}").content.decode()
    assert "When did it begin: rash?" in page
    given = {"asked": ["onset", "lot"], "way": "written", "words": "When did it begin?"}
    assert as_(cast.ada).post(f"/safety/{report.pk}/inquiries", given).status_code == 303
    inquiry = Inquiry.objects.get()
    assert happened(case, "report_asked_about")
    assert as_(cast.ada).post(f"/safety/{report.pk}/inquiries", {"way": "written"}).status_code == 422
    assert as_(cast.ada).post(f"/report-inquiries/{inquiry.pk}", {"outcome": "refused"}).status_code == 303
    assert happened(case, "report_answered")
    page = as_(cast.ada).get(f"/safety/{report.pk}").content.decode()
    assert "The reporter does not want to be asked." in page
    assert as_(cast.ada).post(f"/safety/{report.pk}/inquiries", given).status_code == 409


def test_two_reports_are_linked_and_parted_with_a_reason(case: Case, cast: Cast) -> None:
    report = Report.objects.get()
    message = case.filings.earliest("pk").message
    given = {"sort": "adverse_event", "message": message.pk, "because": "The doctor told it again."}
    as_(cast.ada).post(f"/cases/{case.pk}/reports", given)
    twin = Report.objects.latest("pk")
    asked = {"other": twin.number, "because": "The same mother."}
    assert as_(cast.ada).post(f"/safety/{report.pk}/links", asked).status_code == 303
    link = Link.objects.get()
    assert link.is_linked
    assert "Linked" in as_(cast.ada).get(f"/safety/{twin.pk}").content.decode()
    assert as_(cast.ada).post(f"/report-links/{link.pk}", {"do": "end", "because": "Two mothers."}).status_code == 303
    link.refresh_from_db()
    assert (link.is_linked, link.ended_because) == (False, "Two mothers.")
    assert happened(case, "reports_linked")
    assert happened(case, "reports_unlinked")


def test_a_second_opinion_is_asked_of_who_may_sign(case: Case, cast: Cast, officer: Viewer) -> None:
    report = Report.objects.get()
    other = join(cast.workspace, make_user("Uma"), ["reviewer"], [cast.front_line])
    page = as_(officer).get(f"/safety/{report.pk}").content.decode()
    assert "Ask for a second opinion" in page
    given = {"of": other.user_id, "question": "Is it expected?"}
    assert as_(cast.ada).post(f"/safety/{report.pk}/opinions", given).status_code == 403
    assert as_(officer).post(f"/safety/{report.pk}/opinions", given).status_code == 303
    assert OpinionAsked.objects.get().of_id == other.user_id
    assert happened(case, "report_opinion_asked")
    assert (
        "A second opinion about a report of this case is asked of you." in as_(other).get("/notices").content.decode()
    )
    assert happened(case, "notice_left")
    assert as_(officer).post(f"/safety/{report.pk}/opinions", {**given, "of": cast.ada.user_id}).status_code == 422


def test_an_officer_says_what_a_product_is_and_where_it_is_sold(cast: Cast, officer: Viewer) -> None:
    given = {"name": "Velorin", "kind": "medicine", "countries": "pl, PT br"}
    assert as_(cast.ada).post("/settings/regulated/products", given).status_code == 403
    assert as_(officer).post("/settings/regulated/products", given).status_code == 303
    product = RegulatedProduct.objects.get()
    assert product.countries == ["BR", "PL", "PT"]
    wrong = as_(officer).post("/settings/regulated/products", {**given, "countries": "Poland"})
    assert wrong.status_code == 422
    assert "two letters" in wrong.content.decode()
    assert as_(officer).post("/settings/regulated/desk", {"country": "PL", "by_itself": "on"}).status_code == 303
    page = as_(officer).get("/settings/regulated").content.decode()
    assert "sold in BR, PL, PT" in page
    assert as_(officer).post(f"/settings/regulated/products/{product.pk}/end").status_code == 303
    assert not RegulatedProduct.objects.filter(ended_at=None).exists()
