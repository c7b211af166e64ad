"""Where a merged case goes on. Its number leads there for ever, and whatever is meant for it arrives there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import connection, transaction

from answerable.cases.models import Case
from answerable.core.errors import Conflict

MOST_HOPS = 200

# The bound on the hops is the guard: a ring, which no verb makes, ends in a refusal and not in a walk without an end.
_WAYS = """
WITH RECURSIVE way (origin, id, onwards, hops) AS (
    SELECT id, id, merged_into_id, 0 FROM cases_case WHERE id = ANY(%s)
    UNION ALL
    SELECT way.origin, cases_case.id, cases_case.merged_into_id, way.hops + 1
    FROM way JOIN cases_case ON cases_case.id = way.onwards WHERE way.hops < %s
)
SELECT origin, id FROM way WHERE onwards IS NULL
"""


def ends(case_ids: Collection[int]) -> dict[int, int]:
    """The id of the living case of each. Raises `Conflict` for redirects that lead round in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, [list(case_ids), MOST_HOPS])
        found = dict(cursor.fetchall())
    if set(case_ids) - found.keys():
        raise Conflict("The way from this case does not end. Nothing was changed. Tell an admin.")
    return found


def living(case: Case) -> Case:
    """The case in which this one goes on, as the database knows it; the same object while it was not merged."""
    end = ends([case.pk])[case.pk]
    return case if end == case.pk else Case.objects.get(pk=end)


def lock(case_ids: Iterable[int]) -> dict[int, Case]:
    """The living case of each, locked in the order of their ids, and one object a case, whichever number led to it.

    A lock on a case that was merged while we waited is given back before its living case is locked, so that nobody
    waits in a ring.
    """
    asked = set(case_ids)
    ways: Mapping[int, int] = {each: each for each in asked}
    for _ in range(MOST_HOPS):
        before = transaction.savepoint()
        in_order = Case.objects.select_for_update().filter(pk__among=set(ways.values())).order_by("pk")
        cases = {case.pk: case for case in in_order}
        if all(case.state != Case.State.MERGED for case in cases.values()):
            transaction.savepoint_commit(before)
            return {each: cases[ways[each]] for each in asked}
        transaction.savepoint_rollback(before)
        ways = ends(asked)
    raise Conflict("The case changed again and again. Nothing was changed. Try once more.")
