"""Saved views: a list of cases by conditions, kept under a name, for oneself, a team or everybody.

A view keeps conditions and no cases: whoever opens a shared one sees only cases of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.cases import conditions
from answerable.cases.conditions import Condition, Conditions
from answerable.cases.facts import Use
from answerable.cases.models import SavedView
from answerable.conversations.cleaning import clean
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Team
from answerable.core.moments import now

MOST_VIEWS = 30
SHARED_WITH = ("me", "team", "everybody")


def save(*, name: str, asked: Sequence[Condition], by: Viewer) -> SavedView:
    """Keep conditions under a name, for oneself. Raises `Invalid` without a name or a condition, and for too many."""
    by.require(Right.READ_CASES)
    words = _named(name)
    if not asked:
        raise Invalid("A view needs at least one filter. Nothing was kept. Set a filter first.", "name")
    if SavedView.objects.filter(user_id=by.user_id, workspace_id=by.workspace_id, ended_at=None).count() >= MOST_VIEWS:
        raise Invalid("You have %(most)d views. Nothing was kept. End one first.", "name", most=MOST_VIEWS)
    view = SavedView.objects.create(
        workspace_id=by.workspace_id,
        user_id=by.user_id,
        name=words,
        conditions=conditions.as_data(asked),
        at=now(),
    )
    journal.write("view_saved", by=by, data={"view": view.pk})
    return view


def change(view: SavedView, *, name: str, asked: Sequence[Condition], by: Viewer) -> SavedView:
    """Another name, other conditions. Only who saved it may."""
    _own(view, by)
    if not asked:
        raise Invalid("A view needs at least one filter. The old ones were kept.", "name")
    view.name, view.conditions = _named(name), conditions.as_data(asked)
    view.save(update_fields=["name", "conditions"])
    journal.write("view_changed", by=by, data={"view": view.pk})
    return view


def share(view: SavedView, *, among: str, by: Viewer, team: Team | None = None) -> SavedView:
    """Let a team or everybody use it too, or only oneself again. With everybody shares who may keep rules."""
    _own(view, by)
    if among not in SHARED_WITH or (among == "team" and team is None):
        raise Invalid("Choose with whom to share it. It stays as it was.", "among")
    if among == "everybody":
        by.require(Right.MANAGE_RULES)
    if among == "team" and team is not None:
        access.one(Team, by, pk=team.pk)
        if not (by.sees_all or team.pk in by.team_ids):
            raise NotAllowed("You share a view with teams of your own. It stays as it was.")
    view.team, view.everybody = team if among == "team" else None, among == "everybody"
    view.save(update_fields=["team", "everybody"])
    data = {"view": view.pk, "among": among, "team": view.team.pk if view.team else None}
    journal.write("view_shared", by=by, data=data)
    return view


def end(view: SavedView, *, by: Viewer) -> None:
    """Take it away, also from those with whom it was shared. Raises `Conflict` when it was ended already."""
    _own(view, by)
    if not SavedView.objects.filter(pk=view.pk, ended_at=None).update(ended_at=now()):
        raise Conflict("The view was ended already. Nothing was changed.")
    journal.write("view_ended", by=by, data={"view": view.pk})


def asked_by(view: SavedView) -> Conditions:
    """What a saved view asks. A question."""
    return conditions.parse(view.conditions, use=Use.VIEWS)


def _own(view: SavedView, by: Viewer) -> None:
    if view.user_id != by.user_id:
        raise NotAllowed("Only who saved this view changes it. It stays as it was. Save one of your own.")


def _named(name: str) -> str:
    words = " ".join(clean(name).split())
    if not words or len(words) > 80:
        raise Invalid("A view needs a name of up to 80 characters. Nothing was kept.", "name")
    return words
