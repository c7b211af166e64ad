"""Files that a message only names are fetched after it was recorded, within limits, and trouble is said on the message."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from answerable.channels import connecting, registry
from answerable.channels.contract import Audience, Handle, Item, Piece, Raw, Reauthorise, Refused, Said, TryLater
from answerable.channels.declaration import Can, Spec
from answerable.channels.models import Source
from answerable.conversations.models import Attachment, Message
from answerable.core import wire
from answerable.core.access import House
from answerable.core.moments import now
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall
from answerable.core.wire.failures import Guarded, NoAnswer, TooLarge
from answerable.intake import fetching
from answerable.intake.jobs import fetch_file
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")


class Postcards:
    """A channel of somebody else whose messages name one picture each."""

    spec = Spec("postcards", "Postcards", "thread", frozenset({Can.HEAR_PRIVATE}))

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        told = json.loads(raw.body)
        picture = Piece("card.jpg", "image/jpeg", reference=told["picture"])
        author = Handle("postcards", "pia")
        return [Said(told["id"], author, Audience.PRIVATE, told["text"], None, pieces=(picture,))]

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        return HttpCall("GET", f"https://cards.example/{piece_reference}")

    def fetched(self, answer: Answer) -> bytes | str:
        assert isinstance(answer, HttpAnswer)
        match answer.status:
            case 200:
                return answer.body
            case 302:
                return answer.headers["location"]
            case 401:
                raise Reauthorise("The postcards no longer accept our token.")
            case 404:
                raise Refused("The postcard is gone.")
        raise TryLater("The postcards are busy.", after=300)


@pytest.fixture
def source(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setitem(registry.connectors(), "postcards", Postcards())
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("postcards", label="Postcards", team=cast.front_line, values={}, by=by)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[HttpAnswer | NoAnswer]]:
    """What the other side answers, one after the other."""
    waiting: list[HttpAnswer | NoAnswer] = []

    def run(call: Call, **_: object) -> Answer:
        told = waiting.pop(0)
        if isinstance(told, NoAnswer):
            raise told
        return told

    monkeypatch.setattr(wire, "run", run)
    yield waiting
    assert not waiting


def card(source: Source) -> Attachment:
    arrive(json.dumps({"id": "1", "text": "Look at this.", "picture": "first"}).encode(), source)
    return Attachment.objects.select_related("message__conversation__source").get()


def test_the_message_is_there_at_once_and_its_file_comes_after(source: Source, answers: list[HttpAnswer]) -> None:
    waiting = card(source)
    assert Message.objects.get().text == "Look at this."
    assert (waiting.file, waiting.size, waiting.trouble) == ("", 0, "")
    answers.append(HttpAnswer(200, body=PNG))

    fetch_file(waiting.pk)

    here = Attachment.objects.get()
    assert (here.media_type, here.declared_type, here.size) == ("image/png", "image/jpeg", len(PNG))
    assert here.file


def test_the_other_side_may_first_say_where_it_lies(source: Source, answers: list[HttpAnswer]) -> None:
    answers += [HttpAnswer(302, {"location": "second"}), HttpAnswer(200, body=PNG)]
    assert fetching.fetch(card(source))


def test_whoever_points_on_and_on_is_not_followed(source: Source, answers: list[HttpAnswer]) -> None:
    answers += [HttpAnswer(302, {"location": "second"})] * fetching.STEPS
    assert not fetching.fetch(card(source))
    assert Attachment.objects.get().trouble == fetching.NOT_GIVEN


@pytest.mark.parametrize("trouble", [HttpAnswer(503), NoAnswer("No answer.")], ids=repr)
def test_what_cannot_be_fetched_now_is_fetched_later(
    source: Source, answers: list[HttpAnswer | NoAnswer], trouble: HttpAnswer | NoAnswer
) -> None:
    waiting = card(source)
    answers += [trouble, HttpAnswer(200, body=PNG)]
    assert not fetching.fetch(waiting)
    assert Attachment.objects.get().trouble == fetching.LATER

    assert fetching.fetch(waiting)
    assert Attachment.objects.get().trouble == ""


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (HttpAnswer(404), fetching.NOT_GIVEN),
        (Guarded("cards.example"), fetching.NOT_GIVEN),
        (TooLarge("cards.example", fetching.LARGEST), fetching.TOO_LARGE),
    ],
    ids=repr,
)
def test_what_never_comes_is_said_on_the_message(
    source: Source, answers: list[HttpAnswer | NoAnswer], trouble: HttpAnswer | NoAnswer, sentence: str
) -> None:
    answers.append(trouble)
    assert not fetching.fetch(card(source))
    assert Attachment.objects.get().trouble == sentence


def test_after_three_days_it_is_given_up_and_said(source: Source, answers: list[HttpAnswer]) -> None:
    card(source)
    Message.objects.update(received_at=now() - fetching.TRY_FOR)
    answers.append(HttpAnswer(503))
    assert not fetching.fetch(Attachment.objects.get())
    assert Attachment.objects.get().trouble == fetching.GIVEN_UP


def test_a_lost_authorisation_pauses_the_source_and_keeps_the_file_waiting(
    source: Source, answers: list[HttpAnswer]
) -> None:
    waiting = card(source)
    answers.append(HttpAnswer(401))
    assert not fetching.fetch(waiting)
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED
    assert Attachment.objects.get().trouble == fetching.LATER


def test_pauses_grow_with_the_time_waited_and_follow_the_other_side() -> None:
    assert fetching.pause(timedelta(0), 0) == 60
    assert fetching.pause(timedelta(hours=1), 0) == 3600
    assert fetching.pause(timedelta(days=2), 0) == 6 * 3600
    assert fetching.pause(timedelta(0), 300) == 300
