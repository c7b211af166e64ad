"""What the detectors found in messages, and what people say to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from answerable.conversations.models import Message
from answerable.core import access, reading
from answerable.core.access import Right
from answerable.core.errors import NotThere
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.safety import opening
from answerable.triage import queries
from answerable.triage.models import Verdict
from answerable.triage.queries import Assessed

router = Router(tags=["assessments"])


class VerdictOut(Schema):
    """`score` and `over` are what the detector had said before."""

    id: int
    detector: str
    there: bool
    reason: str
    user: str
    at: datetime
    score: float | None
    over: bool | None


class AssessmentOut(Schema):
    """`tier` says when a person looks; never "not at all". `scores` are log-odds, and the bias and weights in `parts` add up
    to them. Places count characters of the subject, two line breaks and the text, or of the text where there is no subject.
    """

    message: int
    detectors: str
    language: str
    tier: str
    why: str
    unread: str
    over: list[str]
    scores: dict[str, float]
    parts: dict[str, Any]
    at: datetime
    verdicts: list[VerdictOut]


class Judging(Schema):
    """`reason`: said, known for a yes; denied, feared, others, meaning for a no."""

    detector: Words
    there: bool
    reason: Words


@router.get("/messages/{pk}/assessment", auth=Bearer(Right.READ_CASES), response=answers(AssessmentOut))
def read(request: Asked, pk: Id) -> AssessmentOut:
    """The newest reading of a message, with the verdicts that stand."""
    message = access.one(Message, request.auth, pk=pk)
    reading.log("message", message.pk, by=request.auth)
    found = queries.of_message(message, request.auth)
    if found is None:
        raise NotThere("The detectors have not read this message.")
    return _told(found)


@router.post("/messages/{pk}/verdicts", auth=Bearer(Right.ANSWER), response=answers(VerdictOut, 201))
def judge(request: Asked, pk: Id, given: Judging) -> Status[VerdictOut]:
    """Say whether it is there. The same again changes nothing; another verdict takes the place of the one before."""
    message = access.one(Message, request.auth, pk=pk)
    verdict = opening.judge(message, given.detector, there=given.there, reason=given.reason, by=request.auth)
    return Status(201, _verdict(verdict))


def _told(found: Assessed) -> AssessmentOut:
    made = found.assessment
    return AssessmentOut(
        message=made.message_id,
        detectors=made.detectors,
        language=made.language,
        tier=made.tier,
        why=made.why,
        unread=made.unread,
        over=made.over,
        scores=made.scores,
        parts=made.parts,
        at=made.at,
        verdicts=[_verdict(each) for each in found.verdicts.values()],
    )


def _verdict(each: Verdict) -> VerdictOut:
    return VerdictOut(
        id=each.pk,
        detector=each.detector,
        there=each.there,
        reason=each.reason,
        user=each.user.name,
        at=each.at,
        score=each.score,
        over=each.over,
    )
