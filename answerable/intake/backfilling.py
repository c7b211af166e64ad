"""Hearing the past: an archive of any length goes past the saved queries, and what they want comes in as if it came now.

1. What the rows bring is held against the queries as what a stream brings is, and becomes an envelope that says why.
2. Rows and their counts are kept in one transaction, so one that died goes on behind the last row that it kept.
3. One process at a time hears a file. Several processes, on several machines, share many files: each takes one that is free.
4. The same archive under the same queries brings nothing; once the queries have changed it is heard anew, and what came in
   before is known by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from answerable.channels.contract import LeftOut
from answerable.channels.contract_slicing import Slices
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict
from answerable.core.moments import now
from answerable.intake import archives
from answerable.intake.leafing import Leafed, Stretch, leaf
from answerable.intake.models import Backfill
from answerable.intake.receiving import receive
from answerable.intake.sifting import sift
from answerable.listening.models import Choices

AT_ONCE, MOST_LEFT = 1_000, 200
_LOCK = 6752

Leafing = Callable[[Source, Iterable[Stretch]], Iterator[Leafed]]
"""Who reads the stretches of an archive; they come back in their order."""


def here(source: Source, stretches: Iterable[Stretch]) -> Iterator[Leafed]:
    """Read in this process."""
    settings = source.values()
    return (leaf(stretch, source.kind, settings) for stretch in stretches)


def back_fill(
    source: Source,
    path: Path,
    *,
    by: Viewer,
    leafing: Leafing = here,
    tell: Callable[[Backfill], None] = lambda _: None,
) -> Backfill | None:
    """Hear an archive to its end, from where it stands; None where another process is at it. `tell` is called on the way.

    Raises `Invalid` where the file stops being readable: what came before that place is kept.
    """
    _allowed(source, by)
    backfill = _begun(source, path, by=by)
    with _alone(backfill) as is_ours:
        if not is_ours:
            return None
        backfill.refresh_from_db()
        if backfill.state == Backfill.State.RUNNING:
            for leafed in leafing(source, _stretches(path, behind=backfill.rows)):
                _take(backfill, leafed)
                tell(backfill)
            _end(backfill, by=by)
    return backfill


@transaction.atomic
def _begun(source: Source, path: Path, *, by: Viewer) -> Backfill:
    """The one that runs, else the one under the queries of now, which may be done."""
    digest = archives.digest(path)
    known = Backfill.objects.filter(source=source, digest=digest).order_by("-pk")
    running = known.filter(state=Backfill.State.RUNNING).first()
    if running is not None:
        return running
    choices = Choices.objects.filter(workspace_id=source.workspace_id).first()
    facts = {"user_id": by.user_id, "name": clean(path.name)[:255], "size": path.stat().st_size, "at": now()}
    begun, fresh = Backfill.objects.get_or_create(
        workspace_id=source.workspace_id,
        source=source,
        digest=digest,
        revision=choices.revision if choices else 0,
        defaults=facts,
    )
    if fresh:
        _tell("backfill_begun", begun, {"size": begun.size}, by=by)
    return begun


def _stretches(path: Path, *, behind: int) -> Iterator[Stretch]:
    rows = archives.rows(path, behind=behind)
    while some := list(islice(rows, AT_ONCE)):
        yield Stretch(behind, some)
        behind += len(some)


@transaction.atomic
def _take(backfill: Backfill, leafed: Leafed) -> None:
    kept = Backfill.objects.select_for_update().get(pk=backfill.pk)
    assert kept.rows == leafed.at, "whoever holds the lock of a file is alone with it"
    sifted = sift(leafed.candidates, backfill.source)
    raws = [each.raw for each in leafed.candidates if sifted.is_kept(each)]
    passed_by = sifted.passed_by + leafed.passed_by
    fresh = receive(backfill.source, raws, at=now(), passed_by=passed_by, heard=sifted.heard)
    backfill.rows = leafed.at + leafed.rows
    backfill.kept, backfill.fresh = kept.kept + len(raws), kept.fresh + len(fresh)
    backfill.passed_by = kept.passed_by + passed_by
    backfill.left_count = kept.left_count + len(leafed.left)
    backfill.left = [*kept.left, *map(_plain, leafed.left)][:MOST_LEFT]
    backfill.save(update_fields=["rows", "kept", "fresh", "passed_by", "left_count", "left"])


@transaction.atomic
def _end(backfill: Backfill, *, by: Viewer) -> None:
    backfill.state, backfill.ended_at = Backfill.State.DONE, now()
    backfill.save(update_fields=["state", "ended_at"])
    _tell("backfill_ended", backfill, {"rows": backfill.rows, "kept": backfill.kept, "fresh": backfill.fresh}, by=by)


def _tell(kind: str, backfill: Backfill, facts: dict[str, int], *, by: Viewer) -> None:
    source = backfill.source
    journal.write(kind, by=by, source_id=source.pk, team_id=source.team_id, data={"backfill": backfill.pk, **facts})


@contextmanager
def _alone(backfill: Backfill) -> Iterator[bool]:
    """A lock of the database's, which falls with the process that holds it."""
    numbers = [_LOCK, backfill.pk % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers)
        is_ours = bool(cursor.fetchone()[0])
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)


def _plain(left: LeftOut) -> dict[str, object]:
    return {"number": left.number, "template": left.template, "facts": dict(left.facts)}


def _allowed(source: Source, by: Viewer) -> None:
    """What strangers said to each other is heard; what was said to us is ours altogether, and is imported."""
    by.require(Right.HAND_IN)
    if not isinstance(connector(source.kind), Slices) or source.values().get("audience") != "public":
        raise Conflict(
            "An archive is heard at a source that takes lists of what was said in public. Nothing was kept."
            " Connect “Lists” with public rows, and name that source."
        )
    if source.state != Source.State.ON:
        raise Conflict("%(source)s is paused. Nothing was kept. Switch it on first.", source=source.label)
