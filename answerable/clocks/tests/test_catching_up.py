"""Cases of before: an upgrade, a new target and a new rule reach the open cases at once, and legal dates never later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from answerable.cases import accompanying, assigning, closing
from answerable.cases.models import Case
from answerable.clocks import catching_up, recalculating, rulebook, starting, targeting
from answerable.clocks.models import Clock, Pause, Recalculation
from answerable.clocks.tests.test_recalculating import finish, heard
from answerable.core.models import Event
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

HOUR = timedelta(hours=1)
JULY = datetime(2022, 7, 1, 9, 0, tzinfo=UTC)


def before_the_upgrade(cast: Cast, count: int = 1) -> list[Case]:
    """Open cases as an older version left them, which had no clocks."""
    cases = heard(cast, count)
    Pause.objects.all().delete()
    Clock.objects.all().delete()
    return cases


def latest() -> Recalculation:
    return Recalculation.objects.latest("pk")


def lines(case: Case, kind: str) -> list[Event]:
    return list(Event.objects.filter(chain=f"case:{case.pk}", kind=kind).order_by("seq"))


def test_open_cases_of_before_get_their_clocks_once(cast: Cast) -> None:
    case, other = before_the_upgrade(cast, 2)
    closing.close(other, disposition="solved", what_solved_it="A new one.", by=cast.root)
    (begun,) = catching_up.catch_up()
    assert (begun.total, begun.user_id) == (1, None)
    assert (finish(begun).done, begun.moved) == (1, 1)
    clock = Clock.objects.get(case=case)
    assert (clock.rule, clock.started_at, clock.part) == ("resolution", case.opened_at, "clocks")
    assert not Clock.objects.filter(case=other).exists()
    line = lines(case, "clock_started")[-1]
    assert (line.user_id, line.part) == (None, "clocks")
    assert catching_up.catch_up() == [], "what is done is not done again"
    assert finish(catching_up.begin(cast.workspace)).moved == 0


def test_what_an_old_case_waits_for_and_owes_is_seen(cast: Cast) -> None:
    (case,) = before_the_upgrade(cast)
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    accompanying.follow(case, by=cast.ben)
    accompanying.push(case, text="Who takes it?", by=cast.ben)
    Case.objects.filter(pk=case.pk).update(waiting_since=case.opened_at + HOUR, waiting_for="customer")
    finish(catching_up.begin(cast.workspace))
    assert set(Clock.objects.filter(case=case).values_list("rule", flat=True)) == {"resolution", "push"}
    assert Clock.objects.get(case=case, rule="resolution").paused_at == case.opened_at + HOUR


def test_a_new_target_runs_on_cases_that_were_there_before_it(cast: Cast) -> None:
    (case,) = heard(cast)
    targeting.set_target(service="first_answer", minutes=120, by=cast.root)
    assert not Clock.objects.filter(rule="first_answer").exists()
    finish(latest())
    clock = Clock.objects.get(case=case, rule="first_answer")
    assert clock.strict_due_at == case.opened_at + 2 * HOUR
    case.refresh_from_db()
    assert case.promised_at == clock.strict_due_at


def test_a_target_that_ends_stops_its_clocks_where_nothing_moves(cast: Cast) -> None:
    target = targeting.set_target(service="first_answer", minutes=120, by=cast.root)
    (case,) = heard(cast)
    targeting.end_target(target, by=cast.root)
    finish(latest())
    assert Clock.objects.get(case=case, rule="first_answer").stopped_because == "no_longer_owed"
    assert happened(case, "clock_stopped")


def test_a_target_that_grants_a_further_wait_lets_clocks_stand_still(cast: Cast) -> None:
    (case,) = heard(cast)
    targeting.set_target(service="resolution", minutes=600, by=cast.root)
    Case.objects.filter(pk=case.pk).update(waiting_since=case.opened_at + HOUR, waiting_for="customer")
    finish(latest())
    assert Clock.objects.get(case=case).paused_at is None
    targeting.set_target(service="resolution", minutes=600, pauses=["customer"], by=cast.root)
    finish(latest())
    assert Clock.objects.get(case=case).paused_at == case.opened_at + HOUR


def test_a_further_change_does_not_lose_what_was_to_begin(cast: Cast) -> None:
    heard(cast)
    targeting.set_target(service="first_answer", minutes=120, by=cast.root)
    finish(recalculating.recalculate(cast.workspace, by=cast.root))
    assert Clock.objects.filter(rule="first_answer").exists()


def test_it_goes_in_batches(cast: Cast, monkeypatch: Any) -> None:
    before_the_upgrade(cast, 5)
    monkeypatch.setattr(recalculating, "BATCH", 2)
    (begun,) = catching_up.catch_up()
    recalculating._batch(begun.pk)
    begun.refresh_from_db()
    assert (begun.done, begun.moved, begun.total) == (2, 2, 5)
    assert catching_up.catch_up() == [], "it is under way"
    assert (finish(begun).done, Clock.objects.count()) == (5, 5)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: Any) -> Iterator[Path]:
    """A copy of the rules in which a test may put a new one into force."""
    for path in rulebook.FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(rulebook, "FOLDER", tmp_path)
    rulebook.edition.cache_clear()
    yield tmp_path
    rulebook.read.cache_clear()
    rulebook.edition.cache_clear()


def put_into_force(book: Path, *, length: int) -> None:
    path = book / "eu_devices.toml"
    text = path.read_text(encoding="utf-8")
    first, second = text.split('[[rule]]\nid = "eu.mdr.87.3"')
    rule = f'[[rule]]\nid = "eu.mdr.87.3"{second}'
    newer = rule.replace("version = 1\nlength = 15", f"version = 2\nlength = {length}\nvalid_from = 2022-06-01")
    path.write_text(first + rule.replace("version = 1", "version = 1\nvalid_to = 2022-05-31") + newer, encoding="utf-8")
    rulebook.read.cache_clear()
    rulebook.edition.cache_clear()


@pytest.mark.parametrize(("length", "version", "day"), [(10, 2, date(2022, 7, 11)), (20, 1, date(2022, 7, 16))])
def test_a_rule_put_into_force_moves_legal_clocks_earlier_and_never_later(
    cast: Cast, book: Path, length: int, version: int, day: date
) -> None:
    (case,) = heard(cast)
    clock = starting.start(case, rule="eu.mdr.87.3", awareness="captured_at", at=JULY, why="x", by=cast.mira)
    finish(catching_up.begin(cast.workspace))
    assert catching_up.catch_up() == []
    put_into_force(book, length=length)
    (begun,) = catching_up.catch_up()
    finish(begun)
    clock.refresh_from_db()
    assert (clock.version, clock.strict_day) == (version, day)
    assert happened(case, "clock_moved_earlier") == (version == 2)
    assert clock.moved_because == ("rule_changed" if version == 2 else "")


def test_a_case_that_came_meanwhile_is_not_touched_twice(cast: Cast) -> None:
    before_the_upgrade(cast)
    (begun,) = catching_up.catch_up()
    arrive(letter("New", sender="N <n@x.example>", message_id="<new@x>"), cast.mailbox)
    assert finish(begun).moved == 1
    assert Event.objects.filter(kind="clock_started", data__rules=["resolution"]).count() == 3
