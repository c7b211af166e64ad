"""A person says whether the detectors are right: once, with a reason, on the page and through the API."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid, NotAllowed
from answerable.core.models import Event, User
from answerable.inbox.tests.asking import Program, told
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.triage import judging
from answerable.triage.models import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Since I started taking Velorin I have terrible headaches, but no rash."), cast.mailbox)
    assert made is not None
    return made


@pytest.fixture
def message(case: Case) -> Message:
    return case.filings.get().message


def given(case: Case) -> int:
    return Event.objects.filter(case_id=case.pk, kind="verdict_given").count()


def test_a_verdict_keeps_what_the_detector_had_said(cast: Cast, case: Case, message: Message) -> None:
    verdict = judging.judge(message, "adverse_event", there=True, reason="said", by=cast.ada)
    assert verdict.over
    assert verdict.score == message.assessments.get().scores["adverse_event"]
    event = Event.objects.get(case_id=case.pk, kind="verdict_given")
    assert (event.user_id, event.data["detector"], event.data["there"]) == (cast.ada.user_id, "adverse_event", True)


def test_the_same_verdict_twice_is_one(cast: Cast, case: Case, message: Message) -> None:
    first = judging.judge(message, "press", there=False, reason="meaning", by=cast.ada)
    assert judging.judge(message, "press", there=False, reason="meaning", by=cast.ben) == first
    assert given(case) == 1


def test_another_verdict_takes_its_place_and_both_are_kept(cast: Cast, case: Case, message: Message) -> None:
    judging.judge(message, "adverse_event", there=False, reason="feared", by=cast.ada)
    second = judging.judge(message, "adverse_event", there=True, reason="known", by=cast.ben)
    assert list(message.verdicts.filter(ended_at=None)) == [second]
    assert Verdict.objects.count() == given(case) == 2


@pytest.mark.parametrize(
    ("detector", "there", "reason"),
    [("mood", True, "said"), ("press", True, "denied"), ("press", False, "said"), ("press", False, "x")],
)
def test_what_is_no_verdict_is_refused(cast: Cast, message: Message, detector: str, there: bool, reason: str) -> None:
    with pytest.raises(Invalid, match="Nothing was kept"):
        judging.judge(message, detector, there=there, reason=reason, by=cast.ada)
    assert not Verdict.objects.exists()


def test_who_may_not_answer_may_not_judge(cast: Cast, message: Message) -> None:
    coach = join(cast.workspace, make_user("Kim"), ["coach"], [cast.front_line])
    with pytest.raises(NotAllowed):
        judging.judge(message, "press", there=False, reason="meaning", by=coach)


def test_another_workspace_sees_no_verdict(cast: Cast, message: Message) -> None:
    judging.judge(message, "press", there=False, reason="meaning", by=cast.ada)
    assert access.rows(Verdict, cast.ada).exists()
    assert not access.rows(Verdict, cast.otto).exists()


def test_the_page_marks_the_words_says_how_it_adds_up_and_takes_the_verdict(
    cast: Cast, case: Case, message: Message
) -> None:
    shown = page(cast.ada, case)
    assert "<mark>headaches</mark>" in shown
    assert "<mark>rash<i>said not to be</i></mark>" in shown
    assert "-2.60" in shown
    answer = as_(cast.ada).post(f"/messages/{message.pk}/verdicts", {"detector": "adverse_event", "reason": "denied"})
    assert answer.status_code == 303
    assert "Ada: it is not there. It is said not to be there." in page(cast.ada, case)
    missed = {"detector": "pregnancy", "reason": "known"}
    assert as_(cast.ada).post(f"/messages/{message.pk}/verdicts", missed).status_code == 303
    assert Verdict.objects.get(detector="pregnancy").there


def test_the_api_tells_what_was_found_and_takes_the_verdict(cast: Cast, message: Message) -> None:
    program = Program(cast.ada, Right.READ_CASES, Right.ANSWER)
    judged = program.post(
        f"messages/{message.pk}/verdicts", {"detector": "adverse_event", "there": True, "reason": "said"}
    )
    assert judged.status_code == 201
    found = told(program.get(f"messages/{message.pk}/assessment"))
    part = found["parts"]["adverse_event"]
    total = part["bias"] + sum(each["weight"] for each in part["parts"])
    assert total == pytest.approx(found["scores"]["adverse_event"])
    assert [each["detector"] for each in found["verdicts"]] == ["adverse_event"]


def page(viewer: Viewer, case: Case) -> str:
    return as_(viewer).get(f"/cases/{case.pk}").content.decode()


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client
