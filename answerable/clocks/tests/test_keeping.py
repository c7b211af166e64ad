"""Service clocks through real messages: when they start, stand still, move, stop and go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from answerable.cases import assigning, closing, joining, undoing
from answerable.cases.models import Case, Deflection
from answerable.channels.contract import Audience
from answerable.clocks import keeping, targeting
from answerable.clocks.calendars import plain_week
from answerable.clocks.jobs import follow
from answerable.clocks.models import Calendar, Clock, Pause
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.replies import answering, outcomes
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 7, 6, 8, 0, tzinfo=UTC)
AGAIN = {"In_Reply_To": "<one@example.net>"}


def opened(cast: Cast, at: datetime | None = None) -> Case:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox, at=at)
    assert case is not None
    return assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)


def again(cast: Cast, number: int, *, at: datetime | None = None) -> None:
    arrive(letter(f"And again {number}", message_id=f"<{number}@example.net>", **AGAIN), cast.mailbox, at=at)


def answered(cast: Cast, case: Case, words: str = "We send a new one.") -> Reply:
    case.refresh_from_db()
    conversation = case.filings.earliest("pk").message.conversation
    assert conversation is not None
    reply = answering.answer(
        case, conversation=conversation, text=words, audience=Audience.PRIVATE, key=words, by=cast.ada
    )
    follow([case.pk])
    return reply


def clock(case: Case, rule: str = "resolution", number: int = 0) -> Clock:
    return Clock.objects.get(case=case, rule=rule, round=number)


def kinds(case: Case) -> list[str]:
    lines = Event.objects.filter(chain=f"case:{case.pk}", kind__startswith="clock_").order_by("seq")
    return list(lines.values_list("kind", flat=True))


@pytest.fixture
def targets(cast: Cast) -> Cast:
    for service, minutes in (("first_answer", 120), ("next_answer", 60), ("raised", 60)):
        targeting.set_target(service=service, minutes=minutes, by=cast.root)
    return cast


def test_a_case_is_born_with_the_clock_of_its_resolution(cast: Cast) -> None:
    case = opened(cast, MONDAY)
    found = Clock.objects.get(case=case)
    assert (found.rule, found.sort, found.started_at, found.part) == ("resolution", "service", MONDAY, "intake")
    assert found.strict_due_at == case.promised_at == MONDAY + 48 * HOUR
    event = Event.objects.get(chain=f"case:{case.pk}", kind="clock_started")
    assert event.data == {"clocks": [found.pk], "rules": ["resolution"]}


def test_a_clock_starts_when_we_held_the_word_whatever_the_sender_s_clock_says(cast: Cast) -> None:
    case = arrive(letter("Old date"), cast.mailbox, at=MONDAY)
    assert case is not None
    assert case.first_word_at < MONDAY
    assert clock(case).started_at == MONDAY


def test_keeping_twice_changes_nothing(targets: Cast) -> None:
    case = opened(targets)
    answered(targets, case)
    before = (list(Clock.objects.values()), list(Pause.objects.values()), kinds(case))
    follow([case.pk])
    assert (list(Clock.objects.values()), list(Pause.objects.values()), kinds(case)) == before


def test_what_is_due_first_is_what_the_case_promises(targets: Cast) -> None:
    case = opened(targets, MONDAY)
    assert case.promised_at == MONDAY + 2 * HOUR == clock(case, "first_answer").strict_due_at
    answered(targets, case)
    case.refresh_from_db()
    assert case.promised_at == clock(case).strict_due_at


def test_the_first_answer_stops_at_a_person_s_answer(targets: Cast) -> None:
    case = opened(targets)
    reply = answered(targets, case)
    found = clock(case, "first_answer")
    assert (found.stopped_at, found.stopped_because) == (reply.created_at, "answered")
    assert happened(case, "clock_stopped")


def test_an_answer_that_sends_the_customer_away_is_none(targets: Cast) -> None:
    case = opened(targets)
    reply = answered(targets, case)
    Deflection.objects.create(
        case=case, message=reply.message, phrase="x", language="en", words="x", user_id=targets.ada.user_id, at=now()
    )
    follow([case.pk])
    assert clock(case, "first_answer").is_running
    assert clock(case).paused_at is None


def test_an_automatic_word_moves_nothing(targets: Cast) -> None:
    case = opened(targets)
    before = list(Clock.objects.values())
    arrive(letter("Away", message_id="<a@x>", Auto_Submitted="auto-replied", **AGAIN), targets.mailbox)
    assert list(Clock.objects.values()) == before
    assert case.pk


def test_each_time_the_customer_speaks_again_the_next_answer_is_owed(targets: Cast) -> None:
    case = opened(targets)
    answered(targets, case)
    again(targets, 1)
    again(targets, 2)
    assert clock(case, "next_answer", 1).is_running
    answered(targets, case, "One more answer.")
    assert not clock(case, "next_answer", 1).is_running
    again(targets, 3)
    assert clock(case, "next_answer", 2).is_running


def test_an_answer_lets_resolution_stand_still(cast: Cast) -> None:
    case = opened(cast)
    reply = answered(cast, case)
    found, pause = clock(case), Pause.objects.get(case=case)
    assert (found.paused_at, pause.started_at, pause.reason) == (reply.created_at, reply.created_at, "customer")
    assert happened(case, "clock_paused")


def test_the_customer_s_word_lets_it_go_on_by_as_much_later(cast: Cast) -> None:
    case = opened(cast, now() - 10 * HOUR)
    due, since, back = case.promised_at, now() - 5 * HOUR, now() - 2 * HOUR
    Case.objects.filter(pk=case.pk).update(waiting_since=since, waiting_for="customer")
    follow([case.pk])
    assert clock(case).paused_at == since
    again(cast, 1, at=back)
    found, pause = clock(case), Pause.objects.get(case=case)
    assert (found.paused_at, pause.ended_at) == (None, back)
    assert found.strict_due_at == due + (back - since)
    assert happened(case, "clock_resumed")


def test_a_pause_adds_only_what_would_have_been_worked(cast: Cast) -> None:
    office = Calendar.objects.create(
        workspace=cast.workspace, name="Office", time_zone="UTC", week=plain_week([(8 * 60, 16 * 60)])
    )
    targeting.set_target(service="resolution", minutes=16 * 60, calendar=office, pauses=["customer"], by=cast.root)
    case = opened(cast, MONDAY)
    assert case.promised_at == MONDAY + 32 * HOUR
    Case.objects.filter(pk=case.pk).update(waiting_since=MONDAY + 6 * HOUR, waiting_for="customer")
    follow([case.pk])
    again(cast, 1, at=MONDAY + 26 * HOUR)  # Tuesday at ten: two hours of Monday and two of Tuesday
    case.refresh_from_db()
    assert case.promised_at == MONDAY + 52 * HOUR  # Wednesday at noon


def test_a_wait_that_is_no_reason_to_pause_changes_no_clock(cast: Cast) -> None:
    case = opened(cast)
    Case.objects.filter(pk=case.pk).update(waiting_since=now(), waiting_for="date")
    follow([case.pk])
    assert clock(case).paused_at is None
    assert Pause.objects.get(case=case).reason == "date"


def test_an_answer_that_failed_was_no_wait(targets: Cast) -> None:
    case = opened(targets)
    reply = answered(targets, case)
    due = clock(case).strict_due_at
    outcomes.fail(reply, words="No such address.")
    follow([case.pk])
    pause = Pause.objects.get(case=case)
    assert pause.started_at == pause.ended_at
    assert clock(case).strict_due_at == due
    assert clock(case, "first_answer").is_running


def test_closing_stops_the_clocks_and_opening_again_goes_on_with_the_same(targets: Cast) -> None:
    case = opened(targets, MONDAY)
    number = clock(case).pk
    closing.close(case, disposition="solved", what_solved_it="A new meter.", by=targets.ada)
    follow([case.pk])
    assert not Clock.objects.filter(case=case, stopped_at=None).exists()
    assert clock(case).stopped_because == "closed"
    again(targets, 1)
    found = clock(case)
    assert (found.pk, found.started_at, found.stopped_at) == (number, MONDAY, None)
    case.refresh_from_db()
    assert case.is_open


def test_a_merge_gives_the_earliest_start_and_undoing_it_gives_each_its_own(cast: Cast) -> None:
    later = opened(cast, MONDAY + 5 * HOUR)
    other = arrive(letter("Same", message_id="<r@x>", subject="Again"), cast.mailbox, at=MONDAY)
    assert other is not None
    move = joining.merge(other, into=later, reason="One meter.", by=cast.ada, confirm=True)
    follow([later.pk, other.pk])
    found = clock(later)
    assert (found.started_at, found.strict_due_at) == (MONDAY, MONDAY + 48 * HOUR)
    assert happened(later, "clock_moved_earlier")
    assert clock(other).stopped_because == "merged"
    undoing.undo(move, reason="Two meters.", by=cast.ada)
    follow([later.pk, other.pk])
    assert (clock(later).started_at, clock(other).started_at) == (MONDAY + 5 * HOUR, MONDAY)
    assert clock(other).is_running


def test_a_repeated_contact_has_a_clock_of_its_own(targets: Cast) -> None:
    case = opened(targets, MONDAY)
    raised = now()
    Case.objects.filter(pk=case.pk).update(raised_at=raised, raised_count=1)
    follow([case.pk])
    assert clock(case, "raised", 1).strict_due_at == raised + HOUR
    answered(targets, case)
    assert not clock(case, "raised", 1).is_running


def test_a_push_runs_until_the_holder_answers_it(cast: Cast) -> None:
    case = opened(cast)
    at = now()
    push = case.pushes.create(user_id=cast.ben.user_id, text="Please", at=at, answer_by=at + 4 * HOUR)
    follow([case.pk])
    assert clock(case, "push", push.pk).strict_due_at == at + 4 * HOUR
    case.pushes.update(answered_at=at + HOUR)
    follow([case.pk])
    assert clock(case, "push", push.pk).stopped_at == at + HOUR


def test_a_team_s_own_target_comes_before_the_workspace_s(cast: Cast) -> None:
    targeting.set_target(service="resolution", minutes=600, by=cast.root)
    targeting.set_target(service="resolution", minutes=60, team=cast.front_line, by=cast.root)
    assert opened(cast, MONDAY).promised_at == MONDAY + HOUR


def test_fifty_cases_are_kept_in_as_many_statements_as_one(targets: Cast, django_assert_max_num_queries: Any) -> None:
    bodies = [letter("New", sender=f"P{n} <p{n}@example.net>", message_id=f"<n{n}@x>") for n in range(50)]
    cases = {case.pk for body in bodies if (case := arrive(body, targets.mailbox)) is not None}
    Clock.objects.all().delete()
    with django_assert_max_num_queries(14), transaction.atomic():
        keeping.keep(cases, by=House(targets.workspace.pk, "tests"))
    assert Clock.objects.count() == 100


def test_the_next_keep_of_nothing_new_writes_nothing(
    targets: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = opened(targets)
    with django_assert_num_queries(8), transaction.atomic():
        keeping.keep([case.pk], by=House(targets.workspace.pk, "tests"))
