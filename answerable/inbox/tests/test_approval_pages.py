"""Approvals as pages and over the API: a rule asks, a second person sees text, checks and changes, and decides."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case
from answerable.channels.sandbox.server import canonical
from answerable.inbox.tests.asking import Program, told
from answerable.inbox.tests.test_pages import as_
from answerable.inbox.tests.test_wording_pages import page
from answerable.replies import approving
from answerable.replies.models import Approval, ApprovalRule, Draft, Reply
from answerable.replies.tests.test_wordings import approved, begun
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

GIVEN = {"text": "In the bag, Pia.", "audience": "public", "key": "k1"}


@pytest.fixture
def case(cast: Cast) -> Case:
    post = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "Where is the leaflet?"}
    made = arrive(canonical({**post, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


@pytest.fixture
def rule(cast: Cast) -> ApprovalRule:
    return approving.keep_rule(name="All that is public", audience="public", by=cast.ben)


def test_an_answer_waits_is_seen_with_its_changes_and_goes_out_approved(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    ada, ben = as_(cast.ada), as_(cast.ben)
    version = approved(begun(cast.mira, product=""), cast, "In the box, Pia.")
    given = {**GIVEN, "wording": str(version.pk)}
    assert "another person approves it" in ada.post(f"/cases/{case.pk}/draft", given).content.decode()
    assert ada.post(f"/cases/{case.pk}/replies", given).status_code == 303
    assert not Reply.objects.exists()
    assert "An answer of Ada waits for approval" in page(ada, f"/cases/{case.pk}")
    seen = page(ben, "/review/approvals")
    assert "<del>box,</del><ins>bag,</ins>" in seen
    assert "Your words left VEL-STORE-04, version 1" in seen

    approval = Approval.objects.get()
    assert ben.post(f"/approvals/{approval.pk}", {"decision": "approve"}).status_code == 303
    assert Reply.objects.get().user_id == cast.ada.user_id
    assert "Nothing waits for approval" in page(ben, "/review/approvals")


def test_a_declined_answer_says_why_beside_the_draft(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    ada, ben = as_(cast.ada), as_(cast.ben)
    assert ada.post(f"/cases/{case.pk}/replies", GIVEN).status_code == 303
    approval = Approval.objects.get()
    without = ben.post(f"/approvals/{approval.pk}", {"decision": "decline"})
    assert without.status_code == 422
    assert "why it is declined" in without.content.decode()
    ben.post(f"/approvals/{approval.pk}", {"decision": "decline", "because": "Which bag?"})
    shown = page(ada, f"/cases/{case.pk}")
    assert "Ben declined an answer of Ada" in shown
    assert "Which bag?" in shown
    assert Draft.objects.get().text == GIVEN["text"]


def test_its_writer_takes_it_back_and_others_may_not_decide(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    ada = as_(cast.ada)
    ada.post(f"/cases/{case.pk}/replies", GIVEN)
    approval = Approval.objects.get()
    assert page(ada, "/review/approvals", 403)
    assert ada.post(f"/approvals/{approval.pk}", {"decision": "approve"}).status_code == 403
    assert as_(cast.otto).post(f"/approvals/{approval.pk}", {"decision": "approve"}).status_code == 404
    assert ada.post(f"/approvals/{approval.pk}", {"decision": "take_back"}).status_code == 303
    assert Approval.objects.get().state == "taken_back"


def test_rules_are_made_and_ended_by_who_keeps_rules(cast: Cast) -> None:
    ben = as_(cast.ben)
    assert ben.post("/settings/approval-rules", {"name": "Public", "audience": "public"}).status_code == 303
    assert ben.post("/settings/approval-rules", {"name": "Public"}).status_code == 422
    assert "Public" in page(ben, "/settings/approval-rules")
    rule = ApprovalRule.objects.get()
    assert ben.post(f"/settings/approval-rules/{rule.pk}/end").status_code == 303
    assert page(as_(cast.ada), "/settings/approval-rules", 403)


def test_a_program_asks_and_another_persons_program_approves(cast: Cast, case: Case) -> None:
    ada, ben = Program(cast.ada), Program(cast.ben)
    rule = told(ben.post("approval-rules", {"name": "Public", "audience": "public"}), 201)
    assert told(ada.get("approval-rules")) == [rule]
    says = {"text": "In the box.", "audience": "public"}
    assert "Ask for approval" in str(told(ada.post(f"cases/{case.pk}/replies", says, key="one"), 422))
    waits = told(ada.post(f"cases/{case.pk}/approvals", says, key="two"), 201)
    assert told(ada.post(f"cases/{case.pk}/approvals", says, key="two"), 201)["id"] == waits["id"]
    assert [each["id"] for each in told(ben.get("approvals"))] == [waits["id"]]
    decided = told(ben.put(f"approvals/{waits['id']}/decision", {"decision": "approve"}))
    assert decided["reply"] == Reply.objects.get().pk
    assert told(ada.get(f"cases/{case.pk}/approvals"))[0]["state"] == "approved"
    assert ben.send("DELETE", f"approval-rules/{rule['id']}").status_code == 204


LINE = {"disposition": "answered", "what_solved_it": "In the box.", "closing_line": "This is answered."}


def test_a_closing_line_waits_and_its_case_is_closed_from_the_page(cast: Cast, case: Case) -> None:
    ada, ben = as_(cast.ada), as_(cast.ben)
    given = {"name": "Answered", "disposition": "answered"}
    assert ben.post("/settings/approval-rules", given).status_code == 303
    assert ben.post("/settings/approval-rules", {"name": "Odd", "disposition": "odd"}).status_code == 422
    assert "Ends the case: Question answered" in page(ben, "/settings/approval-rules")
    assert ada.post(f"/cases/{case.pk}/closure", {**LINE, "say_line": "1"}).status_code == 303
    assert "The case stays open until then." in page(ada, f"/cases/{case.pk}")
    seen = page(ben, "/review/approvals")
    assert "Approved, it also closes the case: Question answered." in seen
    assert "What solved it: In the box." in seen
    assert ben.post(f"/approvals/{Approval.objects.get().pk}", {"decision": "approve"}).status_code == 303
    assert "The case is closed." in page(ben, "/review/approvals")
    assert not Case.objects.get(pk=case.pk).is_open
    assert Reply.objects.get(message__text=LINE["closing_line"]).user_id == cast.ada.user_id


def test_a_program_ends_a_case_with_a_line_that_waits(cast: Cast, case: Case) -> None:
    ada, ben = Program(cast.ada), Program(cast.ben)
    rule = told(ben.post("approval-rules", {"name": "Answered", "disposition": "answered"}), 201)
    assert rule["disposition"] == "answered"
    assert ben.post("approval-rules", {"name": "Odd", "disposition": "odd"}).status_code == 422
    assert told(ada.put(f"cases/{case.pk}/closure", {**LINE, "ask": False}))["state"] == "open"
    waits = told(ben.get("approvals"))[0]
    assert (waits["disposition"], waits["what_solved_it"]) == ("answered", "In the box.")
    told(ben.put(f"approvals/{waits['id']}/decision", {"decision": "approve"}))
    assert told(ada.get(f"cases/{case.pk}"))["state"] == "closed"
