"""Where a rule leaves a choice: the weekend rule that the law only allows, and the length of what is our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.clocks import practising, recalculating, starting
from answerable.clocks.models import Clock, Practice, Recalculation
from answerable.core.errors import Invalid, NotAllowed, NotThere
from answerable.core.models import Event
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

FRIDAY = datetime(2026, 6, 26, 9, 0, tzinfo=UTC)
"""Day 15 is Saturday 11 July 2026."""
FDA, OURS = "us.314.80.serious_unexpected", "company.to_safety"
HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("I was ill."), cast.mailbox, at=FRIDAY)
    assert made is not None
    return made


def started(cast: Cast, case: Case, rule: str, awareness: str = "captured_at") -> Clock:
    message = case.filings.earliest("pk").message
    return starting.start(case, rule=rule, awareness=awareness, at=FRIDAY, why="x", message=message, by=cast.ada)


def finish() -> None:
    recalculating.go_on(Recalculation.objects.latest("pk").pk)


def test_the_weekend_rule_of_the_fda_is_off_until_it_is_switched_on(cast: Cast, case: Case) -> None:
    clock = started(cast, case, FDA)
    assert (clock.strict_day, clock.legal_day) == (date(2026, 7, 11), date(2026, 7, 11))
    practising.practise(FDA, rolls=True, by=cast.root)
    finish()
    clock.refresh_from_db()
    assert clock.legal_day == date(2026, 7, 11), "what runs moves never later"
    starting.stop(clock, why="x", by=cast.ada)
    again = started(cast, case, FDA)
    assert (again.strict_day, again.legal_day) == (date(2026, 7, 11), date(2026, 7, 13))
    finish_zone(cast)
    again.refresh_from_db()
    assert again.legal_day == date(2026, 7, 13), "it is kept by what it was started with"
    assert Event.objects.get(kind="practice_set").data["rolls"] is True


def finish_zone(cast: Cast) -> None:
    recalculating.go_on(recalculating.recalculate(cast.workspace, by=cast.root).pk)


def test_switched_off_again_it_applies_to_what_runs(cast: Cast, case: Case) -> None:
    practising.practise(FDA, rolls=True, by=cast.root)
    clock = started(cast, case, FDA)
    practising.practise(FDA, rolls=False, by=cast.root)
    finish()
    clock.refresh_from_db()
    assert (clock.legal_day, clock.roll) == (date(2026, 7, 11), "")


def test_our_own_limit_has_another_length_for_each_source(cast: Cast, case: Case) -> None:
    plain = started(cast, case, OURS)
    assert plain.strict_due_at == FRIDAY + 24 * HOUR
    practising.practise(OURS, source=cast.mailbox, hours=8, by=cast.root)
    practising.practise(OURS, source=cast.form, hours=4, by=cast.root)
    finish()
    plain.refresh_from_db()
    assert (plain.strict_due_at, plain.length) == (FRIDAY + 8 * HOUR, 8), "shorter is earlier, so that it applies"
    practising.practise(OURS, source=cast.mailbox, hours=48, by=cast.root)
    finish()
    plain.refresh_from_db()
    assert plain.strict_due_at == FRIDAY + 8 * HOUR
    assert Practice.objects.count() == 2


REFUSED = [
    ({"rule": OURS, "rolls": True}, "no weekend"),
    ({"rule": FDA, "hours": 3}, "not ours to choose"),
    ({"rule": OURS, "hours": 0}, "between one hour"),
    ({"rule": "us.none"}, "No rule"),
]


@pytest.mark.parametrize(("facts", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_a_choice_that_the_rule_does_not_leave_is_refused(cast: Cast, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        practising.practise(by=cast.root, **facts)
    assert not Practice.objects.exists()


def test_only_who_sets_clocks_chooses_and_only_for_sources_of_theirs(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        practising.practise(OURS, hours=8, by=replace(cast.root, roles=frozenset({"agent"})))
    with pytest.raises(NotThere):
        practising.practise(OURS, hours=8, source=cast.mailbox, by=cast.otto)
