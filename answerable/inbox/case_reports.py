"""The safety panel of a case: its reports with what is due first, and opening one by hand."""

from __future__ import annotations

from typing import Any

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core.access import Right, Viewer
from answerable.inbox import report_words
from answerable.inbox.holdings import Holdings
from answerable.safety import queries
from answerable.safety.models import Report

MOST = 20


def of(case: Case, viewer: Viewer, there: Holdings) -> dict[str, Any]:
    """Nothing for those who may see no report."""
    if not viewer.may(Right.SEE_REPORTS):
        return {"reports": [], "may_report": False}
    lines = there.ask("reports", lambda: queries.lines(queries.of_case(case, viewer)[:MOST], viewer))
    return {
        "reports": lines,
        "report_sorts": Report.Sort.choices,
        "report_words": report_words,
        "may_report": viewer.may(Right.ANSWER),
        "reportable": there.ask("found", lambda: _last(case)) if viewer.may(Right.ANSWER) else [],
    }


def _last(case: Case) -> list[Message]:
    """The newest words of the customer: from these a report is opened, and the person may choose others at the message."""
    rows = case.filings.filter(message__direction=Message.Direction.IN).select_related("message")
    return [each.message for each in rows.order_by("-message__received_at", "-pk")[:5]]
