"""Legal clocks: started with awareness and reason, moved earlier, never later, stopped with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.clocks import starting
from answerable.clocks.jobs import follow
from answerable.clocks.models import Clock
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

AT = datetime(2022, 7, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("My Glimo burnt me."), cast.mailbox)
    assert made is not None
    return made


def started(cast: Cast, case: Case, at: datetime = AT, **facts: str) -> Clock:
    words: dict[str, Any] = {"rule": "eu.mdr.87.3", "awareness": "captured_at", "why": "A burn on the hand.", **facts}
    return starting.start(case, at=at, by=cast.mira, **words)


def test_a_clock_keeps_its_rule_its_dates_and_who_decided(cast: Cast, case: Case) -> None:
    clock = started(cast, case)
    assert (clock.strict_day, clock.legal_day) == (date(2022, 7, 16), date(2022, 7, 18))
    assert (clock.rule, clock.version, clock.holidays, clock.user_id) == ("eu.mdr.87.3", 1, "EU", cast.mira.user_id)
    assert (clock.why, clock.start_field, clock.length) == ("A burn on the hand.", "captured_at", 15)
    event = Event.objects.get(kind="clock_started", data__rules=["eu.mdr.87.3"])
    assert (event.user_id, event.case_id) == (cast.mira.user_id, case.pk)
    case.refresh_from_db()
    assert case.promised_at == clock.strict_due_at


def test_earlier_awareness_moves_it_and_the_reason_stays(cast: Cast, case: Case) -> None:
    clock = started(cast, case)
    again = started(cast, case, AT - DAY, why="The agency had it a day before.")
    assert (again.pk, again.strict_day) == (clock.pk, date(2022, 7, 15))
    assert again.moved_because == "The agency had it a day before."
    assert happened(case, "clock_moved_earlier")


def test_later_awareness_is_refused(cast: Cast, case: Case) -> None:
    started(cast, case)
    with pytest.raises(Conflict, match="awareness never moves later"):
        started(cast, case, AT + DAY)
    assert Clock.objects.get(rule="eu.mdr.87.3").started_at == AT


def test_significant_information_gets_a_further_clock_where_the_rule_follows_up(cast: Cast, case: Case) -> None:
    first = started(cast, case, rule="eu.gvp6.serious", awareness="significant_info_at")
    second = started(cast, case, AT + 3 * DAY, rule="eu.gvp6.serious", awareness="significant_info_at")
    assert second.pk != first.pk
    assert (first.strict_day, second.strict_day) == (date(2022, 7, 16), date(2022, 7, 19))


def test_the_date_from_the_post_stands_beside_the_one_from_the_criteria(cast: Cast, case: Case) -> None:
    met = started(cast, case, AT + 2 * DAY, rule="eu.gvp6.serious", awareness="criteria_met_at")
    posted = started(cast, case, rule="eu.gvp6.serious", awareness="posted_at")
    assert posted.strict_due_at < met.strict_due_at
    case.refresh_from_db()
    assert case.promised_at == posted.strict_due_at


REFUSED = [
    ({"rule": "eu.mdr.87.9"}, "No rule"),
    ({"awareness": "read_at"}, "does not start from that moment"),
    ({"why": "  "}, "Say in a sentence"),
    ({"holidays": "BR"}, "knows no such holidays"),
]


@pytest.mark.parametrize(("facts", "sentence"), REFUSED)
def test_what_the_rule_does_not_know_is_refused(cast: Cast, case: Case, facts: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        started(cast, case, AT, **facts)
    assert not Clock.objects.filter(sort="legal").exists()


def test_nobody_knows_it_tomorrow(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid, match="a time to come"):
        started(cast, case, now() + DAY)


def test_who_may_not_answer_may_not_start_one(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed):
        starting.start(
            case,
            rule="eu.mdr.87.3",
            awareness="captured_at",
            at=AT,
            why="x",
            by=replace(cast.mira, roles=frozenset({"coach"})),
        )


def test_a_part_of_the_house_may_start_one_by_rule(cast: Cast, case: Case) -> None:
    by = House(cast.workspace.pk, "safety")
    clock = starting.start(case, rule="br.rdc406.urgent", awareness="captured_at", at=AT, why="Words: died.", by=by)
    assert (clock.user_id, clock.part) == (None, "safety")
    assert clock.strict_due_at == clock.legal_due_at == AT + 3 * DAY


def test_it_stops_with_a_reason_and_only_once(cast: Cast, case: Case) -> None:
    clock = started(cast, case)
    with pytest.raises(Invalid, match="It runs on"):
        starting.stop(clock, why=" ", by=cast.mira)
    stopped = starting.stop(clock, why="Report MIR-7 was sent.", by=cast.mira)
    assert (stopped.stopped_why, stopped.stopped_by_id) == ("Report MIR-7 was sent.", cast.mira.user_id)
    assert stopped.breached_at == stopped.strict_due_at, "it stopped years after its end"
    assert happened(case, "clock_stopped")
    with pytest.raises(Conflict):
        starting.stop(clock, why="Again.", by=cast.mira)


def test_a_rule_whose_clock_was_stopped_may_start_anew(cast: Cast, case: Case) -> None:
    first = starting.stop(started(cast, case), why="No harm was known.", by=cast.mira)
    second = started(cast, case, AT + 9 * DAY, why="Now a burn is known.")
    assert (second.pk != first.pk, second.started_at) == (True, AT + 9 * DAY)
    assert Clock.objects.filter(case=case, sort="legal").count() == 2


def test_a_service_clock_is_not_stopped_by_hand(cast: Cast, case: Case) -> None:
    with pytest.raises(Conflict, match="stops by itself"):
        starting.stop(Clock.objects.get(case=case), why="No.", by=cast.mira)


def test_closing_a_case_stops_no_legal_clock(cast: Cast, case: Case) -> None:
    clock = started(cast, case)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=now())
    follow([case.pk])
    clock.refresh_from_db()
    assert clock.is_running


def test_a_merge_takes_the_legal_clock_along_and_undoing_it_gives_it_back(cast: Cast, case: Case) -> None:
    other = arrive(letter("Me too", sender="Rob <r@example.net>", message_id="<r@x>"), cast.mailbox)
    assert other is not None
    started(cast, other, AT - DAY)
    started(cast, case)
    Case.objects.filter(pk=other.pk).update(state="merged", merged_into=case)
    follow([case.pk, other.pk])
    assert Clock.objects.get(case=case, sort="legal").started_at == AT - DAY
    assert Clock.objects.get(case=other, sort="legal").stopped_because == "merged"
    Case.objects.filter(pk=other.pk).update(state="open", merged_into=None)
    follow([case.pk, other.pk])
    assert Clock.objects.get(case=other, sort="legal").is_running
    assert Clock.objects.get(case=case, sort="legal").started_at == AT - DAY, "awareness never moves later"


def test_a_clock_whose_duty_was_done_does_not_stand_for_one_that_is_merged_in(cast: Cast, case: Case) -> None:
    other = arrive(letter("Me too", sender="Rob <r@example.net>", message_id="<r@x>"), cast.mailbox)
    assert other is not None
    started(cast, other)
    starting.stop(started(cast, case), why="Sent.", by=cast.mira)
    Case.objects.filter(pk=other.pk).update(state="merged", merged_into=case)
    follow([other.pk])
    assert Clock.objects.filter(case=case, sort="legal", stopped_at=None).count() == 1
