"""Questions about sources that a page of ours asks for somebody who is nobody's viewer."""

from __future__ import annotations

from answerable.channels.models import Source


def public(kind: str, slug: str) -> Source | None:
    """The source behind a public address; none while it is paused, so that nobody speaks into the void."""
    sources = Source.objects.select_related("workspace")
    return sources.filter(kind=kind, slug=slug, state=Source.State.ON).first()
