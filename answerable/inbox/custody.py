"""What a case says about its custody: on offer to whom and until when, and what this viewer may do about it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from answerable.cases import custody_queries
from answerable.cases.models import Case, Transfer
from answerable.core import access, attendance
from answerable.core.access import Right, Viewer
from answerable.core.models import Team, User
from answerable.core.moments import now
from answerable.inbox.holdings import Holdings

Choice = tuple[str, str]
PUSHES_SHOWN = 5


def of(case: Case, viewer: Viewer, there: Holdings) -> dict[str, Any]:
    """What the page of a case shows of its custody."""
    offer = custody_queries.offer_of(case) if case.is_open and "offer" in there else None
    may_answer = viewer.may(Right.ANSWER)
    return {
        "offer": offer,
        "asked_me": bool(offer and may_answer and asks(offer, viewer)),
        "may_lay": bool(offer and not offer.to_user_id and offer.to_team.lead_id == viewer.user_id),
        "may_withdraw": bool(offer and may_answer and _gave(offer, case, viewer)),
        **_beside(case, viewer, there),
        "may_take": may_answer and not case.held_by(viewer) and (viewer.sees_all or case.team_id in viewer.team_ids),
    }


def _beside(case: Case, viewer: Viewer, there: Holdings) -> dict[str, Any]:
    """Who stands by the case, what they asked for, and until when it sleeps."""
    if not case.is_open:
        return {}
    followers = there.ask("followers", lambda: list(custody_queries.followers(case, viewer)))
    return {
        "followers": followers,
        "i_follow": any(each.user_id == viewer.user_id for each in followers),
        "pushes": there.ask("pushes", lambda: list(custody_queries.pushes(case, viewer)[:PUSHES_SHOWN])),
        "snooze": custody_queries.snooze_of(case, viewer) if case.waiting_since and "snooze" in there else None,
    }


def colleagues(case: Case, viewer: Viewer) -> list[User]:
    """Who could stand by the case and does not yet."""
    following = [each.user_id for each in custody_queries.followers(case, viewer)]
    people = access.rows(User, viewer).filter(is_active=True).exclude(pk__in=[viewer.user_id, *following])
    return list(people.only("name").order_by("name").distinct())


def receivers(case: Case, viewer: Viewer) -> list[tuple[str, list[Choice]]]:
    """To whom the case may go, in groups: its own queue and its people directly, everybody else by an offer."""
    here = attendance.here(now()).filter(workspace_id=viewer.workspace_id).values("user_id")
    people = access.rows(User, viewer).filter(pk__in=here).exclude(pk__in=[case.holder_user_id or 0]).order_by("name")
    own = people.filter(memberships__teams=case.team_id).distinct()
    teams = access.rows(Team, viewer).select_related("lead").exclude(pk=case.team_id).order_by("name")
    back = [("queue", str(case.team.name))] if case.holder_user_id and _may_release(case, viewer) else []
    out = [(f"assign:{each.pk}", each.name) for each in own] if _may_assign(case, viewer) else []
    words = _("%(team)s, led by %(name)s")
    groups = [
        (_("Back into the queue, at once"), back),
        (_("Out of the queue, at once"), out),
        (_("Offer to a team"), [(f"team:{t.pk}", words % {"team": t.name, "name": t.lead.name}) for t in teams]),
        (
            _("Offer to a person"),
            [(f"user:{each.pk}", each.name) for each in people.exclude(pk=viewer.user_id).distinct()],
        ),
    ]
    return [group for group in groups if group[1]]


def asks(offer: Transfer, viewer: Viewer) -> bool:
    """Is it this viewer who is asked to take the case over?"""
    if offer.to_user_id is not None:
        return offer.to_user_id == viewer.user_id
    return offer.to_team_id in viewer.team_ids or offer.to_team.lead_id == viewer.user_id


def _gave(offer: Transfer, case: Case, viewer: Viewer) -> bool:
    givers = {offer.user_id, offer.from_user_id, case.holder_user_id}
    return viewer.user_id in givers or viewer.may(Right.ASSIGN_OTHERS)


def _may_release(case: Case, viewer: Viewer) -> bool:
    return case.held_by(viewer) or viewer.may(Right.ASSIGN_OTHERS)


def _may_assign(case: Case, viewer: Viewer) -> bool:
    return case.holder_user_id is None and viewer.may(Right.ASSIGN_OTHERS)
