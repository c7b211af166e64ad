"""Questions about four eyes: which rule asks for a second person, and what waits for one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.text.fold import fold
from answerable.replies import wordings
from answerable.replies.checking_wordings import says_what_was_approved
from answerable.replies.models import Approval, ApprovalRule, DraftFile, WordingVersion


def rule_for(
    case: Case, *, text: str, audience: str, wording: WordingVersion | None, viewer: Viewer, disposition: str = ""
) -> ApprovalRule | None:
    """The first rule that asks another person to approve these words; None where they may go out at once.

    `disposition` is how the case ends with them, empty where it goes on.
    """
    said = Q(audience__in=["", audience], disposition__in=["", disposition])
    said &= Q(role="") | Q(role__in=viewer.roles)
    rules = ApprovalRule.objects.filter(said, workspace_id=case.workspace_id, ended_at=None).order_by("pk")
    found = [each for each in rules if _is_about(each, case, wording)]
    if not found:
        return None
    day = wordings.today(case.workspace.time_zone)
    worded = says_what_was_approved(wording, text, day)
    return next((each for each in found if each.also_wordings or not worded), None)


def waiting(viewer: Viewer) -> QuerySet[Approval]:
    """What waits for another person than the viewer, the oldest first."""
    return of(viewer).filter(state=Approval.State.WAITING).exclude(user_id=viewer.user_id).order_by("at", "pk")


def of_case(case: Case, viewer: Viewer) -> QuerySet[Approval]:
    """What was put before another person in a case, the newest first."""
    return of(viewer).filter(case=case).order_by("-pk")


def line_waiting(case: Case) -> Approval | None:
    """The line that is to end a case and waits for another person, whoever wrote it."""
    waits = Approval.objects.filter(case=case, state=Approval.State.WAITING)
    return waits.exclude(disposition="").order_by("pk").first()


def of(viewer: Viewer) -> QuerySet[Approval]:
    related = ("case__contact", "case__workspace", "rule", "user", "approver", "wording__wording")
    return access.rows(Approval, viewer).select_related(*related)


def enclosed(approval: Approval) -> Sequence[DraftFile]:
    """The files as they were put to it, for the checks and for sending."""
    return [DraftFile(**each) for each in approval.files]


def _is_about(rule: ApprovalRule, case: Case, wording: WordingVersion | None) -> bool:
    about = {fold(case.product), fold(wording.wording.product) if wording else ""}
    return not rule.product or fold(rule.product) in about
