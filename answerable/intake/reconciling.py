"""The nothing-lost ledger: per source and UTC day, what the provider says against what we hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from answerable.channels import calling, health
from answerable.channels.contract import Balances, ConnectorError, Page, Polls, Unsupported
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.files import StoreFull
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.intake.models import Envelope, PassedBy, ProviderCount
from answerable.intake.receiving import receive


@dataclass(frozen=True)
class Line:
    """One source on one UTC day. `says` is None where the provider gives no count; then there is nothing to balance.

    `held` counts every envelope; it is always `filed + set_aside + quarantined + waiting`. `passed_by` were heard in a
    stream, concern nobody here and were not kept.
    """

    source: Source
    day: date
    says: int | None
    held: int
    filed: int
    set_aside: int
    quarantined: int
    waiting: int
    passed_by: int = 0
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
    _keep(source, day, says=page.provider_count, held=_held(source, day))


def ledger(viewer: Viewer, *, days: int = 14) -> list[Line]:
    """The ledger of the viewer's sources, newest day first. Days without envelopes and without a count have no line."""
    since = datetime.combine(now().date() - timedelta(days=days - 1), time.min, UTC)
    sources = {source.pk: source for source in access.rows(Source, viewer)}
    counted = _counts(list(sources), since)
    said = {
        (each.source_id, each.day): each
        for each in ProviderCount.objects.filter(source_id__in=sources, day__gte=since.date())
    }
    passed = PassedBy.objects.filter(source_id__in=sources, day__gte=since.date())
    passed_by = {(each.source_id, each.day): each.number for each in passed}
    keys = sorted({*counted, *said, *passed_by}, key=lambda key: (-key[1].toordinal(), sources[key[0]].label))
    return [_line(sources[key[0]], key[1], counted.get(key, {}), said.get(key), passed_by.get(key, 0)) for key in keys]


def reconcile_all() -> list[ProviderCount]:
    """Hold the roll call of today and yesterday for every source that is on and whose channel can say."""
    days = (now().date(), now().date() - timedelta(days=1))
    sources = Source.objects.select_related("workspace").filter(state=Source.State.ON)
    balanced = [reconcile(source, day) for source in sources for day in days]
    return [count for count in balanced if count is not None]


def reconcile(source: Source, day: date) -> ProviderCount | None:
    """Compare what the provider holds for a UTC day with what we hold, and fetch what is missing here.

    None where the channel cannot say. Trouble on the way is written to the source's health and leaves the last count.
    """
    speaker: object = connector(source.kind)
    if not isinstance(speaker, Balances):
        return None
    try:
        answer = calling.call(source, lambda values: speaker.roll_call(day.isoformat(), values))
        marks = speaker.present(answer)
    except Unsupported:
        return None
    except (ConnectorError, NoAnswer) as error:
        health.failed(source, sentence=error.sentence, at=now())
        return None
    held = _held_marks(source, day, marks)
    fetched = sum(_fetch(source, speaker, mark) for mark in marks if mark not in held)
    return _keep(source, day, says=len(marks), held=len(held) + fetched)


def _held_marks(source: Source, day: date, marks: Sequence[str]) -> set[str]:
    """Nothing is received before the provider has it; the day more is for clocks that differ."""
    since = datetime.combine(day, time.min, UTC) - timedelta(days=1)
    known = Envelope.objects.filter(source=source, received_at__gte=since, headers__mark__in=list(marks))
    return set(known.values_list("headers__mark", flat=True))


def _fetch(source: Source, speaker: Balances, mark: str) -> bool:
    """Read one item that we lack. True when it is here afterwards: as new, or as a copy of one that we have."""
    assert isinstance(speaker, Polls)
    cursor = speaker.before(mark)
    try:
        answer = calling.call(source, lambda values: speaker.ask(cursor, values))
        items = [raw for raw in speaker.page(answer, cursor, source.values()).items if raw.headers.get("mark") == mark]
        receive(source, items, at=now())
    except (ConnectorError, NoAnswer, StoreFull) as error:
        health.failed(source, sentence=error.sentence, at=now())
        return False
    return bool(items)


def _keep(source: Source, day: date, *, says: int, held: int) -> ProviderCount:
    kept, _ = ProviderCount.objects.update_or_create(
        source=source, day=day, defaults={"says": says, "held": held, "checked_at": now()}
    )
    return kept


def _counts(source_ids: list[int], since: datetime) -> dict[tuple[int, date], Mapping[str, Any]]:
    states: dict[str, Count] = {state.value: Count("id", filter=Q(state=state)) for state in Envelope.State}
    found = (
        Envelope.objects.filter(source_id__in=source_ids, received_at__gte=since)
        .annotate(day=TruncDate("received_at", tzinfo=UTC))
        .values("source_id", "day")
        .annotate(held=Count("id"), **states)
    )
    return {(row["source_id"], row["day"]): row for row in found}


def _line(source: Source, day: date, row: Mapping[str, Any], said: ProviderCount | None, passed_by: int) -> Line:
    return Line(
        source=source,
        day=day,
        says=said.says if said else None,
        held=row.get("held", 0),
        filed=row.get("filed", 0),
        set_aside=row.get("set_aside", 0),
        quarantined=row.get("quarantined", 0),
        waiting=row.get("waiting", 0),
        passed_by=passed_by,
        checked_at=said.checked_at if said else None,
        difference=said.says - said.held if said else None,
    )


def _held(source: Source, day: date) -> int:
    start = datetime.combine(day, time.min, UTC)
    return Envelope.objects.filter(
        source=source, received_at__gte=start, received_at__lt=start + timedelta(days=1)
    ).count()
