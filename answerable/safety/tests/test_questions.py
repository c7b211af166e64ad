"""Sums: what is asked next, what is never asked twice, and when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from answerable.safety.questions import Attempt, Next, Plan, questions, step
from answerable.safety.reports import Device, Outcome, Patient, Product, Reporter, Role
from answerable.safety.tests.told import AT, pia, rob

DAY = timedelta(days=1)


def test_of_a_whole_report_nothing_is_asked() -> None:
    assert list(questions(pia())) == []
    assert step(pia(), [], at=AT).next is Next.NOTHING_LEFT


def test_what_makes_a_case_valid_is_asked_first() -> None:
    bare = replace(pia(), patient=Patient(), products=(Product("Velorin"),))
    assert list(questions(bare)) == [
        "Ask who was affected: initials, age or sex is enough.",
        "Ask how old the patient is.",
        "Ask for the sex of the patient.",
        "Ask for the lot of Velorin.",
        "Ask since when Velorin was taken.",
        "Ask how much of Velorin was taken.",
    ]


def test_of_each_reaction_its_begin_and_its_end_are_asked() -> None:
    open_one = replace(pia().reactions[0], onset=None, outcome=Outcome.UNKNOWN)
    assert list(questions(replace(pia(), reactions=(*pia().reactions, open_one)))) == [
        "Ask when it began: tonturas fortes",
        "Ask how the person is now: tonturas fortes",
    ]


def test_a_device_is_asked_to_be_kept() -> None:
    product = replace(rob().products[0], device=Device())
    asked = list(questions(replace(rob(), products=(product, Product("Velorin", Role.CONCOMITANT)))))
    assert asked[1:] == [
        "Ask for the serial number or the code on the package of Glimo.",
        "Ask whether Glimo is still there, and that it is not thrown away.",
    ]


OPEN = replace(pia(), patient=Patient(initials="P. S."))
MILD = replace(OPEN, reactions=(replace(pia().reactions[0], seriousness=()),))


def vain(*days: int) -> list[Attempt]:
    return [Attempt(AT + day * DAY) for day in days]


@pytest.mark.parametrize(
    ("attempts", "days", "expected"),
    [
        ([], 0, Next.ASK),
        (vain(0), 2, Next.WAIT),
        (vain(0), 3, Next.ASK),
        (vain(0, 3), 6, Next.ASK),
        (vain(0, 3, 6), 8, Next.WAIT),
        (vain(0, 3, 6), 9, Next.GIVEN_UP),
        ([*vain(0, 3), Attempt(AT + 6 * DAY, answered=True)], 6, Next.ASK),
        ([*vain(0, 3), Attempt(AT + 6 * DAY, answered=True), *vain(7)], 10, Next.ASK),
    ],
)
def test_it_is_asked_three_times_in_vain_and_an_answer_counts_anew(
    attempts: Sequence[Attempt], days: int, expected: Next
) -> None:
    assert step(MILD, attempts, at=AT + days * DAY).next is expected


def test_of_a_serious_one_it_is_asked_again_after_a_day() -> None:
    found = step(OPEN, vain(0), at=AT)
    assert (found.next, found.until) == (Next.WAIT, AT + DAY)
    assert step(OPEN, vain(0), at=AT + DAY).next is Next.ASK
    assert step(OPEN, vain(0), at=AT + DAY, plan=Plan(most=1)).next is Next.GIVEN_UP


def test_who_refuses_contact_is_left_in_peace() -> None:
    refused = replace(OPEN, reporters=(Reporter(given_name="Pia", refuses_contact=True),))
    assert step(refused, [], at=AT).next is Next.REFUSED
    another = replace(refused, reporters=(*refused.reporters, Reporter(given_name="Rob")))
    assert step(another, [], at=AT).next is Next.ASK
