"""A transfer is offered with context, and accepted, declined, taken back or returned; the giver holds until then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from answerable.cases import assigning, closing, leaving, transferring
from answerable.cases.models import Case, Notice, Transfer
from answerable.core import access, viewers
from answerable.core.access import House, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed, NotThere
from answerable.core.models import Event, Grant, Membership, Team, User
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]


@pytest.fixture
def case(cast: Cast) -> Case:
    return held_by_ada(cast)


def held_by_ada(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)


def again(viewer: Viewer) -> Viewer:
    return viewers.of_membership(Membership.objects.get(user_id=viewer.user_id, workspace_id=viewer.workspace_id))


def user(viewer: Viewer) -> User:
    return User.objects.get(pk=viewer.user_id)


def to_devices(cast: Cast, case: Case) -> Transfer:
    words = "She changed batteries twice. Please check the lot."
    return transferring.offer(
        case, context=words, expected=assigning.holder_mark(case), to_team=cast.device_support, by=cast.ada
    )


def to_mira(cast: Cast, case: Case) -> Transfer:
    return transferring.offer(
        case, context="Is this safe?", expected=assigning.holder_mark(case), to_user=user(cast.mira), by=cast.ada
    )


def told(viewer: Viewer) -> list[str]:
    return list(Notice.objects.filter(user_id=viewer.user_id).order_by("pk").values_list("kind", flat=True))


def test_until_it_is_accepted_the_giver_holds_and_the_receiver_sees(cast: Cast, case: Case) -> None:
    assert not access.rows(Case, cast.mira).exists()
    made = to_mira(cast, case)
    case.refresh_from_db()
    assert (case.holder_user_id, case.team) == (cast.ada.user_id, cast.front_line)
    assert access.rows(Case, again(cast.mira)).get() == case
    assert made.answer_by - made.at == timedelta(hours=cast.device_support.offer_hours)
    assert told(cast.mira) == ["transfer_offered"]
    event = Event.objects.get(kind="transfer_offered")
    assert event.data == {"transfer": made.pk, "from": f"user:{cast.ada.user_id}", "to": f"user:{cast.mira.user_id}"}


def test_accepting_moves_the_holder_and_the_team(cast: Cast, case: Case) -> None:
    made = to_mira(cast, case)
    transferring.accept(made, by=again(cast.mira))
    case.refresh_from_db()
    assert (case.holder_user_id, case.team) == (cast.mira.user_id, cast.device_support)
    assert (made.state, made.decided_by_id) == ("accepted", cast.mira.user_id)
    assert happened(case, "transfer_accepted")
    assert happened(case, "case_handed_over")
    assert not Grant.objects.exists()


def test_any_member_of_the_team_accepts_what_is_offered_to_its_queue(cast: Cast, case: Case) -> None:
    assert told(cast.ben) == []
    made = to_devices(cast, case)
    assert told(cast.ben) == ["transfer_offered"]
    assert access.rows(Transfer, again(cast.mira)).get() == made
    transferring.accept(made, by=again(cast.mira))
    assert Case.objects.get(pk=case.pk).holder_user_id == cast.mira.user_id


def test_the_lead_lays_it_into_the_queue(cast: Cast, case: Case) -> None:
    made = to_devices(cast, case)
    with pytest.raises(NotAllowed, match="Only the lead"):
        transferring.accept(made, into_queue=True, by=again(cast.mira))
    transferring.accept(made, into_queue=True, by=cast.ben)
    case.refresh_from_db()
    assert (case.holder_user, case.holder_team, case.team) == (None, cast.device_support, cast.device_support)


def test_declined_with_a_reason_it_stays_with_the_giver_who_is_told(cast: Cast, case: Case) -> None:
    made = to_mira(cast, case)
    with pytest.raises(Invalid, match="Say why"):
        transferring.decline(made, reason=" ", by=again(cast.mira))
    transferring.decline(made, reason="Not a medical question.", by=again(cast.mira))
    case.refresh_from_db()
    assert (case.holder_user_id, case.bounces_count) == (cast.ada.user_id, 1)
    assert (made.state, made.reason) == ("declined", "Not a medical question.")
    assert told(cast.ada) == ["transfer_declined"]
    assert happened(case, "transfer_declined")
    assert not access.rows(Case, again(cast.mira)).exists()


def test_not_answered_in_time_it_comes_back_and_the_lead_is_told(cast: Cast, case: Case) -> None:
    made = to_devices(cast, case)
    assert transferring.overdue(at=made.answer_by - timedelta(seconds=1)) == []
    assert transferring.overdue(at=made.answer_by) == [made]
    by = House(cast.workspace.pk, "tests")
    assert transferring.give_back(made, because="time", by=by)
    assert not transferring.give_back(made, because="time", by=by)
    case.refresh_from_db()
    assert (case.holder_user_id, case.bounces_count) == (cast.ada.user_id, 1)
    assert told(cast.ada) == ["transfer_returned"]
    assert told(cast.ben) == ["transfer_offered", "transfer_returned"]
    assert Event.objects.filter(case_id=case.pk, kind="transfer_returned").count() == 1
    with pytest.raises(Conflict, match="its time was over"):
        transferring.accept(made, by=cast.ben)


def test_a_giver_who_left_meanwhile_gets_nothing_back(cast: Cast, case: Case) -> None:
    made = to_devices(cast, case)
    leaving.leave(Membership.objects.get(user_id=cast.ada.user_id), by=cast.root)
    assert Transfer.objects.get(pk=made.pk).state == "offered"
    transferring.give_back(made, because="time", by=House(cast.workspace.pk, "tests"))
    case.refresh_from_db()
    assert (case.holder_user, case.holder_team) == (None, cast.front_line)


def test_what_is_offered_to_somebody_who_leaves_comes_back(cast: Cast, case: Case) -> None:
    made = to_mira(cast, case)
    leaving.leave(Membership.objects.get(user_id=cast.mira.user_id), by=cast.root)
    made.refresh_from_db()
    assert made.state == "returned"
    assert Case.objects.get(pk=case.pk).holder_user_id == cast.ada.user_id


def test_the_giver_takes_the_offer_back(cast: Cast, case: Case) -> None:
    made = to_mira(cast, case)
    with pytest.raises(NotAllowed):
        transferring.withdraw(made, by=again(cast.mira))
    transferring.withdraw(made, by=cast.ada)
    case.refresh_from_db()
    assert (made.state, case.bounces_count) == ("withdrawn", 0)
    assert happened(case, "transfer_withdrawn")
    with pytest.raises(Conflict, match="taken back"):
        transferring.decline(made, reason="Too late", by=again(cast.mira))


@pytest.mark.parametrize("change", ["taken", "released", "closed"])
def test_an_offer_ends_when_the_case_changes_hands_or_closes(cast: Cast, case: Case, change: str) -> None:
    made = to_mira(cast, case)
    mark = assigning.holder_mark(case)
    if change == "taken":
        assigning.take(case, expected=mark, by=cast.ben)
    elif change == "released":
        assigning.release(case, expected=mark, by=cast.ada)
    else:
        closing.close(case, disposition="withdrawn", by=cast.ada)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    assert not Grant.objects.exists()
    with pytest.raises(Conflict):
        transferring.accept(made, by=cast.mira)


def test_one_offer_at_a_time(cast: Cast, case: Case) -> None:
    made = to_devices(cast, case)
    with pytest.raises(Conflict, match="on offer to Device support"):
        to_mira(cast, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            case=case, from_team=case.team, to_team=case.team, context="x", at=now(), answer_by=made.answer_by
        )


def test_an_offer_of_a_case_that_changed_hands_is_refused(cast: Cast, case: Case) -> None:
    seen = assigning.holder_mark(case)
    assigning.release(case, expected=seen, by=cast.ada)
    with pytest.raises(Conflict, match="Front line holds the case now"):
        transferring.offer(case, context="x", expected=seen, to_team=cast.device_support, by=cast.ada)
    assert not Transfer.objects.exists()


def test_only_its_holder_or_a_lead_offers_a_case_that_somebody_holds(cast: Cast, case: Case) -> None:
    eve = join(cast.workspace, make_user("Eve"), ["agent"], [cast.front_line])
    mark = assigning.holder_mark(case)
    with pytest.raises(NotAllowed):
        transferring.offer(case, context="x", expected=mark, to_team=cast.device_support, by=eve)
    assert transferring.offer(case, context="x", expected=mark, to_team=cast.device_support, by=cast.ben)


@pytest.mark.parametrize("wrong", ["no context", "nobody", "its own queue", "the holder", "a coach", "a loner", "Otto"])
def test_an_offer_that_could_not_be_accepted_is_refused(cast: Cast, case: Case, wrong: str) -> None:
    to: dict[str, User | Team] = {"to_team": cast.device_support}
    if wrong == "nobody":
        to = {}
    elif wrong == "its own queue":
        to = {"to_team": cast.front_line}
    elif wrong == "the holder":
        to = {"to_user": user(cast.ada)}
    elif wrong in {"a coach", "a loner"}:
        roles, teams = (["coach"], [cast.front_line]) if wrong == "a coach" else (["agent"], [])
        to = {"to_user": user(join(cast.workspace, make_user("Lou"), roles, teams))}
    elif wrong == "Otto":
        to = {"to_team": Team.objects.get(pk__in=cast.otto.team_ids)}
    with pytest.raises((Invalid, NotThere)) as refusal:
        transferring.offer(
            case,
            context="  " if wrong == "no context" else "Look.",
            expected=assigning.holder_mark(case),
            by=cast.ada,
            **to,  # type: ignore[arg-type]
        )
    assert isinstance(refusal.value, HouseError)
    assert not Transfer.objects.exists()


def test_who_is_not_asked_does_not_answer(cast: Cast, case: Case) -> None:
    made = to_mira(cast, case)
    for stranger in (cast.ben, cast.root, cast.ada):
        with pytest.raises(NotAllowed, match="on offer to Mira"):
            transferring.accept(made, by=stranger)
        with pytest.raises(NotAllowed):
            transferring.decline(made, reason="No.", by=stranger)


ANSWERS: dict[str, Callable[[Cast, Transfer], object]] = {
    "accepted": lambda cast, made: transferring.accept(made, by=cast.mira),
    "declined": lambda cast, made: transferring.decline(made, reason="No.", by=cast.mira),
    "withdrawn": lambda cast, made: transferring.withdraw(made, by=cast.ada),
    "returned": lambda cast, made: transferring.give_back(made, because="time", by=House(cast.workspace.pk, "tests")),
    "taken": lambda cast, made: assigning.take(made.case, expected=f"user:{cast.ada.user_id}", by=cast.ben),
}


@pytest.mark.parametrize("names", [("accepted", "declined", "withdrawn", "returned"), ("accepted", "taken")])
def test_of_those_who_decide_at_the_same_moment_one_does(committed_cast: Cast, names: tuple[str, ...]) -> None:
    cast = committed_cast
    for number in range(4):
        mail = letter("Help.", message_id=f"<{number}@x>", sender=f"p{number}@example.net")
        case = arrive(mail, cast.mailbox)
        assert case is not None
        assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
        with transaction.atomic():
            made = to_mira(cast, case)
        (won,) = at_once(cast, made, names)
        made.refresh_from_db()
        case.refresh_from_db()
        assert made.state == {"taken": "withdrawn"}.get(won, won)
        assert case.holder_user_id == {"accepted": cast.mira, "taken": cast.ben}.get(won, cast.ada).user_id
        assert Event.objects.filter(case_id=case.pk, kind=f"transfer_{made.state}").count() == 1
        assert not Grant.objects.filter(case_id=case.pk).exists()


def at_once(cast: Cast, made: Transfer, names: tuple[str, ...]) -> list[str]:
    """All of them in threads that begin together; returns whose word held."""
    together, won = threading.Barrier(len(names)), list[str]()

    def run(name: str) -> None:
        try:
            mine = Transfer.objects.select_related("case").get(pk=made.pk)
            together.wait(10)
            with transaction.atomic():
                if ANSWERS[name](cast, mine):
                    won.append(name)
        except Conflict:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return won
