"""We wait for the customer or for somebody else: the verb, its end, the clocks, the journey, the page and the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from answerable.cases import custody_jobs, journeys, snoozing
from answerable.cases.journey import Cause
from answerable.cases.models import Case, Snooze
from answerable.clocks import keeping, targeting
from answerable.clocks.models import Clock
from answerable.core import journal
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox import rows
from answerable.inbox.tests.asking import Program, told
from answerable.replies import answering
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

WEEK = timedelta(days=7)
LAB = {"whom": "third_party", "who": "The lab", "reason": "They test the valve."}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.ada.user_id))
    return client


def wait(case: Case, cast: Cast, **more: str) -> Snooze:
    return snoozing.wait(case, until=now() + WEEK, by=cast.ada, **{**LAB, **more})


def fresh(case: Case) -> Case:
    case.refresh_from_db()
    return case


def test_a_wait_for_somebody_else_is_kept_with_who_why_and_until(cast: Cast, case: Case) -> None:
    made = wait(case, cast)
    assert (made.who, made.reason) == ("The lab", "They test the valve.")
    assert fresh(case).waiting_for == "third_party"
    assert happened(case, "case_waits")
    snoozing.wake(case, by=cast.ada)
    assert fresh(case).waiting_since is None
    assert happened(case, "wait_ended")
    assert list(journal.verify()) == []


@pytest.mark.parametrize("wrong", [{"who": " "}, {"whom": "date"}, {"reason": ""}])
def test_a_wait_for_nobody_or_without_a_reason_is_refused(cast: Cast, case: Case, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        wait(case, cast, **wrong)
    assert not Snooze.objects.exists()


def test_a_case_that_somebody_else_holds_is_left_to_them(cast: Cast, case: Case) -> None:
    Program(cast.ben).post("next")
    with pytest.raises(NotAllowed):
        wait(fresh(case), cast)


def test_whoever_writes_ends_it(cast: Cast, case: Case) -> None:
    wait(case, cast)
    arrive(letter("And now?", message_id="<2@example.net>", In_Reply_To="<one@example.net>"), cast.mailbox)
    assert (fresh(case).waiting_for, Snooze.objects.get().woke_because) == ("", "wrote")
    with pytest.raises(Conflict):
        snoozing.wake(case, by=cast.ada)


def test_after_the_day_it_comes_back_and_a_clock_that_warns_changes_nothing(cast: Cast, case: Case) -> None:
    made = wait(case, cast)
    custody_jobs.wake([case.pk])
    assert fresh(case).waiting_for == "third_party"
    assert snoozing.due(at=made.until) == [made]
    snoozing.wake_due([case.pk], because="time", by=House(cast.workspace.pk, "tests"))
    assert fresh(case).waiting_for == ""


def test_an_answer_that_tells_of_the_wait_does_not_end_it(cast: Cast, case: Case) -> None:
    wait(case, cast)
    answering.answer(case, text="The lab tests it.", audience="private", key="k", by=cast.ada)
    assert fresh(case).waiting_for == "third_party"
    (spent,) = {each.cause for each in journeys.told(case, cast.ada).segments if each.end > Snooze.objects.get().at}
    assert spent == Cause.THIRD_PARTY


@pytest.mark.parametrize(("pauses", "stands"), [(["third_party"], True), (["customer"], False)])
def test_a_clock_stands_still_only_where_its_target_grants_it(
    cast: Cast, case: Case, pauses: list[str], stands: bool
) -> None:
    targeting.set_target(service="resolution", minutes=600, pauses=pauses, by=cast.root)
    wait(case, cast)
    keeping.keep([case.pk], by=House(cast.workspace.pk, "tests"))
    clock = Clock.objects.get(case=case, rule="resolution")
    assert (clock.paused_at is not None) is stands
    (group,) = rows.groups([fresh(case)], cast.ada, now())
    (row,) = group.rows
    assert row.clock is not None
    assert row.clock.paused is stands
    assert "waits for The lab" in {tag.label for tag in row.tags}


def test_the_journey_counts_waits_by_cause(cast: Cast, case: Case) -> None:
    wait(case, cast)
    wait(case, cast, whom="customer", who="")
    snoozing.wake(case, by=cast.ada)
    causes = [each.cause for each in journeys.told(case, cast.ada).segments]
    assert causes[-3:] == [Cause.THIRD_PARTY, Cause.CUSTOMER, Cause.US]


def test_the_page_says_for_whom_and_the_list_has_it_under_its_own_heading(case: Case, ada: Client) -> None:
    until = (now() + WEEK).date().isoformat()
    assert ada.post(f"/cases/{case.pk}/wait", {**LAB, "until": until, "who": ""}).status_code == 422
    ada.post(f"/cases/{case.pk}/wait", {**LAB, "until": until})
    page = ada.get(f"/cases/{case.pk}").content.decode()
    assert "We wait for The lab." in page
    assert "They test the valve." in page
    assert "Waiting for somebody else" in ada.get("/").content.decode()
    ada.post(f"/cases/{case.pk}/waking")
    assert "We wait for The lab." not in ada.get(f"/cases/{case.pk}").content.decode()
    assert fresh(case).waiting_for == ""


def test_a_program_notes_and_ends_it(cast: Cast, case: Case) -> None:
    ada = Program(cast.ada)
    given = {**LAB, "until": (now() + WEEK).isoformat()}
    assert told(ada.put(f"cases/{case.pk}/wait", {**given, "who": ""}), 422)["field"] == "who"
    assert told(ada.put(f"cases/{case.pk}/wait", given))["who"] == "The lab"
    assert told(ada.send("DELETE", f"cases/{case.pk}/snooze"))["waiting_since"] is None
