"""The net below the queue: envelopes that wait although nothing will open them."""

from __future__ import annotations

from datetime import timedelta

from answerable.core import jobs
from answerable.core.moments import now
from answerable.intake import bringing_in
from answerable.intake.models import Envelope, Upload

PATIENCE = timedelta(seconds=60)
LOOKED_AT_FOR = timedelta(days=1)


def sweep() -> list[int]:
    """Defer an opening for each source with an envelope older than `PATIENCE` that still waits; returns the sources.

    Files that somebody looked at and did not import are thrown away.
    """
    Upload.objects.filter(at__lt=now() - LOOKED_AT_FOR).delete()
    bringing_in.throw_away(LOOKED_AT_FOR)
    waiting = Envelope.objects.filter(state=Envelope.State.WAITING, received_at__lt=now() - PATIENCE)
    sources = list(waiting.order_by("source_id").values_list("source_id", flat=True).distinct())
    for source_id in sources:
        jobs.later("intake.jobs.open_envelopes", lock=f"source:{source_id}", source_id=source_id)
    return sources
