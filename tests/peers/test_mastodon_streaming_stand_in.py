"""Hearing a Mastodon server at once, against the stream of a stand-in of our own: no test here proves a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.wire import staying
from answerable.intake import polling, streaming
from answerable.intake.models import Envelope
from answerable.intake.watches import Watches
from answerable.testing.cast import Cast
from tests.peers.journeys import connected, is_paused, opened
from tests.peers.mastodon import HOST, TOKEN, StandIn
from tests.peers.mastodon_streaming import Stream
from tests.peers.programs import eventually
from tests.peers.serving import served

pytestmark = pytest.mark.peers


@pytest.fixture
def stream() -> Iterator[Stream]:
    stream = Stream(TOKEN)
    stream.start()
    yield stream
    stream.stop()


@pytest.fixture
def peer(committed_cast: Cast, stream: Stream, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr(staying, "FIRST_PAUSE", 0.05)
    yield from served(StandIn(stream=stream), settings)


@pytest.fixture
def source(committed_cast: Cast, peer: StandIn, stream: Stream) -> Iterator[Source]:
    """Listened to, as the listener does it."""
    values = {"address": f"@care@{HOST}", "server": peer.address, "access_token": TOKEN, "hashtags": "glimo"}
    values["streaming"] = stream.address
    source = connected("mastodon", committed_cast, values)
    watches = Watches(streaming.duties)
    watches.refresh()
    eventually(lambda: stream.listeners == 1)
    yield source
    watches.close()


def brought(number: int) -> None:
    eventually(lambda: Envelope.objects.count() == number)


def test_mentions_and_hashtags_are_heard_without_asking(peer: StandIn, source: Source) -> None:
    peer.post("pia", "@care My Glimo beeps.")
    peer.post("rob", "Has anybody a #glimo?")
    peer.post("otto", "Lovely weather.")
    peer.post("care", "We have a new #glimo.")
    brought(2)
    opened(source)

    assert set(Message.objects.values_list("text", flat=True)) == {"@care My Glimo beeps.", "Has anybody a #glimo?"}


def test_edits_and_deletions_are_heard_at_once(peer: StandIn, source: Source) -> None:
    post = peer.post("rob", "Has anybody a #glimo?")
    brought(1)
    peer.edit(post, "Has anybody a working #glimo?")
    brought(2)
    peer.take_back(post)
    brought(3)
    opened(source)

    message = Message.objects.get()
    assert message.text == "Has anybody a working #glimo?"
    assert message.withdrawn_at is not None


def test_what_was_said_while_the_stream_was_down_is_asked_for_and_heard_once(
    peer: StandIn, stream: Stream, source: Source
) -> None:
    peer.post("pia", "@care Before.")
    brought(1)
    polling.poll(source)
    stream.stop()
    peer.post("pia", "@care Meanwhile.")
    stream.start()
    eventually(lambda: stream.listeners == 1)
    peer.post("pia", "@care After.")
    brought(2)
    source.refresh_from_db()

    polling.poll(source)
    opened(source)

    texts = Message.objects.order_by("posted_at").values_list("text", flat=True)
    assert list(texts) == ["@care Before.", "@care Meanwhile.", "@care After."]
    assert Envelope.objects.count() == 3


def test_a_refused_token_pauses_the_source(stream: Stream, source: Source) -> None:
    stream.stop()
    stream._token = "another"
    stream.start()

    eventually(lambda: is_paused(source))
    assert Source.objects.get(pk=source.pk).unauthorised_since is not None
