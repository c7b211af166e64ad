"""What one process saves is heard by another one from its next batch on; none is told, each looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from answerable.core.models import Event
from answerable.listening import retiring
from answerable.listening.models import Choices, Query, QueryVersion
from answerable.listening.tests.saved import change, save, version
from answerable.testing.cast import Cast
from answerable.testing.committing import _journal_closes_again, committed, committed_cast
from answerable.testing.hearer import Hearer

__all__ = ["_journal_closes_again", "committed", "committed_cast"]
SAID = ("Velorin keeps me awake", "my glimo leaks")


def test_another_process_hears_by_what_was_saved_changed_and_retired_a_moment_ago(committed_cast: Cast) -> None:
    cast = committed_cast
    with Hearer(cast.workspace.pk) as other:
        assert other.hear(*SAID)[0] == [[], []]
        query = committing(save, cast, "velorin")
        assert other.hear(*SAID)[0] == [[version(query)], []]
        changed = committing(change, cast, query, "glimo NEAR leaks")
        assert other.hear(*SAID)[0] == [[], [version(query, 2)]]
        committing(retiring.retire, changed, by=cast.ben)
        assert other.hear(*SAID)[0] == [[], []]


@pytest.mark.peers
def test_a_change_among_ten_thousand_queries_is_heard_by_two_others_and_this_is_how_fast(committed_cast: Cast) -> None:
    """The time is printed, for the documentation; no test fails because a machine is busy."""
    cast = committed_cast
    _fill(cast, 10_000)
    with Hearer(cast.workspace.pk) as one, Hearer(cast.workspace.pk) as two:
        whole = [other.hear(*SAID)[1] for other in (one, two)]
        seen = []
        for number in range(20):
            query = committing(save, cast, f"velorin w{number}", f"Query {number}")
            committed_at = time.monotonic()
            answers = [other.hear(f"velorin w{number}")[0] for other in (one, two)]
            seen.append(time.monotonic() - committed_at)
            assert answers == [[[version(query)]]] * 2
    print(  # noqa: T201
        f"10,000 queries: the first look took {max(whole):.2f} s, a change was heard by both others after"
        f" {sorted(seen)[10] * 1000:.1f} ms (median of 20), at most {max(seen) * 1000:.1f} ms"
    )


def committing(verb: Callable[..., Query], *given: Any, **named: Any) -> Query:
    with transaction.atomic():
        return verb(*given, **named)


def _fill(cast: Cast, count: int) -> None:
    revision = committing(save, cast, "zebra", "First").revision
    at, user = Event.objects.latest("pk").at, cast.ben.user_id
    facts = {
        "workspace": cast.workspace,
        "team": cast.front_line,
        "holder_id": user,
        "revision": revision,
        "made_at": at,
    }
    made = Query.objects.bulk_create(Query(name=f"Brand {number}", **facts) for number in range(count))
    QueryVersion.objects.bulk_create(
        QueryVersion(query=query, number=1, text=f"brand{number} OR (maker{number} NEAR/5 pain)", user_id=user, at=at)
        for number, query in enumerate(made)
    )
    assert Choices.objects.get().revision == revision
