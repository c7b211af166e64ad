"""Who follows the journal: facts go up to higher rooms as jobs that are deferred with the fact itself.

A follower is a job that takes `case_ids`. It is deferred once for each call that wrote lines of its kinds, in the same
transaction: it runs if they commit, and only then. The list stands in the settings, where everybody can read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings

from answerable.core.models import Event


def told(events: Sequence[Event]) -> Iterable[tuple[str, list[int]]]:
    """Which jobs follow these lines, each with the cases that they are about, in order and once."""
    for job, kinds in settings.FOLLOWERS.items():
        cases = {event.case_id: None for event in events if event.case_id is not None and event.kind in kinds}
        if cases:
            yield job, sorted(cases)
