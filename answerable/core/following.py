"""Who follows the journal: facts go up to higher rooms as jobs that are deferred with the fact itself.

A follower is a job that takes `case_ids`. It is deferred once for each call that wrote lines of its kinds, in the same
transaction: it runs if they commit, and only then. The list stands in the settings, where everybody can read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import connection

from answerable.core.deferring import later
from answerable.core.models import Event
from answerable.core.moments import now


def told(events: Sequence[Event]) -> Iterable[tuple[str, list[int]]]:
    """Which jobs follow these lines, each with the cases that they are about, in order and once."""
    for job, kinds in settings.FOLLOWERS.items():
        cases = {event.case_id: None for event in events if event.case_id is not None and event.kind in kinds}
        if cases:
            yield job, sorted(cases)


def hand_on(events: Sequence[Event]) -> None:
    """Make the deliveries of these lines for programs elsewhere (`handing_on`), in their transaction, and their jobs."""
    if not events:
        return
    with connection.cursor() as cursor:
        cursor.execute(_HAND_ON, [now(), [event.pk for event in events]])
        hooks = sorted({row[0] for row in cursor.fetchall()})
    for hook in hooks:
        later("core.hook_jobs.deliver", lock=f"hook:{hook}", hook_id=hook)


# What is told about webhooks themselves is not told: it would never end.
_HAND_ON = """
INSERT INTO core_delivery (hook_id, event_id, name, state, tries, next_at)
SELECT hook.id, event.id, gen_random_uuid(), 'waiting', 0, %s
FROM core_event event JOIN core_hook hook ON hook.workspace_id = event.workspace_id
WHERE event.id = ANY(%s) AND hook.is_on AND event.kind NOT LIKE 'webhook%%'
  AND (hook.kinds = '{}' OR event.kind = ANY(hook.kinds))
ON CONFLICT DO NOTHING RETURNING hook_id
"""
