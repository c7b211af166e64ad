"""A notice stays until it was seen, and is seen only by whom it is for."""

from __future__ import annotations

from answerable.cases import telling
from answerable.cases.models import Notice
from answerable.core import access
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


def test_the_same_news_is_told_once_until_it_was_seen(cast: Cast) -> None:
    case = arrive(letter("It eats batteries."), cast.mailbox)
    assert case is not None
    first, second = (telling.tell(cast.ben.user_id, "transfer_returned", case=case, by=cast.ada) for _ in range(2))
    assert first == second
    assert happened(case, "notice_left")
    assert [access.rows(Notice, each).count() for each in (cast.ben, cast.ada, cast.otto)] == [1, 0, 0]
    Notice.objects.update(seen_at=now())
    assert telling.tell(cast.ben.user_id, "transfer_returned", case=case, by=cast.ada) != first
