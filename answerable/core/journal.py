"""The journal: append-only, hash-chained per thing, sealed daily.

A change and its line are written together or not at all. The database makes `seq`, `before` and `hash` in a trigger
(core/migrations/0002), so that no writer can skip the chain; `verify` recomputes all of it here, in other code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from answerable.core import following, inserting
from answerable.core.access import Actor, Viewer
from answerable.core.deferring import later
from answerable.core.models import Event, Seal
from answerable.core.moments import now

SEPARATOR = "\x1f"
GENESIS = "0" * 64
SETTLING = timedelta(hours=1)


def line(
    kind: str,
    *,
    by: Actor,
    case_id: int | None = None,
    team_id: int | None = None,
    source_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """An event not yet written. Its chain is the case's, else the source's, else the workspace's."""
    return Event(
        workspace_id=by.workspace_id,
        chain=_chain(by.workspace_id, case_id, source_id),
        kind=kind,
        at=at or now(),
        user_id=by.user_id if isinstance(by, Viewer) else None,
        part="" if isinstance(by, Viewer) else by.part,
        case_id=case_id,
        team_id=team_id,
        data=dict(data or {}),
    )


def write(kind: str, **facts: Any) -> Event:
    """Write one event in the caller's transaction. Takes what `line` takes. Listeners hear of it after commit."""
    event = line(kind, **facts)
    event.save(force_insert=True)
    _tell_followers([event])
    return event


def write_all(events: list[Event]) -> None:
    """Write several events in one round trip, in this order."""
    inserting.insert(events)
    _tell_followers(events)


def _tell_followers(events: list[Event]) -> None:
    following.hand_on(events)
    for job, case_ids in following.told(events):
        later(job, case_ids=case_ids)


def chain_of(case_id: int) -> str:
    """The name under which the lines of a case stand, one after the other."""
    return f"case:{case_id}"


def length(case_id: int) -> int:
    """How many lines the history of a case has."""
    lines = Event.objects.filter(chain=chain_of(case_id)).order_by("-seq")
    return lines.values_list("seq", flat=True).first() or 0


def facts_after(case_id: int, seq: int) -> list[tuple[int, Mapping[str, Any]]]:
    """The lines of a case after the one with this number: their numbers, and the ids they name.

    The lines of one case are written one after the other, so none can slip in behind what was seen.
    """
    lines = Event.objects.filter(chain=chain_of(case_id), seq__gt=seq).order_by("seq")
    return list(lines.values_list("seq", "data"))


def _chain(workspace_id: int, case_id: int | None, source_id: int | None) -> str:
    if case_id is not None:
        return chain_of(case_id)
    return f"source:{source_id}" if source_id is not None else f"workspace:{workspace_id}"


@dataclass(frozen=True)
class Finding:
    """A place where the journal does not prove itself."""

    place: str
    sentence: str


_LINES = """
SELECT id, workspace_id, chain, seq, kind, at, coalesce(user_id::text, ''), part, coalesce(case_id::text, ''),
       coalesce(team_id::text, ''), data::text, before, hash
FROM core_event ORDER BY chain, seq
"""


def verify() -> Iterator[Finding]:
    """Recompute every chain and every seal. Yields what does not hold; nothing when all is well."""
    yield from _verify_chains()
    yield from _verify_seals()


def _verify_chains() -> Iterator[Finding]:
    chain, seq, last = "", 0, GENESIS
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINES)
        for row in cursor:
            if row[2] != chain:
                chain, seq, last = row[2], 0, GENESIS
            seq += 1
            yield from _verify_line(row, seq, last)
            last = row[12]


def _verify_line(row: tuple[Any, ...], seq: int, last: str) -> Iterator[Finding]:
    place = f"{row[2]} line {row[3]}"
    if row[3] != seq:
        yield Finding(place, f"Line {seq} is missing: the chain goes on with {row[3]}.")
    if row[11] != last:
        yield Finding(place, "It does not continue the line before it.")
    if row[12] != digest(row[:11], row[11]):
        yield Finding(place, "Its content is not what was written: the hash differs.")


def digest(fields: tuple[Any, ...], before: str) -> str:
    """SHA-256 over the fields of a line (id left out) and the hash before it; the trigger makes the same."""
    at = fields[5].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    words = [before, *(str(field) for field in fields[1:5]), at, *(str(field) for field in fields[6:])]
    return hashlib.sha256(SEPARATOR.join(words).encode()).hexdigest()


def seal(day: date) -> Seal:
    """Seal the journal of one past UTC day; sealing it again changes nothing."""
    known = Seal.objects.filter(day=day).first()
    if known:
        return known
    before = Seal.objects.filter(day__lt=day).order_by("-day").values_list("hash", flat=True).first() or GENESIS
    count, hash_ = _day_digest(day, before)
    made, _ = Seal.objects.get_or_create(
        day=day, defaults={"events": count, "before": before, "hash": hash_, "sealed_at": now()}
    )
    return made


def seal_past_days() -> list[Seal]:
    """Seal every day before today that has events and no seal yet."""
    first = Event.objects.order_by("at").values_list("at", flat=True).first()
    last = Seal.objects.order_by("-day").values_list("day", flat=True).first()
    if first is None:
        return []
    day, sealed = (last + timedelta(days=1) if last else first.astimezone(UTC).date()), []
    while day < (now() - SETTLING).date():
        sealed.append(seal(day))
        day += timedelta(days=1)
    return sealed


def _day_digest(day: date, before: str) -> tuple[int, str]:
    start = datetime.combine(day, time.min, UTC)
    hashes = Event.objects.filter(at__gte=start, at__lt=start + timedelta(days=1)).order_by("id")
    hasher, count = hashlib.sha256(before.encode()), 0
    for hash_ in hashes.values_list("hash", flat=True).iterator():
        hasher.update(hash_.encode())
        count += 1
    return count, hasher.hexdigest()


def _verify_seals() -> Iterator[Finding]:
    before = GENESIS
    for sealed in Seal.objects.order_by("day"):
        count, hash_ = _day_digest(sealed.day, before)
        if sealed.before != before or (sealed.events, sealed.hash) != (count, hash_):
            yield Finding(f"seal of {sealed.day}", "The day no longer holds what was sealed.")
        before = sealed.hash
