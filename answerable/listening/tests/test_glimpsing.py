"""The sample is bounded, fair, short-lived, and names nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from answerable.core import access
from answerable.listening import glimpsing
from answerable.listening.models import Glimpse, Passing
from answerable.listening.posts import Post
from answerable.testing.cast import Cast

AT = datetime(2026, 7, 3, 9, tzinfo=UTC)


def test_the_sample_stays_small_and_the_count_is_whole(cast: Cast) -> None:
    for number in range(12):
        glimpsing.keep(cast.square, [Post(f"post {number} {each}") for each in range(1_000)], at=AT)
    passing, kept = Passing.objects.get(), Glimpse.objects.all()
    assert passing.posts == 12_000
    assert glimpsing.SAMPLE <= kept.count() < 2 * glimpsing.SAMPLE
    assert max(kept.values_list("lot", flat=True)) < passing.bar
    batches = {text.split()[1] for text in kept.values_list("text", flat=True)}
    assert len(batches) == 12, "early and late posts have the same chance"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("@kamil.bsky.social velorin?", "@… velorin?"),
        ("Hi @ada@social.example, see @Bob_1!", "Hi @…, see @…!"),
        ("call +48 600 100 200 or pia@example.net", "call (number) or (address)"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_nobody_is_named_in_it(cast: Cast, said: str, kept: str) -> None:
    glimpsing.keep(cast.square, [Post(said, author="pia", to=("care",), language="pl")], at=AT)
    glimpse = Glimpse.objects.get()
    assert (glimpse.text, glimpse.language) == (kept, "pl")
    assert not {"author", "handle", "to", "url"} & {field.name for field in Glimpse._meta.get_fields()}


def test_it_goes_after_three_days(cast: Cast) -> None:
    for days in range(6):
        glimpsing.keep(cast.square, [Post("x")], at=AT - timedelta(days=days))
    glimpsing.forget(at=AT)
    assert sorted((AT.date() - day).days for day in Glimpse.objects.values_list("day", flat=True)) == [0, 1, 2, 3]
    assert Passing.objects.count() == 4


def test_another_workspace_sees_none_of_it(cast: Cast) -> None:
    glimpsing.keep(cast.square, [Post("x")], at=AT)
    assert access.rows(Glimpse, cast.root).exists()
    assert not access.rows(Glimpse, cast.otto).exists()
