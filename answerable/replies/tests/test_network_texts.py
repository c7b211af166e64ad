"""Texts that a network approved: fetched and kept, held against what an agent writes, and the only way out of a closed window."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import wire
from answerable.core.errors import Conflict, NotAllowed
from answerable.core.models import Event
from answerable.core.wire.calls import HttpAnswer
from answerable.inbox.tests.asking import Program
from answerable.replies import answering, fetching_texts, network_texts
from answerable.replies.models import NetworkText, Reply
from answerable.testing.arriving import arrive
from answerable.testing.cast import PASSWORD, Cast
from answerable.testing.networks import make_number, number_says, text_of

pytestmark = pytest.mark.django_db
TEXT = "Hello {{1}},\nwe have an answer about {{2}}. {{1}}, may we go on here?"
SAID = "Hello Pia,\nwe have an answer about your Glimo. Pia, may we go on here?"


def listed(*texts: str) -> HttpAnswer:
    rows = [
        {"name": f"text_{number}", "language": "en", "status": "APPROVED", "category": "UTILITY"}
        | {"components": [{"type": "BODY", "text": text}]}
        for number, text in enumerate(texts)
    ]
    return HttpAnswer(200, body=json.dumps({"data": rows}).encode())


@pytest.fixture
def number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr(wire, "run", lambda call, **rest: listed(TEXT))
    made = make_number(cast)
    assert fetching_texts.fetch(made, by=cast.root) == 1
    return made


@pytest.fixture
def case(number: Source) -> Case:
    """Whoever wrote did so two days ago."""
    made = arrive(number_says(**text_of("My Glimo beeps.")), number)
    assert made is not None
    message = Message.objects.get()
    message.received_at -= timedelta(days=2)
    message.save(update_fields=["received_at"])
    return made


@pytest.mark.parametrize(
    ("written", "values"),
    [
        (SAID, ("Pia", "your Glimo")),
        (SAID.replace("\n", "  \r\n") + "\n\n", ("Pia", "your Glimo")),
        (SAID.replace("Pia, may", "Rob, may"), None),
        (SAID + " Thank you.", None),
        (SAID.replace("your Glimo", "your Glimo\nand more"), None),
        ("Hello.", None),
        ("", None),
    ],
    ids=[
        "as-it-stands",
        "other-line-ends",
        "one-place-two-words",
        "one-word-more",
        "a-line-in-a-place",
        "other",
        "empty",
    ],
)
def test_what_says_an_approved_text(number: Source, written: str, values: tuple[str, ...] | None) -> None:
    saying = network_texts.said_by(written, number)
    assert (saying.values if saying else None) == values


def test_an_odd_text_that_was_approved_is_taken_literally(
    number: Source, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "run", lambda call, **rest: listed("(.*) costs $5 [+tax]? {{1}}"))
    fetching_texts.fetch(number, by=cast.root)

    assert network_texts.said_by("(.*) costs $5 [+tax]? Yes", number) is not None
    assert network_texts.said_by("It costs $5 tax Yes", number) is None


def test_the_same_list_again_is_no_news_and_what_is_gone_is_offered_no_more(
    number: Source, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetching_texts.fetch(number, by=cast.root)
    assert Event.objects.filter(kind="network_texts_fetched").count() == 1

    monkeypatch.setattr(wire, "run", lambda call, **rest: listed())
    fetching_texts.fetch(number, by=cast.root)

    assert NetworkText.objects.get().ended_at is not None
    assert network_texts.said_by(SAID, number) is None
    assert Event.objects.filter(kind="network_texts_fetched").count() == 2


def test_only_who_keeps_sources_fetches_and_only_where_there_are_any(cast: Cast, number: Source) -> None:
    with pytest.raises(NotAllowed):
        fetching_texts.fetch(number, by=cast.ada)
    with pytest.raises(Conflict):
        fetching_texts.fetch(cast.square, by=cast.root)


@pytest.mark.parametrize(("text", "code"), [("Hello.", "window"), (TEXT, "open_place")])
def test_nothing_else_goes_out_of_a_closed_window(cast: Cast, case: Case, text: str, code: str) -> None:
    with pytest.raises(answering.Blocked) as blocked:
        answering.answer(case, text=text, audience="private", key="k", by=cast.ada)
    assert [each.code for each in blocked.value.concerns] == [code]
    assert not Reply.objects.exists()


def test_an_approved_text_goes_out_as_the_one_that_it_is(cast: Cast, case: Case) -> None:
    reply = answering.answer(case, text=SAID, audience="private", key="k", by=cast.ada)

    assert reply.approved == {"name": "text_0", "language": "en", "values": ["Pia", "your Glimo"]}


def test_in_an_open_window_the_same_words_are_words_of_our_own(cast: Cast, number: Source) -> None:
    case = arrive(number_says(**text_of("My Glimo beeps.")), number)
    assert case is not None

    assert answering.answer(case, text=SAID, audience="private", key="k", by=cast.ada).approved is None


def test_the_composer_offers_them_and_the_page_of_the_source_fetches_them(
    cast: Cast, case: Case, number: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "run", lambda call, **rest: listed(TEXT, "Are you there?"))
    root = Client()
    assert root.login(username="root@example.org", password=PASSWORD)
    words: Any = root.post(f"/cases/{case.pk}/draft", {"text": "Hello.", "audience": "private", "key": "k"})
    assert f"approved={NetworkText.objects.get().pk}" in words.content.decode()

    root.post(f"/settings/sources/{number.pk}/network-texts")

    assert "Are you there?" in root.get(f"/settings/sources/{number.pk}").content.decode()
    page = root.get(f"/cases/{case.pk}", {"approved": NetworkText.objects.get(text="Are you there?").pk})
    assert ">Are you there?</textarea>" in page.content.decode()


def test_programs_read_and_fetch_them(cast: Cast, number: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Program(cast.ada).get(f"sources/{number.pk}/network-texts").json()
    assert [(each["name"], each["places"]) for each in found] == [("text_0", 2)]

    monkeypatch.setattr(wire, "run", lambda call, **rest: listed(TEXT, "Are you there?"))
    assert len(Program(cast.root).post(f"sources/{number.pk}/network-texts").json()) == 2
    assert Program(cast.ada).post(f"sources/{number.pk}/network-texts").status_code == 403


def test_a_network_that_does_not_answer_is_said_on_the_source(
    cast: Cast, number: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "run", lambda call, **rest: HttpAnswer(500))
    fetching_texts.fetch_everywhere()

    number.refresh_from_db()
    assert number.failing_since is not None
    assert NetworkText.objects.get().ended_at is None
