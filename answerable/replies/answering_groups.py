"""The answer of a group, once for each language: an approved wording is chosen, or a text is written and another person approves it."""

from __future__ import annotations

from answerable.channels.contract import Audience
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.moments import now
from answerable.replies import wordings
from answerable.replies.models import CheckedLine, GroupAnswer, WordingVersion
from answerable.triage.models import Group

LONGEST = 5000


def choose(group: Group, version: WordingVersion, *, by: Viewer) -> GroupAnswer:
    """Answer the group's messages in its language with this version. Raises `Invalid` for one that may not be said now."""
    by.require(Right.REVIEW)
    locked, language = _worked_on(group), version.language.lower().partition("-")[0]
    usable = wordings.library(by, language=version.language, product=group.product, audience=Audience.PRIVATE)
    if version not in usable:
        raise Invalid("This wording may not be said now, or not here. Nothing was changed. Choose another.", "wording")
    standing = locked.answers.filter(language=language, ended_at=None).first()
    if standing is not None and standing.wording_id == version.pk:
        return standing
    return _put(locked, GroupAnswer(language=language, wording=version, text=version.text), by)


def write(group: Group, *, language: str, text: str, by: Viewer) -> GroupAnswer:
    """Write what there is no wording for. It goes to nobody until another person approved it."""
    by.require(Right.REVIEW)
    locked, words = _worked_on(group), clean(text).replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST:
        raise Invalid("An answer has 1 to %(most)d characters. Nothing was kept.", "text", most=LONGEST)
    code = language.lower().partition("-")[0]
    if not (code.isalpha() and len(code) <= 3):
        raise Invalid("Choose the language of the text. Nothing was kept.", "language")
    standing = locked.answers.filter(language=code, ended_at=None).first()
    if standing is not None and (standing.wording_id, standing.text) == (None, words):
        return standing
    return _put(locked, GroupAnswer(language=code, text=words), by)


def approve(answer: GroupAnswer, *, by: Viewer) -> GroupAnswer:
    """Stand for a text that somebody else wrote for this group. Raises `NotAllowed` for one's own."""
    by.require(Right.APPROVE_WORDINGS)
    locked = GroupAnswer.objects.select_for_update().select_related(None).get(pk=answer.pk)
    if locked.user_id == by.user_id:
        raise NotAllowed("Nobody approves their own text. Nothing was changed. Ask a colleague.")
    if locked.ended_at is not None:
        raise Conflict("Another answer took its place. Nothing was changed. Load the page.")
    if not locked.is_approved:
        locked.approver_id, locked.approved_at = by.user_id, now()
        locked.save(update_fields=["approver", "approved_at"])
        journal.write("group_answer_approved", by=by, data=_data(locked))
    return locked


def _worked_on(group: Group) -> Group:
    locked = Group.objects.select_for_update().get(pk=group.pk)
    if locked.state != Group.State.CONFIRMED:
        raise Conflict("This group is not worked on. Nothing was changed. Confirm first that it is one question.")
    return locked


def _put(group: Group, answer: GroupAnswer, by: Viewer) -> GroupAnswer:
    """The new one takes the place of the old; what was checked with the old and has not left is to be checked again."""
    at = now()
    before = group.answers.filter(language=answer.language, ended_at=None)
    waiting = (CheckedLine.State.CHECKED, CheckedLine.State.FAILED)
    CheckedLine.objects.filter(answer__in=before, ended_at=None, state__in=waiting).update(ended_at=at)
    before.update(ended_at=at)
    answer.group, answer.user_id, answer.at = group, by.user_id, at
    answer.save(force_insert=True)
    journal.write("group_answer_chosen" if answer.wording_id else "group_answer_written", by=by, data=_data(answer))
    return answer


def _data(answer: GroupAnswer) -> dict[str, object]:
    told = {"group": answer.group_id, "answer": answer.pk, "language": answer.language}
    return {**told, "wording": answer.wording_id} if answer.wording_id else told
