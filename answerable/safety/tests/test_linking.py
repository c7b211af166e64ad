"""Reports that may tell the same are suggested with reasons; a person links or refuses, and can undo it."""

from __future__ import annotations

import pytest

from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid
from answerable.safety import linking, opening, regulating
from answerable.safety.models import Link, Report
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

SICK = "After the second dose of Velorin my mother got a rash. She is 72 years old."


@pytest.fixture
def two(cast: Cast) -> tuple[Report, Report]:
    """The same told twice: found by the machine, and put on record by Ada, who did not see that it was there."""
    regulating.regulate("Velorin", kind="medicine", countries=["PL"], by=House(cast.workspace.pk, "tests"))
    assert arrive(letter(SICK, subject="Velorin", sender="Rob <rob@example.net>"), cast.mailbox) is not None
    first = Report.objects.get()
    return first, opening.by_hand(first.message, "adverse_event", because="He told it.", by=cast.ada)


def test_the_same_told_twice_is_suggested_once_with_its_reasons(two: tuple[Report, Report], cast: Cast) -> None:
    by = House(cast.workspace.pk, "tests")
    values = linking.find(two[1], by=by)
    assert [(each.first, each.second) for each in values] == [two]
    assert "words" in values[0].shared["event"]
    assert linking.find(two[0], by=by) == []
    assert happened(two[1].message.filing.case, "report_link_suggested")


def test_what_was_refused_is_not_suggested_again(two: tuple[Report, Report], cast: Cast) -> None:
    by = House(cast.workspace.pk, "tests")
    suggested = linking.find(two[1], by=by)[0]
    with pytest.raises(Invalid, match="Say in a sentence why"):
        linking.end(suggested, because=" ", by=cast.ada)
    linking.end(suggested, because="Two mothers.", by=cast.ada)
    assert linking.find(two[1], by=by) == []
    with pytest.raises(Conflict, match="ended this already"):
        linking.end(suggested, because="Again.", by=cast.ada)


def test_a_link_is_made_once_and_can_be_undone_and_made_again(two: tuple[Report, Report], cast: Cast) -> None:
    made = linking.link(two[1], two[0], because="The same mother.", by=cast.ada)
    with pytest.raises(Conflict, match="linked already"):
        linking.link(two[0], two[1], because="Yes.", by=cast.ada)
    with pytest.raises(Invalid, match="with another one"):
        linking.link(two[0], two[0], because="Yes.", by=cast.ada)
    linking.end(made, because="No.", by=cast.ada)
    linking.link(two[0], two[1], because="Yes, after all.", by=cast.ada)
    assert [each.is_linked for each in Link.objects.order_by("pk")] == [False, True]
