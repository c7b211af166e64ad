"""Remedies: within a rule, never by one's own approval, once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from answerable.cases import allowances, allowing, assigning, describing, promising, remedying
from answerable.cases.models import Case, Notice, Remedy, RemedyPolicy
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed, NotThere
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def policy(cast: Cast) -> RemedyPolicy:
    return make_policy(cast)


def make_case(cast: Cast) -> Case:
    made = arrive(letter("300 zł too much."), cast.mailbox)
    assert made is not None
    return assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)


def make_policy(cast: Cast, free_to: int = 20, most: int = 100, **scope: object) -> RemedyPolicy:
    limits = {"free_to": Decimal(free_to), "most": Decimal(most), "currency": "pln"}
    return allowing.allow("discount", by=cast.ben, **{**limits, **scope})  # type: ignore[arg-type]


def discount(case: Case, by: Viewer, amount: str = "10", times: int = 1, **more: object) -> Remedy:
    given = {"kind": "discount", "amount": Decimal(amount), "currency": "PLN", "times": times, **more}
    return remedying.propose(case, by=by, **given)  # type: ignore[arg-type]


def test_what_the_rule_leaves_to_the_agent_is_given_alone(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    remedy = discount(case, cast.ada)
    assert (remedy.state, remedy.policy, remedy.decided_by) == ("approved", policy, None)
    assert Event.objects.get(kind="remedy_proposed").data == {"remedy": remedy.pk, "what": "discount", "alone": True}
    remedying.give(remedy, by=cast.ada)
    assert (remedy.state, remedy.given_at is not None) == ("given", True)
    assert Event.objects.get(kind="remedy_given").user_id == cast.ada.user_id


def test_instalments_count_together_and_above_the_limit_somebody_else_approves(
    cast: Cast, case: Case, policy: RemedyPolicy
) -> None:
    remedy = discount(case, cast.ada, times=3)
    assert remedy.state == "proposed"
    assert Notice.objects.get(kind="remedy_waits").user_id == cast.ben.user_id
    with pytest.raises(Conflict):
        remedying.give(remedy, by=cast.ada)
    remedying.approve(remedy, by=cast.ben)
    assert (remedy.state, remedy.decided_by_id) == ("approved", cast.ben.user_id)
    assert Event.objects.get(kind="remedy_approved").data["remedy"] == remedy.pk
    assert Notice.objects.get(kind="remedy_approved").user_id == cast.ada.user_id


def test_splitting_a_remedy_evades_nothing(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    assert [discount(case, cast.ada, "15").state for _ in range(2)] == ["approved", "proposed"]
    with pytest.raises(Invalid):
        discount(case, cast.ada, "71")


def test_what_was_declined_or_taken_back_is_not_used(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    remedying.decline(discount(case, cast.ada, "90"), reason="Too much for this.", by=cast.ben)
    remedying.withdraw(discount(case, cast.ada, "90"), by=cast.ada)
    (left,) = allowances.of(case)
    assert (left.alone, left.approved) == (Decimal(20), Decimal(100))
    assert Event.objects.filter(kind__in=["remedy_declined", "remedy_withdrawn"]).count() == 2


@pytest.mark.parametrize("amount", ["100.01", "-1", "0.001", "NaN", "Infinity"])
def test_no_more_than_the_most_and_no_strange_amount(cast: Cast, case: Case, policy: RemedyPolicy, amount: str) -> None:
    with pytest.raises(Invalid):
        discount(case, cast.ada, amount)
    assert not Remedy.objects.exists()


@pytest.mark.parametrize("given", [{"kind": "house"}, {"kind": "refund"}, {"currency": "EUR"}, {"times": 0}])
def test_without_a_rule_for_it_nothing_is_given(
    cast: Cast, case: Case, policy: RemedyPolicy, given: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        discount(case, cast.ada, **given)  # type: ignore[arg-type]
    assert not Event.objects.filter(kind="remedy_proposed").exists()


def test_nobody_approves_or_declines_the_own(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    remedy = discount(case, cast.ben, "50")
    with pytest.raises(NotAllowed):
        remedying.approve(remedy, by=cast.ben)
    with pytest.raises(NotAllowed):
        remedying.decline(remedy, reason="x", by=cast.ben)
    remedying.approve(remedy, by=cast.root)
    assert remedy.state == "approved"


def test_the_database_refuses_the_own_approval(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    remedy = discount(case, cast.ben, "50")
    with pytest.raises(IntegrityError), transaction.atomic():
        Remedy.objects.filter(pk=remedy.pk).update(decided_by_id=cast.ben.user_id)


def test_an_agent_decides_on_nothing_and_a_reason_is_needed(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    other = join(cast.workspace, make_user("Tess"), ["specialist"], [cast.front_line])
    remedy = discount(case, cast.ada, "50")
    with pytest.raises(NotAllowed):
        remedying.approve(remedy, by=other)
    with pytest.raises(Invalid):
        remedying.decline(remedy, reason=" ", by=cast.ben)
    with pytest.raises(NotAllowed):
        remedying.withdraw(remedy, by=other)
    with pytest.raises(NotAllowed):
        discount(case, replace(cast.ada, roles=frozenset({"coach"})))
    remedy.refresh_from_db()
    assert remedy.state == "proposed"


def test_a_remedy_is_decided_on_once(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    remedy = discount(case, cast.ada, "50")
    remedying.decline(remedy, reason="No.", by=cast.ben)
    with pytest.raises(Conflict):
        remedying.approve(remedy, by=cast.root)


def test_an_ended_rule_approves_nothing_more(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    remedy = discount(case, cast.ada, "50")
    allowing.end(policy, by=cast.ben)
    policy.refresh_from_db()
    remedy.refresh_from_db()
    with pytest.raises(Conflict):
        remedying.approve(remedy, by=cast.ben)
    with pytest.raises(Invalid):
        discount(case, cast.ada)


def test_a_replacement_is_promised_by_its_date_and_kept_when_it_is_given(cast: Cast, case: Case) -> None:
    allowing.allow("replacement", by=cast.ben)
    when = now() + timedelta(days=3)
    remedy = remedying.propose(case, kind="replacement", text="A new meter.", due_at=when, by=cast.ada)
    assert remedy.promise is not None
    assert (remedy.promise.text, remedy.promise.due_at) == ("A new meter.", when)
    remedying.give(remedy, by=cast.ada)
    remedy.promise.refresh_from_db()
    assert remedy.promise.state == "kept"


def test_what_waits_for_approval_promises_nothing_yet(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    remedy = discount(case, cast.ada, "50", due_at=now() + timedelta(days=3))
    assert not case.promises.exists()
    remedying.approve(remedy, by=cast.ben)
    assert case.promises.count() == 1


def test_a_promise_that_was_kept_before_stays_as_it_is(cast: Cast, case: Case) -> None:
    allowing.allow("replacement", by=cast.ben)
    remedy = remedying.propose(case, kind="replacement", due_at=now() + timedelta(days=3), by=cast.ada)
    assert remedy.promise is not None
    promising.keep(remedy.promise, how="By courier.", by=cast.ada)
    remedy.refresh_from_db()
    remedying.give(remedy, by=cast.ada)
    assert Event.objects.filter(kind="promise_kept").count() == 1


def test_the_closest_rule_holds(cast: Cast, case: Case, policy: RemedyPolicy) -> None:
    make_policy(cast, 30, 200, team=cast.front_line)
    make_policy(cast, 500, 500, team=cast.device_support)
    describing.describe(case, subject="x", product="Falo", by=cast.ada)
    falo = make_policy(cast, 5, 50, product="falo")
    (left,) = allowances.of(case)
    assert left.policy == falo


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"free_to": 10, "most": 5}, Invalid),
        ({"currency": "zloty"}, Invalid),
        ({"free_to": -1}, Invalid),
    ],
)
def test_a_rule_that_contradicts_itself_is_not_kept(
    cast: Cast, given: dict[str, object], why: type[HouseError]
) -> None:
    with pytest.raises(why):
        make_policy(cast, **given)  # type: ignore[arg-type]
    assert not RemedyPolicy.objects.exists()


def test_only_who_makes_rules_makes_these_and_for_own_teams(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        allowing.allow("apology", by=cast.ada)
    with pytest.raises(NotThere):
        allowing.allow("apology", team=cast.front_line, by=cast.otto)
    made = allowing.allow("apology", by=cast.ben)
    allowing.end(made, by=cast.ben)
    with pytest.raises(Conflict):
        allowing.end(made, by=cast.ben)
    assert Event.objects.filter(kind__startswith="remedy_policy_").count() == 2


def test_two_at_once_do_not_give_more_than_the_rule(committed_cast: Cast) -> None:
    """Real threads: each of them alone would be within what is given alone."""
    cast = committed_cast
    make_policy(cast)
    case, start = make_case(cast), threading.Barrier(4)

    def give() -> None:
        start.wait()
        discount(case, cast.ada, "15")
        connection.close()

    threads = [threading.Thread(target=give) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    states = sorted(Remedy.objects.values_list("state", flat=True))
    assert states == ["approved", "proposed", "proposed", "proposed"]
