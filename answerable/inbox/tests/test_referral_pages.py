"""Pages of referral: where a report went, the balance, what a person says of a difference, and the safety systems."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from answerable.core import secrets
from answerable.core.access import Viewer
from answerable.core.models import Read, User
from answerable.core.moments import now
from answerable.inbox import referral_words
from answerable.safety import handing_over, outcomes, reconciling, referring, telling
from answerable.safety.models import Discrepancy, PretendRecord, Referral, Report, SafetyNotice, SafetySystem
from answerable.safety.tests.passing_on import Line, line_of, officer_of, report_of, system_of
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db


def at(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


@pytest.fixture
def sol(cast: Cast) -> Viewer:
    return officer_of(cast)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return line_of(monkeypatch)


@pytest.fixture
def system(cast: Cast) -> SafetySystem:
    return system_of(cast)


@pytest.fixture
def report(cast: Cast) -> Report:
    return report_of(cast)


def test_an_officer_sends_a_report_and_sees_where_it_is(
    report: Report, system: SafetySystem, sol: Viewer, line: Line
) -> None:
    page, browser = f"/safety/{report.pk}/referrals", at(sol)
    assert "It was not passed on yet." in browser.get(page).content.decode()
    assert browser.post(page, {"system": system.pk}).status_code == 303
    handing_over.send(Referral.objects.get())

    shown = browser.get(page).content.decode()

    assert "Sent, not acknowledged" in shown
    assert "1 try" in shown
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=sol.user_id).exists()
    assert browser.post(page, {"system": system.pk}).status_code == 422, "the same version goes once"


def test_it_is_a_part_of_the_page_of_the_report_too(report: Report, sol: Viewer) -> None:
    shown = at(sol).get(f"/safety/{report.pk}/referrals", headers={"HX-Request": "true"}).content.decode()
    assert shown.lstrip().startswith("<section")


def test_an_agent_sees_where_it_went_and_sends_nothing(report: Report, system: SafetySystem, cast: Cast) -> None:
    page, browser = f"/safety/{report.pk}/referrals", at(cast.ada)
    assert "Send it" not in browser.get(page).content.decode()
    assert browser.post(page, {"system": system.pk}).status_code == 403
    assert not Referral.objects.exists()


def test_the_balance_names_each_difference_and_a_person_closes_it(
    report: Report, system: SafetySystem, sol: Viewer, line: Line
) -> None:
    handing_over.send(referring.refer(report, system=system, by=sol))
    PretendRecord.objects.create(system=system, key="x", number="PT-ELSE-1", digest="0" * 64, received_at=now())
    browser = at(sol)
    assert browser.post(f"/safety/systems/{system.pk}/reconciliations").status_code == 303

    shown = browser.get("/safety/reconciliation").content.decode()
    assert "Does not balance" in shown
    assert "it is not from us" in shown
    strange = Discrepancy.objects.get(number="PT-ELSE-1")
    act = f"/safety/discrepancies/{strange.pk}/settlement"
    refused = browser.post(act, {"because": ""})
    assert (refused.status_code, "It stays open" in refused.content.decode()) == (422, True)
    assert browser.post(act, {"because": "Theirs, a test."}).status_code == 303
    assert "Theirs, a test." in browser.get("/safety/reconciliation").content.decode()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("never sent", "Wysłano: jeszcze nie"),
        ("2 time(s)", "2 ×"),
        ("there 2026-07-02 10:15, due 2026-07-01 22:30", "2 lipca, 12:15, termin"),
        ("1 of 2, first 0123456789ab", "1 of 2, first 0123456789ab"),
    ],
)
def test_a_difference_is_told_in_the_readers_language_and_time(words: str, shown: str) -> None:
    at = datetime(2026, 7, 6, tzinfo=UTC)
    with translation.override("pl"), timezone.override("Europe/Warsaw"):
        assert shown in referral_words.difference(words, at).replace("\xa0", " ")


def test_a_list_that_is_handed_in_is_compared_whole_or_not_at_all(system: SafetySystem, sol: Viewer) -> None:
    browser, act = at(sol), f"/safety/systems/{system.pk}/reconciliations"
    bad = SimpleUploadedFile("list.csv", b"number,digest\nN-1,x\n")
    answer = browser.post(act, {"list": bad})
    assert (answer.status_code, "received_at" in answer.content.decode()) == (422, True)
    good = SimpleUploadedFile("list.csv", b"number,digest,received_at\nN-1,x,2026-07-02T10:15:00Z\n")
    assert browser.post(act, {"list": good}).status_code == 303
    assert Discrepancy.objects.get().number == "N-1"


def test_the_balance_is_for_the_qualified_and_the_admin(system: SafetySystem, cast: Cast) -> None:
    statuses = {who.name: at(who).get("/safety/reconciliation").status_code for who in (cast.ada, cast.mira, cast.root)}
    assert statuses == {"Ada": 403, "Mira": 200, "Root": 200}
    assert at(cast.mira).post(f"/safety/systems/{system.pk}/reconciliations").status_code == 403
    assert at(cast.mira).get(f"/safety/systems/{system.pk}/ours.csv")["Content-Type"].startswith("text/csv")


def test_the_bell_leads_to_the_balance_and_to_look_is_to_have_seen(system: SafetySystem, sol: Viewer) -> None:
    telling.tell(system, "referral_overdue", by=outcomes.house(system))
    browser = at(sol)
    shown = browser.get("/notices").content.decode()
    assert "not acknowledged by a safety system in time" in shown
    browser.get("/safety/reconciliation")
    assert not SafetyNotice.objects.filter(seen_at=None).exists()


def test_an_admin_connects_a_system_and_its_secret_is_never_shown(cast: Cast) -> None:
    browser = at(cast.root)
    assert "A program (HTTP)" in browser.get("/settings/safety").content.decode()
    given = {"way": "api", "label": "Argus", "s-address": "https://safety.example.org/api", "s-key": "a-secret-key"}
    refused = browser.post("/settings/safety/new", {**given, "s-key": ""})
    assert (refused.status_code, "Access key" in refused.content.decode()) == (422, True)
    assert browser.post("/settings/safety/new", given).status_code == 303

    system = SafetySystem.objects.get()
    assert secrets.unseal(bytes(system.sealed)) == {"key": "a-secret-key"}
    page = browser.get(f"/settings/safety/{system.pk}").content.decode()
    assert "a-secret-key" not in page
    browser.post(f"/settings/safety/{system.pk}", {**given, "label": "Argus 2", "s-key": ""})
    system.refresh_from_db()
    assert (system.label, system.values()["key"]) == ("Argus 2", "a-secret-key")


def test_what_goes_by_itself_is_the_officer_s_word_and_the_way_is_the_admin_s(
    system: SafetySystem, cast: Cast, sol: Viewer
) -> None:
    rule, state = f"/settings/safety/{system.pk}/rule", f"/settings/safety/{system.pk}/state"
    given = {"rule": "every", "hours": "12"}
    assert at(cast.root).post(rule, given).status_code == 403
    assert at(sol).post(rule, {**given, "hours": "0"}).status_code == 422
    assert at(sol).post(rule, given).status_code == 303
    assert at(sol).post(state, {"state": "paused"}).status_code == 403
    assert at(cast.root).post(state, {"state": "paused"}).status_code == 303
    system.refresh_from_db()
    assert (system.rule, system.hours, system.state) == ("every", 12, "paused")
    assert at(cast.ada).get("/settings/safety").status_code == 403


def test_a_system_with_reports_on_their_way_is_not_ended(
    report: Report, system: SafetySystem, cast: Cast, sol: Viewer
) -> None:
    referral = referring.refer(report, system=system, by=sol)
    state = f"/settings/safety/{system.pk}/state"
    assert at(cast.root).post(state, {"state": "ended"}).status_code == 422
    outcomes.refused(referral, words="No.")
    assert at(cast.root).post(state, {"state": "ended"}).status_code == 303
    assert at(cast.root).get(f"/settings/safety/{system.pk}").status_code == 404


def test_a_person_says_what_became_of_one_or_sends_it_once_more(
    report: Report, system: SafetySystem, sol: Viewer, line: Line
) -> None:
    referral, browser = referring.refer(report, system=system, by=sol), at(sol)
    handing_over.send(referral)
    assert browser.post(f"/referrals/{referral.pk}/outcome", {"outcome": "arrived"}).status_code == 422
    told = {"outcome": "arrived", "because": "They telephoned.", "theirs": "26-4471"}
    assert browser.post(f"/referrals/{referral.pk}/outcome", told).status_code == 303
    assert "26-4471" in browser.get(f"/safety/{report.pk}/referrals").content.decode()
    assert browser.post(f"/referrals/{referral.pk}/repeats", {"because": "They lost it."}).status_code == 303
    referral.refresh_from_db()
    assert referral.state == Referral.State.WAITING


def test_otto_finds_none_of_it(report: Report, system: SafetySystem, sol: Viewer, cast: Cast, line: Line) -> None:
    referral = referring.refer(report, system=system, by=sol)
    reconciling.ask_and_reconcile(system, by=sol)
    otto = at(cast.otto)
    for path in (
        f"/safety/{report.pk}/referrals",
        f"/settings/safety/{system.pk}",
        f"/safety/systems/{system.pk}/ours.csv",
    ):
        assert otto.get(path).status_code == 404
    assert otto.post(f"/referrals/{referral.pk}/repeats", {"because": "x"}).status_code == 404
    assert report.number not in otto.get("/safety/reconciliation").content.decode()
