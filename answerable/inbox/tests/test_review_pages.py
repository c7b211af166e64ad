"""Review: who comes in, what waits there, and how it is answered one message after the other."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import Event, User
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.triage import judging
from answerable.triage.models import ToRead, Verdict

pytestmark = pytest.mark.django_db
AE = "Since I started taking Velorin I have terrible headaches."
WORSE = "Since I started taking Velorin I faint, I was taken to hospital and nearly died."
FEARED = "I took Velorin and had no headache."


def browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


@pytest.fixture
def nora(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Nora"), ["reviewer"], [cast.front_line])


def say(cast: Cast, *texts: str) -> list[Message]:
    for place, text in enumerate(texts):
        body = letter(text, subject="Hello", sender=f"p{place}@example.net", message_id=f"<{place}@example.net>")
        arrive(body, cast.mailbox)
    return list(Message.objects.filter(direction="in").order_by("pk"))


def test_review_is_a_place_for_those_who_may_review(cast: Cast) -> None:
    page = browser(cast.mira).get("/review")
    assert page.status_code == 200
    assert 'href="/review"' in page.content.decode()
    assert 'href="/review"' not in browser(cast.ada).get("/").content.decode()
    assert browser(cast.ada).get("/review").status_code == 403


def test_the_gravest_comes_first_with_its_words_marked(cast: Cast, nora: Viewer) -> None:
    say(cast, FEARED, AE, WORSE)
    page = browser(nora).get("/review").content.decode()
    assert "<mark>" in page
    assert "nearly died" in page
    assert "2 waiting" in page
    assert "had no" not in page
    assert "had no" in browser(nora).get("/review/one-by-one").content.decode()


def test_a_yes_brings_the_next_question_or_message_without_a_page(cast: Cast, nora: Viewer) -> None:
    (message,) = say(cast, AE)
    item, client = ToRead.objects.get(), browser(nora)
    assert item.asked == ["adverse_event"]
    given = {"detector": "adverse_event", "reason": "said", "tab": "review"}
    part = client.post(f"/review/read/{item.pk}/verdicts", given, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert "Nothing waits to be read" in part.content.decode()
    item.refresh_from_db()
    assert (item.end, item.user_id) == ("answered", nora.user_id)
    assert Event.objects.filter(kind="message_read", data__message=message.pk).count() == 1


def test_nothing_of_it_is_a_no_to_each_detector_that_called(cast: Cast, nora: Viewer) -> None:
    say(cast, AE)
    item = ToRead.objects.get()
    answer = browser(nora).post(f"/review/read/{item.pk}/nothing", {"tab": "review"})
    assert answer.status_code == 303
    assert not Verdict.objects.get(detector="adverse_event").there
    assert ToRead.objects.get().done_at is not None


def test_a_hint_is_only_read_where_nothing_of_it_is_there(cast: Cast, nora: Viewer) -> None:
    say(cast, FEARED)
    item = ToRead.objects.get()
    browser(nora).post(f"/review/read/{item.pk}/nothing", {"tab": "one-by-one"})
    assert not Verdict.objects.exists()
    assert ToRead.objects.get().end == "nothing"


def test_the_last_answer_can_be_taken_back(cast: Cast, nora: Viewer) -> None:
    say(cast, AE)
    item, client = ToRead.objects.get(), browser(nora)
    client.get("/review")
    client.post(f"/review/read/{item.pk}/nothing", {"tab": "review"})
    page = client.post(f"/review/read/{item.pk}/end", {"tab": "review"}, follow=True).content.decode()
    assert "headaches" in page
    assert ToRead.objects.get().done_at is None
    assert Verdict.objects.get().ended_at is not None
    assert Event.objects.filter(kind="reading_taken_back").exists()


def test_what_somebody_answered_meanwhile_is_said_and_the_next_comes(cast: Cast, nora: Viewer) -> None:
    (message,) = say(cast, AE)
    item = ToRead.objects.get()
    judging.judge(message, "adverse_event", there=True, reason="said", by=cast.ada)
    answer = browser(nora).post(f"/review/read/{item.pk}/nothing", {"tab": "review"})
    assert answer.status_code == 409
    assert "Somebody read it meanwhile" in answer.content.decode()


def test_two_people_are_not_given_the_same_message(cast: Cast, nora: Viewer) -> None:
    say(cast, AE, WORSE)
    first = browser(nora).get("/review").content.decode()
    second = browser(join(cast.workspace, make_user("Olaf"), ["reviewer"], [cast.front_line])).get("/review")
    assert "nearly died" in first
    assert "nearly died" not in second.content.decode()


def test_what_is_read_is_seen_for_the_first_time_then(cast: Cast, nora: Viewer) -> None:
    (message,) = say(cast, AE)
    browser(nora).get("/review")
    message.refresh_from_db()
    assert message.first_seen_at is not None


def test_an_answer_on_the_page_of_the_case_takes_it_out_of_the_queue(cast: Cast) -> None:
    (message,) = say(cast, AE)
    judging.judge(message, "adverse_event", there=True, reason="said", by=cast.ada)
    assert ToRead.objects.get().end == "answered"


def test_a_reviewer_of_another_team_sees_no_message_and_no_count(cast: Cast) -> None:
    say(cast, AE)
    item = ToRead.objects.get()
    page = browser(cast.mira).get("/review").content.decode()
    assert "headaches" not in page
    assert "waiting" not in page
    assert browser(cast.mira).post(f"/review/read/{item.pk}/nothing").status_code == 404
