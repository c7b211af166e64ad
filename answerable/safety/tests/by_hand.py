"""For tests that open their reports by hand: the detectors open none beside them."""

from __future__ import annotations

from answerable.core.moments import now
from answerable.safety.models import Desk
from answerable.testing.cast import Cast


def by_hand_only(cast: Cast) -> None:
    Desk.objects.get_or_create(workspace=cast.workspace, defaults={"by_itself": False, "at": now()})
