"""Four eyes by rule: an answer waits for another person, goes out as it was approved, or comes back with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from answerable.cases.models import Case, Notice
from answerable.channels.sandbox.server import canonical
from answerable.core import access
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.replies import answering, approvals, approving, drafting
from answerable.replies.models import Approval, ApprovalRule, Draft, Reply
from answerable.replies.tests.test_wordings import approved, begun
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

TEXT = "In the box."


@pytest.fixture
def case(cast: Cast) -> Case:
    post = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "Where is the leaflet?"}
    made = arrive(canonical({**post, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


@pytest.fixture
def rule(cast: Cast) -> ApprovalRule:
    return approving.keep_rule(name="All that is public", audience="public", by=cast.ben)


def asked(case: Case, cast: Cast, text: str = TEXT, **facts: Any) -> Reply | Approval:
    says: dict[str, Any] = {"text": text, "audience": "public", "key": "k", **facts}
    try:
        return answering.answer(case, by=cast.ada, **says)
    except answering.NeedsApproval:
        return approving.ask(case, by=cast.ada, **says)


def waiting(case: Case, cast: Cast, **facts: Any) -> Approval:
    made = asked(case, cast, **facts)
    assert isinstance(made, Approval)
    return made


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="approval_").order_by("pk").values_list("kind", flat=True))


def test_without_a_rule_an_answer_goes_out_at_once(cast: Cast, case: Case) -> None:
    assert isinstance(asked(case, cast), Reply)
    with pytest.raises(Conflict):
        approving.ask(case, text=TEXT, audience="private", key="k2", by=cast.ada)


def test_an_answer_waits_and_goes_out_as_its_writers_once_another_approved_it(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    drafting.save(case, text=TEXT, audience="public", by=cast.ada)
    with pytest.raises(answering.NeedsApproval, match="All that is public"):
        answering.answer(case, text=TEXT, audience="public", key="k", by=cast.ada)
    approval = waiting(case, cast)
    assert not Reply.objects.exists()
    assert not Draft.objects.exists()
    assert list(approvals.waiting(cast.ben)) == [approval]
    assert waiting(case, cast) == approval

    reply = approving.approve(approval, by=cast.ben)

    assert (reply.message.text, reply.user_id, reply.key) == (TEXT, cast.ada.user_id, "k")
    assert Approval.objects.get().reply == reply
    assert kinds() == ["approval_rule_made", "approval_asked", "approval_given"]
    with pytest.raises(Conflict):
        approving.approve(approval, by=cast.ben)
    assert Reply.objects.count() == 1


def test_files_wait_with_the_answer_and_go_out_with_it(cast: Cast, case: Case) -> None:
    approving.keep_rule(name="Private, too", audience="private", by=cast.ben)
    mail: dict[str, Any] = {"audience": "private", "text": "Here it is."}
    draft = drafting.save(case, **mail, by=cast.ada)
    drafting.add_file(draft, name="leaflet.png", body=b"\x89PNG\r\n\x1a\n", alt="The leaflet.", by=cast.ada)
    approval = waiting(case, cast, **mail)
    drafting.save(case, text="Something else.", audience="private", by=cast.ada)
    reply = approving.approve(approval, by=cast.ben)
    assert [each.name for each in reply.message.attachments.all()] == ["leaflet.png"]
    assert Draft.objects.get().text == "Something else."


def test_nobody_approves_their_own_and_the_database_refuses_it_too(cast: Cast, case: Case) -> None:
    approving.keep_rule(name="Leads, too", role="lead", by=cast.ben)
    own = approving.ask(case, text=TEXT, audience="public", key="k", by=cast.ben)
    with pytest.raises(NotAllowed, match="You wrote this answer"):
        approving.approve(own, by=cast.ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=own.pk).update(approver=own.user_id)
    with pytest.raises(NotAllowed):
        approving.approve(own, by=cast.ada)


def test_the_words_that_wait_are_never_changed(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    ours = Approval.objects.filter(pk=waiting(case, cast).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        ours.update(text="Anything goes.")
    with pytest.raises(IntegrityError), transaction.atomic():
        ours.delete()


def test_declined_it_comes_back_as_a_draft_with_the_reason_and_each_try_is_kept(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    first = waiting(case, cast)
    with pytest.raises(Invalid):
        approving.decline(first, because=" ", by=cast.ben)
    approving.decline(first, because="Which box?", by=cast.ben)
    assert Draft.objects.get().text == TEXT
    assert Notice.objects.get(user_id=cast.ada.user_id, kind="approval_declined").case == case
    second = waiting(case, cast, text="In the white box.", key="k2")
    approving.approve(second, by=cast.ben)
    tries = [(each.state, each.text) for each in approvals.of_case(case, cast.ada)]
    assert tries == [("approved", "In the white box."), ("declined", TEXT)]


def test_its_writer_takes_it_back(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    approval = waiting(case, cast)
    with pytest.raises(NotAllowed):
        approving.take_back(approval, by=cast.ben)
    approving.take_back(approval, by=cast.ada)
    assert Draft.objects.get().text == TEXT
    with pytest.raises(Conflict):
        approving.approve(approval, by=cast.ben)
    assert kinds()[-1] == "approval_taken_back"


def test_what_speaks_against_it_by_then_stops_it_and_it_waits_on(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    approval = waiting(case, cast)
    approving.end_rule(rule, by=cast.ben)
    answering.answer(case, text="On our site.", audience="public", key="other", by=cast.ben)
    with pytest.raises(answering.Blocked), transaction.atomic():
        approving.approve(Approval.objects.get(), by=cast.ben)
    approval.refresh_from_db()
    assert approval.state == Approval.State.WAITING


def test_a_rule_asks_only_for_its_product_audience_and_role(cast: Cast, case: Case) -> None:
    approving.keep_rule(name="Velorin", product="Velorin", by=cast.ben)
    approving.keep_rule(name="Reviewers", role="reviewer", by=cast.ben)
    approving.keep_rule(name="Private", audience="private", by=cast.ben)
    says: dict[str, Any] = {"text": TEXT, "audience": "public", "wording": None}
    assert approvals.rule_for(case, viewer=cast.ada, **says) is None
    about = Case(workspace=case.workspace, product="velorin")
    found = [
        approvals.rule_for(case, viewer=cast.mira, **says),
        approvals.rule_for(about, viewer=cast.ada, **says),
        approvals.rule_for(case, viewer=cast.ada, text=TEXT, audience="private", wording=None),
    ]
    assert [each.name for each in found if each] == ["Reviewers", "Velorin", "Private"]


def test_an_approved_wording_word_for_word_needs_nobody_again(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    version = approved(begun(cast.mira, product=""), cast, TEXT)
    says: dict[str, Any] = {"audience": "public", "wording": version, "viewer": cast.ada}
    assert approvals.rule_for(case, text=TEXT, **says) is None
    assert approvals.rule_for(case, text="In the bag.", **says) == rule
    strict = approving.keep_rule(name="Strict", also_wordings=True, by=cast.ben)
    assert approvals.rule_for(case, text=TEXT, **says) == strict


def test_a_rule_is_made_by_whoever_keeps_rules_and_ends_once(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    with pytest.raises(NotAllowed):
        approving.keep_rule(name="Mine", by=cast.ada)
    with pytest.raises(Conflict):
        approving.keep_rule(name="All that is public", by=cast.ben)
    with pytest.raises(Invalid):
        approving.keep_rule(name="", by=cast.ben)
    approving.end_rule(rule, by=cast.ben)
    assert isinstance(asked(case, cast), Reply)
    with pytest.raises(Conflict):
        approving.end_rule(rule, by=cast.ben)


def test_otto_sees_no_answer_of_ours_that_waits(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    waiting(case, cast)
    assert not approvals.waiting(cast.otto).exists()
    assert not access.rows(ApprovalRule, cast.otto).exists()
