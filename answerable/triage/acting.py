"""Doing what a rule says, by the verbs of cases. What cannot be done is said in a word and stops nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from answerable.cases import describing, noting, raising, routing, telling
from answerable.cases.models import Case
from answerable.core import access, viewers
from answerable.core.access import House
from answerable.core.errors import Invalid
from answerable.core.models import Membership, Team
from answerable.triage.actions import Action, Do

DONE, ALREADY, HELD, NOBODY, GONE, FULL = "", "already", "held", "nobody", "gone", "full"
"""What became of an action: done, or why not."""
TOLD_BY_RULE = "told_by_rule"


def carry_out(action: Action, case: Case, *, key: str, by: House) -> str:
    """Do one thing to a case; `key` makes a note that is left twice one. Returns what became of it."""
    return DOINGS[action.do](case, action.value, key, by)


def _queue(case: Case, value: str, key: str, by: House) -> str:
    team = Team.objects.filter(pk=int(value), workspace_id=case.workspace_id).first()
    if team is None:
        return GONE
    if case.holder_user_id is not None:
        return HELD
    return DONE if routing.route(case, team=team, by=by) else ALREADY


def _tag(case: Case, value: str, key: str, by: House) -> str:
    try:
        return DONE if describing.tag(case, [value], by=by) else ALREADY
    except Invalid:
        return FULL


def _untag(case: Case, value: str, key: str, by: House) -> str:
    return DONE if describing.untag(case, [value], by=by) else ALREADY


def _product(case: Case, value: str, key: str, by: House) -> str:
    return DONE if describing.set_product(case, value, by=by) else ALREADY


def _note(case: Case, value: str, key: str, by: House) -> str:
    noting.note(case, text=value, key=key, by=by)
    return DONE


def _tell(case: Case, value: str, key: str, by: House) -> str:
    who = {"lead": case.team.lead_id, "holder": case.holder_user_id}.get(value, int(value) if value.isdecimal() else 0)
    if who is None:
        return NOBODY
    if not _sees(who, case):
        return GONE
    telling.tell(who, TOLD_BY_RULE, case=case, by=by)
    return DONE


def _raise(case: Case, value: str, key: str, by: House) -> str:
    return DONE if raising.raise_case(case, by=by) else ALREADY


def _return(case: Case, value: str, key: str, by: House) -> str:
    return DONE if routing.back(case, by=by) else NOBODY


def _sees(user_id: int, case: Case) -> bool:
    """Nobody is told of a case that is not theirs to see."""
    member = (
        Membership.objects.select_related("user", "workspace")
        .filter(workspace_id=case.workspace_id, user_id=user_id, ended_at=None, user__is_active=True)
        .first()
    )
    return member is not None and access.rows(Case, viewers.of_membership(member)).filter(pk=case.pk).exists()


DOINGS: Mapping[Do, Callable[[Case, str, str, House], str]] = {
    Do.QUEUE: _queue,
    Do.TAG: _tag,
    Do.UNTAG: _untag,
    Do.PRODUCT: _product,
    Do.NOTE: _note,
    Do.TELL: _tell,
    Do.RAISE: _raise,
    Do.RETURN: _return,
}
