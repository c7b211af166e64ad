"""How messages sound, on the case page, in the settings and for programs."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.inbox.tests.asking import Program, told
from answerable.inbox.tests.test_pages import as_
from answerable.listening.models import Choices
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage import toning
from answerable.triage.models import ToneSum, ToneVerdict


@pytest.fixture
def message(cast: Cast) -> Message:
    case = arrive(letter("The new pump is broken again, this is unacceptable!"), cast.mailbox)
    assert case is not None
    found = case.filings.get().message
    toning.assess([found], by=House(cast.ada.workspace_id, "triage"))
    return found


def page_of(cast: Cast, message: Message) -> str:
    case = Case.objects.get(filings__message=message)
    return as_(cast.ada).get(f"/cases/{case.pk}").content.decode()


def test_the_case_says_how_it_sounds_and_on_which_words(cast: Cast, message: Message) -> None:
    page = page_of(cast, message)
    assert "How it sounds" in page
    assert "<mark>broken</mark>" in page.replace(" again", "")
    assert 'value="complaint" data-key="4" aria-pressed="false"' in page


def test_one_key_keeps_an_answer(cast: Cast, message: Message) -> None:
    answer = as_(cast.ada).post(f"/messages/{message.pk}/tones", {"sort": "intent", "answer": "question"})
    assert answer.status_code == 303
    assert ToneVerdict.objects.get().answer == "question"
    page = page_of(cast, message)
    assert "Ada said so." in page
    assert 'value="question" data-key="5" aria-pressed="true"' in page


def test_an_answer_that_there_is_not_is_refused_in_words(cast: Cast, message: Message) -> None:
    answer = as_(cast.ada).post(f"/messages/{message.pk}/tones", {"sort": "tone", "answer": "praise"})
    assert answer.status_code == 422
    assert "Nothing was kept" in answer.content.decode()


def test_words_that_were_removed_are_shown_nowhere(cast: Cast, message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(text="", emptied_at=message.received_at)
    assert "How it sounds" not in page_of(cast, message)


def test_the_card_says_that_nothing_is_measured_yet(cast: Cast) -> None:
    page = as_(cast.ben).get("/settings/tones").content.decode()
    assert "In use: the start." in page
    assert "not measured yet" in page
    assert "What it cannot do" in page


def test_the_card_says_what_was_learned_and_what_was_tried(cast: Cast, message: Message) -> None:
    toning.judge(message, "tone", "neutral", by=cast.ada)
    figures = {"texts": 20, "answered": 18, "right": 15, "between": [0.586, 0.964], "of": {}}
    both = {"tone": figures, "intent": {**figures, "answered": 0, "right": 0, "between": None}}
    card = {"starters": 283, "verdicts": 80, "reserved": 20, "won": 6, "lost": 2, "figures": both, "before": both}
    kept = {"workspace_id": cast.ada.workspace_id, "language": "en", "card": card, "at": message.received_at}
    ToneSum.objects.create(number=1, promoted=True, **kept)
    ToneSum.objects.create(number=2, promoted=False, **kept)
    page = as_(cast.ben).get("/settings/tones").content.decode()
    assert "80 messages that your people judged" in page
    assert "15 (59 to 96 %)" in page
    assert "0 (0 to 97 %)" in page or "0 (0 to 98 %)" in page, "Ada says otherwise"
    assert "Not promoted: right on 6 more, wrong on 2 more." in page


def test_languages_are_chosen_by_their_codes(cast: Cast) -> None:
    client = as_(cast.ben)
    assert client.post("/settings/tones", {"languages": "pl, pt-BR"}).status_code == 303
    assert Choices.objects.get(pk=cast.ben.workspace_id).languages == ["pl", "pt"]
    wrong = client.post("/settings/tones", {"languages": "klingon"})
    assert wrong.status_code == 422
    assert "Nothing is known here of the language" in wrong.content.decode()
    assert as_(cast.ada).post("/settings/tones", {"languages": "en"}).status_code == 403
    assert told(Program(cast.ben).put("languages", {"languages": ["en", "pt"]})) == {"languages": ["en", "pt"]}


def test_a_program_reads_and_judges(cast: Cast, message: Message) -> None:
    program = Program(cast.ada)
    read = told(program.send("GET", f"messages/{message.pk}/tone"))
    assert (read["language"], read["tone"], read["intent"], read["learned"]) == ("en", "negative", "complaint", None)
    assert {"answer", "start", "end", "weight"} == set(read["parts"][0])
    judged = program.send(
        "POST", f"messages/{message.pk}/tone-verdicts", {"sort": "tone", "answer": "neutral"}, key="k"
    )
    assert judged.status_code == 201
    again = told(program.send("GET", f"messages/{message.pk}/tone"))
    assert [(each["sort"], each["answer"], each["said"]) for each in again["verdicts"]] == [
        ("tone", "neutral", "negative")
    ]
    assert Program(cast.otto).send("GET", f"messages/{message.pk}/tone").status_code == 404
