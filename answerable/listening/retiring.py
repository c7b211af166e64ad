"""A query is switched off and on again. What it found stays; its versions stay."""

from __future__ import annotations

from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict
from answerable.listening import saving
from answerable.listening.models import Query


def retire(query: Query, *, by: Viewer) -> Query:
    """It finds nothing any more. Raises `Conflict` when it was off already."""
    return _switch(query, Query.State.ON, Query.State.OFF, "query_retired", by)


def resume(query: Query, *, by: Viewer) -> Query:
    """It finds again, from now on. Raises `Conflict` when it was on already, `Invalid` when too many are."""
    by.require(Right.MANAGE_RULES)
    saving.there_is_room(by=by)
    return _switch(query, Query.State.OFF, Query.State.ON, "query_resumed", by)


def _switch(query: Query, before: str, after: str, kind: str, by: Viewer) -> Query:
    by.require(Right.MANAGE_RULES)
    choices = saving.held(by=by)
    fresh = Query.objects.select_for_update().filter(pk=query.pk, state=before).first()
    if fresh is None:
        raise Conflict("The query was switched by somebody else meanwhile. Nothing was changed.")
    fresh.state = after
    fresh.save(update_fields=["state"])
    saving.moved(choices, fresh, kind, by=by, version=fresh.version)
    return fresh
