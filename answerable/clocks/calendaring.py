"""Working calendars of a workspace: made, changed, and what hangs on them reckoned anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from answerable.clocks import daysoff, recalculating
from answerable.clocks.calendars import MINUTES, Shift
from answerable.clocks.models import Calendar
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Workspace


def keep_calendar(
    calendar: Calendar | None,
    *,
    name: str,
    time_zone: str,
    holidays: str,
    week: Sequence[Sequence[Shift]],
    off: Sequence[date] = (),
    on: Sequence[date] = (),
    by: Viewer,
) -> Calendar:
    """Make a calendar, or change one; then every clock of the workspace is reckoned anew in the background.

    Raises `Invalid` for shifts that overlap or end before they begin, an unknown zone, or a week without work, and
    `Conflict` for a name that another one has.
    """
    by.require(Right.MANAGE_CLOCKS)
    words = name.strip()[:80]
    _check(words, time_zone, week)
    kept = calendar or Calendar(workspace_id=by.workspace_id, version=0)
    kept.name, kept.time_zone, kept.holidays = words, time_zone, daysoff.checked(holidays)
    kept.week = [sorted([list(shift) for shift in shifts]) for shifts in week]
    kept.off, kept.on = sorted(set(off)), sorted(set(on))
    kept.version += 1
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise Conflict("Another calendar has this name. Nothing was changed. Choose a different name.") from None
    kind = "calendar_changed" if calendar is not None else "calendar_made"
    journal.write(kind, by=by, data={"calendar": kept.pk, "version": kept.version})
    if calendar is not None:
        recalculating.recalculate(Workspace.objects.get(pk=by.workspace_id), by=by, calendar=kept)
    return kept


def _check(name: str, time_zone: str, week: Sequence[Sequence[Shift]]) -> None:
    if not name:
        raise Invalid("The calendar has no name. Nothing was changed. Give it one.", "name")
    if time_zone not in available_timezones():
        raise Invalid(
            "“%(zone)s” is no time zone. Nothing was changed. Choose one of the list.", "time_zone", zone=time_zone
        )
    if not any(week):
        raise Invalid("Nobody works by this calendar. Nothing was changed. Give it at least one shift.", "week")
    for shifts in week:
        ends = 0
        for start, end in sorted(shifts):
            if not ends <= start < end <= MINUTES:
                raise Invalid(
                    "Two shifts of one day overlap, or one ends before it begins. Nothing was changed.", "week"
                )
            ends = end
