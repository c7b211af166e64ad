"""A person decides about a group: it is one question, it is none, it is done; this message is not of it."""

from __future__ import annotations

from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.triage import waiting
from answerable.triage.models import Group, GroupMessage

State = GroupMessage.State
LONGEST = 400
LONGEST_TITLE = 200


def confirm(group: Group, *, title: str = "", by: Viewer) -> Group:
    """It is one question; whoever says so holds the group. By the same person again it only takes the title."""
    by.require(Right.REVIEW)
    locked, words = _open(group), " ".join(clean(title).split())
    if len(words) > LONGEST_TITLE:
        raise Invalid("A question has up to %(most)d characters. Nothing was kept.", "title", most=LONGEST_TITLE)
    if locked.state == Group.State.CONFIRMED and locked.holder_id != by.user_id:
        raise Conflict("A colleague confirmed this group already and holds it. Nothing was changed. Load the page.")
    fresh = locked.state == Group.State.SUGGESTED
    locked.state, locked.holder_id, locked.title = Group.State.CONFIRMED, by.user_id, words or locked.title
    locked.confirmed_at = locked.confirmed_at or now()
    locked.save(update_fields=["state", "holder", "title", "confirmed_at"])
    if fresh:
        journal.write("group_confirmed", by=by, data={"group": locked.pk})
    return locked


def take(group: Group, *, by: Viewer) -> Group:
    """Hold a confirmed group from now on."""
    by.require(Right.REVIEW)
    locked = _open(group)
    if locked.state != Group.State.CONFIRMED:
        raise Conflict("Nobody confirmed this group yet. Nothing was changed. Confirm it first.")
    if locked.holder_id != by.user_id:
        locked.holder_id = by.user_id
        locked.save(update_fields=["holder"])
        journal.write("group_taken", by=by, data={"group": locked.pk})
    return locked


def dismiss(group: Group, *, because: str, by: Viewer) -> Group:
    """It is not one question. Its messages wait on as before, each in its case, and are not suggested like this again."""
    by.require(Right.REVIEW)
    return _end(_open(group), Group.State.DISMISSED, _reason(because), by)


def finish(group: Group, *, by: Viewer) -> Group:
    """It is done. What was not answered waits on in its case."""
    by.require(Right.REVIEW)
    locked = _open(group)
    if locked.state != Group.State.CONFIRMED:
        raise Conflict("Nobody confirmed this group yet. Nothing was changed. Confirm it first.")
    return _end(locked, Group.State.DONE, "", by)


def pull_out(line: GroupMessage, *, because: str, by: Viewer) -> GroupMessage:
    """This message is not of the group: the group's answer does not reach it. It waits on in its case."""
    by.require(Right.REVIEW)
    locked, reason = _standing(line), _reason(because)
    if locked.state != State.PULLED_OUT:
        _say(locked, State.PULLED_OUT, reason, "group_line_pulled_out", by)
    return locked


def put_back(line: GroupMessage, *, because: str, by: Viewer) -> GroupMessage:
    """It is of the group after all. Raises `Conflict` while a person has to look at the message first."""
    by.require(Right.REVIEW)
    locked, reason = _standing(line), _reason(because)
    case = locked.message.filing.case
    now_waiting = waiting.of_cases([case]).get(case.pk)
    if now_waiting is not None and now_waiting.held:
        raise Conflict(
            "A person looks at this message first. Nothing was changed. Read it under Review, then put it back."
        )
    if locked.state != State.IN:
        _say(locked, State.IN, reason, "group_line_put_back", by)
    return locked


def hold(line: GroupMessage, *, by: Viewer) -> None:
    """Keep a line from the group's answer, because somebody has to look at it first. No person's word is overruled."""
    if GroupMessage.objects.filter(pk=line.pk, state=State.IN).update(state=State.HELD, user=None, because=""):
        _tell(line, "group_line_held", by)


def _open(group: Group) -> Group:
    locked = Group.objects.select_for_update().get(pk=group.pk)
    if not locked.is_open:
        raise Conflict("This group was ended already. Nothing was changed.")
    return locked


def _standing(line: GroupMessage) -> GroupMessage:
    locked = (
        GroupMessage.objects.select_for_update(of=("self",)).select_related("message__filing__case").get(pk=line.pk)
    )
    if locked.ended_at is not None:
        raise Conflict("This message is no longer in the group. Nothing was changed. Load the page.")
    return locked


def _reason(words: str) -> str:
    reason = " ".join(clean(words).split())
    if not reason or len(reason) > LONGEST:
        raise Invalid("Say why, in up to %(most)d characters. Nothing was changed.", "because", most=LONGEST)
    return reason


def _end(group: Group, state: str, because: str, by: Viewer) -> Group:
    at = now()
    group.state, group.ended_at, group.ended_by_id, group.because = state, at, by.user_id, because
    group.save(update_fields=["state", "ended_at", "ended_by", "because"])
    group.lines.filter(ended_at=None).update(ended_at=at)
    journal.write("group_done" if state == Group.State.DONE else "group_dismissed", by=by, data={"group": group.pk})
    return group


def _say(line: GroupMessage, state: str, reason: str, kind: str, by: Viewer) -> None:
    line.state, line.because, line.user_id, line.at = state, reason, by.user_id, now()
    line.save(update_fields=["state", "because", "user", "at"])
    _tell(line, kind, by)


def _tell(line: GroupMessage, kind: str, by: Viewer) -> None:
    case = line.message.filing.case
    data = {"group": line.group_id, "message": line.message_id}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
