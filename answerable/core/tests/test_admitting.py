"""Letting people in and out."""

from __future__ import annotations

import pytest

from answerable.cases import assigning, leaving
from answerable.core import admitting
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Membership, User
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


def test_an_admin_admits_somebody_with_a_first_password(cast: Cast) -> None:
    member, password = admitting.admit(
        "Tess@Example.org ", name="Tess", roles=["specialist"], teams=[cast.front_line], by=cast.root
    )
    assert member.user.email == "tess@example.org"
    assert member.user.check_password(password)
    assert Event.objects.filter(kind="member_admitted").exists()


def test_an_agent_admits_nobody(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        admitting.admit("tess@example.org", name="Tess", roles=["agent"], teams=[], by=cast.ada)


@pytest.mark.parametrize("roles", [[], ["king"], ["agent", "king"]])
def test_only_roles_of_the_list_are_given(cast: Cast, roles: list[str]) -> None:
    with pytest.raises(Invalid):
        admitting.admit("tess@example.org", name="Tess", roles=roles, teams=[], by=cast.root)
    assert not User.objects.filter(email="tess@example.org").exists()


def test_the_last_admin_stays(cast: Cast) -> None:
    member = Membership.objects.get(user_id=cast.root.user_id)
    with pytest.raises(Conflict):
        leaving.leave(member, by=cast.root)
    with pytest.raises(Conflict):
        admitting.change(member, roles=["agent"], teams=[], sees_all=False, by=cast.root)


def test_who_leaves_gives_every_case_back(cast: Cast) -> None:
    case = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert case is not None
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    assert leaving.leave(Membership.objects.get(user_id=cast.ada.user_id), by=cast.root) == 1
    case.refresh_from_db()
    assert (case.holder_user, case.holder_team) == (None, cast.front_line)
    assert happened(case, "case_returned")


def test_a_lead_does_not_leave_a_team_without_one(cast: Cast) -> None:
    with pytest.raises(Conflict, match="leads a team"):
        leaving.leave(Membership.objects.get(user_id=cast.ben.user_id), by=cast.root)


def test_founding_makes_a_workspace_with_an_admin_who_can_sign_in(db: None) -> None:
    first, password = admitting.found("Glimo Care", email="iris@example.org", person="Iris")
    second, none = admitting.found("Glimo Care", email="iris@example.org", person="Iris")
    assert User.objects.get(email="iris@example.org").check_password(password)
    assert (first.slug, second.slug, none) == ("glimo-care", "glimo-care-2", "")
