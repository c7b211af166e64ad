"""Catching up: after an upgrade the open cases of before get the clocks that they should have, once, in the background."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from answerable.cases.models import Case
from answerable.clocks import recalculating, rulebook
from answerable.clocks.models import Recalculation
from answerable.core.access import House
from answerable.core.models import Workspace

PART = "clocks"


def catch_up() -> list[Recalculation]:
    """Begin it for every workspace with open cases that has not caught up with these rules; once more begins none."""
    return [begin(workspace) for workspace in _behind()]


@transaction.atomic
def begin(workspace: Workspace) -> Recalculation:
    """Have all clocks of a workspace brought up, whether or not that was done before."""
    return recalculating.recalculate(workspace, by=House(workspace.pk, PART), starts=True)


def _behind() -> Iterator[Workspace]:
    done = Recalculation.objects.filter(starts=True, book=rulebook.edition()).values("workspace")
    busy = Case.objects.filter(state=Case.State.OPEN).values("workspace")
    yield from Workspace.objects.filter(pk__in=busy).exclude(pk__in=done).order_by("pk")
