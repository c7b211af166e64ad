"""The nothing-lost ledger: per source and UTC day, what the provider says against what we hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from answerable.channels.contract import Page
from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.intake.models import Envelope, ProviderCount


@dataclass(frozen=True)
class Line:
    """One source on one UTC day. `says` is None where the provider gives no count; then there is nothing to balance.

    `held` counts every envelope; it is always `filed + set_aside + quarantined + waiting`.
    """

    source: Source
    day: date
    says: int | None
    held: int
    filed: int
    set_aside: int
    quarantined: int
    waiting: int
    checked_at: datetime | None = None
    difference: int | None = None

    @property
    def balanced(self) -> bool:
        return self.difference in (None, 0) and self.waiting == 0


def note(source: Source, page: Page) -> None:
    """Keep what the provider said about a day while answering a poll, beside what we hold at this moment."""
    if page.provider_count is None or not page.provider_day:
        return
    day = date.fromisoformat(page.provider_day)
    ProviderCount.objects.update_or_create(
        source=source,
        day=day,
        defaults={"says": page.provider_count, "held": _held(source, day), "checked_at": now()},
    )


def ledger(viewer: Viewer, *, days: int = 14) -> list[Line]:
    """The ledger of the viewer's sources, newest day first. Days without envelopes and without a count have no line."""
    since = datetime.combine(now().date() - timedelta(days=days - 1), time.min, UTC)
    sources = {source.pk: source for source in access.rows(Source, viewer)}
    counted = _counts(list(sources), since)
    said = {
        (each.source_id, each.day): each
        for each in ProviderCount.objects.filter(source_id__in=sources, day__gte=since.date())
    }
    keys = sorted({*counted, *said}, key=lambda key: (-key[1].toordinal(), sources[key[0]].label))
    return [_line(sources[key[0]], key[1], counted.get(key, {}), said.get(key)) for key in keys]


def reconcile_all() -> int:
    """Ask every polled source now, so that its count of today is fresh; returns how many were asked."""
    from answerable.intake import polling

    sources = polling.due(now() + timedelta(days=1))
    for source in sources:
        polling.poll(source)
    return len(sources)


def _counts(source_ids: list[int], since: datetime) -> dict[tuple[int, date], Mapping[str, Any]]:
    states: dict[str, Count] = {state.value: Count("id", filter=Q(state=state)) for state in Envelope.State}
    found = (
        Envelope.objects.filter(source_id__in=source_ids, received_at__gte=since)
        .annotate(day=TruncDate("received_at", tzinfo=UTC))
        .values("source_id", "day")
        .annotate(held=Count("id"), **states)
    )
    return {(row["source_id"], row["day"]): row for row in found}


def _line(source: Source, day: date, row: Mapping[str, Any], said: ProviderCount | None) -> Line:
    return Line(
        source=source,
        day=day,
        says=said.says if said else None,
        held=row.get("held", 0),
        filed=row.get("filed", 0),
        set_aside=row.get("set_aside", 0),
        quarantined=row.get("quarantined", 0),
        waiting=row.get("waiting", 0),
        checked_at=said.checked_at if said else None,
        difference=said.says - said.held if said else None,
    )


def _held(source: Source, day: date) -> int:
    start = datetime.combine(day, time.min, UTC)
    return Envelope.objects.filter(
        source=source, received_at__gte=start, received_at__lt=start + timedelta(days=1)
    ).count()
