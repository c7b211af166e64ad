"""Every open case has one holder; of two who take it at once one wins."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from answerable.cases import assigning, closing
from answerable.cases.models import Case
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Membership, User
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def make_case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


@pytest.mark.parametrize(
    "change",
    [
        "holder_team_id = NULL",
        "holder_user_id = {ada}",
        "holder_team_id = {other_team}",
        "state = 'closed', closed_at = NULL",
        "closed_at = now()",
    ],
)
def test_the_database_refuses_a_case_whose_custody_is_not_clear(cast: Cast, case: Case, change: str) -> None:
    values = change.format(ada=cast.ada.user_id, other_team=cast.device_support.pk)
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(f"UPDATE cases_case SET {values} WHERE id = %s", [case.pk])


def test_taking_a_case_makes_one_its_holder(cast: Cast, case: Case) -> None:
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    assert (case.holder_user_id, case.holder_team) == (cast.ada.user_id, None)
    event = Event.objects.get(kind="case_taken")
    assert event.data == {"from": f"team:{cast.front_line.pk}", "to": f"user:{cast.ada.user_id}"}
    assert event.user_id == cast.ada.user_id


def test_who_comes_second_is_told_who_was_first_and_changes_nothing(cast: Cast, case: Case) -> None:
    seen = assigning.holder_mark(case)
    assigning.take(case, expected=seen, by=cast.ben)
    with pytest.raises(Conflict, match="Ben"):
        assigning.take(case, expected=seen, by=cast.ada)
    assert case.holder_user_id == cast.ben.user_id
    assert Event.objects.filter(kind="case_taken").count() == 1


def test_of_two_who_take_at_the_same_moment_one_gets_it(committed_cast: Cast) -> None:
    cast, outcomes = committed_cast, list[str]()
    case = make_case(cast)
    seen, together = assigning.holder_mark(case), threading.Barrier(2)

    def take(who: str) -> None:
        try:
            together.wait(10)
            assigning.take(Case.objects.get(pk=case.pk), expected=seen, by=getattr(cast, who))
            outcomes.append("taken")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(who,)) for who in ("ada", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["taken", "told"]
    assert Event.objects.filter(kind="case_taken").count() == 1


@pytest.mark.parametrize("mark", ["", "user", "user:", "user:x", "user:²", "team:1 OR 1=1", "nobody:1"])
def test_a_mark_that_is_none_is_refused(cast: Cast, case: Case, mark: str) -> None:
    with pytest.raises(Invalid):
        assigning.take(case, expected=mark, by=cast.ada)


def test_a_closed_case_is_taken_by_nobody(cast: Cast, case: Case) -> None:
    seen = assigning.holder_mark(case)
    closing.close(case, disposition="withdrawn", by=cast.ada)
    with pytest.raises(Conflict, match="closed"):
        assigning.take(case, expected=seen, by=cast.ada)


def test_the_holder_puts_a_case_back_into_the_queue_of_its_team(cast: Cast, case: Case) -> None:
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    assigning.release(case, expected=assigning.holder_mark(case), by=cast.ada)
    assert (case.holder_team, case.holder_user) == (cast.front_line, None)
    assert happened(case, "case_released")
    with pytest.raises(Conflict, match="in the queue already"):
        assigning.release(case, expected=assigning.holder_mark(case), by=cast.ben)


def test_only_a_lead_puts_back_what_somebody_else_holds(cast: Cast, case: Case) -> None:
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ben)
    with pytest.raises(NotAllowed):
        assigning.release(case, expected=assigning.holder_mark(case), by=cast.ada)
    assert case.holder_user_id == cast.ben.user_id


def test_a_lead_hands_a_case_out_of_the_queue(cast: Cast, case: Case) -> None:
    ada, mark = User.objects.get(pk=cast.ada.user_id), assigning.holder_mark(case)
    assigning.assign(case, to_user=ada, expected=mark, by=cast.ben)
    assert case.holder_user == ada
    assert happened(case, "case_assigned")
    with pytest.raises(Conflict, match="Ada holds the case"):
        assigning.assign(case, to_user=ada, expected=assigning.holder_mark(case), by=cast.ben)


def test_an_agent_hands_out_nothing(cast: Cast, case: Case) -> None:
    ada = User.objects.get(pk=cast.ada.user_id)
    with pytest.raises(NotAllowed):
        assigning.assign(case, to_user=ada, expected=assigning.holder_mark(case), by=cast.ada)


def test_the_case_of_another_team_is_not_taken_but_offered(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed, match="belongs to Front line"):
        assigning.take(case, expected=assigning.holder_mark(case), by=cast.mira)
    assert case.holder_team == cast.front_line


@pytest.mark.parametrize("receiver", ["somebody of another company", "somebody of another team", "a coach", "a leaver"])
def test_a_case_goes_only_to_those_who_can_hold_it(cast: Cast, case: Case, receiver: str) -> None:
    whom = {"somebody of another company": cast.otto, "somebody of another team": cast.mira}.get(receiver)
    if whom is None:
        roles = ["coach"] if receiver == "a coach" else ["agent"]
        whom = join(cast.workspace, make_user("Lou"), roles, [cast.front_line])
    if receiver == "a leaver":
        Membership.objects.filter(user_id=whom.user_id).update(ended_at=now())
    with pytest.raises(Invalid):
        assigning.assign(
            case, to_user=User.objects.get(pk=whom.user_id), expected=assigning.holder_mark(case), by=cast.ben
        )
    case.refresh_from_db()
    assert case.holder_team == cast.front_line
