"""Open or closed, when merges are taken back: one closure in force or none, whatever happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from answerable.cases import assigning, closing, joining, promising, splitting, transferring, undoing
from answerable.cases.models import Case, Move
from answerable.cases.tests.test_joining import write
from answerable.cases.tests.test_splitting import message, split
from answerable.core.access import House
from answerable.core.errors import Conflict
from answerable.core.moments import now
from answerable.replies import answering, outcomes
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    """Three messages of one thread, held by Ada."""
    made = write(cast, "first")
    assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)
    write(cast, "more", In_Reply_To="<first@example.net>")
    write(cast, "refund", In_Reply_To="<first@example.net>")
    return made


@pytest.fixture
def closed(cast: Cast) -> Case:
    made = write(cast, "strap")
    closing.close(made, disposition="withdrawn", by=cast.ada)
    return made


def merge(case: Case, into: Case, cast: Cast) -> Move:
    return joining.merge(case, into=into, reason="The same.", by=cast.ada)


def state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def reopenings(case: Case) -> list[str]:
    """Why each closure of a case is no longer in force; an empty word for the one that is."""
    return list(case.closures.order_by("pk").values_list("reopened_because", flat=True))


def test_a_closed_case_to_which_the_customer_wrote_while_it_was_merged_is_opened_and_can_be_closed_again(
    cast: Cast, case: Case
) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    move = joining.merge(case, into=write(cast, "strap"), reason="The same.", by=cast.ada)
    write(cast, "since", In_Reply_To="<first@example.net>")
    undoing.undo(move, by=cast.ada)
    assert happened(case, "case_reopened")
    assert reopenings(case) == ["wrote_again"]
    closing.close(case, disposition="withdrawn", by=cast.ada)
    assert reopenings(case) == ["wrote_again", ""]


def test_a_closed_case_that_was_emptied_lives_again_closed_when_a_message_comes_back(cast: Cast, case: Case) -> None:
    """Its messages left with the split that was undone; then one that a person had moved on comes back to it."""
    new = split(case, cast, "refund").into_case
    apart, third = Move.objects.get(into_case=new), write(cast, "invoice")
    splitting.refile(message("more"), into=new, by=cast.ada)
    onwards = splitting.refile(message("more"), into=third, by=cast.ada)
    closing.close(new, disposition="withdrawn", by=cast.ada)
    closing.close(third, disposition="withdrawn", by=cast.ada)
    undoing.undo(apart, by=cast.ada)
    assert Case.objects.get(pk=new.pk).state == "merged"
    undoing.undo(onwards, by=cast.ada)
    new.refresh_from_db()
    assert (new.state, new.filings.count(), reopenings(new)) == ("closed", 1, [""])
    closing.reopen(new, because="by_hand", by=cast.ada)
    closing.close(new, disposition="withdrawn", by=cast.ada)
    assert reopenings(new) == ["by_hand", ""]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_case_that_two_merges_keep_open_is_closed_again_with_the_second_that_is_undone(
    cast: Cast, case: Case, closed: Case, order: tuple[int, int]
) -> None:
    both = [merge(case, closed, cast), merge(write(cast, "invoice"), closed, cast)]
    undoing.undo(both[order[0]], by=cast.ada)
    assert (state(closed), reopenings(closed)) == ("open", ["merged"])
    undoing.undo(both[order[1]], by=cast.ada)
    assert (state(closed), reopenings(closed)) == ("closed", [""])
    with pytest.raises(Conflict, match="already"):
        closing.close(closed, disposition="withdrawn", by=cast.ada)


def test_a_case_that_was_merged_on_is_closed_again_whichever_merge_is_undone_first(cast: Cast, case: Case) -> None:
    for name, first in (("uno", 0), ("due", 1)):
        middle, last = write(cast, name), write(cast, f"{name}altro")
        closing.close(middle, disposition="withdrawn", by=cast.ada)
        both = [merge(Case.objects.get(pk=case.pk), middle, cast), merge(middle, last, cast)]
        for each in (both[first], both[1 - first]):
            undoing.undo(each, by=cast.ada)
        assert (state(case), state(middle), state(last)) == ("open", "closed", "open")
        assert reopenings(middle) == [""]


def test_a_case_closed_anew_after_the_merge_keeps_both_closures(cast: Cast, case: Case, closed: Case) -> None:
    move = merge(case, closed, cast)
    closing.close(closed, disposition="withdrawn", by=cast.ada)
    undoing.undo(move, by=cast.ada)
    assert (state(case), state(closed), reopenings(closed)) == ("open", "closed", ["merged", ""])


def test_an_offer_ends_when_the_case_is_closed_again(cast: Cast, case: Case, closed: Case) -> None:
    move = merge(case, closed, cast)
    mark = assigning.holder_mark(Case.objects.get(pk=closed.pk))
    offer = transferring.offer(closed, context="Look.", expected=mark, to_team=cast.device_support, by=cast.ada)
    undoing.undo(move, by=cast.ada)
    offer.refresh_from_db()
    assert (state(closed), offer.state) == ("closed", "withdrawn")
    assert happened(closed, "transfer_withdrawn")


def by_hand(case: Case, cast: Cast) -> None:
    closing.reopen(case, because="by_hand", by=cast.ada)


def promise_broken(case: Case, cast: Cast) -> None:
    soon = now() + timedelta(seconds=60)
    made = promising.promise(case, text="We call you.", due_at=soon, by=cast.ada)
    assert promising.break_due(made, by=House(cast.workspace.pk, "tests"), at=soon)


def reply_failed(case: Case, cast: Cast) -> None:
    reply = answering.answer(case, text="We look.", audience="private", key="k", by=cast.ada)
    outcomes.fail(reply, words="No such address.")


def wrote(case: Case, cast: Cast) -> None:
    write(cast, "again", In_Reply_To="<strap@example.net>")


@pytest.mark.parametrize("happens", [by_hand, promise_broken, reply_failed, wrote])
def test_a_case_that_has_a_reason_of_its_own_by_now_stays_open(
    cast: Cast, case: Case, closed: Case, happens: Callable[[Case, Cast], None]
) -> None:
    move = merge(case, closed, cast)
    happens(Case.objects.get(pk=closed.pk), cast)
    undoing.undo(move, by=cast.ada)
    assert state(closed) == "open"
    closing.close(Case.objects.get(pk=closed.pk), disposition="withdrawn", by=cast.ada)
    assert reopenings(closed)[-1] == ""


def test_a_promise_that_was_broken_while_its_case_was_merged_opens_it(cast: Cast, case: Case, closed: Case) -> None:
    soon = now() + timedelta(seconds=60)
    made = promising.promise(case, text="We call you.", due_at=soon, by=cast.ada)
    closing.close(case, disposition="withdrawn", by=cast.ada)
    closing.reopen(closed, because="by_hand", by=cast.ada)
    move = merge(case, closed, cast)
    made.refresh_from_db()
    assert promising.break_due(made, by=House(cast.workspace.pk, "tests"), at=soon)
    undoing.undo(move, by=cast.ada)
    assert (state(case), reopenings(case)) == ("open", ["promise_broken"])


def test_an_answer_that_failed_while_its_case_was_merged_opens_it(cast: Cast, case: Case, closed: Case) -> None:
    reply = answering.answer(case, text="We look.", audience="private", key="k", by=cast.ada)
    closing.close(case, disposition="withdrawn", by=cast.ada)
    closing.reopen(closed, because="by_hand", by=cast.ada)
    move = merge(case, closed, cast)
    outcomes.fail(reply, words="No such address.")
    undoing.undo(move, by=cast.ada)
    assert (state(case), reopenings(case)) == ("open", ["reply_failed"])
