"""Journeys on Instagram, against an emulator of our own (`graph_emulator.py`): none proves Meta's servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core.moments import now
from answerable.intake import hinting, polling, surroundings
from answerable.replies.models import Reply
from answerable.testing.cast import Cast
from tests.peers.graph_emulator import ACCOUNT, APP, PAGE, SECRET, WORD, Graph
from tests.peers.journeys import answer, asked, connected, opened, sent, words_heard
from tests.peers.serving import served

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
PIA, ROB = "6120000000000001", "6120000000000002"


@pytest.fixture
def graph(settings: Any) -> Iterator[Graph]:
    yield from served(Graph(), settings)


@pytest.fixture
def source(cast: Cast, graph: Graph) -> Source:
    values = {"address": ACCOUNT, "page": PAGE, "app_id": APP, "app_secret": SECRET, "verify_token": WORD}
    values |= {"server": graph.address, "page_token": "a-page-token"}
    made = connected("instagram", cast, values)
    graph.subscribe("instagram", f"/hooks/{made.slug}")
    polling.poll(made)
    return made


def heard(graph: Graph, source: Source) -> Case:
    graph.deliver()
    opened(source)
    return Case.objects.order_by("-id")[0]


def test_a_comment_is_answered_in_public_then_privately_and_stays_one_case(
    cast: Cast, graph: Graph, source: Source
) -> None:
    comment = graph.instagram_comment(PIA, "My Glimo beeps.")
    case = heard(graph, source)

    public = answer(case, cast, "Thank you. Since when?")
    private = answer(case, cast, "Where do you live?", audience="private", key="k2")

    assert (public.state, private.state) == (Reply.State.SENT, Reply.State.SENT)
    assert graph.comments[public.external_id]["parent"] == comment
    graph.write(PIA, "In Long Street 1.", at="instagram")
    assert heard(graph, source) == case
    asked(source)
    assert (Case.objects.count(), Message.objects.count()) == (1, 4)


def test_a_mention_is_told_without_its_words_which_are_asked_for(cast: Cast, graph: Graph, source: Source) -> None:
    graph.instagram_mention(ROB, "@glimo.care mine beeps")
    graph.deliver()
    opened(source)
    assert not Message.objects.exists()
    comment = next(iter(graph.mentions))

    assert hinting.fetch(source, f"mention:1790099:{comment}", now())
    opened(source)

    case = Case.objects.get()
    assert words_heard() == ["@glimo.care mine beeps"]
    assert answer(case, cast, "Thank you. We look at it.").state == Reply.State.SENT


def test_a_message_is_edited_and_unsent(cast: Cast, graph: Graph, source: Source) -> None:
    mid = graph.write(PIA, "My bill is wrong.", at="instagram")
    heard(graph, source)
    graph.edit_message(PIA, mid, "My second bill is wrong.", at="instagram")
    heard(graph, source)
    assert words_heard() == ["My second bill is wrong."]

    graph.unsend(PIA, mid)
    heard(graph, source)

    assert Message.objects.get().withdrawn_at is not None


def test_the_thread_around_a_comment_is_shown(cast: Cast, graph: Graph, source: Source) -> None:
    graph.pushing = False
    graph.instagram_comment(ROB, "Is it longer?")
    graph.pushing = True
    graph.instagram_comment(PIA, "My Glimo beeps.")
    heard(graph, source)

    message = Message.objects.get()
    surroundings.fetch(message)

    assert [each.text for each in message.overheard.order_by("id")] == ["The new strap is here.", "Is it longer?"]


def test_outages_are_made_up_by_pushes_again_and_by_asking(cast: Cast, graph: Graph, source: Source) -> None:
    first = graph.instagram_comment(PIA, "Before.")
    heard(graph, source)
    graph.desk_is_down = True
    graph.write(ROB, "While you were down.", at="instagram")
    graph.deliver()
    graph.desk_is_down = False
    heard(graph, source)
    graph.stop()
    asked(source)
    graph.pushing = False
    for number in range(60):
        graph.instagram_comment(f"612000000000{number:04d}", f"Meanwhile {number}.")
    graph.instagram_comment(PIA, "Meanwhile below the first.", parent=first)
    graph.write(PIA, "Meanwhile in private.", at="instagram")
    graph.start()

    for _ in range(3):
        asked(source)

    assert Source.objects.get(pk=source.pk).failing_since is None
    assert len(words_heard()) == len(set(words_heard())) == 64


def test_an_ended_token_pauses_and_a_new_one_fills_the_gap(cast: Cast, graph: Graph, source: Source) -> None:
    graph.instagram_comment(PIA, "Before.")
    case = heard(graph, source)
    graph.revoke()
    reply = answer(case, cast, "Thank you.")
    source.refresh_from_db()
    assert (reply.state, source.state) == (Reply.State.QUEUED, Source.State.PAUSED)
    graph.pushing = False
    graph.instagram_comment(ROB, "Meanwhile.")
    graph.tokens.add("a-new-page-token")

    values = {**source.settings, "address": ACCOUNT, "page_token": "a-new-page-token"}
    connecting.change(source, label="Instagram", team=cast.front_line, values=values, by=cast.root)
    asked(source)

    assert words_heard() == ["Before.", "Meanwhile."]
    assert sent(reply).state == Reply.State.SENT
