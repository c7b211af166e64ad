"""The screens and the API of what was set aside."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.core.models import Event, User
from answerable.inbox.asides import pieces
from answerable.inbox.tests.asking import Program, told
from answerable.intake import opining
from answerable.intake.models import Lesson, Opinion, Weighed
from answerable.listening.setting_aside import Sort
from answerable.testing.cast import Cast, join, make_user
from answerable.testing.everybody import hear, listening, said

SPAM = "Glimo <b>covers</b> for you, shop now and use my code ANNA for your order, click here"
FIRST = "The people at Glimo never answer their telephone and I have now called them nine times"


@pytest.fixture
def source(cast: Cast) -> Source:
    source = listening(cast, words="Glimo")
    hear(source, [said(1, SPAM, by="anna"), said(2, FIRST, by="bob"), said(3, f"{FIRST}!", by="cleo")])
    return source


def as_(viewer: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def test_each_stands_there_with_its_reason_and_the_words_marked(cast: Cast, source: Source) -> None:
    page = as_(cast.ada).get("/listening/aside").content.decode()
    assert "&lt;b&gt;covers" in page
    assert "<mark>use my code</mark>" in page
    assert "It presses to buy (+0.5)" in page
    assert f"The first is case {Case.objects.get().number}" in page
    assert "Not measured yet" in page
    only = as_(cast.ada).get("/listening/aside?sort=copy").content.decode()
    assert "use my code" not in only


def test_taking_back_opens_a_case_and_says_so(cast: Cast, source: Source) -> None:
    ada, row = as_(cast.ada), Weighed.objects.get(sort="spam")
    answer = ada.post(f"/listening/aside/{row.pk}/opinion", {"says": "ours"}, follow=True)
    assert Case.objects.count() == 2
    assert f"It is case {Case.objects.latest('pk').number} now." in answer.content.decode()
    assert "taken back" in answer.content.decode()


def test_who_may_not_answer_reads_and_takes_nothing_back(cast: Cast, source: Source) -> None:
    coach = as_(join(cast.workspace, make_user("Cleo"), ["coach"], [cast.front_line]))
    row = Weighed.objects.get(sort="spam")
    assert "Take it back" not in coach.get("/listening/aside").content.decode()
    assert coach.post(f"/listening/aside/{row.pk}/opinion", {"says": "ours"}).status_code == 403
    assert as_(cast.mira).get("/listening/aside").content.decode().count("use my code") == 0


def test_a_sample_is_read_one_by_one_without_being_told_what_the_house_thought(cast: Cast, source: Source) -> None:
    ada = as_(cast.ada)
    page = ada.post("/listening/sample", follow=True).content.decode()
    assert "1 of 3" in page
    assert "<mark>" not in page
    for number in range(3):
        row = Weighed.objects.filter(opinion=None, drawn__isnull=False).order_by("pk")[0]
        says = "ours" if row.sort == "" else row.sort
        page = ada.post(
            f"/listening/aside/{row.pk}/opinion", {"says": says, "from": "sample"}, follow=True
        ).content.decode()
        assert ("Nothing waits to be read" in page) == (number == 2)
    assert "2 of 2 read" in page
    shown = as_(cast.ada).get("/listening/aside").content.decode()
    assert "On this stream" in shown
    assert "Not measured yet" not in shown


def test_what_was_learned_is_shown_and_a_word_can_be_taken_out(cast: Cast, source: Source) -> None:
    for row in Weighed.objects.filter(sort="spam"):
        opining.say(row, Sort.SPAM, by=cast.ada)
    lesson = Lesson.objects.create(
        workspace=cast.workspace,
        source=source,
        sort="other_meaning",
        words={"lake": 2.0, "tent": 1.5},
        gate=2.0,
        stood_on={"other": 6, "ours": 3},
        at=Weighed.objects.latest("pk").at,
    )
    page = as_(cast.ben).get("/listening/learned").content.decode()
    assert "lake +2" in page
    assert "It stands on 6 posts in another meaning and 3 of ours." in page
    as_(cast.ben).post(f"/listening/lessons/{lesson.pk}/words", {"word": "tent"})
    assert Lesson.objects.latest("pk").words == {"lake": 2.0}
    assert as_(cast.ada).post(f"/listening/lessons/{lesson.pk}/words", {"word": "lake"}).status_code == 403
    assert Event.objects.filter(kind="setting_aside_learned").exists()


def test_programs_read_take_back_and_measure(cast: Cast, source: Source) -> None:
    ada = Program(cast.ada)
    copy, spam = told(ada.get("weighed"))["items"]
    assert (copy["sort"], spam["sort"], spam["text"]) == ("copy", "spam", SPAM)
    assert copy["case"] == Case.objects.get().pk
    assert [SPAM[start:end] for start, end in spam["evidence"][0]["spans"]] == ["use my code"]
    kept = told(ada.get(f"weighed/{copy['first']}"))
    assert (kept["sort"], kept["copies"], kept["text"]) == ("", 1, "")
    sample = told(ada.post("weighed-samples", {}, key="s"), 201)
    assert (sample["left"], sample["precision"]) == (3, None)
    assert len(told(ada.get(f"weighed-samples/{sample['id']}/unread"))) == 3
    taken = told(ada.put(f"weighed/{spam['id']}/opinion", {"says": "ours"}))
    assert (taken["says"], taken["text"]) == ("ours", "")
    assert taken["case"] == Case.objects.latest("pk").pk
    told(ada.put(f"weighed/{copy['id']}/opinion", {"says": "copy"}))
    told(ada.put(f"weighed/{copy['first']}/opinion", {"says": "ours"}))
    (measured,) = told(ada.get("weighed-samples"))
    assert measured["precision"]["seen"] == 0.5
    assert measured["recall"]["seen"] == 1.0
    assert told(ada.get("lessons"))["items"] == []
    assert Opinion.objects.count() == 3


@pytest.mark.parametrize(
    ("spans", "wanted"),
    [
        ([], [("abcdef", False)]),
        ([(0, 2)], [("ab", True), ("cdef", False)]),
        ([(1, 3), (2, 4)], [("a", False), ("bc", True), ("d", True), ("ef", False)]),
        ([(4, 6), (4, 6)], [("abcd", False), ("ef", True)]),
    ],
)
def test_a_text_is_cut_where_marks_begin_and_end(spans: list[tuple[int, int]], wanted: list[tuple[str, bool]]) -> None:
    assert pieces("abcdef", spans) == wanted


def test_the_case_of_the_first_lists_who_said_the_same(cast: Cast, source: Source) -> None:
    """The copy was set aside and its author is kept; somebody of another workspace sees neither."""
    copy = Weighed.objects.get(sort=Sort.COPY)
    case = Case.objects.get(filings__message__text=FIRST)
    page = as_(cast.ada).get(f"/cases/{case.pk}").content.decode()
    panel = page.partition("Others said the same")[2].partition("</section>")[0]
    assert copy.author in panel
    assert "set aside as a copy" in panel
    assert as_(cast.otto).get(f"/cases/{case.pk}").status_code == 404
    opened = opining.say(copy, Opinion.OURS, by=cast.ada)
    assert opened is not None
    page = as_(cast.ada).get(f"/cases/{case.pk}").content.decode()
    panel = page.partition("Others said the same")[2].partition("</section>")[0]
    assert f"/cases/{opened.pk}" in panel
