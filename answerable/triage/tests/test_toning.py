"""How messages sound: said soon after they are in their case, with places, corrected by people, and never twice."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import House
from answerable.core.errors import Invalid, NotAllowed
from answerable.core.models import Event
from answerable.listening import speaking
from answerable.listening.models import Choices
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage import jobs, toning
from answerable.triage.models import ToneAssessment, ToneVerdict

BROKEN = "The new pump is broken again, this is unacceptable!"


@pytest.fixture
def case(cast: Cast) -> Case:
    return arrived(cast, BROKEN)


def arrived(cast: Cast, text: str, **more: str) -> Case:
    case = arrive(letter(text, **more), cast.mailbox)
    assert case is not None
    return case


def house(cast: Cast) -> House:
    return House(cast.ada.workspace_id, "triage")


def assessed(cast: Cast, case: Case) -> ToneAssessment:
    toning.assess([each.message for each in case.filings.select_related("message")], by=house(cast))
    return ToneAssessment.objects.get(message__filing__case=case)


def test_a_message_that_arrives_is_heard_in_a_job(cast: Cast, case: Case) -> None:
    job = ProcrastinateJob.objects.get(task_name="answerable.triage.jobs.assess_tones")
    jobs.assess_tones(**job.args)
    found = ToneAssessment.objects.get()
    assert (found.message, found.tone) == (case.filings.get().message, "negative")
    jobs.assess_tones(**{**job.args, "again": True})
    assert ToneAssessment.objects.count() == 1


def test_what_was_found_is_kept_as_places_in_the_words(cast: Cast, case: Case) -> None:
    found = assessed(cast, case)
    assert (found.language, found.tone, found.intent, found.used) == ("en", "negative", "complaint", None)
    text = found.message.text
    shown = {(each["answer"], text[each["start"] : each["end"]]) for each in found.parts}
    assert ("complaint", "broken") in shown
    assert not any("broken" in str(value) for each in found.parts for value in each.values())
    event = Event.objects.get(kind="tones_assessed")
    assert (event.data, event.part) == ({"messages": [found.message_id]}, "triage")


def test_a_job_that_runs_twice_changes_nothing(cast: Cast, case: Case) -> None:
    found = assessed(cast, case)
    assert toning.assess([found.message], by=house(cast)) == []
    assert Event.objects.filter(kind="tones_assessed").count() == 1


def test_words_that_changed_are_heard_again(cast: Cast, case: Case) -> None:
    message = assessed(cast, case).message
    Message.objects.filter(pk=message.pk).update(text="Thank you so much, it works perfectly now.")
    again = toning.assess_again(Message.objects.get(pk=message.pk), by=house(cast))
    assert again is not None
    assert (again.tone, again.intent) == ("positive", "praise")


def test_what_we_said_ourselves_is_not_assessed(cast: Cast, case: Case) -> None:
    ours = case.filings.get().message
    ours.direction = Message.Direction.OUT
    assert toning.assess([ours], by=house(cast)) == []


def test_only_the_languages_of_the_workspace_are_told_apart(cast: Cast) -> None:
    speaking.speak(["pt-BR", "pl"], by=cast.root)
    assert Choices.objects.get(pk=cast.root.workspace_id).languages == ["pl", "pt"]
    assert Event.objects.get(kind="listening_respelt").data["languages"] == ["pl", "pt"]
    found = assessed(cast, arrived(cast, BROKEN))
    assert (found.language, found.tone, found.intent) == ("other", "unknown", "unknown")


@pytest.mark.parametrize("codes", [[], ["", " "], ["en", "tlh"], [f"x{each}" for each in range(30)]])
def test_languages_that_cannot_be_told_are_refused(cast: Cast, codes: list[str]) -> None:
    with pytest.raises(Invalid, match="Nothing was changed"):
        speaking.speak(codes, by=cast.root)


def test_only_who_manages_rules_chooses_languages(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        speaking.speak(["en"], by=cast.ada)


def test_a_verdict_is_kept_with_what_was_said_before_it(cast: Cast, case: Case) -> None:
    message = assessed(cast, case).message
    verdict = toning.judge(message, "tone", "neutral", by=cast.ada)
    assert (verdict.said, verdict.answer, verdict.language) == ("negative", "neutral", "en")
    event = Event.objects.get(kind="tone_judged")
    assert event.data == {"message": message.pk, "sort": "tone", "answer": "neutral", "said": "negative"}
    assert (event.user_id, event.case_id) == (cast.ada.user_id, case.pk)


def test_the_same_verdict_twice_is_one_and_another_takes_its_place(cast: Cast, case: Case) -> None:
    message = assessed(cast, case).message
    first = toning.judge(message, "tone", "neutral", by=cast.ada)
    assert toning.judge(message, "tone", "neutral", by=cast.ben) == first
    toning.judge(message, "tone", "negative", by=cast.ben)
    toning.judge(message, "intent", "complaint", by=cast.ben)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert set(ToneVerdict.objects.filter(ended_at=None).values_list("sort", "answer")) == {
        ("tone", "negative"),
        ("intent", "complaint"),
    }


@pytest.mark.parametrize(("sort", "answer"), [("tone", "complaint"), ("intent", "unknown"), ("zebra", "negative")])
def test_an_answer_that_there_is_not_is_refused(cast: Cast, case: Case, sort: str, answer: str) -> None:
    with pytest.raises(Invalid, match="Nothing was kept"):
        toning.judge(case.filings.get().message, sort, answer, by=cast.ada)


def test_otto_sees_no_assessment_and_no_verdict_of_ours(cast: Cast, case: Case) -> None:
    toning.judge(assessed(cast, case).message, "tone", "neutral", by=cast.ada)
    for model in (ToneAssessment, ToneVerdict):
        assert access.rows(model, cast.ada).count() == 1
        assert access.rows(model, cast.otto).count() == 0
