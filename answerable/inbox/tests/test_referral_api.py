"""Referral over the API: the same verbs as the pages, by the same rights."""

from __future__ import annotations

import pytest

from answerable.core.access import Viewer
from answerable.core.models import Read
from answerable.inbox.tests.asking import Program, told
from answerable.safety.models import Discrepancy, Referral, SafetySystem
from answerable.safety.tests.passing_on import officer_of, report_of, system_of
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def sol(cast: Cast) -> Viewer:
    return officer_of(cast)


def test_a_program_passes_a_report_on_and_reads_where_it_is(cast: Cast, sol: Viewer) -> None:
    report, system, program = report_of(cast), system_of(cast), Program(sol)
    answer = program.post(f"reports/{report.pk}/referrals", {"system": system.pk})
    assert told(answer, 201)["state"] == "waiting"
    assert program.post(f"reports/{report.pk}/referrals", {"system": system.pk}).status_code == 409
    assert program.post(f"reports/{report.pk}/referrals", {"system": 0}).status_code == 422
    (item,) = told(program.get(f"reports/{report.pk}/referrals"))["items"]
    assert (item["number"], item["acknowledged_at"]) == (report.number, None)
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=sol.user_id).count() == 1
    assert len(told(program.get("referrals", open="true"))["items"]) == 1
    assert Program(cast.ada).post(f"reports/{report.pk}/referrals", {"system": system.pk}).status_code == 403


def test_a_program_hands_in_their_list_and_reads_each_difference(cast: Cast, sol: Viewer) -> None:
    system, program = system_of(cast), Program(sol)
    line = {"number": "PT-ELSE-1", "digest": "", "received_at": "2026-07-02T10:15:00Z"}
    answer = program.post(f"safety-systems/{system.pk}/balances", {"lines": [line]})
    assert (told(answer, 201)["balances"], told(answer, 201)["there"]) == (False, 1)
    (item,) = told(program.get("discrepancies"))["items"]
    assert (item["number"], item["gap"]) == ("PT-ELSE-1", "there, and not from us")
    settled = program.put(f"discrepancies/{item['id']}/settlement", {"because": "A test of theirs."})
    assert settled.status_code == 200
    assert told(program.get("discrepancies"))["items"] == []
    assert Discrepancy.objects.get().settled_by_id == sol.user_id
    assert told(program.get(f"safety-systems/{system.pk}/balances"))["items"][0]["differences"] == 1


def test_a_program_says_what_became_of_one(cast: Cast, sol: Viewer) -> None:
    report, system, program = report_of(cast), system_of(cast), Program(sol)
    pk = told(program.post(f"reports/{report.pk}/referrals", {"system": system.pk}), 201)["id"]
    assert program.put(f"referrals/{pk}/outcome", {"arrived": True, "because": "x"}).status_code == 409
    Referral.objects.filter(pk=pk).update(state="unknown")
    done = program.put(f"referrals/{pk}/outcome", {"arrived": True, "because": "They telephoned.", "theirs": "7"})
    assert (told(done)["state"], told(done)["theirs"]) == ("acknowledged", "7")
    assert program.post(f"referrals/{pk}/repeats", {"because": "They lost it."}).status_code == 202


def test_a_program_connects_a_safety_system_and_never_reads_its_secret(cast: Cast, sol: Viewer) -> None:
    root, officer = Program(cast.root), Program(sol)
    values = {"address": "https://safety.example.org", "key": "zebra"}
    made = root.post("safety-systems", {"way": "api", "label": "Safety", "values": values})
    system = told(made, 201)
    assert (system["state"], system["rule"], system["settings"]["address"]) == ("on", "by_hand", values["address"])
    kept = {"label": "Safety 2", "values": {"address": "https://other.example.org", "key": ""}}
    assert told(root.put(f"safety-systems/{system['id']}", kept))["label"] == "Safety 2"
    assert SafetySystem.objects.get().values()["key"] == "zebra"
    read = root.get(f"safety-systems/{system['id']}")
    assert told(read)["settings"]["address"] == "https://other.example.org"
    assert not [answer for answer in (made, read) if b"zebra" in answer.content]
    assert told(officer.get("safety-systems"))["items"][0]["settings"] is None
    assert officer.post("safety-systems", {"way": "api", "label": "x", "values": values}).status_code == 403
    wrong = root.post("safety-systems", {"way": "api", "label": "x", "values": {"address": "x"}})
    assert told(wrong, 422)["field"] == "key"
    assert root.post("safety-systems", {"way": "pigeon", "label": "x"}).status_code == 422


def test_a_program_says_what_goes_there_pauses_it_and_ends_it(cast: Cast, sol: Viewer) -> None:
    pk, root, officer = system_of(cast).pk, Program(cast.root), Program(sol)
    assert told(officer.put(f"safety-systems/{pk}/rule", {"rule": "valid", "hours": 12}))["rule"] == "valid"
    assert told(officer.put(f"safety-systems/{pk}/rule", {"rule": "some", "hours": 12}), 422)["field"] == "rule"
    assert told(officer.put(f"safety-systems/{pk}/rule", {"rule": "valid", "hours": 0}), 422)["field"] == "hours"
    assert root.put(f"safety-systems/{pk}/rule", {"rule": "valid", "hours": 12}).status_code == 403
    assert told(root.put(f"safety-systems/{pk}/state", {"state": "paused"}))["state"] == "paused"
    assert officer.put(f"safety-systems/{pk}/state", {"state": "on"}).status_code == 403
    assert root.send("DELETE", f"safety-systems/{pk}").status_code == 204
    assert root.get(f"safety-systems/{pk}").status_code == 404
    assert SafetySystem.objects.get(pk=pk).sealed == b""
