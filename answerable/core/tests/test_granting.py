"""One case opened to one person or one team: they see it, and nobody else does."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access, granting, viewers
from answerable.core.access import Viewer
from answerable.core.models import Event, Membership
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def again(viewer: Viewer) -> Viewer:
    return viewers.of_membership(Membership.objects.get(user_id=viewer.user_id, workspace_id=viewer.workspace_id))


def sees(viewer: Viewer, case: Case) -> tuple[bool, bool, bool]:
    viewer = again(viewer)
    note = {"workspace": case.workspace_id, "case": case.pk, "team": case.team_id}
    messages = access.rows(Message, viewer).filter(filing__case=case)
    return access.rows(Case, viewer).filter(pk=case.pk).exists(), messages.exists(), access.may_hear(viewer, note)


@pytest.mark.parametrize("to", ["person", "team"])
def test_a_grant_opens_one_case_and_withdrawing_closes_it(cast: Cast, case: Case, to: str) -> None:
    whom = {"user_id": cast.mira.user_id} if to == "person" else {"team_id": cast.device_support.pk}
    assert sees(cast.mira, case) == (False, False, False)
    for _ in range(2):
        granting.grant(case.pk, why="follows", by=cast.ada, **whom)
    assert sees(cast.mira, case) == (True, True, True)
    assert Event.objects.filter(case_id=case.pk, kind="case_opened_to").count() == 1
    granting.withdraw(case.pk, why="offered", by=cast.ada, **whom)
    assert sees(cast.mira, case) == (True, True, True)
    granting.withdraw(case.pk, why="follows", by=cast.ada, **whom)
    assert sees(cast.mira, case) == (False, False, False)
    assert Event.objects.filter(case_id=case.pk, kind="case_closed_to").count() == 1


def test_a_grant_opens_nothing_to_another_workspace(cast: Cast, case: Case) -> None:
    granting.grant(case.pk, why="follows", by=cast.ada, user_id=cast.otto.user_id)
    assert sees(cast.otto, case) == (False, False, False)
