"""What the screens do with custody, over the API: the same verbs, journal lines and refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.cases.models import Case, Invitation
from answerable.channels import connecting
from answerable.channels.sandbox import square
from answerable.channels.sandbox.server import canonical
from answerable.core.access import House
from answerable.core.models import Event, Membership
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program, told
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user

TOMORROW = (now() + timedelta(days=1)).isoformat()


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


@pytest.fixture
def ada(cast: Cast) -> Program:
    return Program(cast.ada)


def test_what_is_next_is_taken_and_then_nothing_waits(case: Case, ada: Program) -> None:
    taken = told(ada.post("next"))["case"]
    assert (taken["id"], taken["holder"]) == (case.pk, "Ada")
    assert told(ada.post("next")) == {"case": None}
    assert happened(case, "case_taken")


def test_who_is_away_takes_nothing(cast: Cast, case: Case, ada: Program) -> None:
    (me,) = told(ada.get("members"))
    told(ada.put(f"members/{me['id']}/absence", {"reason": "Holiday"}))
    assert "You are away" in told(ada.post("next"), 409)["error"]
    assert Event.objects.filter(kind="member_away").exists()


def test_a_case_is_put_aside_and_woken(case: Case, ada: Program) -> None:
    given = {"until": TOMORROW, "reason": "The lab answers then."}
    assert told(ada.put(f"cases/{case.pk}/snooze", {**given, "reason": ""}), 422)["field"] == "reason"
    made = told(ada.put(f"cases/{case.pk}/snooze", given))
    assert told(ada.get(f"cases/{case.pk}/snooze")) == made
    assert told(ada.send("DELETE", f"cases/{case.pk}/snooze"))["waiting_since"] is None
    assert told(ada.get(f"cases/{case.pk}/snooze"), 404)
    assert told(ada.send("DELETE", f"cases/{case.pk}/snooze"), 409)
    assert happened(case, "case_snoozed")
    assert happened(case, "case_woke")


def test_a_representative_follows_pushes_and_is_answered(cast: Cast, case: Case, ada: Program) -> None:
    him = join(cast.workspace, make_user("Rui"), ["representative"], [cast.device_support])
    rui = Program(him)
    assert told(rui.post(f"cases/{case.pk}/pushes", {"text": "Move."}), 404)
    assert told(ada.post(f"cases/{case.pk}/followers", {"user": him.user_id}), 201)["user"]["name"] == "Rui"
    assert told(rui.post(f"cases/{case.pk}/followers", {"user": cast.ben.user_id}), 403)
    push = told(rui.post(f"cases/{case.pk}/pushes", {"text": "She waits for nine days."}), 201)
    answered = told(ada.post(f"pushes/{push['id']}/answer", {"text": "A new meter leaves today."}))
    assert told(rui.get(f"cases/{case.pk}/pushes")) == [answered]
    assert told(rui.get("notices"))["items"][0]["kind"] == "push_answered"
    assert rui.send("DELETE", f"cases/{case.pk}/followers").status_code == 204
    assert told(rui.get(f"cases/{case.pk}/followers"), 404)
    for kind in ("case_followed", "case_pushed", "push_answered", "case_unfollowed"):
        assert happened(case, kind)


def test_absence_is_announced_and_ended(cast: Cast, case: Case, ada: Program) -> None:
    told(ada.post("next"))
    (me,) = told(ada.get("members"))
    away = told(ada.put(f"members/{me['id']}/absence", {"until": TOMORROW, "reason": "Holiday"}))
    assert (away["returned"], away["absence"]["reason"]) == (1, "Holiday")
    assert told(ada.send("DELETE", f"members/{me['id']}/absence"))["absence"] is None
    assert told(ada.send("DELETE", f"members/{me['id']}/absence"), 409)
    assert Event.objects.filter(kind="member_back").exists()
    ben = Membership.objects.get(user_id=cast.ben.user_id)
    assert told(ada.put(f"members/{ben.pk}/absence", {}), 403)


def test_a_lead_says_who_can_do_what_and_how_a_team_hands_out(cast: Cast, ada: Program) -> None:
    ben = Program(cast.ben)
    mine = next(each for each in told(ben.get("members")) if each["name"] == "Ada")
    skills = {"skills": ["Glimo", "pl"], "capacity": 3}
    assert told(ada.put(f"members/{mine['id']}/skills", skills), 403)
    assert told(ben.put(f"members/{mine['id']}/skills", skills))["skills"] == ["glimo", "pl"]
    assert told(ben.put(f"members/{mine['id']}/skills", {"skills": ["a,b"]}), 422)["field"] == "skills"
    given = {"hands_out": True, "offer_hours": 8, "push_hours": 2}
    assert told(ada.put(f"teams/{cast.front_line.pk}/custody", given), 403)
    kept = told(ben.put(f"teams/{cast.front_line.pk}/custody", given))
    assert kept in told(ben.get("teams"))
    assert Event.objects.filter(kind="team_custody_set").exists()


def test_a_call_is_noted_once_for_its_key(cast: Cast, case: Case, ada: Program) -> None:
    given = {"at": now().isoformat(), "summary": "She asks when the new one comes."}
    assert "No telephone line" in told(ada.post(f"cases/{case.pk}/calls", given, key="c"), 409)["error"]
    values = {"country": "PL", "time_zone": "Europe/Warsaw"}
    by = House(cast.workspace.pk, "tests")
    connecting.connect("call", label="Hotline", team=cast.front_line, values=values, by=by)
    first, second = (told(ada.post(f"cases/{case.pk}/calls", given, key="c"), 201) for _ in range(2))
    assert first["case"]["id"] == second["case"]["id"] == case.pk
    assert case.filings.count() == 2
    assert told(ada.post("calls", {**given, "summary": ""}, key="d"), 422)["field"] == "summary"
    told(ada.post("calls", {**given, "number": "600 100 214"}, key="d"), 201)
    assert Event.objects.filter(kind="call_noted").count() == 2


def test_an_invitation_is_made_and_taken_back(cast: Cast, case: Case, ada: Program) -> None:
    assert "Nobody spoke in public" in told(ada.post(f"cases/{case.pk}/invitations"), 422)["error"]
    post = square.post(cast.square, handle="pia_32", name="", text="The pen leaks.", private=False)
    spoken = arrive(canonical(square.told(post)), cast.square)
    assert spoken is not None
    made = told(ada.post(f"cases/{spoken.pk}/invitations"), 201)
    assert made["code"] in made["sentence"]
    ended = told(ada.send("DELETE", f"invitations/{made['id']}"))
    assert told(ada.get(f"cases/{spoken.pk}/invitations")) == [ended]
    assert told(ada.send("DELETE", f"invitations/{made['id']}"), 409)
    assert Invitation.objects.get().revoked_at is not None
    assert happened(spoken, "invitation_revoked")


def test_a_legal_clock_is_started_and_stopped(case: Case, ada: Program) -> None:
    given = {"rule": "us.803.50", "awareness": "captured_at", "at": now().isoformat(), "why": "It hurt her."}
    assert told(ada.post(f"cases/{case.pk}/clocks", {**given, "why": ""}), 422)["field"] == "why"
    made = told(ada.post(f"cases/{case.pk}/clocks", given), 201)
    assert made["id"] in [each["id"] for each in told(ada.get(f"cases/{case.pk}/clocks"))]
    assert told(ada.post(f"clocks/{made['id']}/end", {"why": "It was reported."}))["stopped_because"] == "by_hand"
    assert told(ada.post(f"clocks/{made['id']}/end", {"why": "Again."}), 409)
    assert told(ada.post(f"cases/{case.pk}/clocks", {**given, "at": "0001-01-01T00:00:00Z"}), 422)["field"] == "at"
    assert happened(case, "clock_stopped")


def test_people_are_named_on_a_case_and_taken_off(case: Case, ada: Program) -> None:
    given = {"role": "affected", "name": "Staś", "relation": "her son", "minor": True}
    party = told(ada.post(f"cases/{case.pk}/parties", given), 201)
    assert told(ada.post(f"cases/{case.pk}/parties", {**given, "role": "hero"}), 422)["field"] == "role"
    ended = told(ada.post(f"cases/{case.pk}/parties/end", {"party": party["id"]}))
    assert ended in told(ada.get(f"cases/{case.pk}/parties"))
    assert told(ada.post(f"cases/{case.pk}/parties/end", {"party": party["id"]}), 409)
    assert happened(case, "party_named")
    assert happened(case, "party_ended")


def test_another_address_and_the_preferred_channel_are_kept(case: Case, ada: Program) -> None:
    contact = f"contacts/{case.contact_id}"
    assert told(ada.post(f"{contact}/identities", {"namespace": "pigeon", "value": "x"}), 422)["field"] == "namespace"
    given = {"namespace": "email", "value": "Barbara@work.example", "words": "She said so."}
    assert told(ada.post(f"{contact}/identities", given), 201) == {"suggested": None}
    assert "barbara@work.example" in [each["value"] for each in told(ada.get(contact))["identities"]]
    assert told(ada.put(f"{contact}/channel", {"channel": "email"})) == {"channel": "email"}
    assert Event.objects.filter(kind__in=["identity_added", "channel_preferred"]).count() == 2


def test_saved_answers_are_kept_filled_and_ended(cast: Cast, case: Case, ada: Program) -> None:
    says = {"title": "Thanks", "text": "Dear {name}, thank you.", "language": "en"}
    assert told(ada.post("saved-answers", says), 403)
    made = told(ada.post("saved-answers", {**says, "team": cast.front_line.pk}), 201)
    (offered,) = told(ada.get(f"cases/{case.pk}/saved-answers", words="thank"))
    assert offered["filled"] == f"Dear {case.contact.name}, thank you."
    assert told(ada.put(f"saved-answers/{made['id']}", {**says, "text": "{who}"}), 422)["field"] == "text"
    changed = told(ada.put(f"saved-answers/{made['id']}", {**says, "title": "Thank you"}))
    assert told(ada.get("saved-answers")) == [changed]
    assert ada.send("DELETE", f"saved-answers/{made['id']}").status_code == 204
    assert told(ada.get("saved-answers")) == []
    assert Event.objects.filter(kind__startswith="answer_").count() == 3


def test_a_saved_view_is_kept_changed_shared_and_ended(cast: Cast, case: Case, ada: Program) -> None:
    asked = {"name": "Mail", "conditions": [{"fact": "channel", "op": "is", "values": ["email"]}]}
    assert told(ada.post("saved-views", {**asked, "conditions": []}), 422)["field"] == "name"
    made = told(ada.post("saved-views", asked), 201)
    assert [each["id"] for each in told(ada.get("cases", view=made["key"]))["items"]] == [case.pk]
    other = {"name": "Square", "conditions": [{"fact": "channel", "op": "is", "values": ["sandbox"]}]}
    assert told(ada.put(f"saved-views/{made['id']}", other))["name"] == "Square"
    assert told(ada.get("cases", view=made["key"]))["items"] == []
    ben = Program(cast.ben)
    assert told(ben.get("cases", view=made["key"]), 404)
    shared = told(ada.put(f"saved-views/{made['id']}/sharing", {"among": "team", "team": cast.front_line.pk}))
    assert shared in told(ben.get("saved-views"))
    assert made["key"] in [each["key"] for each in told(ben.get("views"))]
    assert told(ben.put(f"saved-views/{made['id']}", other), 403)
    assert ada.send("DELETE", f"saved-views/{made['id']}").status_code == 204
    assert told(ben.get("saved-views")) == []
    kinds = Event.objects.filter(kind__startswith="view_").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["view_saved", "view_changed", "view_shared", "view_ended"]


def test_a_file_is_put_to_the_own_draft_and_taken_away(cast: Cast, case: Case, ada: Program) -> None:
    assert told(ada.post(f"cases/{case.pk}/draft/files", {"name": "a.txt", "base64": "eA=="}), 404)
    told(ada.put(f"cases/{case.pk}/draft", {"text": "See the file."}))
    assert told(ada.post(f"cases/{case.pk}/draft/files", {"name": "a.txt", "base64": "?"}), 422)["field"] == "base64"
    made = told(ada.post(f"cases/{case.pk}/draft/files", {"name": "a.txt", "base64": "eA=="}), 201)
    assert told(ada.get(f"cases/{case.pk}/draft"))["files"] == [made]
    assert told(Program(cast.ben).send("DELETE", f"draft-files/{made['id']}"), 404)
    assert ada.send("DELETE", f"draft-files/{made['id']}").status_code == 204
    assert told(ada.get(f"cases/{case.pk}/draft"))["files"] == []


def test_what_was_set_aside_becomes_a_case_only_where_there_is_a_message(cast: Cast) -> None:
    ben = Program(cast.ben)
    arrive(b"\x00", cast.form)
    (apart,) = told(ben.get("envelopes", state="quarantined"))["items"]
    assert "no message in it" in told(ben.post(f"envelopes/{apart['id']}/case"), 409)["error"]
    assert told(ben.get("jobs")) == []
    assert told(ben.post("jobs/1/tries"), 404)


def test_since_when_something_was_known_is_said_and_never_later(case: Case, ada: Program) -> None:
    message = case.filings.earliest("pk").message
    given = {"message": message.pk, "fact": "criteria_met_at", "at": now().isoformat(), "why": "All four."}
    made = told(ada.post(f"cases/{case.pk}/known", given), 201)
    assert told(ada.get(f"cases/{case.pk}/known")) == [made]
    assert (made["message_id"], made["evidence"]) == (message.pk, [message.pk])
    assert told(ada.post(f"cases/{case.pk}/known", {**given, "at": now().isoformat()}), 409)
    assert told(ada.post(f"cases/{case.pk}/known", {**given, "fact": "posted_at"}), 422)["field"] == "fact"
    assert happened(case, "awareness_noted")
