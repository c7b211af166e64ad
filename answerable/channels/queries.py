"""Questions about sources that a page of ours asks for somebody who is nobody's viewer."""

from __future__ import annotations

from answerable.channels.models import Source


def public(kind: str, slug: str) -> Source | None:
    """The source behind a public address; none while it is paused, so that nobody speaks into the void."""
    sources = Source.objects.select_related("workspace")
    return sources.filter(kind=kind, slug=slug, state=Source.State.ON).first()


def form_of(workspace_id: int, team_id: int) -> Source | None:
    """A form of this workspace that is switched on, the team's own before those of others."""
    forms = Source.objects.select_related("workspace").filter(kind="form", state=Source.State.ON)
    return min(forms.filter(workspace=workspace_id), key=lambda each: (each.team_id != team_id, each.pk), default=None)
