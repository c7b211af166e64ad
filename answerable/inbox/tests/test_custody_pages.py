"""Custody on screen: offers, what is next, followers, sleep, absence, notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from answerable.cases import assigning, telling
from answerable.cases.models import Case, Notice, Push, Snooze, Transfer
from answerable.core.access import Viewer
from answerable.core.models import Absence, Membership, Team, User
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user


@pytest.fixture
def case(cast: Cast) -> Case:
    found = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert found is not None
    return found


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def page(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_a_case_is_offered_and_accepted_on_screen(cast: Cast, case: Case) -> None:
    ada, mira, address = as_(cast.ada), as_(cast.mira), f"/cases/{case.pk}"
    assert "Offer to a team" in page(ada, f"{address}/transfers")
    given = {"expected": assigning.holder_mark(case), "to": f"team:{cast.device_support.pk}", "context": ""}
    refused = ada.post(f"{address}/transfers", given)
    assert refused.status_code == 422
    assert "Write what they need to know" in refused.content.decode()
    ada.post(f"{address}/transfers", {**given, "context": "She changed them twice."})
    assert "On offer to Device support" in page(ada, address)
    assert "She changed them twice." in page(mira, "/")
    assert "Front line offers you this case" in page(mira, address)
    mira.post(f"/transfers/{Transfer.objects.get().pk}/acceptance")
    case.refresh_from_db()
    assert case.holder_user_id == cast.mira.user_id


def test_declining_asks_for_a_reason_and_tells_the_giver(cast: Cast, case: Case) -> None:
    ada, mira, address = as_(cast.ada), as_(cast.mira), f"/cases/{case.pk}"
    ada.post("/next")
    given = {"expected": f"user:{cast.ada.user_id}", "to": f"user:{cast.mira.user_id}", "context": "Is this safe?"}
    ada.post(f"{address}/transfers", given)
    offer = f"/transfers/{Transfer.objects.get().pk}/refusal"
    assert mira.post(offer, {"reason": ""}).status_code == 422
    mira.post(offer, {"reason": "Not medical."})
    assert mira.get(address).status_code == 404
    assert "Your offer was declined" in page(ada, "/notices")
    assert Notice.objects.filter(user_id=cast.ada.user_id, seen_at=None).count() == 1
    ada.get(address)
    assert not Notice.objects.filter(user_id=cast.ada.user_id, seen_at=None).exists()


def test_what_is_next_is_taken_with_one_press(cast: Cast, case: Case) -> None:
    ada = as_(cast.ada)
    assert "Take what is next" in page(ada, "/")
    assert ada.post("/next")["Location"] == f"/cases/{case.pk}"
    assert "Nothing waits in your queues" in ada.post("/next", follow=True).content.decode()


def test_rui_follows_and_pushes_on_screen(cast: Cast, case: Case) -> None:
    him = join(cast.workspace, make_user("Rui"), ["representative"], [cast.device_support])
    ada, rui, address = as_(cast.ada), as_(him), f"/cases/{case.pk}"
    assert rui.get(address).status_code == 404
    ada.post("/next")
    ada.post(f"{address}/followers", {"user": him.user_id})
    assert "Ask for movement" in page(rui, address)
    rui.post(f"{address}/pushes", {"text": "She waits for nine days."})
    assert "She waits for nine days." in page(ada, address)
    ada.post(f"/pushes/{Push.objects.get().pk}/answer", {"text": "A new meter leaves today."})
    assert "A new meter leaves today." in page(rui, address)
    assert case.pk in [each.pk for each in Case.objects.filter(followers__user_id=him.user_id)]
    rui.post(f"{address}/followers/end")
    assert rui.get(address).status_code == 404


def test_a_case_is_put_aside_and_woken_on_screen(cast: Cast, case: Case) -> None:
    ada, address = as_(cast.ada), f"/cases/{case.pk}"
    assert ada.post(f"{address}/snooze", {"until": "never", "reason": "x"}).status_code == 422
    until = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    ada.post(f"{address}/snooze", {"until": until, "reason": "The lab answers then."})
    assert "The lab answers then." in page(ada, address)
    assert "their clocks run" in page(ada, "/")
    ada.post(f"{address}/waking")
    assert Snooze.objects.get().woke_because == "woken"
    assert happened(case, "case_woke")


def test_absence_skills_and_teams_are_set_on_one_page(cast: Cast, case: Case) -> None:
    ada, ben = as_(cast.ada), as_(cast.ben)
    member = Membership.objects.get(user_id=cast.ada.user_id)
    assert "Skills and room" not in page(ada, "/settings/handing-out")
    ada.post(f"/settings/people/{member.pk}/absence", {"reason": "Holiday"})
    assert Absence.objects.get().reason == "Holiday"
    assert "Back again" in page(ada, "/settings/handing-out")
    assert ada.post("/next").status_code == 409
    ben.post(f"/settings/people/{member.pk}/return")
    ben.post(f"/settings/people/{member.pk}/skills", {"skills": "Glimo, pl", "capacity": "3"})
    member.refresh_from_db()
    assert (member.skills, member.capacity) == (["glimo", "pl"], 3)
    address = f"/settings/teams/{cast.front_line.pk}/custody"
    given = {"hands_out": "1", "offer_hours": "8", "push_hours": "2", "idle_hours": ""}
    assert ada.post(address, given).status_code == 403
    assert ben.post(address, {**given, "push_hours": "0"}).status_code == 422
    ben.post(address, given)
    team = Team.objects.get(pk=cast.front_line.pk)
    assert (team.hands_out, team.offer_hours, team.push_hours, team.idle_hours) == (True, 8, 2, None)


def test_an_account_is_shut_and_opened_on_screen(cast: Cast, case: Case) -> None:
    member = Membership.objects.get(user_id=cast.ada.user_id)
    root = as_(cast.root)
    for active in (False, True):
        root.post(f"/settings/people/{member.pk}/account")
        assert User.objects.get(pk=cast.ada.user_id).is_active is active


def test_a_lead_outside_the_team_sees_its_queue_and_what_they_are_told(cast: Cast, case: Case) -> None:
    ben_user = User.objects.get(pk=cast.ben.user_id)
    Membership.objects.get(user=ben_user).teams.set([])
    ben, ada = as_(cast.ben), as_(cast.ada)
    ada.post("/next")
    ada.post(f"/cases/{case.pk}/followers", {"user": cast.ben.user_id})
    ben.post(f"/cases/{case.pk}/followers/end")
    telling.tell(ben_user, "clock_breached", case=case, by=cast.ada)
    assert f"/cases/{case.pk}" in page(ben, "/notices")
    assert ben.get(f"/cases/{case.pk}").status_code == 200
    Team.objects.filter(lead=ben_user).update(lead_id=cast.root.user_id)
    assert f"/cases/{case.pk}" not in page(ben, "/notices")
    assert ben.get(f"/cases/{case.pk}").status_code == 404
