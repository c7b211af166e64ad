"""Four eyes: the rules that ask for a second person, and the answers that wait for one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Field, Router, Schema, Status

from answerable.cases.models import Disposition
from answerable.core import access
from answerable.core.access import Right
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Key, Words, answers
from answerable.inbox.api.replies import Answer
from answerable.replies import approvals, approving
from answerable.replies.models import Approval, ApprovalRule, WordingVersion

router = Router(tags=["approvals"])


class ApprovalRuleIn(Schema):
    """What is empty is any. Approved wordings, word for word, need nobody again unless `also_wordings`."""

    name: Words
    product: Words = ""
    audience: Literal["", "public", "private"] = ""
    role: Words = ""
    disposition: Words = Field(
        "", description=f"Only the line that ends a case as one of {', '.join(Disposition.values)}."
    )
    also_wordings: bool = False


class ApprovalRuleOut(ApprovalRuleIn):
    id: int


class ApprovalDecision(Schema):
    """Nobody approves or declines their own; only its writer takes an answer back."""

    decision: Literal["approve", "decline", "take_back"]
    because: Words = Field("", max_length=400, description="Needed to decline.")


class ApprovalOut(Schema):
    """`reply` is what went out once it was approved. With a `disposition` it closes the case then."""

    id: int
    case: int
    rule: str
    text: str
    audience: str
    wording: int | None
    disposition: str
    what_solved_it: str
    writer: str
    at: datetime
    state: str
    approver: str | None
    decided_at: datetime | None
    because: str
    reply: int | None


@router.get("/approval-rules", auth=Bearer(Right.READ_CASES), response=answers(list[ApprovalRuleOut]))
def rules(request: Asked) -> list[ApprovalRuleOut]:
    found = access.rows(ApprovalRule, request.auth).filter(ended_at=None).order_by("name")
    return [_rule(each) for each in found]


@router.post("/approval-rules", auth=Bearer(Right.MANAGE_RULES), response=answers(ApprovalRuleOut, 201))
def keep_rule(request: Asked, given: ApprovalRuleIn) -> Status[ApprovalRuleOut]:
    return Status(201, _rule(approving.keep_rule(**given.dict(), by=request.auth)))


@router.delete("/approval-rules/{pk}", auth=Bearer(Right.MANAGE_RULES), response=answers(None, 204))
def end_rule(request: Asked, pk: Id) -> Status[None]:
    """It asks no more. What waits goes on waiting."""
    approving.end_rule(access.one(ApprovalRule, request.auth, pk=pk), by=request.auth)
    return Status(204, None)


@router.get("/approvals", auth=Bearer(Right.READ_CASES), response=answers(list[ApprovalOut]))
def waiting(request: Asked) -> list[ApprovalOut]:
    """What waits for another person than whoever asks, the oldest first."""
    return [_told(each) for each in approvals.waiting(request.auth)[:200]]


@router.get("/cases/{pk}/approvals", auth=Bearer(Right.READ_CASES), response=answers(list[ApprovalOut]))
def of_case(request: Asked, pk: Id) -> list[ApprovalOut]:
    """Each try of an answer in a case, the newest first."""
    return [_told(each) for each in approvals.of_case(find(request.auth, pk), request.auth)]


@router.post("/cases/{pk}/approvals", auth=Bearer(Right.ANSWER), response=answers(ApprovalOut, 201))
def ask(request: Asked, pk: Id, given: Answer, key: Key) -> Status[ApprovalOut]:
    """Put an answer before another person, where a rule asks for that. The same key again is the same one."""
    viewer = request.auth
    version = access.one(WordingVersion, viewer, pk=given.wording) if given.wording else None
    says = given.dict(exclude={"wording"})
    made = approving.ask(find(viewer, pk), **says, wording=version, key=f"api:{viewer.user_id}:{key}", by=viewer)
    return Status(201, _told(made))


@router.put("/approvals/{pk}/decision", auth=Bearer(Right.ANSWER), response=answers(ApprovalOut))
def decide(request: Asked, pk: Id, given: ApprovalDecision) -> ApprovalOut:
    """Approved, it goes out at once, as its writer's answer, and a closing line ends its case, unless something speaks against it by now."""
    approval, viewer = access.one(Approval, request.auth, pk=pk), request.auth
    if given.decision == "approve":
        approving.approve(approval, because=given.because, by=viewer)
    elif given.decision == "decline":
        approving.decline(approval, because=given.because, by=viewer)
    else:
        approving.take_back(approval, by=viewer)
    return _told(approvals.of(viewer).get(pk=pk))


def _rule(each: ApprovalRule) -> ApprovalRuleOut:
    names = ("name", "product", "audience", "role", "disposition", "also_wordings")
    return ApprovalRuleOut(id=each.pk, **{name: getattr(each, name) for name in names})


def _told(each: Approval) -> ApprovalOut:
    return ApprovalOut(
        id=each.pk,
        case=each.case_id,
        rule=each.rule.name,
        text=each.text,
        audience=each.audience,
        wording=each.wording_id,
        disposition=each.disposition,
        what_solved_it=each.ending.get("what_solved_it", ""),
        writer=each.user.name,
        at=each.at,
        state=each.state,
        approver=each.approver.name if each.approver else None,
        decided_at=each.decided_at,
        because=each.because,
        reply=each.reply_id,
    )
