"""What became of something that was handed in, for whoever handed it in: how its case stands, and no word from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answerable.cases import redirects
from answerable.cases.models import Case, Promise
from answerable.core.models import Workspace
from answerable.intake.models import Envelope


@dataclass(frozen=True)
class Whereabouts:
    """`case` is None while it waits to be opened, and for what was set aside."""

    workspace: Workspace
    case: Case | None
    promises: Sequence[Promise]


def of_envelope(source_id: int, once: str) -> Whereabouts | None:
    """By the source and the key under which it was stored; None when there is none."""
    envelopes = Envelope.objects.select_related("source__workspace").defer("body")
    envelope = envelopes.filter(source=source_id, once=once).first()
    if envelope is None:
        return None
    case = Case.objects.filter(filings__message__sightings__envelope=envelope).select_related("team").first()
    living = redirects.living(case) if case else None
    promises = list(living.promises.filter(state__in=["open", "broken"]).order_by("due_at")) if living else []
    return Whereabouts(envelope.source.workspace, living, promises)
