"""Showing messages of which a part never came: better in part than not at all."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from answerable.intake import piecing, pipeline

WAITS_FOR = timedelta(minutes=10)


def show_incomplete(*, older_than: timedelta = WAITS_FOR) -> int:
    """Show what is there of each message whose last parts do not come; returns how many."""
    return sum(_show(source, group) for source, group in piecing.late(older_than=older_than))


@transaction.atomic
def _show(source_id: int, group: str) -> bool:
    found = piecing.as_it_is(source_id, group)
    if found is None:
        return False
    pipeline.take_joined(*found)
    return True
