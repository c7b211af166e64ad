"""Review: who comes in, what waits there, and how it is answered one message after the other."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from django.test import Client

from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program
from answerable.inbox.tests.asking import told as told_by
from answerable.safety.models import Report
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast, join, make_user
from answerable.triage import judging
from answerable.triage.models import Lot, Measured, ToRead, Verdict
from answerable.triage.recall import Heap, recall

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


def test_the_sample_shows_words_and_nothing_that_was_found(cast: Cast, nora: Viewer) -> None:
    (message,) = say(cast, AE)
    made = message.assessments.get()
    told = {"tier": made.tier, "over": made.over, "language": "en", "chance": 0.1, "at": made.at}
    Lot.objects.update_or_create(message=message, turn=2, defaults={"workspace": cast.workspace, **told})
    page = browser(nora).get("/review/sample").content.decode()
    assert "terrible headaches" in page
    assert "<mark>" not in page
    assert f"/cases/{message.filing.case_id}" not in page


def test_a_blind_answer_is_kept_and_one_that_says_nothing_is_refused(cast: Cast, nora: Viewer) -> None:
    (message,) = say(cast, "Where can I buy Velorin in Lisbon?")
    told = {"workspace": cast.workspace, "tier": "audit", "chance": 0.02, "at": message.received_at}
    lot, _ = Lot.objects.update_or_create(message=message, turn=1, defaults=told)
    client, address = browser(nora), f"/review/sample/{lot.pk}/answer"
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"there": ["adverse_event"]}).status_code == 303
    assert Verdict.objects.get().there
    assert Report.objects.get().message == message
    assert client.post(address, {"nothing": "1"}).status_code == 409
    figures = browser(nora).get("/review/figures").content.decode()
    assert "Not measured yet" in figures
    assert f"/cases/{message.filing.case_id}#m-{message.pk}" in figures


def test_the_figures_of_a_night_stand_on_the_card_with_what_they_stand_on(cast: Cast, nora: Viewer) -> None:
    heap = {"size": 1000, "read": 100, "events": 1, "by_lot": True}
    whole = {"size": 90, "read": 90, "events": 80, "by_lot": False}
    told = recall(Heap(90, 90, 80), [Heap(1000, 100, 1, by_lot=True)])
    assert told is not None
    figures: dict[str, object] = {
        "called": whole,
        "batch": whole | {"size": 0},
        "nothing": heap,
        "aside": None,
        "right": [80, 90, 0.8, 0.95],
    }
    figures |= {"at_once": asdict(told), "in_all": None, "still": 900, "agreement": None}
    at = {"at": now(), "since": now(), "until": now()}
    Measured.objects.create(workspace=cast.workspace, language="pl", figures=figures, **at)
    page = browser(nora).get("/review/figures?language=pl").content.decode()
    assert "88.9 %" in page
    assert f"at least {told.low * 100:.1f} %" in page
    assert "Not measured yet: too few events" in page
    assert "900 of the rest" in page
    assert browser(cast.ben).get("/review/figures").status_code == 200
    assert browser(cast.ada).get("/review/figures").status_code == 403


def test_a_program_reads_the_queue_and_answers(cast: Cast, nora: Viewer) -> None:
    (message,) = say(cast, AE)
    program = Program(nora)
    (item,) = told_by(program.get("to-read"))
    assert (item["message"], item["asked"]) == (message.pk, ["adverse_event"])
    assert told_by(program.post(f"to-read/{item['id']}/nothing", {}))["end"] == "answered"
    assert program.post(f"to-read/{item['id']}/nothing", {}).status_code == 409
    assert told_by(program.post(f"to-read/{item['id']}/taking-back", {}))["end"] == ""
    assert program.get("detectors/figures").status_code == 404
    assert Program(cast.ada).get("to-read").status_code == 403
