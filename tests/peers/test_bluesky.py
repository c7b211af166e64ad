"""Journeys over a real Bluesky network on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting, renewing
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import secrets
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.inbox import timeline
from answerable.intake import polling, surroundings
from answerable.intake.models import Envelope
from answerable.replies import settling, taking_back
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.bluesky import Network, Person
from tests.peers.gate import Gate
from tests.peers.journeys import answer, connected, heard, looked_again, opened, sent
from tests.peers.programs import eventually
from tests.peers.serving import LOOPBACK

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@pytest.fixture
def gate(network: Network, settings: Any) -> Iterator[Gate]:
    settings.ANSWERABLE_PRIVATE_NETWORKS = LOOPBACK
    gate = Gate(network.port)
    yield gate
    gate.shut()


@pytest.fixture
def care(network: Network, request: pytest.FixtureRequest) -> Person:
    """A new account for each test: what was said to another one is not ours."""
    number = len([name for name in network.people if name.startswith("care")])
    return network.person(f"care{number}")


@pytest.fixture
def source(cast: Cast, gate: Gate, care: Person) -> Source:
    """Already asked once, so that it knows from when on it hears."""
    values = {
        "address": f"@{care.handle}",
        "server": f"http://127.0.0.1:{gate.port}",
        "app_password": care.app_password("desk"),
        "words": f"glimo of {care.handle.partition('.')[0]}",
    }
    source = connected("bluesky", cast, values)
    assert polling.poll(source) == 0
    assert source.failing_since is None, source.trouble
    return source


def eventually_heard(source: Source, number: int) -> Case:
    """The AppView finds a post some moments after it was written."""

    def there() -> bool:
        polling.poll(source)
        return Envelope.objects.count() >= number

    eventually(there, within=20)
    opened(source)
    return Case.objects.order_by("-id")[0]


def shown(see: Callable[[], object]) -> None:
    eventually(see, within=20)


def test_a_mention_is_a_case_its_answer_stands_in_the_thread_and_its_deletion_is_followed(
    cast: Cast, network: Network, care: Person, source: Source
) -> None:
    pia = network.person("pia")
    post = pia.post(f"Zażółć @{care.handle} My Glimo beeps.", mentions=care, langs=["en"])
    case = eventually_heard(source, 1)

    reply = answer(case, cast, "Dziękuję! 👩‍⚕️ See https://glimo.example/help. #glimo", audience="public")

    assert reply.state == Reply.State.SENT, Reply.objects.values()
    shown(lambda: pia.thread(post["uri"])["replies"])
    said = pia.thread(post["uri"])["replies"][0]["post"]
    assert said["uri"] == reply.external_id
    assert said["record"]["reply"]["root"]["cid"] == post["cid"]
    encoded = said["record"]["text"].encode()
    marked = [encoded[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in said["record"]["facets"]]
    assert marked == ["https://glimo.example/help", "#glimo"]

    pia.post("Since Monday.", answers={**said, "root": post})
    assert eventually_heard(source, 2) == case
    assert Message.objects.filter(filing__case=case).count() == 3

    pia.take_back(post)
    shown(lambda: not pia.client.get("app.bsky.feed.getPosts", params={"uris": post["uri"]}).json()["posts"])
    looked_again(source)
    assert Message.objects.get(text__contains="beeps").withdrawn_at is not None
    assert happened(case, "message_withdrawn")


def test_a_quote_of_ours_and_a_word_of_ours_are_heard(
    cast: Cast, network: Network, care: Person, source: Source
) -> None:
    rob, name = network.person("rob"), care.handle.partition(".")[0]
    ours = care.post("We have news.")
    rob.post("Look at them.", quotes=ours)
    eventually_heard(source, 1)
    rob.post(f"Is the glimo of {name} waterproof?")
    rob.post("Is anything waterproof?")
    eventually_heard(source, 2)

    assert set(Message.objects.values_list("text", flat=True)) == {
        "Look at them.",
        f"Is the glimo of {name} waterproof?",
    }


def test_what_was_said_around_it_is_shown(cast: Cast, network: Network, care: Person, source: Source) -> None:
    rob, pia = network.person("rob"), network.person("pia")
    first = rob.post("Does anybody have one?")
    rob.post("Or know somebody?", answers=first)
    pia.post(f"Mine beeps @{care.handle}", mentions=care, answers=first)
    case = eventually_heard(source, 1)

    assert surroundings.fetch(Message.objects.get()) == 2

    entries = [entry for day in timeline.whole(case, cast.ada).days for entry in day.entries if entry.message]
    assert [each.text for each in entries[0].beside.overheard] == ["Does anybody have one?", "Or know somebody?"]


def test_an_answer_carries_a_picture_and_stands_there_once(
    cast: Cast, network: Network, care: Person, source: Source
) -> None:
    pia = network.person("pia")
    pia.post(f"@{care.handle} What is that?", mentions=care)
    case = eventually_heard(source, 1)
    reply = answer(case, cast, "It looks like this.", file=("glimo.png", PNG, "A Glimo with a cracked lid"))
    assert reply.state == Reply.State.SENT, reply.__dict__
    Reply.objects.update(state=Reply.State.QUEUED)
    reply = sent(reply)

    assert reply.state == Reply.State.SENT
    (record,) = care.posts()
    (image,) = record["value"]["embed"]["images"]
    assert (image["image"]["mimeType"], image["alt"]) == ("image/png", "A Glimo with a cracked lid")
    assert record["uri"] == reply.external_id


def test_an_answer_of_ours_is_taken_back(cast: Cast, network: Network, care: Person, source: Source) -> None:
    network.person("pia").post(f"@{care.handle} Hello?", mentions=care)
    reply = answer(eventually_heard(source, 1), cast, "This was meant for somebody else.")
    assert len(care.posts()) == 1

    taking_back.take_back(taking_back.ask(reply, because="The wrong person.", by=cast.ada))

    assert care.posts() == []
    assert happened(reply.case, "reply_removed")


def test_an_answer_whose_outcome_nobody_knows_is_looked_up(
    cast: Cast, network: Network, care: Person, source: Source
) -> None:
    network.person("pia").post(f"@{care.handle} Hello?", mentions=care)
    case = eventually_heard(source, 1)
    reply = answer(case, cast, "Hello!")
    Reply.objects.update(state=Reply.State.UNKNOWN, external_id="")
    reply.refresh_from_db()

    settling.look_up(reply)

    reply.refresh_from_db()
    assert reply.state == Reply.State.SENT
    assert len(care.posts()) == 1


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(
    cast: Cast, network: Network, care: Person, gate: Gate, source: Source
) -> None:
    pia = network.person("pia")
    pia.post(f"@{care.handle} Before.", mentions=care)
    case = eventually_heard(source, 1)
    gate.shut()
    reply = answer(case, cast, "Thank you.")
    polling.poll(source)
    source.refresh_from_db()
    assert source.failing_since is not None
    for number in range(60):
        pia.post(f"@{care.handle} Meanwhile {number}.", mentions=care)
    shown(lambda: len(care._ask("app.bsky.notification.listNotifications", limit=100)["notifications"]) == 61)
    gate.open()

    for _ in range(3):
        heard(source)
    sent(reply)

    assert Source.objects.get(pk=source.pk).failing_since is None
    texts = list(Message.objects.filter(direction="in").order_by("posted_at").values_list("text", flat=True))
    assert texts == [f"@{care.handle} Before."] + [f"@{care.handle} Meanwhile {number}." for number in range(60)]
    assert len(care.posts()) == 1
    kinds = ["source_failing", "source_recovered"]
    assert list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True)) == kinds


def test_a_revoked_app_password_pauses_and_a_new_one_fills_the_gap(
    cast: Cast, network: Network, care: Person, source: Source
) -> None:
    care.revoke("desk")
    _session_ends(source)
    polling.poll(source)
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED
    assert source.unauthorised_since is not None
    assert Event.objects.filter(kind="source_paused").count() == 1
    network.person("pia").post(f"@{care.handle} Meanwhile.", mentions=care)

    values = {**source.settings, "address": source.address, "app_password": care.app_password("desk again")}
    connecting.change(source, label=source.label, team=source.team, values=values, by=cast.root)

    assert source.state == Source.State.ON
    eventually_heard(source, 1)
    assert Message.objects.get().text == f"@{care.handle} Meanwhile."


def test_a_session_that_is_refused_before_its_time_is_begun_anew(cast: Cast, source: Source) -> None:
    sealed = secrets.unseal(bytes(source.sealed))
    broken = {**sealed, renewing.ACCESS: f"{sealed[renewing.ACCESS][:-8]}AAAAAAAA"}
    Source.objects.filter(pk=source.pk).update(sealed=secrets.seal(broken))

    polling.poll(Source.objects.get(pk=source.pk))

    source.refresh_from_db()
    assert (source.state, source.failing_since) == (Source.State.ON, None)
    # A session that is begun twice within a second has the same token: only the broken one must be gone.
    assert source.values()[renewing.ACCESS] != broken[renewing.ACCESS]


def _session_ends(source: Source) -> None:
    """As after two hours."""
    sealed = {**secrets.unseal(bytes(source.sealed)), renewing.UNTIL: now().isoformat()}
    Source.objects.filter(pk=source.pk).update(sealed=secrets.seal(sealed))
    source.refresh_from_db()
