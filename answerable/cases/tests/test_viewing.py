"""Saved views: conditions under a name, shared without anybody's cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.cases import viewing
from answerable.cases.conditions import Condition
from answerable.cases.facts import Op
from answerable.cases.models import SavedView
from answerable.core import access
from answerable.core.errors import Conflict, Invalid, NotAllowed, NotThere
from answerable.core.models import Event, Team
from answerable.testing.cast import Cast

MAILS = (Condition("channel", Op.IS, ("email",)),)


def test_a_view_keeps_what_it_asks(cast: Cast) -> None:
    view = viewing.save(name=" My  mails ", asked=MAILS, by=cast.ada)
    assert (view.name, viewing.asked_by(SavedView.objects.get())) == ("My mails", MAILS)
    assert Event.objects.get(kind="view_saved").data == {"view": view.pk}


def test_a_view_is_ones_own_until_it_is_shared(cast: Cast) -> None:
    view = viewing.save(name="Mails", asked=MAILS, by=cast.ben)

    def seen_by() -> list[str]:
        return [who.name for who in (cast.ada, cast.ben, cast.mira, cast.otto) if access.rows(SavedView, who)]

    assert seen_by() == ["Ben"]
    viewing.share(view, among="team", team=cast.front_line, by=cast.ben)
    assert seen_by() == ["Ada", "Ben"]
    viewing.share(view, among="everybody", by=cast.ben)
    assert seen_by() == ["Ada", "Ben", "Mira"]
    viewing.share(view, among="me", by=cast.ben)
    assert seen_by() == ["Ben"]
    assert Event.objects.filter(kind="view_shared").count() == 3


def test_a_view_is_shared_with_own_teams_and_by_those_who_may(cast: Cast) -> None:
    view = viewing.save(name="Mails", asked=MAILS, by=cast.ada)
    for among, team, refusal in (
        ("team", cast.device_support, NotAllowed),
        ("team", Team.objects.get(pk__in=cast.otto.team_ids), NotThere),
        ("everybody", None, NotAllowed),
        ("team", None, Invalid),
        ("friends", None, Invalid),
    ):
        with pytest.raises(refusal):
            viewing.share(view, among=among, team=team, by=cast.ada)
    assert not Event.objects.filter(kind="view_shared").exists()


def test_only_who_saved_a_view_changes_or_ends_it(cast: Cast) -> None:
    view = viewing.save(name="Mails", asked=MAILS, by=cast.ada)
    with pytest.raises(NotAllowed):
        viewing.change(view, name="x", asked=MAILS, by=cast.ben)
    with pytest.raises(NotAllowed):
        viewing.end(view, by=cast.ben)
    viewing.change(view, name="Letters", asked=MAILS, by=cast.ada)
    viewing.end(view, by=cast.ada)
    assert {"view_changed", "view_ended"} <= set(Event.objects.values_list("kind", flat=True))
    assert not access.rows(SavedView, cast.ada).exists()
    with pytest.raises(Conflict):
        viewing.end(view, by=cast.ada)


def test_a_view_needs_a_name_a_filter_and_the_right_to_read(cast: Cast) -> None:
    for name, asked in (("", MAILS), ("x" * 81, MAILS), ("x", ())):
        with pytest.raises(Invalid):
            viewing.save(name=name, asked=asked, by=cast.ada)
    with pytest.raises(NotAllowed):
        viewing.save(name="x", asked=MAILS, by=replace(cast.ada, scopes=frozenset()))
    assert not SavedView.objects.exists()
