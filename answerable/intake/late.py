"""How a gap was filled: what was posted while nothing could be heard, and came after it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max

from answerable.channels.models import Gap
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.intake.models import Sighting

MOST = 50


@dataclass(frozen=True)
class Filling:
    """One gap, how many items came late after it, the longest delay of one, and when the last of them came."""

    gap: Gap
    count: int
    longest: timedelta | None
    last_at: datetime | None


def gaps(viewer: Viewer, *, days: int = 14, source_id: int | None = None) -> list[Filling]:
    """The gaps of the viewer's sources that are open or ended in these days, newest first, each with its filling."""
    shown = access.rows(Gap, viewer).select_related("source").order_by("-began_at")
    recent = shown.exclude(ended_at__lt=now() - timedelta(days=days))
    chosen = recent.filter(source_id=source_id) if source_id is not None else recent
    return [filling(gap) for gap in chosen[:MOST]]


def filling(gap: Gap) -> Filling:
    """By the network's own time of each item and by ours; what says no time is not counted."""
    if gap.ended_at is None:
        return Filling(gap, 0, None, None)
    late = Sighting.objects.filter(
        envelope__source=gap.source_id,
        envelope__received_at__gte=gap.ended_at,
        message__direction=Message.Direction.IN,
        message__posted_at__gte=gap.last_answer_at or gap.began_at,
        message__posted_at__lt=gap.ended_at,
    )
    delay = F("envelope__received_at") - F("message__posted_at")
    found = late.aggregate(
        count=Count("message", distinct=True), longest=Max(delay), last_at=Max("envelope__received_at")
    )
    return Filling(gap, found["count"], found["longest"], found["last_at"])
