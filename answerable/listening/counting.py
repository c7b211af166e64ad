"""How many posts each query found, by the day: what the list of queries shows. Counted where a post is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from answerable.listening.models import QueryVersion

# In the order of the keys, so that two that count at once wait for each other instead of blocking each other.
_COUNT = """
INSERT INTO listening_found (query_id, day, posts, last_at)
SELECT query, %(day)s, posts, %(at)s FROM unnest(%(queries)s::bigint[], %(posts)s::int[]) AS counted(query, posts) ORDER BY query
ON CONFLICT (query_id, day) DO UPDATE SET
    posts = listening_found.posts + EXCLUDED.posts, last_at = greatest(listening_found.last_at, EXCLUDED.last_at)
"""


def count(versions: Iterable[int], *, at: datetime) -> None:
    """Count one find for each key of a `QueryVersion`, as often as it is named, in the caller's transaction."""
    posts = Counter(versions)
    if not posts:
        return
    queries = Counter[int]()
    for version, query in QueryVersion.objects.filter(pk__in=posts).values_list("pk", "query_id"):
        queries[query] += posts[version]
    facts: dict[str, Any] = {
        "queries": [*queries],
        "posts": [*queries.values()],
        "day": at.astimezone(UTC).date(),
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, facts)
