"""Questions about sources: what somebody was told of them, and what a page asks for somebody who is nobody's viewer."""

from __future__ import annotations

from django.db.models import QuerySet

from answerable.channels.contract import Can
from answerable.channels.models import Source, SourceNotice
from answerable.core import access
from answerable.core.access import Viewer


def public(kind: str, slug: str) -> Source | None:
    """The source behind a public address; none while it is paused, so that nobody speaks into the void."""
    sources = Source.objects.select_related("workspace")
    return sources.filter(kind=kind, slug=slug, state=Source.State.ON).first()


def form_of(workspace_id: int, team_id: int) -> Source | None:
    """A form of this workspace that is switched on, the team's own before those of others."""
    forms = Source.objects.select_related("workspace").filter(kind="form", state=Source.State.ON)
    return min(forms.filter(workspace=workspace_id), key=lambda each: (each.team_id != team_id, each.pk), default=None)


def begins(workspace_id: int, namespace: str) -> list[Source]:
    """The sources that are on and on which we may write first to names of this sort."""
    sources = Source.objects.select_related("workspace").filter(workspace=workspace_id, state=Source.State.ON)
    return [each for each in sources.order_by("pk") if each.can(Can.START_PRIVATE) and each.spec.reaches == namespace]


def reached(workspace_id: int) -> list[str]:
    """The sorts of names to which somebody may write first here: "email" before others."""
    sources = Source.objects.filter(workspace=workspace_id, state=Source.State.ON)
    found = {each.spec.reaches for each in sources if each.can(Can.START_PRIVATE)}
    return sorted(found, key=lambda name: (name != "email", name))


def notices(viewer: Viewer) -> QuerySet[SourceNotice]:
    """What the viewer was told about sources, newest first."""
    return access.rows(SourceNotice, viewer).select_related("source").order_by("-at", "-pk")


def unseen(viewer: Viewer) -> QuerySet[SourceNotice]:
    """What the viewer was told about sources and has not seen."""
    return access.rows(SourceNotice, viewer).filter(seen_at=None)
