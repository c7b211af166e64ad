"""Legal clocks over splits and merges: where their message is, the earliest start, and back again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from answerable.cases import joining, splitting, undoing
from answerable.cases.models import Case, Move
from answerable.clocks import starting
from answerable.clocks.jobs import follow
from answerable.clocks.models import Clock
from answerable.clocks.tests.test_keeping import AGAIN
from answerable.conversations.models import Message
from answerable.safety.tests.by_hand import by_hand_only
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

AT = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    by_hand_only(cast)
    made = arrive(letter("The invoice is wrong."), cast.mailbox, at=AT)
    arrive(letter("And it burnt my hand.", message_id="<two@example.net>", **AGAIN), cast.mailbox, at=AT + DAY)
    assert made is not None
    return made


def messages(case: Case) -> list[Message]:
    return [each.message for each in case.filings.select_related("message").order_by("message__received_at")]


def started(cast: Cast, case: Case, at: datetime, message: Message | None = None) -> Clock:
    return starting.start(
        case, rule="eu.mdr.87.3", awareness="captured_at", at=at, why="A burn.", message=message, by=cast.ada
    )


def split(cast: Cast, case: Case, message: Message) -> Move:
    return followed(splitting.split(case, [message.pk], subject="A burn", reason="Two problems", by=cast.ada))


def followed(move: Move) -> Move:
    """As the jobs do: each case by itself, and once more."""
    for case_id in (move.from_case_id, move.into_case_id, move.from_case_id, move.into_case_id):
        follow([case_id])
    return move


def undone(cast: Cast, move: Move) -> None:
    followed(undoing.undo(move, by=cast.ada))


def running(case: Case) -> list[datetime]:
    return list(Clock.objects.filter(case=case, sort="legal", stopped_at=None).values_list("started_at", flat=True))


def test_the_part_that_got_its_message_keeps_the_legal_date(cast: Cast, case: Case) -> None:
    _, burnt = messages(case)
    clock = started(cast, case, burnt.received_at, burnt)
    new = split(cast, case, burnt).into_case
    assert (running(case), running(new)) == ([], [AT + DAY])
    copy = Clock.objects.get(case=new, sort="legal")
    assert (copy.strict_due_at, copy.legal_due_at, copy.why, copy.user_id, copy.origin_id) == (
        *(clock.strict_due_at, clock.legal_due_at, "A burn.", cast.ada.user_id, clock.pk),
    )
    assert happened(new, "clock_started")
    assert happened(case, "clock_stopped")
    new.refresh_from_db()
    assert new.promised_at == min(copy.strict_due_at, Clock.objects.get(case=new, rule="resolution").strict_due_at)


def test_undoing_the_split_puts_it_back(cast: Cast, case: Case) -> None:
    _, burnt = messages(case)
    clock = started(cast, case, burnt.received_at, burnt)
    move = split(cast, case, burnt)
    undone(cast, move)
    clock.refresh_from_db()
    assert (clock.is_running, running(case), running(move.into_case)) == (True, [AT + DAY], [])
    assert happened(case, "clock_resumed")


def test_what_came_to_light_in_the_part_comes_back_with_it(cast: Cast, case: Case) -> None:
    _, burnt = messages(case)
    clock = started(cast, case, burnt.received_at, burnt)
    move = split(cast, case, burnt)
    started(cast, move.into_case, AT - DAY, burnt)
    undone(cast, move)
    clock.refresh_from_db()
    assert running(case) == [AT - DAY] == [clock.started_at]


def test_a_duty_that_was_done_in_the_part_is_done(cast: Cast, case: Case) -> None:
    _, burnt = messages(case)
    clock = started(cast, case, burnt.received_at, burnt)
    move = split(cast, case, burnt)
    starting.stop(Clock.objects.get(case=move.into_case, sort="legal"), why="MIR-7 was sent.", by=cast.ada)
    undone(cast, move)
    clock.refresh_from_db()
    assert (running(case), clock.stopped_because, clock.stopped_why) == ([], "by_hand", "MIR-7 was sent.")


def test_where_its_message_stayed_it_stays(cast: Cast, case: Case) -> None:
    invoice, burnt = messages(case)
    started(cast, case, invoice.received_at, invoice)
    new = split(cast, case, burnt).into_case
    assert (running(case), running(new)) == ([AT], [])


@pytest.mark.parametrize(("at", "in_new"), [(AT - 2 * DAY, [AT - 2 * DAY]), (AT + 2 * DAY, [AT + 2 * DAY]), (AT, [])])
def test_where_nobody_can_tell_both_parts_keep_it(cast: Cast, case: Case, at: datetime, in_new: list[datetime]) -> None:
    """Known before any message, or after both: undecidable. Known at the first: the second was not there yet."""
    started(cast, case, at)
    move = split(cast, case, messages(case)[1])
    assert (running(case), running(move.into_case)) == ([at], in_new)
    undone(cast, move)
    assert (running(case), running(move.into_case)) == ([at], [])


def test_a_single_message_takes_its_clock_to_a_case_that_is_there_already(cast: Cast, case: Case) -> None:
    other = arrive(letter("Me too", sender="Rob <r@example.net>", message_id="<r@x>"), cast.mailbox, at=AT)
    assert other is not None
    _, burnt = messages(case)
    started(cast, case, AT + DAY, burnt)
    started(cast, other, AT + 3 * DAY)
    move = followed(splitting.refile(burnt, into=other, reason="Rob's", by=cast.ada))
    assert (running(case), running(other)) == ([], [AT + DAY])
    undone(cast, move)
    assert running(case) == [AT + DAY]
    assert running(other) == [AT + DAY], "awareness never moves later"


def test_a_merge_takes_the_earliest_and_undoing_it_takes_the_copy_back(cast: Cast, case: Case) -> None:
    other = arrive(letter("Me again", message_id="<again@x>", subject="Burn"), cast.mailbox, at=AT)
    assert other is not None
    assert other.pk != case.pk
    clock = started(cast, other, AT - DAY)
    move = followed(joining.merge(other, into=case, reason="The same", by=cast.ada))
    assert (running(case), running(other)) == ([AT - DAY], [])
    undone(cast, move)
    clock.refresh_from_db()
    assert (running(case), running(other), clock.is_running) == ([], [AT - DAY], True)


def test_of_two_that_are_merged_the_earlier_one_runs_on(cast: Cast, case: Case) -> None:
    other = arrive(letter("Me again", message_id="<again@x>", subject="Burn"), cast.mailbox, at=AT)
    assert other is not None
    started(cast, other, AT - DAY)
    known = started(cast, case, AT)
    followed(joining.merge(other, into=case, reason="The same", by=cast.ada))
    known.refresh_from_db()
    assert running(case) == [known.started_at] == [AT - DAY]
    case.refresh_from_db()
    assert case.promised_at <= known.strict_due_at


def test_a_split_gives_the_new_case_service_clocks_of_its_own_words(cast: Cast, case: Case) -> None:
    _, burnt = messages(case)
    new = split(cast, case, burnt).into_case
    assert Clock.objects.get(case=new, rule="resolution").started_at == AT + DAY
    assert Clock.objects.get(case=case, rule="resolution").started_at == AT


def test_following_again_changes_nothing(cast: Cast, case: Case) -> None:
    _, burnt = messages(case)
    started(cast, case, AT - 2 * DAY)
    move = split(cast, case, burnt)
    before = list(Clock.objects.order_by("pk").values())
    followed(move)
    assert list(Clock.objects.order_by("pk").values()) == before
