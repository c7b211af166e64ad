"""Journeys by telephone over Twilio's webhooks, against an exchange of our own (`twilio_voice.py`) that does what we tell it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from answerable.cases import assigning
from answerable.cases.models import Case, Transfer
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Consent, Message, PhoneCall, Sound
from answerable.core.access import House
from answerable.core.models import Read
from answerable.core.moments import now
from answerable.intake import fetching, noting_calls, pipeline, polling
from answerable.intake.noting_calls import Noted
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import PASSWORD, Cast
from tests.contracts.described import published
from tests.peers.checking_proxy import between
from tests.peers.journeys import connected
from tests.peers.serving import served
from tests.peers.twilio import ACCOUNT, CARE, TOKEN, Twilio
from tests.peers.twilio_voice import called, ring

pytestmark = [pytest.mark.peers, pytest.mark.django_db]
PIA = "+48600100200"
DESK = "+48221112233"
WAV = b"RIFF" + struct.pack("<I", 44) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
WAV += b"data" + struct.pack("<I", 8) + b"\x80" * 8
# A sound itself, without “.json”, is no part of the published description.
FILES = (f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/",)


@pytest.fixture
def peer(settings: Any) -> Iterator[Twilio]:
    for stand_in in served(Twilio(), settings):
        with between(stand_in.address, published("twilio-2010-04-01.json"), unchecked=FILES) as where:
            stand_in.seen_as = where
            yield stand_in


def line(cast: Cast, peer: Twilio, settings: Any, **values: Any) -> Source:
    given = {"address": CARE, "server": peer.seen_as, "account_sid": ACCOUNT, "auth_token": TOKEN, "forward_to": DESK}
    made = connected("voice", cast, given | values)
    peer.push_to(f"{settings.ANSWERABLE_PUBLIC_URL}/hooks/{made.slug}")
    polling.poll(made)
    return made


def heard(source: Source) -> Case:
    while pipeline.open_waiting(source):
        pass
    return Case.objects.order_by("-id")[0]


def test_an_answered_call_is_a_case_from_its_first_ring(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    call = ring(peer, PIA)
    case = heard(source)
    assert Message.objects.get(author__value=PIA).text == "Is calling."

    call.answered(184)

    assert heard(source) == case
    told = PhoneCall.objects.get()
    assert (told.talked, told.abandoned, told.line) == (184, False, CARE)
    assert Message.objects.get().text.startswith("Called and spoke with us for 3 minutes.")
    assert not Sound.objects.exists()


def test_a_call_given_up_while_it_waits_is_an_abandoned_one(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    ring(peer, PIA).hang_up(after=95)
    heard(source)
    told = PhoneCall.objects.get()
    assert (told.waited, told.talked, told.abandoned) == (95, None, True)
    assert sorted(Message.objects.get().marks) == ["abandoned_call", "call"]


def test_a_message_after_the_tone_is_kept_with_its_sound_and_its_words(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    call = ring(peer, PIA)
    call.nobody_answers()
    call.leave_message(WAV, "My Glimo beeps at night.")
    heard(source)

    sound = Sound.objects.select_related("source", "message").get()
    assert fetching.fetch_sound(sound)
    sound.refresh_from_db()
    assert (sound.words, sound.seconds) == ("My Glimo beeps at night.", 12)
    assert Message.objects.get(sounds=sound).marks == ["call", "voicemail"]
    assert sound.media_type in {"audio/wav", "audio/x-wav", "audio/wave"}
    assert PhoneCall.objects.get().abandoned is False


@pytest.mark.parametrize(("key", "kept"), [("1", True), ("2", False), ("", False)])
def test_a_call_is_only_recorded_where_the_caller_agreed(
    cast: Cast, peer: Twilio, settings: Any, key: str, kept: bool
) -> None:
    source = line(cast, peer, settings, recording="asked", language="pl")
    call = ring(peer, PIA)
    assert call.heard == ["Czy możemy nagrać tę rozmowę? Jeśli tak, proszę nacisnąć 1. Jeśli nie, proszę nacisnąć 2."]
    call.press(key) if key else call.say_nothing()
    call.answered(60, WAV)
    heard(source)

    assert Sound.objects.exists() is kept
    given = list(Consent.objects.values_list("given", "how"))
    assert given == ([(kept, f"pressed {key}")] if key else [])
    if kept:
        assert fetching.fetch_sound(Sound.objects.select_related("source").get())


def test_a_recording_without_consent_on_file_is_named_and_not_fetched(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    call = ring(peer, PIA)
    call.answered(60)
    call._recorded(WAV, 60, "OutboundAPI")
    heard(source)
    sound = Sound.objects.select_related("source").get()
    assert not fetching.fetch_sound(sound)
    assert Sound.objects.get().file == ""


def test_listening_asks_for_a_right_and_is_kept_in_the_read_log(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings, recording="announced")
    ring(peer, PIA).answered(60, WAV)
    case = heard(source)
    fetching.fetch_sound(Sound.objects.select_related("source").get())
    sound = Sound.objects.get()
    where = reverse("inbox:recording", args=[sound.pk])

    ben = _signed_in("ben@example.org")
    answer = ben.get(where)
    assert (answer.status_code, answer.content) == (200, WAV)
    assert answer["Content-Type"].startswith("audio/")
    log = Read.objects.get(what="recording")
    assert (log.row_id, log.user_id) == (sound.pk, cast.ben.user_id)
    assert b"<audio" in ben.get(reverse("inbox:case", args=[case.pk])).content

    ada = _signed_in("ada@example.org")
    assert ada.get(where).status_code == 403
    page = ada.get(reverse("inbox:case", args=[case.pk])).content.decode()
    assert "<audio" not in page
    assert "Your role does not include listening" in page
    assert "announced at the beginning of the call" in page
    assert _signed_in("otto@example.org").get(where).status_code == 404
    assert Read.objects.filter(what="recording").count() == 1


def test_a_call_back_opens_the_case_at_its_holder_without_a_transfer(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    case = arrive(letter("My Glimo beeps."), cast.mailbox)
    assert case is not None
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    noted = Noted(at=now(), number=PIA, made_by_us=True, summary="Called her, nobody there.")
    lines = connecting.connect("call", label="Noted", team=cast.front_line, values={}, by=House(cast.workspace.pk, "t"))
    noting_calls.note_call(noted, key="k", by=cast.ada, case=case, source_id=lines.pk, theirs=True)

    call = ring(peer, PIA)

    assert heard(source) == case
    case.refresh_from_db()
    assert (case.holder_user_id, Case.objects.count()) == (cast.ada.user_id, 1)
    assert not Transfer.objects.filter(case=case).exists()
    call.answered(30)
    heard(source)
    assert PhoneCall.objects.get(message__direction="in").talked == 30


def test_a_call_of_ours_and_the_call_back_to_it_are_one_case(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    called(peer, PIA, "no-answer", 0)
    case = heard(source)
    assert Message.objects.get().direction == "out"
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    ring(peer, PIA)
    assert heard(source) == case


def test_after_an_outage_calls_are_known_and_none_twice(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    peer.is_heard = False
    call = ring(peer, PIA)
    call.hang_up(after=20)
    called(peer, "+48600100201", "completed", 61)
    peer.is_heard = True
    ring(peer, "+48600100202").hang_up(after=5)
    for _ in range(2):
        polling.poll(source)
        heard(source)
    assert Message.objects.count() == 3
    assert Message.objects.get(author__value=PIA).text == (
        "Called. The telephone system does not say what became of the call."
    )


def test_a_call_is_found_by_its_number_as_people_write_it(cast: Cast, peer: Twilio, settings: Any) -> None:
    source = line(cast, peer, settings)
    by = House(cast.workspace.pk, "tests")
    connecting.connect("call", label="Exports", team=cast.front_line, values={"country": "PL"}, by=by)
    ring(peer, PIA).hang_up(after=20)
    case = heard(source)
    assert case.subject == case.last_text == "Called and gave up after 20 seconds of waiting."
    ben = _signed_in("ben@example.org")
    for words in ("+48 600 100 200", "48600100200", "600 100 200"):
        page = ben.get(reverse("inbox:search"), {"q": words}).content.decode()
        assert "Called and gave up after 20 seconds" in page, words


def _signed_in(email: str) -> Client:
    client = Client()
    client.post("/sign-in", {"email": email, "password": PASSWORD})
    return client
