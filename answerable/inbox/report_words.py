"""Reports in words: what a list, a page and a table for other programs call what they show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerable.safety import criteria
from answerable.safety.due_list import INCOMPLETE, SETTLED, WAITING
from answerable.safety.models import Report
from answerable.safety.queries import Line, State
from answerable.safety.reports import Minimum, Role
from answerable.safety.reports import Report as Values

Words = str | Promise
STATES: Mapping[State, tuple[Words, str, str]] = {
    State.UNDECIDED: (_("To decide"), "legal", "sign"),
    State.CHANGED: (_("Changed since it was decided"), "soon", "alert"),
    State.ASKING: (_("More is asked for"), "soon", "hourglass"),
    State.DISPUTED: (_("Two opinions differ"), "late", "alert"),
    State.REPORTABLE: (_("Reportable"), "good", "check"),
    State.NOT_REPORTABLE: (_("Not reportable"), "good", "check"),
}
"""Each state with the sort of its mark and its drawing."""
MOMENTS: Mapping[str, Words] = {
    "posted_at": _("Posted"),
    "captured_at": _("Captured"),
    "first_seen_at": _("First seen"),
    "criteria_met_at": _("Criteria met"),
    "significant_info_at": _("New information"),
}


def states() -> list[tuple[str, Words]]:
    """What the list can be narrowed to."""
    return [
        ("", _("All")),
        (WAITING, _("Waits for somebody")),
        (INCOMPLETE, _("Something is missing")),
        (SETTLED, _("Decided")),
    ]


def sorts() -> list[tuple[str, Words]]:
    return [("", _("All")), *Report.Sort.choices]


def state(state: State) -> tuple[Words, str, str]:
    return STATES[state]


def moments(known: Mapping[str, datetime | None]) -> list[tuple[Words, datetime | None]]:
    """The five moments in their order."""
    return [(label, known.get(name)) for name, label in MOMENTS.items()]


def product(values: Values) -> str:
    """The names of what is suspected."""
    return ", ".join(each.name for each in values.products if each.role is not Role.CONCOMITANT)


def present(values: Values) -> int:
    """How many of the four minimum criteria are present."""
    return len(Minimum) - len(criteria.validity(values).missing)


def cells(line: Line) -> list[object]:
    """A line as a row of a table for other programs."""
    due = line.leading
    return [
        line.report.number,
        line.report.sort,
        product(line.values),
        "yes" if line.values.is_serious else "no",
        present(line.values),
        str(line.state),
        line.report.received_at.isoformat(),
        due.strict_due_at.isoformat() if due else "",
        due.legal_due_at.isoformat() if due else "",
        line.case.number,
    ]
