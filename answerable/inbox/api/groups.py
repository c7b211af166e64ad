"""Groups: messages that ask the same, answered once, checked one by one, sent to each.

Each verb asks for the right of a reviewer itself, so that a group of somebody else is not there, whatever the right.
"""

from __future__ import annotations

from datetime import datetime

from ninja import Router, Schema

from answerable.core import access
from answerable.core.access import Right
from answerable.inbox import asked
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.inbox.api.paging import Page
from answerable.replies import answering_groups, checking_lines, groups, regrouping, sending_groups
from answerable.replies.groups import Item
from answerable.replies.models import GroupAnswer, WordingVersion
from answerable.replies.sending_groups import Outcome
from answerable.triage import deciding_groups, group_queries
from answerable.triage.models import Group

router = Router(tags=["groups"])


class GroupOut(Schema):
    """`question` is what the words point to, empty where only `words` are shared; `title` is what a person called it."""

    id: int
    state: str
    question: str
    words: str
    title: str
    product: str
    holder: int | None
    at: datetime
    ended_at: datetime | None
    because: str


class CheckOut(Schema):
    """`state` is checked, invited, sent or failed; `newer`: it is to be checked again. `text` is what goes or went."""

    state: str
    fit: str
    text: str
    because: str
    trouble: str
    newer: bool
    reply: int | None
    pointer: int | None


class GroupLineOut(Schema):
    """A message of the group. `state` is in, pulled_out or held; `way` is private, or pointer: in public only the way there."""

    id: int
    message: int
    case: int
    state: str
    because: str
    language: str
    fit: str
    way: str
    answer: int | None
    goes: bool
    check: CheckOut | None


class GroupAnswerOut(Schema):
    id: int
    language: str
    text: str
    wording: int | None
    approved: bool


class Confirming(Schema):
    title: Words = ""


class GroupEnding(Schema):
    """`outcome` is done, or dismissed with a reason."""

    outcome: Words = "dismissed"
    because: Words = ""


class GroupAnswering(Schema):
    """The version of a wording; or a text of one's own with its language, which another person has to approve."""

    wording: Id | None = None
    language: Words = ""
    text: Words = ""


class LineChecking(Schema):
    """Without `text` it is the group's answer; other words need `because`."""

    text: Words = ""
    because: Words = ""


class LineReason(Schema):
    because: Words


class OutcomeOut(Schema):
    line: int
    state: str
    trouble: str


@router.get("/groups", auth=Bearer(Right.REVIEW), response=answers(Page[GroupOut]))
def index(request: Asked) -> Page[GroupOut]:
    """The open ones of which the viewer sees a line, the confirmed ones first."""
    return Page[GroupOut](items=[_group(card.group) for card in group_queries.open_groups(request.auth)], next=None)


@router.post("/groups/suggestions", auth=Bearer(Right.REVIEW), response=answers(list[GroupOut]))
def suggest(request: Asked) -> list[GroupOut]:
    """Look at what waits now; the groups that are new."""
    return [_group(each) for each in regrouping.regroup(request.auth.workspace_id, by=request.auth)]


@router.get("/groups/{pk}", auth=Bearer(Right.READ_CASES), response=answers(GroupOut))
def read(request: Asked, pk: Id) -> GroupOut:
    return _group(_seen(request, pk))


@router.get("/groups/{pk}/lines", auth=Bearer(Right.READ_CASES), response=answers(list[GroupLineOut]))
def lines(request: Asked, pk: Id) -> list[GroupLineOut]:
    """Those of cases that the viewer may see."""
    return [_line(each) for each in groups.items(_seen(request, pk), request.auth)]


@router.put("/groups/{pk}/confirmation", auth=Bearer(Right.ANSWER), response=answers(GroupOut))
def confirm(request: Asked, pk: Id, given: Confirming) -> GroupOut:
    """It is one question; the caller holds it."""
    group = group_queries.one(request.auth, pk)
    return _group(deciding_groups.confirm(group, title=given.title, by=request.auth))


@router.put("/groups/{pk}/holder", auth=Bearer(Right.ANSWER), response=answers(GroupOut))
def take_group(request: Asked, pk: Id) -> GroupOut:
    return _group(deciding_groups.take(group_queries.one(request.auth, pk), by=request.auth))


@router.put("/groups/{pk}/end", auth=Bearer(Right.ANSWER), response=answers(GroupOut))
def end_group(request: Asked, pk: Id, given: GroupEnding) -> GroupOut:
    """What was not answered waits on in its case."""
    group = group_queries.one(request.auth, pk)
    if given.outcome == "done":
        return _group(deciding_groups.finish(group, by=request.auth))
    return _group(deciding_groups.dismiss(group, because=given.because, by=request.auth))


@router.put("/groups/{pk}/answers", auth=Bearer(Right.ANSWER), response=answers(GroupAnswerOut))
def put_answer(request: Asked, pk: Id, given: GroupAnswering) -> GroupAnswerOut:
    group = group_queries.one(request.auth, pk)
    request.auth.require(Right.REVIEW)
    if given.wording is not None:
        version = asked.one(WordingVersion, request.auth, "wording", pk=given.wording)
        return _answer(answering_groups.choose(group, version, by=request.auth))
    return _answer(answering_groups.write(group, language=given.language, text=given.text, by=request.auth))


@router.put("/group-answers/{pk}/approval", auth=Bearer(Right.ANSWER), response=answers(GroupAnswerOut))
def approve_answer(request: Asked, pk: Id) -> GroupAnswerOut:
    """Stand for what somebody else wrote."""
    found = access.one(GroupAnswer, request.auth, pk=pk)
    group_queries.one(request.auth, found.group_id)
    return _answer(answering_groups.approve(found, by=request.auth))


@router.post("/groups/{pk}/sendings", auth=Bearer(Right.ANSWER), response=answers(list[OutcomeOut]))
def send_checked(request: Asked, pk: Id) -> list[OutcomeOut]:
    """Send each line that is checked. Again, it sends nothing twice."""
    return [_outcome(each) for each in sending_groups.send(group_queries.one(request.auth, pk), by=request.auth)]


@router.put("/group-lines/{pk}/check", auth=Bearer(Right.ANSWER), response=answers(GroupLineOut))
def check_line(request: Asked, pk: Id, given: LineChecking) -> GroupLineOut:
    """The answer fits this person. Refused with 422 where it could not leave."""
    line = group_queries.line(request.auth, pk)
    checking_lines.check(line, text=given.text, because=given.because, by=request.auth)
    return _of(request, line.group, pk)


@router.delete("/group-lines/{pk}/check", auth=Bearer(Right.ANSWER), response=answers(GroupLineOut))
def uncheck_line(request: Asked, pk: Id) -> GroupLineOut:
    line = group_queries.line(request.auth, pk)
    checking_lines.uncheck(line, by=request.auth)
    return _of(request, line.group, pk)


@router.put("/group-lines/{pk}/outside", auth=Bearer(Right.ANSWER), response=answers(GroupLineOut))
def pull_line_out(request: Asked, pk: Id, given: LineReason) -> GroupLineOut:
    line = group_queries.line(request.auth, pk)
    deciding_groups.pull_out(line, because=given.because, by=request.auth)
    return _of(request, line.group, pk)


@router.delete("/group-lines/{pk}/outside", auth=Bearer(Right.ANSWER), response=answers(GroupLineOut))
def put_line_back(request: Asked, pk: Id, given: LineReason) -> GroupLineOut:
    line = group_queries.line(request.auth, pk)
    deciding_groups.put_back(line, because=given.because, by=request.auth)
    return _of(request, line.group, pk)


def _seen(request: Asked, pk: int) -> Group:
    group = group_queries.one(request.auth, pk)
    request.auth.require(Right.REVIEW)
    return group


def _of(request: Asked, group: Group, line: int) -> GroupLineOut:
    return next(_line(each) for each in groups.items(group, request.auth) if each.line.pk == line)


def _group(group: Group) -> GroupOut:
    shown = ("id", "state", "question", "words", "title", "product", "at", "ended_at", "because")
    return GroupOut(holder=group.holder_id, **{name: getattr(group, name) for name in shown})


def _line(item: Item) -> GroupLineOut:
    line = item.line
    return GroupLineOut(
        id=line.pk,
        message=line.message_id,
        case=item.case.pk,
        state=line.state,
        because=line.because,
        language=item.language,
        fit=line.fit,
        way=item.way,
        answer=item.answer.pk if item.answer else None,
        goes=item.goes,
        check=_check(item),
    )


def _check(item: Item) -> CheckOut | None:
    checked = item.checked
    if checked is None:
        return None
    shown = {name: getattr(checked, name) for name in ("state", "fit", "text", "because", "trouble")}
    return CheckOut(newer=item.newer, reply=checked.reply_id, pointer=checked.pointer_id, **shown)


def _answer(answer: GroupAnswer) -> GroupAnswerOut:
    return GroupAnswerOut(
        id=answer.pk,
        language=answer.language,
        text=answer.text,
        wording=answer.wording_id,
        approved=answer.is_approved,
    )


def _outcome(each: Outcome) -> OutcomeOut:
    return OutcomeOut(line=each.line.pk, state=each.state, trouble=each.trouble)
