"""Journeys over a real forum (django-machina): heard by its feed, answered by hand as an agent does, and confirmed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.intake import looking_again
from answerable.intake.models import Envelope
from answerable.replies import answering, posting
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.forum import Forum, Person
from tests.peers.journeys import connected, heard, looked_again, outage, words_heard
from tests.peers.serving import served

PROVES = ("feed",)
pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture(scope="module")
def furnished() -> Iterator[Path]:
    """A forum as it is before anybody speaks; to make its tables takes longer than a journey."""
    with tempfile.TemporaryDirectory(prefix="answerable-forum-") as home:
        peer = Forum(Path(home))
        peer.start()
        peer.stop()
        yield Path(home) / "forum.sqlite"


@pytest.fixture
def forum(settings: Any, furnished: Path, tmp_path: Path) -> Iterator[Forum]:
    shutil.copy(furnished, tmp_path / "forum.sqlite")
    yield from served(Forum(tmp_path), settings)


@pytest.fixture
def source(cast: Cast, forum: Forum) -> Source:
    return connected("feed", cast, {"feed": forum.feed, "own_names": "care"})


def test_a_post_is_answered_by_hand_and_the_thread_goes_on(cast: Cast, forum: Forum, source: Source) -> None:
    pia, care = Person(forum, "pia"), Person(forum, "care")
    pia.begin("Glimo", "My Glimo beeps.")
    case = heard(source)
    assert words_heard() == ["My Glimo beeps."]
    assert case.contact.name == "pia"

    reply = answering.answer(case, text="Thank you. Since when?", audience="public", key="k", by=cast.ada)
    assert reply.state == Reply.State.BY_HAND
    stands_at = care.answer(reply.place, reply.message.text)
    posting.confirm(reply, address=stands_at, by=cast.ada)

    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.SENT, stands_at)
    assert "Thank you. Since when?" in care.browser.get(reply.external_id).text
    pia.answer(stands_at, "Since Monday.")
    assert heard(source) == case
    assert words_heard() == ["My Glimo beeps.", "Since Monday."]
    assert Message.objects.filter(filing__case=case, direction="out").count() == 1


def test_our_own_answer_is_seen_there_before_anybody_said_so_and_is_not_doubled(
    cast: Cast, forum: Forum, source: Source
) -> None:
    Person(forum, "pia").begin("Glimo", "My Glimo beeps.")
    case = heard(source)
    reply = answering.answer(case, text="Thank you. Since when?", audience="public", key="k", by=cast.ada)
    stands_at = Person(forum, "care").answer(reply.place, reply.message.text)
    heard(source)
    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.BY_HAND, stands_at)
    assert Message.objects.filter(direction="out").count() == 1
    posting.confirm(reply, address=stands_at, by=cast.ada)
    heard(source)
    assert Message.objects.filter(direction="out").count() == 1


def test_what_guests_may_not_read_is_in_no_feed(cast: Cast, forum: Forum, source: Source) -> None:
    """The page and the feed answer 200 all the same: machina allows guests nothing that was not allowed by name."""
    pia = Person(forum, "pia")
    pia.begin("Secret", "Behind a door.", forum="closed-to-guests-2")
    pia.begin("Glimo", "My Glimo beeps.")
    heard(source)
    assert words_heard() == ["My Glimo beeps."]


def test_an_edit_and_then_a_deletion_are_followed(cast: Cast, forum: Forum, source: Source) -> None:
    pia = Person(forum, "pia")
    topic = pia.begin("Glimo", "My Glimo beeps.")
    case = heard(source)
    pia.edit(topic, "My Glimo beeps at night.")
    heard(source)
    message = Message.objects.get()
    assert (message.text, message.revisions.get().text) == ("My Glimo beeps at night.", "My Glimo beeps.")
    assert happened(case, "message_edited")
    assert looking_again.look_again(source) == 0

    pia.delete(topic)
    looked_again(source)
    assert Message.objects.get().withdrawn_at is not None
    assert happened(case, "message_withdrawn")


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, forum: Forum, source: Source) -> None:
    pia = Person(forum, "pia")
    topic = pia.begin("Glimo", "Before.")
    heard(source)
    for number in range(5):
        pia.answer(topic, f"Meanwhile {number}.")
    with outage(forum, source):
        pass

    assert words_heard() == ["Before.", *(f"Meanwhile {number}." for number in range(5))]
    assert Envelope.objects.count() == 6
