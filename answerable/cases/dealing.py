"""What is next, out of the queues: taken by whoever asks for it, or handed out in turn. Reach is blind here.

A skill that is a language code ("pl", "pt-br") is a language, any other a product. A case fits somebody when its
language and its product are each unknown, or among their skills of that sort, or they have none of that sort.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from answerable.cases import custody, telling
from answerable.cases.models import Case, Notice, Transfer
from answerable.core import attendance, journal
from answerable.core.access import RIGHTS, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Membership, Team
from answerable.core.moments import now

LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?")
MOST_AT_ONCE = 200
MOST_HOURS = 720


def next_for(*, by: Viewer) -> Case | None:
    """Take the case that is due first in one's queues and fits one's skills; None when nothing waits that fits.

    Whoever asks at the same moment gets the next one: a case that is being taken is passed over. Raises `Conflict` for
    who is away or holds as many as their capacity.
    """
    by.require(Right.ANSWER)
    at = now()
    member = Membership.objects.select_for_update(no_key=True).get(
        workspace_id=by.workspace_id, user_id=by.user_id, ended_at=None
    )
    if not attendance.is_here(by.user_id, by.workspace_id, at):
        raise Conflict("You are away. Nothing was taken. Say that you are back first.")
    if not _has_room(member):
        raise Conflict(
            "You hold %(capacity)s cases that wait for us, which is your limit. Nothing was taken.",
            capacity=member.capacity,
        )
    queues = by.team_ids or frozenset(Team.objects.filter(workspace_id=by.workspace_id).values_list("pk", flat=True))
    case = _waiting(by.workspace_id).filter(fitting(member), holder_team_id__in=queues).first()
    if case is None:
        return None
    return _hand(case, member, kind="case_taken", by=by, at=at)


@transaction.atomic
def deal(team: Team, *, by: House) -> int:
    """Hand out what waits in the queue of a team that hands out; returns how many cases.

    Each goes to the member who waited longest of those who are here, answer customers, have room and fit. Where nobody
    fits it stays in the queue and the lead is told, once for each case. One deal of a team runs at a time.
    """
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if not team.hands_out:
        return 0
    count = 0
    for case in _waiting(team.workspace_id).filter(holder_team=team)[:MOST_AT_ONCE]:
        member = _whose_turn(team, case)
        if member is not None:
            count += _hand(case, member, kind="case_dealt", by=by, at=now()) is not None
        elif not Notice.objects.filter(case=case, kind="nobody_fits").exists():
            telling.tell(team.lead_id, "nobody_fits", case=case, by=by)
    return count


def teams_with_work(*, case_ids: list[int] | None = None) -> list[Team]:
    """Teams that hand out and in whose queue something waits; of these cases, or of all."""
    waiting = Case.objects.filter(state=Case.State.OPEN, waiting_since=None, holder_team=OuterRef("pk"))
    if case_ids is not None:
        waiting = waiting.filter(pk__in=case_ids)
    return list(Team.objects.filter(Exists(waiting), hands_out=True).order_by("pk"))


def fitting(member: Membership) -> Q:
    """Cases that fit the skills of a member."""
    skills = [skill.lower() for skill in member.skills]
    languages = [skill for skill in skills if LANGUAGE.fullmatch(skill)]
    products = [skill for skill in skills if not LANGUAGE.fullmatch(skill)]
    fits = Q()
    if languages:
        spoken = Q(language="")
        for language in languages:
            spoken |= Q(language__istartswith=language.partition("-")[0])
        fits &= spoken
    return fits & (Q(product="") | Q(product_folded__in=products)) if products else fits


def set_skills(member: Membership, *, skills: str, capacity: int | None, by: Viewer) -> None:
    """What somebody can do, separated by commas, and how many cases at once. A lead or an admin says so."""
    if not by.may(Right.MANAGE_PEOPLE):
        by.require(Right.ASSIGN_OTHERS)
    if member.workspace_id != by.workspace_id:
        raise NotAllowed("This person works elsewhere. Nothing was changed.")
    named = [skill.strip().lower()[:40] for skill in skills.split(",") if skill.strip()]
    Membership.objects.filter(pk=member.pk).update(skills=list(dict.fromkeys(named))[:40], capacity=capacity)
    member.refresh_from_db(fields=["skills", "capacity"])
    data = {"user": member.user_id, "skills": member.skills, "capacity": member.capacity}
    journal.write("member_skills_set", by=by, data=data)


def _waiting(workspace_id: int) -> QuerySet[Case]:
    """What lies in queues and waits for us, due first on top; what is on offer to somebody is not to be had."""
    offered = Transfer.objects.filter(case=OuterRef("pk"), state=Transfer.State.OFFERED)
    waiting = Case.objects.filter(
        ~Exists(offered), workspace_id=workspace_id, state=Case.State.OPEN, waiting_since=None, holder_user=None
    )
    in_order = waiting.annotate(product_folded=Lower("product")).order_by("promised_at", "pk")
    return in_order.select_for_update(of=("self",), skip_locked=True)


def _whose_turn(team: Team, case: Case) -> Membership | None:
    here = attendance.here(now()).filter(teams=team).order_by(F("dealt_at").asc(nulls_first=True), "pk")
    fits = Case.objects.annotate(product_folded=Lower("product")).filter(pk=case.pk)
    for member in here.select_for_update(of=("self",), no_key=True):
        able = any(Right.ANSWER in RIGHTS.get(role, ()) for role in member.roles)
        if able and _has_room(member) and fits.filter(fitting(member)).exists():
            return member
    return None


def _has_room(member: Membership) -> bool:
    if member.capacity is None:
        return True
    held = Case.objects.filter(
        workspace_id=member.workspace_id, holder_user_id=member.user_id, state=Case.State.OPEN, waiting_since=None
    )
    return held.count() < member.capacity


def _hand(case: Case, member: Membership, *, kind: str, by: Viewer | House, at: datetime) -> Case:
    expected = custody.holder_mark(case)
    custody.hand(case, expected=expected, user_id=member.user_id, team_id=case.team_id, kind=kind, by=by)
    Membership.objects.filter(pk=member.pk).update(dealt_at=at)
    return case


def set_team(
    team: Team, *, hands_out: bool, offer_hours: int, push_hours: int, idle_hours: int | None, by: Viewer
) -> None:
    """How a team deals with custody. Its lead or an admin says so. Raises `Invalid` for hours that are none."""
    if by.user_id != team.lead_id:
        by.require(Right.MANAGE_PEOPLE)
    hours = (offer_hours, push_hours, *(() if idle_hours is None else (idle_hours,)))
    if not all(1 <= each <= MOST_HOURS for each in hours):
        raise Invalid("Hours are between 1 and %(most)s. Nothing was changed.", "hours", most=MOST_HOURS)
    team.hands_out, team.offer_hours = hands_out, offer_hours
    team.push_hours, team.idle_hours = push_hours, idle_hours
    team.save(update_fields=["hands_out", "offer_hours", "push_hours", "idle_hours"])
    data = {"hands_out": hands_out, "offer_hours": offer_hours, "push_hours": push_hours, "idle_hours": idle_hours}
    journal.write("team_custody_set", by=by, team_id=team.pk, data=data)
