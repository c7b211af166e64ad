"""Saying what a case is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.cases import describing
from answerable.cases.models import Case
from answerable.core.errors import Invalid, NotAllowed
from answerable.core.models import Event
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("It eats batteries."), cast.mailbox)
    assert made is not None
    return made


def test_subject_and_product_are_changed(cast: Cast, case: Case) -> None:
    describing.describe(case, subject=" Batteries ", product="Glimo", by=cast.ada)
    case.refresh_from_db()
    assert (case.subject, case.product) == ("Batteries", "Glimo")
    event = Event.objects.get(kind="case_described")
    assert (event.user_id, event.data) == (cast.ada.user_id, {"product": "Glimo"})


def test_the_old_subject_stays_when_the_new_one_is_empty(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid, match="kept"):
        describing.describe(case, subject="  ", product="Glimo", by=cast.ada)
    case.refresh_from_db()
    assert (case.subject, case.product) == ("Glimo eats batteries", "")


def test_whoever_only_reads_describes_nothing(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed):
        describing.describe(case, subject="x", product="", by=replace(cast.ada, roles=frozenset({"coach"})))
