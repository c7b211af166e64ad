"""Reports in words: what a list, a form and a history of versions call the parts of a report."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerable.safety.listing import DECIDED, INCOMPLETE, TO_DECIDE, Line
from answerable.safety.models import Report
from answerable.safety.reports import Product, Role
from answerable.safety.reports import Report as Values

STATES: Mapping[str, str | Promise] = {
    TO_DECIDE: _("To decide"),
    INCOMPLETE: _("Something is missing"),
    DECIDED: _("Decided"),
}


def states() -> list[tuple[str, str | Promise]]:
    return [("", _("All")), *STATES.items()]


def sorts() -> list[tuple[str, str | Promise]]:
    return [("", _("All")), *Report.Sort.choices]


def state(line: Line) -> str:
    return str(STATES[line.state])


def product(values: Values) -> str:
    """The names of what is suspected."""
    return ", ".join(each.name for each in values.products if _is_suspected(each))


def cells(line: Line) -> list[object]:
    """A line as a row of a table for other programs."""
    due = line.due
    return [
        line.report.number,
        line.report.sort,
        product(line.values),
        "yes" if line.values.is_serious else "no",
        line.present,
        line.state,
        line.report.received_at.isoformat(),
        due.strict_due_at.isoformat() if due else "",
        due.legal_due_at.isoformat() if due else "",
        line.case.number,
    ]


def _is_suspected(product: Product) -> bool:
    return product.role is not Role.CONCOMITANT
