"""The five moments: two that machines tell, three that people tell; earlier moves clocks, later never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from answerable.cases import seeing
from answerable.cases.models import Case
from answerable.clocks import knowing, starting
from answerable.clocks.models import Clock, Known
from answerable.clocks.tests.test_keeping import AGAIN, MONDAY, opened
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

DAY = timedelta(days=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    """Two messages: one on Monday, one on Tuesday."""
    made = opened(cast, MONDAY)
    arrive(letter("It burnt my hand.", message_id="<two@example.net>", **AGAIN), cast.mailbox, at=MONDAY + DAY)
    return made


def messages(case: Case) -> list[Message]:
    return [each.message for each in case.filings.select_related("message").order_by("message__received_at")]


def test_the_five_moments_of_a_message(cast: Cast, case: Case) -> None:
    _, burnt = messages(case)
    seeing.first_seen([burnt.pk], by=cast.ada)
    knowing.learn(burnt, fact="criteria_met_at", at=MONDAY + DAY, why="Who, what, and what happened.", by=cast.mira)
    burnt.refresh_from_db()
    found = knowing.of_message(burnt)
    assert found["posted_at"] == burnt.posted_at
    assert found["captured_at"] == MONDAY + DAY
    assert found["first_seen_at"] == burnt.first_seen_at is not None
    assert found["criteria_met_at"] == MONDAY + DAY
    assert found["significant_info_at"] is None


def test_what_is_told_keeps_who_why_and_which_messages_show_it(cast: Cast, case: Case) -> None:
    first, burnt = messages(case)
    known = knowing.learn(
        burnt, fact="criteria_met_at", at=MONDAY + DAY, why="A hand, a meter.", evidence=[first.pk], by=cast.mira
    )
    assert (known.user_id, known.why, known.evidence) == (cast.mira.user_id, "A hand, a meter.", [first.pk, burnt.pk])
    line = Event.objects.get(kind="awareness_noted")
    assert (line.case_id, line.user_id, line.data["fact"]) == (case.pk, cast.mira.user_id, "criteria_met_at")
    assert "hand" not in str(line.data), "the journal holds no words of a person"


def test_earlier_criteria_move_the_clock_and_the_line_before_stays(cast: Cast, case: Case) -> None:
    first, burnt = messages(case)
    knowing.learn(burnt, fact="criteria_met_at", at=MONDAY + DAY, why="By the second mail.", by=cast.mira)
    clock = starting.start(
        case, rule="eu.gvp6.serious", awareness="criteria_met_at", at=MONDAY + 2 * DAY, why="Serious.", by=cast.mira
    )
    assert clock.started_at == MONDAY + DAY, "what is known earlier counts"
    knowing.learn(first, fact="criteria_met_at", at=MONDAY, why="All of it stood in the first mail.", by=cast.mira)
    clock.refresh_from_db()
    assert (clock.started_at, clock.strict_day) == (MONDAY, date(2026, 7, 21))
    assert clock.moved_because == "All of it stood in the first mail."
    assert Known.objects.filter(fact="criteria_met_at").count() == 2
    assert happened(case, "awareness_moved_earlier")
    assert happened(case, "clock_moved_earlier")


def test_later_awareness_is_refused_and_moves_nothing(cast: Cast, case: Case) -> None:
    first, burnt = messages(case)
    knowing.learn(first, fact="criteria_met_at", at=MONDAY, why="x", by=cast.mira)
    clock = starting.start(case, rule="eu.gvp6.serious", awareness="criteria_met_at", at=now(), why="x", by=cast.mira)
    with pytest.raises(Conflict, match="awareness never moves later"):
        knowing.learn(burnt, fact="criteria_met_at", at=MONDAY + DAY, why="x", by=cast.mira)
    clock.refresh_from_db()
    assert (clock.started_at, Known.objects.count()) == (MONDAY, 1)


def test_each_significant_information_is_one_of_its_own(cast: Cast, case: Case) -> None:
    first, burnt = messages(case)
    clocks = []
    for message, at in ((first, MONDAY), (burnt, MONDAY + DAY)):
        knowing.learn(message, fact="significant_info_at", at=at, why="x", by=cast.mira)
        facts = {"rule": "eu.gvp6.serious", "awareness": "significant_info_at"}
        clocks.append(starting.start(case, at=at, why="x", message=message, by=cast.mira, **facts))
    knowing.learn(burnt, fact="significant_info_at", at=MONDAY + DAY / 2, why="By telephone.", by=cast.mira)
    assert [Clock.objects.get(pk=each.pk).started_at for each in clocks] == [MONDAY, MONDAY + DAY / 2]


def test_a_first_look_that_our_pages_do_not_know_moves_the_clock_of_its_message(cast: Cast, case: Case) -> None:
    first, _ = messages(case)
    seeing.first_seen([first.pk], by=cast.ada)
    first.refresh_from_db()
    assert first.first_seen_at is not None
    clock = starting.start(
        case,
        rule="company.to_safety",
        awareness="first_seen_at",
        at=first.first_seen_at,
        why="x",
        message=first,
        by=cast.mira,
    )
    knowing.learn(first, fact="first_seen_at", at=MONDAY, why="The agency read it on Monday.", by=cast.mira)
    clock.refresh_from_db()
    assert clock.started_at == MONDAY == knowing.of_message(first)["first_seen_at"]


REFUSED = [
    ({"fact": "posted_at"}, "Choose what was known"),
    ({"why": " "}, "Say in a sentence"),
    ({"at": MONDAY + timedelta(days=9_000)}, "a time to come"),
    ({"evidence": [0]}, "lie in another case"),
]


@pytest.mark.parametrize(("facts", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_what_makes_no_sense_is_refused(cast: Cast, case: Case, facts: dict[str, object], sentence: str) -> None:
    given = {"fact": "criteria_met_at", "at": MONDAY, "why": "x", **facts}
    with pytest.raises(Invalid, match=sentence):
        knowing.learn(messages(case)[0], by=cast.mira, **given)  # type: ignore[arg-type]
    assert not Known.objects.exists()


def test_who_may_not_answer_may_not_say_it_and_a_part_of_the_house_may(cast: Cast, case: Case) -> None:
    first, _ = messages(case)
    with pytest.raises(NotAllowed):
        knowing.learn(
            first, fact="criteria_met_at", at=MONDAY, why="x", by=replace(cast.mira, roles=frozenset({"coach"}))
        )
    by = House(cast.workspace.pk, "safety")
    assert knowing.learn(first, fact="criteria_met_at", at=MONDAY, why="Four of four.", by=by).part == "safety"


def test_a_message_of_another_case_starts_no_clock(cast: Cast, case: Case) -> None:
    other = arrive(letter("Else", sender="Rob <r@example.net>", message_id="<r@x>"), cast.mailbox)
    assert other is not None
    with pytest.raises(Invalid, match="lies in another case"):
        starting.start(
            case,
            rule="us.803.50",
            awareness="captured_at",
            at=MONDAY,
            why="x",
            message=messages(other)[0],
            by=cast.mira,
        )
