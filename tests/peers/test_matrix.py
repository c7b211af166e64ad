"""Journeys over Matrix, against a real Synapse on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting, queries
from answerable.channels.contract import Audience
from answerable.channels.models import Source
from answerable.conversations.models import Message
from answerable.core import files
from answerable.core.models import Event
from answerable.intake import polling, surroundings
from answerable.intake.models import Envelope
from answerable.replies import settling
from answerable.replies.models import Reply
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast
from tests.peers.journeys import PNG, answer, connected, heard, is_paused, opened, sent, taken_back, words_heard
from tests.peers.serving import LOOPBACK
from tests.peers.synapse import PYTHON, Person, Synapse

pytestmark = [pytest.mark.peers, pytest.mark.django_db]


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Synapse]:
    if not PYTHON.exists():
        pytest.skip("Synapse is not installed here.")
    home = folder / "synapse"
    home.mkdir()
    synapse = Synapse(home)
    synapse.configure()
    synapse.start()
    yield synapse
    synapse.stop()


@pytest.fixture
def care(server: Synapse, request: pytest.FixtureRequest) -> Person:
    """Each test has an account of its own, so that it hears nothing of the others."""
    return server.register(f"care{abs(hash(request.node.name))}")


@pytest.fixture(scope="module")
def pia(server: Synapse) -> Person:
    return server.register("pia")


@pytest.fixture
def source(cast: Cast, server: Synapse, care: Person, settings: Any) -> Source:
    settings.ANSWERABLE_PRIVATE_NETWORKS = LOOPBACK
    values = {"address": care.user_id, "server": server.address, "access_token": care.token}
    made = connected("matrix", cast, values)
    polling.poll(made)
    return made


def public_room(pia: Person, care: Person, source: Source) -> str:
    room = pia.make_room(preset="public_chat", name="Pump talk")
    care.join(room)
    polling.poll(source)
    return room


def direct_room(pia: Person, care: Person) -> str:
    return pia.make_room(preset="trusted_private_chat", is_direct=True, invite=[care.user_id])


def test_a_message_in_a_public_room_is_a_case_and_its_answer_stands_there(
    cast: Cast, care: Person, pia: Person, source: Source
) -> None:
    room = public_room(pia, care, source)
    first = pia.say(room, "My Glimo beeps.")
    case = heard(source)
    assert case.last_audience == Audience.PUBLIC

    reply = answer(case, cast, "Thank you. Since when?")

    assert reply.state == Reply.State.SENT
    said = pia.messages(room)[-1]
    assert (said["sender"], said["content"]["body"]) == (care.user_id, "Thank you. Since when?")
    assert said["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == first
    assert said["content"]["m.mentions"]["user_ids"] == [pia.user_id]
    pia.say(room, "Since Monday.", **{"m.relates_to": {"m.in_reply_to": {"event_id": said["event_id"]}}})
    assert heard(source) == case
    assert Message.objects.filter(filing__case=case).count() == 3


def test_whoever_invites_the_account_is_heard_from_then_on_and_answered_alone(
    cast: Cast, care: Person, pia: Person, source: Source
) -> None:
    room = direct_room(pia, care)
    pia.say(room, "Hello,")
    polling.poll(source)
    pia.say(room, "it is about my bill.")
    case = heard(source)

    assert [each.text for each in Message.objects.order_by("id")] == ["Hello,", "it is about my bill."]
    assert case.last_audience == Audience.PRIVATE
    reply = answer(case, cast, "We look at it.", audience="private")
    assert reply.state == Reply.State.SENT
    assert pia.messages(room)[-1]["content"]["body"] == "We look at it."

    pia.read_until(room, pia.messages(room)[-1]["event_id"])
    heard(source)
    reply.refresh_from_db()
    assert reply.state == Reply.State.SEEN
    pia.say(room, "Thank you.")
    assert heard(source) == case
    assert Case.objects.count() == 1


def test_what_a_colleague_says_with_the_account_elsewhere_is_kept_and_an_answer_of_ours_not_doubled(
    cast: Cast, care: Person, pia: Person, source: Source
) -> None:
    room = direct_room(pia, care)
    pia.say(room, "It is about my bill.")
    case = heard(source)
    answer(case, cast, "We look at it.", audience="private")
    care.say(room, "It is paid.")
    heard(source)

    said = Message.objects.filter(filing__case=case).order_by("id")
    assert [(each.direction, each.text) for each in said] == [
        ("in", "It is about my bill."),
        ("out", "We look at it."),
        ("out", "It is paid."),
    ]


def test_nothing_private_is_said_in_a_public_room(cast: Cast, care: Person, pia: Person, source: Source) -> None:
    room = public_room(pia, care, source)
    pia.say(room, "My Glimo beeps.")

    reply = answer(heard(source), cast, "Your bill is 7.", audience="private")

    assert reply.state == Reply.State.FAILED
    assert "Everybody can read" in reply.trouble
    assert len(pia.messages(room)) == 1


def test_an_answer_in_a_thread_stays_in_it(cast: Cast, care: Person, pia: Person, source: Source) -> None:
    room = public_room(pia, care, source)
    root = pia.say(room, "All about pumps")
    pia.say(room, "Mine beeps.", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})

    answer(heard(source), cast, "Since when?")

    relation = pia.messages(room)[-1]["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)


def test_files_come_and_go(cast: Cast, care: Person, pia: Person, source: Source) -> None:
    room = direct_room(pia, care)
    uploaded = pia.upload("lid.png", "image/png", PNG)
    picture = {"msgtype": "m.image", "filename": "lid.png", "url": uploaded, "info": {"mimetype": "image/png"}}
    pia.say(room, "The lid is cracked.", **picture)
    case = heard(source)
    message = Message.objects.get()
    assert message.text == "The lid is cracked."
    assert files.fetch(message.attachments.get().file) == PNG

    reply = answer(case, cast, "Like this one?", audience="private", file=("lid.png", PNG, "A lid"))

    assert reply.state == Reply.State.SENT
    said = pia.messages(room)[-1]["content"]
    assert (said["msgtype"], said["filename"], said["body"]) == ("m.image", "lid.png", "Like this one?\n\nA lid")
    assert pia.download(said["url"]) == PNG


def test_an_answer_of_ours_is_taken_back(cast: Cast, care: Person, pia: Person, source: Source) -> None:
    room = public_room(pia, care, source)
    pia.say(room, "My Glimo beeps.")
    reply = answer(heard(source), cast, "Thank you.")

    assert taken_back(reply, cast)
    assert pia.messages(room)[-1]["content"] == {}
    heard(source)
    assert Message.objects.count() == 2


def test_what_was_said_around_it_is_shown(care: Person, pia: Person, source: Source, server: Synapse) -> None:
    rob = server.register("rob")
    room = public_room(pia, care, source)
    source.settings = {**source.settings, "hears": "mentions"}
    source.save(update_fields=["settings"])
    rob.join(room)
    rob.say(room, "Does anybody have a Glimo?")
    pia.say(room, f"Mine beeps, {care.user_id}.")
    heard(source)

    assert Message.objects.count() == 1
    assert surroundings.fetch(Message.objects.get()) == 1
    assert Message.objects.get().overheard.get().text == "Does anybody have a Glimo?"


def test_edits_and_deletions_are_followed_and_those_of_others_are_not(
    care: Person, pia: Person, source: Source, server: Synapse
) -> None:
    room, mallory = public_room(pia, care, source), server.register("mallory")
    mallory.join(room)
    said = pia.say(room, "My Glimo beeps.")
    case = heard(source)

    mallory.edit(room, said, "My Glimo is wonderful.")
    pia.edit(room, said, "My Glimo beeps at night.")
    heard(source)
    message = Message.objects.get()
    assert message.text == "My Glimo beeps at night."
    assert [each.text for each in message.revisions.all()] == ["My Glimo beeps."]
    assert happened(case, "message_edited")

    pia.take_back(room, said)
    heard(source)
    message.refresh_from_db()
    assert message.withdrawn_at is not None
    assert happened(case, "message_withdrawn")


def test_an_encrypted_room_is_declined_with_the_reason_and_what_is_encrypted_is_set_aside(
    care: Person, pia: Person, source: Source
) -> None:
    secret = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    declined = pia.make_room(is_direct=True, invite=[care.user_id], initial_state=[secret])
    room = public_room(pia, care, source)
    pia.send(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"})
    for _ in range(4):
        polling.poll(source)
    opened(source)

    ours = pia.call("GET", f"/rooms/{declined}/state/m.room.member/{care.user_id}")
    assert ours["membership"] == "leave"
    assert "cannot read encrypted messages" in ours["reason"]
    assert not Message.objects.exists()
    set_aside = Envelope.objects.filter(state=Envelope.State.SET_ASIDE)
    assert set_aside.count() == Envelope.objects.count() == 2


def test_after_an_outage_nothing_is_missed_and_nothing_doubled(
    cast: Cast, care: Person, pia: Person, source: Source, server: Synapse
) -> None:
    room = public_room(pia, care, source)
    pia.say(room, "Before.")
    case = heard(source)
    server.stop()
    reply = answer(case, cast, "Thank you.")
    polling.poll(source)
    source.refresh_from_db()
    assert source.failing_since is not None
    server.start()
    for number in range(105):
        pia.say(room, f"Meanwhile {number}.")

    heard(source)
    sent(reply)
    heard(source)

    assert Source.objects.get(pk=source.pk).failing_since is None
    texts = [each.text for each in Message.objects.filter(direction="in").order_by("id")]
    assert texts == ["Before.", *(f"Meanwhile {number}." for number in range(105))]
    assert [each["content"]["body"] for each in pia.messages(room)].count("Thank you.") == 1
    kinds = ("source_failing", "source_recovered")
    assert list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", flat=True)) == list(kinds)


def test_an_answer_of_which_nobody_knows_is_found_and_an_absent_one_goes_once(
    cast: Cast, care: Person, pia: Person, source: Source
) -> None:
    room = public_room(pia, care, source)
    pia.say(room, "My Glimo beeps.")
    reply = answer(heard(source), cast, "Thank you.")
    known = reply.external_id
    Reply.objects.update(state=Reply.State.UNKNOWN, external_id="")
    reply.attempts.update(state="unknown")
    reply.refresh_from_db()

    settling.look_up(reply)

    reply.refresh_from_db()
    assert (reply.state, reply.external_id) == (Reply.State.SENT, known)
    Reply.objects.update(state=Reply.State.QUEUED)
    reply.refresh_from_db()
    assert sent(reply).external_id == known
    assert [each["content"]["body"] for each in pia.messages(room)].count("Thank you.") == 1


def test_a_revoked_token_pauses_the_source_tells_its_lead_and_loses_nothing(
    cast: Cast, care: Person, pia: Person, source: Source, server: Synapse
) -> None:
    room = public_room(pia, care, source)
    pia.say(room, "Before.")
    case = heard(source)
    care.leave_device()
    reply = answer(case, cast, "Thank you.")
    assert reply.state == Reply.State.QUEUED
    assert is_paused(source)
    assert queries.unseen(cast.ben).count() == 1
    pia.say(room, "Meanwhile.")

    values = {"address": care.user_id, "server": server.address, "access_token": care.sign_in()}
    connecting.change(source, label="Matrix", team=cast.front_line, values=values, by=cast.root)
    source.refresh_from_db()
    heard(source)
    sent(reply)

    assert words_heard() == ["Before.", "Meanwhile."]
    assert reply.state == Reply.State.SENT
