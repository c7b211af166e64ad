"""Sending what was checked in a group: each line alone, through the normal checks, on the person's channel, once.

1. Nothing leaves that is not checked, that a person has to look at first, or whose case was answered otherwise meanwhile.
2. Whoever spoke in public alone gets a public line that leads to private and says nothing else; the answer waits until they come.
3. What does not leave says why at its line, and stops no other. Pressing again sends what did not leave, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from answerable.cases import inviting
from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError
from answerable.core.moments import now
from answerable.core.web.saying import said
from answerable.replies import answering, groups
from answerable.replies.checking_lines import found_now
from answerable.replies.groups import Item, Way
from answerable.replies.models import CheckedLine, Reply
from answerable.triage import deciding_groups, group_queries, waiting
from answerable.triage.models import Group, GroupMessage

HELD = gettext_noop("A person looks at this message first. It did not leave.")
ANSWERED = gettext_noop("Somebody answered this case meanwhile. It did not leave.")
CHANGED = gettext_noop("The customer said more, or the answer was replaced. It did not leave. Check it again.")
THANKS = {"en": "Thank you for asking.", "pt": "Obrigado pela pergunta.", "pl": "Dziękujemy za pytanie."}
"""Before the way to private, in public: it says nothing of the person, and it is no answer (`invitation_words`)."""


@dataclass(frozen=True)
class Outcome:
    """What became of one line."""

    line: GroupMessage
    state: str
    trouble: str = ""


def send(group: Group, *, by: Viewer) -> list[Outcome]:
    """Send every line that is checked and that the viewer sees; returns what became of each. Again, it sends nothing twice."""
    by.require(Right.REVIEW)
    by.require(Right.ANSWER)
    Group.objects.select_for_update().get(pk=group.pk)
    ready = [each.line for each in groups.items(group, by) if each.goes]
    outcomes = [_sent(line, by) for line in ready]
    _finish_if_all_left(group, by)
    return outcomes


def _sent(line: GroupMessage, by: Viewer) -> Outcome:
    try:
        with transaction.atomic():
            found = found_now(line)
            if not found.goes or found.checked is None:
                return Outcome(line, found.checked.state if found.checked else "")
            _may_leave(found, by)
            return _leave(found, found.checked, by)
    except HouseError as refusal:
        if refusal.template == HELD:
            deciding_groups.hold(line, by=by)
        return _failed(line, said(refusal), by)


def _may_leave(found: Item, by: Viewer) -> None:
    waits = waiting.of_cases([found.case]).get(found.case.pk)
    if groups.with_reports(found.case.workspace_id, [found.case.pk]) or (waits is not None and waits.held):
        raise Conflict(HELD)
    if waits is None or waits.message.pk > found.line.message_id:
        raise Conflict(ANSWERED)


def _leave(found: Item, checked: CheckedLine, by: Viewer) -> Outcome:
    if found.way == Way.POINTER:
        pointer = _point(found, by)
        _mark(checked, CheckedLine.State.INVITED, pointer=pointer)
        _tell("group_line_invited", found, by, reply=pointer.pk)
        return Outcome(found.line, CheckedLine.State.INVITED)
    key, version = f"group-line:{found.line.pk}", checked.answer.wording
    reply = answering.answer(found.case, text=checked.text, audience=Audience.PRIVATE, key=key, wording=version, by=by)
    _mark(checked, CheckedLine.State.SENT, reply=reply, sent_at=now())
    _tell("group_line_sent", found, by, reply=reply.pk)
    return Outcome(found.line, CheckedLine.State.SENT)


def _point(found: Item, by: Viewer) -> Reply:
    """The public line. An invitation has a new code each time, so this is asked once: the line is locked and says `invited`."""
    conversation = found.line.message.conversation
    assert conversation is not None, "what a customer said has a conversation"
    invited = inviting.invite(found.case, conversation=conversation, by=by)
    text, most = f"{THANKS.get(found.language, THANKS['en'])} {invited.sentence}", conversation.source.spec.max_text
    text = text if most is None or len(text) <= most else invited.sentence
    key = f"group-line:{found.line.pk}:public:{invited.invitation.pk}"
    return answering.answer(found.case, text=text, audience=Audience.PUBLIC, key=key, conversation=conversation, by=by)


def _mark(checked: CheckedLine, state: str, **more: object) -> None:
    CheckedLine.objects.filter(pk=checked.pk).update(state=state, trouble="", **more)


def _failed(line: GroupMessage, trouble: str, by: Viewer) -> Outcome:
    """It stays checked and may be sent again; why it did not leave stands at it."""
    CheckedLine.objects.filter(line=line, ended_at=None).update(state=CheckedLine.State.FAILED, trouble=trouble)
    case: Case = line.message.filing.case
    data = {"group": line.group_id, "message": line.message_id}
    journal.write("group_line_failed", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return Outcome(line, CheckedLine.State.FAILED, trouble)


def _finish_if_all_left(group: Group, by: Viewer) -> None:
    """Where every line of the group, also of cases that the viewer does not see, has its answer, it is done."""
    standing = group.lines.filter(ended_at=None, state=GroupMessage.State.IN)
    left = standing.filter(checks__ended_at=None, checks__state=CheckedLine.State.SENT)
    if standing.exists() and standing.count() == left.count():
        deciding_groups.finish(group_queries.one(by, group.pk), by=by)


def _tell(kind: str, found: Item, by: Viewer, **more: object) -> None:
    data = {"group": found.line.group_id, "message": found.line.message_id, **more}
    journal.write(kind, by=by, case_id=found.case.pk, team_id=found.case.team_id, data=data)


def counted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many were sent, invited, and did not leave."""
    return {state: sum(each.state == state for each in outcomes) for state in CheckedLine.State.values}
