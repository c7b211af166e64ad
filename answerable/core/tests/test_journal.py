"""The journal: written with the change, closed to change, and able to prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from answerable.core import journal
from answerable.core.access import House
from answerable.core.models import Event, Seal
from answerable.core.moments import now
from answerable.testing.cast import Cast


@pytest.fixture
def chain(cast: Cast) -> str:
    """Three lines about one case that exists only here."""
    for kind in ("case_opened", "case_taken", "case_closed"):
        journal.write(kind, by=cast.ada, case_id=77, team_id=cast.front_line.pk, data={"words": "żółw 🐢"})
    return "case:77"


@contextmanager
def unguarded() -> Iterator[None]:
    """As somebody with all rights on the database would do it."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_event DISABLE TRIGGER core_event_append_only")
        yield
        connection.check_constraints()
        cursor.execute("ALTER TABLE core_event ENABLE TRIGGER core_event_append_only")


def test_each_line_continues_the_one_before(chain: str) -> None:
    first, second, third = Event.objects.filter(chain=chain).order_by("seq")
    assert (first.seq, first.before) == (1, journal.GENESIS)
    assert (second.before, third.before) == (first.hash, second.hash)
    assert list(journal.verify()) == []


def test_a_line_names_who_did_it(cast: Cast) -> None:
    by_ada = journal.write("case_taken", by=cast.ada, case_id=1)
    by_rule = journal.write("case_opened", by=House(cast.workspace.pk, "intake"), case_id=1)
    assert (by_ada.user_id, by_ada.part) == (cast.ada.user_id, "")
    assert (by_rule.user_id, by_rule.part) == (None, "intake")


def test_a_line_belongs_to_the_chain_of_its_thing(cast: Cast) -> None:
    assert journal.line("x", by=cast.ada, case_id=3, source_id=4).chain == "case:3"
    assert journal.line("x", by=cast.ada, source_id=4).chain == "source:4"
    assert journal.line("x", by=cast.ada).chain == f"workspace:{cast.workspace.pk}"


def test_a_line_that_its_change_did_not_survive_is_not_there(cast: Cast) -> None:
    with transaction.atomic():
        journal.write("case_taken", by=cast.ada, case_id=77)
        transaction.set_rollback(True)
    assert not Event.objects.filter(case_id=77).exists()


def test_whatever_a_writer_claims_the_database_makes_the_chain(cast: Cast, chain: str) -> None:
    forged = journal.line("case_taken", by=cast.ada, case_id=77)
    forged.seq, forged.before, forged.hash = 1, "0" * 64, "f" * 64
    forged.save()
    forged.refresh_from_db()
    assert forged.seq == 4
    assert list(journal.verify()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_event SET kind = 'x'",
        "DELETE FROM core_event",
        "TRUNCATE core_event CASCADE",
        "UPDATE core_seal SET events = 0",
        "DELETE FROM core_seal",
        "TRUNCATE core_seal",
        "UPDATE core_read SET what = 'x'",
        "DELETE FROM core_read",
        "TRUNCATE core_read",
    ],
)
def test_the_database_refuses_to_change_what_was_written(cast: Cast, chain: str, statement: str) -> None:
    journal.seal(now().date())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_read (workspace_id, user_id, what, row_id, at) VALUES (%s, %s, 'case', 1, now())",
            [cast.workspace.pk, cast.ada.user_id],
        )
        connection.check_constraints()
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert list(journal.verify()) == []


TAMPERING: dict[str, Callable[[str], object]] = {
    "another word": lambda chain: Event.objects.filter(chain=chain, seq=2).update(kind="case_given"),
    "another person": lambda chain: Event.objects.filter(chain=chain, seq=2).update(user=None),
    "another time": lambda chain: Event.objects.filter(chain=chain, seq=2).update(at=now() - timedelta(days=1)),
    "other facts": lambda chain: Event.objects.filter(chain=chain, seq=2).update(data={"words": "x"}),
    "a line less in the middle": lambda chain: Event.objects.filter(chain=chain, seq=2).delete(),
    "a line less at the end": lambda chain: Event.objects.filter(chain=chain, seq=3).delete(),
    "a whole chain less": lambda chain: Event.objects.filter(chain=chain).delete(),
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_by_somebody_with_all_rights_is_found(chain: str, tampering: str) -> None:
    journal.seal(now().date())
    assert list(journal.verify()) == []
    with unguarded():
        TAMPERING[tampering](chain)
    assert list(journal.verify())


def test_a_past_day_is_sealed_once(cast: Cast, chain: str) -> None:
    with unguarded():
        Event.objects.update(at=now() - timedelta(days=2))
    (sealed, *_) = journal.seal_past_days()
    assert sealed.events >= 3
    assert journal.seal(sealed.day) == sealed
    assert journal.seal_past_days() == []
    days = list(Seal.objects.order_by("day"))
    assert [each.before for each in days[1:]] == [each.hash for each in days[:-1]]


def test_today_is_not_sealed_while_lines_may_still_come(chain: str) -> None:
    assert journal.seal_past_days() == []
