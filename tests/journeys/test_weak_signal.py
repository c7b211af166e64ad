"""Story 1, its first half: a post that names nobody is found, filed, and says on screen why it was kept."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels.contract import Handle
from answerable.channels.models import Source
from answerable.conversations import knowing
from answerable.conversations.identifying import identify
from answerable.conversations.models import Message
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program, told
from answerable.testing.cast import Cast
from answerable.testing.everybody import did, hear, listening, said

pytestmark = pytest.mark.django_db
WEAK = "Hey, weak CGM sensor signal alert. STFU. Thanks."
WHY = "It names nobody. It was kept because it speaks of trouble with a device, and Miguel is known to us."
GROUND = "The ground on file is a contract: Trial of Pulsa, signed on 2 May."


@pytest.fixture
def source(cast: Cast) -> Source:
    return listening(cast)


@pytest.fixture
def case(cast: Cast, source: Source) -> Case:
    identity = identify(Handle("bluesky", did("miguel"), "Miguel"), source=source, at=now())
    knowing.put_on_file(identity, sort="contract", words="Trial of Pulsa, signed on 2 May.", by=cast.ada)
    hear(source, [said(1, "Fireworks tonight!"), said(2, WEAK, by="miguel", at="2026-07-03T18:40:00Z"), said(3, WEAK)])
    return Case.objects.get()


def page_of(case: Case, cast: Cast) -> str:
    browser = Client()
    browser.force_login(User.objects.get(pk=cast.ada.user_id))
    return browser.get(f"/cases/{case.pk}").content.decode()


def test_the_post_is_found_although_it_names_nobody_and_only_his(case: Case) -> None:
    message = Message.objects.get()
    assert (message.text, message.audience, case.contact.name) == (WEAK, "public", "Miguel")
    assert message.posted_at is not None
    assert message.posted_at.isoformat() == "2026-07-03T18:40:00+00:00"


def test_the_screen_says_exactly_why_it_was_kept_and_marks_the_words(case: Case, cast: Cast) -> None:
    page = page_of(case, cast)
    assert WHY in page
    assert GROUND in page
    assert "Hey, <mark>weak</mark> <mark>CGM</mark> <mark>sensor signal alert</mark>. STFU. Thanks." in page


def test_programs_are_told_the_same(case: Case, cast: Cast) -> None:
    (message,) = told(Program(cast.ada).get(f"cases/{case.pk}/messages"))["items"]
    (reason,) = message["reasons"]
    assert (reason["why"], reason["topic"], reason["ground"]) == ("known", "device_trouble", "contract")
    assert [WEAK[start:end] for start, end in reason["spans"]] == ["weak", "CGM", "sensor signal alert"]


def test_a_basis_is_put_on_file_and_ended_on_the_page_of_the_contact(case: Case, cast: Cast, source: Source) -> None:
    browser = Client()
    browser.force_login(User.objects.get(pk=cast.ada.user_id))
    address = f"/contacts/{case.contact_id}"
    basis = case.contact.identities.get().bases.get()
    assert "Trial of Pulsa" in browser.get(address).content.decode()

    browser.post(f"{address}/bases", {"end": basis.pk})
    hear(source, [said(4, WEAK, by="miguel")])
    assert Message.objects.count() == 1

    handle = case.contact.identities.get().pk
    browser.post(f"{address}/bases", {"identity": handle, "sort": "consent", "words": "Mail of 9 July"})
    hear(source, [said(5, WEAK, by="miguel")])
    assert Message.objects.count() == 2
