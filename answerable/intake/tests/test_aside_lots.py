"""What was set aside is drawn by lot and read blind: what must be on file comes back with its verdict."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.core.access import House, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import aside_lots
from answerable.intake.models import AsideLot, Weighed
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.everybody import hear, listening, said
from answerable.triage.models import Verdict

SPAM = "Glimo covers for you, shop now and use my code ANNA for your order, click here"


@pytest.fixture
def source(cast: Cast) -> Source:
    return listening(cast, words="Glimo, Velorin")


@pytest.fixture
def nora(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Nora"), ["reviewer"], [cast.front_line])


def drawn(cast: Cast, source: Source) -> AsideLot:
    hear(source, [said(1, SPAM, by="anna")])
    return AsideLot.objects.create(workspace=cast.workspace, weighed=Weighed.objects.get(), chance=0.02, at=now())


def test_nothing_there_is_counted_and_opens_nothing(cast: Cast, source: Source, nora: Viewer) -> None:
    lot = drawn(cast, source)
    assert aside_lots.answer(lot, [], by=nora) is None
    assert not Case.objects.exists()
    heap = aside_lots.heap(cast.workspace.pk, since=now() - timedelta(days=1))
    assert (heap.size, heap.read, heap.events, heap.by_lot) == (1, 1, 0, True)
    assert Event.objects.filter(kind="aside_lot_read").count() == 1


def test_what_must_be_on_file_becomes_a_message_with_its_verdict(cast: Cast, source: Source, nora: Viewer) -> None:
    case = aside_lots.answer(drawn(cast, source), ["adverse_event"], by=nora)
    assert case == Case.objects.get()
    verdict = Verdict.objects.get()
    assert (verdict.detector, verdict.there, verdict.user_id) == ("adverse_event", True, nora.user_id)
    assert aside_lots.heap(cast.workspace.pk, since=now() - timedelta(days=1)).events == 1


def test_an_unread_lot_ends_what_is_counted(cast: Cast, source: Source) -> None:
    drawn(cast, source)
    assert aside_lots.heap(cast.workspace.pk, since=now() - timedelta(days=1)).size == 0


def test_it_is_read_once_by_who_may_and_of_what_there_is(cast: Cast, source: Source, nora: Viewer) -> None:
    lot = drawn(cast, source)
    with pytest.raises(NotAllowed):
        aside_lots.answer(lot, [], by=cast.ada)
    with pytest.raises(Invalid):
        aside_lots.answer(lot, ["no such thing"], by=nora)
    assert list(aside_lots.waiting(nora)) == [lot]
    assert not aside_lots.waiting(cast.otto).exists()
    aside_lots.answer(lot, [], by=nora)
    with pytest.raises(Conflict):
        aside_lots.answer(lot, [], by=nora)


def test_the_lot_falls_by_number_and_a_second_night_draws_nothing_twice(cast: Cast, source: Source) -> None:
    assert 320 < sum(aside_lots.is_drawn(pk) for pk in range(20_000)) < 480
    hear(source, [said(1, SPAM, by="anna")])
    row, by = Weighed.objects.get(), House(cast.workspace.pk, "triage")
    number = next(pk for pk in range(10_000, 20_000) if aside_lots.is_drawn(pk))
    row.pk, row.external_id = number, "another"
    row.save(force_insert=True)
    assert aside_lots.draw(by=by) >= 1
    assert aside_lots.draw(by=by) == 0
    assert AsideLot.objects.filter(weighed_id=number).count() == 1
    assert Event.objects.filter(kind="aside_lots_drawn").count() == 1
