"""Questions about custody, always for a viewer: what is offered to them, what they were told."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from answerable.cases.models import Case, Follower, Notice, Push, Snooze, Transfer
from answerable.core import access
from answerable.core.access import Viewer

SHOWN = ("case__contact", "from_user", "from_team", "to_user", "to_team__lead", "user")


def addressed(viewer: Viewer) -> Q:
    """Transfers to the viewer: to the person, or to the queue of a team of theirs."""
    return Q(to_user_id=viewer.user_id) | Q(to_user=None, to_team_id__in=viewer.team_ids)


def offers(viewer: Viewer) -> QuerySet[Transfer]:
    """What is on offer to the viewer, what comes back first on top."""
    open_ = access.rows(Transfer, viewer).filter(addressed(viewer), state=Transfer.State.OFFERED)
    return open_.select_related(*SHOWN).order_by("answer_by", "pk")


def offer_of(case: Case) -> Transfer | None:
    """The open offer of a case."""
    return Transfer.objects.select_related(*SHOWN).filter(case=case, state=Transfer.State.OFFERED).first()


def notices(viewer: Viewer) -> QuerySet[Notice]:
    """What the viewer was told, newest first; the unseen stand above the seen on their page."""
    return access.rows(Notice, viewer).select_related("case__contact").order_by("-at", "-pk")


def unseen(viewer: Viewer) -> QuerySet[Notice]:
    """What the viewer was told and has not seen."""
    return access.rows(Notice, viewer).filter(seen_at=None)


def followers(case: Case, viewer: Viewer) -> QuerySet[Follower]:
    """Who stands by a case now."""
    return access.rows(Follower, viewer).filter(case=case, ended_at=None).select_related("user").order_by("at")


def pushes(case: Case, viewer: Viewer) -> QuerySet[Push]:
    """What followers asked for, newest first."""
    return access.rows(Push, viewer).filter(case=case).select_related("user", "answered_by").order_by("-at")


def snooze_of(case: Case, viewer: Viewer) -> Snooze | None:
    """Until when a case sleeps, and why."""
    return access.rows(Snooze, viewer).filter(case=case, woke_at=None).first()
