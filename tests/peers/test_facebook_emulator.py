"""Journeys on a Facebook page and its Messenger, against an emulator of our own (`graph_emulator.py`): none proves Meta's servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.contract import Audience
from answerable.channels.models import Allowance, Source, SourceNotice
from answerable.conversations.models import Message
from answerable.core.models import Event
from answerable.intake import looking_again, polling, surroundings
from answerable.intake.models import Envelope
from answerable.replies import answering, checking, taking_back
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import PASSWORD, Cast
from tests.peers.graph_emulator import APP, PAGE, SECRET, WORD, Graph
from tests.peers.journeys import answer, asked, connected, is_paused, opened, sent, words_heard
from tests.peers.serving import served

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
PIA, ROB = "7310000000000001", "7310000000000002"


@pytest.fixture
def graph(settings: Any) -> Iterator[Graph]:
    yield from served(Graph(), settings)


@pytest.fixture
def source(cast: Cast, graph: Graph) -> Source:
    values = {"address": PAGE, "app_id": APP, "app_secret": SECRET, "verify_token": WORD, "server": graph.address}
    values |= {"page_token": "a-page-token"}
    made = connected("facebook", cast, values)
    graph.subscribe("page", f"/hooks/{made.slug}")
    polling.poll(made)
    return made


def heard(graph: Graph, source: Source) -> Case:
    """What was pushed is opened; the newest case."""
    graph.deliver()
    opened(source)
    return Case.objects.order_by("-id")[0]


def test_a_comment_is_answered_in_public_then_privately_and_stays_one_case(
    cast: Cast, graph: Graph, source: Source
) -> None:
    comment = graph.comment(PIA, "My Glimo beeps.")
    case = heard(graph, source)
    assert case.last_audience == Audience.PUBLIC

    public = answer(case, cast, "Thank you. Since when?")
    assert public.state == Reply.State.SENT
    assert graph.comments[public.external_id]["parent"] == comment
    private = answer(case, cast, "Where do you live?", audience="private", key="k2")
    assert private.state == Reply.State.SENT
    assert graph.private_replies == {comment}

    graph.write(PIA, "In Long Street 1.")
    assert heard(graph, source) == case
    third = answer(case, cast, "A new one comes there.", audience="private", key="k3")
    assert third.state == Reply.State.SENT
    assert graph.chats[f"page:{PIA}"][0]["message"] == "A new one comes there."
    heard(graph, source)
    asked(source)
    assert (Case.objects.count(), Message.objects.count()) == (1, 5)


def test_the_public_answer_goes_below_what_was_said_in_public(cast: Cast, graph: Graph, source: Source) -> None:
    comment = graph.comment(PIA, "My Glimo beeps.")
    case = heard(graph, source)
    answer(case, cast, "Please write to us.", audience="private")
    graph.write(PIA, "Here I am.")
    heard(graph, source)

    reply = answer(case, cast, "We are in touch with Pia.", key="k2")

    assert graph.comments[reply.external_id]["parent"] == comment


def test_a_second_private_answer_to_one_comment_fails_honestly(cast: Cast, graph: Graph, source: Source) -> None:
    graph.comment(PIA, "My Glimo beeps.")
    case = heard(graph, source)
    assert answer(case, cast, "Where?", audience="private").state == Reply.State.SENT

    again = answer(case, cast, "Hello?", audience="private", key="k2")

    assert again.state == Reply.State.FAILED
    assert "Activity already replied to" in again.trouble


def test_edits_and_deletions_of_comments_and_messages_are_followed(cast: Cast, graph: Graph, source: Source) -> None:
    comment, mid = graph.comment(PIA, "My Glimo beeps."), graph.write(ROB, "My bill is wrong.")
    heard(graph, source)

    graph.edit_comment(comment, "My Glimo beeps at night.")
    graph.edit_message(ROB, mid, "My second bill is wrong.")
    heard(graph, source)
    assert words_heard() == ["My Glimo beeps at night.", "My second bill is wrong."]
    graph.remove_comment(comment)
    heard(graph, source)

    message = Message.objects.get(text="My Glimo beeps at night.")
    assert message.withdrawn_at is not None
    assert happened(message.filing.case, "message_edited")
    assert happened(message.filing.case, "message_withdrawn")


def test_a_deletion_that_no_push_told_is_found_by_looking_again(cast: Cast, graph: Graph, source: Source) -> None:
    comment = graph.comment(PIA, "My Glimo beeps.")
    graph.write(ROB, "My bill is wrong.")
    heard(graph, source)
    graph.pushing = False
    graph.remove_comment(comment)

    assert looking_again.look_again(source) == 1

    opened(source)
    assert [each.withdrawn_at is None for each in Message.objects.order_by("id")] == [False, True]


def test_what_a_colleague_writes_in_the_app_is_kept_and_our_own_echo_is_not_doubled(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.write(PIA, "My bill is wrong.")
    case = heard(graph, source)
    answer(case, cast, "We look at it.", audience="private")
    graph.colleague_writes(PIA, "It was corrected.")

    assert heard(graph, source) == case

    asked(source)
    ours = Message.objects.filter(direction="out").order_by("id")
    assert [each.text for each in ours] == ["We look at it.", "It was corrected."]


def test_an_answer_of_unknown_outcome_is_settled_by_its_echo(cast: Cast, graph: Graph, source: Source) -> None:
    graph.comment(PIA, "My Glimo beeps.")
    case = heard(graph, source)
    graph.silent_after_taking = 1
    reply = answer(case, cast, "Thank you.")
    assert reply.state == Reply.State.UNKNOWN

    heard(graph, source)

    reply.refresh_from_db()
    assert reply.state == Reply.State.SENT
    assert [each["message"] for each in graph.comments.values()] == ["My Glimo beeps.", "Thank you."]
    assert Message.objects.count() == 2


def test_delivered_and_seen_are_known_by_their_moment(cast: Cast, graph: Graph, source: Source) -> None:
    graph.write(PIA, "My bill is wrong.")
    case = heard(graph, source)
    reply = answer(case, cast, "We look at it.", audience="private")

    graph.read_all(PIA)
    heard(graph, source)

    reply.refresh_from_db()
    assert reply.state == Reply.State.SEEN


def test_after_a_day_a_message_is_answered_no_more_and_a_comment_still_is(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.write(PIA, "My bill is wrong.")
    graph.comment(ROB, "My Glimo beeps.")
    heard(graph, source)
    private, public = Case.objects.order_by("id")
    graph.close_windows()
    Message.objects.update(received_at=Message.objects.earliest("received_at").received_at - timedelta(hours=30))

    for case, audience, codes in ((private, "private", ["window"]), (public, "private", []), (public, "public", [])):
        place = answering.place(case, audience)
        found = checking.check(case, text="Hello.", audience=audience, conversation=place)
        assert [each.code for each in found] == codes

    assert answer(public, cast, "Hello.").state == Reply.State.SENT


def test_the_thread_around_a_comment_is_shown(cast: Cast, graph: Graph, source: Source) -> None:
    graph.pushing = False
    graph.comment(ROB, "Is it longer?")
    graph.pushing = True
    graph.comment(PIA, "My Glimo beeps.")
    heard(graph, source)
    message = Message.objects.get(text="My Glimo beeps.")

    surroundings.fetch(message)

    assert [each.text for each in message.overheard.order_by("id")] == ["The new strap is here.", "Is it longer?"]


def test_an_outage_of_ours_is_made_up_by_pushes_again_and_one_of_theirs_by_asking(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.comment(PIA, "Before.")
    heard(graph, source)
    graph.desk_is_down = True
    graph.write(ROB, "While you were down.")
    assert graph.deliver() == 1
    graph.desk_is_down = False
    heard(graph, source)
    assert words_heard() == ["Before.", "While you were down."]

    graph.stop()
    asked(source)
    source.refresh_from_db()
    assert source.failing_since is not None
    graph.pushing = False
    for number in range(60):
        graph.comment(f"731000000000{number:04d}", f"Meanwhile {number}.")
    graph.visitor_posts(PIA, "Meanwhile on your page.")
    for number in range(25):
        graph.write(f"732000000000{number:04d}", f"Meanwhile in private {number}.")
    graph.start()
    graph.pushing = True

    for _ in range(3):
        asked(source)

    assert Source.objects.get(pk=source.pk).failing_since is None
    assert len(words_heard()) == len(set(words_heard())) == 88
    kinds = ("source_failing", "source_recovered")
    assert list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True)) == list(kinds)


def test_the_same_push_twice_and_one_of_a_stranger_change_nothing(
    cast: Cast, graph: Graph, source: Source, client: Any
) -> None:
    graph.comment(PIA, "My Glimo beeps.")
    kept = list(graph.waiting)
    heard(graph, source)
    graph.waiting = kept

    heard(graph, source)
    forged = client.post(f"/hooks/{source.slug}", kept[0][1], content_type="application/json")

    assert forged.status_code == 401
    assert (Message.objects.count(), Envelope.objects.count()) == (1, 1)


def test_an_ended_token_pauses_tells_the_lead_and_a_new_one_fills_the_gap(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.comment(PIA, "Before.")
    case = heard(graph, source)
    graph.revoke()
    reply = answer(case, cast, "Thank you.")
    source.refresh_from_db()
    assert (reply.state, source.state) == (Reply.State.QUEUED, Source.State.PAUSED)
    assert SourceNotice.objects.filter(source=source, kind="authorisation_lost").exists()
    graph.pushing = False
    graph.comment(ROB, "Meanwhile.")
    graph.tokens.add("a-new-page-token")

    values = {**source.settings, "address": PAGE, "page_token": "a-new-page-token"}
    connecting.change(source, label="Page", team=cast.front_line, values=values, by=cast.root)
    asked(source)

    assert words_heard() == ["Before.", "Meanwhile."]
    assert sent(reply).state == Reply.State.SENT


def test_an_answer_of_ours_is_taken_back(cast: Cast, graph: Graph, source: Source) -> None:
    graph.comment(PIA, "My Glimo beeps.")
    reply = answer(heard(graph, source), cast, "Thank you.")

    asked_for = taking_back.ask(reply, because="It was meant for somebody else.", by=cast.ada)
    taking_back.take_back(asked_for)

    assert reply.external_id not in graph.comments


def test_signing_in_brings_a_token_of_the_page_that_is_fetched_anew_each_day(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.tokens = {"user-1"}
    values = {**source.settings, "address": PAGE, "user_token": "user-1"}
    connecting.change(source, label="Page", team=cast.front_line, values=values, by=cast.root)
    graph.comment(PIA, "My Glimo beeps.")

    asked(source)

    assert words_heard() == ["My Glimo beeps."]
    assert any(token.startswith("page-token-") for token in graph.tokens)


def test_a_person_signs_in_by_browser_and_the_page_is_heard(
    cast: Cast, graph: Graph, source: Source, client: Any
) -> None:
    graph.tokens.clear()
    asked(source)
    assert is_paused(source)
    client.login(username="root@example.org", password=PASSWORD)
    leaving = client.post(f"/settings/sources/{source.pk}/signing-in").content.decode()
    there = next(each for each in re.findall(r'href="([^"]+)"', leaving) if "/dialog/oauth" in each)
    dialog = parse_qs(urlsplit(unescape(there)).query)
    assert "pages_messaging" in dialog["scope"][0]
    graph.signed_in["a-code"] = "user-2"
    graph.tokens.add("user-2")

    client.get(urlsplit(dialog["redirect_uri"][0]).path, {"state": dialog["state"][0], "code": "a-code"})

    graph.comment(PIA, "My Glimo beeps.")
    asked(source)
    source.refresh_from_db()
    assert (source.state, words_heard()) == (Source.State.ON, ["My Glimo beeps."])
    assert source.authorised_until is not None


def test_when_the_share_of_calls_is_used_answers_still_go_and_the_rest_waits(
    cast: Cast, graph: Graph, source: Source
) -> None:
    graph.comment(PIA, "Before.")
    case = heard(graph, source)
    graph.calls_used = 92
    asked(source)
    used = graph.calls_used
    asked(source)
    assert graph.calls_used == used
    assert Allowance.objects.get(source=source).left < 10

    assert answer(case, cast, "Thank you.").state == Reply.State.SENT
