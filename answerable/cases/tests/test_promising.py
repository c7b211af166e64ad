"""Promises: made, kept, broken, released, and what they do to the end of a case."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from answerable.cases import assigning, closing, due, promising, resolving
from answerable.cases.models import Case, Closure, Notice, Promise
from answerable.core.access import House, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.testing.committing import committed, committed_cast

__all__ = ["committed", "committed_cast"]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def make_case(cast: Cast) -> Case:
    made = arrive(letter("300 zł too much."), cast.mailbox)
    assert made is not None
    return assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)


def in_days(days: int) -> datetime:
    return now() + timedelta(days=days)


def promise(case: Case, cast: Cast, days: int = 30) -> Promise:
    return promising.promise(case, text=" A corrected invoice. ", due_at=in_days(days), by=cast.ada)


def solved(case: Case, cast: Cast) -> None:
    """Closed, and the customer says that it is solved."""
    closing.close(case, disposition="solved", what_solved_it="x", by=cast.ada)
    Closure.objects.filter(case=case, reopened_at=None).update(whose_word=Closure.Word.CUSTOMER)
    resolving.settle(case, by=cast.ada)


def resolved_at(case: Case) -> datetime | None:
    return Case.objects.get(pk=case.pk).resolved_at


def test_a_promise_has_words_a_date_and_who_made_it(cast: Cast, case: Case) -> None:
    made = promise(case, cast)
    assert (made.text, made.state, made.user_id) == ("A corrected invoice.", "open", cast.ada.user_id)
    assert Event.objects.get(kind="promise_made").data == {"promise": made.pk, "due_at": made.due_at.isoformat()}


@pytest.mark.parametrize(("text", "days"), [(" ", 30), ("x", -1)])
def test_a_promise_without_words_or_for_yesterday_is_refused(cast: Cast, case: Case, text: str, days: int) -> None:
    with pytest.raises(Invalid):
        promising.promise(case, text=text, due_at=in_days(days), by=cast.ada)
    assert not Event.objects.filter(kind="promise_made").exists()


def test_nothing_is_promised_on_a_closed_case(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    with pytest.raises(Conflict):
        promise(case, cast)


def test_whoever_may_not_answer_promises_and_settles_nothing(cast: Cast, case: Case) -> None:
    coach, made = replace(cast.ada, roles=frozenset({"coach"})), promise(case, cast)
    with pytest.raises(NotAllowed):
        promising.promise(case, text="x", due_at=in_days(1), by=coach)
    with pytest.raises(NotAllowed):
        promising.keep(made, how="x", by=coach)
    with pytest.raises(NotAllowed):
        promising.release(made, words="x", by=coach)
    made.refresh_from_db()
    assert made.state == "open"


def test_an_unkept_promise_keeps_a_closed_case_from_counting_as_resolved(cast: Cast, case: Case) -> None:
    made = promise(case, cast)
    solved(case, cast)
    assert resolved_at(case) is None
    promising.keep(made, how="Sent with the post of today.", by=cast.ada)
    assert resolved_at(case) == made.settled_at
    assert Event.objects.get(kind="promise_kept").data == {"promise": made.pk, "late": False}
    assert Event.objects.get(kind="case_resolved").data["whose_word"] == "customer"


def test_every_promise_must_be_settled(cast: Cast, case: Case) -> None:
    first, second = promise(case, cast), promise(case, cast)
    solved(case, cast)
    promising.keep(first, how="x", by=cast.ada)
    assert resolved_at(case) is None
    promising.release(second, words="She bought another one.", by=cast.ada)
    assert resolved_at(case) is not None
    assert Event.objects.filter(kind="promise_released").count() == 1


def test_an_agent_s_word_resolves_nothing(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="solved", what_solved_it="x", by=cast.ada)
    assert not resolving.settle(case, by=cast.ada)
    assert not Event.objects.filter(kind="case_resolved").exists()


def _release(made: Promise, *, how: str, by: Viewer) -> Promise:
    return promising.release(made, words=how, by=by)


@pytest.mark.parametrize("settle", [promising.keep, _release])
def test_a_promise_is_settled_once_and_with_words(cast: Cast, case: Case, settle: Callable[..., Promise]) -> None:
    made = promise(case, cast)
    with pytest.raises(Invalid):
        settle(made, how=" ", by=cast.ada)
    settle(made, how="Done.", by=cast.ada)
    with pytest.raises(Conflict):
        settle(made, how="Again.", by=cast.ben)
    made.refresh_from_db()
    assert made.how == "Done."


def test_a_promise_whose_day_has_come_is_broken_and_holder_and_lead_are_told(cast: Cast, case: Case) -> None:
    made = promise(case, cast, 1)
    assert due.break_promises(in_days(0)) == 0
    assert due.break_promises(in_days(2)) == 1
    assert due.break_promises(in_days(2)) == 0
    made.refresh_from_db()
    assert (made.state, made.broken_at is not None) == ("broken", True)
    event = Event.objects.get(kind="promise_broken")
    assert (event.data, event.part) == ({"promise": made.pk}, "promises")
    told = Notice.objects.filter(kind="promise_broken").values_list("user_id", flat=True)
    assert set(told) == {cast.ada.user_id, cast.ben.user_id}


def test_a_broken_promise_may_be_kept_late_and_both_facts_stay(cast: Cast, case: Case) -> None:
    made = promise(case, cast, 1)
    due.break_promises(in_days(2))
    made.refresh_from_db()
    promising.keep(made, how="Sent at last.", by=cast.ada)
    assert (made.state, made.broken_at is not None) == ("kept", True)
    assert Event.objects.get(kind="promise_kept").data["late"] is True


def test_a_broken_promise_brings_a_closed_case_back_to_its_holder(cast: Cast, case: Case) -> None:
    promise(case, cast, 1)
    solved(case, cast)
    due.break_promises(in_days(2))
    case.refresh_from_db()
    assert (case.is_open, case.holder_user_id, case.resolved_at) == (True, cast.ada.user_id, None)
    assert Event.objects.get(kind="case_reopened").data == {"because": "promise_broken"}


def test_a_promise_that_is_kept_at_the_last_moment_is_kept_or_broken_but_not_both(committed_cast: Cast) -> None:
    """Real threads: the periodic job and the agent come at the same time."""
    cast = committed_cast
    made = promise(make_case(cast), cast, 1)
    start, at = threading.Barrier(2), in_days(2)

    def at_once(verb: Callable[[], object]) -> None:
        start.wait()
        verb()
        connection.close()

    house = House(cast.workspace.pk, "promises")
    keep = threading.Thread(target=at_once, args=(lambda: promising.keep(made, how="Sent.", by=cast.ada, at=at),))
    mark = Promise.objects.select_related("case__team").get(pk=made.pk)
    broken = threading.Thread(target=at_once, args=(lambda: promising.break_due(mark, by=house, at=at),))
    for each in (keep, broken):
        each.start()
    for each in (keep, broken):
        each.join()
    made.refresh_from_db()
    told = Event.objects.filter(kind="promise_broken").count()
    assert (made.state, made.broken_at is not None) == ("kept", told == 1)
