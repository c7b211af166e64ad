"""Bringing in a file of any length: looked at first, then row by row, each as an envelope of its own.

1. Looked at: the file is kept and read once to its end, so that a person sees what it would bring and what cannot be read.
2. Begun: a job takes it in, some hundred rows at a time; rows and the count of them are kept in one transaction.
3. A job that died goes on behind the last row that it kept. What came in before, by this file or another, is known by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from django.db import transaction

from answerable.channels.contract import ConnectorError, LeftOut, Raw, Said
from answerable.channels.contract_slicing import Slices
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.cleaning import clean
from answerable.core import files, jobs, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.intake.models import Import
from answerable.intake.receiving import receive

LARGEST = 1024 * 1024 * 1024
AT_ONCE = 200
FIRST, MOST_LEFT = 20, 200


@dataclass
class Preview:
    """What a file would bring: how many rows, the first of them as they would be read, and what would be left out."""

    good: int = 0
    bad: int = 0
    first: list[Said] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)


def takes(source: Source) -> bool:
    """Is this a source that takes files of any length?"""
    return isinstance(connector(source.kind), Slices)


def look_at(source: Source, *, name: str, pieces: Iterable[bytes], by: Viewer) -> Import:
    """Keep a file and read it to its end; nothing comes in yet. The same file again is the same import.

    Raises `Invalid` where nothing in it can be read, `files.TooLarge` and `files.StoreFull`.
    """
    _allowed(source, by)
    file, size = files.keep_from(pieces, at_most=LARGEST)
    seen = _read(source, file)
    facts = {"would_bring": seen.good, "left_count": seen.bad, "left": [_plain(each) for each in seen.left]}
    known, fresh = Import.objects.get_or_create(
        source=source,
        file=file,
        defaults={
            "workspace_id": source.workspace_id,
            "user_id": by.user_id,
            "name": clean(name)[:255],
            "size": size,
            "at": now(),
            **facts,
        },
    )
    if not fresh and known.state == Import.State.SEEN:
        Import.objects.filter(pk=known.pk).update(**facts)
        known.refresh_from_db()
    return known


def preview(brought: Import) -> Preview:
    """The first rows as they would be read now."""
    return _read(brought.source, brought.file, at_most=FIRST)


@transaction.atomic
def begin(brought: Import, *, by: Viewer) -> Import:
    """Take it in. Twice, or a file that is in already, changes nothing."""
    _allowed(brought.source, by)
    begun = Import.objects.filter(pk=brought.pk, state=Import.State.SEEN)
    if begun.update(state=Import.State.RUNNING, at=now(), left=[], left_count=0):
        data = {"import": brought.pk, "rows": brought.would_bring}
        team_id = brought.source.team_id
        journal.write("file_imported", by=by, source_id=brought.source_id, team_id=team_id, data=data)
        jobs.later("intake.jobs.bring_in", lock=f"import:{brought.pk}", import_id=brought.pk)
    brought.refresh_from_db()
    return brought


def bring_in(brought: Import) -> None:
    """Take in what is not in yet, to the end."""
    if brought.state != Import.State.RUNNING:
        return
    at = brought.rows
    with files.place(brought.file).open("rb") as lines:
        rows = islice(_slices(brought.source, lines), at, None)
        while chunk := list(islice(rows, AT_ONCE)):
            if not _take(brought, chunk, at=at):
                return
            at += len(chunk)
    done = Import.objects.filter(pk=brought.pk, state=Import.State.RUNNING, rows=at)
    done.update(state=Import.State.DONE, ended_at=now())


@transaction.atomic
def _take(brought: Import, chunk: Sequence[Raw | LeftOut], *, at: int) -> bool:
    """False where somebody else took these rows meanwhile: two at one file do not count it twice."""
    kept = Import.objects.select_for_update().get(pk=brought.pk)
    if kept.rows != at:
        return False
    left = [each for each in chunk if isinstance(each, LeftOut)]
    fresh = receive(brought.source, [each for each in chunk if isinstance(each, Raw)], at=now())
    kept.left = [*kept.left, *(_plain(each) for each in left)][:MOST_LEFT]
    kept.rows, kept.fresh = at + len(chunk), kept.fresh + len(fresh)
    kept.left_count += len(left)
    kept.save(update_fields=["left", "rows", "fresh", "left_count"])
    return True


def _read(source: Source, file: str, at_most: int | None = None) -> Preview:
    seen, speaker, values = Preview(), connector(source.kind), source.values()
    try:
        with files.place(file).open("rb") as lines:
            for each in islice(_slices(source, lines), at_most):
                if isinstance(each, LeftOut):
                    seen.bad += 1
                    seen.left += [each] if len(seen.left) < MOST_LEFT else []
                else:
                    seen.good += 1
                    if len(seen.first) < FIRST:
                        seen.first += [clean(item) for item in speaker.read(each, values) if isinstance(item, Said)]
    except ConnectorError as error:
        raise Invalid(error.template, "file", **error.facts) from error
    return seen


def throw_away(older_than: timedelta) -> None:
    """Files that somebody looked at and did not take in."""
    for brought in Import.objects.filter(state=Import.State.SEEN, at__lt=now() - older_than):
        brought.delete()
        if not Import.objects.filter(file=brought.file).exists():
            files.remove(brought.file, older_than=timedelta(0))


def _slices(source: Source, lines: Iterable[bytes]) -> Iterator[Raw | LeftOut]:
    speaker = connector(source.kind)
    if not isinstance(speaker, Slices):
        raise Conflict("This source takes no files. Nothing was kept.")
    return speaker.slices(lines, source.values())


def _plain(left: LeftOut) -> dict[str, object]:
    return {"number": left.number, "template": left.template, "facts": dict(left.facts)}


def _allowed(source: Source, by: Viewer) -> None:
    by.require(Right.HAND_IN)
    if not takes(source):
        raise Conflict("This source takes no files. Nothing was kept.")
    if source.state != Source.State.ON:
        raise Conflict("%(source)s is paused. Nothing was kept. Switch it on first.", source=source.label)
