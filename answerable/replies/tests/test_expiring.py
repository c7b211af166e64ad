"""Who stands for a wording hears before its last day, once a month before and once a week before."""

from __future__ import annotations

from datetime import timedelta

from answerable.core import access
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.replies import expiring, wordings
from answerable.replies.models import WordingNotice
from answerable.replies.tests.test_wordings import approved, begun
from answerable.testing.cast import Cast


def told() -> list[tuple[str, str]]:
    return sorted(WordingNotice.objects.values_list("user__name", "kind"))


def test_its_writer_and_the_leads_hear_a_month_and_a_week_before_and_once_each(cast: Cast) -> None:
    wording, day = begun(cast.mira), now().date()
    approved(wording, cast, valid_to=day + timedelta(days=60))
    assert expiring.warn_everywhere() == 0
    assert expiring.warn_everywhere(now() + timedelta(days=31)) == 2
    assert expiring.warn_everywhere(now() + timedelta(days=32)) == 0
    assert told() == [("Ben", "wording_ends_30"), ("Mira", "wording_ends_30")]
    assert expiring.warn_everywhere(now() + timedelta(days=55)) == 2
    assert Event.objects.filter(kind="wording_ends").count() == 4

    assert wordings.unseen(cast.ben).count() == 2
    assert expiring.see(wording, by=cast.ben) == 2
    assert wordings.unseen(cast.ben).count() == 0
    assert not access.rows(WordingNotice, cast.otto).exists()


def test_what_a_newer_version_follows_warns_nobody(cast: Cast) -> None:
    wording, day = begun(cast.mira), now().date()
    approved(wording, cast, valid_to=day + timedelta(days=5))
    approved(wording, cast, "The next.", valid_to=day + timedelta(days=300))
    assert expiring.warn_everywhere() == 0
