"""Checking the lines of a group one by one: a person reads what was asked and says that the answer fits, or adapts it."""

from __future__ import annotations

from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.replies import groups
from answerable.replies.answering import Blocked
from answerable.replies.groups import Item
from answerable.replies.models import CheckedLine
from answerable.triage.models import Group, GroupMessage

LONGEST = 400


def check(line: GroupMessage, *, text: str = "", because: str = "", by: Viewer) -> CheckedLine:
    """This answer fits this person. Without `text` it is the group's own; other words need a reason and are kept beside it.

    Raises `Conflict` where there is no approved answer in the language or a person looks at the message first, `Blocked`
    where it could not leave anyway. The same again changes nothing.
    """
    by.require(Right.REVIEW)
    by.require(Right.ANSWER)
    found = found_now(line)
    _may_be_checked(found)
    own = groups.text_for(found.answer, found.case, by) if found.answer else ""
    words, reason = clean(text).strip() or own, " ".join(clean(because).split())[:LONGEST]
    if words != own and not reason:
        raise Invalid(
            "Say why the words are changed for this person. Nothing was kept; the group's answer stands.", "because"
        )
    if blocking := [each for each in groups.concerns(found, words) if each.blocks]:
        raise Blocked(blocking)
    known = found.checked
    if known is not None and not found.newer and (known.text, known.because) == (words, reason):
        return known
    return _keep(found, words, reason, adapted=words != own, by=by)


def uncheck(line: GroupMessage, *, by: Viewer) -> None:
    """It is to be read again before it leaves. Raises `Conflict` for one that left."""
    by.require(Right.REVIEW)
    found = found_now(line)
    if found.checked is None:
        return
    if found.checked.state in (CheckedLine.State.SENT, CheckedLine.State.INVITED):
        raise Conflict("This answer has left already. Nothing was changed.")
    CheckedLine.objects.filter(pk=found.checked.pk).update(ended_at=now())
    _tell("group_line_unchecked", found, by)


def found_now(line: GroupMessage) -> Item:
    """The line as it is now; nobody else checks or sends it meanwhile."""
    related = ("group", "message__conversation__source", "message__filing__case__contact")
    locked = GroupMessage.objects.select_for_update(of=("self",)).select_related(*related).get(pk=line.pk)
    checked = CheckedLine.objects.filter(line=locked, ended_at=None).first()
    return groups.item(locked, groups.answers_of(locked.group), checked)


def _may_be_checked(found: Item) -> None:
    if found.line.ended_at is not None or found.line.group.state != Group.State.CONFIRMED:
        raise Conflict("This group is not worked on. Nothing was changed. Confirm first that it is one question.")
    if found.line.state != GroupMessage.State.IN:
        raise Conflict("This message was taken out of the group. Nothing was changed. Put it back first.")
    if found.checked is not None and found.checked.state == CheckedLine.State.SENT:
        raise Conflict("This answer has left already. Nothing was changed.")
    if found.answer is None:
        raise Conflict("There is no approved answer in this language. This line does not go. Choose a wording first.")
    if not found.answer.is_approved:
        raise Conflict("Nobody has approved this text yet. This line does not go. Ask a colleague to approve it.")


def _keep(found: Item, text: str, because: str, *, adapted: bool, by: Viewer) -> CheckedLine:
    assert found.answer is not None, "no line is checked without an answer"
    CheckedLine.objects.filter(line=found.line, ended_at=None).update(ended_at=now())
    before = found.checked
    checked = CheckedLine.objects.create(
        line=found.line,
        answer=found.answer,
        heard_id=groups.newest_of(found.case),
        fit=CheckedLine.Fit.ADAPTED if adapted else found.line.fit,
        text=text,
        because=because,
        user_id=by.user_id,
        at=now(),
        pointer_id=before.pointer_id if before else None,
        **_invited(found),
    )
    _tell("group_line_checked", found, by, fit=checked.fit)
    return checked


def _invited(found: Item) -> dict[str, str]:
    """Who was invited and has not come yet stays invited: the answer goes when they come."""
    waits = found.checked is not None and found.checked.pointer_id and found.way == groups.Way.POINTER
    return {"state": CheckedLine.State.INVITED} if waits else {}


def _tell(kind: str, found: Item, by: Viewer, **more: object) -> None:
    data = {"group": found.line.group_id, "message": found.line.message_id, **more}
    journal.write(kind, by=by, case_id=found.case.pk, team_id=found.case.team_id, data=data)
