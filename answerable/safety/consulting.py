"""Consulting: another qualified person is asked for a second opinion. Their own signed decision about the version is the answer."""

from __future__ import annotations

from answerable.cases import telling
from answerable.cases.models import Filing
from answerable.conversations.cleaning import clean
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership
from answerable.core.moments import now
from answerable.core.viewers import of_membership
from answerable.safety.models import OpinionAsked, Report


def ask(report: Report, *, of: int, question: str, by: Viewer) -> OpinionAsked:
    """Ask somebody who may sign, and who sees the report, what they think of its latest version.

    Raises `Invalid` for who may not, for oneself and for no question, `Conflict` for whoever was asked or decided already.
    """
    by.require(Right.SIGN_REPORTS)
    words = clean(question).strip()
    if not words:
        raise Invalid("Say what you want to know. Nobody was asked.", "question")
    if of == by.user_id or not _may_sign(report, of):
        raise Invalid("This person cannot decide about the report. Nobody was asked. Choose somebody else.", "of")
    version = report.versions.latest("number")
    if version.decisions.filter(user_id=of).exists():
        raise Conflict("This person has decided about the version already. Nobody was asked.")
    asked, made = OpinionAsked.objects.get_or_create(
        version=version, of_id=of, defaults={"question": words, "user_id": by.user_id, "at": now()}
    )
    if not made:
        raise Conflict("This person was asked about the version already. Nobody was asked again.")
    _tell(asked, report, by)
    return asked


def _may_sign(report: Report, user_id: int) -> bool:
    member = Membership.objects.filter(workspace=report.workspace_id, user=user_id, ended_at=None).first()
    viewer = of_membership(member) if member is not None else None
    sees = viewer is not None and access.rows(Report, viewer).filter(pk=report.pk).exists()
    return viewer is not None and sees and viewer.may(Right.SIGN_REPORTS)


def _tell(asked: OpinionAsked, report: Report, by: Viewer) -> None:
    case = Filing.objects.select_related("case").get(message_id=report.message_id).case
    data = {"report": report.pk, "version": asked.version.number, "asked": asked.of_id}
    journal.write("report_opinion_asked", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    telling.tell(asked.of_id, "opinion_asked", case=case, by=by)
