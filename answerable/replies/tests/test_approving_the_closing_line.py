"""Four eyes for the line that ends a case: it waits with its disposition, and goes out and closes the case together, or neither."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from answerable.cases import closing
from answerable.cases.models import Case, Closure, Notice
from answerable.channels.sandbox.server import canonical
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.replies import answering, approvals, approving, drafting, ending
from answerable.replies.models import Approval, ApprovalRule, Draft, Reply
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

LINE = "It is solved. Thank you."


@pytest.fixture
def case(cast: Cast) -> Case:
    post = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "Where is the leaflet?"}
    made = arrive(canonical({**post, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


@pytest.fixture
def rule(cast: Cast) -> ApprovalRule:
    return approving.keep_rule(name="What is solved", disposition="solved", by=cast.ben)


def end(case: Case, cast: Cast, **facts: Any) -> ending.Ended:
    says: dict[str, Any] = {"disposition": "solved", "what_solved_it": "A new box.", "closing_line": LINE, "ask": False}
    return ending.end(Case.objects.get(pk=case.pk), **{**says, "by": cast.ada, **facts})


def waiting(case: Case, cast: Cast, **facts: Any) -> Approval:
    waits = end(case, cast, **facts).waits
    assert waits is not None
    return waits


def is_open(case: Case) -> bool:
    return Case.objects.get(pk=case.pk).is_open


def test_a_rule_with_a_disposition_asks_only_for_words_that_end_a_case_so(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    says: dict[str, Any] = {"text": LINE, "audience": "public", "wording": None, "viewer": cast.ada}
    assert approvals.rule_for(case, **says, disposition="solved") == rule
    assert approvals.rule_for(case, **says, disposition="answered") is None
    assert approvals.rule_for(case, **says) is None
    approving.end_rule(rule, by=cast.ben)
    assert approvals.rule_for(case, **says, disposition="solved") is None
    wide = approving.keep_rule(name="All", by=cast.ben)
    assert approvals.rule_for(case, **says, disposition="solved") == wide


def test_a_rule_takes_only_a_disposition_that_there_is_and_no_private_line(cast: Cast) -> None:
    with pytest.raises(Invalid, match="how the case ends"):
        approving.keep_rule(name="Odd", disposition="odd", by=cast.ben)
    with pytest.raises(Invalid, match="is public"):
        approving.keep_rule(name="Odd", disposition="solved", audience="private", by=cast.ben)
    assert not ApprovalRule.objects.exists()


def test_the_line_waits_and_then_goes_out_and_ends_the_case_together(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    approval = waiting(case, cast)
    assert is_open(case)
    assert not Reply.objects.exists()
    assert (approval.disposition, approval.ending) == ("solved", {"what_solved_it": "A new box.", "ask": False})

    reply = approving.approve(approval, by=cast.ben)

    closure = Closure.objects.get(case=case)
    assert (reply.message.text, reply.message.audience, reply.user_id) == (LINE, "public", cast.ada.user_id)
    assert (closure.disposition, closure.what_solved_it, closure.user_id) == ("solved", "A new box.", cast.ada.user_id)
    assert not is_open(case)
    given = Event.objects.get(kind="approval_given")
    assert (given.user_id, given.data["closure"]) == (cast.ben.user_id, closure.pk)
    assert Event.objects.get(kind="case_closed").user_id == cast.ada.user_id
    with pytest.raises(Conflict):
        approving.approve(approval, by=cast.ben)
    assert Reply.objects.count() == 1


def test_the_customer_is_asked_once_it_is_approved_where_its_writer_wanted_that(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    approval = waiting(case, cast, ask=True)
    approving.approve(approval, by=cast.ben)
    assert Closure.objects.get(case=case).askings.count() == 1


def test_pressed_twice_one_line_waits_and_other_words_are_refused(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    first = waiting(case, cast)
    assert waiting(case, cast) == first
    others: list[dict[str, Any]] = [{"closing_line": "Done."}, {"closing_line": ""}, {"disposition": "answered"}]
    for other in others:
        with pytest.raises(Conflict, match="A closing line of this case waits"):
            end(case, cast, **other)
    assert Approval.objects.count() == 1
    assert is_open(case)


def test_declined_the_case_stays_open_its_writer_is_told_and_may_try_again(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    first = waiting(case, cast)
    approving.decline(first, because="Which box?", by=cast.ben)
    assert is_open(case)
    assert not Reply.objects.exists()
    assert Draft.objects.get().text == LINE
    assert Notice.objects.get(user_id=cast.ada.user_id, kind="approval_declined").case == case
    assert Event.objects.filter(kind="approval_declined").count() == 1
    second = waiting(case, cast)
    assert second != first
    approving.take_back(second, by=cast.ada)
    assert is_open(case)
    approving.approve(waiting(case, cast), by=cast.ben)
    assert Reply.objects.count() == 1


def test_nobody_approves_the_line_with_which_they_end_a_case(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    own = waiting(case, cast, by=cast.ben)
    with pytest.raises(NotAllowed, match="You wrote this answer"):
        approving.approve(own, by=cast.ben)
    assert is_open(case)


def test_what_lacks_its_words_is_refused_before_it_waits(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    with pytest.raises(Invalid, match="what solved it"):
        end(case, cast, what_solved_it=" ")
    assert not Approval.objects.exists()


def test_other_endings_and_endings_without_a_line_go_on_at_once(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    assert end(case, cast, closing_line="").closure is not None
    closing.reopen(Case.objects.get(pk=case.pk), because="by_hand", by=cast.ada)
    ended = end(case, cast, disposition="answered")
    assert ended.line is not None
    assert ended.closure is not None


def test_a_case_that_was_closed_meanwhile_gets_no_line(cast: Cast, case: Case, rule: ApprovalRule) -> None:
    approval = waiting(case, cast)
    closing.close(Case.objects.get(pk=case.pk), disposition="withdrawn", by=cast.ben)
    with pytest.raises(answering.Blocked, match="closed"):
        approving.approve(Approval.objects.get(), by=cast.ben)
    approval.refresh_from_db()
    assert approval.state == Approval.State.WAITING
    assert not Reply.objects.exists()


def test_how_it_ends_is_kept_as_it_was_put_and_the_draft_beside_it_stays(
    cast: Cast, case: Case, rule: ApprovalRule
) -> None:
    drafting.save(case, text="Something else.", audience="private", by=cast.ada)
    ours = Approval.objects.filter(pk=waiting(case, cast).pk)
    changes: list[dict[str, Any]] = [{"disposition": "answered"}, {"ending": {}}]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            ours.update(**change)
    approving.decline(ours.get(), because="No.", by=cast.ben)
    assert Draft.objects.get().text == "Something else."
