"""Judging: a person says whether what a detector looks for is in a message, and why. Each verdict teaches the detectors."""

from __future__ import annotations

from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.triage import queueing
from answerable.triage.detecting.reading import weights
from answerable.triage.models import Assessment, Verdict

FOR_YES = (Verdict.Reason.SAID, Verdict.Reason.KNOWN)


def judge(message: Message, detector: str, *, there: bool, reason: str, by: Viewer) -> Verdict:
    """Say whether it is there. The same verdict again changes nothing; another one takes its place, and both are kept.

    A yes stands on the words or on what is known from elsewhere; every other reason is one for a no.
    """
    by.require(Right.ANSWER)
    if detector not in weights().detectors:
        raise Invalid("There is no such detector. Nothing was kept.", "detector")
    if reason not in Verdict.Reason.values or (reason in FOR_YES) is not there:
        raise Invalid("Choose why you say so. Nothing was kept.", "reason")
    locked = Message.objects.select_for_update(of=("self",)).select_related("filing__case").get(pk=message.pk)
    standing = locked.verdicts.filter(detector=detector, ended_at=None).first()
    if standing is not None and (standing.there, standing.reason) == (there, reason):
        return standing
    verdict = _keep(locked, detector, standing, there=there, reason=reason, by=by)
    queueing.settle(locked, by=by)
    return verdict


def _keep(
    message: Message, detector: str, standing: Verdict | None, *, there: bool, reason: str, by: Viewer
) -> Verdict:
    at, case = now(), message.filing.case
    if standing is not None:
        Verdict.objects.filter(pk=standing.pk).update(ended_at=at)
    verdict = Verdict.objects.create(
        workspace_id=by.workspace_id,
        message=message,
        detector=detector,
        there=there,
        reason=reason,
        user_id=by.user_id,
        at=at,
        **_said(message.assessments.order_by("-pk").first(), detector),
    )
    data = {"message": message.pk, "detector": detector, "there": there, "why": reason, "verdict": verdict.pk}
    journal.write("verdict_given", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)
    return verdict


def _said(newest: Assessment | None, detector: str) -> dict[str, float | bool | None]:
    """What the detector had said of the message."""
    if newest is None or detector not in newest.scores:
        return {"score": None, "over": None}
    return {"score": newest.scores[detector], "over": detector in newest.over}
