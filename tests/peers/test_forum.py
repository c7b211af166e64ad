"""Journeys over a real forum (django-machina): heard by its feed, answered by hand as an agent does, and confirmed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.models import Event
from answerable.intake import looking_again, pipeline, polling
from answerable.intake.models import Envelope
from answerable.replies import answering, posting
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.forum import Forum, Person

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
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
    shutil.copy(furnished, tmp_path / "forum.sqlite")
    peer = Forum(tmp_path)
    peer.start()
    yield peer
    peer.stop()


@pytest.fixture
def source(cast: Cast, forum: Forum) -> Source:
    values, by = {"feed": forum.feed, "own_names": "care"}, House(cast.workspace.pk, "tests")
    return connecting.connect("feed", label="Forum", team=cast.front_line, values=values, by=by)


def heard(source: Source) -> Case:
    """Poll, open, and the newest case."""
    source.refresh_from_db()
    polling.poll(source)
    while pipeline.open_waiting(source):
        pass
    return Case.objects.order_by("-id")[0]


def texts() -> list[str]:
    return list(Message.objects.filter(direction="in").order_by("id").values_list("text", flat=True))


def test_a_post_is_answered_by_hand_and_the_thread_goes_on(cast: Cast, forum: Forum, source: Source) -> None:
    pia, care = Person(forum, "pia"), Person(forum, "care")
    pia.begin("Glimo", "My Glimo beeps.")
    case = heard(source)
    assert texts() == ["My Glimo beeps."]
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
    assert texts() == ["My Glimo beeps.", "Since Monday."]
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
    assert texts() == ["My Glimo beeps."]


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
    Message.objects.update(looked_at=None)
    assert looking_again.look_again(source) == 1
    heard(source)
    assert Message.objects.get().withdrawn_at is not None
    assert happened(case, "message_withdrawn")


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(cast: Cast, forum: Forum, source: Source) -> None:
    pia = Person(forum, "pia")
    topic = pia.begin("Glimo", "Before.")
    heard(source)
    for number in range(5):
        pia.answer(topic, f"Meanwhile {number}.")
    forum.stop()
    polling.poll(source)
    source.refresh_from_db()
    assert source.failing_since is not None

    forum.start()
    heard(source)
    heard(source)

    assert texts() == ["Before.", *(f"Meanwhile {number}." for number in range(5))]
    assert Envelope.objects.count() == 6
    kinds = ("source_failing", "source_recovered")
    assert list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True)) == list(kinds)
