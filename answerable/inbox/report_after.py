"""What comes after a report was opened, on its page: later words, questions, reports that tell the same, second opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from answerable.core.access import Right, Viewer
from answerable.inbox import report_history
from answerable.inbox.report_history import Change
from answerable.safety import asking, following, queries, questions
from answerable.safety.models import FollowUp, Inquiry, Link, Report
from answerable.safety.queries import Record
from answerable.safety.questions import Ask, Next

ENDS = {
    Next.NOTHING_LEFT: lambda: _("Nothing is left to ask."),
    Next.REFUSED: lambda: _("The reporter does not want to be asked. The report stays as it is."),
    Next.GIVEN_UP: lambda: _("It was asked in vain often enough. The report stays as it is."),
}
SHARED = {
    "record number": lambda: _("record number"),
    "day of birth": lambda: _("day of birth"),
    "initials with age or sex": lambda: _("initials with age or sex"),
    "reporter": lambda: _("reporter"),
    "product": lambda: _("product"),
    "lot": lambda: _("lot"),
    "serial number": lambda: _("serial number"),
    "code": lambda: _("code"),
    "words": lambda: _("words"),
    "day": lambda: _("day"),
}


@dataclass(frozen=True)
class Later:
    """Later words, and what the report would say with them."""

    row: FollowUp
    changes: Sequence[Change]


@dataclass(frozen=True)
class Alike:
    """Another report that may tell the same, and what the two share."""

    row: Link
    other: Report
    shared: str


def of(record: Record, viewer: Viewer) -> dict[str, Any]:
    """Everything that the parts of the page need."""
    step = asking.step_of(record.report)
    asks = list(step.questions)
    signing = viewer.may(Right.SIGN_REPORTS)
    return {
        "later": [_later(each, record, viewer) for each in record.follow_ups],
        "step": step,
        "step_ends": ENDS[step.next]() if step.next in ENDS else "",
        "questions": [(each.key, said(each)) for each in _asks(record)] if asks else [],
        "letter": questions.letter(_asks(record), record.report.message.language[:2]) if asks else "",
        "ways": Inquiry.Way.choices,
        "outcomes_of_asking": [each for each in Inquiry.Outcome.choices if each[0] != Inquiry.Outcome.WAITING],
        "alike": [_alike(each, record.report) for each in record.links],
        "colleagues": list(queries.qualified(viewer, besides=_heard(record, viewer))) if signing else [],
    }


def said(ask: Ask) -> str:
    """A question as what one of us does, in the viewer's language."""
    return _(questions.TO_DO[ask.key]) % {"about": ask.about}


def _asks(record: Record) -> list[Ask]:
    return list(questions.asks(record.values))


def _later(row: FollowUp, record: Record, viewer: Viewer) -> Later:
    if row.state != FollowUp.State.WAITING:
        return Later(row, ())
    values = record.values
    return Later(row, report_history.changes(values, following.proposed(row, values), viewer.time_zone))


def _alike(row: Link, report: Report) -> Alike:
    other = row.second if row.first_id == report.pk else row.first
    shared = [SHARED[each]() for part in row.shared.values() for each in part if each in SHARED]
    return Alike(row, other, ", ".join(shared))


def _heard(record: Record, viewer: Viewer) -> set[int]:
    """Who has decided or was asked about the latest version already, and oneself."""
    asked = {each.of_id for each in record.opinions if each.version_id == record.latest.pk}
    return {viewer.user_id, *asked, *(each.user_id for each in record.standing)}
