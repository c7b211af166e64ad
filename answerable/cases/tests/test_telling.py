"""A notice stays until it was seen, and is seen only by whom it is for."""

from __future__ import annotations

from answerable.cases import telling
from answerable.cases.models import Notice
from answerable.core import access
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


def test_the_same_news_is_told_once_until_it_was_seen(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    first, second = (telling.tell(cast.ben.user_id, "transfer_returned", case=case, by=cast.ada) for _ in range(2))
    assert first == second
    assert happened(case, "notice_left")
    assert [access.rows(Notice, each).count() for each in (cast.ben, cast.ada, cast.otto)] == [1, 0, 0]
    Notice.objects.update(seen_at=now())
    assert telling.tell(cast.ben.user_id, "transfer_returned", case=case, by=cast.ada) != first


def test_what_somebody_was_told_is_seen_when_they_open_the_case(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    telling.tell(cast.ada.user_id, "idle", case=case, by=cast.ben)
    assert telling.see(case, by=cast.ben) == 0
    assert telling.see(case, by=cast.ada) == 1
    assert happened(case, "notice_seen")
