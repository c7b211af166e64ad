"""A case split in two, one message moved, and everything taken back."""

from __future__ import annotations

import pytest

from answerable.cases import assigning, closing, joining, leaving, noting, splitting, undoing
from answerable.cases.models import Case, Move, Promise
from answerable.cases.tests.test_joining import write
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership
from answerable.core.moments import now
from answerable.replies import answering
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    """Held by Ada: a mail, an answer in its thread, and a second problem in that thread."""
    made = write(cast, "first")
    assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)
    write(cast, "more", In_Reply_To="<first@example.net>")
    write(cast, "refund", In_Reply_To="<first@example.net>")
    return made


def message(name: str) -> Message:
    return Message.objects.get(subject=f"{name}subject")


def split(case: Case, cast: Cast, *names: str) -> Move:
    chosen = [message(name).pk for name in names]
    return splitting.split(case, chosen, subject="The refund", reason="Another problem.", by=cast.ada)


def test_a_split_opens_a_case_at_the_same_holder_that_owes_the_same(cast: Cast, case: Case) -> None:
    new = split(case, cast, "refund").into_case
    case.refresh_from_db()
    assert (new.holder_user_id, new.team, new.promised_at) == (cast.ada.user_id, case.team, case.promised_at)
    assert (new.subject, new.contacts_count, case.contacts_count) == ("The refund", 1, 2)
    assert new.filings.get().why == "moved"
    assert new.contact == case.contact
    assert happened(new, "case_split")
    assert happened(case, "case_split")


def test_time_zero_of_each_is_its_own_first_word(cast: Cast, case: Case) -> None:
    Message.objects.filter(pk=message("first").pk).update(posted_at=message("first").received_at.replace(year=2020))
    new = split(case, cast, "first").into_case
    case.refresh_from_db()
    assert new.first_word_at.year == 2020
    assert case.first_word_at.year > 2020


def test_the_thread_goes_on_where_its_newest_message_lies(cast: Cast, case: Case) -> None:
    new = split(case, cast, "refund").into_case
    assert write(cast, "answer", In_Reply_To="<first@example.net>") == new
    other = split(new, cast, "refund").into_case
    assert write(cast, "again", In_Reply_To="<first@example.net>") == new
    assert other != new


@pytest.mark.parametrize(
    ("chosen", "subject", "why"),
    [
        (["refund"], " ", "needs a subject"),
        ([], "The refund", "at least one"),
        (["first", "more", "refund"], "The refund", "merge the case"),
    ],
)
def test_a_split_without_a_subject_or_with_nothing_on_one_side_is_refused(
    cast: Cast, case: Case, chosen: list[str], subject: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        splitting.split(case, [message(each).pk for each in chosen], subject=subject, reason="", by=cast.ada)
    assert not Move.objects.exists()


def test_a_note_alone_is_no_case(cast: Cast, case: Case) -> None:
    note = noting.note(case, text="Seen.", key="n", by=cast.ada)
    with pytest.raises(Invalid, match="note alone"):
        splitting.split(case, [note.pk], subject="The note", reason="", by=cast.ada)


def test_what_lies_elsewhere_by_now_is_not_split_off(cast: Cast, case: Case) -> None:
    split(case, cast, "refund")
    with pytest.raises(Conflict, match="another case"):
        split(case, cast, "refund", "more")


def test_a_promise_follows_the_answer_in_which_it_was_given(cast: Cast, case: Case) -> None:
    reply = answering.answer(case, text="We call you.", audience="private", key="k", by=cast.ada)
    promise = Promise.objects.create(case=case, text="A call", due_at=now(), at=now(), message=reply.message)
    move = splitting.split(case, [reply.message_id], subject="The call", reason="", by=cast.ada)
    promise.refresh_from_db()
    assert promise.case == move.into_case
    undoing.undo(move, by=cast.ada)
    promise.refresh_from_db()
    assert promise.case == case


def test_one_message_moves_to_another_case_and_back(cast: Cast, case: Case) -> None:
    other = write(cast, "strap")
    move = splitting.refile(message("refund"), into=other, by=cast.ada)
    assert (message("refund").filing.case, message("refund").filing.why) == (other, "moved")
    assert happened(case, "message_moved")
    assert happened(other, "message_moved")
    with pytest.raises(Conflict, match="already"):
        splitting.refile(message("refund"), into=other, by=cast.ada)
    undoing.undo(move, reason="It was right before.", by=cast.ada)
    assert (message("refund").filing.case, message("refund").filing.why) == (case, "same_thread")
    assert happened(case, "move_undone")
    assert happened(other, "move_undone")


def test_a_person_s_word_that_is_moved_into_a_closed_case_opens_it(cast: Cast, case: Case) -> None:
    other = write(cast, "strap")
    closing.close(other, disposition="withdrawn", by=cast.ada)
    splitting.refile(message("refund"), into=other, by=cast.ada)
    assert Case.objects.get(pk=other.pk).is_open


def test_the_only_message_of_a_case_is_not_moved_out_of_it(cast: Cast, case: Case) -> None:
    other = write(cast, "strap")
    with pytest.raises(Invalid, match="merge the case"):
        splitting.refile(message("strap"), into=case, by=cast.ada)
    assert other.filings.count() == 1


def test_an_undone_merge_gives_back_messages_holder_and_what_was_said_since(cast: Cast, case: Case) -> None:
    other = write(cast, "strap")
    move = joining.merge(case, into=other, reason="The same.", by=cast.ada)
    write(cast, "since", In_Reply_To="<first@example.net>")
    write(cast, "theirs", In_Reply_To="<strap@example.net>")

    undoing.undo(move, reason="Two problems.", by=cast.ada)

    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.state, case.merged_into, case.holder_user_id) == ("open", None, cast.ada.user_id)
    assert {each.message.subject for each in case.filings.all()} == {
        "firstsubject",
        "moresubject",
        "refundsubject",
        "sincesubject",
    }
    assert other.filings.count() == 2
    assert (case.contacts_count, other.contacts_count) == (4, 2)
    move.refresh_from_db()
    assert (move.undone_by_id, move.undone_because) == (cast.ada.user_id, "Two problems.")
    assert list(journal.verify()) == []


def test_undone_twice_is_a_conflict(cast: Cast, case: Case) -> None:
    move = joining.merge(case, into=write(cast, "strap"), reason="The same.", by=cast.ada)
    undoing.undo(move, by=cast.ada)
    with pytest.raises(Conflict, match="already"):
        undoing.undo(move, by=cast.ada)


def test_what_a_person_moved_on_since_stays_there(cast: Cast, case: Case) -> None:
    other, third = write(cast, "strap"), write(cast, "invoice")
    move = joining.merge(case, into=other, reason="The same.", by=cast.ada)
    moved_on = splitting.refile(message("refund"), into=third, by=cast.ada)
    undoing.undo(move, by=cast.ada)
    assert message("refund").filing.case == third
    undoing.undo(moved_on, by=cast.ada)
    assert message("refund").filing.case == case


def test_a_merge_is_undone_although_its_target_was_merged_on(cast: Cast, case: Case) -> None:
    other, third = write(cast, "strap"), write(cast, "invoice")
    move = joining.merge(case, into=other, reason="The same.", by=cast.ada)
    onwards = joining.merge(other, into=third, reason="The same.", by=cast.ada)
    undoing.undo(move, by=cast.ada)
    assert case.filings.count() == 3
    assert Case.objects.get(pk=other.pk).merged_into == third
    undoing.undo(onwards, by=cast.ada)
    assert (other.filings.count(), third.filings.count()) == (1, 1)


def test_a_case_whose_holder_left_meanwhile_comes_back_into_the_queue(cast: Cast, case: Case) -> None:
    move = joining.merge(case, into=write(cast, "strap"), reason="The same.", by=cast.ada)
    leaving.leave(Membership.objects.get(user_id=cast.ada.user_id), by=cast.root)
    undoing.undo(move, by=cast.ben)
    case.refresh_from_db()
    assert (case.holder_user, case.holder_team) == (None, cast.front_line)


def test_an_undone_split_leaves_no_empty_case_and_its_number_leads_back(cast: Cast, case: Case) -> None:
    move = split(case, cast, "refund")
    write(cast, "since", In_Reply_To="<refund@example.net>")
    undoing.undo(move, by=cast.ada)
    new = Case.objects.get(pk=move.into_case_id)
    assert (new.state, new.merged_into) == ("merged", case)
    assert case.filings.count() == 4
    assert happened(new, "case_emptied")


def test_a_case_that_only_the_merge_opened_again_is_closed_as_before(cast: Cast, case: Case) -> None:
    other = write(cast, "strap")
    closing.close(other, disposition="withdrawn", by=cast.ada)
    move = joining.merge(case, into=other, reason="The same.", by=cast.ada)
    undoing.undo(move, by=cast.ada)
    other.refresh_from_db()
    assert other.state == "closed"
    assert other.closures.get().reopened_at is None


def test_a_closed_case_comes_back_closed_unless_the_customer_wrote_since(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    other = write(cast, "strap")
    move = joining.merge(case, into=other, reason="The same.", by=cast.ada)
    undoing.undo(move, by=cast.ada)
    assert Case.objects.get(pk=case.pk).state == "closed"
    move = joining.merge(Case.objects.get(pk=case.pk), into=other, reason="The same.", by=cast.ada)
    write(cast, "since", In_Reply_To="<first@example.net>")
    undoing.undo(move, by=cast.ada)
    assert Case.objects.get(pk=case.pk).is_open
