"""A message that was drawn by lot is read blind, and what must be on file gets its report at once."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.core.access import Viewer
from answerable.safety import opening
from answerable.triage import reading_blind
from answerable.triage.models import Lot, Verdict


def answer(lot: Lot, there: Sequence[str], *, by: Viewer) -> Lot:
    """Say what is in it. A second reading opens nothing: the first did, or somebody settles what differs."""
    kept = reading_blind.answer(lot, there, by=by)
    for detector in kept.there if kept.turn == 1 else ():
        opening.judge(kept.message, detector, there=True, reason=Verdict.Reason.SAID, by=by)
    return kept
