"""The journal as a table for inspectors: each line with its sentence, and with all that its hash is made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from answerable.cases.models import Case
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Event
from answerable.inbox import sayings
from answerable.inbox.views.journeys import harmless

MOST = 20_000
HEADINGS = ("at", "who", "what", "chain", "seq", "kind", "user", "part", "case", "team", "data", "before", "hash")


def found(viewer: Viewer, *, case: Case | None, since: datetime | None, until: datetime | None) -> QuerySet[Event]:
    """What the journal of a case, or of a time, tells this viewer: each chain from its beginning on."""
    viewer.require(Right.SEE_JOURNAL)
    events = access.rows(Event, viewer)
    events = events.filter(chain=journal.chain_of(case.pk)) if case is not None else events
    events = events.filter(at__gte=since) if since is not None else events
    return (events.filter(at__lt=until) if until is not None else events).order_by("chain", "seq")


def table(events: QuerySet[Event], viewer: Viewer) -> str:
    """As CSV. `data` and `at` stand as they were hashed: `SHA-256` of `before` and the fields, as `journal.digest` makes it.

    Raises `Invalid` for more lines than anybody opens at once.
    """
    lines = list(events.annotate(written=Cast("data", TextField()))[: MOST + 1])
    if len(lines) > MOST:
        raise Invalid("That is more than %(most)s lines. Nothing was saved. Choose fewer days.", "until", most=MOST)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    known = sayings.names(viewer)
    writer.writerows([harmless(cell) for cell in _cells(each, known)] for each in lines)
    return text.getvalue()


def _cells(event: Event, known: sayings.Names) -> Sequence[object]:
    saying = sayings.say(event, known)
    at = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    facts = (event.chain, event.seq, event.kind, event.user_id, event.part, event.case_id, event.team_id)
    who = known.get(f"user:{event.user_id}", "") if event.user_id else event.part
    return (at, who, f"{saying.text} {saying.more}".strip(), *facts, event.written, event.before, event.hash)  # type: ignore[attr-defined]
